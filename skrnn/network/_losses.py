"""Compute the loss of a batch as a weighted mean.

Padding, missing targets and sample weights are all weights. The compiled program and the
validation in NumPy use the same code: the module of functions, ``keras.ops`` or ``numpy``, is an
argument.
"""

from dataclasses import dataclass

_BATCH = -3, -2, -1


def total_weight(xp, y_true, weight):
    """Compute the weight of a mean over a batch, from the targets and weights of its rows."""
    return xp.sum(_known_targets(xp, y_true, weight)[1], axis=_BATCH)


def _known_targets(xp, y_true, weight):
    """Return which targets are known, and the weight of each target."""
    known = xp.logical_not(xp.isnan(y_true))
    return known, xp.where(known, weight[..., None], xp.zeros_like(y_true))


@dataclass(frozen=True)
class Loss:
    """The name of a loss, and the quantiles or classes that it needs.

    If `quantile` is a tuple, the last axis of a forecast is the axis of quantiles, even if the
    tuple has one value. If it is a number, forecasts have no such axis.

    `n_classes` belongs to the cross-entropy. The target is then the position of a class.
    """

    name: str
    quantile: float | tuple[float, ...] | None = None
    n_classes: int = 0

    @property
    def link(self):
        """Link between the mean of a target and the output of the network."""
        if self.name == "cross_entropy":
            return "logit" if self.n_classes == 2 else "multinomial_logit"
        return "log" if self.name == "poisson" else "identity"

    @property
    def n_quantiles(self):
        """Length of the axis of quantiles; 0 if forecasts have no such axis."""
        return len(self.quantile) if isinstance(self.quantile, tuple) else 0

    @property
    def of_differences(self):
        """Whether errors depend only on forecast less target, so that a common level cancels."""
        return self.link == "identity"

    def mean(self, xp, y_true, y_pred, weight):
        """Compute the weighted mean of the errors of all steps: ``sum(w * e) / sum(w)``.

        Parameters
        ----------
        xp : module
            ``keras.ops`` or ``numpy``.
        y_true : array of shape (..., n_rows, n_steps, n_outputs)
            Targets. A target that is NaN is ignored.
        y_pred : array of shape (..., n_rows, n_steps, n_outputs[, n_quantiles])
            Outputs of the network, before the inverse of the link.
        weight : array of shape (..., n_rows, n_steps)
            Weight of each step. A row that only fills the batch has the weight 0.

        Returns
        -------
        array of shape (...)
            The mean. It equals Keras's loss if all weights of the batch are equal.
        """
        known, weight = _known_targets(xp, y_true, weight)
        # NaN times a weight of zero is NaN, and NaN in an unused branch makes the gradient NaN.
        error = self._error(xp, xp.where(known, y_true, xp.zeros_like(y_true)), y_pred)
        total = xp.sum(weight, axis=_BATCH)
        return xp.sum(weight * error, axis=_BATCH) / xp.where(
            total > 0, total, xp.ones_like(total)
        )

    def _error(self, xp, y_true, y_pred):
        if self.name == "quantile":
            return self._pinball(xp, y_true, y_pred)
        if self.name == "cross_entropy":
            return self._cross_entropy(xp, y_true, y_pred)
        if self.name == "poisson":
            return self._poisson_deviance(xp, y_true, y_pred)
        difference = y_pred - y_true
        if self.name == "squared_error":
            return difference * difference
        size = xp.abs(difference)
        if self.name == "absolute_error":
            return size
        # Loss of Huber, 1964, with Keras's default: quadratic up to an error of 1, then linear.
        near = xp.minimum(size, xp.ones_like(size))
        return near * (size - 0.5 * near)

    @staticmethod
    def _poisson_deviance(xp, y_true, logarithm):
        """Compute the deviance of scikit-learn's ``mean_poisson_deviance`` from log-means."""
        positive = xp.where(y_true > 0, y_true, xp.ones_like(y_true))
        return 2.0 * (xp.exp(logarithm) - y_true * (1.0 + logarithm - xp.log(positive)))

    def _cross_entropy(self, xp, y_true, logits):
        """Compute the cross-entropy of one class, with an axis of length 1 for it."""
        if self.link == "logit":  # of the second class; the logit of the first one is zero
            logits = xp.concatenate([xp.zeros_like(logits), logits], axis=-1)
        chosen = xp.equal(y_true, xp.arange(self.n_classes, dtype="float32"))
        chosen = xp.where(chosen, logits, xp.zeros_like(logits))
        # Without the largest logit, exp overflows. Its derivative is zero in total.
        largest = xp.max(logits, axis=-1, keepdims=True)
        total = xp.sum(xp.exp(logits - largest), axis=-1, keepdims=True)
        return largest + xp.log(total) - xp.sum(chosen, axis=-1, keepdims=True)

    def _pinball(self, xp, y_true, y_pred):
        """Compute the quantile loss of Koenker and Bassett, 1978, as a mean over the quantiles."""
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
