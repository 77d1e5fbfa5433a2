"""Warns about data on which training raises no error, but from which a network learns little."""

import numpy as np

from skrnn._single_precision import describe_lost_digits, float32_distance, lose_digits
from skrnn._warnings import DataWarning, warn_user
from skrnn.losses._positive import Poisson
from skrnn.network._window_level import WindowLevel
from skrnn.windows._feature_words import last_columns, words_for
from skrnn.windows._isolated_values import ISOLATED, isolated_rows

# Measured with the default network on 150 rows of two sines and noise, by R2 on later rows. On
# standardised data it reaches 0.87.
#   y: R2 is -5,452 with a mean of 100 and a spread of 1 (-1,252 on 600 rows), 0.10 with a spread
#   of 300, 0.02 with 1,000, -0.92 with 0.001, and 0.85 with 0.01. With a mean of 10, 20, 30 and
#   50, and half of it as spread, it is 0.80, 0.13, -0.31 and -1.15.
#   The logarithm of y: D2 of negative_binomial, gamma_likelihood and log_normal is 0.59 to 0.82
#   with a mean of 100, and -14 to -0.1 with 300 (0.85 or more with a level); that of log_normal is
#   0.85 with 0.01, and -1e4 with 0.003. That of poisson is 0.75 with 10,000. With more rows, D2
#   of the absolute errors of negative_binomial is 0.87 with a mean of 1,000 and -0.6 with 10,000
#   after 3,200 updates, 0.61 with 10,000 after 6,300, and 0.01 with 100,000 after 9,400.
#   X: R2 is -0.06 with means of 1,000 or more, unless the spread is as large; with means of 100
#   times the spread (at most 0.83 with 30 times); and with values of 0.001 (0.72 with 0.01).
# scikit-learn's own checks use X with a mean of 100 and a spread of 1, and y with a spread of 170,
# so the other limits are above these.
_LARGEST_MEAN = 100.0
_LARGEST_NARROW_MEAN = 25.0  # of targets whose spread is smaller than their mean
_LARGEST_TARGET = 300.0
_UPDATES_PER_TENFOLD = 3150  # after which networks reach a mean ten times as large, from 100 on
_LARGEST_INPUT = 1000.0
_SMALLEST = 1.5e-3
_LARGEST_OFFSET = 200.0
# Fewer rows than this may be equal by accident.
_FEWEST_EQUAL = 10
# How far held-out targets may lie beyond the range of the training targets, as a multiple of
# the spread of the training targets.
_FARTHEST = 3.0


