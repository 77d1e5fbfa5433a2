"""A plan, the rows to train on, and the attributes of a trained estimator."""

from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from skrnn.engines._choice import engine_for
from skrnn.engines._contract import EngineSettings
from skrnn.network._forward import predict_stream, predict_windows

from ._plan import TrainingPlan
from ._samples import Samples
from ._trainer import Trainer


@dataclass(frozen=True)
class TrainingRun:
    """A plan, and the rows to train on.

    Attributes
    ----------
    plan : TrainingPlan
        The settings.
    samples : Samples
        The rows to learn from, among all rows passed to `fit`.
    held_out : Samples or None, default=None
        The rows for validation.
    """

    plan: TrainingPlan
    samples: Samples
    held_out: Samples | None = None

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
        plan, samples = self.plan, self.samples
        architecture, recipe, stateful = plan.architecture, plan.optimizer, plan.stateful
        # An empty place in a stream must not change the state, so its steps are masked.
        masked = samples.masked or (stateful and len(samples.rows) % plan.batch_size > 0)
        engine = engine_for(
            EngineSettings(
                architecture, plan.loss, recipe, plan.batch_size, masked, stateful, short
            ),
            plan.engine,
        )
        rates = recipe.learning_rate, recipe.weight_decay, plan.l2
        return Trainer(architecture, engine, samples, start, rates, seeds)

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
        weights, states = map(
            self.plan.architecture.of_each_network, (state.weights, state.states)
        )
        return list(map(self._validation_loss, weights, states))

    def _validation_loss(self, weights, states):
        windows, rows = self.held_out.windows, self.held_out.rows
        targets = self.held_out.targets[rows].astype(np.float64)
        architecture = self.plan.architecture.of_one_network
        with np.errstate(over="ignore", invalid="ignore"):
            if self.plan.stateful:
                forecast, _ = predict_stream(
                    architecture, weights, windows, states, rows=rows, raw=True
                )
            else:
                forecast, _ = predict_windows(
                    architecture, weights, windows, rows=rows, raw=True, n_jobs=1
                )
            mean = self.plan.loss.mean(np, targets[..., :-1], forecast, targets[..., -1])
            squares = sum(
                np.sum(np.square(w, dtype=np.float64)) for w in architecture.kernels(weights)
            )
            return float(mean + self.plan.l2 * squares)

    def states_after_last_row(self, state):
        """Compute the states of a stateful network after the last row passed to `fit`.

        Training ends at the last row to learn from. Later rows, which are held out or omitted,
        only change the states.

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
        if not self.plan.stateful or not len(later):
            return state.states
        before = state.states or None
        _, states = predict_stream(self.plan.architecture, state.weights, later, before)
        return [array.astype(np.float32) for array in states]

    @contextmanager
    def divergence_explained(self):
        """Raise an error with advice if the loss is no longer finite."""
        try:
            yield
        except FloatingPointError as error:
            recipe, l2 = self.plan.optimizer, self.plan.l2
            rate = f"{recipe.learning_rate:.3g}" if recipe.learning_rate > 0 else "a schedule"
            penalties = {"weight_decay": recipe.weight_decay, "l2": l2}
            lower = "".join(f"a lower {k} (now {v:.3g}), " for k, v in penalties.items() if v)
            scaled = "X and y"
            if self.plan.loss.keeps_targets:
                scaled = "X (not y, whose values the loss needs unchanged)"
            raise ValueError(
                f"The loss is no longer finite {error}. Try to scale {scaled} to values of order "
                f"one (StandardScaler), a lower learning_rate (now {rate}), {lower}or "
                f"clipnorm (now {recipe.clipnorm!r})."
            ) from None


def fitted_attributes(run, state):
    """Return the attributes of a fitted estimator: only arrays and plain values."""
    return {
        "weights_": state.weights,
        "engine_": run.plan.engine,
        "n_outputs_": run.plan.architecture.n_outputs,
        "_architecture": run.plan.architecture.to_dict(),
        "_optimizer": run.plan.optimizer.described,
        "_slots": state.slots,
        "_iteration": state.iteration,
        "_states": run.states_after_last_row(state),
    }
