"""Epoch after epoch: the order of the rows, what happens in between, and what ends it."""

import signal
import threading
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from ._batches import batch_order, stream_order


@dataclass
class Stopping:
    """When to stop, by the rule of Keras's ``EarlyStopping``.

    Attributes
    ----------
    n_iter_no_change : int
        Epochs without an improvement after which to stop.
    tol : float
        An improvement is a loss lower than the best by more than this.
    """

    n_iter_no_change: int
    tol: float
    best_loss: float = np.inf
    best_state: object = field(default=None, repr=False)
    waited: int = 0

    def update(self, loss, state):
        """Take in the loss of an epoch; whether to stop after it."""
        self.waited += 1
        if self.best_state is None or loss < self.best_loss - self.tol:
            self.best_loss, self.best_state, self.waited = loss, state, 0
        return self.waited >= self.n_iter_no_change


@dataclass
class Watch:
    """What happens after each epoch.

    Attributes
    ----------
    validate : callable or None
        From a state to the validation loss.
    stopping : Stopping or None
        Decides on the validation loss.
    report : callable or None
        Shows the progress.
    tasks : EpochTasks
        Callbacks to tell.
    attributes : callable
        From a state to the attributes of the fitted estimator.
    epochs : int
        Most epochs to do.
    history : dict of list
        The losses so far.
    """

    validate: object
    stopping: object
    report: object
    tasks: object
    attributes: object
    epochs: int
    history: dict = field(default_factory=dict)

    @property
    def needs_every_epoch(self):
        """Whether somebody waits for the end of each epoch."""
        return bool(self.validate or self.report or self.tasks.listening)

    def end_epoch(self, trainer, epoch):
        """Bring the history up to date, tell all who want to know; whether one wants to stop."""
        trainer.run()
        self.history.setdefault("loss", []).extend(trainer.take_losses())
        if not self.needs_every_epoch:
            return False
        stop, state = False, trainer.state()
        if self.validate:
            loss = self.validate(state)
            self.history.setdefault("val_loss", []).append(loss)
            stop = bool(self.stopping) and self.stopping.update(loss, state)
        if self.report:
            self.report({name: values[-1] for name, values in self.history.items()})
        last = stop or epoch + 1 == self.epochs
        return self.tasks.end_epoch(partial(self.attributes, state), last=last) or stop


def run_epochs(trainer, next_order, watch, stateful=False):
    """Train for some epochs, or until somebody wants to stop.

    Parameters
    ----------
    trainer : Trainer
        What trains.
    next_order : callable
        Gives the order of the rows of the next epoch.
    watch : Watch
        What happens after each epoch.
    stateful : bool, default=False
        Whether each epoch starts from states of zeros.
    """
    with _ctrl_c() as asked_to_stop:
        for epoch in range(watch.epochs):
            if stateful:
                trainer.run()
                trainer.forget_states()
            trainer.add_epoch(next_order())
            if watch.needs_every_epoch and watch.end_epoch(trainer, epoch):
                break
            if asked_to_stop:
                warnings.warn(
                    f"Training was interrupted: it ends after epoch {epoch + 1} of "
                    f"{watch.epochs}.",
                    UserWarning,
                    stacklevel=2,
                )
                break
        if not watch.needs_every_epoch:
            watch.end_epoch(trainer, epoch)


def row_order(n_rows, batch_size, *, shuffle, stateful, random_state):
    """Function that gives the order of the rows of each epoch.

    Contiguous streams for a stateful network, whose rows follow each other.
    """
    if stateful:
        streams = stream_order(n_rows, batch_size)
        return lambda: streams
    in_order = batch_order(n_rows, batch_size)
    if not shuffle:
        return lambda: in_order

    def shuffled():
        order = in_order.copy()
        order[:n_rows] = random_state.permutation(n_rows)
        return order

    return shuffled


@contextmanager
def _ctrl_c():
    """Let Ctrl-C end training after the running epoch, and a second one at once.

    Yields a list that is no longer empty once that was asked for. Python's own way, an exception
    between two lines, would end it anywhere. Where somebody else answers the signal, or outside
    the main thread, nothing is changed.
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
