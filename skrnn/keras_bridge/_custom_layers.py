"""Keras layers for missing values, levels, linear paths and quantiles.

The layers are registered, so that saved models can be loaded if skrnn is imported.
"""

import keras

from skrnn.losses._named_losses import LOSSES, NAMES


@keras.saving.register_keras_serializable(package="skrnn")
class MaskMissing(keras.layers.Layer):
    """Skip every step in which a value is missing.

    Keras's ``Masking`` compares values with a number that means "missing". However, a measured
    series may contain any number, and NaN is not equal to itself.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.keras_bridge._custom_layers import MaskMissing
    >>> np.asarray(MaskMissing()(np.array([[[1.0], [np.nan]]]))).tolist()
    [[[1.0], [0.0]]]
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def compute_mask(self, inputs, mask=None):
        """Return True for the steps without missing values."""
        return keras.ops.logical_not(keras.ops.any(keras.ops.isnan(inputs), axis=-1))

    def call(self, inputs):
        """Replace missing values with zeros, because NaN times a gradient of zero is NaN."""
        return keras.ops.where(keras.ops.isnan(inputs), keras.ops.zeros_like(inputs), inputs)

    def compute_output_shape(self, input_shape):
        """Return the shape of the output, which equals the shape of the input."""
        return input_shape


@keras.saving.register_keras_serializable(package="skrnn")
class LocalLevel(keras.layers.Layer):
    """Subtract the level of the window from one feature, and return the level as well.

    Parameters
    ----------
    feature : int
        Position of the feature.
    causal : bool, default=False
        If True, the level is the first known value, so that no step uses a later value. If
        False, it is the last known value.
    factor : bool, default=False
        If True, the feature is divided by 1 plus the mean of its absolute known values, or plus
        the first one if `causal` is True. The level is then the logarithm of this factor.
    unknown : float, default=None
        Level, or mean size for a factor, of a window in which no value is known. None means NaN.
    **kwargs : dict
        Keyword arguments of ``keras.layers.Layer``.

    References
    ----------
    .. [1] Hewamalage, Bergmeir and Bandara, "Recurrent Neural Networks for Time Series
       Forecasting", International Journal of Forecasting, 2021.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.keras_bridge._custom_layers import LocalLevel
    >>> centred, level = LocalLevel(feature=0)(np.array([[[1.0], [5.0], [4.0]]]))
    >>> np.asarray(centred).ravel().tolist(), np.asarray(level).tolist()
    ([-3.0, 1.0, 0.0], [[4.0]])
    """

    def __init__(self, feature, causal=False, factor=False, unknown=None, **kwargs):
        super().__init__(**kwargs)
        self.feature, self.causal, self.factor = feature, causal, factor
        self.unknown = unknown

    def call(self, inputs):
        """Centre the windows."""
        ops = keras.ops
        values = inputs[:, :, self.feature]
        missing = ops.isnan(values)
        # The condition is the result of isnan. ONNX's converter replaces other conditions with
        # products, and NaN times zero is NaN.
        filled = ops.where(missing, ops.zeros_like(values), values)
        column = ops.one_hot(self.feature, inputs.shape[2], dtype=inputs.dtype)
        level = self._level(filled, ops.cast(missing, inputs.dtype))
        if self.factor:
            factor = 1.0 + level
            return inputs / (1.0 + (factor[:, :, None] - 1.0) * column), ops.log(factor)
        return inputs - level[:, :, None] * column, level

    def _level(self, filled, missing):
        """Return the level of each row, or the mean size for a factor."""
        ops, known = keras.ops, 1.0 - missing
        values = ops.abs(filled) if self.factor else filled
        if self.causal or not self.factor:
            # Positions counted from 1, for any number of steps. The level has the largest rank.
            position = ops.cumsum(ops.ones_like(missing), axis=1)
            if self.causal:
                position = ops.max(position, axis=1, keepdims=True) + 1.0 - position
            rank = position * known
            chosen = ops.equal(rank, ops.max(rank, axis=1, keepdims=True))
            known = ops.cast(chosen, missing.dtype) * known
        # Zero by zero, which is NaN, if no value is known.
        count = ops.sum(known, axis=1, keepdims=True)
        level = ops.sum(known * values, axis=1, keepdims=True) / count
        if self.unknown is None:
            return level
        return ops.where(ops.isnan(level), ops.full_like(level, self.unknown), level)

    def compute_output_shape(self, input_shape):
        """Return the shapes of the windows and of the level."""
        return input_shape, (input_shape[0], 1)

    def get_config(self):
        """Return the settings for saving."""
        own = {"feature": self.feature, "causal": self.causal, "factor": self.factor}
        return {**super().get_config(), **own, "unknown": self.unknown}


class LayerOfForecasts(keras.layers.Layer):
    """A layer that returns forecasts, none of which are masked.

    Parameters
    ----------
    **kwargs : dict
        Keyword arguments of ``keras.layers.Layer``.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def compute_mask(self, inputs, mask=None):
        """Return no mask: forecasts are valid at missing steps as well."""
        return