def warn_about_data(run, held_out=None, *, columns=None, indicators=()):
    """Warn about targets contained in X, about scales, and about held-out rows that differ.

    Parameters
    ----------
    run : TrainingRun
        The plan, and the rows to train on.
    held_out : Samples or None, default=None
        The rows to validate on, if they were passed to `fit`.
    columns : array-like of str or None, default=None
        Names of the columns of X, if X was a table.
    indicators : sequence of int, default=()
        Positions of the indicators of categories.

    Warns
    -----
    SkrnnWarning
        If X contains y, if the network cannot learn from values of this scale, or if held-out
        rows lie far from the rows to train on.
    """
    samples, plan = run.samples, run.plan
    level_feature = plan.architecture.level_feature
    _warn_if_target_in_x(samples, feature_names(samples.windows.shape[2], columns))
    if plan.loss.link == "log":
        if level_feature is None:
            n_updates = plan.epochs * -(-len(samples.rows) // plan.batch_size)
            _warn_about_scale_of_logarithms(samples, plan.loss, n_updates)
        without = [*indicators] if level_feature is None else [*indicators, level_feature]
        warn_about_windows(samples, held_out, columns=columns, without=without)
        return
    _warn_of_isolated_targets(samples)
    y = relative_targets(samples, level_feature)
    _warn_about_scale_of_y(y, level_feature, can_be_transformed(samples))
    if held_out is not None:
        later = relative_targets(held_out, level_feature)
        _warn_if_far(y, later, ["y_val"] * y.shape[1], _SCALE_Y_VAL)
    warn_about_windows(
        samples, held_out, level_feature=level_feature, columns=columns, without=indicators
    )


def _warn_of_isolated_targets(samples):
    """Warn about a value of y that is probably a mistake."""
    n_steps = samples.targets.shape[1]
    for output in range(samples.targets.shape[2] - 1):
        values = samples.targets[samples.rows, :, output].astype(np.float64).ravel()
        found = isolated_rows(values)
        if len(found):
            row = samples.rows[found[0] // n_steps]
            warn_user(
                f"y is {values[found[0]]:.10g} in row {row} (counted from 0), {ISOLATED}. If it "
                "is a mistake, correct it or leave the row out: a single such value can change "
                "all forecasts.",
                DataWarning,
            )
            return


def warn_about_digits(run, *, columns=None):
    """Warn about values of y and X that change by less than float32 numbers near them do.

    Parameters
    ----------
    run : TrainingRun
        The plan, and the rows to train on. The network subtracts a level in float64 if it has one,
        and from the targets as well if the loss allows it.
    columns : array-like of str or None, default=None
        Names of the columns of X, if X was a table.

    Warns
    -----
    SkrnnWarning
        For the first output of y, and the first feature of X, that loses its digits.
    """
    samples, level = run.samples, run.plan.architecture.level_feature
    if len(samples.rows) < 2:  # a single row does not change, and online learning must be fast
        return
    names = feature_names(samples.windows.shape[2], columns)
    if run.plan.loss.link in ("identity", "log"):
        subtracted = level if run.plan.loss.of_differences else None
        y = relative_targets(samples, subtracted)
        name = "y" if subtracted is None else "y, less the level,"
        for described in describe_digits(y, [name] * y.shape[1]):
            remedy = _BRING_Y_NEAR if can_be_transformed(samples) else _SUBTRACT
            warn_user(f"{described}. {remedy}")
    x = last_steps(samples, level)
    for described in describe_digits(x, [f"{name} of X" for name in names]):
        warn_user(f"{described}. {_BRING_X_NEAR}")


_BRING_Y_NEAR = (
    "Put the estimator into TransformedTargetRegressor(regressor=..., "
    "transformer=StandardScaler()), or set level_feature to the feature of X that contains the "
    "past of y: both subtract in float64, as long as y is not float32."
)
_SUBTRACT = (
    "Subtract a constant from y in float64, and add it to the forecasts, or set level_feature to "
    "the feature of X that contains the past of y, which subtracts in float64 as long as y is not "
    "float32."
)
_TRANSFORM = (
    "Put the estimator into TransformedTargetRegressor(regressor=..., "
    "transformer=StandardScaler())."
)
_SCALE_ALIKE = (
    "If level_feature contains the past of y, it is not on the same scale: scale both in the same "
    "way. If it does not, choose another feature."
)
_BRING_X_NEAR = (
    "Put StandardScaler before the windows, or if this feature contains the past of y, set "
    "level_feature to it: both subtract in float64, as long as X is not float32."
)


def describe_digits(values, names):
    """Describe the first column that loses its digits, if there is one."""
    return [
        f"{names[column]} {describe_lost_digits(values[:, column])}"
        for column in np.flatnonzero(lose_digits(values))[:1]
    ]


def warn_of_keras_precision(mean_level):
    """Warn that a Keras model, which accepts only float32, receives less precise values.

    Parameters
    ----------
    mean_level : float
        Mean level of the training rows.

    Warns
    -----
    SkrnnWarning
        Always.
    """
    warn_user(
        f"The level_feature has values near {mean_level:.3g}, where neighbouring float32 numbers "
        f"are {float32_distance(np.abs(mean_level)):.2g} apart, more than it changes from row to "
        "row. predict subtracts the level in float64, but a Keras model takes float32. Subtract a "
        "constant from this feature first, and add it to the forecasts in float64: the forecasts "
        "of a network with a level do not change."
    )


def warn_of_unknown_levels(samples, architecture, mean_level, *, columns=None):
    """Warn if rows with a target have no level, so that the network cannot learn from them.

    Parameters
    ----------
    samples : Samples
        All rows passed to `fit`. The levels of the selected ones are known.
    architecture : Architecture
        Settings of the network.
    mean_level : float
        Mean level of the rows to train on.
    columns : array-like of str or None, default=None
        Names of the columns of X, if X was a table.

    Warns
    -----
    SkrnnWarning
        If there are such rows.
    """
    rule = WindowLevel.of(architecture)
    if rule is None or len(samples.rows) == len(samples.windows):
        return
    has_target = (samples.targets[:, :, -1] > 0).any(axis=1)
    has_target[samples.rows] = False
    unknown = np.isnan(rule.of_rows(samples.windows, np.flatnonzero(has_target))).sum()
    if unknown:
        name = feature_names(samples.windows.shape[2], columns)[rule.feature]
        warn_user(
            f"{unknown} of the {len(samples.windows)} rows of X have a target, but no known value "
            f"of the level_feature ({name}), like the first row that LagWindowTransformer "
            "returns: they are left out of training, and predict forecasts such rows from the "
            "mean level "
            f"of the training rows, {mean_level:.6g}."
        )


def warn_of_forecasts_without_level(windows, architecture, mean_level, *, columns=None):
    """Warn if the forecasts of some windows start from the mean level of training.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        The windows to forecast.
    architecture : Architecture
        Settings of the network.
    mean_level : float
        Mean level of the training rows.
    columns : array-like of str or None, default=None
        Names of the columns of X, if X was a table.

    Raises
    ------
    ValueError
        If there are such windows, and the mean level is not known either.

    Warns
    -----
    SkrnnWarning
        If there are such windows.
    """
    rule = WindowLevel.of(architecture)
    if rule is None:
        return
    without = np.flatnonzero(np.isnan(windows[:, -1, rule.feature]))
    unknown = without[np.isnan(rule.of_rows(windows, without))]
    if not len(unknown):
        return
    name = feature_names(windows.shape[2], columns)[rule.feature]
    found = (
        f"{len(unknown)} of the {len(windows)} rows of X have no known value of the level_feature "
        f"({name}), the first of which is row {unknown[0]}"
    )
    if np.isnan(mean_level):
        raise ValueError(
            f"{found}, and the mean level of the training rows, from which they would be "
            "forecast, is not known: leave these rows out, or refit the estimator."
        )
    warn_user(
        f"{found}: they are forecast from the mean level of the training rows, {mean_level:.6g}. "
        "Leave them out where errors matter, for example in a score."
    )


def warn_about_windows(samples, held_out=None, *, level_feature=None, columns=None, without=()):
    """Warn about the scale of X, and about held-out rows of X that differ.

    Parameters
    ----------
    samples, held_out, level_feature, columns
        As in `warn_about_data`.
    without : sequence of int, default=()
        Positions of features of any scale, and of indicators.

    Warns
    -----
    SkrnnWarning
        If the network cannot learn from values of this scale, or if held-out rows lie far from
        the rows to train on.
    """
    names = np.array(feature_names(samples.windows.shape[2], columns), object)
    kept = np.ones(len(names), bool)
    kept[list(without)] = False
    x = last_steps(samples, level_feature)[:, kept]
    _warn_about_scale_of_x(x, names[kept])
    if held_out is not None:
        of_x_val = [f"{name} of X_val" for name in names[kept]]
        _warn_if_far(x, last_steps(held_out, level_feature)[:, kept], of_x_val, _PASS_X_VAL)


_SCALE_Y_VAL = (
    "TransformedTargetRegressor scales y, but not y_val. Scale y_val in the same way as y, or "
    "leave X_val and y_val out: early_stopping then holds out the last rows of y."
)
_PASS_X_VAL = (
    "X_val must pass through the same steps as X. A Pipeline passes it through them if it is "
    "built with transform_input=['X_val'] and metadata routing is enabled."
)


def feature_names(n_features, columns):
    """Return the names of the features in warnings: the last step's columns, or positions."""
    kind, names, note = words_for(last_columns(n_features, columns))
    return [f"{kind} {name}{note}" for name in names]


def last_steps(samples, level_feature=None):
    """Return the last step of each window, ``(n_rows, n_features)``, with the level subtracted."""
    x = np.array(samples.windows[samples.rows, -1], np.float64)
    if level_feature is not None:
        x[:, level_feature] -= samples.windows[samples.rows, 0, level_feature]
    return x


def relative_targets(samples, level_feature=None):
    """Return the targets that the network learns, ``(n_rows * n_target_steps, n_outputs)``."""
    y = samples.targets[samples.rows, :, :-1].astype(np.float64)
    if level_feature is not None:
        rule = WindowLevel(level_feature, causal=y.shape[1] > 1, factor=False)
        y -= rule.of_rows(samples.windows, samples.rows)[:, None, None]
    return y.reshape(-1, y.shape[2])


def _warn_if_target_in_x(samples, names):
    n_steps = samples.targets.shape[1]
    few = samples.rows[: 2 * _FEWEST_EQUAL]
    for output in range(samples.targets.shape[2] - 1):
        y = samples.targets[..., output]
        for feature, name in enumerate(names):
            x = samples.windows[:, -n_steps:, feature]
            if all(_equal(x[rows], y[rows]) for rows in (few, samples.rows)):
                warn_user(
                    f"{name} of the last step of X equals y: X contains the target, so a score "
                    "does not measure forecasts. To forecast, put LagWindowTransformer(lag=...) "
                    "with a horizon of 1 or more before the network, or leave this feature out.",
                )
                return


def _equal(x, y):
    """Return whether the known values of two arrays are equal up to rounding, and not constant."""
    known = ~np.isnan(y)
    both = known & ~np.isnan(x)
    if both.sum() < max(_FEWEST_EQUAL, known.sum() / 2):
        return False
    x, y = x[both], y[both]
    largest = np.abs(y).max()
    return bool(np.ptp(y) > 1e-3 * largest and (np.abs(x - y) <= 1e-6 * largest).all())


def _warn_about_scale_of_x(x, names):
    mean, spread = moments(x)
    size = np.hypot(mean, spread)
    varies = spread > 1e-9 * np.abs(mean)
    off = varies & (np.abs(mean) > _LARGEST_OFFSET * spread)
    bad = (size > _LARGEST_INPUT) | off | (varies & (size < _SMALLEST))
    bad &= ~lose_digits(x)  # these have a separate warning
    for feature in np.flatnonzero(bad)[:1]:
        warn_user(
            f"{names[feature]} of X has a mean of {mean[feature]:.3g} and a standard deviation of "
            f"{spread[feature]:.3g}: networks learn almost nothing from such values. Put "
            "StandardScaler before the windows.",
        )


def can_be_transformed(samples):
    """Whether `TransformedTargetRegressor` can scale y: it refuses NaN, and scales each step."""
    targets = samples.targets[:, :, :-1]
    return targets.shape[1] == 1 and not np.isnan(targets).any()


def _warn_about_scale_of_y(y, level_feature, transformed):
    mean, spread = moments(y)
    # Targets may be float32, whose rounding makes a constant vary by less than this.
    size, varies = np.hypot(mean, spread), spread > 1e-6 * np.abs(mean)
    largest = np.where(np.abs(mean) > spread, _LARGEST_NARROW_MEAN, _LARGEST_MEAN)
    large = (np.abs(mean) > largest) | (size > _LARGEST_TARGET)
    bad = large | (varies & (spread < _SMALLEST))
    bad &= ~lose_digits(y)  # these have a separate warning
    for output in np.flatnonzero(bad)[:1]:
        less = "" if level_feature is None else ", less the level,"
        remedy = _TRANSFORM if transformed else _scale_by_hand(mean[output], spread[output])
        if less and abs(mean[output]) > spread[output]:
            remedy = _SCALE_ALIKE
        warn_user(
            f"y{less} has a mean of {mean[output]:.3g} and a standard deviation of "
            f"{spread[output]:.3g}: networks learn targets of order one, and can hardly reach "
            f"such values. {remedy}",
        )


def _warn_about_scale_of_logarithms(samples, loss, n_updates):
    """Warn about a mean of y whose logarithm is far from the first forecasts, which are near 0.

    Poisson's error grows with y, and so do the steps. The errors of the other losses are relative.
    """
    if isinstance(loss, Poisson):
        return
    mean, _ = moments(relative_targets(samples))
    largest = max(_LARGEST_TARGET, 100 * 10 ** min(n_updates / _UPDATES_PER_TENFOLD, 30))
    small = (mean * largest < 1) & (loss.targets == "positive")
    for output in np.flatnonzero((mean > largest) | small)[:1]:
        number = f"{mean[output]:.3g}"
        way = f"divide it by {number} before fit, and multiply its forecasts by {number}"
        if loss.targets == "counts":
            way = 'set loss="poisson", whose steps grow with y'
        if len(mean) == 1 and not small[output]:
            way += "; or, if a feature of X contains past values of y, set level_feature to it"
        name = "y" if len(mean) == 1 else f"Output {output} (counted from 0) of y"
        warn_user(
            f"{name} has a mean of {number}: with this loss, networks learn the logarithm of y "
            f"from 0 on, and {n_updates} updates of the weights can hardly reach such values. "
            f"Raise epochs; or {way}."
        )


def _scale_by_hand(mean, spread):
    """Say how to scale targets that `TransformedTargetRegressor` cannot scale."""
    scale = f"{spread if spread > 0 else abs(mean):.3g}"
    scaled, back = f"y / {scale}", f"* {scale}"
    if abs(mean) > spread > 0:
        sign, other = ("-", "+") if mean > 0 else ("+", "-")
        offset = f"{abs(mean):.3g}"
        scaled, back = f"(y {sign} {offset}) / {scale}", f"* {scale} {other} {offset}"
    return (
        f"Pass {scaled} to fit, and convert the forecasts back by {back}. "
        "TransformedTargetRegressor does not suit such targets: it refuses NaN, and "
        "StandardScaler would scale each step differently."
    )


def _warn_if_far(fitted, later, names, remedy):
    """Warn if more than half of the held-out values lie far outside the training range."""
    lowest, highest = np.fmin.reduce(fitted, axis=0), np.fmax.reduce(fitted, axis=0)
    _, spread = moments(fitted)
    with np.errstate(invalid="ignore"):
        far = np.maximum(lowest - later, later - highest) > _FARTHEST * spread
        shares = far.sum(axis=0) / np.maximum(1, (~np.isnan(later)).sum(axis=0))
    for column in np.flatnonzero((shares > 0.5) & (spread > 0))[:1]:
        middle = np.nanmedian(later[:, column])
        warn_user(
            f"{names[column]} is far outside the range of the training data: its median is "
            f"{middle:.3g}, but the training values lie between {lowest[column]:.3g} and "
            f"{highest[column]:.3g}. {remedy}",
        )


def moments(values):
    """Return mean and standard deviation of the known values of each column; 0 if it has none."""
    known = ~np.isnan(values)
    count = np.maximum(1, known.sum(axis=0))
    mean = np.where(known, values, 0.0).sum(axis=0) / count
    spread = np.sqrt((np.where(known, values - mean, 0.0) ** 2).sum(axis=0) / count)
    return mean, spread
