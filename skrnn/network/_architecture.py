"""The architecture of a network: its settings, weight shapes and initial weights."""

from dataclasses import dataclass, replace

import numpy as np

GATES = {"simple": 1, "gru": 3, "lstm": 4}

STATES = {"simple": 1, "gru": 1, "lstm": 2}
"""Number of arrays that a cell passes from step to step: the LSTM also passes its memory."""


@dataclass(frozen=True)
class Architecture:
    """The settings that determine the shapes and the arithmetic of a network.

    An architecture is hashable, because the compiled programs are stored under it. It does not
    use Keras, so that a fitted estimator can predict if Keras is not installed.
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
    link: str = "identity"
    n_networks: int = 1

    @classmethod
    def from_dict(cls, settings):
        """Make an architecture from the result of :meth:`to_dict`."""
        return cls(**{**settings, "units": tuple(settings["units"])})

    def to_dict(self):
        """Return the settings as plain values, which every file format and version supports."""
        return dict(vars(self))

    @property
    def networks(self):
        """The axis of networks in front of weights and states; ``()`` for a single network."""
        return () if self.n_networks == 1 else (self.n_networks,)

    @property
    def of_one_network(self):
        """The architecture of each network."""
        return replace(self, n_networks=1)

    def of_each_network(self, arrays):
        """Divide weights or states into those of each network.

        Parameters
        ----------
        arrays : list of ndarray of shape ([n_networks,] ...)
            Arrays.

        Returns
        -------
        list of list of ndarray
        """
        if not self.networks:
            return [arrays]
        return [[array[i] for array in arrays] for i in range(self.n_networks)]

    def joined(self, parts):
        """Join the weights or states of each network, as arrays with an axis of networks."""
        return (
            [np.stack(arrays) for arrays in zip(*parts, strict=True)]
            if self.networks
            else parts[0]
        )

    @property
    def n_directions(self):
        """Number of cells in a layer: 2 if it is bidirectional, otherwise 1."""
        return 1 + self.bidirectional

    @property
    def n_target_steps(self):
        """Number of steps that have a target: all with `return_sequences`, otherwise 1."""
        return self.n_timesteps if self.return_sequences else 1

    @property
    def n_targets(self):
        """Number of targets of a step: 1 for a class, which has one output for each class."""
        return 1 if self.link == "multinomial_logit" else self.n_outputs

    @property
    def level_is_factor(self):
        """Whether the level of a window is a factor of the forecast, in place of a summand."""
        return self.link == "log"

    @property
    def n_raw_outputs(self):
        """Number of columns of the output layer."""
        return self.n_outputs * max(self.n_quantiles, 1)

    def cell_shapes(self):
        """Return input width and units of each cell, layer by layer, forward before backward."""
        shapes, width = [], self.n_features
        for units in self.units:
            shapes += [(width, units)] * self.n_directions
            width = units * self.n_directions
        return shapes

    def state_shapes(self):
        """Return the length of each array of the state, in the order of the cells."""
        return [units for _, units in self.cell_shapes() for _ in range(STATES[self.cell])]

    def weight_shapes(self):
        """Return the shapes of a network's weights, in the order of ``Model.get_weights``."""
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
        """Draw the weights of a network from a ``RandomState``, by the default rules of Keras.

        Only the autoregressive kernel starts from zero: random weights on many lags are a poor
        first forecast, which a short training does not undo.
        """
        weights = []
        for width, units in self.cell_shapes():
            weights += _initial_cell_weights(self.cell, width, units, random_state)
        width = self.units[-1] * self.n_directions
        weights.append(_glorot_uniform((width, self.n_raw_outputs), random_state))
        weights.append(np.zeros(self.n_raw_outputs, np.float32))
        if self.autoregressive:
            shape = self.n_timesteps * self.n_features, self.n_raw_outputs
            weights.append(np.zeros(shape, np.float32))
        return weights

    def split_weights(self, weights):
        """Split the weights into the parts of the network.

        Returns a list with the weights of each cell, the kernel and the bias of the output layer,
        and the autoregressive kernel or None.
        """
        n_cells = len(self.units) * self.n_directions
        cells = [weights[3 * i : 3 * i + 3] for i in range(n_cells)]
        kernel, bias, *path = weights[3 * n_cells :]
        return cells, kernel, bias, path[0] if path else None

    def kernels(self, weights):
        """Return all weights except the biases, which do not decay."""
        cells, kernel, _, path = self.split_weights(weights)
        kernels = [w for cell in cells for w in cell[:2]]
        return [*kernels, kernel, *([] if path is None else [path])]


def cell_weight_shapes(cell, width, units):
    """Return the shapes of kernel, recurrent kernel and bias of a cell, in Keras's layout."""
    columns = GATES[cell] * units
    # Keras's GRU applies the reset gate after the recurrent product, so it has two biases: one
    # of the inputs, and one of the recurrent product.
    bias = (2, columns) if cell == "gru" else (columns,)
    return [(width, columns), (units, columns), bias]


def _initial_cell_weights(cell, width, units, random_state):
    kernel_shape, recurrent_shape, bias_shape = cell_weight_shapes(cell, width, units)
    bias = np.zeros(bias_shape, np.float32)
    if cell == "lstm":
        # With an open forget gate, gradients pass from the start of training (Jozefowicz et al.,
        # 2015).
        bias[units : 2 * units] = 1.0
    kernel = _glorot_uniform(kernel_shape, random_state)
    return [kernel, _orthogonal(recurrent_shape, random_state), bias]


def _glorot_uniform(shape, random_state):
    """Draw a kernel by the rule of Glorot and Bengio, 2010."""
    limit = np.sqrt(6.0 / sum(shape))
    return random_state.uniform(-limit, limit, shape).astype(np.float32)


def _orthogonal(shape, random_state):
    """Draw an orthogonal matrix by the rule of Saxe, McClelland and Ganguli, 2014."""
    rows, columns = shape
    square = random_state.standard_normal((max(shape), min(shape)))
    q, r = np.linalg.qr(square)
    q *= np.sign(np.diag(r))
    return (q if rows >= columns else q.T).astype(np.float32)
