"""What NumPy trains, and how long it is estimated to take."""

from dataclasses import replace

import pytest

from skrnn._optimizer_recipe import make_recipe
from skrnn.cells import Cell, GRUCell, LSTMCell
from skrnn.engines.numpy._recipes_without_keras import default_config
from skrnn.engines.numpy._support import unsupported_setting, work_of_fit
from skrnn.losses import Loss, SquaredError
from skrnn.network._architecture import Architecture

ARCHITECTURE = Architecture(GRUCell(), (16,), 15, 1, 1)
ADAM = make_recipe("Adam", default_config("Adam"))


class Mine(Loss):
    def error(self, xp, y_true, output):
        return xp.abs(output - y_true)


class MyCell(Cell):
    def step(self, xp, products, state):
        return [xp.activation(products[0])], []


OTHER_SCHEDULE = {"class_name": "Other", "module": "mine", "config": {}}


def test_common_settings_are_supported():
    assert unsupported_setting(ARCHITECTURE, SquaredError(), ADAM) is None


@pytest.mark.parametrize(
    ("change", "loss", "recipe", "text"),
    [
        ({"dropout": 0.1}, SquaredError(), ADAM, "dropout"),
        ({"recurrent_dropout": 0.1}, SquaredError(), ADAM, "dropout"),
        ({"cell": MyCell()}, SquaredError(), ADAM, "cell=MyCell"),
        ({"activation": "softplus"}, SquaredError(), ADAM, "activation='softplus'"),
        ({}, Mine(), ADAM, "loss=Mine"),
        ({}, SquaredError(), make_recipe("Lamb", default_config("Adam")), "optimizer Lamb"),
        (
            {},
            SquaredError(),
            make_recipe("Adam", default_config("Adam"), custom_class=int),
            "optimizer Adam",
        ),
        (
            {},
            SquaredError(),
            make_recipe("Adam", default_config("Adam"), OTHER_SCHEDULE),
            "schedule Other",
        ),
    ],
)
def test_what_needs_tensorflow(change, loss, recipe, text):
    assert text in unsupported_setting(replace(ARCHITECTURE, **change), loss, recipe)


def seconds(architecture=ARCHITECTURE, batch_size=32, n_rows=320, epochs=10):
    return work_of_fit(architecture, batch_size=batch_size, n_rows=n_rows, epochs=epochs)


def test_work_grows_with_what_is_computed():
    assert seconds(epochs=20) == pytest.approx(2 * seconds())
    assert seconds(n_rows=640) == pytest.approx(2 * seconds())
    assert seconds(n_rows=321) > seconds()
    assert seconds(batch_size=16) > seconds()
    for change in ({"units": (32,)}, {"n_timesteps": 30}, {"n_networks": 3}, {"cell": MyCell()}):
        assert seconds(replace(ARCHITECTURE, **change)) > seconds()
    assert seconds(replace(ARCHITECTURE, units=(16, 16))) > 1.5 * seconds()


def test_work_is_of_the_right_order():
    """A step of a GRU(16) with 15 steps and batches of 32 takes 0.3 ms to 0.5 ms."""
    assert 2e-4 < seconds(n_rows=32, epochs=1) < 8e-4
    tiny = replace(ARCHITECTURE, cell=LSTMCell(), units=(4,), n_timesteps=3)
    assert 5e-5 < seconds(tiny, batch_size=1, n_rows=1, epochs=1) < 2e-4
