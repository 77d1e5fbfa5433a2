"""Checks that a loss fulfils the contract."""

from __future__ import annotations

import pickle
import sys
from importlib.util import find_spec
from numbers import Real
from operator import attrgetter

import numpy as np
from scipy.special import expit

from skrnn._typing import ArrayLike

from ._likelihood import Likelihood
from ._loss import TARGETS, Loss
from ._mixture import log_density

_ROWS, _STEPS, _OUTPUTS = 24, 3, 2
_STEP = 1e-5


def check_loss(loss: Loss, y: ArrayLike | None = None) -> None:
    """Check your own loss: its errors, its derivatives, and whether it can be saved.

    Values and derivatives are computed in NumPy and, if TensorFlow is installed, in TensorFlow as
    well, and the derivatives are compared with finite differences.

    Parameters
    ----------
    loss : Loss
        The loss.
    y : array-like of shape (n,), default=None
        At least two valid targets. None means targets of the type specified by ``loss.targets``.

    Raises
    ------
    AssertionError
        If the loss violates the contract of :class:`Loss`. The message says which part is
        violated.

    Examples
    --------
    >>> from skrnn.losses import Huber, Loss, check_loss
    >>> check_loss(Huber(2.0))
    >>> class Wrong(Loss):
    ...     def error(self, xp, y_true, output):
    ...         return xp.mean((output - y_true) ** 2)
    >>> check_loss(Wrong())
    Traceback (most recent call last):
    AssertionError: Wrong(): error must have the shape of y_true, (24, 3, 2), but it has ().
    """
    assert isinstance(loss, Loss), (
        f"a loss must be an instance of a subclass of Loss, got {loss!r}"
    )
    _check_value(loss)
    _check_attributes(loss)
    y_true, output = _example(loss, y)
    _check_errors(loss, y_true, output)
    _check_gradient(loss, y_true, output)
    _check_mean(loss, y_true, output)
    if isinstance(loss, Likelihood):
        _check_distribution(loss, y_true, output)
    else:
        _check_scores(loss, y_true, output)
    if find_spec("tensorflow"):
        _check_in_tensorflow(loss, y_true, output)


def _check_value(loss):
    """Check that a loss is an immutable value that can be compared, hashed, stored and cloned."""
    from sklearn.base import clone

    try:
        params = loss.get_params()
    except (AttributeError, TypeError) as error:
        raise AssertionError(str(error)) from None
    twin = type(loss)(**params)
    _check(loss, twin == loss, f"a loss made with the same parameters, {params}, is not equal")
    try:
        hash(loss)
    except TypeError as error:
        raise AssertionError(f"{loss!r}: parameters must be hashable: {error}") from None
    _check(loss, hash(twin) == hash(loss), "an equal loss has a different hash")
    _check(loss, loss != type("Other", (Loss,), {})(), "it equals a loss of another class")
    _check(loss, clone(loss) == loss, "scikit-learn's clone of it is not equal")
    try:
        stored = pickle.dumps(loss if _is_found(type(loss)) else params)
    except Exception as error:  # a user's code may raise any error
        raise AssertionError(f"{loss!r}: it cannot be pickled: {error}") from None
    restored = pickle.loads(stored)
    _check(loss, restored == (loss if _is_found(type(loss)) else params), "its pickle differs")


def _is_found(cls):
    """Return whether pickle finds a class by its name, unlike one in a function or a doctest."""
    try:
        return attrgetter(cls.__qualname__)(sys.modules[cls.__module__]) is cls
    except (AttributeError, KeyError):
        return False


def _check_attributes(loss):
    choices = {
        "link": ("identity", "log", "logit", "multinomial_logit"),
        "targets": tuple(TARGETS),
        "estimates": ("mean", "median", "quantile", None),
    }
    for name, allowed in choices.items():
        value = getattr(loss, name)
        _check(loss, value in allowed, f"{name} must be one of {allowed}, not {value!r}")
    n = loss.n_parameters
    _check(loss, isinstance(n, int) and n >= 1, f"n_parameters must be an int from 1, not {n!r}")
    if loss.n_quantiles:
        _check(loss, n == loss.n_quantiles, f"{loss.n_quantiles} quantiles, but n_parameters={n}")
    elif not loss.n_classes and not isinstance(loss, Likelihood):
        _check(
            loss,
            n == 1,
            f"n_parameters={n}, but quantile is not a tuple of {n} quantiles, and the class is "
            "not derived from Likelihood",
        )


def _columns(loss):
    """Return the last axis of the outputs, or ``()`` if there is none."""
    if loss.n_quantiles:
        return (loss.n_quantiles,)
    several = isinstance(loss, Likelihood) and loss.n_parameters > 1
    return (loss.n_parameters,) if several else ()


