"""Weight decay and the l2 penalty of the kernels. Both leave biases as they are."""

import tensorflow as tf


def add_penalty(l2, weights, is_kernel, gradients):
    """Add the derivatives of the l2 penalty to gradients.

    Parameters
    ----------
    l2 : tensor
        Factor of the penalty.
    weights : list of tensor
        All weights.
    is_kernel : list of bool
        Which weights are kernels.
    gradients : list of tensor
        Gradients of all weights.

    Returns
    -------
    penalty : tensor
        The penalty, a part of the loss.
    gradients : list of tensor
    """
    kernels = [w for w, chosen in zip(weights, is_kernel, strict=True) if chosen]
    gradients = [
        gradient + 2.0 * l2 * w if chosen else gradient
        for gradient, w, chosen in zip(gradients, weights, is_kernel, strict=True)
    ]
    return l2 * sum(tf.reduce_sum(tf.square(w)) for w in kernels), gradients


def decay(fraction, weights, is_kernel):
    """Shrink the kernels before a step of the optimizer.

    The decay is decoupled [1]_: it does not pass through the optimizer.

    Parameters
    ----------
    fraction : tensor
        The decay, multiplied by the learning rate.
    weights : list of tensor
        All weights.
    is_kernel : list of bool
        Which weights are kernels.

    Returns
    -------
    list of tensor
        The weights after the decay.

    References
    ----------
    .. [1] Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019.
    """
    kept = 1.0 - fraction
    return [kept * w if chosen else w for w, chosen in zip(weights, is_kernel, strict=True)]
