"""Networks of nearby sizes in one program: units padded with weights of exactly zero.

A unit whose weights are all zero stays at zero wherever the activation of zero is zero: nothing
comes in, its state is zero, so nothing goes out, and both gradients are zero too.
"""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from skrnn.network._activations import ZERO_AT_ZERO
from skrnn.network._architecture import GATES

# Up to here a common size costs a step less than another program costs a search.
_MULTIPLE, _MOST_UNITS = 8, 64

# Methods whose step of a weight is a function of its own gradients alone, and zero for zeros.
# Others look at whole matrices: their shapes (Adafactor, Muon) or norms (Lamb).
_ELEMENTWISE = frozenset(
    {"Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "Lion", "Nadam", "RMSprop", "SGD"}
)


def padded_architecture(architecture, optimizer_name):
    """Architecture of the program that trains this one.

    Parameters
    ----------
    architecture : Architecture
        The network.
    optimizer_name : str
        Name of the optimizer's class.

    Returns
    -------
    Architecture
        The same, unless a larger one trains exactly as it does.
    """
    exact = (
        architecture.activation in ZERO_AT_ZERO
        and optimizer_name in _ELEMENTWISE
        # What dropout leaves out is drawn for all units.
        and not (architecture.dropout or architecture.recurrent_dropout)
    )
    if not exact or max(architecture.units) > _MOST_UNITS:
        return architecture
    units = tuple(-(-n // _MULTIPLE) * _MULTIPLE for n in architecture.units)
    return replace(architecture, units=units)


@lru_cache(maxsize=256)
def padding(architecture, padded):
    """The :class:`Padding` of two architectures; an online learner asks for it at each row."""
    return Padding(architecture, padded)


class Padding:
    """Where the weights of a network stand among those of a padded one.

    Parameters
    ----------
    architecture, padded : Architecture
        The two.
    """

    def __init__(self, architecture, padded):
        self._same = architecture == padded
        self._shapes = padded.weight_shapes()
        self._places = list(_places(architecture, padded))
        self._states = list(zip(architecture.state_shapes(), padded.state_shapes(), strict=True))

    def pad(self, weights):
        """Weights of the network -> weights of the padded one."""
        if self._same:
            return weights
        arrays = [np.zeros(shape, np.float32) for shape in self._shapes]
        for array, place, weight in zip(arrays, self._places, weights, strict=True):
            array[place] = weight
        return arrays

    def strip(self, weights):
        """Weights of the padded network -> weights of the network."""
        if self._same:
            return weights
        return [array[place] for array, place in zip(weights, self._places, strict=True)]

    def pad_states(self, states):
        """States of the network -> states of the padded one, units last."""
        return [
            np.pad(state, [(0, 0)] * (state.ndim - 1) + [(0, padded - units)])
            for state, (units, padded) in zip(states, self._states, strict=bool(states))
        ]

    def strip_states(self, states):
        """States of the padded network -> states of the network."""
        return [
            state[..., :units].copy()
            for state, (units, _) in zip(states, self._states, strict=bool(states))
        ]


def _places(architecture, padded):
    """Index of each weight's entries in the padded one, in the order of the weights."""
    gates = np.arange(GATES[architecture.cell])[:, None]
    inputs = np.arange(architecture.n_features)
    for units, size in zip(architecture.units, padded.units, strict=True):
        own = np.arange(units)
        columns = (gates * size + own).ravel()
        for _ in range(architecture.n_directions):
            yield np.ix_(inputs, columns)
            yield np.ix_(own, columns)
            yield (Ellipsis, columns)
        directions = np.arange(architecture.n_directions)[:, None]
        inputs = (directions * size + own).ravel()
    yield np.ix_(inputs, np.arange(architecture.n_raw_outputs))
    yield (Ellipsis,)
    if architecture.autoregressive:
        yield (Ellipsis,)
