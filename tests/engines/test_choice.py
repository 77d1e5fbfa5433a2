"""Which engine trains."""

import pytest

from skrnn._optimizer_recipe import OptimizerRecipe
from skrnn.engines import _choice
from skrnn.engines._contract import EngineSettings
from skrnn.engines.tensorflow import _forking, _program
from skrnn.losses import Huber
from skrnn.network._architecture import Architecture


@pytest.mark.parametrize(("elementwise", "units"), [(True, (8, 16)), (False, (3, 9))])
def test_networks_of_nearby_sizes_share_a_program(monkeypatch, elementwise, units):
    monkeypatch.setattr(_program, "TrainingProgram", lambda key: key)
    monkeypatch.setattr(_program, "programs", _program.ProgramCache(maximum=4))
    recipe = OptimizerRecipe("Adam", "{}", 0.1, 0.0, elementwise=elementwise)
    architecture = Architecture("gru", (3, 9), 2, 2, 1)
    settings = EngineSettings(architecture, Huber(), recipe, 4, masked=True, short=True)
    found = _choice.engine_for(settings)
    assert found is _choice.engine_for(settings)
    assert found.architecture.units == units
    assert (found.loss, found.optimizer, found.batch_size) == (Huber(), recipe, 4)
    assert (found.masked, found.stateful, found.short) == (True, False, True)


def test_a_forked_process_cannot_train(monkeypatch):
    _choice.check_can_train()
    monkeypatch.setattr(_forking, "_forks", [1])
    with pytest.raises(RuntimeError, match="forked after TensorFlow"):
        _choice.check_can_train()
