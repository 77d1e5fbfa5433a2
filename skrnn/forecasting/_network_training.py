"""Trains the networks of a forecaster, on all series or on new rows."""

from bisect import bisect_left
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from numbers import Real

import numpy as np
from joblib import Parallel, delayed

from skrnn._joint_fit import calls_to_fit
from skrnn.training._progress import show_number
from skrnn.windows._views import view_windows

from ._last_value import question_of_frequency
from ._network_tasks import (
    known_targets,
    spread_out,
    targets_at,
    targets_of,
    trainable_rows,
    windows_of,
)
from ._precision_warnings import warn_about_lost_digits
from ._series_rows import count_known, known_from
from ._unknown_categories import with_unknown_categories

# Part of the epochs and of the learning rate of a fit, for networks that go on from it.
_FURTHER_EPOCHS, _FURTHER_RATE = 0.3, 0.2
# Part of an automatic learning rate with which `update` learns from new rows. The rows of one call
# are few and close in time, so larger steps follow what is special about this time.
_UPDATE_RATE = 0.05
# With fewer rows, a fit from random weights takes seconds, and going on saves little.
ROWS_OF_LONG_FITS = 40_000


class NothingToLearnError(ValueError):
    """No series has enough known rows to learn from."""


def train_networks(networks, panel, *, goes_on=False, n_jobs=None):
    """Train every network on all series.

    Parameters
    ----------
    networks : ForecasterNetworks
        The networks, which are changed.
    panel : Panel
        With a gap of `lag` rows before each series.
    goes_on : bool, default=False
        Whether training continues from the current weights.
    n_jobs : int, default=None
        Number of networks that are trained at the same time.

    Raises
    ------
    NothingToLearnError
        If no series is long enough.
    """
    fits = _fits(networks, panel, goes_on=goes_on)
    # Threads share the windows, and compiled programs run in parallel. Progress bars do not.
    if networks.regressors[0].verbose:
        for number, fit in enumerate(fits, 1):
            show_number(number, len(fits), "network")
            fit()
        return
    Parallel(n_jobs=n_jobs, require="sharedmem")(delayed(fit)() for fit in fits)


def has_lower_rate(networks):
    """Return whether the learning rate of all networks can be lowered, which must be a number.

    None means the rate of the optimizer, and a schedule continues where it was.
    """
    return all(isinstance(each.learning_rate, Real) for each in networks.regressors)


def train_further(networks, panel, *, n_jobs=None):
    """Train every network on all series again, from its weights, in fewer epochs at a lower rate.

    Parameters
    ----------
    networks, panel, n_jobs
        As in :func:`train_networks`. The learning rate of all networks is a number.
    """
    before = [each.epochs for each in networks.regressors]
    for each in networks.regressors:
        each.epochs = max(1, round(_FURTHER_EPOCHS * each.epochs))
    try:
        with _part_of_rate(networks, _FURTHER_RATE):
            train_networks(networks, panel, goes_on=True, n_jobs=n_jobs)
    finally:
        for each, epochs in zip(networks.regressors, before, strict=True):
            each.epochs = epochs


@contextmanager
def _part_of_rate(networks, part):
    """Lower the learning rate of all networks, which is a number, inside the context."""
    before = [each.learning_rate for each in networks.regressors]
    try:
        for each, rate in zip(networks.regressors, before, strict=True):
            each.learning_rate = part * rate
        yield
    finally:
        for each, rate in zip(networks.regressors, before, strict=True):
            each.learning_rate = rate


def _fits(networks, panel, *, goes_on):
    """Return the fits of all networks. Only their windows stay in memory until they have run."""
    panel = networks.adjusted(panel)
    panel, scaled = with_unknown_categories(networks, panel, networks.scaled(panel))
    age = panel.known_age(networks.n_targets)
    warn_about_lost_digits(panel, scaled, _names_of_columns(networks))
    networks.learned_to, fits, kept = [], [], []
    for planned, regressors in networks.each_task():
        task = _taught(networks, panel, scaled, age, planned, goes_on=goes_on)
        if task is None:
            continue
        inputs = networks.inputs(panel, scaled, task)
        rows = _trainable_rows(networks, age, inputs, known_targets(panel, scaled, task))
        kept.append((task, regressors))
        _check_length(networks, panel, rows, task)
        held_out = None
        if regressors[0].early_stopping:
            rows, held_out = _split(
                panel, networks.n_targets, task, rows, regressors[0].validation_fraction
            )
        arguments = _examples(networks, panel, scaled, task, inputs, rows)
        validation = {}
        if held_out is not None:
            names = "X_val", "y_val", "sample_weight_val"
            examples = _examples(networks, panel, scaled, task, inputs, held_out)
            validation = dict(zip(names, examples, strict=True))
        networks.learned_to.append(_position_after(panel, rows))
        del inputs, rows, held_out  # the next call needs memory for the examples
        for regressor in regressors:
            regressor.set_params(warm_start=goes_on)
        fits += calls_to_fit(regressors, *arguments, **validation)
    _keep(networks, kept)
    return fits


