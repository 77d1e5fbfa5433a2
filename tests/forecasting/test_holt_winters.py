"""Holt-Winters, against loops over one series, and for series of every length."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import PanelHoltWinters
from skrnn.forecasting._holt_winters import GRID
from skrnn.forecasting._seasonal_means import seasonal_means

SEASON = np.array([1.0, 0.8, 1.1, 1.3])


def seasonal(n=48, seed=0):
    random = np.random.default_rng(seed)
    return (100 + np.arange(n) + random.normal(size=n).cumsum()) * np.resize(SEASON, n)


def dated(values):
    return pd.Series(values, pd.period_range("2000-01", periods=len(values), freq="M"))


def fitted(values, sp=4):
    return PanelHoltWinters(sp=sp).fit(dated(values))


def by_hand(values, period, n_steps):
    """Try all parameters in a loop over the rows of one series."""
    factors = values.min() > 0
    first = np.log(values[: 4 * period]) if factors else values[: 4 * period]
    first = seasonal_means(first[None], period, conditional=False, evolving=False)[0]
    first = np.exp(first) if factors else first
    repeated = np.resize(first, 2 * period)
    line = values[: 2 * period] / repeated if factors else values[: 2 * period] - repeated
    slope, start = np.polyfit(np.arange(2 * period), line, 1)
    found = []
    for alpha, gain, phi, gamma in GRID.T:
        level, trend, season, total = start - slope, slope, first.copy(), 0.0
        for row, value in enumerate(values):
            place, base = row % period, level + phi * trend
            error = value - (base * season[place] if factors else base + season[place])
            of_level = error / season[place] if factors else error
            level, trend = base + alpha * of_level, phi * trend + gain * of_level
            season[place] += gamma * (error / base if factors else error)
            total += error**2
        steps = np.arange(1, n_steps + 1)
        ahead = np.array([(phi ** np.arange(1, step + 1)).sum() for step in steps])
        base, coming = level + trend * ahead, season[(len(values) + steps - 1) % period]
        found.append((total, base * coming if factors else base + coming))
    return min(found, key=lambda each: each[0])[1]


@pytest.mark.parametrize("away", [0.0, 500.0])
def test_as_a_loop(away):
    values = seasonal(38) - away
    expected = by_hand(values, 4, 9)
    np.testing.assert_allclose(fitted(values).predict(fh=range(1, 10)), expected, rtol=1e-9)


def test_a_season_that_grows_is_followed():
    cycles = np.linspace(0.2, 1.0, 20)[:, None] * np.array([10.0, -10.0, 30.0, -30.0])
    values = cycles.ravel() - 200.0
    forecast = fitted(values).predict(fh=range(1, 5))
    np.testing.assert_allclose(forecast, values[-4:], atol=3.0)


@pytest.mark.parametrize("table", [60, 2**21])
def test_a_series_alone_as_in_a_panel_of_series_of_other_lengths(table, monkeypatch):
    monkeypatch.setattr("skrnn.forecasting._smoothing._TABLE", table)
    index = pd.date_range("2000-01-01", periods=48, freq="MS")
    lengths = (48, 25, 41, 3, 12)
    parts = {f"s{i}": pd.Series(seasonal(48, i), index)[:n] for i, n in enumerate(lengths)}
    parts["s1"].iloc[[0, 4, 9, 24]] = np.nan
    parts["s2"] -= 300.0
    panel = pd.concat(parts, names=["series", "month"]).to_frame("y")
    together = PanelHoltWinters(sp=4).fit(panel)
    forecasts, residuals = together.predict(fh=[-2, 0, 1, 5]), together.predict_residuals()
    for name, part in parts.items():
        alone = PanelHoltWinters(sp=4).fit(part)
        expected = alone.predict(fh=[-2, 0, 1, 5])
        np.testing.assert_allclose(forecasts.loc[name, "y"], expected, rtol=1e-12)
        alone = alone.predict_residuals()
        np.testing.assert_allclose(residuals.loc[name, "y"], alone, rtol=1e-12, atol=1e-12)
        assert np.isfinite(forecasts.loc[name, "y"].iloc[2:]).all()


def test_all_origins_as_update_and_predict_in_turns():
    values = seasonal(50)
    values[[20, 45]] = np.nan
    y = pd.DataFrame({"y": values}, pd.date_range("2000-01-01", periods=50, freq="MS"))
    model = PanelHoltWinters(sp=4).fit(y[:42])
    ends = [np.array([end]) for end in (42, 44, 47)]
    found = PanelHoltWinters(sp=4).fit(y[:42])._forecasts_after(y, None, ends, 6)
    for before, end, each in zip((42, 42, 44), (42, 44, 47), found, strict=True):
        if end > before:
            model.update(y[before:end], update_params=False)
        np.testing.assert_allclose(each[0], model.predict(fh=range(1, 7)), rtol=1e-12)


def test_later_rows_do_not_change_earlier_forecasts():
    values = seasonal(60)
    other = np.where(np.arange(60) < 45, values, 3 * values)
    found = []
    for rows in (values, other):
        model = fitted(values[:40]).update(dated(rows)[40:], update_params=False)
        found.append(model.predict_residuals()[:45])
    np.testing.assert_array_equal(*found)


def test_update_with_parameters_is_a_new_fit():
    y = dated(seasonal(60))
    updated = PanelHoltWinters().fit(y[:40]).update(y[40:])
    again = PanelHoltWinters().fit(y)
    pd.testing.assert_series_equal(updated.predict(fh=[1, 2]), again.predict(fh=[1, 2]))


def test_unknown_rows_continue_the_forecast():
    y = seasonal(40)
    before, gap = fitted(y[:36]), fitted(np.append(y[:36], [np.nan] * 4))
    np.testing.assert_allclose(gap.predict(fh=[1, 2]), before.predict(fh=[5, 6]), rtol=1e-12)


@pytest.mark.parametrize("away", [0.0, 500.0])
@pytest.mark.parametrize("n_before", [1, 7, 30])
def test_unknown_rows_before_a_series_change_nothing(n_before, away):
    values = seasonal(40) - away
    later = dated(np.append([np.nan] * n_before, values))
    expected = PanelHoltWinters(sp=4).fit(later[n_before:])
    found = PanelHoltWinters(sp=4).fit(later)
    steps = [-2, 0, 1, 2, 3, 4]
    np.testing.assert_allclose(found.predict(fh=steps), expected.predict(fh=steps), rtol=1e-12)


def test_a_season_after_a_long_gap_is_found():
    values = np.tile([10.0, 40.0, 20.0, 70.0], 12)
    values[1:20] = np.nan
    forecast = fitted(values).predict(fh=range(1, 5))
    np.testing.assert_allclose(forecast, [10.0, 40.0, 20.0, 70.0], rtol=0.15)


@pytest.mark.parametrize("values", [[7.0], [7.0, 7.0], [7.0] * 30, [np.nan, 7.0, np.nan]])
def test_constant_and_very_short_series(values):
    np.testing.assert_allclose(fitted(np.array(values)).predict(fh=[1, 2, 9]), 7.0)


def test_fewer_than_three_cycles_have_no_season():
    forecast = fitted(np.tile([10.0, -10.0, 30.0, -30.0], 3)[:11]).predict(fh=range(1, 5))
    assert np.ptp(forecast) < 5.0
    forecast = fitted(np.tile([10.0, -10.0, 30.0, -30.0], 3)).predict(fh=range(1, 5))
    np.testing.assert_allclose(forecast, [10.0, -10.0, 30.0, -30.0], atol=1e-9)


def test_nothing_known():
    model = fitted(np.full(9, np.nan))
    with pytest.warns(UserWarning, match="y has NaN as its forecast"):
        assert model.predict(fh=[1, 2]).isna().all()


def test_levels_far_from_zero():
    changes = np.random.default_rng(0).normal(size=48).cumsum() + np.tile([0.0, 3, 1, -2], 12)
    near = fitted(changes - 1e3).predict(fh=range(1, 9)).to_numpy()
    far = fitted(changes - 1e8).predict(fh=range(1, 9)).to_numpy()
    np.testing.assert_allclose(far + 1e8, near + 1e3, atol=1e-5)


def test_a_series_that_falls_to_nothing_stays_finite_and_not_negative():
    values = 1000.0 * 0.8 ** np.arange(40) * np.resize(SEASON, 40)
    forecast = fitted(values).update(dated(np.append(values, [0.0] * 8))[40:], update_params=False)
    forecast = forecast.predict(fh=range(1, 9))
    assert np.isfinite(forecast).all()
    assert (forecast >= 0).all()


@pytest.mark.parametrize("factors", [True, False])
@pytest.mark.parametrize("change", ["2024-03-31", "2024-10-27"])
def test_a_day_follows_the_local_clock(change, factors):
    change = pd.Timestamp(change, tz="Europe/Berlin")
    index = pd.date_range(change - pd.Timedelta("12D"), change + pd.Timedelta("9D"), freq="h")
    y = pd.Series(np.where((index.hour >= 7) & (index.hour < 20), 20.0, 10.0), index)
    y -= 0.0 if factors else 50.0
    shorter = y[30:-40]
    panel = pd.concat({"a": y.to_frame("y"), "b": shorter.to_frame("y")}, names=["s", "t"])
    for days in (-0.5, 1, 3):
        until = change + pd.Timedelta(days=days)
        forecast = PanelHoltWinters().fit(y[:until]).predict(fh=range(1, 40))
        np.testing.assert_allclose(forecast, y[forecast.index], atol=0.1)
    # The series of a panel begin and end at different hours, and so does a season at the change.
    forecasts = PanelHoltWinters().fit(panel).predict(fh=range(1, 40))
    for name, part in (("a", y), ("b", shorter)):
        alone = PanelHoltWinters().fit(part)
        expected = alone.predict(fh=range(1, 40))
        np.testing.assert_allclose(forecasts.loc[name, "y"], expected, rtol=1e-12)
        hours = expected.index.hour
        day = np.where((hours >= 7) & (hours < 20), 20.0, 10.0) - (0.0 if factors else 50.0)
        np.testing.assert_allclose(expected, day, atol=0.1)
    later = y[change - pd.Timedelta("9D") :]
    model = PanelHoltWinters().fit(y[: change - pd.Timedelta("4h")])
    model.update(later, update_params=False)
    np.testing.assert_allclose(model.predict_residuals(later), 0.0, atol=0.1)
