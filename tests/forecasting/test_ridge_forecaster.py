"""The ridge of each series of a panel."""

from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import RidgeCV

from skrnn.forecasting import PanelRidge
from skrnn.forecasting._ridge_forecaster import enough_for_ridge, ridge_lag

FH = np.arange(1, 5)


def series(n=80, seed=0, freq="h"):
    random = np.random.default_rng(seed)
    values = 50 + 5 * np.sin(np.arange(n) * 0.9) + random.normal(size=n).cumsum()
    return pd.Series(values, pd.period_range("2000-01-01", periods=n, freq=freq))


def test_logarithms_of_positive_series_as_ridge_of_scikit_learn():
    y, lag = series(freq="D"), 5
    forecast = PanelRidge(sp=1).fit(y, fh=FH).predict()
    logs = np.log(y.to_numpy())
    every = np.lib.stride_tricks.sliding_window_view(logs, lag + 4)
    level = every[:, lag - 1 : lag]
    X, Y = every[:, : lag - 1] - level, every[:, lag:] - level
    unit = np.mean((X - X.mean(axis=0)) ** 2)
    # Without cross-validation: the penalty that the targets together prefer.
    ridge = RidgeCV(alphas=np.logspace(-2, 3, 11) * unit, alpha_per_target=False).fit(X, Y)
    expected = np.exp(logs[-1] + ridge.predict((logs[-lag:-1] - logs[-1])[None])[0])
    np.testing.assert_allclose(forecast, expected, rtol=2e-3)


def test_a_series_alone_as_in_a_panel_of_series_of_other_lengths():
    parts = {f"s{i}": series(80, i)[-n:] for i, n in enumerate((80, 50, 64))}
    parts["s1"] = parts["s1"].copy()
    parts["s1"].iloc[[7, 30, 48]] = np.nan
    panel = pd.concat(parts, names=["series", "hour"]).to_frame("y")
    together = PanelRidge(sp=7).fit(panel, fh=FH)
    forecasts, residuals = together.predict(), together.predict_residuals()
    for name, part in parts.items():
        alone = PanelRidge(sp=7).fit(part, fh=FH)
        np.testing.assert_allclose(forecasts.loc[name, "y"], alone.predict(), rtol=1e-9)
        expected = alone.predict_residuals()
        np.testing.assert_allclose(residuals.loc[name, "y"], expected, rtol=1e-6, atol=1e-8)


def test_all_origins_as_update_and_predict_in_turns():
    y = series().to_frame("y")
    y.iloc[[30, 74]] = np.nan
    model = PanelRidge(sp=7).fit(y[:70], fh=FH)
    found = model._forecasts_after(y, None, [np.array([end]) for end in (70, 72, 77)], 4)
    for before, end, each in zip((70, 70, 72), (70, 72, 77), found, strict=True):
        if end > before:
            model.update(y[before:end], update_params=False)
        np.testing.assert_allclose(each[0], model.predict(), rtol=1e-9)


def test_levels_far_from_zero():
    y = series() - 100
    near = PanelRidge(sp=7).fit(y, fh=FH).predict()
    far = PanelRidge(sp=7).fit(y - 1e8, fh=FH).predict()
    np.testing.assert_allclose(far + 1e8, near, atol=1e-4)


@pytest.mark.parametrize("sp", [1, 7])
def test_a_later_value_without_a_logarithm_is_the_smallest_of_fit(sp):
    y = series()
    negative, smallest = y.copy(), y.copy()
    negative.iloc[[75, 79]], smallest.iloc[[75, 79]] = [-3.0, 0.0], y[:70].min()
    forecaster = PanelRidge(sp=sp).fit(y[:70], fh=FH)
    expected = deepcopy(forecaster).update(smallest[70:], update_params=False).predict()
    forecaster.update(negative[70:], update_params=False)
    what = r"2 row\(s\) of y are zero or negative.*Fit the forecaster again, or call update with"
    with pytest.warns(UserWarning, match=what):
        forecast = forecaster.predict()
    np.testing.assert_allclose(forecast, expected)


