"""Keras's own training, as the reference that the engine must agree with."""

import keras
import numpy as np

from skrnn import build_network


def fit_in_keras(estimator, X, y, *, sample_weight=None, mask_missing=False):
    """Fit with ``keras.Model.fit`` what a fitted, unshuffled estimator has been fitted to.

    The initial weights are drawn as the estimator draws them. Returns weights and losses.
    """
    fitted = estimator._fitted_architecture
    model = build_network(
        fitted.cell,
        fitted.units,
        n_timesteps=fitted.n_timesteps,
        n_features=fitted.n_features,
        n_outputs=fitted.n_outputs,
        activation=fitted.activation,
        recurrent_activation=fitted.recurrent_activation,
        mask_missing=mask_missing,
        seed=0,
    )
    rng = np.random.RandomState(estimator.random_state)
    model.set_weights(fitted.initial_weights(rng))
    _penalize_kernels(model, estimator.l2)
    optimizer = keras_optimizer(estimator)
    # ScheduleFreeAdamW copies the weights when it is built; built inside Keras's `fit`, it
    # copies zeros.
    optimizer.build(model.trainable_variables)
    loss = {"squared_error": "mean_squared_error", "absolute_error": "mean_absolute_error"}
    model.compile(optimizer, loss[estimator.loss])
    history = model.fit(
        X,
        np.asarray(y, np.float32).reshape(len(y), -1),
        sample_weight=sample_weight,
        epochs=estimator.epochs,
        batch_size=estimator.batch_size,
        shuffle=False,
        verbose=0,
    )
    return model.get_weights(), history.history["loss"]


def keras_optimizer(estimator):
    classes = {name.lower(): getattr(keras.optimizers, name) for name in dir(keras.optimizers)}
    rate = {} if estimator.learning_rate is None else {"learning_rate": estimator.learning_rate}
    optimizer = classes[estimator.optimizer](weight_decay=estimator.weight_decay, **rate)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    return optimizer


def _penalize_kernels(model, l2):
    if not l2:
        return
    for layer in model.layers:
        owner = getattr(layer, "cell", layer)
        for name in ("kernel", "recurrent_kernel"):
            if hasattr(owner, name):
                getattr(owner, name).regularizer = keras.regularizers.L2(l2)


def largest_difference(weights, others):
    assert [w.shape for w in weights] == [w.shape for w in others]
    return max(np.abs(a - b).max() for a, b in zip(weights, others, strict=True))
