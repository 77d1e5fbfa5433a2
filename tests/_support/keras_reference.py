"""Keras's own training, as the reference that the engine must agree with."""

from dataclasses import replace

import keras
import numpy as np

from skrnn.keras_bridge._model import build_model

LOSSES = {
    "squared_error": "mean_squared_error",
    "absolute_error": "mean_absolute_error",
    "huber": "huber",
}


def fit_in_keras(estimator, X, y, *, mask_missing=False, model=None, **fit):
    """Fit with ``keras.Model.fit`` what a fitted, unshuffled estimator has been fitted to.

    The initial weights are drawn as the estimator draws them. Returns weights and history.
    """
    # The loss takes the outputs before the inverse of the link: all parameters of a likelihood.
    architecture = estimator._fitted_architecture
    n_outputs = architecture.n_outputs
    if architecture.likelihood is not None:
        n_outputs *= architecture.likelihood.n_parameters
    architecture = replace(architecture, link="identity", likelihood=None, n_outputs=n_outputs)
    if model is None:
        model = build_model(architecture, mask_missing=mask_missing, seed=0)
    rng = np.random.RandomState(estimator.random_state)
    model.set_weights(architecture.initial_weights(rng))
    _penalize_kernels(model, estimator.l2)
    optimizer = keras_optimizer(estimator)
    # ScheduleFreeAdamW copies the weights when it is built; built inside Keras's `fit`, it
    # copies zeros.
    optimizer.build(model.trainable_variables)
    settings = {"epochs": estimator.epochs, "batch_size": estimator.batch_size} | fit
    # TensorFlow keeps every compiled program and every traced graph. Few batches take no longer
    # without them.
    few = settings["epochs"] * len(X) <= 50 * settings["batch_size"]
    model.compile(optimizer, loss_of(estimator), jit_compile=False, run_eagerly=few)
    y = np.asarray(y, np.float32)
    y = y.reshape(*y.shape[: 1 + estimator.return_sequences], -1)
    history = model.fit(X, y, shuffle=False, verbose=0, **settings)
    return model.get_weights(), history.history


def loss_of(estimator):
    if hasattr(estimator, "classes_"):
        two = len(estimator.classes_) == 2
        losses = keras.losses
        loss = losses.BinaryCrossentropy if two else losses.SparseCategoricalCrossentropy
        return loss(from_logits=True, reduction="mean_with_sample_weight")
    if estimator.loss == "poisson":
        return lambda y, output: 2 * keras.ops.mean(keras.ops.exp(output) - y * output)
    if estimator.loss in DENSITIES:
        density = DENSITIES[estimator.loss]
        return lambda y, output: (
            -keras.ops.mean(density(y[:, 0], *keras.ops.unstack(output, axis=1)))
        )
    return LOSSES.get(estimator.loss) or pinball(estimator.quantile)


def scale_of(output):
    return keras.ops.softplus(output) + 1e-4


def normal(y, mean, spread):
    spread = scale_of(spread)
    return -(((y - mean) / spread) ** 2) / 2 - keras.ops.log(spread * np.sqrt(2 * np.pi))


def student_t(y, mean, spread, df):
    spread, df = scale_of(spread), 2 + scale_of(df)
    constant = lgamma((df + 1) / 2) - lgamma(df / 2) - keras.ops.log(df * np.pi) / 2
    z = (y - mean) / spread
    return constant - keras.ops.log(spread) - (df + 1) / 2 * keras.ops.log(1 + z * z / df)


def gamma(y, log_mean, shape):
    shape = scale_of(shape)
    rate = shape / keras.ops.exp(log_mean)
    return shape * keras.ops.log(rate) - lgamma(shape) + (shape - 1) * keras.ops.log(y) - rate * y


def negative_binomial(y, log_mean, dispersion):
    size = 1 / scale_of(dispersion)
    failure = size / (size + keras.ops.exp(log_mean))
    ways = lgamma(y + size) - lgamma(size) - lgamma(y + 1)
    return ways + size * keras.ops.log(failure) + y * keras.ops.log(1 - failure)


def zero_inflated(y, log_mean, dispersion, logit):
    zero = keras.ops.sigmoid(logit)
    counted = (1 - zero) * keras.ops.exp(negative_binomial(y, log_mean, dispersion))
    return keras.ops.log(keras.ops.where(y == 0, zero + counted, counted))


def lgamma(x):
    from tensorflow.math import lgamma

    return lgamma(x)


DENSITIES = {
    "normal": normal,
    "student_t": student_t,
    "log_normal": lambda y, *output: normal(keras.ops.log(y), *output) - keras.ops.log(y),
    "gamma_likelihood": gamma,
    "negative_binomial": negative_binomial,
    "zero_inflated_negative_binomial": zero_inflated,
    "bernoulli": lambda y, o: -keras.ops.softplus(o) + y * o,
}


def pinball(quantiles):
    quantiles = np.float32(quantiles)

    def loss(y_true, y_pred):
        if quantiles.ndim:
            y_true = y_true[..., None]
        under = y_true - y_pred
        return keras.ops.mean(keras.ops.maximum(quantiles * under, (quantiles - 1) * under))

    return loss


def keras_optimizer(estimator):
    classes = {name.lower(): getattr(keras.optimizers, name) for name in dir(keras.optimizers)}
    rate = {} if estimator.learning_rate is None else {"learning_rate": estimator.learning_rate}
    optimizer = classes[estimator.optimizer](
        weight_decay=estimator.weight_decay, clipnorm=estimator.clipnorm, **rate
    )
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
