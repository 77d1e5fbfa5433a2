"""The contract of a loss, and the weighted mean that training and validation compute from it."""

from __future__ import annotations

from inspect import signature
from typing import Any, Literal, Self

import numpy as np

from skrnn._typing import Array, ArrayLike, Floats, Namespace, Quantiles, Targets

_BATCH = -3, -2, -1

TARGETS = {
    "real": (-np.inf, "real numbers"),
    "counts": (0.0, "counts are not negative"),
    "nonnegative": (0.0, "targets must not be negative"),
    "positive": (np.nextafter(0.0, 1.0), "targets must be above zero"),
    "binary": (0.0, "targets must be 0 or 1"),
}
"""Smallest value of each kind of targets, and its description in messages."""


class Loss:
    """Base class of all losses.

    Losses are immutable values: two losses are equal if they have the same class and the same
    parameters. To write your own loss, write a subclass that defines :meth:`error`. If it has
    parameters, ``__init__`` must store each in an attribute of the same name, as in scikit-learn.
    Everything else has a default. To check the result, use :func:`check_loss`.

    Attributes
    ----------
    link : {"identity", "log", "logit"}
        Link between what `predict` returns and the output of the network. With "log", the network
        learns the logarithm of the forecast, so forecasts are never negative, and a level
        (``level_feature``) multiplies the forecast instead of being added to it. The default is
        "identity". A level cannot be used with "logit". :class:`CrossEntropy` has the links
        "logit" and "multinomial_logit".

    n_parameters : int
        Number of outputs of the network for each target. The default is 1. :class:`Pinball` has
        one for each quantile, and a :class:`Likelihood` one for each parameter.

    quantile : None, float or tuple of float
        Quantile or quantiles that the network forecasts, as for :class:`Pinball`. With a tuple,
        the output and the forecast have an additional last axis, with the quantiles in increasing
        order. The default is None.

    estimates : {"mean", "median", "quantile"} or None
        The statistic that minimises the expected loss. A forecaster takes logarithms automatically
        only if this is "median" or "quantile", because the median of logarithms is the logarithm
        of the median. The default is None, which stands for any other statistic.

    targets : {"real", "counts", "nonnegative", "positive", "binary"}
        Targets for which the loss is designed. Unless this is "real", a forecaster does not
        transform, deseasonalise, difference or scale the targets. The default is "real".

    neutral_target : float
        A target for which the error is finite. It replaces unknown targets, whose weight is zero.
        The default is 0.0.

    of_differences : bool
        Whether the error depends only on the difference between the output and the target (the
        first output if there are several parameters). A level can then be subtracted from the
        target instead of being added to the output, which preserves the precision of targets far
        from zero. The default is False.

    See Also
    --------
    check_loss : Check your own loss.

    Notes
    -----
    The same code computes errors for training in TensorFlow and for validation in NumPy: `xp` is
    either ``keras.ops`` or ``numpy``. Use only functions that exist in both modules, such as
    ``xp.abs``, ``xp.exp``, ``xp.log``, ``xp.where``, ``xp.maximum`` and ``xp.minimum``, and avoid
    ``if`` statements that depend on values.

    A loss can also be passed to Keras: ``build_network(...).compile("adam", loss=Huber(2.0))``.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn import RNNRegressor
    >>> from skrnn.losses import Loss
    >>> class Cauchy(Loss):
    ...     def __init__(self, scale=1.0):
    ...         self.scale = scale
    ...
    ...     def error(self, xp, y_true, output):
    ...         return xp.log(1.0 + ((output - y_true) / self.scale) ** 2)
    >>> Cauchy(2.0)
    Cauchy(scale=2.0)
    >>> X = np.linspace(-1, 1, 20)[:, None]
    >>> rnn = RNNRegressor("simple", 2, loss=Cauchy(), epochs=1).fit(X, np.sin(X[:, 0]))
    """

    link: str = "identity"
    n_parameters: int = 1
    quantile: Quantiles = None
    n_classes: int = 0
    estimates: Literal["mean", "median", "quantile"] | None = None
    targets: Targets = "real"
    neutral_target: float = 0.0
    of_differences: bool = False

    def error(self, xp: Namespace, y_true: Array, output: Array) -> Array:
        """Compute the error of each target.

        Parameters
        ----------
        xp : module
            ``keras.ops`` or ``numpy``.
        y_true : array of shape (..., n_outputs)
            Targets, without NaN.
        output : array of shape (..., n_outputs) or (..., n_outputs, n_quantiles)
            Outputs of the network, before the inverse of the link.

        Returns
        -------
        array of shape (..., n_outputs)
            The errors. Each depends only on its own target and output.
        """
        raise NotImplementedError(f"{type(self).__name__} must define error(xp, y_true, output).")

    def gradient(self, y_true: Array, output: Array) -> Floats:
        """Compute the derivative of each error with respect to the output, in NumPy.

        This method is optional. Without it, TensorFlow differentiates :meth:`error`.

        Parameters
        ----------
        y_true : ndarray of shape (..., n_outputs)
            Targets, without NaN.
        output : ndarray of shape (..., n_outputs) or (..., n_outputs, n_quantiles)
            Outputs of the network, before the inverse of the link.

        Returns
        -------
        ndarray of the same shape as `output`
            The derivatives.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define gradient.")

    @property
    def has_gradient(self) -> bool:
        """Whether the class defines :meth:`gradient`.

        Returns
        -------
        bool
            False if only TensorFlow can differentiate the loss.
        """
        return type(self).gradient is not Loss.gradient

    def check_targets(self, y: Floats) -> None:
        """Check that targets are valid for the loss.

        Parameters
        ----------
        y : ndarray
            Targets of any shape. NaN marks an unknown target.

        Raises
        ------
        ValueError
            If a target is not valid. The message need not mention the loss or y, because the
            estimator adds both.
        """
        lowest, rule = TARGETS[self.targets]
        if (y < lowest).any():
            raise ValueError(f"it contains {np.nanmin(y):.3g}, but {rule}")

    def score(self, y_true: Floats, y_pred: Floats, sample_weight: Floats | None = None) -> float:
        """Return the score of the forecasts of one output; R2 by default.

        Parameters
        ----------
        y_true : ndarray of shape (n_samples,)
            Known targets.
        y_pred : ndarray of shape (n_samples,) or (n_samples, n_quantiles)
            Forecasts, as returned by `predict`.
        sample_weight : ndarray of shape (n_samples,), default=None
            Weights of the targets.

        Returns
        -------
        float
            The score; higher is better.
        """
        # Imported here, because the import takes a tenth of a second and `predict` does not need
        # it.
        from sklearn.metrics import r2_score

        return r2_score(y_true, y_pred, sample_weight=sample_weight)

    def deviance(
        self, y_true: Floats, y_pred: Floats, sample_weight: Floats | None = None
    ) -> float:
        """Return the weighted mean of the errors of forecasts.

        Parameters
        ----------
        y_true : ndarray of shape (n_samples, ...)
            Known targets.
        y_pred : ndarray of shape (n_samples, ...) or (n_samples, ..., n_quantiles)
            Forecasts, as returned by `predict`.
        sample_weight : ndarray of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        float
            The deviance; lower is better.
        """
        y_true, y_pred = np.asarray(y_true, np.float64), np.asarray(y_pred, np.float64)
        if self.link == "log":
            y_pred = np.log(np.maximum(y_pred, np.finfo(np.float64).tiny))
        error = self.error(np, y_true, y_pred)
        by_row = error.reshape(len(error), -1).mean(axis=1)
        return float(np.average(by_row, weights=sample_weight))

    def mean(self, xp: Namespace, y_true: Array, output: Array, weight: Array) -> Array:
        """Compute the weighted mean of the errors of all steps: ``sum(w * e) / sum(w)``.

        Padding, missing targets and sample weights are all treated as weights.

        Parameters
        ----------
        xp : module
            ``keras.ops`` or ``numpy``.
        y_true : array of shape (..., n_rows, n_steps, n_outputs)
            Targets. A target that is NaN is ignored.
        output : array of shape (..., n_rows, n_steps, n_outputs[, n_quantiles])
            Outputs of the network, before the inverse of the link.
        weight : array of shape (..., n_rows, n_steps)
            Weight of each step. Rows that only fill up the batch have a weight of 0.

        Returns
        -------
        array of shape (...)
            The mean. It equals Keras's loss if all weights of the batch are equal.
        """
        known, weight = _known_targets(xp, y_true, weight)
        # The targets of rows that only fill a batch are zeros.
        counts = weight > 0 if self.neutral_target else known
        # NaN times a weight of zero is NaN, and NaN in an unused branch makes the gradient NaN.
        neutral = xp.full_like(y_true, self.neutral_target)
        error = self.error(xp, xp.where(counts, y_true, neutral), output)
        total = xp.sum(weight, axis=_BATCH)
        return xp.sum(weight * error, axis=_BATCH) / xp.where(
            total > 0, total, xp.ones_like(total)
        )

    @property
    def n_quantiles(self) -> int:
        """Length of the last axis of the output, if it is an axis of quantiles.

        Returns
        -------
        int
            0 if the output does not have such an axis.
        """
        return len(self.quantile) if isinstance(self.quantile, tuple) else 0

    @property
    def keeps_targets(self) -> bool:
        """Whether a forecaster must not transform the targets.

        Returns
        -------
        bool
            True if shifted or scaled targets would not be valid.
        """
        return self.targets != "real" or self.link != "identity"

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name.

        Parameters
        ----------
        deep : bool, default=True
            Ignored. Scikit-learn passes it.

        Returns
        -------
        dict
            The arguments of ``__init__`` with their values.
        """
        names = _parameter_names(type(self))
        for name in names:
            if not hasattr(self, name):
                raise AttributeError(
                    f"{type(self).__name__}.__init__ must store the parameter {name!r} as "
                    f"self.{name}."
                )
        return {name: getattr(self, name) for name in names}

    def with_params(self, **params: Any) -> Self:
        """Return a loss of the same class with some parameters changed.

        Parameters
        ----------
        **params : dict
            The parameters to replace.

        Returns
        -------
        Loss
            The new loss. This loss is not changed.
        """
        return type(self)(**{**self.get_params(), **params})

    def __call__(self, y_true: Array, y_pred: ArrayLike) -> Array:
        """Compute the loss of each row in Keras, so that ``compile(loss=...)`` accepts a loss."""
        import keras

        ops = keras.ops
        known = ops.logical_not(ops.isnan(y_true))
        error = self.error(ops, ops.where(known, y_true, self.neutral_target), y_pred)
        known = ops.cast(known, error.dtype)
        axes = tuple(range(1, len(error.shape)))
        count = ops.sum(known, axis=axes)
        return ops.sum(known * error, axis=axes) / ops.maximum(count, ops.ones_like(count))

    def __setattr__(self, name: str, value: object) -> None:
        if name in vars(self):
            raise AttributeError(
                f"A {type(self).__name__} cannot be changed, because compiled programs are stored "
                f"under it. Create a new one: loss.with_params({name}=...)."
            )
        super().__setattr__(name, value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Loss):
            return False
        return type(self) is type(other) and self.get_params() == other.get_params()

    def __hash__(self) -> int:
        return hash((type(self), *self.get_params().items()))

    def __repr__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())
        return f"{type(self).__name__}({arguments})"

    def __sklearn_clone__(self) -> Self:
        return self  # immutable

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


def total_weight(xp: Namespace, y_true: Array, weight: Array) -> Array:
    """Compute the weight of a mean over a batch, from the targets and weights of its rows."""
    return xp.sum(_known_targets(xp, y_true, weight)[1], axis=_BATCH)


def _known_targets(xp: Namespace, y_true: Array, weight: Array) -> tuple[Array, Array]:
    """Return which targets are known, and the weight of each target."""
    known = xp.logical_not(xp.isnan(y_true))
    return known, xp.where(known, weight[..., None], xp.zeros_like(y_true))


def _parameter_names(cls: type[Loss]) -> list[str]:
    if cls.__init__ is object.__init__:
        return []
    parameters = list(signature(cls.__init__).parameters.values())[1:]
    if any(one.kind in {one.VAR_POSITIONAL, one.VAR_KEYWORD} for one in parameters):
        raise TypeError(f"{cls.__name__}.__init__ must name its parameters: no *args or **kwargs.")
    return [parameter.name for parameter in parameters]
