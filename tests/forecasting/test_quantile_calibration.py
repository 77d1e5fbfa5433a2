"""Conformalised quantile regression, against plain NumPy and on made series."""

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from skrnn.forecasting import AutoRNNForecaster, RNNForecaster
from skrnn.forecasting._adaptive_levels import AdaptiveLevels
from skrnn.forecasting._forecast_limits import Bounds
from skrnn.forecasting._held_out import HeldOut
from skrnn.forecasting._quantile_calibration import Calibration, conformal_offsets

QUANTILES = (0.1, 0.5, 0.9)
LOSS = {"loss": "quantile", "quantile": QUANTILES, "strategy": "multioutput"}


def test_offsets_are_ranks_of_the_errors():
    # Of 19 errors, those of the ranks 0.9 * 20 = 18 and 0.1 * 20 = 2.
    errors = np.random.default_rng(0).permutation(np.arange(1.0, 20.0))
    found = conformal_offsets(np.tile(np.sort(errors)[:, None], 3), QUANTILES)
    np.testing.assert_array_equal(found, [2.0, 0.0, 18.0])
    # Of 24, 22.5 and 2.5: each is rounded to the side that makes the interval wider.
    errors = np.arange(1.0, 25.0)
    found = conformal_offsets(np.tile(errors[:, None], 2), (0.1, 0.9))
    np.testing.assert_array_equal(found, [2.0, 23.0])


@pytest.mark.parametrize("n", [19, 60, 199])
def test_scores_of_romano_in_plain_numpy(n):
    random = np.random.default_rng(n)
    low, high, y = random.normal(size=(3, n))
    errors = np.sort(np.stack([y - low, y - high], axis=1), axis=0)
    found = conformal_offsets(errors, (0.1, 0.9))
    # The scores are low - y and y - high, and each is taken at ceil(0.9 (n + 1)) / n.
    level = np.ceil(np.round(0.9 * (n + 1), 9)) / n
    expected = [
        -np.quantile(low - y, level, method="inverted_cdf"),
        np.quantile(y - high, level, method="inverted_cdf"),
    ]
    np.testing.assert_array_equal(found, expected)


def test_coverage_does_not_depend_on_the_number_of_errors():
    """With 19 errors, the largest but one covers 90%; their own quantile would cover less."""
    random = np.random.default_rng(0)
    errors = random.normal(size=(20_000, 19))
    offsets = [conformal_offsets(np.sort(each)[:, None], (0.9,))[0] for each in errors]
    assert norm.cdf(offsets).mean() == pytest.approx(0.9, abs=0.005)


def test_coverage_where_the_spread_changes():
    """Quantiles that are half as far out as they should be cover 80% after they have moved."""
    random = np.random.default_rng(0)
    spread = np.exp(0.5 * random.normal(size=(4000, 2)))
    y = spread * random.normal(size=(4000, 2))
    forecasts = 0.5 * spread[..., None] * norm.ppf(QUANTILES)
    calibration = Calibration.of((y[..., None] - forecasts)[:2000], QUANTILES, np.ones(2000))
    steps = np.tile([1, 2], (2000, 1))
    low, middle, high = np.moveaxis(
        calibration.applied(forecasts[2000:, :, None], steps)[:, :, 0], -1, 0
    )
    for outside in (y[2000:] < low, y[2000:] > high):
        np.testing.assert_allclose(outside.mean(axis=0), 0.1, atol=0.02)
    assert not middle.any()
    assert np.corrcoef((high - low)[:, 0], spread[2000:, 0])[0, 1] > 0.99


def test_no_quantile_crosses_another_one():
    calibration = Calibration(QUANTILES, np.array([[5.0, 0.0, -5.0]]), np.array([1.0]), 9)
    values = np.array([-1.0, 0.0, 1.0]).reshape(1, 1, 1, 3)
    assert calibration.applied(values, np.array([[4]])).ravel().tolist() == [0.0, 0.0, 0.0]
    only_upper = Calibration((0.6, 0.9), np.array([[2.0, -5.0]]), np.array([1.0]), 9)
    assert only_upper.applied(values[..., 1:], np.array([[1]])).ravel().tolist() == [2.0, 2.0]
    only_lower = Calibration((0.1, 0.4), np.array([[5.0, -2.0]]), np.array([1.0]), 9)
    found = only_lower.applied(values[..., :2], np.array([[1]])).ravel()
    assert found.tolist() == [-2.0, -2.0]


