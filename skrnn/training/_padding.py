"""Networks of nearby sizes in one program: units padded with weights of exactly zero.

A unit whose weights are all zero stays at zero wherever the activation of zero is zero: nothing
comes in, its state is zero, so nothing goes out, and both gradients are zero too.
"""

from dataclasses import replace

import numpy as np

from skrnn.network._activations import ZERO_AT_ZERO
from skrnn.network._architecture import GATES

# Up to here a common size costs a step less than another program costs a search.
_MULTIPLE, _MOST_UNITS = 8, 64


def padded_architecture(architecture, recipe):
    """Architecture of the program that trains this one.

    Parameters
    ----------
    architecture : Architecture
        The network.
    recipe : OptimizerRecipe
        The optimizer.

    Returns
    -------
    Architecture
        The same, unless a larger one trains exactly as it does.
    """
    exact = (
        architecture.activation in ZERO_AT_ZERO
        and recipe.elementwise
        # What dropout leaves out is drawn for all units.
        and not (architecture.dropout or architecture.recurrent_dropout)
    )
    if not exact or max(architecture.units) > _MOST_UNITS:
        return architecture
    units = tuple(-(-n // _MULTIPLE) * _MULTIPLE for n in architecture.units)
    return replace(architecture, units=units)


def weight_places(architecture, padded):
    """Where the entries of each weight stand in the padded one.

    Parameters
    ----------
    architecture, padded : Architecture
        The network, and the larger one.

    Returns
    -------
    list
        An index into each weight of the larger network, in the order of the weights.
    """
    return list(_places(architecture, padded))


def _places(architecture, padded):
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
