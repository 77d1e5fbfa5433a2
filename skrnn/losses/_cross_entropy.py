"""The loss for classes."""

from __future__ import annotations

import numpy as np

from skrnn._typing import Array, Floats, Namespace

from ._loss import Loss


class CrossEntropy(Loss):
    """The cross-entropy of classes, which :class:`~skrnn.RNNClassifier` minimises.

    A target is the position of a class. There is one output for each class or, with two classes, a
    single output for the second class.

    Parameters
    ----------
    n_classes : int
        Number of classes.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.losses import CrossEntropy
    >>> CrossEntropy(2).error(np, np.array([[1.0]]), np.array([[0.0]])).round(4)
    array([[0.6931]])
    """

    def __init__(self, n_classes: int) -> None:
        self.n_classes = n_classes

    @property
    def link(self) -> str:
        """Link between probabilities and outputs.

        Returns
        -------
        str
            "logit" for two classes, and "multinomial_logit" for more.
        """
        return "logit" if self.n_classes == 2 else "multinomial_logit"

    @property
    def n_parameters(self) -> int:
        """Number of outputs of the network for each target.

        Returns
        -------
        int
            One for each class, or 1 for two classes.
        """
        return 1 if self.n_classes == 2 else self.n_classes

    def error(self, xp: Namespace, y_true: Array, output: Array) -> Array:
        if self.link == "logit":  # logit of the second class; that of the first one is zero
            output = xp.concatenate([xp.zeros_like(output), output], axis=-1)
        chosen = xp.equal(y_true, xp.arange(self.n_classes, dtype="float32"))
        chosen = xp.where(chosen, output, xp.zeros_like(output))
        # Subtracting the largest logit prevents an overflow. Its derivatives cancel out.
        largest = xp.max(output, axis=-1, keepdims=True)
        total = xp.sum(xp.exp(output - largest), axis=-1, keepdims=True)
        return largest + xp.log(total) - xp.sum(chosen, axis=-1, keepdims=True)

    def gradient(self, y_true: Array, output: Array) -> Floats:
        logits = output
        if self.link == "logit":
            logits = np.concatenate([np.zeros_like(output), output], axis=-1)
        share = np.exp(logits - logits.max(axis=-1, keepdims=True))
        share /= share.sum(axis=-1, keepdims=True)
        return (share - (y_true == np.arange(self.n_classes)))[..., -output.shape[-1] :]