@keras.saving.register_keras_serializable(package="skrnn")
class AddLevel(LayerOfForecasts):
    """Add the level of each window to its forecasts.

    Parameters
    ----------
    only_first : bool, default=False
        Whether the last axis contains the parameters of a distribution, only the first of which,
        the location, changes with the level.
    **kwargs : dict
        Keyword arguments of ``keras.layers.Layer``.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.keras_bridge._custom_layers import AddLevel
    >>> np.asarray(AddLevel()([np.zeros((1, 2)), np.array([[4.0]])])).tolist()
    [[4.0, 4.0]]
    """

    def __init__(self, only_first=False, **kwargs):
        super().__init__(**kwargs)
        self.only_first = only_first

    def call(self, inputs):
        """Add the level to all forecasts of a row."""
        forecast, level = inputs
        level = keras.ops.reshape(level, (-1,) + (1,) * (len(forecast.shape) - 1))
        if self.only_first:
            level = level * keras.ops.one_hot(0, forecast.shape[-1], dtype=level.dtype)
        return forecast + level

    def compute_output_shape(self, input_shape):
        """Return the shape of the forecast."""
        return input_shape[0]

    def get_config(self):
        """Return the settings for saving."""
        return {**super().get_config(), "only_first": self.only_first}


@keras.saving.register_keras_serializable(package="skrnn")
class AutoregressivePath(LayerOfForecasts):
    """Compute a linear function of all steps of a window, in parallel with the recurrent layers.

    With sequences, the output at a step uses the steps up to it, with the same kernel.

    Parameters
    ----------
    n_outputs : int
        Number of outputs.
    return_sequences : bool, default=False
        Whether every step has an output.
    kernel_initializer : keras.initializers.Initializer
        Initializer of the kernel.
    **kwargs : dict
        Keyword arguments of ``keras.layers.Layer``.

    References
    ----------
    .. [1] Lai, Chang, Yang and Liu, "Modeling Long- and Short-Term Temporal Patterns with Deep
       Neural Networks", SIGIR, 2018.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.keras_bridge._custom_layers import AutoregressivePath
    >>> path = AutoregressivePath(1, kernel_initializer="ones")
    >>> np.asarray(path(np.array([[[1.0], [5.0], [4.0]]]))).tolist()
    [[10.0]]
    """

    def __init__(self, n_outputs, return_sequences=False, kernel_initializer=None, **kwargs):
        super().__init__(**kwargs)
        self.n_outputs, self.return_sequences = n_outputs, return_sequences
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape):
        """Make the kernel, ``(n_timesteps * n_features, n_outputs)``."""
        self.kernel = self.add_weight(
            shape=(input_shape[1] * input_shape[2], self.n_outputs),
            initializer=self.kernel_initializer,
            name="kernel",
        )

    def call(self, inputs):
        """Multiply the steps by the kernel."""
        return all_lags(inputs, self.return_sequences) @ self.kernel

    def compute_output_shape(self, input_shape):
        """Return the shape of the forecast."""
        steps = (input_shape[1],) if self.return_sequences else ()
        return (input_shape[0], *steps, self.n_outputs)

    def get_config(self):
        """Return the settings for saving."""
        return {
            **super().get_config(),
            "n_outputs": self.n_outputs,
            "return_sequences": self.return_sequences,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }


def all_lags(windows, return_sequences):
    """Return the values that the linear path multiplies by its kernel.

    Parameters
    ----------
    windows : tensor of shape (..., n_timesteps, n_features)
        The windows, without NaN.
    return_sequences : bool
        Whether every step has an output. Then later steps are zeros for it.

    Returns
    -------
    tensor of shape (...[, n_timesteps], n_timesteps * n_features)
    """
    ops = keras.ops
    rows, (n_timesteps, n_features) = windows.shape[:-2], windows.shape[-2:]
    rows = [-1 if n is None else n for n in rows]
    if not return_sequences:
        return ops.reshape(windows, (*rows, n_timesteps * n_features))
    before = [(0, 0)] * len(rows)
    padded = ops.pad(windows, [*before, (n_timesteps - 1, 0), (0, 0)])
    shifted = [padded[..., k : k + n_timesteps, :] for k in range(n_timesteps)]
    return ops.concatenate(shifted, axis=-1)


