"""The distribution of forecasts, and paths drawn from it."""

import sys
import warnings

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import AutoRNNForecaster
from skrnn.forecasting._combined_intervals import Intervals
from skrnn.forecasting._conformal_quantiles import ConformalQuantiles
from skrnn.forecasting._error_vectors import ErrorVectors
from skrnn.forecasting._panel import Panel
from skrnn.forecasting._predictive_distribution import Predictive, as_frame
from skrnn.windows._time_axis import TimeAxis

N_STEPS = 6


def predictive(rows, forecast, errors, scales, steps=N_STEPS):
    """Forecasts of series that are given as lists of values."""
    frames = {
        name: pd.DataFrame({"y": values}, pd.RangeIndex(len(values), name="t"))
        for name, values in rows.items()
    }
    y = pd.concat(frames, names=["series"])
    panel = Panel.of(y, TimeAxis.of(pd.RangeIndex(3)), 0)
    ahead = np.tile(np.arange(1, steps + 1), (len(rows), 1))
    index = pd.MultiIndex.from_product([list(rows), range(steps)], names=["series", "t"])
    conformal = ConformalQuantiles.of(errors)
    intervals = Intervals(conformal, np.asarray(scales), vectors=ErrorVectors.of(errors))
    values = np.tile(np.asarray(forecast, float)[:, None], (1, steps))
    return Predictive(values, ahead, index, panel.last, panel, intervals)


def walks(n_errors=400):
    return np.random.default_rng(0).normal(size=(n_errors, N_STEPS)).cumsum(axis=1)


def test_many_paths_have_the_quantiles_of_the_intervals():
    made = predictive({"a": [-1.5, 2], "b": [-0.5, 7]}, [0, 100], walks(), [1.0, 10.0])
    alphas = [0.05, 0.25, 0.5, 0.75, 0.95]
    paths = made.paths(20_000, np.random.default_rng(1))
    assert paths.shape == (2, N_STEPS, 20_000)
    spread = np.array([1.0, 10.0])[:, None, None] * np.arange(1, N_STEPS + 1)[:, None] ** 0.5
    found = np.moveaxis(np.quantile(paths, alphas, axis=2), 0, 2)
    expected = made.quantiles(alphas)
    # Between the forecast and the nearest error below it there is no other quantile.
    np.testing.assert_allclose((found - expected) / spread, 0, atol=0.15)


def test_the_sum_of_a_path_has_the_spread_of_a_walk():
    errors = walks(2000)
    made = predictive({"a": [-1.5, 2]}, [0], errors, [1.0])
    sums = made.paths(20_000, np.random.default_rng(1)).sum(axis=1)[0]
    # The sum of a walk of n steps has the variance n (n + 1) (2 n + 1) / 6.
    assert sums.std() == pytest.approx(np.sqrt(6 * 7 * 13 / 6), rel=0.05)
    independent = np.sqrt(np.arange(1, 7).sum())
    assert sums.std() > 1.8 * independent


def test_paths_of_counts_are_counts():
    rows = {"counts": [0, 3, 1, np.nan], "prices": [0.5, 3, 1, 2], "debts": [-1, 0, -7, -2]}
    made = predictive(rows, [1.2, 1.2, -1.2], walks(), [1.0, 1.0, 1.0])
    counts, prices, debts = made.paths(100, np.random.default_rng(0))
    for whole in (counts, debts):
        np.testing.assert_array_equal(whole, np.rint(whole))
    assert counts.min() == 0
    assert counts.max() > 1
    assert debts.max() == 0
    assert prices.min() == 0
    assert (prices != np.rint(prices)).mean() > 0.5


def test_equally_likely_values_are_the_quantiles():
    made = predictive({"a": [-1.5, 2]}, [3], walks(), [2.0])
    found = made.equally_likely(4)
    np.testing.assert_allclose(found, made.quantiles([0.125, 0.375, 0.625, 0.875]))
    wide = made.equally_likely(200).var(axis=2)[0]
    np.testing.assert_allclose(wide, 4 * np.arange(1, N_STEPS + 1), rtol=0.15)


def test_what_is_not_known_and_what_never_changes():
    made = predictive({"a": [1.0], "b": [7, 7.0]}, [1, 7], walks(), [np.nan, 0.0])
    for draw in (made.equally_likely, lambda: made.paths(5, np.random.default_rng(0))):
        with pytest.warns(UserWarning, match="of 2 series") as caught:
            unknown, constant = draw()
        assert len(caught) == 2
        assert np.isnan(unknown).all()
        np.testing.assert_array_equal(constant, 7)


def test_frame():
    index = pd.MultiIndex.from_tuples([("z", 1), ("z", 2), ("a", 1)], names=["series", "t"])
    samples = np.arange(6.0).reshape(1, 3, 2)
    frame = as_frame(samples, index, pd.Index(["y"]))
    assert frame.index.names == ["path", "series", "t"]
    assert frame["y"].tolist() == [0, 2, 4, 1, 3, 5]
    assert frame.index[1] == (0, "z", 2)


