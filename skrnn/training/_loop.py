"""Run the training loop, with validation, early stopping, callbacks and interruption."""

import signal
import threading
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import repeat

import numpy as np

from ._batches import batch_order, stream_order
from ._lengths import order_by_length
from ._progress import epoch_progress
from ._training_run import fitted_attributes


@dataclass
class Stopping:
    """Decide when to stop, by the rule of Keras's ``EarlyStopping``.

    Attributes
    ----------
    n_iter_no_change : int
        Number of epochs without improvement after which training stops.
    tol : float
        A loss is an improvement if it is lower than the best loss by more than `tol`.
    best_loss : float
        The lowest loss so far.
    best_state : TrainingState
        The state with the lowest loss.
    waited : int
        Number of epochs since the last improvement.
    """

    n_iter_no_change: int
    tol: float
    best_loss: float = np.inf
    best_state: object = field(default=None, repr=False)
    waited: int = 0

    def update(self, loss, state):
        """Add the loss of an epoch, and return whether to stop after it."""
        self.waited += 1
        if self.best_state is None or loss < self.best_loss - self.tol:
            self.best_loss, self.best_state, self.waited = loss, state, 0
        return self.waited >= self.n_iter_no_change


def train_epochs(run, start, tasks, *, seed, random_state):
    """Train for all epochs, or until early stopping, a callback or Ctrl-C ends training.

    Parameters
    ----------
    run : TrainingRun
        The settings and the rows.
    start : TrainingState
        State to start from.
    tasks : EpochTasks
        The callbacks.
    seed : int
        Seed of dropout.
    random_state : RandomState
        Generator for the order of the rows.

    Returns
    -------
    state : TrainingState
        The last state, or the best one with early stopping.
    losses : dict of list
        ``"loss"``, and ``"val_loss"`` with validation: one value for each epoch.
    """
    settings, validates = run.estimator, run.held_out is not None
    stopping = Stopping(settings.n_iter_no_change, settings.tol)
    losses = {"loss": [], "val_loss": []} if validates else {"loss": []}
    observed = validates or settings.verbose or tasks.listening
    # The states of a stateful network are zero at the start of each epoch.
    trainer = run.trainer(replace(start, states=[]), seed)
    with (
        run.divergence_explained(),
        epoch_progress(settings.epochs, verbose=settings.verbose) as progress,
        _ctrl_c() as interrupted,
    ):
        orders = row_orders(run, random_state)
        for epoch, order in zip(range(1, settings.epochs + 1), orders, strict=False):
            if settings.stateful:
                trainer.run()
                trainer.forget_states()
            trainer.add_epoch(order)
            stop = False
            if observed:  # otherwise several short epochs share a call of the program
                trainer.run()
                losses["loss"] += trainer.take_losses()
                state = trainer.state()
                if validates:
                    losses["val_loss"].append(run.validation_loss(state))
                    stop = stopping.update(losses["val_loss"][-1], state)
                    stop = stop and settings.early_stopping
                progress.show({name: values[-1] for name, values in losses.items()})
                attributes = partial(fitted_attributes, run, state)
                last = stop or epoch == settings.epochs
                stop = tasks.end_epoch(attributes, last=last) or stop
            if stop:
                break
            if interrupted:
                _warn_of_interruption(epoch, settings.epochs)
                break
        if not observed:
            trainer.run()
            losses["loss"] += trainer.take_losses()
    return (stopping.best_state if settings.early_stopping else trainer.state()), losses


def train_once(run, start, *, seed):
    """Train on the rows once, in their order.

    Parameters
    ----------
    run : TrainingRun
        The settings and the rows.
    start : TrainingState
        State to start from.
    seed : int
        Seed of dropout.

    Returns
    -------
    state : TrainingState
        State after the last row.
    losses : dict of list
        ``"loss"``: one value, or an empty list if there are no rows.
    """
    if not len(run.samples.rows):
        return start, {"loss": []}
    from ._program import SHORT_STEPS

    order = batch_order(len(run.samples.rows), run.batch_size)
    short = len(order) <= SHORT_STEPS * run.batch_size
    trainer = run.trainer(start, seed, short=short)
    with run.divergence_explained():
        trainer.add_epoch(order)
        trainer.run()
    return trainer.state(), {"loss": trainer.take_losses()}


def row_orders(run, random_state):
    """Yield the order of the rows for each epoch, without end.

    A stateful network gets the rows in contiguous streams. Padded sequences are shuffled into
    batches of similar length if this saves time.
    """
    n_rows = len(run.samples.rows)
    if run.estimator.stateful:
        yield from repeat(stream_order(n_rows, run.batch_size))
    in_order = batch_order(n_rows, run.batch_size)
    while True:
        order = in_order
        if run.estimator.shuffle and run.lengths is not None:
            order = order_by_length(run.lengths, run.batch_size, random_state)
        elif run.estimator.shuffle:
            order = in_order.copy()
            order[:n_rows] = random_state.permutation(n_rows)
        yield order


def _warn_of_interruption(epoch, n_epochs):
    warnings.warn(
        f"Training was interrupted: it ends after epoch {epoch} of {n_epochs}.",
        UserWarning,
        stacklevel=2,
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
