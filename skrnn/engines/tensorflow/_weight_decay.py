"""Weight decay and the l2 penalty of the kernels. Neither affects biases."""

import tensorflow as tf


def add_penalty(l2, weights, kernels, gradients, *, n_axes=0):
    """Add the derivatives of the l2 penalty to gradients.

    Parameters
    ----------
    l2 : tensor
        Factor of the penalty.
    weights : list of tensor
        All weights.
    kernels : list of tensor or float
        For each weight: 1 for the entries of kernels, 0 for those of biases.
    gradients : list of tensor
        Gradients of all weights.
    n_axes : int, default=0
        Number of axes in front that belong to different networks.

    Returns
    -------
    penalty : tensor
        The penalty, a part of the loss of each network.
    gradients : list of tensor
    """
    decayed = [kernel * w for w, kernel in zip(weights, kernels, strict=True)]
    squares = [tf.reduce_sum(tf.square(w), axis=range(n_axes, len(w.shape))) for w in decayed]
    penalty = l2 * sum(squares)
    return penalty, [g + 2.0 * l2 * w for g, w in zip(gradients, decayed, strict=True)]


def decay(fraction, weights, kernels):
    """Shrink the kernels before a step of the optimizer.

    The decay is decoupled [1]_: it does not pass through the optimizer.

    Parameters
    ----------
    fraction : tensor
        The decay, multiplied by the learning rate.
    weights : list of tensor
        All weights.
    kernels : list of tensor or float
        For each weight: 1 for the entries of kernels, 0 for those of biases.

    Returns
    -------
    list of tensor
        The weights after the decay.

    References
    ----------
    .. [1] Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019.
    """
    return [(1.0 - fraction * kernel) * w for w, kernel in zip(weights, kernels, strict=True)]
