"""Deviances of positive means, against scikit-learn's."""

import numpy as np
import pytest
from sklearn.metrics import (
    d2_tweedie_score,
    mean_gamma_deviance,
    mean_poisson_deviance,
    mean_tweedie_deviance,
    r2_score,
)

from skrnn.losses import Gamma, Poisson, Tweedie, check_loss
from skrnn.losses._named_losses import NAMES, resolve_loss

RNG = np.random.RandomState(0)
COUNTS = RNG.poisson(1.5, size=60).astype(float)
AMOUNTS = RNG.gamma(2.0, size=60)
FORECAST = RNG.gamma(2.0, size=60)
WEIGHT = RNG.uniform(size=60)
CASES = [
    (Poisson(), COUNTS, 1),
    (Gamma(), AMOUNTS, 2),
    (Tweedie(), COUNTS, 1.5),
    (Tweedie(1.2), COUNTS, 1.2),
    (Tweedie(3), AMOUNTS, 3),
]


@pytest.mark.parametrize("loss", [loss for loss, *_ in CASES], ids=repr)
def test_the_contract_is_kept(loss):
    check_loss(loss)


@pytest.mark.parametrize(("loss", "y", "power"), CASES, ids=repr)
def test_deviance_and_score_are_those_of_scikit_learn(loss, y, power):
    expected = mean_tweedie_deviance(y, FORECAST, sample_weight=WEIGHT, power=power)
    assert loss.deviance(y, FORECAST, WEIGHT) == pytest.approx(expected)
    expected = d2_tweedie_score(y, FORECAST, sample_weight=WEIGHT, power=power)
    assert loss.score(y, FORECAST, WEIGHT) == pytest.approx(expected)


def test_the_functions_of_their_names_agree():
    assert Poisson().deviance(COUNTS, FORECAST) == pytest.approx(
        mean_poisson_deviance(COUNTS, FORECAST)
    )
    assert Gamma().deviance(AMOUNTS, FORECAST) == pytest.approx(
        mean_gamma_deviance(AMOUNTS, FORECAST)
    )


@pytest.mark.parametrize("loss", [Poisson(), Tweedie()], ids=repr)
def test_equal_targets_have_a_score_as_with_r2(loss):
    for y in (np.full(3, 2.0), np.full(3, 0.1)):  # the mean of the latter is rounded
        assert loss.score(y, y) == 1.0
        assert loss.score(y, y + np.array([0.0, 0.0, 1.0])) == 0.0
    some = np.array([2.0, 5.0, 2.0])
    assert loss.score(some, np.ones(3), np.array([1.0, 0.0, 1.0])) == 0.0


@pytest.mark.parametrize("loss", [loss for loss, *_ in CASES], ids=repr)
@pytest.mark.parametrize("distance", [4e-16, 1e-12, 1e-8])
def test_targets_equal_up_to_rounding(loss, distance):
    for level in (0.3, 1.0, 1e6):
        y = level * np.array([1.0, 1.0 + distance, 1.0])
        assert loss.score(y, y) == 1.0
        assert loss.score(y, y * 1.001) == 0.0


@pytest.mark.parametrize(("loss", "y", "power"), CASES, ids=repr)
def test_small_distances_count(loss, y, power):
    y = 3.0 + 1e-5 * (y - y.mean())
    # Near the mean a deviance is the squared error, times a constant.
    assert loss.score(y, y + 1e-6) == pytest.approx(r2_score(y, y + 1e-6), abs=1e-3)


@pytest.mark.parametrize("distance", [0.0, 1e-16, 1e-12])
@pytest.mark.parametrize("name", [name for name in NAMES.values() if name != "quantile"])
def test_every_loss_has_a_finite_score_if_all_targets_are_equal(name, distance):
    y = 0.3 + distance * np.arange(3)
    assert np.isfinite(resolve_loss(name).score(y, np.full(3, 0.7)))


@pytest.mark.parametrize("loss", [Poisson(), Tweedie()], ids=repr)
def test_series_of_zeros_have_a_score(loss):
    assert loss.score(np.zeros(5), np.full(5, 0.1)) == 0.0
    assert loss.score(np.array([0.0, 3.0]), np.ones(2), np.array([1.0, 0.0])) == 0.0


@pytest.mark.parametrize(
    ("loss", "y", "rule"),
    [
        (Poisson(), [1.0, -2.0, np.nan], "it contains -2, but counts are not negative"),
        (Tweedie(), [1.0, -2.0], "it contains -2, but targets must not be negative"),
        (Gamma(), [1.0, 0.0], "it contains 0, but targets must be above zero"),
        (Tweedie(2.5), [1.0, 0.0], "it contains 0, but targets must be above zero"),
    ],
    ids=repr,
)
def test_targets_out_of_range_are_refused(loss, y, rule):
    with pytest.raises(ValueError, match=rule):
        loss.check_targets(np.array(y))
    loss.check_targets(np.array([1.0, np.nan]))


@pytest.mark.parametrize("power", [0, 1, 0.5, "1.5", np.nan])
def test_values_that_are_no_power_are_named(power):
    with pytest.raises(ValueError, match="power must be a number above 1"):
        Tweedie(power)


def test_the_power_of_gamma_is_gamma():
    with pytest.raises(ValueError, match=r"power=2 is the deviance of Gamma\(\)"):
        Tweedie(2)
