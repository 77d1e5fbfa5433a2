"""Theta and damped trend, against sktime's Theta and loops over one series."""

import numpy as np
import pandas as pd
import pytest
from sktime.forecasting.theta import ThetaForecaster

from skrnn.forecasting import PanelDampedTrend, PanelTheta, _smoothing_forecasters
from skrnn.forecasting._smoothing_forecasters import _ALPHAS, DAMPED

BOTH = pytest.mark.parametrize("forecaster", [PanelTheta, PanelDampedTrend])


def trending(n=40, seed=0):
    random = np.random.default_rng(seed)
    return 100 + np.arange(n) + random.normal(size=n).cumsum()


def fitted(forecaster, values, **parameters):
    index = pd.period_range("2000-01", periods=len(values), freq="M")
    return forecaster(**parameters).fit(pd.Series(values, index))


def test_theta_is_smoothing_with_half_of_the_slope():
    y = trending()
    slope = np.polyfit(np.arange(40), y, 1)[0]
    found = []
    for alpha in _ALPHAS:
        level, total = y[0], 0.0
        for value in y[1:]:
            level, total = level + alpha * (value - level), total + (value - level) ** 2
        # Equation 5 of Hyndman and Billah (2003), with 40 values.
        drift = slope / 2 * (np.arange(6) + (1 - (1 - alpha) ** 40) / alpha)
        found.append((total, level + drift))
    expected = min(found, key=lambda each: each[0])[1]
    forecast = fitted(PanelTheta, y, sp=1).predict(fh=range(1, 7))
    np.testing.assert_allclose(forecast, expected, rtol=1e-12)


def test_damped_trend_as_a_loop():
    y = trending()
    slope, start = np.polyfit(np.arange(5), y[:5], 1)
    found = []
    for alpha, gain, phi in zip(DAMPED.alpha[0], DAMPED.gain[0], DAMPED.phi[0], strict=True):
        level, trend, total = start - slope, slope, 0.0
        for value in y:
            error = value - level - phi * trend
            level, trend = level + phi * trend + alpha * error, phi * trend + gain * error
            total += error**2
        found.append((total, level + trend * np.cumsum(phi ** np.arange(1, 7))))
    expected = min(found, key=lambda each: each[0])[1]
    forecast = fitted(PanelDampedTrend, y, sp=1).predict(fh=range(1, 7))
    np.testing.assert_allclose(forecast, expected, rtol=1e-10)


@pytest.mark.filterwarnings("ignore:[\\s\\S]*remember_data:FutureWarning")
@pytest.mark.parametrize("sp", [1, 12])
def test_close_to_the_theta_method_of_sktime(sp):
    from sktime.datasets import load_airline

    y = load_airline()
    if sp > 1:
        # sktime assumes that the season does not change.
        years = y.to_numpy().reshape(12, 12)
        level = years.mean(axis=1, keepdims=True)
        y[:] = (level * (years / level).mean(axis=0)).ravel()
    ours = PanelTheta(sp=sp).fit(y[:-12]).predict(fh=range(1, 13))
    other = ThetaForecaster(sp=sp, deseasonalize=sp > 1)
    theirs = other.fit(y[:-12]).predict(fh=range(1, 13))
    np.testing.assert_allclose(ours, theirs, rtol=0.005)


@BOTH
@pytest.mark.parametrize("table", [60, 2**21])
def test_a_series_alone_as_in_a_panel_of_series_of_other_lengths(forecaster, table, monkeypatch):
    monkeypatch.setattr("skrnn.forecasting._smoothing._TABLE", table)
    index = pd.date_range("2000-01-01", periods=60, freq="MS")
    parts = {f"s{i}": pd.Series(trending(60, i), index)[:n] for i, n in enumerate((60, 25, 41, 3))}
    parts["s1"].iloc[[0, 4, 9, 24]] = np.nan
    panel = pd.concat(parts, names=["series", "month"]).to_frame("y")
    together = forecaster().fit(panel)
    forecasts, residuals = together.predict(fh=[-2, 0, 1, 5]), together.predict_residuals()
    for name, part in parts.items():
        alone = forecaster().fit(part)
        expected = alone.predict(fh=[-2, 0, 1, 5])
        np.testing.assert_array_equal(forecasts.loc[name, "y"], expected)
        np.testing.assert_array_equal(residuals.loc[name, "y"], alone.predict_residuals())


