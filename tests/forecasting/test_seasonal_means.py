"""Seasons of many series at once, against those of sktime, an F test, and true seasons."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scipy.stats import f, f_oneway
from sktime.transformations.detrend import Deseasonalizer

from skrnn.forecasting import _seasonal_means
from skrnn.forecasting._panel import Panel
from skrnn.forecasting._season_removal import Seasons
from skrnn.forecasting._seasonal_means import seasonal_means
from skrnn.windows._time_axis import TimeAxis

PERIODS = [2, 3, 4, 5, 7, 12, 24, 52]


def of_sktime(values, period):
    return np.asarray(Deseasonalizer(sp=period).fit(pd.Series(values)).seasonal_)


def random_series(random, period, n_steps):
    """Series with and without a season, a trend, a walk, and levels far from zero."""
    time = np.arange(n_steps)
    season = np.tile(random.normal(size=period), n_steps // period + 1)[:n_steps]
    noise = random.normal(size=n_steps)
    return np.stack(
        [
            noise,
            season + 0.5 * noise,
            0.3 * season + noise,
            season,
            noise.cumsum(),
            0.2 * time + season,
            1e6 + season + 0.1 * noise,
            1e-6 * (season + noise),
            time.astype(float),
            np.where(time == n_steps // 2, 1.0, 0.0),
            np.exp(0.02 * time + season),
        ]
    )


@pytest.mark.filterwarnings("ignore::UserWarning")  # of sktime, since there is no frequency
@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("extra", [0, 1, -1, 0.5])
def test_means_of_all_cycles_as_those_of_sktime(period, extra):
    random = np.random.default_rng(period)
    n_steps = 3 * period + (int(extra * period) if extra == 0.5 else max(extra, 0) + 2 * period)
    values = random_series(random, period, n_steps)
    ours = seasonal_means(values, period, conditional=False, evolving=False)
    theirs = np.stack([of_sktime(row, period) for row in values])
    np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-8 * np.ptp(values, axis=1).max())
    # Each in its own units.
    error = np.abs(ours - theirs).max(axis=1)
    assert (error <= 1e-8 * np.ptp(values, axis=1)).all()


@pytest.mark.parametrize("period", PERIODS)
def test_a_season_is_shrunk_by_the_statistic_of_an_analysis_of_variance(period):
    random = np.random.default_rng(period)
    half = period // 2
    n_steps = 5 * period + 2 * half  # five deviations for each phase
    season = np.resize(random.normal(size=period), n_steps)
    values = random.normal(size=(200, n_steps)) + random.random((200, 1)) * season
    plain = seasonal_means(values, period, conditional=False)
    shrunk = seasonal_means(values, period, conditional=True)
    window = np.ones(period) if period % 2 else np.array([0.5, *np.ones(period - 1), 0.5])
    averages = np.stack([np.convolve(row, window / period, "valid") for row in values])
    deviations = values[:, half : n_steps - half] - averages
    phases = np.arange(half, n_steps - half) % period
    parts = [deviations[:, phases == phase] for phase in range(period)]
    largest = f.ppf(0.9, period - 1, 4 * period)
    share = np.maximum(1 - largest / f_oneway(*parts, axis=1).statistic, 0)
    np.testing.assert_allclose(shrunk, plain * share[:, None], rtol=1e-8, atol=1e-12)
    assert 0 < (share > 0).sum() < 200


@pytest.mark.parametrize("period", [4, 12, 24])
@pytest.mark.parametrize("extra", [0, 1, 7])
def test_noise_has_almost_no_season(period, extra):
    random = np.random.default_rng(0)
    noise = random.normal(size=(1000, 5 * period + extra))
    for values in (noise, noise.cumsum(axis=1), noise + np.arange(noise.shape[1])):
        shrunk = seasonal_means(values, period, conditional=True)
        plain = seasonal_means(values, period, conditional=False)
        assert (shrunk != 0).any(axis=1).mean() < 0.35
        assert np.square(shrunk).mean() < 0.25 * np.square(plain).mean()


@pytest.mark.parametrize("period", [4, 12, 24, 52])
def test_a_trend_does_not_hide_a_season(period):
    """Autocorrelation at all lags, which a trend causes, says nothing about seasonality."""
    random = np.random.default_rng(period)
    season = random.normal(size=period)
    season = (season - season.mean()) / season.std()
    time = np.arange(5 * period)
    walk = random.normal(size=len(time)).cumsum() / period
    for trend in (0 * time, 2.0 * time, 0.5 * time**2 / period, walk):
        noise = 0.3 * random.normal(size=(50, len(time)))
        values = trend + np.resize(season, len(time)) + noise
        found = seasonal_means(values, period, conditional=True)
        assert np.abs(found - season).mean() < 0.4
    values = -20.0 * time + np.resize(season, len(time))
    found = seasonal_means(values[None], period, conditional=True)
    np.testing.assert_allclose(found[0], season, atol=1e-9)


@pytest.mark.parametrize("period", [4, 7, 12])
def test_recent_cycles_have_more_weight_if_a_season_evolves(period):
    random = np.random.default_rng(period)
    shape = 300, 12, period
    noise = random.normal(size=shape)
    constant = random.normal(size=(300, 1, period)) + np.zeros(shape)
    walk = constant + random.normal(size=shape).cumsum(axis=1)
    ratios = []
    for season in (constant, walk):
        values = (season + 0.5 * noise).reshape(300, -1)
        errors = [
            np.abs(seasonal_means(values, period, conditional=True, evolving=evolving) - truth)
            for evolving in (True, False)
            for truth in [season[:, -1] - season[:, -1].mean(axis=1, keepdims=True)]
        ]
        ratios.append(errors[0].mean() / errors[1].mean())
    assert ratios[0] < 1.2
    assert ratios[1] < 0.6


def test_the_share_of_the_last_cycles_depends_on_the_series_alone():
    random = np.random.default_rng(0)
    values = random_series(random, 12, 60)
    together = seasonal_means(values, 12, conditional=True)
    for row, found in zip(values, together, strict=True):
        alone = seasonal_means(row[None], 12, conditional=True)[0]
        np.testing.assert_allclose(alone, found, rtol=1e-12, atol=1e-15)
        scaled = seasonal_means(-1e-3 * row[None] + 5.0, 12, conditional=True)[0]
        np.testing.assert_allclose(scaled, -1e-3 * found, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("period", PERIODS)
def test_rounding_errors_are_no_season(period):
    time = np.arange(6 * period + 3.0)
    values = np.stack([0.1 * time, 1e9 + 0.1 * time, -0.3 * time**2, 1e-9 / 3 * time])
    found = seasonal_means(values, period, conditional=True)
    np.testing.assert_array_equal(found, np.zeros_like(found))


def test_blocks_of_series_change_nothing(monkeypatch):
    values = random_series(np.random.default_rng(0), 4, 30)
    whole = seasonal_means(values, 4, conditional=True)
    monkeypatch.setattr("skrnn.forecasting._seasonal_means._BLOCK", 60)
    np.testing.assert_allclose(seasonal_means(values, 4, conditional=True), whole, rtol=1e-12)


def test_what_overflows_has_no_season():
    values = np.tile([1e308, -1e308, 1e308, 1e308], (1, 4))
    for conditional in (True, False):
        found = seasonal_means(values, 4, conditional=conditional)
        np.testing.assert_array_equal(found, np.zeros((1, 4)))


@pytest.mark.parametrize("seed", range(6))
def test_seasons_of_panels_are_those_of_each_series(seed):
    """Series of several lengths and starts, with gaps, unknown ends, constants; two targets."""
    random = np.random.default_rng(seed)
    periods, conditional = (12, 5), bool(seed % 2)
    frames = {}
    for name in "abcdefgh":
        first, n_steps = int(random.integers(0, 9)), int(random.choice([10, 16, 36, 40, 61]))
        values = random_series(random, int(random.choice(periods)), n_steps)
        table = values[random.choice(len(values), 2)].T.copy()
        table[random.random(table.shape) < random.choice([0.0, 0.1])] = np.nan
        table[: random.integers(0, 4)] = table[n_steps - random.integers(0, 3) :] = np.nan
        if name in "gh":
            table[:, 0] = 3.0 if name == "g" else np.nan
        frames[name] = pd.DataFrame(table, pd.RangeIndex(first, first + n_steps, name="t"))
    frame = pd.concat(frames, names=["series"])
    panel = Panel.of(frame, TimeAxis.of(pd.RangeIndex(80)), 5)
    seasons = Seasons(periods, conditional=conditional).fit(panel, panel.values)
    found = panel.values - seasons.transform(panel, panel.values)
    for number, (start, end) in enumerate(zip(panel.starts, panel.ends, strict=True)):
        for target in range(2):
            series = panel.values[start:end, target]
            expected = season_of(series, periods, conditional=conditional)
            known = ~np.isnan(series)
            size = np.ptp(series[known]) if known.any() else 0.0
            np.testing.assert_allclose(
                found[start:end, target][known],
                expected[known],
                atol=1e-8 * size + 1e-13 * np.nanmax(np.abs(series), initial=0.0),
                err_msg=f"{number}, {target}",
            )


def season_of(series, periods, *, conditional):
    known = np.flatnonzero(~np.isnan(series))
    if len(known):
        part = pd.Series(series[known[0] : known[-1] + 1]).interpolate().to_numpy()
        for period in periods:
            if len(part) >= 3 * period and np.ptp(part) > 0:
                season = seasonal_means(part[None], period, conditional=conditional)[0]
                if season.any():
                    return season[(np.arange(len(series)) - known[0]) % period]
    return np.zeros(len(series))


def test_a_forecaster_does_not_import_statsmodels():
    code = (
        "import sys; sys.modules['statsmodels'] = None; sys.modules['tensorflow'] = None\n"
        "import numpy as np, pandas as pd\n"
        "from skrnn.forecasting import AutoRNNForecaster, RNNForecaster\n"
        "index = pd.period_range('2000-01', periods=60, freq='M')\n"
        "y = pd.Series(100 + np.arange(60) % 12 + np.arange(60) % 7 / 9.0, index)\n"
        "RNNForecaster(3, units=2, epochs=1).fit(y, fh=[1]).predict()\n"
        "cheap = RNNForecaster(3, units=2, epochs=1, n_networks=1)\n"
        "AutoRNNForecaster(views={'a': cheap}).fit(y, fh=[1]).predict()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("n_steps", [3, 3.5, 40.3])
def test_cycles_of_long_series_are_weighted_like_those_of_many_series(period, n_steps):
    random = np.random.default_rng(period)
    values = random_series(random, period, int(n_steps * period) + 2)
    with np.errstate(all="ignore"):
        deviations, known = _seasonal_means._deviations(values, period)
        few = _seasonal_means._of_many_series(deviations, known)
        many = _seasonal_means._of_long_series(deviations, known)
    for ours, theirs in zip(many, few, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15 * np.abs(theirs).max())


def test_long_series_need_no_step_in_python_for_each_cycle(monkeypatch):
    """Such a step takes so long that a fit of long series consisted of little else."""
    values = random_series(np.random.default_rng(0), 2, 10_000)
    seasonal_means(values, 2, conditional=True)  # which imports what it needs
    calls = []
    sys.setprofile(lambda frame, event, argument: calls.append(event))
    try:
        found = seasonal_means(values, 2, conditional=True)
    finally:
        sys.setprofile(None)
    assert sum(event == "call" for event in calls) < 5_000
    monkeypatch.setattr(_seasonal_means, "_MANY_CYCLES", len(values[0]))
    expected = seasonal_means(values, 2, conditional=True)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
