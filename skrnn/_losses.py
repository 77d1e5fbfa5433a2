"""Loss of a batch, as a weighted mean: a short batch, padding and weights are one rule."""

import keras


def _squared_error(y_true, y_pred):
    return keras.ops.square(y_pred - y_true)


def _absolute_error(y_true, y_pred):
    return keras.ops.abs(y_pred - y_true)


_ERRORS = {"squared_error": _squared_error, "absolute_error": _absolute_error}


def weighted_loss(loss, y_true, y_pred, weight):
    """Mean of the errors of a batch, weighted by row: ``sum(w * e) / sum(w)``.

    Parameters
    ----------
    loss : {"squared_error", "absolute_error"}
        The error of one output.
    y_true, y_pred : tensor of shape (batch_size, n_outputs)
        Targets and forecasts.
    weight : tensor of shape (batch_size,)
        Weight of each row; 0 for a row that only fills the batch.

    Returns
    -------
    tensor of shape ()
        Equal to Keras's loss wherever all weights of the batch are equal.
    """
    error = keras.ops.mean(_ERRORS[loss](y_true, y_pred), axis=-1)
    total = keras.ops.sum(weight)
    return keras.ops.sum(weight * error) / keras.ops.where(total > 0, total, 1.0)