@BOTH
def test_all_origins_as_update_and_predict_in_turns(forecaster):
    index = pd.date_range("2000-01-01", periods=50, freq="MS")
    values = trending(50) * np.tile([1.0, 0.8, 1.1, 1.3, 0.9], 10)
    values[[20, 45]] = np.nan
    y = pd.DataFrame({"y": values}, index)
    model = forecaster(sp=5).fit(y[:42])
    ends = [np.array([end]) for end in (42, 44, 47)]
    found = forecaster(sp=5).fit(y[:42])._forecasts_after(y, None, ends, 3)
    for before, end, each in zip((42, 42, 44), (42, 44, 47), found, strict=True):
        if end > before:
            model.update(y[before:end], update_params=False)
        np.testing.assert_allclose(each[0], model.predict(fh=[1, 2, 3]), rtol=1e-12)


@BOTH
def test_update_with_parameters_is_a_new_fit(forecaster):
    y = pd.Series(trending(60), pd.date_range("2000-01-01", periods=60, freq="MS"))
    updated = forecaster().fit(y[:40]).update(y[40:])
    again = forecaster().fit(y)
    pd.testing.assert_series_equal(updated.predict(fh=[1, 2]), again.predict(fh=[1, 2]))


@BOTH
def test_levels_far_from_zero(forecaster):
    changes = np.random.default_rng(0).normal(size=48).cumsum() + np.tile([0.0, 3, 1, -2], 12)
    near = fitted(forecaster, changes, sp=4).predict(fh=range(1, 9)).to_numpy()
    far = fitted(forecaster, changes - 1e8, sp=4).predict(fh=range(1, 9)).to_numpy()
    np.testing.assert_allclose(far + 1e8, near, atol=1e-5)


@BOTH
def test_unknown_rows_continue_the_forecast(forecaster):
    y = trending(40)
    before = fitted(forecaster, y[:36], sp=1)
    gap = fitted(forecaster, np.append(y[:36], [np.nan] * 4), sp=1)
    np.testing.assert_allclose(gap.predict(fh=[1, 2]), before.predict(fh=[5, 6]), rtol=1e-12)


@BOTH
@pytest.mark.parametrize("n", [2, 3, 5, 8, 9, 12])
def test_forecasts_from_few_values_are_pulled_towards_the_last_one(forecaster, n, monkeypatch):
    y = trending(n)
    pulled = fitted(forecaster, y, sp=1).predict(fh=range(1, 7))
    monkeypatch.setattr(_smoothing_forecasters, "_ENOUGH_VALUES", 2)
    method = fitted(forecaster, y, sp=1).predict(fh=range(1, 7))
    share = min((n - 1) / 8, 1) ** 2
    np.testing.assert_allclose(pulled, share * method + (1 - share) * y[-1], rtol=1e-12)


@BOTH
@pytest.mark.parametrize("values", [[7.0], [7.0, 7.0], [7.0] * 30, [np.nan, 7.0, np.nan]])
def test_constant_and_very_short_series(forecaster, values):
    model = fitted(forecaster, np.array(values))
    np.testing.assert_allclose(model.predict(fh=[1, 2, 9]), 7.0)


@BOTH
def test_nothing_known(forecaster):
    model = fitted(forecaster, np.full(9, np.nan))
    with pytest.warns(UserWarning, match="y has NaN as its forecast"):
        assert model.predict(fh=[1, 2]).isna().all()


@BOTH
def test_a_series_that_was_never_negative_does_not_become_so(forecaster):
    falling = np.linspace(100, 1, 30)
    assert (fitted(forecaster, falling, sp=1).predict(fh=range(1, 60)) >= 0).all()


@pytest.mark.parametrize("sp", [0, "month", (12, 0.5)])
def test_wrong_periodicities(sp):
    with pytest.raises(ValueError, match="sp must be 'auto', a positive integer"):
        fitted(PanelTheta, trending(), sp=sp)
