"""Loss of a batch, as a weighted mean: a short batch, padding and weights are one rule.

The same lines serve the compiled program and the validation in NumPy: the module of functions,
``keras.ops`` or ``numpy``, is handed in.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Loss:
    """A loss by its name, and the quantile or quantiles of the quantile loss.

    The quantiles of a tuple have an axis of their own, the last of a forecast, even if there is
    only one. A number has none.
    """

    name: str
    quantile: float | tuple[float, ...] | None = None

    @property
    def n_quantiles(self):
        """Length of the axis of quantiles; 0 if forecasts have none."""
        return len(self.quantile) if isinstance(self.quantile, tuple) else 0

    def mean(self, xp, y_true, y_pred, weight):
        """Mean error, weighted by step: ``sum(w * e) / sum(w)``.

        Parameters
        ----------
        xp : module
            ``keras.ops`` or ``numpy``.
        y_true : array of shape (n_rows, n_steps, n_outputs)
            Targets; where NaN, the target takes no part.
        y_pred : array of shape (n_rows, n_steps, n_outputs[, n_quantiles])
            Forecasts.
        weight : array of shape (n_rows, n_steps)
            Weight of each; 0 for a row that only fills the batch.

        Returns
        -------
        array of shape ()
            Equal to Keras's loss wherever all weights of the batch are equal.
        """
        known = xp.logical_not(xp.isnan(y_true))
        weight = xp.where(known, weight[..., None], xp.zeros_like(y_true))
        # A NaN times a weight of zero, or in a branch not taken, still spoils the gradient.
        error = self._error(xp, xp.where(known, y_true, xp.zeros_like(y_true)), y_pred)
        total = xp.sum(weight)
        return xp.sum(weight * error) / xp.where(total > 0, total, xp.ones_like(total))

    def _error(self, xp, y_true, y_pred):
        if self.name == "quantile":
            return self._pinball(xp, y_true, y_pred)
        difference = y_pred - y_true
        if self.name == "squared_error":
            return difference * difference
        size = xp.abs(difference)
        if self.name == "absolute_error":
            return size
        # Huber, 1964, with Keras's default: quadratic up to an error of one, then linear.
        near = xp.minimum(size, xp.ones_like(size))
        return near * (size - 0.5 * near)

    def _pinball(self, xp, y_true, y_pred):
        """Koenker and Bassett, 1978; the mean over the quantiles."""
        if not self.n_quantiles:
            return self._pinball_of_one(xp, y_true - y_pred, self.quantile)
        errors = [
            self._pinball_of_one(xp, y_true - y_pred[..., i], quantile)
            for i, quantile in enumerate(self.quantile)
        ]
        return sum(errors) / len(errors)

    @staticmethod
    def _pinball_of_one(xp, under, quantile):
        return xp.maximum(quantile * under, (quantile - 1.0) * under)