def test_a_series_without_a_scale_is_unknown():
    calibration = Calibration(QUANTILES, np.array([[-1.0, 0.0, 1.0]]), np.array([np.nan]), 9)
    found = calibration.applied(np.zeros((1, 1, 1, 3)), np.array([[1]])).ravel()
    np.testing.assert_array_equal(found, [np.nan, 0.0, np.nan])

    unseen = replace(calibration, seen=np.array([False]))
    found = unseen.applied(np.zeros((1, 1, 1, 3)), np.array([[1]])).ravel()
    np.testing.assert_array_equal(found, [np.nan, 0.0, np.nan])


@pytest.mark.parametrize("known", [slice(-1, None), slice(None, None, 2)])
def test_a_series_without_a_scale_has_point_forecasts(cheap, months, known):
    """It has one value, or a gap after each of its values."""
    other = months[known].reindex(months[known.start or 0 :].index)
    y = pd.concat({"a": months, "b": other}, names=["series", "month"]).to_frame()
    with pytest.warns(UserWarning, match="1 of 2 series does not have two consecutive"):
        calibrated = cheap(calibrate=True, **LOSS).fit(y, fh=[1, 2])
    assert np.isnan(calibrated._calibration.scales).tolist() == [False, True]
    plain = cheap(**LOSS).fit(y, fh=[1, 2])
    pd.testing.assert_frame_equal(calibrated.predict(), plain.predict())
    found = np.isnan(calibrated.predict_quantiles(alpha=[0.1, 0.5, 0.9]))
    assert not found.loc["a"].any(axis=None)
    assert found.loc["b"].to_numpy().tolist() == [[True, False, True]] * 2


def test_a_forecaster_moves_its_quantiles_by_held_out_errors(cheap, months):
    """The same with the methods of sktime alone."""
    fh, alphas = [1, 2], list(QUANTILES)
    calibrated = cheap(calibrate=True, **LOSS).fit(months, fh=fh)
    plain = cheap(**LOSS).fit(months, fh=fh)
    later = HeldOut.of(months.to_frame(), 2, wanted=1000).later
    ends = len(months) - 2 - later
    twin, errors = cheap(**LOSS).fit(months[: ends[0]], fh=fh), []
    for before, end in zip([ends[0], *ends], ends, strict=False):
        if end > before:
            twin.update(months[before:end], update_params=False)
        forecast = twin.predict_quantiles(alpha=alphas).to_numpy()
        errors.append(months.to_numpy()[end : end + 2, None] - forecast)
    # Few errors of each step: those of both together. They are in units of the mean change.
    scale = months[: ends[0]].diff().abs().mean()
    ordered = np.sort(np.concatenate(errors) / scale, axis=0)
    n = len(ordered)
    moves = [ordered[int(0.1 * (n + 1)) - 1, 0], 0.0, ordered[int(np.ceil(0.9 * (n + 1))) - 1, 2]]
    expected = plain.predict_quantiles(alpha=alphas) + months.diff().abs().mean() * np.array(moves)
    np.testing.assert_allclose(calibrated.predict_quantiles(alpha=alphas), expected, rtol=1e-5)
    np.testing.assert_allclose(calibrated.predict(), plain.predict())
    interval = calibrated.predict_interval(coverage=0.8).to_numpy()
    np.testing.assert_allclose(interval, expected.to_numpy()[:, [0, 2]], rtol=1e-5)


def test_panels_and_columns(cheap, panel, months):
    loss = {**LOSS, "quantile": (0.2, 0.5, 0.9), "target_scaler": "auto"}
    calibrated, plain = (cheap(calibrate=c, **loss).fit(panel, fh=[1, 2]) for c in (True, False))
    moved = (calibrated.predict_quantiles(alpha=[0.9]) - plain.predict_quantiles(alpha=[0.9])).y
    scales = panel.groupby(level=0)["y"].apply(lambda y: y.diff().abs().mean())
    ratios = moved[0.9].div(scales, level=0).to_numpy()
    np.testing.assert_allclose(ratios, ratios[0], rtol=1e-3)
    assert ratios[0] != 0
    frame = pd.DataFrame({"a": months, "b": -months})
    wide = cheap(calibrate=True, **LOSS).fit(frame, fh=[1])
    alone = cheap(calibrate=True, **LOSS).fit(frame[["b"]], fh=[1])
    np.testing.assert_allclose(
        wide.predict_interval(coverage=0.8)["b"], alone.predict_interval(coverage=0.8)["b"]
    )


