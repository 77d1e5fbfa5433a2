"""Loss against Keras's own losses, scikit-learn's pinball loss and plain NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.metrics import log_loss, mean_pinball_loss, mean_poisson_deviance

from skrnn.losses import AbsoluteError, CrossEntropy, Huber, Pinball, Poisson, SquaredError
from skrnn.losses._loss import total_weight

MODULES = pytest.mark.parametrize("xp", [np, keras.ops], ids=["numpy", "keras"])
QUANTILES = (0.1, 0.5, 0.8)
LOSSES = [
    (SquaredError(), np.square),
    (AbsoluteError(), np.abs),
    (Huber(), lambda e: np.where(np.abs(e) <= 1, 0.5 * e**2, np.abs(e) - 0.5)),
    (Pinball(0.3), lambda e: np.where(e < 0, -0.3 * e, 0.7 * e)),
]
NAMES = [type(loss).__name__ for loss, _ in LOSSES]


@pytest.fixture
def batch():
    """Targets, forecasts and weights of 20 rows of 3 steps of 2 outputs."""
    rng = np.random.RandomState(0)
    y_true, y_pred = rng.normal(scale=2.0, size=(2, 20, 3, 2)).astype(np.float32)
    return y_true, y_pred, rng.uniform(size=(20, 3)).astype(np.float32)


def mean(loss, xp, *arrays):
    return float(loss.mean(xp, *arrays))


@MODULES
@pytest.mark.parametrize(
    ("loss", "theirs"),
    [
        (SquaredError(), keras.losses.MeanSquaredError()),
        (AbsoluteError(), keras.losses.MeanAbsoluteError()),
        (Huber(), keras.losses.Huber()),
    ],
)
def test_equal_to_keras_where_weights_are_equal(batch, xp, loss, theirs):
    y_true, y_pred, weight = batch
    expected = float(theirs(y_true, y_pred))
    for equal in (np.ones_like(weight), np.full_like(weight, 0.25)):
        assert mean(loss, xp, y_true, y_pred, equal) == pytest.approx(expected, rel=1e-6)
    # Keras divides by the number of rows, and not by the sum of the weights.
    weighted = float(theirs(y_true, y_pred, sample_weight=weight)) / weight.mean()
    assert mean(loss, xp, y_true, y_pred, weight) == pytest.approx(weighted, rel=1e-5)


@MODULES
@pytest.mark.parametrize(("loss", "error"), LOSSES, ids=NAMES)
def test_weighted_mean_over_the_known_targets(batch, xp, loss, error):
    y_true, y_pred, weight = batch
    y_true[::3, 1, 0] = np.nan
    y_true[5] = np.nan
    weight[7:9] = 0.0
    known = ~np.isnan(y_true)
    each = np.broadcast_to(weight[..., None], y_true.shape)[known]
    expected = np.average(error((y_pred - y_true)[known]), weights=each)
    assert mean(loss, xp, y_true, y_pred, weight) == pytest.approx(expected, rel=1e-5)
    y_pred[5], y_pred[7:9] = 1e6, -1e6  # where nothing is known, or nothing counts
    assert mean(loss, xp, y_true, y_pred, weight) == pytest.approx(expected, rel=1e-5)


@MODULES
@pytest.mark.parametrize(("loss", "error"), LOSSES, ids=NAMES)
def test_a_batch_of_blanks_costs_nothing(batch, xp, loss, error):
    y_true, y_pred, weight = batch
    assert mean(loss, xp, y_true, y_pred, 0 * weight) == 0.0
    assert mean(loss, xp, y_true * np.nan, y_pred, weight) == 0.0


@pytest.mark.parametrize(("loss", "error"), LOSSES, ids=NAMES)
def test_gradient_where_targets_are_missing_is_zero_and_not_nan(batch, loss, error):
    y_true, y_pred, weight = batch
    y_true[3] = np.nan
    forecast = tf.constant(y_pred)
    with tf.GradientTape() as tape:
        tape.watch(forecast)
        value = loss.mean(keras.ops, tf.constant(y_true), forecast, tf.constant(weight))
    gradient = tape.gradient(value, forecast).numpy()
    np.testing.assert_array_equal(gradient[3], 0.0)
    assert np.all(np.delete(gradient, 3, axis=0) != 0.0)
    step = np.zeros_like(y_pred, np.float64)
    step[0, 0, 0] = 1e-4
    double = y_true.astype(float), y_pred.astype(float), weight.astype(float)
    up, down = (mean(loss, np, double[0], double[1] + sign * step, double[2]) for sign in (1, -1))
    assert gradient[0, 0, 0] == pytest.approx((up - down) / 2e-4, rel=1e-3)


@MODULES
def test_several_quantiles_are_the_mean_of_scikit_learns(batch, xp):
    y_true, y_pred, weight = batch
    forecasts = np.stack([y_pred, y_pred + 0.5, y_pred + 2.0], axis=-1)
    rows = np.repeat(weight.ravel(), 2)
    expected = [
        mean_pinball_loss(y_true.ravel(), forecasts[..., i].ravel(), sample_weight=rows, alpha=q)
        for i, q in enumerate(QUANTILES)
    ]
    loss = Pinball(QUANTILES)
    assert mean(loss, xp, y_true, forecasts, weight) == pytest.approx(np.mean(expected), rel=1e-5)
    without_axis = mean(Pinball(QUANTILES[0]), xp, y_true, y_pred, weight)
    assert without_axis == pytest.approx(expected[0], rel=1e-5)
    with_axis = mean(Pinball(QUANTILES[:1]), xp, y_true, y_pred[..., None], weight)
    assert with_axis == pytest.approx(expected[0], rel=1e-5)


@MODULES
def test_poisson_is_the_deviance_of_scikit_learn(batch, xp):
    y_true, y_pred, weight = batch
    y_true = np.floor(np.abs(y_true))
    rows = np.repeat(weight.ravel(), 2)
    expected = mean_poisson_deviance(y_true.ravel(), np.exp(y_pred).ravel(), sample_weight=rows)
    assert mean(Poisson(), xp, y_true, y_pred, weight) == pytest.approx(expected, rel=1e-5)


@MODULES
@pytest.mark.parametrize("n_classes", [2, 5])
def test_cross_entropy_is_that_of_scikit_learn(xp, n_classes):
    rng = np.random.RandomState(0)
    logits = rng.normal(scale=3, size=(20, 3, n_classes)).astype(np.float32)
    y, weight = rng.randint(n_classes, size=(20, 3)), rng.uniform(size=(20, 3))
    odds = np.exp(logits.astype(float)).reshape(-1, n_classes)
    probabilities = odds / odds.sum(axis=1, keepdims=True)
    expected = log_loss(
        y.ravel(), probabilities, sample_weight=weight.ravel(), labels=range(n_classes)
    )
    if n_classes == 2:
        logits = logits[..., 1:] - logits[..., :1]
    arrays = y[..., None].astype(np.float32), logits, weight.astype(np.float32)
    loss = CrossEntropy(n_classes)
    assert mean(loss, xp, *arrays) == pytest.approx(expected, rel=1e-5)
    arrays[0][4] = np.nan
    weight[4] = 0.0
    expected = mean(loss, xp, y[..., None].astype(np.float32), logits, weight.astype(np.float32))
    assert mean(loss, xp, *arrays) == pytest.approx(expected, rel=1e-6)
    far = mean(loss, xp, arrays[0], 1e4 * logits, arrays[2])
    assert np.isfinite(far)


def test_only_quantiles_in_a_tuple_have_an_axis():
    assert Huber().n_quantiles == Pinball(0.5).n_quantiles == 0
    assert Pinball((0.5,)).n_quantiles == 1
    assert Pinball(QUANTILES).n_quantiles == 3


def test_a_quantile_is_where_its_loss_is_least():
    y_true = np.random.RandomState(0).exponential(size=(2001, 1, 1))
    weight = np.ones((2001, 1))
    levels = np.linspace(0, 4, 401)
    for quantile in (0.1, 0.5, 0.9):
        loss = Pinball(quantile)
        losses = [mean(loss, np, y_true, np.full_like(y_true, level), weight) for level in levels]
        best = levels[np.argmin(losses)]
        assert best == pytest.approx(np.quantile(y_true, quantile), abs=0.02)


def test_losses_are_keys():
    assert Pinball((0.1, 0.9)) == Pinball((0.1, 0.9))
    assert len({Huber(), Huber(), Pinball((0.1,)), Pinball()}) == 3


@MODULES
def test_means_of_halves_make_the_mean_of_a_batch(batch, xp):
    """If each half counts by its weight, which only known targets have."""
    y_true, y_pred, weight = (array.copy() for array in batch)
    y_true[:4, 1], weight[5:9] = np.nan, 0.0
    loss, halves = SquaredError(), (slice(0, 10), slice(10, None))
    weights = [float(total_weight(xp, y_true[half], weight[half])) for half in halves]
    means = [loss.mean(xp, y_true[half], y_pred[half], weight[half]) for half in halves]
    expected = loss.mean(xp, y_true, y_pred, weight)
    np.testing.assert_allclose(np.average(means, weights=weights), expected, rtol=1e-5)
    known = ~np.isnan(y_true)
    assert sum(weights) == pytest.approx(float((known * weight[..., None]).sum()), rel=1e-5)
