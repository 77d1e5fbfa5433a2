"""check_loss: it accepts a loss that keeps the contract, and says what another one breaks."""

import numpy as np
import pytest

from skrnn.losses import Huber, Loss, Pinball, SquaredError, check_loss


class Cauchy(Loss):
    """A loss of a user, with a parameter."""

    def __init__(self, scale=1.0):
        self.scale = scale

    def error(self, xp, y_true, output):
        return xp.log(1.0 + ((output - y_true) / self.scale) ** 2)

    def gradient(self, y_true, output):
        difference = output - y_true
        return 2.0 * difference / (self.scale**2 + difference**2)


class BetaDeviance(Loss):
    """A loss of targets between 0 and 1, neither of which is valid."""

    neutral_target = 0.5

    def error(self, xp, y_true, output):
        share = 1.0 / (1.0 + xp.exp(-output))
        return -y_true * xp.log(share) - (1.0 - y_true) * xp.log(1.0 - share)

    def check_targets(self, y):
        if ((y <= 0) | (y >= 1)).any():
            raise ValueError("it must lie between 0 and 1")


def test_losses_that_keep_the_contract():
    check_loss(Cauchy(2.0))
    check_loss(BetaDeviance(), [0.2, 0.7])

    class InAFunction(Cauchy):
        pass

    check_loss(InAFunction())


def changed(base=SquaredError, **members):
    return type("Changed", (base,), members)


def error(function):
    return {"error": lambda self, xp, y, output: function(xp, y, output)}


def stored_elsewhere(self, scale=1.0):
    self.size = scale


WRONG = [
    (changed(Loss), "must define error"),
    (changed(**error(lambda xp, y, o: (o - y)[..., :1])), "the shape of y_true"),
    (changed(**error(lambda xp, y, o: xp.log(o - y))), "error is not finite"),
    (changed(**error(lambda xp, y, o: o - xp.mean(o))), "depends on other rows"),
    (changed(Loss, **error(lambda xp, y, o: o**2 / y)), "Set neutral_target to a valid"),
    (changed(**error(lambda xp, y, o: (o - y) ** 2 / (1 + o**2))), "of_differences is True"),
    (changed(gradient=lambda self, y, o: y - o), "gradient differs from finite differences"),
    (changed(gradient=lambda self, y, o: 1.0), "gradient must have the shape of output"),
    (changed(Loss, **error(lambda xp, y, o: np.abs(o - y))), "with xp=keras.ops"),
    (changed(Loss, **error(lambda xp, y, o: (o - y) ** 2 if y.sum() else o)), "with xp=keras.ops"),
    (changed(__eq__=lambda *_: False, __hash__=lambda _: 0), "is not equal"),
    (changed(__eq__=lambda *_: True, __hash__=lambda _: 0), "equals a loss of another class"),
    (changed(link="log1p"), "link must be one of"),
    (changed(targets="integers"), "targets must be one of"),
    (changed(estimates="mode"), "estimates must be one of"),
    (changed(n_parameters=0), "n_parameters must be an int from 1"),
    (changed(Pinball, n_parameters=3, __init__=lambda self: setattr(self, "quantile", (0.5,))),
     "1 quantiles, but n_parameters=3"),
    (changed(score=lambda *_: None), "score must return a finite number"),
    (changed(deviance=lambda *_: np.nan), "deviance must return a finite number"),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("cls", "words"), WRONG, ids=[words for _, words in WRONG])
def test_what_is_broken_is_named(cls, words):
    with pytest.raises(AssertionError, match=words):
        check_loss(cls())


def test_other_objects_are_no_losses():
    for value in (Huber, "huber", abs):
        with pytest.raises(AssertionError, match="must be an instance of a subclass of Loss"):
            check_loss(value)


def test_parameters_must_be_hashable_and_stored():
    with pytest.raises(AssertionError, match="parameters must be hashable"):
        check_loss(Cauchy([1.0, 2.0]))
    with pytest.raises(AssertionError, match="check_targets rejects targets"):
        check_loss(BetaDeviance())
    cls = changed(__init__=stored_elsewhere)
    with pytest.raises(AssertionError, match=r"must store the parameter 'scale' as self.scale"):
        check_loss(cls())