def test_counts_do_not_become_negative(cheap):
    y = pd.Series(np.random.RandomState(0).poisson(0.5, 60).astype(float))
    low = cheap(calibrate=True, **LOSS).fit(y, fh=[1, 2]).predict_quantiles(alpha=[0.1])
    assert (low >= 0).all(axis=None)


def test_refitting_without_calibration_forgets_it(cheap, months):
    forecaster = cheap(calibrate=True, **LOSS).fit(months, fh=[1])
    forecaster.set_params(calibrate=False).fit(months, fh=[1])
    plain = cheap(**LOSS).fit(months, fh=[1])
    assert forecaster.predict_interval(coverage=0.8).equals(plain.predict_interval(coverage=0.8))


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"loss": "normal"},
        {"loss": "quantile", "quantile": 0.5},
        {**LOSS, "strategy": "recursive"},
    ],
)
def test_only_quantiles_move(months, parameters):
    with pytest.raises(ValueError, match=r"calibrate=True adjusts quantiles.*or calibrate=False"):
        RNNForecaster(calibrate=True, **parameters).fit(months, fh=[1])


def test_pretrained_networks_are_not_trained_again(cheap, panel):
    forecaster = cheap(calibrate=True, **LOSS)
    assert not forecaster.get_tag("capability:pretrain")
    with pytest.raises(ValueError, match=r"calibrate=True.*Set calibrate=False"):
        forecaster.pretrain(panel, fh=[1])


def test_series_that_are_too_short(cheap, months):
    with pytest.warns(
        UserWarning, match="too short.*hold out 2 row.*calibrate=True has no effect"
    ):
        forecaster = cheap(calibrate=True, **LOSS).fit(months[:5], fh=[1, 2])
    plain = cheap(**LOSS).fit(months[:5], fh=[1, 2])
    assert forecaster.predict_interval(coverage=0.8).equals(plain.predict_interval(coverage=0.8))
    extreme = {**LOSS, "quantile": (0.001, 0.5, 0.9)}
    with pytest.warns(UserWarning, match=r"\(14\) is too small for the quantiles \[0.001\]"):
        cheap(calibrate=True, **extreme).fit(months, fh=[1])


def test_series_that_never_change(cheap, months):
    with pytest.warns(UserWarning, match="never change.*calibrate=True has no effect"):
        forecaster = cheap(calibrate=True, **LOSS).fit(0 * months + 5.0, fh=[1, 2])
    with pytest.warns(UserWarning, match="never change, so their intervals have no width"):
        assert (forecaster.predict_interval(coverage=0.8) == 5.0).all(axis=None)


def test_levels_between_contain_the_quantiles():
    errors = np.arange(1.0, 100.0)[:, None, None] * np.ones((99, 1, 3))
    calibration = Calibration.of(errors, QUANTILES, np.ones(2))
    # A quantile q of 99 errors has the rank 100 q. 0.1 may move from 0.01 to 0.5.
    levels = {0.01: [1, 0, 50], 0.1: [10, 0, 90], 0.3: [30, 0, 95], 0.5: [50, 0, 99]}
    for low, expected in levels.items():
        high = {0.01: 0.5, 0.1: 0.9, 0.3: 0.945, 0.5: 0.99}[low]
        adaptive = AdaptiveLevels(np.array([[low, 0.5, high]] * 2), QUANTILES)
        found = replace(calibration, adaptive=adaptive).applied(
            np.array([-100.0, 0.0, 0.0]) * np.ones((2, 1, 1, 1)), np.ones((2, 1), int)
        )
        np.testing.assert_allclose(found[0, 0, 0] + [100, 0, 0], expected, atol=0.51)