def _examples(networks, panel, scaled, task, inputs, rows):
    """Return windows, targets and weights to learn from.

    If there are more rows than `most_windows`, a sample of the rows is returned.
    """
    lag, most = networks.lag, networks.most_windows
    if most is None or rows.sum() <= most:
        targets = _regressor_targets(targets_of(panel, scaled, task))
        return windows_of(inputs, lag), targets, rows.astype(np.float64)
    chosen = spread_out(rows, most)
    targets = _regressor_targets(targets_at(scaled, task, chosen))
    # The gap before a series has as many rows as a window.
    return view_windows(inputs, lag)[chosen - lag], targets, np.ones(most)


def train_on_new_rows(networks, panel, fresh, age, *, automatic_rate=False):
    """Train every network on new rows once, in time order, one series after another.

    Parameters
    ----------
    networks : ForecasterNetworks
        The networks, which are changed.
    panel : Panel
        The new rows, and the rows before them that their windows and differences read.
    fresh : ndarray of bool of shape (n_rows,)
        The new rows.
    age : ndarray of shape (n_rows,)
        Rows since the first known row of its series.
    automatic_rate : bool, default=False
        Whether the learning rate is automatic. If it is a number, it is then lowered.
    """
    lower = automatic_rate and has_lower_rate(networks)
    with _part_of_rate(networks, _UPDATE_RATE) if lower else nullcontext():
        _train_once(networks, panel, fresh, age)


def _train_once(networks, panel, fresh, age):
    panel = networks.adjusted(panel)
    scaled = networks.scaled(panel)
    networks.learned_to = list(networks.learned_to)  # the former one is restored if this fails
    for i, (task, regressors) in enumerate(networks.each_task()):
        targets = targets_of(panel, scaled, task)
        last = panel.shifted(fresh[:, None].astype(np.float64), max(task.steps) - 1)[:, 0]
        inputs = networks.inputs(panel, scaled, task)
        known = known_targets(panel, scaled, task)
        rows = _rows_with(networks, age, inputs, known, networks.min_periods) & (last == 1.0)
        if not rows.any():
            continue
        windows = windows_of(inputs, networks.lag)
        for regressor in regressors:
            regressor.partial_fit(windows[rows], _regressor_targets(targets)[rows])
        networks.learned_to[i] = _position_after(panel, rows)


def _keep(networks, tasks_and_regressors):
    """Keep the tasks that can be learned, and note the steps of the others."""
    wanted = networks.steps
    networks.tasks = [task for task, _ in tasks_and_regressors]
    networks.regressors = [r for _, regressors in tasks_and_regressors for r in regressors]
    networks.unlearned += tuple(step for step in wanted if step not in networks.steps)


def _names_of_columns(networks):
    """Return a description of each column of y and X; None if its level is subtracted."""
    if networks.n_targets == 1:
        targets = ["y" if networks.regressors[0].level_feature is None else None]
    else:
        targets = [f"column {i} of y" for i in range(networks.n_targets)]
    return [*targets, *(f"the feature {name!r}" for name in networks.feature_names)]


def _taught(networks, panel, scaled, age, task, *, goes_on):
    """Return a task with the steps that can be learned from a series; None if there are none.

    A series that ended long ago must not prevent the steps of the others from being learned.
    """
    if not task.optional:
        return task

    def too_long(n_steps):
        shorter = replace(task, steps=task.steps[:n_steps])
        inputs = networks.inputs(panel, scaled, shorter)
        known = known_targets(panel, scaled, shorter)
        return not _trainable_rows(networks, age, inputs, known).any()

    n_steps = len(task.steps)
    if too_long(n_steps):  # a series that is long enough for these steps is long enough for fewer
        # An existing network keeps its outputs.
        n_steps = 0 if goes_on else bisect_left(range(1, n_steps), True, key=too_long)
    return replace(task, steps=task.steps[:n_steps]) if n_steps else None


