"""The recurrent layers of the training program: dropout, and which kind of loop they take."""

import numpy as np
import pytest
import tensorflow as tf

from skrnn.engines.tensorflow._layers import RecurrentLayers
from skrnn.engines.tensorflow._scan import LoopScan, RecordedScan
from skrnn.network._architecture import Architecture

CELLS = ["simple", "gru", "lstm"]
PLAIN = {"cell": "lstm", "units": (3,), "n_features": 2, "n_outputs": 1}


@pytest.mark.parametrize("cell", CELLS)
def test_each_cell_and_gate_has_its_own_draws(cell):
    architecture = Architecture(
        cell, (3,), 4, 2, 1, bidirectional=True, dropout=0.5, recurrent_dropout=0.5
    )
    layers = RecurrentLayers(architecture)
    hidden = tf.ones((4, 200, 2))
    factors = [layers._dropout(i, hidden, tf.constant([7, 5])) for i in (0, 1)]
    columns = [column for _, dropped in factors for group in dropped for column in group]
    assert len({np.asarray(column).tobytes() for column in columns}) == len(columns)
    for column in columns:
        assert set(np.unique(column)) == {0.0, 2.0}
        assert np.mean(column) == pytest.approx(1.0, abs=0.2)


@pytest.mark.parametrize("n_networks", [1, 2])
def test_dropout_of_inputs_is_one_factor_for_all_gates(n_networks):
    architecture = Architecture("lstm", (3,), 4, 2, 1, dropout=0.5, n_networks=n_networks)
    networks = architecture.networks
    hidden = tf.ones((4, *networks, 200, 2))
    seed = tf.constant([[7, 5], [8, 5]][: networks[0]] if networks else [7, 5])
    factor, dropped = RecurrentLayers(architecture)._dropout(0, hidden, seed)
    assert dropped == (None, None)
    assert factor.shape == (*networks, 200, 2)
    assert set(np.unique(factor)) == {0.0, 2.0}


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({}, LoopScan),
        ({"dropout": 0.2}, LoopScan),
        ({"activation": "relu"}, LoopScan),
        ({"activation": "gelu"}, RecordedScan),
        ({"recurrent_activation": "hard_sigmoid"}, RecordedScan),
        ({"dropout": 0.2, "recurrent_dropout": 0.2}, RecordedScan),
        ({"n_timesteps": 4}, RecordedScan),  # few steps are not run in a loop
    ],
)
def test_kinds_of_scans(settings, kind):
    architecture = Architecture(**{"n_timesteps": 11, **settings}, **PLAIN)
    layers = RecurrentLayers(architecture)
    weights = architecture.initial_weights(np.random.RandomState(0))[:3]
    weights = [tf.constant(weight) for weight in weights]
    windows = tf.zeros((5, architecture.n_timesteps, 2))
    *_, backward = layers.with_backward([weights], windows, None, None, tf.constant([1, 2]))
    (((scan, _),),) = backward.args[0]
    assert type(scan) is kind
