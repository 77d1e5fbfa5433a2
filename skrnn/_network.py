"""Named settings -> a network of Keras's own layers."""

import keras

from ._architecture import MAX_UNROLLED_STEPS, Architecture

_LAYERS = {
    "simple": keras.layers.SimpleRNN,
    "gru": keras.layers.GRU,
    "lstm": keras.layers.LSTM,
}


@keras.saving.register_keras_serializable(package="skrnn")
class MaskMissing(keras.layers.Layer):
    """Skip every step in which a value is missing.

    Keras's own ``Masking`` looks for a number that stands for "missing"; no number is safe in a
    measured series, and NaN, which is, equals nothing.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn._network import MaskMissing
    >>> np.asarray(MaskMissing()(np.array([[[1.0], [np.nan]]]))).tolist()
    [[[1.0], [0.0]]]
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def compute_mask(self, inputs, mask=None):
        """Tell which steps are whole.

        Parameters
        ----------
        inputs : tensor of shape (batch_size, n_timesteps, n_features)
            Windows.
        mask : None
            Not used: the layer is the first of its network.

        Returns
        -------
        bool tensor of shape (batch_size, n_timesteps)
        """
        return keras.ops.logical_not(keras.ops.any(keras.ops.isnan(inputs), axis=-1))

    def call(self, inputs):
        """Put zeros in the place of what is missing, since NaN times a zero gradient is NaN.

        Parameters
        ----------
        inputs : tensor of shape (batch_size, n_timesteps, n_features)
            Windows.

        Returns
        -------
        tensor of the same shape
        """
        return keras.ops.where(keras.ops.isnan(inputs), keras.ops.zeros_like(inputs), inputs)

    def compute_output_shape(self, input_shape):
        """Shape of the output: that of the input.

        Parameters
        ----------
        input_shape : tuple
            Shape of the windows.

        Returns
        -------
        tuple
        """
        return input_shape


def build_network(
    cell="lstm",
    units=32,
    *,
    n_timesteps=1,
    n_features=1,
    n_outputs=1,
    activation="tanh",
    recurrent_activation="sigmoid",
    mask_missing=True,
    seed=None,
):
    """Build a recurrent network as a Keras model.

    The network that :class:`RNNRegressor` trains, for those who want it in Keras's hands: to
    compile and fit it there, or as ``model`` of scikeras's ``KerasRegressor``.

    Parameters
    ----------
    cell : {"simple", "gru", "lstm"}, default="lstm"
        The recurrence of every layer.
    units : int or tuple of int, default=32
        Number of units; a tuple has one entry a layer.
    n_timesteps, n_features : int, default=1
        Shape of one window.
    n_outputs : int, default=1
        Values forecast for each window.
    activation, recurrent_activation : str, default="tanh" and "sigmoid"
        Activations of the state and of the gates, by Keras's names. A simple cell has no gates.
    mask_missing : bool, default=True
        Skip steps with a NaN in them. Keras's recurrent layers run slower with a mask.
    seed : int, default=None
        Seed of the initial weights. None leaves it to Keras, which then draws from Python's own
        generator.

    Returns
    -------
    keras.Model
        From ``(n, n_timesteps, n_features)`` to ``(n, n_outputs)``; not compiled.

    References
    ----------
    .. [1] Hochreiter and Schmidhuber, "Long Short-Term Memory", Neural Computation, 1997.
    .. [2] Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for
       Statistical Machine Translation", EMNLP, 2014.
    .. [3] Elman, "Finding Structure in Time", Cognitive Science, 1990.

    Examples
    --------
    >>> from skrnn import build_network
    >>> model = build_network("gru", (8, 4), n_timesteps=3, n_features=1, seed=0)
    >>> model.output_shape, model.count_params()
    ((None, 1), 437)
    """
    architecture = Architecture(
        cell=cell,
        units=units if isinstance(units, tuple) else (units,),
        n_timesteps=n_timesteps,
        n_features=n_features,
        n_outputs=n_outputs,
        activation=activation,
        recurrent_activation=recurrent_activation,
    )
    return build_model(architecture, mask_missing=mask_missing, seed=seed)


def build_model(architecture, *, mask_missing=True, seed=None):
    """Build the Keras model of an :class:`Architecture`."""
    windows = keras.Input((architecture.n_timesteps, architecture.n_features), name="windows")
    hidden = (
        MaskMissing(name="mask_missing", dtype="float32")(windows) if mask_missing else windows
    )
    for layer in recurrent_layers(architecture, seed=seed):
        hidden = layer(hidden)
    output = output_layer(architecture, seed=seed)(hidden)
    return keras.Model(windows, output, name=f"skrnn_{architecture.cell}")


def recurrent_layers(architecture, *, seed=None, compiled=False):
    """The recurrent layers of a network, not yet built.

    Parameters
    ----------
    architecture : Architecture
        The settings of the network.
    seed : int, default=None
        Seed of the initial weights.
    compiled : bool, default=False
        Whether the layers become part of a program of ours: unrolled where that is faster, and
        without cuDNN, which cannot be compiled.

    Returns
    -------
    list of keras.layers.RNN
    """
    # Named settings of Keras's own: each layer takes its own selection of them.
    settings = {"activation": architecture.activation, "dtype": "float32"}
    if compiled:
        settings["unroll"] = architecture.n_timesteps <= MAX_UNROLLED_STEPS
    if architecture.cell != "simple":
        settings["recurrent_activation"] = architecture.recurrent_activation
        settings["use_cudnn"] = False if compiled else "auto"
    last = len(architecture.units) - 1
    return [
        _LAYERS[architecture.cell](
            units,
            name=f"{architecture.cell}_{i}",
            return_sequences=i < last,
            kernel_initializer=keras.initializers.GlorotUniform(_layer_seed(seed, 2 * i)),
            recurrent_initializer=keras.initializers.Orthogonal(seed=_layer_seed(seed, 2 * i + 1)),
            # The seed of dropout; unset, a layer without dropout draws one all the same.
            seed=_layer_seed(seed, i),
            **settings,
        )
        for i, units in enumerate(architecture.units)
    ]


def output_layer(architecture, *, seed=None):
    """The linear layer from the last state to the forecast."""
    initializer = keras.initializers.GlorotUniform(_layer_seed(seed, -1))
    return keras.layers.Dense(
        architecture.n_outputs, name="output", dtype="float32", kernel_initializer=initializer
    )


def _layer_seed(seed, offset):
    """Distinct weights for layers of one shape, from one seed."""
    return None if seed is None else (seed * 7919 + offset + 1) % (2**31)