def _example(loss, y):
    """Return targets ``(n_rows, n_steps, n_outputs)``, and outputs of a network for them."""
    rng = np.random.RandomState(0)
    shape = (_ROWS, _STEPS, 1 if loss.n_classes else _OUTPUTS)
    if y is not None:
        y = np.asarray(y, np.float64).ravel()
        y_true = rng.choice(y, size=shape)
    elif loss.n_classes:
        y_true = rng.randint(loss.n_classes, size=shape).astype(np.float64)
    else:
        draw = {
            "real": lambda: rng.normal(scale=2.0, size=shape),
            "counts": lambda: rng.poisson(1.5, size=shape).astype(np.float64),
            "nonnegative": lambda: np.maximum(rng.normal(0.5, size=shape), 0.0),
            "positive": lambda: rng.gamma(2.0, size=shape),
            "binary": lambda: rng.randint(2, size=shape).astype(np.float64),
        }
        y_true = draw[loss.targets]()
    with_unknown = np.where(np.arange(y_true.size).reshape(shape) == 1, np.nan, y_true)
    try:
        loss.check_targets(with_unknown)
    except ValueError as error:
        raise AssertionError(
            f"{loss!r}: check_targets rejects targets of the kind {loss.targets!r}, one of which "
            f"is NaN: {error}. Pass valid targets as check_loss(loss, y)."
        ) from None
    columns = loss.n_parameters if loss.n_classes else shape[-1]
    return y_true, rng.normal(scale=1.5, size=(*shape[:-1], columns, *_columns(loss)))


def _check_errors(loss, y_true, output):
    try:
        error = np.asarray(loss.error(np, y_true, output))
    except Exception as raised:  # a user's code may raise any error
        cause = f"{type(raised).__name__}: {raised}"
        raise AssertionError(f"{loss!r}: error fails with xp=numpy: {cause}") from raised
    _check_shape(loss, "error", error, "y_true", y_true)
    _check(loss, np.isfinite(error).all(), "error is not finite")
    part = np.asarray(loss.error(np, y_true[3:5], output[3:5]))
    same = part.shape == error[3:5].shape and np.allclose(part, error[3:5])
    _check(loss, same, "the error of a target depends on other rows")
    if loss.of_differences:
        location = output.copy()
        location[(..., 0) if isinstance(loss, Likelihood) and _columns(loss) else ...] += 3.0
        shifted = np.asarray(loss.error(np, y_true + 3.0, location))
        _check(
            loss,
            np.allclose(shifted, error),
            "of_differences is True, but the error changes "
            "if the same number is added to target and output",
        )
    neutral = np.asarray(loss.error(np, np.full_like(y_true, loss.neutral_target), output))
    _check(
        loss,
        np.isfinite(neutral).all(),
        f"the error is not finite for neutral_target={loss.neutral_target}, which stands for "
        "unknown targets. Set neutral_target to a valid target",
    )


def _finite_differences(loss, y_true, output):
    """Return central differences, and where those of the two sides differ (a kink)."""
    result, kinks = np.empty_like(output), np.zeros(output.shape, bool)
    for column in np.ndindex(output.shape[2:]):
        step = np.zeros_like(output)
        step[..., *column] = _STEP
        up, at, down = (
            np.asarray(loss.error(np, y_true, output + sign * step)) for sign in (1, 0, -1)
        )
        target = min(column[0], y_true.shape[2] - 1)  # all classes have one target
        slopes = (up - at)[..., target] / _STEP, (at - down)[..., target] / _STEP
        result[..., *column] = (slopes[0] + slopes[1]) / 2
        kinks[..., *column] = np.abs(slopes[0] - slopes[1]) > 1e-2
    return result, kinks


def _check_gradient(loss, y_true, output):
    if not loss.has_gradient:
        return
    expected, kinks = _finite_differences(loss, y_true, output)
    gradient = np.asarray(loss.gradient(y_true, output))
    _check_shape(loss, "gradient", gradient, "output", output)
    _check_close(loss, gradient, expected, kinks, "gradient differs from finite differences")


def _check_close(loss, found, expected, left_out, what, rtol=1e-3):
    tolerance = rtol * (np.abs(expected) + 1.0)
    wrong = ~(np.abs(found - expected) <= tolerance) & ~left_out
    if wrong.any():
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        _check(loss, False, f"{what}: {found[place]:.6g}, not {expected[place]:.6g}, at {place}")


def _blanked(y_true):
    """Return targets and weights. Some targets are unknown, and some weights are zero."""
    y_true, weight = y_true.copy(), np.linspace(0.5, 2.0, _ROWS * _STEPS).reshape(_ROWS, _STEPS)
    y_true[::5, 1] = np.nan
    y_true[4], weight[7:9] = np.nan, 0.0
    return y_true, weight


