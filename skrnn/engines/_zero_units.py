"""Pads networks of similar sizes with zero units, so that they share a compiled program.

A unit whose weights are all zero has a state of zero, if the activation of zero is zero. Then it
does not change the other units, and so are the gradients of its weights.
"""

from dataclasses import replace

import numpy as np

from skrnn.cells._activations import ZERO_AT_ZERO
from skrnn.cells._cell import repeated, weight_positions

# Up to this size, padding costs less time than the compilation of another program in a search.
_MULTIPLE, _MOST_UNITS = 8, 64


def padded_architecture(architecture, recipe):
    """Return the architecture of the program that trains a network.

    Parameters
    ----------
    architecture : Architecture
        Architecture of the network.
    recipe : OptimizerRecipe
        Recipe of the optimizer.

    Returns
    -------
    Architecture
        A larger architecture if it trains in exactly the same way, otherwise the same one.
    """
    exact = (
        # With several networks, padding costs more than it saves.
        architecture.n_networks == 1
        and architecture.activation in ZERO_AT_ZERO
        and architecture.cell.zero_units_stay_zero
        and recipe.elementwise
        # Dropout draws numbers for all units, so zero units would change the draws.
        and not (architecture.dropout or architecture.recurrent_dropout)
    )
    if not exact or max(architecture.units) > _MOST_UNITS:
        return architecture
    units = tuple(-(-n // _MULTIPLE) * _MULTIPLE for n in architecture.units)
    return replace(architecture, units=units)


def weight_places(architecture, padded):
    """Find the entries of each weight in the padded weight.

    Parameters
    ----------
    architecture, padded : Architecture
        Architectures of the network and of the larger network.

    Returns
    -------
    list
        An index into each weight of the larger network, in the order of the weights.
    """
    places, inputs = [], np.arange(architecture.n_features)
    for units, size in zip(architecture.units, padded.units, strict=True):
        for _ in range(architecture.n_directions):
            places += weight_positions(architecture.cell, inputs, units, size)
        inputs = repeated(np.arange(units), size, architecture.n_directions)
    places.append(np.ix_(inputs, np.arange(architecture.n_raw_outputs)))
    return places + [(Ellipsis,)] * (1 + architecture.autoregressive)
