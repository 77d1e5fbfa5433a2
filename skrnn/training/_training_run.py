"""Collect the settings and the rows of a fit, and the attributes of the fitted estimator."""

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from skrnn.network._forward import predict_stream, predict_windows

from ._batches import Trainer
from ._forking import check_not_forked
from ._lengths import lengths_of_rows
from ._padding import padded_architecture
from ._settings import architecture_of


@dataclass(frozen=True)
class TrainingRun:
    """The settings and the rows of a fit.

    Attributes
    ----------
    estimator : RNNRegressor
        The estimator, which contains the parameters.
    samples : Samples
        The rows to learn from, among all rows given to `fit`.
    held_out : Samples or None
        The rows for validation.
    architecture : Architecture
        Architecture of the network.
    loss : Loss
        The loss to minimise.
    recipe : OptimizerRecipe
        Recipe of the optimizer.
    batch_size : int
        Number of rows in a batch.
    """

    estimator: object
    samples: object
    held_out: object
    architecture: object
    loss: object
    recipe: object
    batch_size: int

    @classmethod
    def of(cls, estimator, samples, held_out=None, *, one_pass=False):
        """Get the settings from an estimator, and check them for the samples."""
        check_not_forked()
        from ._optimizers import optimizer_recipe

        loss = estimator._loss()
        recipe = optimizer_recipe(
            estimator.optimizer,
            estimator.learning_rate,
            estimator.weight_decay,
            estimator.clipnorm,
            estimator_name=type(estimator).__name__,
        )
        architecture = architecture_of(
            estimator, samples, loss.n_quantiles, loss.link, loss.n_classes
        )
        # In online learning, the rows of a stateful network are one stream.
        batch_size = 1 if one_pass and estimator.stateful else int(estimator.batch_size)
        return cls(estimator, samples, held_out, architecture, loss, recipe, batch_size)

    @property
    def optimizer(self):
        """The optimizer as text, to check later whether its slots can be used again."""
        return self.recipe.described

    @cached_property
    def lengths(self):
        """Number of steps that each row needs, if rows are to be sorted by it, or None."""
        if self.estimator.stateful or not self.estimator.shuffle:
            return None
        return lengths_of_rows(self.samples, self.batch_size)

    def trainer(self, start, seeds, *, short=False):
        """Make a trainer for the samples, which starts from a state.

        Parameters
        ----------
        start : TrainingState
            State to start from.
        seeds : list of int
            Seed of dropout of each network.
        short : bool, default=False
            Whether there are only a few rows.

        Returns
        -------
        Trainer
        """
        from ._program import ProgramKey, programs

        samples, stateful = self.samples, bool(self.estimator.stateful)
        # An empty place in a stream must not change the state, so its steps are masked.
        masked = samples.masked or (stateful and len(samples.rows) % self.batch_size > 0)
        padded = padded_architecture(self.architecture, self.recipe)
        key = ProgramKey(padded, self.loss, self.recipe, self.batch_size, masked, stateful, short)
        rates = self.recipe.learning_rate, self.recipe.weight_decay, self.estimator.l2
        return Trainer(self.architecture, programs.get(key), samples, start, rates, seeds)

    def validation_losses(self, state):
        """Compute the loss of the held-out rows for each network, with the penalty, as in Keras.

        Parameters
        ----------
        state : TrainingState
            State that training has reached.

        Returns
        -------
        list of float
        """
        weights, states = map(self.architecture.of_each_network, (state.weights, state.states))
        return list(map(self._validation_loss, weights, states))

    def _validation_loss(self, weights, states):
        windows, rows = self.held_out.windows, self.held_out.rows
        targets = self.held_out.targets[rows].astype(np.float64)
        architecture = self.architecture.of_one_network
        with np.errstate(over="ignore", invalid="ignore"):
            if self.estimator.stateful:
                forecast, _ = predict_stream(
                    architecture, weights, windows, states, rows=rows, raw=True
                )
            else:
                forecast, _ = predict_windows(
                    architecture, weights, windows, rows=rows, raw=True, n_jobs=1
                )
            mean = self.loss.mean(np, targets[..., :-1], forecast, targets[..., -1])
            squares = sum(
                np.sum(np.square(w, dtype=np.float64)) for w in architecture.kernels(weights)
            )
            return float(mean + self.estimator.l2 * squares)

    def states_after_last_row(self, state):
        """Compute the states of a stateful network after the last row given to `fit`.

        Training ends at the last row to learn from. Later rows, which are held out or omitted,
        change only the states.

        Parameters
        ----------
        state : TrainingState
            State after the last row of the samples.

        Returns
        -------
        list of ndarray of shape ([n_networks,] units)
        """
        windows, rows = self.samples.windows, self.samples.rows
        later = windows[rows[-1] + 1 :] if len(rows) else windows
        if not self.estimator.stateful or not len(later):
            return state.states
        before = state.states or None
        _, states = predict_stream(self.architecture, state.weights, later, before)
        return [array.astype(np.float32) for array in states]

    @contextmanager
    def divergence_explained(self):
        """Raise an error with advice if the loss is no longer finite."""
        try:
            yield
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


@contextmanager
def all_or_nothing(estimator):
    """Restore the estimator as it was before if fitting fails.

    Parameters
    ----------
    estimator : estimator
        The estimator.
    """
    before = vars(estimator).copy()
    draws = before.get("_draws", [])
    states = [generator.get_state() for generator in draws]
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        # Other code uses NumPy's global generator, too.
        for generator, state in zip(draws, states, strict=True):
            if generator is not np.random.mtrand._rand:
                generator.set_state(state)
        raise


def fitted_attributes(run, state):
    """Return the attributes of a fitted estimator: only arrays and plain values."""
    return {
        "weights_": state.weights,
        "n_outputs_": run.architecture.n_outputs,
        "_architecture": run.architecture.to_dict(),
        "_optimizer": run.optimizer,
        "_slots": state.slots,
        "_iteration": state.iteration,
        "_states": run.states_after_last_row(state),
    }
