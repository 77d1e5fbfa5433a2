"""One fit of one estimator: what it trains, where it starts and what it leaves."""

from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from skrnn.network._forward import predict_stream, predict_windows

from ._batches import Trainer, batch_order
from ._epochs import Stopping, Watch, row_order, run_epochs
from ._forking import check_not_forked
from ._padding import padded_architecture
from ._progress import epoch_progress
from ._settings import architecture_of, loss_of


@dataclass(frozen=True)
class TrainingRun:
    """The settings of one fit of one estimator.

    Attributes
    ----------
    estimator : RNNRegressor
        Has the parameters of the epochs.
    architecture : Architecture
        The network.
    loss : Loss
        What is minimised.
    recipe : OptimizerRecipe
        The optimizer.
    batch_size : int
        Rows of a step.
    """

    estimator: object
    architecture: object
    loss: object
    recipe: object
    batch_size: int

    @classmethod
    def of(cls, estimator, samples, *, one_pass=False):
        """Settings from the parameters of an estimator, checked against the samples."""
        check_not_forked()
        from ._optimizers import optimizer_recipe

        loss = loss_of(estimator)
        recipe = optimizer_recipe(
            estimator.optimizer,
            estimator.learning_rate,
            estimator.weight_decay,
            estimator.clipnorm,
        )
        architecture = architecture_of(estimator, samples, loss.quantiles)
        # Rows that come one by one are one stream.
        batch_size = 1 if one_pass and estimator.stateful else int(estimator.batch_size)
        return cls(estimator, architecture, loss, recipe, batch_size)

    @property
    def optimizer(self):
        """The optimizer as text, by which a later run knows whether its slots go on."""
        return self.recipe.described

    def one_pass(self, samples, state, seed):
        """Train on rows once, in their order, from the state that there is.

        Returns the new state, and the loss in a list.
        """
        from ._program import SHORT_STEPS

        order = batch_order(len(samples.rows), self.batch_size)
        short = len(order) <= SHORT_STEPS * self.batch_size
        trainer = self._trainer(samples, state, seed, short=short)
        self._finite(trainer.add_epoch, order)
        self._finite(trainer.run)
        return trainer.state(), trainer.take_losses()

    def epochs(self, samples, held_out, start, *, seed, draws, tasks, attributes):
        """Train for the estimator's epochs, or until it stops early.

        Parameters
        ----------
        samples, held_out : Samples
            To train on, and to validate on or None.
        start : TrainingState
            Where to start.
        seed : int
            Of dropout.
        draws : RandomState
            Draws the order of the rows.
        tasks : EpochTasks
            Callbacks to tell.
        attributes : callable
            From a state to the attributes of the fitted estimator.

        Returns
        -------
        state : TrainingState
            Reached in the end, or with early stopping the best.
        history : dict of list
            ``"loss"``, and ``"val_loss"`` if there is validation: one value an epoch.
        """
        estimator, stateful = self.estimator, bool(self.estimator.stateful)
        stopping = None
        if estimator.early_stopping:
            stopping = Stopping(estimator.n_iter_no_change, estimator.tol)
        validate = None
        if held_out is not None:
            validate = validation_loss(
                self.architecture, self.loss, estimator.l2, held_out, stateful=stateful
            )
        # Every epoch of a stateful network begins with states of zeros.
        trainer = self._trainer(samples, replace(start, states=[]), seed)
        order = row_order(
            len(samples.rows),
            self.batch_size,
            shuffle=estimator.shuffle,
            stateful=stateful,
            random_state=draws,
        )
        with epoch_progress(estimator.epochs, verbose=estimator.verbose) as report:
            watch = Watch(validate, stopping, report, tasks, attributes, estimator.epochs)
            self._finite(run_epochs, trainer, order, watch, stateful)
        best = None if stopping is None else stopping.best_state
        return (best or trainer.state()), watch.history

    def _trainer(self, samples, state, seed, *, short=False):
        from ._program import ProgramKey, programs

        stateful = bool(self.estimator.stateful)
        # In a stream a place that no row fills must leave the state alone, as a masked step does.
        masked = samples.masked or (stateful and len(samples.rows) % self.batch_size > 0)
        padded = padded_architecture(self.architecture, self.recipe)
        key = ProgramKey(padded, self.loss, self.recipe, self.batch_size, masked, stateful, short)
        rates = self.recipe.learning_rate, self.recipe.weight_decay, self.estimator.l2
        return Trainer(self.architecture, programs.get(key), samples, state, rates, seed=seed)

    def _finite(self, train, *arguments):
        """Train, and say what to try where the loss is no longer finite."""
        try:
            return train(*arguments)
        except FloatingPointError as error:
            estimator, recipe = self.estimator, self.recipe
            rate = f"{recipe.learning_rate:.3g}" if recipe.learning_rate > 0 else "a schedule"
            penalties = {"weight_decay": recipe.weight_decay, "l2": estimator.l2}
            lower = "".join(f"a lower {k} (now {v:.3g}), " for k, v in penalties.items() if v)
            raise ValueError(
                f"The loss is no longer finite {error}. Try to scale X and y to values of the "
                f"order of one (StandardScaler), a lower learning_rate (now {rate}), {lower}or "
                f"clipnorm (now {estimator.clipnorm!r})."
            ) from None


def validation_loss(architecture, loss, l2, samples, *, stateful=False):
    """Function from the state of training to the loss of held-out samples.

    The penalty is part of it, as in Keras.
    """
    windows, rows = samples.windows, samples.rows
    targets = samples.targets[rows].astype(np.float64)

    def validate(state):
        kernels = architecture.kernels(state.weights)
        with np.errstate(over="ignore", invalid="ignore"):
            if stateful:
                forecast, _ = predict_stream(
                    architecture, state.weights, windows, state.states, rows=rows
                )
            else:
                forecast, _ = predict_windows(architecture, state.weights, windows, rows=rows)
            mean = loss.mean(np, targets[..., :-1], forecast, targets[..., -1])
            penalty = l2 * sum(np.sum(np.square(w, dtype=np.float64)) for w in kernels)
            return float(mean + penalty)

    return validate


@contextmanager
def all_or_nothing(estimator):
    """Give the estimator back what it was fitted to before, if fitting fails.

    Parameters
    ----------
    estimator : estimator
        The estimator.
    """
    before = vars(estimator).copy()
    draws = before.get("_draws")
    state = None if draws is None else draws.get_state()
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        # NumPy's own generator belongs to others, too.
        if draws not in (None, np.random.mtrand._rand):
            draws.set_state(state)
        raise


def fitted_attributes(run, state):
    """Attributes of an estimator whose training has reached a state: arrays and plain values."""
    return {
        "weights_": state.weights,
        "n_outputs_": run.architecture.n_outputs,
        "_architecture": run.architecture.to_dict(),
        "_optimizer": run.optimizer,
        "_slots": state.slots,
        "_iteration": state.iteration,
        "_states": state.states,
    }