def far_off(y, n_rows):
    """Return rows after a series, far below it."""
    index = pd.period_range(y.index[-1] + 1, periods=n_rows, freq="M", name=y.index.name)
    return pd.Series(-1e3, index, name=y.name)


def test_update_moves_the_quantiles(cheap, months):
    """Adaptive conformal inference: a level moves by 0.03 q, or by -0.03 (1 - q).

    Each of two values that are forecast at the same time moves it by a part of that.
    """
    forecaster = cheap(calibrate=True, **LOSS).fit(months, fh=[1, 2])
    assert forecaster.update(months[-9:])._calibration.adaptive is None
    before = forecaster.predict_quantiles(alpha=list(QUANTILES)).to_numpy()
    # The third row is no step of the horizon: two values count.
    forecaster.update(far_off(months, 3), update_params=False)
    step = 0.03 / np.sqrt(2)
    expected = [[0.1 - 2 * step * 0.9, 0.5, 0.9 - 2 * step * 0.1]]
    np.testing.assert_allclose(forecaster._calibration.adaptive.levels, expected)
    after = forecaster.predict_quantiles(alpha=list(QUANTILES)).to_numpy()
    assert (np.diff(after[:, :2]) > np.diff(before[:, :2])).all()
    again = pickle.loads(pickle.dumps(forecaster)).predict_quantiles(alpha=list(QUANTILES))
    np.testing.assert_array_equal(again, after)


def test_each_series_of_a_panel_moves_on_its_own(cheap, months):
    names = ["series", "month"]
    y = pd.concat({"a": months.to_frame(), "b": 5 + months.to_frame()}, names=names)
    X = y.rename(columns={"y": "x"})
    coming = pd.concat({"b": far_off(months, 1).to_frame()}, names=names)
    forecaster = cheap(calibrate=True, **LOSS).fit(y, X, fh=[1, 2])
    forecaster.update(coming, coming.rename(columns={"y": "x"}), update_params=False)
    levels = forecaster._calibration.adaptive.levels
    assert levels[0].tolist() == list(QUANTILES)
    np.testing.assert_allclose(levels[1], [0.1 - 0.03 * 0.9, 0.5, 0.9 - 0.03 * 0.1])


def test_a_count_that_equals_its_quantile_moves_nothing():
    errors = np.random.default_rng(0).normal(size=(99, 1, 3))
    calibration = Calibration.of(errors, QUANTILES, np.ones(1))
    counts = Bounds(*np.array([0.0, 9.0, 9.0, 0.0])[:, None, None])
    values = np.array([-3.0, 0.0, 5.0]).reshape(1, 1, 1, 3)
    after = calibration.after(np.zeros((1, 1)), values, np.ones((1, 1), int), counts)
    np.testing.assert_allclose(after.adaptive.levels, [[0.1, 0.5, 0.9 - 0.03 * 0.1]])


def test_short_series_only_move_outwards(cheap, months):
    offsets = np.array([[1.0, 0.0, 2.0]])
    calibration = Calibration(QUANTILES, offsets, np.ones(2), 9, seen=np.array([True, False]))
    found = calibration.applied(np.tile([-5.0, 0.0, 5.0], (2, 1, 1, 1)), np.ones((2, 1), int))
    assert found[:, 0, 0].tolist() == [[-4.0, 0.0, 7.0], [-5.0, 0.0, 7.0]]
    names = ["series", "month"]
    y = pd.concat({"a": months.to_frame(), "b": months[-4:].to_frame()}, names=names)
    forecaster = cheap(calibrate=True, **LOSS).fit(y, fh=[1, 2])
    assert forecaster._calibration.seen.tolist() == [True, False]


def test_as_a_view_only_the_median_counts(cheap, months):
    """A combination derives intervals from its own held-out errors."""
    tables = []
    for calibrated in (True, False):
        views = {"quantiles": cheap(calibrate=calibrated, **LOSS)}
        auto = AutoRNNForecaster(views=views).fit(months[:-1], fh=[1, 2])
        auto.update(months[-1:], update_params=False)
        tables.append(auto.predict_quantiles(alpha=[0.1, 0.5, 0.9]))
    pd.testing.assert_frame_equal(*tables)