@keras.saving.register_keras_serializable(package="skrnn")
class ParametersByTarget(LayerOfForecasts):
    """Give the columns of an output an axis of targets and an axis of parameters.

    Parameters
    ----------
    n_parameters : int
        Number of parameters of the distribution of each target.
    **kwargs : dict
        Keyword arguments of ``keras.layers.Layer``.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.keras_bridge._custom_layers import ParametersByTarget
    >>> ParametersByTarget(2)(np.zeros((5, 6))).shape
    TensorShape([5, 3, 2])
    """

    def __init__(self, n_parameters, **kwargs):
        super().__init__(**kwargs)
        self.n_parameters = n_parameters

    def call(self, inputs):
        """Divide the last axis."""
        steps = keras.ops.shape(inputs)[1:-1]  # of which there may be any number
        n_outputs = inputs.shape[-1] // self.n_parameters
        return keras.ops.reshape(inputs, (-1, *steps, n_outputs, self.n_parameters))

    def compute_output_shape(self, input_shape):
        """Return the shape of the parameters, which have one more axis."""
        return (*input_shape[:-1], input_shape[-1] // self.n_parameters, self.n_parameters)

    def get_config(self):
        """Return the settings for saving."""
        return {**super().get_config(), "n_parameters": self.n_parameters}


@keras.saving.register_keras_serializable(package="skrnn")
class IncreasingQuantiles(ParametersByTarget):
    """Convert columns to quantiles that never cross: the lowest, and steps above it.

    Parameters
    ----------
    n_quantiles : int
        Number of quantiles of each output.
    **kwargs : dict
        Keyword arguments of ``keras.layers.Layer``.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.keras_bridge._custom_layers import IncreasingQuantiles
    >>> np.asarray(IncreasingQuantiles(2)(np.array([[1.0, -80.0]]))).tolist()
    [[[1.0, 1.0]]]
    """

    def __init__(self, n_quantiles, **kwargs):
        super().__init__(n_quantiles, **kwargs)

    def call(self, inputs):
        """Add up the steps, which softplus makes positive."""
        ops, columns = keras.ops, super().call(inputs)
        steps = [columns[..., :1], ops.softplus(columns[..., 1:])]
        return ops.cumsum(ops.concatenate(steps, axis=-1), axis=-1)

    def get_config(self):
        """Return the settings for saving."""
        config = super().get_config()
        config["n_quantiles"] = config.pop("n_parameters")
        return config


@keras.saving.register_keras_serializable(package="skrnn")
class Expectation(LayerOfForecasts):
    """Compute the mean of each target from the parameters of its distribution.

    Parameters
    ----------
    likelihood : Likelihood or str
        The likelihood, or the name of one. A saved model contains the name. To load a model with
        your own likelihood, pass a function that makes this layer in ``custom_objects``.
    **kwargs : dict
        Keyword arguments of ``keras.layers.Layer``.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.keras_bridge._custom_layers import Expectation
    >>> np.asarray(Expectation("normal")(np.array([[[3.0, 1.0]]]))).tolist()
    [[3.0]]
    """

    def __init__(self, likelihood, **kwargs):
        super().__init__(**kwargs)
        if isinstance(likelihood, str):
            if likelihood not in LOSSES:
                raise ValueError(
                    f"The model computes means with {likelihood}, which is not a loss of skrnn. "
                    "Pass custom_objects={'skrnn>Expectation': ...}, with your class."
                )
            likelihood = LOSSES[likelihood]
        self.likelihood = likelihood

    def call(self, inputs):
        """Compute the means."""
        return self.likelihood.expectation(keras.ops, inputs)

    def compute_output_shape(self, input_shape):
        """Return the shape of the means, which have no axis of parameters."""
        return input_shape[:-1]

    def get_config(self):
        """Return the settings for saving."""
        name = NAMES.get(self.likelihood, repr(self.likelihood))
        return {**super().get_config(), "likelihood": name}


def level_layers(architecture, unknown=None):
    """Return the layers that subtract the level from the windows, and add it to the forecasts.

    Parameters
    ----------
    architecture : Architecture
        Architecture of the network.
    unknown : float, default=None
        As in :class:`LocalLevel`.

    Returns
    -------
    pair of keras.layers.Layer or None
        None without a level.
    """
    if architecture.level_feature is None:
        return None, None
    level = LocalLevel(
        architecture.level_feature,
        causal=architecture.return_sequences,
        factor=architecture.level_is_factor,
        unknown=unknown,
        name="level",
        dtype="float32",
    )
    only_first = architecture.likelihood is not None
    return level, AddLevel(only_first, name="add_level", dtype="float32")


def columns_by_target(architecture, **kwargs):
    """Return the layer that moves the columns of each target to a separate axis, or None.

    Parameters
    ----------
    architecture : Architecture
        Architecture of the network.
    **kwargs : dict
        Keyword arguments of ``keras.layers.Layer``.

    Returns
    -------
    keras.layers.Layer or None
    """
    if architecture.likelihood is not None:
        return ParametersByTarget(architecture.likelihood.n_parameters, **kwargs)
    if architecture.n_quantiles:
        return IncreasingQuantiles(architecture.n_quantiles, **kwargs)
    return None
