"""Training talks to an engine through its contract only, and an engine to NumPy arrays."""

import ast
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import skrnn
from skrnn._optimizer_recipe import OptimizerRecipe
from skrnn.engines._contract import Engine, EngineSettings
from skrnn.engines._layouts import Slot, StateLayout
from skrnn.losses import Huber
from skrnn.network._architecture import Architecture
from skrnn.training._epoch_loop import train_epochs
from skrnn.training._plan import TrainingPlan
from skrnn.training._samples import Samples
from skrnn.training._trainer import TrainingState
from skrnn.training._training_run import TrainingRun

RECIPE = OptimizerRecipe("SGD", "{}", learning_rate=0.5, weight_decay=0.25)
ARCHITECTURE = Architecture("simple", (2,), n_timesteps=3, n_features=2, n_outputs=1)


class IdleEngine(Engine):
    """Has what all engines have in common, and does nothing."""

    n_steps = 1

    def run(self, *arguments, **settings):
        raise AssertionError("Nothing runs in these tests.")


class CountingEngine:
    """An engine of NumPy that adds one to every weight and slot in each step."""

    n_steps, averages = 2, False

    def __init__(self, settings):
        self.settings, self.calls = settings, []

    def state_layout(self, architecture):
        slots = [Slot((), None, np.float32(0.0))]
        return StateLayout(architecture, architecture, slots)

    def run(self, rates, vector, rows, counts):
        self.calls.append((rates.tolist(), rows.copy(), list(counts)))
        losses = np.arange(counts[1], counts[1] + counts[0], dtype=np.float32)
        return vector + np.float32(counts[0]), losses[:, None]


@pytest.fixture
def trained(monkeypatch):
    engines = []

    def make(settings, name):
        engines.append(CountingEngine(settings))
        return engines[-1]

    monkeypatch.setattr("skrnn.training._training_run.engine_for", make)
    rng = np.random.RandomState(0)
    windows = rng.normal(size=(5, 3, 2)).astype(np.float32)
    targets = np.stack([rng.normal(size=5), np.ones(5)], axis=-1)[:, None].astype(np.float32)
    plan = TrainingPlan(
        ARCHITECTURE, Huber(), RECIPE, batch_size=2, epochs=2, shuffle=False, l2=0.125
    )
    run = TrainingRun(plan, Samples(windows, targets, np.arange(5), masked=False))
    weights = ARCHITECTURE.initial_weights(rng)
    state, losses = train_epochs(run, TrainingState(weights), seeds=[9], draws=[rng])
    [engine] = engines
    return engine, windows, targets, weights, state, losses


def test_an_engine_of_another_kind_trains(trained):
    """Two epochs of three batches are three calls of two steps."""
    engine, _, _, weights, state, losses = trained
    assert [call[2] for call in engine.calls] == [[2, 0, 9], [2, 2, 9], [2, 4, 9]]
    assert {tuple(call[0]) for call in engine.calls} == {(0.5, 0.25, 0.125)}
    for before, after in zip(weights, state.weights, strict=True):
        np.testing.assert_allclose(after, before + 6.0, rtol=1e-6)
    assert (state.iteration, [slot.tolist() for slot in state.slots]) == (6, [6.0])
    # Means by the weights of the batches, the last of which has only one of two rows.
    assert losses["loss"] == pytest.approx([(2 * 0 + 2 * 1 + 2) / 5, (2 * 3 + 2 * 4 + 5) / 5])


def test_an_engine_gets_rows_in_the_layout_of_its_settings(trained):
    engine, windows, targets, *_ = trained
    rows = np.concatenate([call[1] for call in engine.calls])
    found, answers, _ = engine.settings.rows.split(rows)
    order = [0, 1, 2, 3, 4]
    np.testing.assert_array_equal(found[:5], windows[order])
    np.testing.assert_array_equal(answers[:5], targets[order])
    assert answers[5, 0].tolist() == [0.0, 0.0]  # an empty place has no weight
    np.testing.assert_array_equal(found[6:11], windows[order])


def test_rows_of_a_step_are_those_of_all_networks():
    several = Architecture("simple", (2,), 3, 2, 1, n_networks=4)
    settings = EngineSettings(several, Huber(), RECIPE, batch_size=5, masked=False)
    assert settings.step_rows == 20
    assert settings.rows.size == 3 * 2 + 2


def test_only_the_choice_of_an_engine_knows_tensorflow_s():
    """And the plot of importances, which differentiates forecasts."""
    root, knowing = Path(skrnn.__file__).parent, set()
    for path in root.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        modules = [f"{node.module}.{node.names[0].name}" for node in imports]
        if any("engines.tensorflow" in f"engines.{module}" for module in modules):
            knowing.add(path.relative_to(root).as_posix())
    outside = {path for path in knowing if not path.startswith("engines/tensorflow/")}
    for_type_checkers = {"__init__.py"}
    assert outside - for_type_checkers == {"engines/_choice.py", "plotting/_lag_importance.py"}


@pytest.mark.parametrize("averages", [False, True])
@pytest.mark.parametrize("stateful", [False, True])
def test_what_engines_have_in_common(averages, stateful):
    average = {"use_ema": averages, "ema_momentum": 0.5, "ema_overwrite_frequency": None}
    recipe = replace(RECIPE, settings=json.dumps(average))
    settings = EngineSettings(
        ARCHITECTURE, Huber(), recipe, batch_size=3, masked=False, stateful=stateful
    )
    engine = IdleEngine(settings, [Slot((), None, np.float32(0.0))])
    layout = engine.state_layout(ARCHITECTURE)
    assert engine.state_layout(ARCHITECTURE) is layout
    n_weights = sum(np.prod(shape) for shape in ARCHITECTURE.weight_shapes())
    # A slot follows the weights, then the state of two units of each stream.
    assert layout.size == n_weights + 1 + 3 * 2 * stateful
    assert engine.averages is averages
