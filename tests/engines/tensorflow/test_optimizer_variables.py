"""The roles of an optimizer's variables, for every Keras optimizer and for changed ones."""

import keras
import numpy as np
import pytest

from skrnn.engines.tensorflow import _optimizer_variables
from skrnn.engines.tensorflow._optimizer_variables import OptimizerVariables
from skrnn.keras_bridge._model import KerasNetwork
from skrnn.keras_bridge._optimizers import named_optimizers, optimizer_recipe
from skrnn.network._architecture import Architecture

ADAM, SGD = keras.optimizers.Adam, keras.optimizers.SGD
# Square kernels, which their shapes do not distinguish.
ARCHITECTURE = Architecture("simple", (3, 3), 2, 3, 3)


@pytest.fixture
def weights():
    return KerasNetwork(ARCHITECTURE, seed=0).build()


def variants():
    yield from sorted(named_optimizers())
    yield ADAM(use_ema=True)
    yield ADAM(amsgrad=True)
    yield SGD(momentum=0.9, gradient_accumulation_steps=3)
    yield keras.optimizers.RMSprop(centered=True, momentum=0.5)


def named(optimizer):
    return optimizer if isinstance(optimizer, str) else type(optimizer).__name__


@pytest.mark.parametrize("optimizer", list(variants()), ids=named)
def test_each_variable_is_found_by_what_it_does(weights, optimizer):
    recipe = optimizer_recipe(optimizer)
    found = OptimizerVariables(recipe, weights)
    # Keras's names are not what they are found by; here they are what they are compared with.
    assert found.iteration.name == "iteration"
    assert found.rate.name == "learning_rate"
    rest = [
        v.name for v in found.optimizer.variables if v.name not in ("iteration", "learning_rate")
    ]
    assert [v.name for v in found.variables] == rest
    assert int(found.iteration.numpy()) == 0
    for variable, slot in zip(found.variables, found.slots, strict=True):
        assert tuple(variable.shape) == slot.shape
        if slot.owner is not None:
            weight = weights[slot.owner]
            assert slot.shape == tuple(weight.shape)
            assert variable.name.startswith(weight.path.replace("/", "_"))
    alone = [slot for slot in found.slots if slot.owner is None]
    if recipe.elementwise:
        assert all(slot.shape == () for slot in alone)
    if optimizer == "nadam":
        assert len(alone) == 1


def test_starts_are_copies_of_weights_or_constants(weights):
    found = OptimizerVariables(optimizer_recipe("schedulefreeadamw"), weights)
    starts = [slot.start for slot in found.slots]
    assert starts[::2] == list(range(len(weights)))
    assert not any(start.any() for start in starts[1::2])
    [start, *_] = [s.start for s in OptimizerVariables(optimizer_recipe("adagrad"), weights).slots]
    assert np.unique(start).tolist() == [np.float32(0.1)]


# Another Keras.


class Uncounted(SGD):
    """What counts its steps is no variable."""

    @property
    def iterations(self):
        return keras.ops.convert_to_tensor(0)


class Rateless(SGD):
    """What its rate is does not depend on a variable."""

    @property
    def learning_rate(self):
        return keras.ops.convert_to_tensor(0.1)


@pytest.mark.parametrize(
    ("optimizer", "words"), [(Uncounted, "count of steps"), (Rateless, "learning rate")]
)
def test_what_is_not_found_is_a_clear_error(weights, optimizer, words):
    words = (
        rf"not support Keras {keras.__version__}: the {words} of its {optimizer.__name__} was not"
    )
    recipe = optimizer_recipe(optimizer(), learning_rate=0.1)
    with pytest.raises(RuntimeError, match=words):
        OptimizerVariables(recipe, weights)


class More(SGD):
    """With a number of its own, there before the weights are known."""

    def __init__(self, *arguments, **settings):
        super().__init__(*arguments, **settings)
        self.added = self.add_variable((), initializer="ones", name="something_else")


def test_a_number_of_its_own_is_a_slot(weights):
    found = OptimizerVariables(optimizer_recipe(More()), weights)
    assert [v.name for v in found.variables] == ["something_else"]
    assert found.slots[0].start == 1.0


def test_slots_that_are_not_listed_by_weight_are_a_clear_error(weights, monkeypatch):
    """Where they may be padded, that would mix up what belongs to two units."""
    monkeypatch.setattr(_optimizer_variables, "_owners", lambda o, v, w: [None] * len(v))
    with pytest.raises(
        RuntimeError, match=r"variables .*_momentum.* of its Adam cannot be matched"
    ):
        OptimizerVariables(optimizer_recipe("adam"), weights)
    OptimizerVariables(optimizer_recipe("lamb"), weights)  # never padded