def _trainable_rows(networks, age, inputs, known):
    """Return the rows to learn from, with the shortest windows if there are no others."""
    for min_periods in (networks.min_periods, min(networks.min_periods, 1)):
        rows = _rows_with(networks, age, inputs, known, min_periods)
        if rows.any() or networks.min_periods == networks.lag:
            break
    return rows


def _rows_with(networks, age, inputs, known, min_periods):
    """Return the rows to learn from, with a number of known rows in their windows."""
    whole = age >= networks.history
    return trainable_rows(inputs, networks.n_targets, known, networks.lag, whole, min_periods)


def _check_length(networks, panel, rows, task):
    if rows.any():
        return
    unknown = np.isnan(panel.values[panel.rows, : networks.n_targets]).any(axis=1)
    longest = int(panel.lengths.max())
    needed = min(networks.history, sum(networks.lags) + networks.min_periods) + max(task.steps)
    if longest >= needed or unknown.all():
        advice = question_of_frequency(unknown)
        in_X = np.isnan(panel.values[panel.rows, networks.n_targets :]).any(axis=1)
        of_X = f", and {int(in_X.sum())} of X do" if in_X.any() else ""
        raise NothingToLearnError(
            f"y never has the {needed} consecutive known rows that training needs: of its "
            f"{len(unknown)} rows, {int(unknown.sum())} contain a missing value{of_X}.{advice}"
        )
    differences = f", differencing={networks.lags}" if networks.lags else ""
    raise NothingToLearnError(
        f"y is too short: with lag={networks.lag}{differences} and a forecast {max(task.steps)} "
        f"step(s) ahead it needs {needed} rows or more, but the longest series has {longest}."
    )


def _regressor_targets(targets):
    """Return targets, NaN where they are unknown, with one dimension if there is one output."""
    return targets[:, 0] if targets.shape[1] == 1 else targets


def _split(panel, n_targets, task, rows, fraction):
    """Hold out the last known rows of each series, so that no target is on both sides.

    A series holds out at least one window. If it is too short for that, it is only learned from.
    Rows after the last target of a window do not count, for example where X ends before y.
    """
    values = panel.values[panel.rows, :n_targets].copy()
    at, width = np.flatnonzero(rows), task.steps[-1] - task.steps[0] + 1
    values[_after_last_target(panel, at + task.steps[-1] - 1)] = np.nan
    after, series = np.zeros((2, len(rows)), np.intp)
    after[panel.rows], series[panel.rows] = known_from(values, panel.lengths), panel.series
    first, last = (after[at + step - 1] for step in (task.steps[0], task.steps[-1]))
    series = series[at]
    wanted = np.ceil(fraction * count_known(values, panel.lengths)).astype(int)
    n_held_out = np.maximum(wanted, width)
    n_trained = np.bincount(series[last > n_held_out[series]], minlength=panel.n_series)
    n_held_out[(wanted < width) & (n_trained == 0)] = -1
    n_held_out = n_held_out[series]
    _check_split(task, last > n_held_out, first <= n_held_out, fraction)
    return tuple(_mask(len(rows), at[part]) for part in (last > n_held_out, first <= n_held_out))


def _after_last_target(panel, targets):
    """Return a mask of the rows after the last of these targets of their series."""
    series = np.zeros(len(panel.values), np.intp)
    series[panel.rows] = panel.series
    ends = np.full(panel.n_series, -1)
    np.maximum.at(ends, series[targets], targets)
    return panel.rows > ends[panel.series]


def _mask(length, chosen):
    mask = np.zeros(length, bool)
    mask[chosen] = True
    return mask


def _check_split(task, train, held_out, fraction):
    if train.any() and held_out.any():
        return
    if held_out.any():
        raise NothingToLearnError(
            f"early_stopping with validation_fraction={fraction} holds out {int(held_out.sum())} "
            f"of the {len(train)} windows with known targets: both parts need at least one. "
            "Set another validation_fraction, or early_stopping=False."
        )
    raise NothingToLearnError(
        f"early_stopping can hold out none of the {len(train)} windows with known targets: y is "
        "too short to be divided into two parts that both contain a window and its targets, up to "
        f"{task.steps[-1]} step(s) ahead. Set early_stopping=False, a smaller lag, or fewer steps "
        "in fh."
    )


def _position_after(panel, rows):
    """Return the position in time after the last row. Used if there is only one series."""
    last = int(np.flatnonzero(rows)[-1])
    return int(last - panel.starts[-1] + panel.first[-1]) + 1
