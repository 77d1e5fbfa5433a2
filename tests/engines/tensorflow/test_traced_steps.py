"""Batches in parts: the derivatives of two halves, compared with whole batches and with Keras."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from forked_programs import run_forked
from joblib import Parallel, delayed
from keras_reference import fit_in_keras, largest_difference
from sklearn.base import clone

from skrnn import RNNClassifier, RNNRegressor
from skrnn.engines.tensorflow import _program
from skrnn.engines.tensorflow._program import ProgramCache, ProgramKey
from skrnn.keras_bridge._optimizers import optimizer_recipe
from skrnn.losses import SquaredError
from skrnn.network._architecture import Architecture


@pytest.fixture
def in_parts(monkeypatch):
    """A function that fits twice, the second time with batches in two parts."""

    def fit(model, X, y, **options):
        model.set_params(engine="tensorflow")
        whole = model.fit(X, y, **options).weights_, model.history_
        monkeypatch.setattr(_program, "_LEAST_WORK_IN_PARTS", 0.0)
        monkeypatch.setattr(_program, "_LEAST_ROWS_IN_PARTS", 2)
        cache = ProgramCache(maximum=4)
        monkeypatch.setattr(_program, "programs", cache)
        model.fit(X, y, **options)
        (key,) = cache._programs
        assert key.n_parts == 2
        return whole, model

    return fit


@pytest.fixture
def n_timesteps():
    """So many that they are run in a loop."""
    return 12


@pytest.fixture
def data(n_timesteps):
    """47 rows, which end with a batch of 7 of 10."""
    rng = np.random.RandomState(7)
    X = rng.normal(size=(47, n_timesteps, 2)).astype(np.float32)
    return X, 0.3 * X.sum(axis=(1, 2)) + 0.1 * rng.normal(size=47)


def short_training(**parameters):
    return RNNRegressor(
        **{"units": 4, "epochs": 3, "batch_size": 10, "shuffle": False, "random_state": 3}
        | parameters
    )


def assert_same(whole, model):
    weights, history = whole
    assert largest_difference(weights, model.weights_) < 1e-5
    np.testing.assert_allclose(history["loss"], model.history_["loss"], rtol=1e-5)


@pytest.mark.parametrize(("cell", "n_timesteps"), [("simple", 4), ("gru", 12), ("lstm", 4)])
def test_weights_equal_those_of_keras(in_parts, data, cell):
    X, y = data
    whole, model = in_parts(short_training(cell=cell, l2=0.01, units=(4, 3), epochs=1), X, y)
    assert_same(whole, model)
    assert largest_difference(model.weights_, fit_in_keras(model, X, y)[0]) < 1e-5


SCHEDULE = keras.optimizers.schedules.CosineDecay(0.01, decay_steps=20)


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "lamb", "loss": "quantile", "quantile": (0.1, 0.5, 0.9)},
        {"optimizer": keras.optimizers.Adam(SCHEDULE, clipnorm=0.01), "weight_decay": 0.1},
        {"optimizer": keras.optimizers.Adam(gradient_accumulation_steps=2)},
        {
            "optimizer": keras.optimizers.SGD(use_ema=True, ema_overwrite_frequency=3),
            "bidirectional": True,
            "early_stopping": True,
            "validation_fraction": 0.2,
        },
    ],
    ids=["lamb, quantiles", "schedule, norm, decay", "sum", "average, bidirectional, stopping"],
)
def test_settings_meet_parts(in_parts, data, settings):
    X, y = data
    X[::4, 0], X[5, 1, 1] = np.nan, np.nan
    X[20:25, :2] = np.nan  # the first half of a batch starts later than the second one
    weight = np.linspace(0.0, 2.0, len(X))
    assert_same(*in_parts(short_training(**settings), X, y, sample_weight=weight))


def test_sequences_with_missing_targets(in_parts, data):
    X, _ = data
    y = np.cumsum(X[..., 0], axis=1)
    y[10:17, 1:3] = np.nan  # all rows of the first half of a batch miss these steps
    y[20:25] = np.nan  # the first half of a batch has no target at all
    assert_same(*in_parts(short_training(return_sequences=True), X, y))


@pytest.mark.parametrize("n_classes", [2, 3])
def test_classes(in_parts, data, n_classes):
    X, y = data
    y = np.digitize(y, np.quantile(y, np.arange(1, n_classes) / n_classes))
    model = RNNClassifier(units=4, epochs=3, batch_size=10, shuffle=False, random_state=3)
    assert_same(*in_parts(model, X, y))


def test_each_half_has_its_own_dropout(in_parts):
    """If both halves have the same rows, their mean would equal one of them otherwise."""
    row = np.random.RandomState(0).normal(size=(1, 4, 2)).astype(np.float32)
    X, y = np.repeat(row, 2, axis=0), np.ones(2)
    model = short_training(batch_size=2, epochs=1, dropout=0.5, optimizer="sgd", units=20)
    _, model = in_parts(model, X, y)
    half = short_training(batch_size=1, epochs=1, dropout=0.5, optimizer="sgd", units=20)
    assert largest_difference(model.weights_, half.fit(X[:1], y[:1]).weights_) > 1e-5


def test_going_on_continues(in_parts, data):
    """The slots and the count of steps pass from one call to the next."""
    X, y = data
    whole, model = in_parts(short_training(optimizer="adam", epochs=2), X, y)
    model.partial_fit(X, y)
    again = short_training(optimizer="adam", epochs=3).fit(X, y)
    assert largest_difference(again.weights_, model.weights_) < 1e-6
    assert largest_difference(whole[0], model.weights_) > 1e-4


def test_threads_share_a_program_in_parts(in_parts, data):
    X, y = data
    _, model = in_parts(short_training(dropout=0.2), X, y)
    models = Parallel(n_jobs=4, prefer="threads")(
        delayed(clone(model).fit)(X, y) for _ in range(8)
    )
    for other in models:
        for a, b in zip(other.weights_, model.weights_, strict=True):
            np.testing.assert_array_equal(a, b)


WIDE = Architecture("lstm", (128,), 60, 1, 1)


@pytest.mark.parametrize(
    ("changes", "batch_size", "n_parts"),
    [
        ({}, 64, 2),
        ({}, 8, 1),
        ({}, 63, 1),
        ({"units": (32,)}, 32, 1),
        ({"units": (64, 64), "n_timesteps": 30}, 64, 2),
        ({"n_networks": 2}, 64, 1),
    ],
)
def test_wide_networks_have_parts(changes, batch_size, n_parts):
    architecture = replace(WIDE, **changes)
    key = ProgramKey(
        architecture, SquaredError(), optimizer_recipe("adam"), batch_size, masked=False
    )
    assert key.n_parts == n_parts
    assert replace(key, stateful=True).n_parts == 1


SCRIPT = """
import os, sys
import numpy as np
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(sys.argv[2])])
from skrnn import RNNRegressor
X = np.random.RandomState(0).normal(size=(128, 60, 1))
model = RNNRegressor(
    units=128, batch_size=64, epochs=2, random_state=0, engine="tensorflow"
).fit(X, X[:, -1, 0])
np.savez(sys.argv[1], *model.weights_)
"""


def test_the_number_of_cores_does_not_change_the_result(tmp_path):
    files = [tmp_path / "one.npz", tmp_path / "two.npz"]
    for ended in run_forked(*[(SCRIPT, file, n) for n, file in enumerate(files, start=1)]):
        assert ended.status == 0, ended.err
    one, two = map(np.load, files)
    for name in one.files:
        np.testing.assert_allclose(one[name], two[name], rtol=0, atol=1e-6)
