"""Conformalised quantile regression, against plain NumPy and on made series."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from skrnn.forecasting import RNNForecaster
from skrnn.forecasting._held_out import HeldOut
from skrnn.forecasting._quantile_calibration import Calibration, conformal_offsets

QUANTILES = (0.1, 0.5, 0.9)
LOSS = {"loss": "quantile", "quantile": QUANTILES, "strategy": "multioutput"}


def test_offsets_are_ranks_of_the_errors():
    # Of 19 errors, those of the ranks 0.9 * 20 = 18 and 0.1 * 20 = 2.
    errors = np.random.default_rng(0).permutation(np.arange(1.0, 20.0))
    found = conformal_offsets(np.tile(errors[:, None], 3), QUANTILES)
    np.testing.assert_array_equal(found, [2.0, 0.0, 18.0])
    # Of 24, 22.5 and 2.5: each is rounded to the side that makes the interval wider.
    errors = np.arange(1.0, 25.0)
    found = conformal_offsets(np.tile(errors[:, None], 2), (0.1, 0.9))
    np.testing.assert_array_equal(found, [2.0, 23.0])


@pytest.mark.parametrize("n", [19, 60, 199])
def test_scores_of_romano_in_plain_numpy(n):
    random = np.random.default_rng(n)
    low, high, y = random.normal(size=(3, n))
    found = conformal_offsets(np.stack([y - low, y - high], axis=1), (0.1, 0.9))
    # The scores are low - y and y - high, and each is taken at ceil(0.9 (n + 1)) / n.
    level = np.ceil(np.round(0.9 * (n + 1), 9)) / n
    expected = [
        -np.quantile(low - y, level, method="inverted_cdf"),
        np.quantile(y - high, level, method="inverted_cdf"),
    ]
    np.testing.assert_array_equal(found, expected)


def test_coverage_does_not_depend_on_the_number_of_errors():
    """With 19 errors, the largest but one covers 90 %; their own quantile would cover less."""
    random = np.random.default_rng(0)
    errors = random.normal(size=(20_000, 19))
    offsets = [conformal_offsets(each[:, None], (0.9,))[0] for each in errors]
    assert norm.cdf(offsets).mean() == pytest.approx(0.9, abs=0.005)


def test_coverage_where_the_spread_changes():
    """Quantiles that are half as far out as they should be cover 80 % after they have moved."""
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
    with pytest.raises(ValueError, match=r"calibrate=True moves quantiles.*or calibrate=False"):
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
    with pytest.warns(UserWarning, match=r"errors are too few for the quantiles \[0.001\]"):
        cheap(calibrate=True, **extreme).fit(months, fh=[1])


def test_series_that_never_change(cheap, months):
    with pytest.warns(UserWarning, match="never change.*calibrate=True has no effect"):
        forecaster = cheap(calibrate=True, **LOSS).fit(0 * months + 5.0, fh=[1, 2])
    assert (forecaster.predict_interval(coverage=0.8) == 5.0).all(axis=None)