@pytest.fixture
def auto(cheap):
    """Make a forecaster of one view that trains in a moment."""
    return lambda: AutoRNNForecaster(views={"one": cheap(strategy="auto")}, random_state=0)


@pytest.fixture
def data(months, panel):
    """Series of every form, those of a panel in no order."""
    columns = pd.DataFrame({"a": months, "b": 3 - months})
    backwards = pd.concat({"b": panel.loc["b"], "a": panel.loc["a"]}, names=["series"])
    return {
        "one series": months,
        "columns": columns,
        "panel": backwards,
        "hierarchy": pd.concat({"z": panel, "x": panel + 5}, names=["top"]),
        "panel of columns": pd.concat({"z": columns, "x": columns + 1}, names=["series"]),
    }


FORMS = ["one series", "columns", "panel", "hierarchy", "panel of columns"]


@pytest.mark.parametrize("form", FORMS)
def test_all_methods_agree(auto, data, form):
    y = data[form]
    forecaster = auto().fit(y, fh=[1, 3])
    forecast = forecaster.predict()
    paths = forecaster.sample_paths(50, random_state=0)
    assert paths.index.names == ["path", *forecast.index.names]
    columns = forecast.columns if isinstance(forecast, pd.DataFrame) else ["y"]
    assert paths.columns.tolist() == list(columns)
    for number in (0, 49):
        assert paths.loc[number].index.equals(forecast.index)
    again = forecaster.sample_paths(50, random_state=0)
    pd.testing.assert_frame_equal(paths, again)
    variance = forecaster.predict_var()
    assert variance.index.equals(forecast.index)
    distribution = forecaster.predict_proba()
    assert distribution.index.equals(forecast.index)
    np.testing.assert_allclose(distribution.var(), variance)
    alphas = [0.1, 0.5, 0.9]
    expected = forecaster.predict_quantiles(alpha=alphas)
    scale = np.ptp(expected.to_numpy())
    np.testing.assert_allclose(distribution.quantile(alphas), expected, atol=0.05 * scale)
    joint = forecaster.predict_proba(marginal=False)
    assert joint.index.equals(forecast.index)
    assert joint.spl.equals(forecaster.predict_proba(marginal=False).spl)


def test_paths_of_a_long_table(auto, panel):
    table = panel.reset_index().set_axis(["unique_id", "ds", "y"], axis=1)
    forecaster = auto().fit(table, fh=[1, 2])
    paths = forecaster.sample_paths(5, random_state=0)
    assert paths.columns.tolist() == ["path", "unique_id", "ds", "y"]
    expected = auto().fit(panel, fh=[1, 2]).sample_paths(5, random_state=0)
    np.testing.assert_allclose(paths["y"], expected["y"])
    assert paths["unique_id"].tolist() == expected.index.get_level_values("series").tolist()
    np.testing.assert_allclose(
        forecaster.predict_proba().var()["y"], forecaster.predict_var()["y"]
    )


def test_errors(auto, months, monkeypatch):
    forecaster = auto().fit(months, fh=[-1, 1])
    with pytest.raises(ValueError, match=r"must lie after it\. Got the step -1"):
        forecaster.sample_paths()
    with pytest.raises(
        ValueError, match=r"'n_paths' parameter of AutoRNNForecaster\.sample_paths"
    ):
        forecaster.sample_paths(0)
    monkeypatch.setitem(sys.modules, "skpro", None)
    with pytest.raises(ImportError, match=r"predict_proba returns .* 'skrnn\[sktime\]'"):
        forecaster.predict_proba()
    assert forecaster.predict_var().shape == (2, 1)


def test_unknown_rows_at_the_end_make_the_intervals_wider(auto):
    """The intervals had the width of one step, although the last known value was older."""
    values = 50 + np.random.default_rng(0).normal(size=80).cumsum()
    y = pd.Series(values, pd.period_range("2000-01", periods=80, freq="M"), name="y")
    # Without a season, on which the width depends as well.
    shorter = auto().set_params(sp=1).fit(y[:78], fh=range(1, 7))
    coming = y[78:] * np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        before = np.diff(shorter.predict_interval().to_numpy())[:, 0]
        later = np.diff(shorter.update(coming).predict_interval().to_numpy())[:, 0]
    assert before[2] > before[0]
    np.testing.assert_allclose(later[:4], before[2:])
    # Two steps beyond those of the held-out errors the spread grows by the same power.
    assert (np.diff(later[3:]) > 0).all()
    spread = shorter._intervals.conformal.spread
    ratio = (np.array([7, 8]) / 6) ** (np.log(spread[5] / spread[0]) / np.log(6))
    np.testing.assert_allclose(later[4:], before[5] * ratio)
