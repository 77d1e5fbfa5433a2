"""Keras layers for any cell: Keras's own if there is one, otherwise a layer around the equations.

The layers are registered, so that saved models can be loaded if skrnn is imported.
"""

import random

import keras
import numpy as np

from ._cell import columns_of_state, has_own, with_biases
from ._keras_namespace import keras_namespace
from ._named_cells import resolve_cell, stored_cell


def recurrent_layer(cell, units, *, seeds, **settings):
    """Make the Keras layer of a cell.

    Parameters
    ----------
    cell : Cell
        The cell.
    units : int
        Number of units.
    seeds : list of int or None
        Seeds of the kernel, of the recurrent kernel and of dropout. None means that Keras draws
        seeds.
    **settings : dict
        The arguments `name`, `activation`, `recurrent_activation`, `dropout`,
        `recurrent_dropout` and `return_sequences` of Keras's recurrent layers.

    Returns
    -------
    keras.layers.RNN

    Examples
    --------
    >>> from skrnn.cells import LSTMCell
    >>> from skrnn.cells._keras_layer import recurrent_layer
    >>> type(recurrent_layer(LSTMCell(), 4, seeds=[0, 1, 2])).__name__
    'LSTM'
    """
    of_kernel, of_recurrent_kernel, of_dropout = seeds
    if not has_own(cell, "keras_layer") or cell.keras_layer is None:
        names = ("activation", "recurrent_activation", "dropout", "recurrent_dropout")
        own = {name: settings.pop(name) for name in names if name in settings}
        keras_cell = KerasCell(cell, units, seed=of_kernel, dropout_seed=of_dropout, **own)
        return CellLayer(keras_cell, dtype="float32", **settings)
    if not cell.uses_recurrent_activation:
        settings.pop("recurrent_activation", None)
    return getattr(keras.layers, cell.keras_layer)(
        units,
        dtype="float32",
        kernel_initializer=keras.initializers.GlorotUniform(of_kernel),
        recurrent_initializer=keras.initializers.Orthogonal(seed=of_recurrent_kernel),
        # Without a seed, even a layer without dropout draws one.
        seed=of_dropout,
        **settings,
    )


@keras.saving.register_keras_serializable(package="skrnn")
class KerasCell(keras.layers.Layer):
    """A cell of ``keras.layers.RNN`` that computes the steps of a :class:`Cell`.

    Parameters
    ----------
    cell : Cell or str
        The equations.
    units : int
        Number of units.
    activation, recurrent_activation : str, default="tanh" and "sigmoid"
        Activations.
    dropout, recurrent_dropout : float, default=0.0
        Fraction of the inputs and of the states that training sets to zero, for each gate. A
        :class:`CellLayer` draws them once for all steps.
    seed, dropout_seed : int, default=None
        Seeds of the initial weights and of dropout.
    **kwargs : dict
        Keyword arguments of ``keras.layers.Layer``.
    """

    def __init__(
        self,
        cell,
        units,
        *,
        activation="tanh",
        recurrent_activation="sigmoid",
        dropout=0.0,
        recurrent_dropout=0.0,
        seed=None,
        dropout_seed=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.cell, self.units = resolve_cell(cell), units
        self.activation, self.recurrent_activation = activation, recurrent_activation
        self.dropout, self.recurrent_dropout = dropout, recurrent_dropout
        self.seed, self.dropout_seed = seed, dropout_seed
        self.state_size, self.output_size = [units] * self.cell.states, units
        self._xp = keras_namespace(activation, recurrent_activation)
        self._generator = keras.random.SeedGenerator(dropout_seed)
        self._factors = None, None

    def build(self, input_shape):
        """Create the weights."""
        # Keras, too, draws a seed from this module if it is given none.
        seed = random.randint(0, 2**31 - 1) if self.seed is None else self.seed
        values = self.cell.initial_weights(
            int(input_shape[-1]), self.units, np.random.RandomState(seed)
        )
        self._own = [
            self.add_weight(
                shape=value.shape,
                initializer=lambda shape, dtype=None, value=value: keras.ops.cast(value, dtype),
                name=name,
            )
            for name, value in zip(self.cell.weight_names, values, strict=True)
        ]
        self.built = True

    def draw_factors(self, n_rows, width, training):
        """Draw the factors of dropout, which are the same for all steps."""
        rates = (self.dropout, self.recurrent_dropout) if training else (0.0, 0.0)
        counts = self.cell.gates, columns_of_state(self.cell)
        self._factors = tuple(
            [self._factor(rate, (n_rows, size)) for _ in range(n)] if rate else None
            for rate, size, n in zip(rates, (width, self.units), counts, strict=True)
        )

    def _factor(self, rate, shape):
        return keras.random.dropout(keras.ops.ones(shape), rate, seed=self._generator)

    def call(self, inputs, states, training=False):
        """Compute a step."""
        kernel, recurrent_kernel, bias, *extra = self._own
        of_inputs = _product(inputs, kernel, self._factors[0])
        of_state = _product(states[0], recurrent_kernel, self._factors[1])
        products = with_biases(self.cell, of_inputs, of_state, bias)
        extra = [keras.ops.convert_to_tensor(weight) for weight in extra]
        after, _ = self.cell.step(self._xp, products, list(states), *extra)
        return after[0], after

    def get_config(self):
        """Return the settings for saving."""
        cell = stored_cell(self.cell)
        own = ("units", "activation", "recurrent_activation", "dropout", "recurrent_dropout")
        return {
            **super().get_config(),
            **{name: getattr(self, name) for name in (*own, "seed", "dropout_seed")},
            "cell": cell if isinstance(cell, str) else keras.saving.serialize_keras_object(cell),
        }

    @classmethod
    def from_config(cls, config):
        """Make a cell from its settings."""
        config = dict(config)
        if not isinstance(config["cell"], str):
            config["cell"] = keras.saving.deserialize_keras_object(config["cell"])
        return cls(**config)


@keras.saving.register_keras_serializable(package="skrnn")
class CellLayer(keras.layers.RNN):
    """A ``keras.layers.RNN`` around a :class:`KerasCell`, which draws dropout once for all steps.

    Parameters
    ----------
    cell : KerasCell
        The cell.
    **kwargs : dict
        Keyword arguments of ``keras.layers.RNN``.
    """

    def call(self, sequences, initial_state=None, mask=None, training=False):
        """Run the cell over the steps."""
        n_rows = keras.ops.shape(sequences)[0]
        self.cell.draw_factors(n_rows, sequences.shape[-1], training)
        return super().call(sequences, initial_state, mask, training)


def _product(values, kernel, factors):
    """Multiply values by a kernel, after dropout with factors for each gate."""
    if factors is None:
        return keras.ops.matmul(values, kernel)
    kernels = keras.ops.split(keras.ops.convert_to_tensor(kernel), len(factors), axis=-1)
    products = [keras.ops.matmul(values * f, k) for f, k in zip(factors, kernels, strict=True)]
    return keras.ops.concatenate(products, axis=-1)
