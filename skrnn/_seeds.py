"""The draws of seeds: what is drawn from `random_state`, and in which order."""

from copy import deepcopy
from numbers import Integral

import numpy as np
from sklearn.utils import check_random_state

_LARGEST = np.iinfo(np.int32).max


def network_generators(random_state, n_networks):
    """Return a generator for each network. The first one does not depend on `n_networks`.

    The seeds of the others come from a copy of it, so that they do not change its draws.

    Parameters
    ----------
    random_state : int, RandomState or None
        The value of the parameter.
    n_networks : int
        Number of networks.

    Returns
    -------
    list of RandomState
        Each draws the initial weights of its network, then its dropout seed, then the order of the
        rows in each epoch.
    """
    first = check_random_state(random_state)
    if n_networks == 1:
        return [first]
    seeds = deepcopy(first).randint(_LARGEST, size=n_networks - 1)
    return [first, *map(np.random.RandomState, seeds)]


def dropout_seeds(draws):
    """Draw the dropout seed of each network, after its weights.

    Parameters
    ----------
    draws : list of RandomState
        Generator of the draws of each network.

    Returns
    -------
    list of int
    """
    return [int(own.randint(2**30)) for own in draws]


def split_seed(random_state):
    """Draw the seed for holding out rows at random.

    Parameters
    ----------
    random_state : int, RandomState or None
        The value of the parameter.

    Returns
    -------
    int
    """
    return int(check_random_state(random_state).randint(_LARGEST))


def member_seeds(random_state, n_networks):
    """Return the seed of each network. The first one gets `random_state` itself if it is an int.

    All others are drawn here, so that the fits do not share their draws, and their order does not
    matter.

    Parameters
    ----------
    random_state : int, RandomState or None
        The value of the parameter.
    n_networks : int
        Number of networks.

    Returns
    -------
    list of int
    """
    own = [random_state] if isinstance(random_state, Integral) else []
    size = n_networks - len(own)
    seeds = check_random_state(random_state).randint(_LARGEST, size=size)
    return [*own, *seeds.tolist()]
