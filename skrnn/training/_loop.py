"""Run the training loop, with validation, early stopping, callbacks and interruption."""

import signal
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import repeat

import numpy as np

from skrnn._warnings import warn_user
from skrnn.engines._contract import SHORT_STEPS

from ._batches import TrainingState, batch_order, stream_order
from ._lengths import orders_by_length
from ._progress import epoch_progress
from ._training_run import fitted_attributes


@dataclass
class Stopping:
    """Decide when a network stops, by the rule of Keras's ``EarlyStopping``.

    Attributes
    ----------
    n_iter_no_change : int
        Number of epochs without improvement after which training stops.
    tol : float
        A loss is an improvement if it is lower than the best loss by more than `tol`.
    best_loss : float
        The lowest loss so far.
    best : object
        What training had reached with the lowest loss.
    waited : int
        Number of epochs since the last improvement.
    """

    n_iter_no_change: int
    tol: float
    best_loss: float = np.inf
    best: object = field(default=None, repr=False)
    waited: int = 0

    @property
    def stopped(self):
        """Whether the loss has not improved for too long."""
        return self.waited >= self.n_iter_no_change

    def update(self, loss, reached):
        """Add the loss of an epoch, unless the network has stopped."""
        if self.stopped:
            return
        self.waited += 1
        if self.best is None or loss < self.best_loss - self.tol:
            self.best_loss, self.best, self.waited = loss, reached, 0


class NetworksStopping:
    """Decide when all networks stop. Each has its own best epoch.

    Parameters
    ----------
    run : TrainingRun
        The plan.
    """

    def __init__(self, run):
        self._architecture, plan = run.plan.architecture, run.plan
        self._networks = [
            Stopping(plan.n_iter_no_change, plan.tol) for _ in range(self._architecture.n_networks)
        ]

    def update(self, losses, state):
        """Add the loss of each network in an epoch, and return whether all have stopped."""
        split = self._architecture.of_each_network
        parts = zip(split(state.weights), split(state.slots), split(state.states), strict=True)
        for network, loss, part in zip(self._networks, losses, parts, strict=True):
            network.update(loss, (*part, state.iteration))
        return all(network.stopped for network in self._networks)

    @property
    def best_state(self):
        """The best state of each network, with the count of steps of the last one.

        Training that goes on from it continues a schedule of the learning rate there.
        """
        weights, slots, states, iterations = zip(*(n.best for n in self._networks), strict=True)
        joined = self._architecture.joined
        return TrainingState(joined(weights), joined(slots), max(iterations), joined(states))


def train_epochs(run, start, *, seeds, draws, end_epoch=None):
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

    Returns
    -------
    state : TrainingState
        The last state, or the best one with early stopping.
    losses : dict of list
        ``"loss"``, and ``"val_loss"`` with validation: one value for each epoch.
    """
    plan, validates = run.plan, run.held_out is not None
    stopping = NetworksStopping(run)
    losses = {"loss": [], "val_loss": []} if validates else {"loss": []}
    observed = validates or plan.verbose or end_epoch is not None
    with (
        run.divergence_explained(),
        epoch_progress(plan.epochs, verbose=plan.verbose) as progress,
        _compiled_trainer(run, start, seeds, progress) as trainer,
        _ctrl_c() as interrupted,
    ):
        orders = row_orders(run, draws)
        for epoch, order in zip(range(1, plan.epochs + 1), orders, strict=False):
            if plan.stateful:
                trainer.run()
                trainer.forget_states()
            trainer.add_epoch(order)
            stop = False
            if observed:  # otherwise several short epochs share a call of the program
                trainer.run()
                losses["loss"] += trainer.take_losses()
                state = trainer.state()
                stop = validates and _validate(run, state, stopping, losses)
                progress.show({name: values[-1] for name, values in losses.items()})
                if end_epoch is not None:
                    attributes = partial(fitted_attributes, run, state)
                    stop = end_epoch(attributes, last=stop or epoch == plan.epochs) or stop
            if stop:
                break
            if interrupted:
                _warn_of_interruption(epoch, plan.epochs)
                break
        if not observed:
            trainer.run()
            losses["loss"] += trainer.take_losses()
    return (stopping.best_state if plan.early_stopping else trainer.state()), losses


def _validate(run, state, stopping, losses):
    """Add the loss of the held-out rows, and return whether all networks stop."""
    of_networks = run.validation_losses(state)
    losses["val_loss"].append(float(np.mean(of_networks)))
    return stopping.update(of_networks, state) and run.plan.early_stopping


def train_once(run, start, *, seeds):
    """Train on the rows once, in their order.

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


def row_orders(run, draws):
    """Yield the order of the rows of each network for each epoch, without end.

    A stateful network gets the rows in contiguous streams. Padded sequences are shuffled into
    batches of similar length if this saves time.
    """
    plan, n_rows = run.plan, len(run.samples.rows)
    n_networks = plan.architecture.n_networks
    if plan.stateful:
        yield from repeat(np.tile(stream_order(n_rows, plan.batch_size), (n_networks, 1)))
    in_order = np.tile(batch_order(n_rows, plan.batch_size), (n_networks, 1))
    while True:
        orders = in_order
        if run.lengths is not None:
            orders = orders_by_length(run.lengths, plan.batch_size, draws)
        elif plan.shuffle:
            orders = in_order.copy()
            orders[:, :n_rows] = [own.permutation(n_rows) for own in draws]
        yield orders


@contextmanager
def _compiled_trainer(run, start, seeds, progress):
    """Yield a trainer, whose program may have to be compiled first. Ctrl-C ends this at once."""
    with progress.compiling():
        # The states of a stateful network are zero at the start of each epoch.
        trainer = run.trainer(replace(start, states=[]), seeds)
    yield trainer


def _warn_of_interruption(epoch, n_epochs):
    warn_user(
        f"Training was interrupted: it ends after epoch {epoch} of {n_epochs}.",
    )


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
