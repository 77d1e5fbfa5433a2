"""Which engine trains."""

import subprocess
import sys
from dataclasses import replace

import pytest

from skrnn._optimizer_recipe import OptimizerRecipe, make_recipe
from skrnn.cells import GRUCell
from skrnn.engines import _choice
from skrnn.engines._contract import EngineSettings
from skrnn.engines.numpy._engine import NumpyEngine
from skrnn.engines.numpy._recipes_without_keras import default_config
from skrnn.engines.tensorflow import _forking, _program
from skrnn.losses import Huber
from skrnn.network._architecture import Architecture

ARCHITECTURE = Architecture(GRUCell(), (3, 9), 2, 2, 1)
ADAM = make_recipe("Adam", default_config("Adam"))
SMALL = {"batch_size": 32, "n_rows": 100, "epochs": 10}
LARGE = {"batch_size": 1, "n_rows": 10_000, "epochs": 100}


def choose(wanted="auto", architecture=ARCHITECTURE, work=SMALL, **before):
    return _choice.choose_engine(wanted, architecture, Huber(), ADAM, **work, **before)


@pytest.fixture
def without_tensorflow(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)


@pytest.mark.parametrize("elementwise", [True, False])
def test_networks_of_nearby_sizes_share_a_program(monkeypatch, elementwise):
    monkeypatch.setattr(_program, "TrainingProgram", lambda key: key)
    monkeypatch.setattr(_program, "programs", _program.ProgramCache(maximum=4))
    recipe = OptimizerRecipe("Adam", "{}", 0.1, 0.0, elementwise=elementwise)
    settings = EngineSettings(ARCHITECTURE, Huber(), recipe, 4, masked=True, short=True)
    found = _choice.engine_for(settings, "tensorflow")
    assert found is _choice.engine_for(settings, "tensorflow")
    assert found.architecture.units == ((8, 16) if elementwise else (3, 9))
    assert (found.loss, found.optimizer, found.batch_size) == (Huber(), recipe, 4)
    assert (found.masked, found.stateful, found.short) == (True, False, True)


def test_fits_of_the_same_shape_share_an_engine_of_numpy():
    settings = EngineSettings(ARCHITECTURE, Huber(), ADAM, 4, masked=True)
    engine = _choice.engine_for(settings, "numpy")
    assert isinstance(engine, NumpyEngine)
    assert engine.settings == settings
    other_rate = make_recipe("Adam", default_config("Adam"), 0.5)
    assert _choice.engine_for(replace(settings, optimizer=other_rate), "numpy") is engine
    assert _choice.engine_for(replace(settings, batch_size=5), "numpy") is not engine


def test_a_short_fit_is_trained_by_numpy():
    assert choose() == "numpy"
    assert choose(work=LARGE) == "tensorflow"


def test_training_continues_with_the_engine_that_began():
    assert choose(before="tensorflow") == "tensorflow"
    assert choose(work=LARGE, before="numpy") == "numpy"


def test_a_wish_is_followed():
    assert choose("numpy", work=LARGE, before="tensorflow") == "numpy"
    assert choose("tensorflow", before="numpy") == "tensorflow"


def test_what_numpy_does_not_support_goes_to_tensorflow():
    dropped = replace(ARCHITECTURE, dropout=0.5)
    assert choose(architecture=dropped, before="numpy") == "tensorflow"
    with pytest.raises(ValueError, match="engine='numpy' does not support dropout"):
        choose("numpy", architecture=dropped)


def test_without_tensorflow_numpy_trains_what_it_supports(without_tensorflow):
    assert choose(work=LARGE) == "numpy"
    assert choose(before="tensorflow") == "numpy"
    with pytest.raises(ImportError, match="engine='tensorflow' needs TensorFlow"):
        choose("tensorflow")
    with pytest.raises(ImportError, match="dropout needs TensorFlow"):
        choose(architecture=replace(ARCHITECTURE, dropout=0.5))


def test_recipes_that_need_keras(without_tensorflow):
    assert _choice.recipe_of("adam", None, 0.0, None, estimator_name="RNNRegressor") == ADAM
    with pytest.raises(ImportError, match="optimizer='lamb'"):
        _choice.recipe_of("lamb", None, 0.0, None, estimator_name="RNNRegressor")


def test_a_forked_process_can_only_train_with_numpy(monkeypatch):
    monkeypatch.setattr(_forking, "_forks", [1])
    settings = EngineSettings(ARCHITECTURE, Huber(), ADAM, batch_size=2, masked=False)
    assert isinstance(_choice.engine_for(settings, "numpy"), NumpyEngine)
    with pytest.raises(RuntimeError, match="forked after TensorFlow"):
        _choice.engine_for(settings, "tensorflow")


PROGRAM = """
import importlib.abc, pickle, sys

class Refusal(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in {"tensorflow", "keras"}:
            raise ImportError(f"{name} is not installed")

sys.meta_path.insert(0, Refusal())
import numpy as np
from skrnn import RNNClassifier, RNNRegressor
X = np.random.default_rng(0).normal(size=(30, 3, 1))
y = X[:, -1, 0]
rnn = RNNRegressor("gru", 2, epochs=2, random_state=0).fit(X, y)
rnn = pickle.loads(pickle.dumps(rnn.partial_fit(X[:1], y[:1])))
print(rnn.partial_fit(X[1:2], y[1:2]).predict(X[:1]).shape, rnn.engine_)
print(RNNClassifier("lstm", 2, epochs=2).fit(X, y > 0).score(X, y > 0) >= 0)
try:
    rnn.set_params(dropout=0.5).fit(X, y)
except ImportError as error:
    print(error)
rnn.engine_ = "tensorflow"  # as if it had been trained with dropout on another machine
before = [w.copy() for w in rnn.weights_]
try:
    rnn.partial_fit(X[:1], y[:1])
except ImportError as error:
    print(error)
rnn.set_params(dropout=0.0, recurrent_dropout=0.0).partial_fit(X[:1], y[:1])
print(rnn.engine_, max(np.abs(a - b).max() for a, b in zip(before, rnn.weights_)) < 0.1)
"""


def test_a_machine_without_tensorflow():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:2] == ["(1,) numpy", "True"]
    assert lines[2] == lines[3]
    assert lines[2].startswith("dropout needs TensorFlow and Keras, which are not installed")
    assert "set_params(dropout=0.0, recurrent_dropout=0.0), partial_fit continues" in lines[2]
    assert lines[4] == "numpy True"
