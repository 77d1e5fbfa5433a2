"""Fits estimators that differ only in their seed, with one engine for all of them."""

from contextlib import ExitStack
from copy import copy
from dataclasses import replace
from functools import partial
from numbers import Integral

from ._failed_fits import all_or_nothing
from ._sklearn_compat import check_parameters, has_callbacks
from .training._epoch_loop import train_epochs
from .training._row_order import lengths_of_rows
from .training._trainer import TrainingState


def calls_to_fit(estimators, X, y, sample_weight=None, **validation):
    """Return the calls that fit some estimators. They are independent of each other.

    If NumPy trains them, there is one call for all estimators: a step for several networks takes
    less time than a step for each of them. The results equal separate fits, up to rounding.

    Parameters
    ----------
    estimators : list of RNNRegressor
        Estimators that differ only in `random_state`.
    X, y, sample_weight, **validation
        Arguments of `fit`.

    Returns
    -------
    list of callable
        Functions without parameters.

    Raises
    ------
    ValueError
        If the data are wrong.
    """
    if _can_be_joined(estimators, validation):
        prepared = copy(estimators[0])
        check_parameters(prepared)
        run, _ = prepared._begin_fit(X, y, sample_weight, (None,) * 3, goes_on=False)
        if run.plan.engine == "numpy" and _same_order(run):
            return [partial(_fit_together, estimators, prepared, run)]
    return [partial(each.fit, X, y, sample_weight, **validation) for each in estimators]


def _can_be_joined(estimators, validation):
    """Whether nothing observes or ends the training of single estimators."""
    first = estimators[0]
    alone = (
        first.warm_start,
        first.early_stopping,
        first.verbose,
        first.n_networks > 1,
        first.engine == "tensorflow",
        has_callbacks(first),
    )
    reproducible = all(isinstance(each.random_state, Integral) for each in estimators)
    return len(estimators) > 1 and reproducible and not validation and not any(alone)


def _same_order(run):
    """Whether the order of the rows of a network does not depend on other networks."""
    plan = run.plan
    return not plan.shuffle or lengths_of_rows(run.samples, plan.batch_size) is None


def _fit_together(estimators, prepared, run):
    """Fit estimators to the rows for which one of them was prepared."""
    parameters = prepared.get_params(deep=False)
    found = {name: value for name, value in vars(prepared).items() if name not in parameters}
    with ExitStack() as stack:
        starts = []
        for each in estimators:
            stack.enter_context(all_or_nothing(each))
            vars(each).update(found)
            starts.append(each._start(run.plan, goes_on=False, any_number=True))
        seeds = [each._seeds[0] for each in estimators]
        draws = [each._draws[0] for each in estimators]
        results = _train_together(run, starts, seeds, draws)
        for each, (state, losses) in zip(estimators, results, strict=True):
            each._keep(run, state, losses, goes_on=False)


def _train_together(run, starts, seeds, draws):
    """Return the state and the losses of each network."""
    architecture = replace(run.plan.architecture, n_networks=len(starts))
    joint = replace(run, plan=replace(run.plan, architecture=architecture))
    start = TrainingState(architecture.joined([start.weights for start in starts]))
    state, losses = train_epochs(joint, start, seeds=seeds, draws=draws, apart=True)
    parts = zip(
        *map(architecture.of_each_network, (state.weights, state.slots, state.states)), strict=True
    )
    states = [TrainingState(w, slots, state.iteration, own) for w, slots, own in parts]
    return [
        (own, {"loss": [float(of_epoch[i]) for of_epoch in losses["loss"]]})
        for i, own in enumerate(states)
    ]
