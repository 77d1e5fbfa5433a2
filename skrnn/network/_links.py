"""Compute means of targets from the outputs of a network, by the inverse of a link.

Generalised linear models use these names (McCullagh and Nelder, 1989).
"""

import numpy as np
from scipy.special import expit

LINKS = frozenset({"identity", "log", "logit", "multinomial_logit"})
"""Links between the mean of a target and the output of a network."""


def inverse_link(link, outputs):
    """Compute the mean of the target.

    Parameters
    ----------
    link : {"identity", "log", "logit", "multinomial_logit"}
        The link.
    outputs : ndarray of shape (..., n_outputs)
        Outputs of the network.

    Returns
    -------
    ndarray of the same shape
        Means, or probabilities. The values of a "multinomial_logit" add up to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.network._links import inverse_link
    >>> inverse_link("multinomial_logit", np.log([[1.0, 3.0]]))
    array([[0.25, 0.75]])
    """
    if link == "identity":
        return outputs
    if link == "logit":
        return expit(outputs)
    with np.errstate(over="ignore"):  # an infinite mean raises an error later
        if link == "log":
            return np.exp(outputs)
        return np.exp(log_probabilities(outputs))


def log_probabilities(logits):
    """Compute the logarithms of the probabilities of classes.

    Parameters
    ----------
    logits : ndarray of shape (..., n_classes)
        Outputs of the network.

    Returns
    -------
    ndarray of the same shape
    """
    logits = logits - logits.max(axis=-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
