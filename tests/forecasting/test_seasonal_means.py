"""Seasons of many series at once, as sktime estimates those of one."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sktime.transformations.detrend import ConditionalDeseasonalizer, Deseasonalizer

from skrnn.forecasting._panel import Panel
from skrnn.forecasting._season_removal import Seasons
from skrnn.forecasting._seasonal_means import has_season, seasonal_means
from skrnn.windows._time_axis import TimeAxis

PERIODS = [2, 3, 4, 5, 7, 12, 24, 52]


def of_sktime(values, period, *, conditional):
    kind = ConditionalDeseasonalizer if conditional else Deseasonalizer
    return np.asarray(kind(sp=period).fit(pd.Series(values)).seasonal_)


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
@pytest.mark.parametrize("conditional", [True, False])
def test_the_same_season_as_sktime(period, extra, conditional):
    random = np.random.default_rng(period)
    n_steps = 3 * period + (int(extra * period) if extra == 0.5 else max(extra, 0) + 2 * period)
    values = random_series(random, period, n_steps)
    ours = seasonal_means(values, period, conditional=conditional)
    theirs = np.stack([of_sktime(row, period, conditional=conditional) for row in values])
    np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-8 * np.ptp(values, axis=1).max())
    # Each in its own units.
    error = np.abs(ours - theirs).max(axis=1)
    assert (error <= 1e-8 * np.ptp(values, axis=1)).all()


def test_the_same_decision_as_by_the_sums_of_products():
    random = np.random.default_rng(0)
    values = random.normal(size=(500, 60)) + np.tile(random.normal(size=12), 5)
    values[:250] = random.normal(size=(250, 60))
    found = has_season(values, 12)
    assert 200 < found.sum() < 450
    for row, decision in zip(values, found, strict=True):
        x = row - row.mean()
        r = np.array([(x[k:] * x[: 60 - k]).sum() for k in range(13)]) / (x * x).sum()
        limit = 1.645 / np.sqrt(60) * np.sqrt(1 + 2 * (r[1:12] ** 2).sum())
        assert decision == (abs(r[12]) > limit)


def test_blocks_of_series_change_nothing(monkeypatch):
    values = random_series(np.random.default_rng(0), 4, 30)
    whole = seasonal_means(values, 4, conditional=True)
    monkeypatch.setattr("skrnn.forecasting._seasonal_means._BLOCK", 60)
    np.testing.assert_allclose(seasonal_means(values, 4, conditional=True), whole, rtol=1e-12)


def test_what_overflows_has_no_season():
    values = np.tile([1e308, -1e308, 1e308, 1e308], (1, 4))
    np.testing.assert_array_equal(seasonal_means(values, 4, conditional=False), np.zeros((1, 4)))


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("seed", range(6))
def test_seasons_of_panels_as_sktime_finds_them_one_by_one(seed):
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
            expected = season_by_sktime(series, periods, conditional=conditional)
            known = ~np.isnan(series)
            size = np.ptp(series[known]) if known.any() else 0.0
            np.testing.assert_allclose(
                found[start:end, target][known],
                expected[known],
                atol=1e-8 * size + 1e-13 * np.nanmax(np.abs(series), initial=0.0),
                err_msg=f"{number}, {target}",
            )


def season_by_sktime(series, periods, *, conditional):
    known = np.flatnonzero(~np.isnan(series))
    if len(known):
        part = pd.Series(series[known[0] : known[-1] + 1]).interpolate().to_numpy()
        for period in periods:
            if len(part) >= 3 * period and np.ptp(part) > 0:
                season = of_sktime(part, period, conditional=conditional)
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
