"""Names of losses, and the losses that they stand for."""

import numpy as np
import pytest

from skrnn import RNNRegressor
from skrnn.losses import AbsoluteError, Huber, Pinball, Poisson, SquaredError
from skrnn.losses._named_losses import LOSSES, resolve_loss, with_new_losses


@pytest.mark.parametrize(
    ("name", "loss"),
    [
        ("squared_error", SquaredError()),
        ("absolute_error", AbsoluteError()),
        ("huber", Huber(1.0)),
        ("poisson", Poisson()),
    ],
)
def test_a_name_is_the_loss_of_its_class(name, loss):
    assert resolve_loss(name) == loss
    assert resolve_loss(loss) is loss
    assert name in LOSSES


@pytest.mark.parametrize(
    ("quantile", "stored"),
    [
        (0.5, 0.5),
        (np.float32(0.25), 0.25),
        (np.array(0.25), 0.25),
        ((0.5,), (0.5,)),
        ([0.5], (0.5,)),
        (np.array([0.5]), (0.5,)),
        ([0.1, 0.9], (0.1, 0.9)),
        (np.array([0.1, 0.5, 0.9]), (0.1, 0.5, 0.9)),
    ],
)
def test_quantiles_become_plain_numbers(quantile, stored):
    loss = resolve_loss("quantile", quantile)
    assert loss == Pinball(stored)
    assert loss.quantile == stored
    assert {type(q) for q in np.atleast_1d(loss.quantile).tolist()} == {float}


@pytest.mark.parametrize("loss", ["huber", Huber(), Pinball(0.5)])
def test_the_parameter_quantile_belongs_to_the_name_quantile(loss):
    with pytest.raises(ValueError, match=r"go together: got loss=.* and quantile=0\.5"):
        resolve_loss(loss, 0.5)
    with pytest.raises(ValueError, match=r"and quantile=None. Set both, for example quantile=\("):
        resolve_loss("quantile")


@pytest.mark.parametrize(
    ("parameter", "value", "others"),
    [
        (
            "loss",
            "gamma",
            "'zero_inflated_negative_binomial', or an object such as .* Gamma\\(\\)",
        ),
        ("cell", "peephole", "'simple', or an object such as .* PeepholeLSTMCell\\(\\)"),
    ],
)
def test_the_error_names_objects_without_a_name(parameter, value, others):
    rnn = RNNRegressor(**{parameter: value})
    with pytest.raises(ValueError, match=f"'{parameter}' .* must be one of .*{others}.* Got"):
        rnn.fit(np.zeros((3, 1)), np.zeros(3))


def test_a_wrong_quantile_names_the_estimator():
    with pytest.raises(ValueError, match="'quantile' parameter of Other must be a number"):
        resolve_loss("quantile", (0.9, 0.1), owner="Other")


def test_parameters_of_a_loss_make_another_loss():
    estimator = RNNRegressor(loss="huber")
    assert with_new_losses(estimator.loss, {"units": 3}) == {"units": 3}
    made = with_new_losses(estimator.loss, {"loss__delta": 2.0, "units": 3})
    assert made == {"loss": Huber(2.0), "units": 3}
    assert Huber() == LOSSES["huber"]
    with pytest.raises(ValueError, match=r"Invalid parameter 'power' for Huber.*'delta'"):
        with_new_losses(estimator.loss, {"loss": Huber(), "loss__power": 2.0})
