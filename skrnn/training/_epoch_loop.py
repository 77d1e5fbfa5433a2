"""Runs the training loop, with validation, early stopping, callbacks and interruption."""

import math
import signal
import threading
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import numpy as np

from skrnn.engines._contract import SHORT_STEPS

from ._progress import epoch_progress
from ._row_order import batch_order, row_orders
from ._stopping import NetworksStopping
from ._training_run import fitted_attributes


class TrainingInterrupted(KeyboardInterrupt):
    """Ctrl-C ended training after an epoch.

    Parameters
    ----------
    epoch, n_epochs : int
        The last epoch, and the number of epochs requested.
    results : tuple
        The state and the losses, as :func:`train_epochs` returns them.
    """

    fitted = None  # the estimator that keeps these results

    def __init__(self, epoch, n_epochs, results):
        super().__init__(f"Training was interrupted after epoch {epoch} of {n_epochs}.")
        self.results = results

    def __reduce__(self):  # a worker sends it to the main process, which needs no results
        return KeyboardInterrupt, self.args


def train_epochs(run, start, *, seeds, draws, end_epoch=None, apart=False):
    """Train for all epochs, or until early stopping, a callback or Ctrl-C ends training.

    Parameters
    ----------
    run : TrainingRun
        The settings and the rows.
    start : TrainingState
        State to start from.
    seeds : list of int
        Seed of dropout of each network.
    draws : list of RandomState
        Generator for the order of the rows of each network.
    end_epoch : callable, default=None
        Called after each epoch, as :meth:`EpochTasks.end_epoch`. If it returns True, training
        stops.
    apart : bool, default=False
        Whether an epoch has a loss for each network. If not, its loss is their mean.

    Returns
    -------
    state : TrainingState
        The last state, or the best one with early stopping.
    losses : dict of list
        ``"loss"``, and ``"val_loss"`` with validation: one value for each epoch.

    Raises
    ------
    TrainingInterrupted
        If Ctrl-C ended training after an epoch.
    """
    plan, validates = run.plan, run.held_out is not None
    stopping = NetworksStopping(plan)
    losses = {"loss": [], "val_loss": []} if validates else {"loss": []}
    observed = validates or plan.verbose or end_epoch is not None
    with (
        run.divergence_explained(),
        epoch_progress(plan.epochs, verbose=plan.verbose) as progress,
        _compiled_trainer(run, start, seeds, progress) as trainer,
        _ctrl_c() as interrupted,
    ):
        orders = row_orders(plan, run.samples, draws)
        for epoch, order in zip(range(1, plan.epochs + 1), orders, strict=False):
            _prepare_epoch(trainer, plan, epoch)
            trainer.add_epoch(order)
            stop = False
            if observed:  # otherwise, several short epochs share one call of the program
                trainer.run()
                losses["loss"] += _losses(trainer, apart=apart)
                state = trainer.state()
                stop = validates and _validate(run, state, stopping, losses)
                progress.show({name: values[-1] for name, values in losses.items()})
                if end_epoch is not None:
                    attributes = partial(fitted_attributes, run, state)
                    last = stop or bool(interrupted) or epoch == plan.epochs
                    stop = end_epoch(attributes, last=last) or stop
            if stop or interrupted:
                break
        if not observed:
            trainer.run()
            losses["loss"] += _losses(trainer, apart=apart)
    results = (stopping.best_state if plan.early_stopping else trainer.state()), losses
    if interrupted:
        raise TrainingInterrupted(epoch, plan.epochs, results)
    return results


def _prepare_epoch(trainer, plan, epoch):
    """Set the state and the learning rate, which may fall as a cosine in the last third.

    References
    ----------
    Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017.
    """
    if plan.stateful:
        trainer.run()
        trainer.forget_states()
    n_lower = plan.epochs // 3
    passed = epoch - (plan.epochs - n_lower)
    if plan.rate_falls and passed > 0:
        trainer.lower_rate((1 + math.cos(math.pi * passed / (n_lower + 0.5))) / 2)


def _losses(trainer, *, apart):
    return trainer.take_losses_of_networks() if apart else trainer.take_losses()


def _validate(run, state, stopping, losses):
    """Add the loss of the held-out rows, and return whether all networks stop."""
    of_networks = run.validation_losses(state)
    losses["val_loss"].append(float(np.mean(of_networks)))
    return stopping.update(of_networks, state) and run.plan.early_stopping


def train_once(run, start, *, seeds):
    """Train on the rows once, in the given order.

    Parameters
    ----------
    run : TrainingRun
        The settings and the rows.
    start : TrainingState
        State to start from.
    seeds : list of int
        Seed of dropout of each network.

    Returns
    -------
    state : TrainingState
        State after the last row.
    losses : dict of list
        ``"loss"``: one value, or an empty list if there are no rows.
    """
    if not len(run.samples.rows):
        return start, {"loss": []}
    order = batch_order(len(run.samples.rows), run.plan.batch_size)
    short = len(order) <= SHORT_STEPS * run.plan.batch_size
    trainer = run.trainer(start, seeds, short=short)
    with run.divergence_explained():
        trainer.add_epoch(np.tile(order, (run.plan.architecture.n_networks, 1)))
        trainer.run()
    return trainer.state(), {"loss": trainer.take_losses()}


@contextmanager
def _compiled_trainer(run, start, seeds, progress):
    """Yield a trainer, whose program may have to be compiled first. Ctrl-C ends this at once."""
    with progress.compiling():
        # The states of a stateful network are zero at the start of each epoch.
        trainer = run.trainer(replace(start, states=[]), seeds)
    yield trainer


@contextmanager
def _ctrl_c():
    """End training after the current epoch if Ctrl-C is pressed, or at once if pressed twice.

    Yields a list that is empty until Ctrl-C is pressed. By default, Python raises an exception
    between any two lines, which could interrupt a step of training. Nothing is changed outside
    the main thread, or if the program has its own handler of the signal.
    """
    asked = []
    ours = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
    if not ours:
        yield asked
        return

    def answer(number, frame):
        if asked:
            signal.default_int_handler(number, frame)
        asked.append(number)

    signal.signal(signal.SIGINT, answer)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
