"""The architecture of a network: its settings, weight shapes and initial weights."""

from dataclasses import dataclass, replace
from math import prod

import numpy as np

from skrnn.cells._cell import Cell, glorot_uniform
from skrnn.cells._named_cells import resolve_cell, stored_cell
from skrnn.losses._likelihood import Likelihood
from skrnn.losses._named_losses import LOSSES, NAMES


@dataclass(frozen=True)
class Architecture:
    """The settings that determine the shapes and the arithmetic of a network.

    An architecture is hashable, because the compiled programs are stored under it. It does not
    use Keras, so that a fitted estimator can predict if Keras is not installed. The name of a cell
    becomes the cell, and that of a likelihood the likelihood. A network has a likelihood if it
    forecasts several parameters of the distribution of each target.
    """

    cell: Cell
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
    likelihood: Likelihood | None = None

    def __post_init__(self):
        if isinstance(self.likelihood, str):
            object.__setattr__(self, "likelihood", LOSSES[self.likelihood])
        object.__setattr__(self, "cell", resolve_cell(self.cell))

    @classmethod
    def from_dict(cls, settings):
        """Make an architecture from the result of :meth:`to_dict`."""
        return cls(**{**settings, "units": tuple(settings["units"])})

    def to_dict(self):
        """Return the settings as plain values, which every file format and version supports.

        A cell or a likelihood without a name is itself among them.
        """
        likelihood = NAMES.get(self.likelihood, self.likelihood)
        return {**vars(self), "cell": stored_cell(self.cell), "likelihood": likelihood}

    @property
    def needs_steps(self):
        """The parameters that fix the number of steps to that seen in fit, or None."""
        if self.autoregressive:
            return "autoregressive=True"
        if self.return_sequences and self.level_feature is not None:
            return "level_feature with return_sequences=True"
        return None

    def reading(self, n_timesteps):
        """Return the architecture of the same network for a different number of steps.

        Raises
        ------
        ValueError
            If the network requires its own number of steps.
        """
        if n_timesteps == self.n_timesteps:
            return self
        if self.needs_steps:
            raise ValueError(
                f"{self.needs_steps} needs windows of {self.n_timesteps} steps, as in fit. Got "
                f"windows of {n_timesteps} steps."
            )
        return replace(self, n_timesteps=n_timesteps)

    @property
    def networks(self):
        """The axis of networks in front of weights and states; ``()`` for a single network."""
        return () if self.n_networks == 1 else (self.n_networks,)

    @property
    def of_one_network(self):
        """The architecture of each network."""
        return replace(self, n_networks=1)

    def of_each_network(self, arrays):
        """Split weights or states into those of each network.

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
        if not self.networks:
            return parts[0]
        return [np.stack(arrays) for arrays in zip(*parts, strict=True)]

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
        """Whether the level of a window multiplies the forecast instead of being added to it."""
        return self.link == "log"

    @property
    def columns(self):
        """The last axis of outputs: quantiles or parameters of a distribution; ``()`` for none."""
        n = self.n_quantiles if self.likelihood is None else self.likelihood.n_parameters
        return (n,) if n else ()

    @property
    def n_raw_outputs(self):
        """Number of columns of the output layer."""
        return self.n_outputs * prod(self.columns)

    def cell_shapes(self):
        """Return input width and units of each cell, layer by layer, forward before backward."""
        shapes, width = [], self.n_features
        for units in self.units:
            shapes += [(width, units)] * self.n_directions
            width = units * self.n_directions
        return shapes

    def state_shapes(self):
        """Return the length of each array of the state, in the order of the cells."""
        return [units for _, units in self.cell_shapes() for _ in range(self.cell.states)]

    @property
    def n_products(self):
        """Number of multiplications of all cells for one row and step."""
        return sum(
            (width + units) * self.cell.gates * units for width, units in self.cell_shapes()
        )

    def weight_shapes(self):
        """Return the shapes of a network's weights, in the order of ``Model.get_weights``."""
        shapes = [
            shape
            for width, units in self.cell_shapes()
            for shape in self.cell.weight_shapes(width, units)
        ]
        width = self.units[-1] * self.n_directions
        shapes += [(width, self.n_raw_outputs), (self.n_raw_outputs,)]
        if self.autoregressive:
            shapes.append((self.n_timesteps * self.n_features, self.n_raw_outputs))
        return shapes

    def initial_weights(self, random_state):
        """Draw the weights of a network from a ``RandomState``, by the default rules of Keras.

        Only the autoregressive kernel starts from zero: random weights on many lags are a poor
        first forecast, which a short training does not correct.
        """
        weights = []
        for width, units in self.cell_shapes():
            weights += self.cell.initial_weights(width, units, random_state)
        kernel, *others = self.weight_shapes()[len(weights) :]
        weights.append(glorot_uniform(kernel, random_state))
        return weights + [np.zeros(shape, np.float32) for shape in others]

    def split_weights(self, weights):
        """Split the weights into the parts of the network.

        Returns a list with the weights of each cell, the kernel and the bias of the output layer,
        and the autoregressive kernel or None.
        """
        n_cells, each = len(self.units) * self.n_directions, len(self.cell.weight_names)
        cells = [weights[each * i : each * (i + 1)] for i in range(n_cells)]
        kernel, bias, *path = weights[each * n_cells :]
        return cells, kernel, bias, path[0] if path else None

    def kernels(self, weights):
        """Return the weights that decay: all except biases and those that a cell excludes."""
        cells, kernel, _, path = self.split_weights(weights)
        names, decayed = self.cell.weight_names, self.cell.decayed
        kernels = [
            weight
            for cell in cells
            for name, weight in zip(names, cell, strict=True)
            if name in decayed
        ]
        return [*kernels, kernel, *([] if path is None else [path])]
