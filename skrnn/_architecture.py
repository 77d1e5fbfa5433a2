"""What a network is made of: its named settings, the shapes of its weights, their first values."""

from dataclasses import dataclass

import numpy as np

GATES = {"simple": 1, "gru": 3, "lstm": 4}

MAX_UNROLLED_STEPS = 8
"""Up to here a compiled loop over the steps costs more than writing the steps out."""


@dataclass(frozen=True)
class Architecture:
    """The settings that fix the shapes and the arithmetic of a network.

    Hashable, so that compiled programs are found by it, and free of Keras, so that a fitted
    estimator predicts where Keras is not installed.
    """

    cell: str
    units: tuple[int, ...]
    n_timesteps: int
    n_features: int
    n_outputs: int
    activation: str = "tanh"
    recurrent_activation: str = "sigmoid"

    def weight_shapes(self):
        """Shapes of the weights, in the order of ``keras.Model.get_weights``."""
        shapes, width = [], self.n_features
        for units in self.units:
            shapes += cell_weight_shapes(self.cell, width, units)
            width = units
        return [*shapes, (width, self.n_outputs), (self.n_outputs,)]

    def initial_weights(self, random_state):
        """Draw the weights as Keras does by default, from a NumPy ``RandomState`` alone."""
        weights, width = [], self.n_features
        for units in self.units:
            weights += _initial_cell_weights(self.cell, width, units, random_state)
            width = units
        output = _glorot_uniform((width, self.n_outputs), random_state)
        return [*weights, output, np.zeros(self.n_outputs, np.float32)]


def cell_weight_shapes(cell, width, units):
    """Shapes of kernel, recurrent kernel and bias of one layer, as Keras lays them out."""
    columns = GATES[cell] * units
    # Keras's GRU applies the reset gate after the product, with a bias on either side of it.
    bias = (2, columns) if cell == "gru" else (columns,)
    return [(width, columns), (units, columns), bias]


def _initial_cell_weights(cell, width, units, random_state):
    kernel_shape, recurrent_shape, bias_shape = cell_weight_shapes(cell, width, units)
    bias = np.zeros(bias_shape, np.float32)
    if cell == "lstm":
        # An open forget gate lets gradients through from the first step on
        # (Jozefowicz et al., 2015).
        bias[units : 2 * units] = 1.0
    kernel = _glorot_uniform(kernel_shape, random_state)
    return [kernel, _orthogonal(recurrent_shape, random_state), bias]


def _glorot_uniform(shape, random_state):
    """Glorot and Bengio, 2010."""
    limit = np.sqrt(6.0 / sum(shape))
    return random_state.uniform(-limit, limit, shape).astype(np.float32)


def _orthogonal(shape, random_state):
    """Saxe, McClelland and Ganguli, 2014."""
    rows, columns = shape
    square = random_state.standard_normal((max(shape), min(shape)))
    q, r = np.linalg.qr(square)
    q *= np.sign(np.diag(r))
    return (q if rows >= columns else q.T).astype(np.float32)