def test_too_short_to_learn_from():
    y = series(6)
    with pytest.warns(
        UserWarning, match="last known value, because there are too few consecutive"
    ):
        forecast = PanelRidge(sp=1).fit(y, fh=FH).predict()
    np.testing.assert_array_equal(forecast, y.iloc[-1])


@pytest.mark.parametrize(
    ("n_known", "periods", "n_steps", "lag"),
    [
        (912, (168, 24), 48, 168),  # a week
        (400, (168, 24), 48, 60),  # no week in a quarter, so the horizon
        (282, (12,), 24, 30),
        (30, (), 6, 7),
        (10**6, (10080, 1440, 60), 60, 75),
        (5, (12,), 12, 2),
    ],
)
def test_windows_of_a_season_or_the_horizon(n_known, periods, n_steps, lag):
    assert ridge_lag(n_known, periods, n_steps) == lag


def test_long_series_only():
    assert enough_for_ridge(np.array([912, 700, 960]), (168, 24), 48)
    assert not enough_for_ridge(np.array([97, 126, 60]), (12,), 18)


def grown():
    random = np.random.default_rng(1)
    growth = 0.009 * np.arange(171) + 0.005 * random.normal(size=171).cumsum()
    return pd.Series(1700 * np.exp(growth), pd.period_range("1960Q1", periods=171, freq="Q"))


@pytest.mark.parametrize("factor", [0.0, 0.4, 1.8])
def test_after_a_change_unlike_all_before_the_last_value_is_the_forecast(factor):
    y, fh = grown(), np.arange(1, 9)
    y.iloc[-7:] = factor * y.iloc[-8]
    forecast = PanelRidge(sp=1).fit(y, fh=fh).predict()
    np.testing.assert_allclose(forecast, y.iloc[-1], rtol=1e-9)


def test_neither_a_spike_nor_an_earlier_change_is_unlike_all_before():
    spike, earlier = grown(), grown()
    spike.iloc[-3] *= 1.8
    earlier.iloc[-20:] *= 1.8
    for y in (spike, earlier):
        forecast = PanelRidge(sp=1).fit(y, fh=np.arange(1, 9)).predict()
        assert (forecast.diff()[1:] != 0).all()


@pytest.mark.parametrize("length", [1, 2])
def test_an_outlier_in_the_last_rows_is_not_repeated(length):
    y = pd.Series(np.random.default_rng(0).normal(size=100))
    y[100 - length :] = 30.0
    assert PanelRidge(sp=1).fit(y, fh=FH).predict().abs().max() < 25


@pytest.mark.parametrize("unknown", [[96], [97], [99], [94, 95, 96], [98, 99]])
def test_unknown_values_after_a_break(unknown):
    y = pd.Series(np.random.default_rng(0).normal(size=100))
    y[93:] += 40
    y[unknown] = np.nan
    forecast = PanelRidge(sp=1).fit(y, fh=np.arange(1, 11)).predict()
    np.testing.assert_array_equal(forecast, y.dropna().iloc[-1])


def test_a_trend_during_unknown_values_is_not_a_break():
    y = pd.Series(50_000 + 24.0 * np.arange(330) + np.random.default_rng(0).normal(size=330))
    past = y[:316].copy()
    past[305:313] = np.nan
    forecast = PanelRidge(sp=1).fit(past, fh=np.arange(1, 15)).predict()
    np.testing.assert_allclose(forecast, y[316:], atol=24)


def test_residuals_of_a_short_series_with_a_break_beside_a_long_one():
    short = series(30)
    short.iloc[20:] += 500
    panel = pd.concat({"long": series(90), "short": short}, names=["series", "hour"]).to_frame("y")
    found = PanelRidge(sp=1).fit(panel, fh=FH).predict_residuals()
    alone = PanelRidge(sp=1).fit(short, fh=FH).predict_residuals()
    np.testing.assert_allclose(found.loc["short", "y"], alone, rtol=1e-6, atol=1e-8)
    # These two windows contain the change and two rows after it.
    np.testing.assert_allclose(alone.iloc[23:25], short.diff().iloc[23:25], rtol=1e-6)
