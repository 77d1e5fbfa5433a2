"""Computes means of targets from the outputs of a network, by the inverse of a link.

The names come from generalised linear models (McCullagh and Nelder, 1989).
"""

import numpy as np
from scipy.special import expit, log_expit, logsumexp

INVERSE_LINKS = {
    "identity": "linear",
    "log": "exponential",
    "logit": "sigmoid",
    "multinomial_logit": "softmax",
}
"""Links between the mean of a target and the output of a network, and the Keras activations that
are their inverse."""


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
    >>> from skrnn.network._link_functions import inverse_link
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


def mean_of_networks(link, outputs, *, raw=False):
    """Compute the mean of the forecasts of several networks.

    Parameters
    ----------
    link : {"identity", "log", "logit", "multinomial_logit"}
        The link.
    outputs : ndarray of shape (n_networks, ..., n_outputs)
        Outputs of the networks.
    raw : bool, default=False
        Whether to return the outputs of a single network with the same forecasts.

    Returns
    -------
    ndarray of shape (..., n_outputs)

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.network._link_functions import mean_of_networks
    >>> mean_of_networks("log", np.log([[1.0], [3.0]])).round(6)
    array([2.])
    """
    if not raw or link == "identity":
        return inverse_link(link, outputs).mean(axis=0)
    # Sums of logarithms, because a probability close to one is one in floating point.
    if link == "logit":
        first, second = (logsumexp(log_expit(x), axis=0) for x in (-outputs, outputs))
        return second - first
    logarithms = log_probabilities(outputs) if link == "multinomial_logit" else outputs
    return logsumexp(logarithms, axis=0) - np.log(len(outputs))


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
