"""Builds networks of Keras layers from an architecture."""

from __future__ import annotations

from typing import Any

import keras

from skrnn._typing import CellName
from skrnn.cells import Cell
from skrnn.cells._keras_layer import recurrent_layer
from skrnn.network._architecture import Architecture
from skrnn.network._link_functions import INVERSE_LINKS

from ._custom_layers import (
    AutoregressivePath,
    Expectation,
    MaskMissing,
    columns_by_target,
    level_layers,
)


def build_network(
    cell: Cell | CellName = "lstm",
    units: int | tuple[int, ...] = 32,
    *,
    n_timesteps: int = 1,
    n_features: int = 1,
    n_outputs: int = 1,
    activation: str = "tanh",
    recurrent_activation: str = "sigmoid",
    bidirectional: bool = False,
    dropout: float = 0.0,
    recurrent_dropout: float = 0.0,
    autoregressive: bool = False,
    level_feature: int | str | None = None,
    return_sequences: bool = False,
    n_quantiles: int = 0,
    mask_missing: bool = True,
    seed: int | None = None,
) -> Any:
    """Build a recurrent network as a Keras model.

    This is the network that :class:`RNNRegressor` trains. You can compile and fit it in Keras, or
    pass it as ``model`` to scikeras's ``KerasRegressor``.

    Parameters
    ----------
    cell : {"simple", "gru", "lstm"} or skrnn.cells.Cell, default="lstm"
        The recurrent cell of every layer.
    units : int or tuple of int, default=32
        Number of units, or a tuple with the number of units of each layer.
    n_timesteps : int or None, default=1
        Number of steps in a window. None means any number, unless `autoregressive` is True.
    n_features : int, default=1
        Number of features at each step.
    n_outputs : int, default=1
        Number of values that are forecast for each window, or for each step.
    activation, recurrent_activation : str, default="tanh" and "sigmoid"
        Keras names of the activations of the state and of the gates. A simple cell has no gates.
    bidirectional : bool, default=False
        Whether each layer reads the window in both directions.
    dropout, recurrent_dropout : float, default=0.0
        Fraction of the inputs, and of the states, that is set to zero during training.
    autoregressive : bool, default=False
        Whether a linear function of all steps is added to the output. Its kernel is initialised to
        zero.
    level_feature : int, default=None
        Position of the feature from which its level in the window is subtracted. This level is
        then added to the output. If no value of this feature is known in a window, the forecast is
        NaN, so leave such windows out of training. Keras computes in float32, in which values near
        1e8 are 8 apart, so subtract a constant from this feature and from y first if their values
        are large.
    return_sequences : bool, default=False
        Whether every step has an output.
    n_quantiles : int, default=0
        Number of quantiles of each output, which never cross. 0 means that the output does not
        have an axis of quantiles.
    mask_missing : bool, default=True
        Whether steps that contain NaN are skipped. Keras's recurrent layers are slower with a
        mask.
    seed : int, default=None
        Seed of the initial weights and of dropout. None means that Keras draws seeds from
        Python's ``random`` module.

    Returns
    -------
    keras.Model
        The model, which is not yet compiled. Its input has shape ``(n, n_timesteps, n_features)``,
        and its output has shape ``(n, n_outputs)``. With sequences, an axis of length
        ``n_timesteps`` precedes the outputs. With quantiles, an axis of length ``n_quantiles``
        follows them.

    See Also
    --------
    RNNRegressor : Train such a network as a scikit-learn estimator.

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
        units=tuple(units) if isinstance(units, tuple | list) else (units,),
        n_timesteps=n_timesteps,
        n_features=n_features,
        n_outputs=n_outputs,
        activation=activation,
        recurrent_activation=recurrent_activation,
        bidirectional=bidirectional,
        dropout=dropout,
        recurrent_dropout=recurrent_dropout,
        autoregressive=autoregressive,
        level_feature=level_feature,
        return_sequences=return_sequences,
        n_quantiles=n_quantiles,
    )
    return build_model(architecture, mask_missing=mask_missing, seed=seed)


def build_model(architecture, *, mask_missing=True, seed=None, name=None, unknown_level=None):
    """Build the Keras model of one network of an :class:`Architecture`.

    Its `n_timesteps` may be None, which means any number of steps.
    """
    if architecture.n_timesteps is None and architecture.autoregressive:
        raise ValueError(
            "n_timesteps=None and autoregressive=True contradict each other: the linear path has "
            "a weight for each step. Set n_timesteps to the number of steps."
        )
    network = KerasNetwork(
        architecture, masked=mask_missing, seed=seed, unknown_level=unknown_level
    )
    return _model_of(architecture, network, name)


def join_models(architecture, models):
    """Build a Keras model that returns the mean of the forecasts of several models.

    Parameters
    ----------
    architecture : Architecture
        Architecture of the networks.
    models : list of keras.Model
        Their models, with different names.

    Returns
    -------
    keras.Model
    """
    mean = keras.layers.Average(name="networks", dtype="float32")
    return _model_of(architecture, lambda windows: mean([model(windows) for model in models]))


def _model_of(architecture, compute, name=None):
    windows = keras.Input((architecture.n_timesteps, architecture.n_features), name="windows")
    model = keras.Model(windows, compute(windows), name=name or f"skrnn_{architecture.cell.name}")
    model(windows)  # Keras exports a model to ONNX only after a call
    return model


def set_weights(model, architecture, weights):
    """Set the weights of a model to the weights of an estimator."""
    cells, kernel, bias, path = architecture.split_weights(weights)
    n = architecture.n_directions
    for i in range(len(architecture.units)):
        layer = model.get_layer(f"{architecture.cell.name}_{i}")
        layer.set_weights([w for cell in cells[n * i : n * (i + 1)] for w in cell])
    model.get_layer("output").set_weights([kernel, bias])
    if path is not None:
        model.get_layer("autoregressive").set_weights([path])


class KerasNetwork:
    """The Keras layers of an :class:`Architecture`, which compute forecasts of windows.

    Parameters
    ----------
    architecture : Architecture
        The settings.
    masked : bool, default=True
        Whether steps that contain NaN are skipped.
    seed : int, default=None
        Seed of the initial weights and of dropout.
    unknown_level : float, default=None
        Level of a window in which no value of the level's feature is known. None means NaN.
    """

    def __init__(self, architecture, *, masked=True, seed=None, unknown_level=None):
        self.architecture, self._seed = architecture, seed
        self._mask = MaskMissing(name="mask_missing", dtype="float32") if masked else None
        self.recurrent = [self._recurrent_layer(i) for i in range(len(architecture.units))]
        self._output = keras.layers.Dense(
            architecture.n_raw_outputs,
            name="output",
            dtype="float32",
            kernel_initializer=keras.initializers.GlorotUniform(self._offset(-1)),
        )
        self._level, self._add_level = level_layers(architecture, unknown_level)
        self._path = self._to_forecast = None
        if architecture.autoregressive:
            self._path = AutoregressivePath(
                architecture.n_raw_outputs,
                return_sequences=architecture.return_sequences,
                kernel_initializer="zeros",
                name="autoregressive",
                dtype="float32",
            )
            self._add_path = keras.layers.Add(name="add_autoregressive", dtype="float32")
        if architecture.likelihood is not None:
            self._to_forecast = Expectation(
                architecture.likelihood, name="expectation", dtype="float32"
            )
        elif architecture.link != "identity":
            self._to_forecast = keras.layers.Activation(
                INVERSE_LINKS[architecture.link], name="inverse_link", dtype="float32"
            )
        name = "quantiles" if architecture.n_quantiles else "parameters"
        self._by_target = columns_by_target(architecture, name=name, dtype="float32")

    def build(self):
        """Create the weights, and return them in the order of ``keras.Model.get_weights``."""
        architecture = self.architecture
        width = architecture.n_features
        layers = [*self.recurrent, self._output]
        for layer, units in zip(layers, (*architecture.units, 0), strict=True):
            layer.build((None, architecture.n_timesteps, width))
            width = units * architecture.n_directions
        if self._path is not None:
            self._path.build((None, architecture.n_timesteps, architecture.n_features))
            layers.append(self._path)
        return [variable for layer in layers for variable in layer.trainable_variables]

    def __call__(self, windows):
        """Compute forecasts of windows.

        Parameters
        ----------
        windows : tensor of shape (n_rows, n_timesteps, n_features)
            The windows.

        Returns
        -------
        tensor
            Forecasts in the shape that :func:`build_network` describes.
        """
        level = None
        if self._level is not None:
            windows, level = self._level(windows)
        if self._mask is not None:
            windows = self._mask(windows)
        hidden = windows
        for layer in self.recurrent:
            hidden = layer(hidden)
        forecast = self._output(hidden)
        if self._path is not None:
            forecast = self._add_path([forecast, self._path(windows)])
        if self._by_target is not None:
            forecast = self._by_target(forecast)
        if level is not None:
            forecast = self._add_level([forecast, level])
        return forecast if self._to_forecast is None else self._to_forecast(forecast)

    def _recurrent_layer(self, i):
        architecture, cell = self.architecture, self.architecture.cell
        name = f"{cell.name}_{i}"
        layer = recurrent_layer(
            cell,
            architecture.units[i],
            name=name,
            activation=architecture.activation,
            recurrent_activation=architecture.recurrent_activation,
            dropout=architecture.dropout,
            recurrent_dropout=architecture.recurrent_dropout,
            return_sequences=architecture.return_sequences or i < len(architecture.units) - 1,
            seeds=[self._offset(k) for k in (2 * i, 2 * i + 1, i)],
        )
        if architecture.bidirectional:
            # Keras creates both layers from the configuration of this one.
            with keras.saving.custom_object_scope({type(cell).__name__: type(cell)}):
                return keras.layers.Bidirectional(layer, name=name, dtype="float32")
        return layer

    def _offset(self, offset):
        """Return a seed that differs between layers, so that equal shapes get different draws."""
        return None if self._seed is None else (self._seed * 7919 + offset + 3) % (2**31)
