"""The check of cells: what it accepts, and what it says of each fault."""

import numpy as np
import pytest

from skrnn.cells import (
    Cell,
    GRUCell,
    LSTMCell,
    MinimalGatedCell,
    PeepholeLSTMCell,
    SimpleCell,
    check_cell,
)


class Rated(Cell):
    """A parameter, several states and no backward pass."""

    states = 2

    def __init__(self, rate=0.5):
        self.rate = rate

    def step(self, xp, products, state):
        (z,), (h, mean) = products, state
        h = xp.activation(z + mean)
        return [h, mean + self.rate * (h - mean)], []


class Wrong(Rated):
    """Faults of the classes below are in one method each."""

    def step(self, xp, products, state):
        return super().step(xp, products, state)


ACCEPTED = [
    SimpleCell(),
    GRUCell(),
    LSTMCell(),
    MinimalGatedCell(),
    PeepholeLSTMCell(),
    Rated(0.1),
]


@pytest.mark.parametrize("cell", ACCEPTED, ids=str)
def test_accepted(cell):
    check_cell(cell)


class MissingState(Wrong):
    def step(self, xp, products, state):
        return super().step(xp, products, state)[0][:1], []


class Changing(Wrong):
    def step(self, xp, products, state):
        if isinstance(state[0], np.ndarray):
            state[0] *= 0.5
        return super().step(xp, products, state)


class MixingRows(Wrong):
    def step(self, xp, products, state):
        (h, mean), kept = super().step(xp, products, state)
        return [h - xp.mean(h, axis=-2, keepdims=True), mean], kept


class OfFirstNetwork(Wrong):
    extra_weights = {"scale": (1, "units")}  # noqa: RUF012

    def step(self, xp, products, state, scale):
        (h, mean), kept = super().step(xp, products, state)
        return [h * (scale if len(scale.shape) == 2 else scale[:1]), mean], kept


class OnlyNumpy(Wrong):
    def step(self, xp, products, state):
        (h, mean), kept = super().step(xp, products, state)
        return [h + float(isinstance(h, np.ndarray)), mean], kept


class KeptWithoutRows(Wrong):
    def step(self, xp, products, state):
        after, _ = super().step(xp, products, state)
        return after, [after[0][0]]


class WrongSign(SimpleCell):
    def backward(self, xp, kept, before, after):
        (product,), state = super().backward(xp, kept, before, after)
        return [-product], state


class WrongState(LSTMCell):
    def backward(self, xp, kept, before, after):
        products, (of_h, of_c) = super().backward(xp, kept, before, after)
        return products, [of_h, 2.0 * of_c]


class WrongSlope(LSTMCell):
    """Right with the activations of the defaults only if they are the same."""

    def backward(self, xp, kept, before, after):
        class Swapped:
            slope, recurrent_slope = xp.recurrent_slope, xp.slope
            zeros_like, concatenate = xp.zeros_like, xp.concatenate

        return super().backward(Swapped, kept, before, after)


class WrongPeepholes(PeepholeLSTMCell):
    def backward(self, xp, kept, before, after, peepholes):
        products, state, extra = super().backward(xp, kept, before, after, peepholes)
        return products, state, 0.5 * extra


class NoPeepholes(PeepholeLSTMCell):
    def backward(self, xp, kept, before, after, peepholes):
        return super().backward(xp, kept, before, after, peepholes)[:2]


class FailingBackward(SimpleCell):
    def backward(self, xp, kept, before, after):
        raise KeyError("lost")


class OtherInPlace(SimpleCell):
    def in_place(self, weights, activation, recurrent_activation):
        return super().in_place([weights[0], -weights[1], weights[2]], activation, None)


class OtherLayer(SimpleCell):
    keras_layer = "LSTM"


class NotZero(Wrong):
    zero_units_stay_zero = True

    def step(self, xp, products, state):
        (h, mean), kept = super().step(xp, products, state)
        return [h + 1.0, mean], kept


class Failing(Cell):
    def step(self, xp, products, state):
        return xp.no_such_function(products), []


class WithoutParameter(Rated):
    def __init__(self, rate=0.5):
        self.other = rate


class Seedless(Rated):
    def initial_weights(self, width, units, random_state):
        weights = super().initial_weights(width, units, random_state)
        weights[0] = weights[0].astype(np.float64)
        return weights


FAULTS = [
    (LSTMCell, "instance of skrnn.cells.Cell"),
    (Rated([0.5]), "must be hashable"),
    (WithoutParameter(), "WithoutParameter cannot be copied"),
    (Seedless(), "initial_weights returns"),
    (Failing(), "Failing.step fails with AttributeError"),
    (MissingState(), "the state after a step has"),
    (Changing(), "step changes its arguments"),
    (MixingRows(), "rows depend on other rows"),
    (OfFirstNetwork(), "networks depend on other networks"),
    (OnlyNumpy(), "TensorFlow and NumPy compute different steps"),
    (KeptWithoutRows(), "an array kept for the backward pass has the shape .*without rows"),
    (WrongSign(), "backward in TensorFlow differs"),
    (WrongState(), "backward in TensorFlow differs"),
    (WrongSlope(), "backward in TensorFlow differs"),
    (WrongPeepholes(), "backward in TensorFlow differs"),
    (NoPeepholes(), "backward returns 3 arrays, not 4"),
    (FailingBackward(), "FailingBackward.backward fails with KeyError"),
    (OtherInPlace(), "in_place and step compute different states"),
    (OtherLayer(), "Keras layer"),
    (NotZero(), "zero_units_stay_zero is True"),
]


@pytest.mark.parametrize(("cell", "message"), FAULTS, ids=lambda value: type(value).__name__)
def test_faults(cell, message):
    with pytest.raises(AssertionError, match=message):
        check_cell(cell)
