"""Training needs a plan, and no estimator."""

import ast
import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest

import skrnn
from skrnn import RNNClassifier, RNNRegressor
from skrnn.keras_bridge._optimizers import optimizer_recipe
from skrnn.losses import SquaredError
from skrnn.network._architecture import Architecture
from skrnn.training._epoch_loop import train_epochs, train_once
from skrnn.training._plan import TrainingPlan
from skrnn.training._samples import Samples
from skrnn.training._trainer import TrainingState
from skrnn.training._training_run import TrainingRun

RNG = np.random.RandomState(0)
WINDOWS, Y = RNG.normal(size=(12, 3, 2)).astype(np.float32), RNG.normal(size=12)
TARGETS = np.stack([Y, np.ones(12)], axis=-1)[:, None]

# What lies below the estimators.
FOLDERS = ("training", "engines", "network", "losses", "cells", "windows", "keras_bridge")


def plan(**settings):
    architecture = Architecture("simple", (2,), n_timesteps=3, n_features=2, n_outputs=1)
    settings = {"batch_size": 4, "epochs": 3} | settings
    return TrainingPlan(
        architecture, SquaredError(), optimizer_recipe("adam"), engine="numpy", **settings
    )


def drawn(a_plan):
    """Return a generator, the first weights and a seed, in the order in which `fit` draws."""
    draws = np.random.RandomState(0)
    weights = a_plan.architecture.initial_weights(draws)
    return draws, TrainingState(weights), [int(draws.randint(2**30))]


def assert_equal(first, second):
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_plan_made_by_hand_trains_as_an_estimator():
    a_plan = plan()
    draws, start, seeds = drawn(a_plan)
    run = TrainingRun(a_plan, Samples(WINDOWS, TARGETS, np.arange(12), masked=False))
    state, losses = train_epochs(run, start, seeds=seeds, draws=[draws])
    model = RNNRegressor("simple", 2, epochs=3, batch_size=4, random_state=0).fit(WINDOWS, Y)
    assert losses == model.history_
    assert_equal([*state.weights, *state.slots], [*model.weights_, *model._slots])


def test_a_plan_made_by_hand_stops_early_as_an_estimator():
    a_plan = plan(early_stopping=True, n_iter_no_change=1, tol=10.0)
    draws, start, seeds = drawn(a_plan)
    samples = Samples(WINDOWS, TARGETS, np.arange(9), masked=False)
    held_out = dataclasses.replace(samples, rows=np.arange(9, 12))
    run = TrainingRun(a_plan, samples, held_out)
    state, losses = train_epochs(run, start, seeds=seeds, draws=[draws])
    parameters = {"early_stopping": True, "validation_fraction": 0.25, "random_state": 0}
    model = RNNRegressor(
        "simple", 2, epochs=3, batch_size=4, n_iter_no_change=1, tol=10.0, **parameters
    ).fit(WINDOWS, Y)
    assert len(losses["val_loss"]) == 2
    assert losses == model.history_
    assert_equal(state.weights, model.weights_)


def test_a_plan_made_by_hand_learns_online_as_an_estimator():
    a_plan = plan()
    _, start, seeds = drawn(a_plan)
    run = TrainingRun(a_plan, Samples(WINDOWS, TARGETS, np.arange(12), masked=False))
    state, losses = train_once(run, start, seeds=seeds)
    model = RNNRegressor("simple", 2, batch_size=4, random_state=0).partial_fit(WINDOWS, Y)
    assert losses == model.history_
    assert_equal(state.weights, model.weights_)


def test_a_plan_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan().epochs = 2


def readers(estimator_class, monkeypatch):
    """Record the modules of skrnn that read attributes of estimators of a class."""
    found = set()

    def read(self, name):
        found.add(sys._getframe(1).f_globals["__name__"])
        return object.__getattribute__(self, name)

    monkeypatch.setattr(estimator_class, "__getattribute__", read, raising=False)
    return found


@pytest.mark.parametrize("estimator_class", [RNNRegressor, RNNClassifier])
def test_nothing_below_the_estimators_reads_their_attributes(estimator_class, monkeypatch):
    found = readers(estimator_class, monkeypatch)
    y = np.sign(Y) if estimator_class is RNNClassifier else Y
    model = estimator_class("simple", 2, epochs=2, batch_size=4, warm_start=True, random_state=0)
    model.fit(WINDOWS, y, X_val=WINDOWS, y_val=y).partial_fit(WINDOWS, y)
    model.predict(WINDOWS)
    model.score(WINDOWS, y)
    assert "skrnn._recurrent_base" in found  # the recorder works
    below = tuple(f"skrnn.{folder}" for folder in FOLDERS)
    assert {name for name in found if name.startswith(below)} == set()


def parameters(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            a = node.args
            yield from ((node.name, arg.arg) for arg in (*a.posonlyargs, *a.args, *a.kwonlyargs))


def test_no_function_below_the_estimators_takes_one():
    root, taken = Path(skrnn.__file__).parent, []
    for folder in FOLDERS:
        for path in (root / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            taken += [
                (path.name, function, name)
                for function, name in parameters(tree)
                if name in ("estimator", "regressor", "classifier", "forecaster")
            ]
    assert taken == []
