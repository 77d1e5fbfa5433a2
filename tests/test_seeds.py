"""The draws of seeds: what comes from `random_state`, in which order."""

import numpy as np

from skrnn import RNNRegressor
from skrnn._seeds import dropout_seeds, member_seeds, network_generators, split_seed
from skrnn.network._architecture import Architecture


def test_seeds_of_a_forecaster():
    assert member_seeds(7, 1) == [7]
    assert member_seeds(np.int64(7), 2) == member_seeds(7, 2)
    assert len(set(member_seeds(None, 3))) == 3
    assert member_seeds(None, 3) != member_seeds(None, 3)
    seeds = member_seeds(7, 4)
    assert seeds[0] == 7
    assert len(set(seeds)) == 4
    assert seeds == member_seeds(7, 4)
    assert len(set(member_seeds(np.random.RandomState(0), 3))) == 3


def test_the_first_network_draws_as_if_it_were_alone():
    [alone] = network_generators(3, 1)
    first, second, third = network_generators(3, 3)
    expected = np.random.RandomState(3)
    drawn = {generator.randint(2**30) for generator in (first, second, third)}
    assert len(drawn) == 3
    assert alone.randint(2**30) == expected.randint(2**30) in drawn


def test_weights_are_drawn_before_the_seed_of_dropout_and_then_the_order_of_rows():
    X, y = np.zeros((4, 2, 1)), np.zeros(4)
    model = RNNRegressor("simple", 2, epochs=1, batch_size=4, random_state=5).fit(X, y)
    draws = np.random.RandomState(5)
    Architecture("simple", (2,), 2, 1, 1).initial_weights(draws)
    assert model._seeds == dropout_seeds([draws])
    draws.permutation(4)
    assert model._draws[0].randint(100) == draws.randint(100)


def test_rows_are_held_out_by_the_first_draw():
    assert split_seed(7) == np.random.RandomState(7).randint(np.iinfo(np.int32).max)
    assert split_seed(7) == split_seed(np.random.RandomState(7))
