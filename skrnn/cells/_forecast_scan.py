"""Runs a cell over the steps of blocks of rows in forecasts, in NumPy.

Rows are the last axis. One array contains the values of a step, the state before it and a one, one
below another. The function that computes a step is created once, with views of all arrays that it
needs.

If there are several networks, weights and states have an axis of networks in front. If the rows of
a block are split into parts, states have an axis of parts in front.
"""

from functools import partial

import numpy as np

from ._activations import ACTIVATIONS
from ._cell import has_own, with_biases
from ._namespace import numpy_namespace
from ._skipped_steps_in_forecasts import advance_known


class NumpyScan:
    """Run a cell over a block of rows.

    Parameters
    ----------
    cell : Cell
        The equations.
    activation, recurrent_activation : str
        Names of the activations.
    weights : list of ndarray
        Weights of the cell.
    in_place : bool, default=True
        Whether a step in place is used if the cell has one.
    """

    def __init__(self, cell, activation, recurrent_activation, weights, *, in_place=True):
        self._n_states, self._networks = cell.states, weights[0].shape[:-2]
        self._width, self._units = weights[0].shape[-2], weights[1].shape[-2]
        names = activation, recurrent_activation
        if in_place and has_own(cell, "in_place"):
            self._bind = cell.in_place(weights, *map(ACTIVATIONS.get, names))
        else:
            self._bind = partial(_bind_step, cell, numpy_namespace(*names), weights)

    def run(self, steps, mask=None, before=None):
        """Compute the state at every step, and the arrays from which the next step would continue.

        Parameters
        ----------
        steps : ndarray of shape (n_timesteps, [n_networks or n_parts,] n_features, n_rows)
            The values, without NaN. In the first layer, all networks have the same values.
        mask : bool ndarray of shape (n_timesteps, [n_parts,] n_rows), default=None
            True for known steps. The other steps do not change the state.
        before : list of ndarray of shape ([n_networks or n_parts,] units, n_rows), default=None
            The arrays of the state before the first step. None means zeros.

        Returns
        -------
        states : ndarray of shape (n_timesteps, [n_networks or n_parts,] units, n_rows)
        carried : list of ndarray of shape ([n_networks or n_parts,] units, n_rows)
            The arrays of the state after the last step.
        """
        n_rows, width, units = steps.shape[-1], self._width, self._units
        front = self._networks or steps.shape[1:-2]
        # Input of the product: the values of a step, the state before it, and a one for the bias.
        joined = np.zeros((*front, width + units + 1, n_rows), np.float64)
        joined[..., -1, :] = 1.0
        values, state = joined[..., :width, :], joined[..., width:-1, :]
        further = [np.zeros(state.shape, np.float64) for _ in range(self._n_states - 1)]
        carried = [state, *further]
        for array, value in zip(carried, before or (), strict=False):
            array[...] = value
        advance = self._bind(joined, *carried)
        states = np.empty((len(steps), *state.shape), np.float64)
        for step, after in enumerate(states):
            values[...] = steps[step]
            if mask is None or mask[step].all():
                advance()
            else:
                advance_known(mask[step], advance, carried)
            after[...] = state
        return states, carried


def _bind_step(cell, xp, weights, joined, *carried):
    """Return a function that computes a step from the equations of any cell."""
    kernel, recurrent_kernel, bias, *extra = (w.astype(np.float64) for w in weights)
    values = joined[..., : kernel.shape[-2], :].swapaxes(-1, -2)
    state = [array.swapaxes(-1, -2) for array in carried]

    def advance():
        products = with_biases(cell, values @ kernel, state[0] @ recurrent_kernel, bias)
        after, _ = cell.step(xp, products, state, *extra)
        # A copy, because a cell may return an array of the state before the step.
        for array, value in zip(state, list(map(np.array, after)), strict=True):
            array[...] = value

    return advance
