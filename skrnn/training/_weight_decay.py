"""Applies a step of the optimizer, with weight decay and the l2 penalty of the kernels."""

import tensorflow as tf


def apply_with_decay(optimizer, weights, kernels, gradients, weight_decay, l2):
    """Apply a step of the optimizer, with penalty and decay only of the kernels.

    Parameters
    ----------
    optimizer : keras.optimizers.Optimizer
        The optimizer, built for the weights.
    weights, kernels : list of keras.Variable
        All weights, and those that are decayed.
    gradients : list of Tensor
        Gradients of the weights.
    weight_decay, l2 : Tensor
        The decay, which is multiplied by the learning rate and does not pass through the optimizer
        [1]_, and the factor of the penalty.

    References
    ----------
    .. [1] Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019.
    """
    kept = 1.0 - tf.cast(optimizer.learning_rate, tf.float32) * weight_decay
    places = {id(variable): i for i, variable in enumerate(weights)}
    for variable in kernels:
        gradients[places[id(variable)]] += 2.0 * l2 * variable.value
    for variable in kernels:
        variable.assign(kept * variable.value)
    optimizer.apply(gradients)
