"""Counts with many zeros, and the warning about losses for real numbers."""

import warnings

import numpy as np
import pytest

from skrnn import RNNRegressor
from skrnn.forecasting import RNNForecaster
from skrnn.losses import Normal, Pinball, SquaredError, StudentT
from skrnn.losses._many_zeros import is_intermittent, warn_of_many_zeros
from skrnn.losses._named_losses import LOSSES

NAN = np.nan
COUNTS = np.array([[0, 0, 3, 0, NAN, 0, 1, 0, 0, 2.0]]).T


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([0, 0, 1, 5], True),
        ([0, NAN, 1, 5, 7], False),  # a quarter
        ([0, 0, 0.5, 1], False),
        ([0, 0, -1, 1], False),
        ([0, 0, 0], False),
        ([NAN, NAN], False),
        ([0, 0, 0, 4, NAN], True),
        ([1e3, 2e3], False),
    ],
)
def test_what_is_intermittent(values, found):
    assert is_intermittent(np.array(values, float)) is found


@pytest.mark.parametrize(
    ("values", "better"),
    [
        (COUNTS, "negative_binomial"),
        (np.minimum(COUNTS, 1), "bernoulli"),
        (np.hstack([COUNTS + 0.5, COUNTS]), "negative_binomial"),
    ],
)
@pytest.mark.parametrize("loss", [Normal(), StudentT()])
def test_the_warning_names_a_loss_that_suits(loss, values, better):
    with pytest.warns(UserWarning, match=f"many zeros, but loss='it' .* Set loss='{better}'"):
        warn_of_many_zeros(loss, values, "it")
    LOSSES[better].check_targets(values[:, -1])


@pytest.mark.parametrize(
    ("loss", "values"),
    [(loss, COUNTS) for loss in (SquaredError(), Pinball(0.9), LOSSES["poisson"])]
    + [(Normal(), values) for values in (COUNTS + 0.5, COUNTS - 1, COUNTS + 1, 0 * COUNTS)],
)
def test_other_losses_and_other_targets_do_not_warn(loss, values):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_many_zeros(loss, values, loss)


def test_both_estimators_warn(cheap_counts):
    X, y = cheap_counts
    settings = {"epochs": 1, "engine": "numpy", "random_state": 0, "loss": "student_t"}
    with pytest.warns(UserWarning, match="counts with many zeros, but loss='student_t'"):
        RNNRegressor("simple", 2, **settings).fit(X, y)
    with pytest.warns(UserWarning, match="counts with many zeros, but loss='student_t'"):
        RNNForecaster(2, units=2, n_networks=1, **settings).fit(y, fh=[1])


@pytest.fixture
def cheap_counts():
    y = np.random.RandomState(0).poisson(0.7, 40).astype(float)
    return np.random.RandomState(1).normal(size=(40, 2)), y