def _check_mean(loss, y_true, output):
    """Check that NaN targets and weights of zero have no effect."""
    blanked, weight = _blanked(y_true)
    error = np.asarray(loss.error(np, y_true, output))
    each = np.where(np.isnan(blanked), 0.0, weight[..., None])
    expected = np.average(error, weights=each)
    found = float(loss.mean(np, blanked, output, weight))
    _check(
        loss,
        np.isclose(found, expected),
        f"the mean over known targets is {found:.6g}, not the weighted mean of the errors, "
        f"{expected:.6g}",
    )
    nothing = float(loss.mean(np, blanked, output, 0 * weight))
    _check(loss, nothing == 0.0, f"the loss of a batch without weight is {nothing}, not 0")


def _check_scores(loss, y_true, output):
    """Check score and deviance of the forecasts of one output."""
    if loss.n_classes:
        return
    y_true, y_pred = y_true[..., 0].ravel(), output[:, :, 0].reshape(_ROWS * _STEPS, -1)
    if loss.quantile is None or not loss.n_quantiles:
        y_pred = y_pred[:, 0]
    y_pred = np.exp(y_pred) if loss.link == "log" else np.sort(y_pred, axis=-1)
    for name in ("score", "deviance"):
        _check_score(loss, name, y_true, y_pred)


def _check_score(loss, name, y_true, y_pred):
    value = getattr(loss, name)(y_true, y_pred, np.linspace(0.5, 2.0, len(y_true)))
    _check(
        loss,
        isinstance(value, Real) and np.isfinite(value),
        f"{name} must return a finite number, got {value!r}",
    )


def _check_distribution(loss, y_true, output):
    """Check that a likelihood's distribution has the mean and the density that it should have."""
    distribution = loss.distribution(output)
    mean = np.asarray(distribution.mean())
    _check_shape(loss, "distribution", mean, "y_true", y_true)
    expected = {"identity": np.positive, "log": np.exp, "logit": expit}[loss.link](output)
    if _columns(loss):
        expected = np.asarray(loss.expectation(np, output))
    _check(loss, np.allclose(mean, expected), "expectation is not the mean of distribution")
    _check_score(loss, "score", y_true[..., 0].ravel(), mean[..., 0].ravel())
    # Differences between outputs, since a deviance differs from a likelihood by a factor, and by
    # what depends only on the target.
    other = output[::-1]
    errors = [np.asarray(loss.error(np, y_true, each)) for each in (output, other)]
    densities = [log_density(loss.distribution(each), y_true) for each in (output, other)]
    of_error, of_density = errors[0] - errors[1], densities[1] - densities[0]
    factor = float((of_error * of_density).sum() / (of_density * of_density).sum())
    _check(
        loss,
        factor > 0 and np.allclose(of_error, factor * of_density, rtol=1e-5, atol=1e-5),
        "error is not the negative logarithm of the density of distribution",
    )


def _check_in_tensorflow(loss, y_true, output):
    """Compare errors and derivatives of a compiled program with those in NumPy."""
    import keras
    import tensorflow as tf

    blanked, weight = _blanked(y_true)

    def program(y_true, blanked, output, weight):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(output)
            error = loss.error(keras.ops, y_true, output)
            total = tf.reduce_sum(error)
            mean = loss.mean(keras.ops, blanked, output, weight)
        return error, tape.gradient(total, output), mean, tape.gradient(mean, output)

    compiled = tf.function(program, jit_compile=True, autograph=False)
    arrays = [tf.constant(a, tf.float32) for a in (y_true, blanked, output, weight)]
    try:
        results = compiled(*arrays)
    except Exception as error:  # a user's code may raise any error
        raise AssertionError(
            f"{loss!r}: error cannot be computed with xp=keras.ops in a compiled program, "
            f"although it can with xp=numpy: {type(error).__name__}: {error}"
        ) from error
    _check(loss, results[1] is not None, "error does not depend on output in TensorFlow")
    error, gradient, mean, of_mean = (np.asarray(value, np.float64) for value in results)
    nowhere = np.zeros((), bool)
    expected = np.asarray(loss.error(np, y_true, output))
    _check_close(loss, error, expected, nowhere, "error in TensorFlow differs from NumPy's")
    slopes, kinks = _finite_differences(loss, y_true, output)
    what = "the derivative in TensorFlow differs from finite differences"
    _check_close(loss, gradient, slopes, kinks, what, rtol=5e-3)
    _check(loss, np.isfinite(of_mean).all(), "the derivative is NaN where targets are unknown")
    expected = float(loss.mean(np, blanked, output, weight))
    _check(loss, np.isclose(mean, expected, rtol=1e-3), "the mean in TensorFlow differs")
    unknown = np.isnan(blanked).all(axis=-1) | (weight == 0)
    _check(loss, not of_mean[unknown].any(), "unknown targets have a derivative")


def _check_shape(loss, what, found, other, expected):
    message = f"{what} must have the shape of {other}, {expected.shape}, but it has {found.shape}"
    _check(loss, found.shape == expected.shape, message)


def _check(loss, condition, message):
    if not condition:
        raise AssertionError(f"{loss!r}: {message}.")
