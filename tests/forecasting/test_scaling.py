"""Scaling of all series together, and of each one separately."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import FunctionTransformer, RobustScaler, StandardScaler

from skrnn.forecasting import RNNForecaster, _scaling
from skrnn.forecasting._panel import Panel
from skrnn.forecasting._scaling import (
    AmountScaling,
    CommonScaling,
    SeriesScaling,
    SpreadScaling,
    check_scaler,
)
from skrnn.windows._time_axis import TimeAxis


@pytest.fixture
def panel():
    random = np.random.default_rng(0)
    lengths = [5, 40, 7, 33]
    index = pd.MultiIndex.from_tuples([(s, t) for s, n in enumerate(lengths) for t in range(n)])
    values = random.normal(size=(sum(lengths), 2)) * [1, 100] + [0, 1000]
    values[3] = np.nan
    return Panel.of(pd.DataFrame(values, index=index), TimeAxis(0), gap=2)


@pytest.mark.parametrize("name", ["standard", "minmax", RobustScaler()])
def test_each_series_as_scikit_learn_scales_it(panel, name):
    scaling = SeriesScaling(check_scaler(name, "target_scaler")).fit(panel, panel.values)
    scaled = scaling.transform(panel, panel.values)
    for start, end in zip(panel.starts, panel.ends, strict=True):
        alone = check_scaler(name, "target_scaler").fit_transform(panel.values[start:end])
        np.testing.assert_allclose(scaled[start:end], alone, atol=1e-12)
    back = scaling.inverse_transform(panel, scaled)
    np.testing.assert_allclose(back[panel.rows], panel.values[panel.rows])


def test_other_rows_of_the_same_series(panel):
    scaling = SeriesScaling(StandardScaler()).fit(panel, panel.values)
    tail = panel.tail(3, np.full(4, 5))
    scaled, whole = scaling.transform(tail, tail.values), scaling.transform(panel, panel.values)
    np.testing.assert_allclose(scaled[3:6], whole[panel.starts[1] + 2 : panel.starts[1] + 5])


def test_all_series_alike(panel):
    scaling = CommonScaling(StandardScaler()).fit(panel, panel.values)
    scaled = scaling.transform(panel, panel.values)
    np.testing.assert_allclose(np.nanmean(scaled, axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(np.nanstd(scaled, axis=0), 1)
    np.testing.assert_allclose(scaling.inverse_transform(panel, scaled), panel.values)


@pytest.mark.parametrize("scaling", [CommonScaling(None), SeriesScaling(None)])
def test_no_scaling(panel, scaling):
    assert scaling.fit(panel, panel.values).transform(panel, panel.values) is panel.values
    assert scaling.inverse_transform(panel, panel.values) is panel.values


@pytest.mark.parametrize("scaling", [CommonScaling, SeriesScaling])
@pytest.mark.parametrize("name", ["standard", "minmax"])
def test_nothing_known(panel, scaling, name):
    values = np.full_like(panel.values, np.nan)
    scaled = scaling(check_scaler(name, "x")).fit(panel, values).transform(panel, values)
    assert np.isnan(scaled).all()


def test_the_scaler_given_is_left_alone(panel):
    given = StandardScaler()
    CommonScaling(check_scaler(given, "target_scaler")).fit(panel, panel.values)
    SeriesScaling(given).fit(panel, panel.values)
    assert not hasattr(given, "mean_")


def test_functions():
    log = FunctionTransformer(np.log, np.exp)
    y = pd.DataFrame({"y": [1.0, 10.0, 100.0]})
    panel = Panel.of(y, TimeAxis(0), gap=1)
    scaling = SeriesScaling(check_scaler(log, "target_scaler")).fit(panel, panel.values)
    scaled = scaling.transform(panel, panel.values)
    np.testing.assert_allclose(scaled[1:, 0], np.log(y["y"]))


@pytest.mark.parametrize("given", ["robust", 3, StandardScaler])
def test_bad_scaler(given):
    with pytest.raises(ValueError, match="feature_scaler must be 'standard', 'minmax', None or"):
        check_scaler(given if given != StandardScaler else object(), "feature_scaler")


@pytest.mark.parametrize("most", [1, 3000, 10**6])
@pytest.mark.parametrize("scaler", [None, StandardScaler()], ids=str)
def test_quantiles_that_share_a_table_equal_those_scaled_alone(panel, monkeypatch, scaler, most):
    monkeypatch.setattr(_scaling, "_MOST_VALUES", most)
    scaling = CommonScaling(scaler).fit(panel, panel.values)
    values = np.random.default_rng(0).normal(size=(*panel.values.shape, 7))
    alone = [scaling.inverse_transform(panel, values[..., q]) for q in range(7)]
    found = scaling.inverse_transform_quantiles(values)
    np.testing.assert_array_equal(found, np.stack(alone, axis=-1))


@pytest.mark.parametrize("by_series", [False, True])
@pytest.mark.parametrize("offset", [0.0, 1e3, 1e8, 1e12])
def test_spreads_do_not_depend_on_the_level(panel, by_series, offset):
    at_zero = SpreadScaling(3, by_series=by_series).fit(panel, panel.values)
    values = panel.values + offset
    scaling = SpreadScaling(3, by_series=by_series).fit(panel, values)
    scaled = scaling.transform(panel, values)
    # The constant is the first known value of each series.
    np.testing.assert_array_equal(scaled[panel.starts], 0)
    digits = np.spacing(offset) + 1e-9
    np.testing.assert_allclose(
        scaled, at_zero.transform(panel, panel.values), atol=10 * digits, rtol=1e-3
    )
    back = scaling.inverse_transform(panel, scaled)
    np.testing.assert_allclose(back[panel.rows], values[panel.rows], rtol=1e-14)
    # 0 in the units of the series.
    zeros = scaling.transform(panel, np.zeros_like(values))
    np.testing.assert_array_equal(zeros[panel.starts], np.broadcast_to(scaling.zero, (4, 2)))


@pytest.mark.parametrize("by_series", [False, True])
def test_spreads_of_windows_around_their_level(panel, by_series):
    scaling = SpreadScaling(3, by_series=by_series).fit(panel, panel.values)
    changes = [
        [part[step:] - part[:-step] for step in (1, 2)]
        for part in (panel.values[a:b] for a, b in zip(panel.starts, panel.ends, strict=True))
    ]
    groups = changes if by_series else [[c for each in changes for c in each]]
    expected = [np.sqrt(np.nanmean(np.concatenate(g) ** 2, axis=0)) for g in groups]
    np.testing.assert_allclose(scaling.scale_, expected)


def test_other_series_of_the_same_spread(panel):
    scaling = SpreadScaling(3, by_series=False).fit(panel, panel.values)
    index = pd.MultiIndex.from_tuples([("new", t) for t in range(5)])
    other = Panel.of(pd.DataFrame(np.arange(10.0).reshape(5, 2) + 50, index), TimeAxis(0), gap=2)
    spread = scaling.scale_
    scaled = scaling.fit_to_others(other, other.values).transform(other, other.values)
    np.testing.assert_array_equal(scaling.scale_, spread)
    np.testing.assert_allclose(scaled[other.rows], 2 * np.arange(5)[:, None] / spread)


def test_a_series_that_was_unknown_has_no_scale(panel):
    """It had the scale of zeros, and its later rows were taken for millions."""
    unknown = panel.values.copy()
    unknown[panel.starts[1] : panel.ends[1]] = np.nan
    for name in ("standard", "minmax"):
        scaling = SeriesScaling(check_scaler(name, "x")).fit(panel, unknown)
        later = scaling.transform(panel, panel.values)
        is_nan = np.isnan(later[panel.rows]).all(axis=1)
        np.testing.assert_array_equal(is_nan[panel.series == 1], True)
        assert np.isfinite(later[panel.rows][panel.series == 2]).all()


def test_amounts_that_are_mostly_below_one_are_divided():
    columns = [[0.0, np.nan, 0.25], [0.3, 1e-30, 40], [7, 9, 1e-9], [0, np.nan, 0]]
    index = pd.MultiIndex.from_product([range(4), range(3)])
    panel = Panel.of(pd.DataFrame(np.ravel(columns), index), TimeAxis(0), gap=2)
    scaling = AmountScaling().fit(panel, panel.values)
    assert scaling.scale_.ravel().tolist() == [2**-2, 2**-2, 1.0, 1.0]
    scaled = scaling.transform(panel, panel.values)
    expected = panel.values[panel.rows] / scaling.scale_[panel.series]
    np.testing.assert_array_equal(scaled[panel.rows], expected)
    back = scaling.inverse_transform(panel, scaled)
    np.testing.assert_array_equal(back[panel.rows], panel.values[panel.rows])
    one = Panel.of(pd.DataFrame({"y": [1e-3, 2e-3]}), TimeAxis(0), gap=2)
    assert scaling.fit_to_others(one, one.values).scale_.tolist() == [[2**-10]]


@pytest.mark.parametrize("strategy", ["multioutput", "recursive"])
@pytest.mark.parametrize("loss", ["log_normal", "gamma_likelihood"])
def test_small_amounts_beside_large_ones_are_forecast_like_others(loss, strategy):
    """One scale for all series was that of the large ones."""
    y = np.random.default_rng(0).uniform(1, 2, size=30)
    index = pd.MultiIndex.from_product([list("abc"), range(30)])
    make = partial(RNNForecaster, 3, strategy, units=2, n_networks=1, random_state=0, loss=loss)
    parts = y, y / 2**14, y * 2.0
    panel = make().fit(pd.DataFrame({"y": np.concatenate(parts)}, index), fh=[1, 2])
    rtol = 1e-6
    for method, factor in (
        ("predict", 2**14),
        ("predict_var", 2**28),
        ("predict_interval", 2**14),
    ):
        found = getattr(panel, method)()
        np.testing.assert_allclose(found.loc["b"] * factor, found.loc["a"], rtol=rtol)
        if strategy == "recursive":
            rtol = 0.3  # paths are drawn


def test_amounts_are_not_divided_without_a_level():
    y = pd.Series(np.random.default_rng(0).uniform(0.01, 0.02, size=30))
    model = RNNForecaster(3, loss="log_normal", level=False, units=2, n_networks=1, epochs=1)
    assert isinstance(model.fit(y, fh=[1, 2]).networks_.target_scaling, CommonScaling)


@pytest.mark.parametrize("strategy", ["multioutput", "recursive"])
@pytest.mark.parametrize("loss", ["log_normal", "gamma_likelihood"])
def test_small_positive_values_are_forecast_like_larger_ones(loss, strategy):
    y = pd.Series(np.random.default_rng(0).uniform(1, 2, size=30))
    make = partial(RNNForecaster, 3, strategy, units=2, n_networks=1, random_state=0)
    one, small = (make(loss=loss).fit(values, fh=[1, 2]) for values in (y, y / 2**14))
    np.testing.assert_allclose(small.predict() * 2**14, one.predict())
    np.testing.assert_allclose(small.predict_var() * 2**28, one.predict_var())
    np.testing.assert_allclose(small.predict_interval() * 2**14, one.predict_interval())
    residuals, expected = small.predict_residuals(y / 2**14), one.predict_residuals(y)
    np.testing.assert_allclose(residuals * 2**14, expected)
