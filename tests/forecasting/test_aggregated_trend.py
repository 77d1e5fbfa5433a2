"""The trend of means, against a loop over one series, and for series of every length."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import PanelAggregatedTrend, PanelDampedTrend
from skrnn.forecasting._aggregated_trend import lengths_of_means
from skrnn.forecasting._smoothing_forecasters import DAMPED


def trending(n=40, seed=0):
    random = np.random.default_rng(seed)
    return 100 + np.arange(n) + random.normal(size=n).cumsum()


def dated(values):
    return pd.Series(values, pd.period_range("2000-01", periods=len(values), freq="M"))


def fitted(values, **parameters):
    return PanelAggregatedTrend(**parameters).fit(dated(values))


def of_means(values, length, n_steps):
    """Forecast the means of blocks counted from the end, and read rows between their middles."""
    means = values[len(values) % length :].reshape(-1, length).mean(axis=1)
    slope, start = np.polyfit(np.arange(5), means[:5], 1)
    found = []
    for alpha, gain, phi in zip(DAMPED.alpha[0], DAMPED.gain[0], DAMPED.phi[0], strict=True):
        level, trend, total = start - slope, slope, 0.0
        for value in means:
            error = value - level - phi * trend
            level, trend = level + phi * trend + alpha * error, phi * trend + gain * error
            total += error**2
        steps = (np.arange(1, n_steps + 1) + (length - 1) / 2) / length
        found.append((total, level + trend * phi * (1 - phi**steps) / (1 - phi)))
    return min(found, key=lambda each: each[0])[1]


@pytest.mark.parametrize("n", [40, 41])
@pytest.mark.parametrize("away", [0.0, 200.0])
def test_as_a_loop_over_blocks(n, away):
    values = trending(n) - away
    smoothed = values if away else np.log(values)
    expected = np.mean([of_means(smoothed, length, 6) for length in (1, 2, 3)], axis=0)
    forecast = fitted(values, sp=1).predict(fh=range(1, 7))
    np.testing.assert_allclose(forecast, expected if away else np.exp(expected), rtol=1e-9)


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ((), (1, 2, 3)),
        ((1,), (1, 2, 3)),
        ((4,), (1, 2, 4)),
        ((12,), (1, 2, 3, 4, 6, 12)),
        ((168, 24), (1, 2, 3, 4, 6, 8, 12)),
        ((7,), (1, 7)),
        ((52,), (1, 2, 4)),
    ],
)
def test_lengths_divide_the_shortest_season(periods, expected):
    assert lengths_of_means(periods) == expected


def test_a_series_of_nine_rows_has_single_rows_only():
    values = trending(9) - 500
    expected = PanelDampedTrend(sp=1).fit(dated(values)).predict(fh=[1, 4])
    np.testing.assert_allclose(fitted(values, sp=1).predict(fh=[1, 4]), expected, rtol=1e-12)


@pytest.mark.parametrize("table", [60, 2**21])
def test_a_series_alone_as_in_a_panel_of_series_of_other_lengths(table, monkeypatch):
    monkeypatch.setattr("skrnn.forecasting._smoothing._TABLE", table)
    index = pd.date_range("2000-01-01", periods=60, freq="MS")
    lengths = (60, 25, 41, 3, 12)
    parts = {f"s{i}": pd.Series(trending(60, i), index)[:n] for i, n in enumerate(lengths)}
    parts["s1"].iloc[[0, 4, 9, 24]] = np.nan
    parts["s2"].iloc[10:30] = np.nan
    parts["s4"] -= 200.0
    panel = pd.concat(parts, names=["series", "month"]).to_frame("y")
    together = PanelAggregatedTrend(sp=4).fit(panel)
    forecasts, residuals = together.predict(fh=[-2, 0, 1, 5]), together.predict_residuals()
    for name, part in parts.items():
        alone = PanelAggregatedTrend(sp=4).fit(part)
        expected = alone.predict(fh=[-2, 0, 1, 5])
        np.testing.assert_allclose(forecasts.loc[name, "y"], expected, rtol=1e-12)
        alone = alone.predict_residuals()
        np.testing.assert_allclose(residuals.loc[name, "y"], alone, rtol=1e-12, atol=1e-12)
        assert np.isfinite(forecasts.loc[name, "y"].iloc[2:]).all()


def test_all_origins_as_update_and_predict_in_turns():
    index = pd.date_range("2000-01-01", periods=50, freq="MS")
    values = trending(50) * np.tile([1.0, 0.8, 1.1, 1.3, 0.9], 10)
    values[[20, 45]] = np.nan
    y = pd.DataFrame({"y": values}, index)
    model = PanelAggregatedTrend(sp=5).fit(y[:42])
    ends = [np.array([end]) for end in (42, 44, 47)]
    found = PanelAggregatedTrend(sp=5).fit(y[:42])._forecasts_after(y, None, ends, 3)
    for before, end, each in zip((42, 42, 44), (42, 44, 47), found, strict=True):
        if end > before:
            model.update(y[before:end], update_params=False)
        np.testing.assert_allclose(each[0], model.predict(fh=[1, 2, 3]), rtol=1e-12)


def test_later_rows_do_not_change_earlier_forecasts():
    values = trending(60)
    other = np.where(np.arange(60) < 45, values, 3 * values)
    one, two = (fitted(values[:40], sp=4) for _ in range(2))
    for model, rows in ((one, values), (two, other)):
        model.update(dated(rows)[40:], update_params=False)
    found = [model.predict_residuals()[:45] for model in (one, two)]
    np.testing.assert_array_equal(*found)


def test_update_with_parameters_is_a_new_fit():
    y = dated(trending(60))
    updated = PanelAggregatedTrend().fit(y[:40]).update(y[40:])
    pd.testing.assert_series_equal(updated.predict(fh=[1, 2]), fitted(y).predict(fh=[1, 2]))


@pytest.mark.filterwarnings("ignore:1 row.* of y are zero or negative")
def test_a_later_zero_of_a_positive_series_is_its_smallest_value():
    y = dated(trending(40))
    found = []
    for last in (0.0, -5.0, y[:39].min()):
        model = PanelAggregatedTrend(sp=1).fit(y[:39])
        later = pd.Series([last], y.index[39:])
        found.append(model.update(later, update_params=False).predict(fh=[1, 3]))
    np.testing.assert_allclose(found[0], found[2], rtol=1e-12)
    np.testing.assert_allclose(found[1], found[2], rtol=1e-12)


@pytest.mark.parametrize("away", [0.0, 500.0])
@pytest.mark.parametrize("n_after", [1, 2, 5, 18])
def test_unknown_rows_after_a_series_change_nothing(n_after, away):
    values = trending(41) * np.resize([1.0, 0.8, 1.1, 1.3], 41) - away
    longer = fitted(np.append(values, [np.nan] * n_after), sp=4)
    expected = fitted(values, sp=4).predict(fh=n_after + np.arange(1, 7))
    np.testing.assert_allclose(longer.predict(fh=range(1, 7)), expected, rtol=1e-12)
    # Nor do those that come in an update.
    later = dated(np.append(values, [np.nan] * n_after))[41:]
    updated = fitted(values, sp=4).update(later, update_params=False)
    np.testing.assert_allclose(updated.predict(fh=range(1, 7)), expected, rtol=1e-12)


@pytest.mark.parametrize("place", [0, 20, -1])
def test_one_value_that_is_almost_zero_does_not_determine_the_forecast(place):
    values = 5.0 + np.random.default_rng(0).random(40)
    values[place] = 1e-9
    forecast = fitted(values, sp=4).predict(fh=[1, 4, 12, 24])
    values[place] = 0.0
    with_zero = fitted(values, sp=4).predict(fh=[1, 4, 12, 24])
    np.testing.assert_allclose(forecast, with_zero, rtol=1e-6)
    assert (forecast > 2).all()


def test_a_later_value_that_is_almost_zero_is_the_smallest_value():
    y = dated(np.append(trending(39), 1e-9))
    model = PanelAggregatedTrend(sp=1).fit(y[:39])
    with pytest.warns(UserWarning, match=r"1 row\(s\) of y are almost zero"):
        forecast = model.update(y[39:], update_params=False).predict(fh=[1, 3])
    smallest = pd.Series([y[:39].min()], y.index[39:])
    expected = PanelAggregatedTrend(sp=1).fit(y[:39]).update(smallest, update_params=False)
    pd.testing.assert_series_equal(forecast, expected.predict(fh=[1, 3]))


@pytest.mark.parametrize("values", [[7.0], [7.0, 7.0], [7.0] * 30, [np.nan, 7.0, np.nan]])
def test_constant_and_very_short_series(values):
    np.testing.assert_allclose(fitted(np.array(values)).predict(fh=[1, 2, 9]), 7.0)


def test_nothing_known():
    model = fitted(np.full(9, np.nan))
    with pytest.warns(UserWarning, match="y has NaN as its forecast"):
        assert model.predict(fh=[1, 2]).isna().all()


def test_a_geometric_trend_of_a_series_is_followed_and_damped():
    values = 100 * 1.03 ** np.arange(60)
    forecast = fitted(values, sp=1).predict(fh=[1, 12])
    assert 1.01 < forecast.iloc[0] / values[-1] < 1.05
    assert forecast.iloc[1] < 1.6 * values[-1]


def test_levels_far_from_zero():
    changes = np.random.default_rng(0).normal(size=48).cumsum() + np.tile([0.0, 3, 1, -2], 12)
    near = fitted(changes - 1e3, sp=4).predict(fh=range(1, 9)).to_numpy()
    far = fitted(changes - 1e8, sp=4).predict(fh=range(1, 9)).to_numpy()
    np.testing.assert_allclose(far + 1e8, near + 1e3, atol=1e-5)
