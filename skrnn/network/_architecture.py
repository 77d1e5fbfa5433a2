"""What a network is made of: its named settings, the shapes of its weights, their first values."""

from dataclasses import dataclass

import numpy as np

GATES = {"simple": 1, "gru": 3, "lstm": 4}

STATES = {"simple": 1, "gru": 1, "lstm": 2}
"""Arrays that a cell carries from step to step: the LSTM its memory too."""

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
    bidirectional: bool = False
    autoregressive: bool = False
    level_feature: int | None = None
    return_sequences: bool = False
    n_quantiles: int = 0
    dropout: float = 0.0
    recurrent_dropout: float = 0.0

    @classmethod
    def from_dict(cls, settings):
        """Restore what :meth:`to_dict` gave."""
        return cls(**{**settings, "units": tuple(settings["units"])})

    def to_dict(self):
        """Plain values, which any format stores and any version reads."""
        return dict(vars(self))

    @property
    def n_directions(self):
        """Cells in a layer: one, or one in each direction of time."""
        return 1 + self.bidirectional

    @property
    def n_target_steps(self):
        """Steps that have a target: all of them, or the one after the last."""
        return self.n_timesteps if self.return_sequences else 1

    @property
    def n_raw_outputs(self):
        """Columns of the output layer."""
        return self.n_outputs * max(self.n_quantiles, 1)

    def cell_shapes(self):
        """Input width and units of every cell, layer by layer, forward before backward."""
        shapes, width = [], self.n_features
        for units in self.units:
            shapes += [(width, units)] * self.n_directions
            width = units * self.n_directions
        return shapes

    def state_shapes(self):
        """Units of every array that is carried over, in the order of the cells."""
        return [units for _, units in self.cell_shapes() for _ in range(STATES[self.cell])]

    def weight_shapes(self):
        """Shapes of the weights, in the order of ``keras.Model.get_weights``."""
        shapes = [
            shape
            for width, units in self.cell_shapes()
            for shape in cell_weight_shapes(self.cell, width, units)
        ]
        width = self.units[-1] * self.n_directions
        shapes += [(width, self.n_raw_outputs), (self.n_raw_outputs,)]
        if self.autoregressive:
            shapes.append((self.n_timesteps * self.n_features, self.n_raw_outputs))
        return shapes

    def initial_weights(self, random_state):
        """Draw the weights as Keras does by default, from a NumPy ``RandomState`` alone."""
        weights = []
        for width, units in self.cell_shapes():
            weights += _initial_cell_weights(self.cell, width, units, random_state)
        width = self.units[-1] * self.n_directions
        weights.append(_glorot_uniform((width, self.n_raw_outputs), random_state))
        weights.append(np.zeros(self.n_raw_outputs, np.float32))
        if self.autoregressive:
            shape = self.n_timesteps * self.n_features, self.n_raw_outputs
            weights.append(_glorot_uniform(shape, random_state))
        return weights

    def split_weights(self, weights):
        """Sort the weights: a list for each cell, then kernel and bias of the output, then path.

        The path is the autoregressive kernel, or None.
        """
        n_cells = len(self.units) * self.n_directions
        cells = [weights[3 * i : 3 * i + 3] for i in range(n_cells)]
        kernel, bias, *path = weights[3 * n_cells :]
        return cells, kernel, bias, path[0] if path else None

    def kernels(self, weights):
        """The weights that decay: all but the biases."""
        cells, kernel, _, path = self.split_weights(weights)
        kernels = [w for cell in cells for w in cell[:2]]
        return [*kernels, kernel, *([] if path is None else [path])]


def cell_weight_shapes(cell, width, units):
    """Shapes of kernel, recurrent kernel and bias of one cell, as Keras lays them out."""
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
