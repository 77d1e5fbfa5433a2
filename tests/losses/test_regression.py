"""Losses of differences, against Keras's and scikit-learn's."""

import keras
import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, mean_squared_error

from skrnn.losses import (
    AbsoluteError,
    Expectile,
    Huber,
    LogCosh,
    Loss,
    SquaredError,
    check_loss,
)

RNG = np.random.RandomState(0)
Y, FORECAST = RNG.normal(scale=2.0, size=(2, 50))
WEIGHT = RNG.uniform(size=50)

LOSSES = [SquaredError(), AbsoluteError(), Huber(), Huber(0.3), LogCosh(), Expectile(0.9)]


def named(value):
    """Return the loss, or the name of a function: its representation contains an address."""
    return repr(value) if isinstance(value, Loss) else getattr(value, "__name__", None)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_the_contract_is_kept(loss):
    check_loss(loss)


@pytest.mark.parametrize(
    ("loss", "theirs"),
    [(SquaredError(), mean_squared_error), (AbsoluteError(), mean_absolute_error)],
    ids=named,
)
def test_deviance_is_that_of_scikit_learn(loss, theirs):
    expected = theirs(Y, FORECAST, sample_weight=WEIGHT)
    assert loss.deviance(Y, FORECAST, WEIGHT) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("loss", "theirs"),
    [
        (Huber(0.3), keras.losses.Huber(delta=0.3)),
        (Huber(2), keras.losses.Huber(delta=2.0)),
        (LogCosh(), keras.losses.LogCosh()),
    ],
    ids=named,
)
def test_deviance_is_that_of_keras(loss, theirs):
    y, forecast = Y.astype(np.float32), FORECAST.astype(np.float32)
    expected = float(theirs(y[:, None], forecast[:, None]))
    assert loss.deviance(y, forecast) == pytest.approx(expected, rel=1e-5)


def test_log_cosh_of_large_errors_is_finite():
    assert LogCosh().deviance([0.0], [1e6]) == pytest.approx(1e6 - np.log(2))
    assert LogCosh().gradient(np.zeros(2), np.array([-1e6, 1e6])).tolist() == [-1.0, 1.0]


def test_an_expectile_is_where_its_loss_is_least():
    """It balances the weighted distances to the targets above and below it (Newey, 1987)."""
    y, loss = RNG.exponential(size=2000), Expectile(0.8)
    levels = np.linspace(0, 4, 4001)
    best = levels[np.argmin([np.mean(loss.error(np, y, level)) for level in levels])]
    above, below = np.maximum(y - best, 0).sum(), np.maximum(best - y, 0).sum()
    assert above * 0.8 == pytest.approx(below * 0.2, rel=0.01)
    assert Expectile(0.5).deviance(Y, FORECAST) == pytest.approx(
        0.5 * np.mean((Y - FORECAST) ** 2)
    )


@pytest.mark.parametrize("value", [0, -1, np.nan, np.inf, "1", True, None])
def test_values_that_are_no_delta_are_named(value):
    with pytest.raises(ValueError, match="delta must be a number above 0"):
        Huber(value)
    with pytest.raises(ValueError, match="expectile must be a number above 0"):
        Expectile(value)
