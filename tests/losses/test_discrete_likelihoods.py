"""What is particular to likelihoods of counts and events."""

import numpy as np
import pytest
from scipy.stats import poisson
from sklearn.metrics import d2_tweedie_score

from skrnn.losses import (
    Bernoulli,
    NegativeBinomial,
    Poisson,
    ZeroInflatedNegativeBinomial,
)
from skrnn.losses._likelihood import positive


def test_a_negative_binomial_distribution_has_the_mean_and_the_dispersion():
    output = np.array([[0.5, 0.2]])
    distribution, dispersion = NegativeBinomial().distribution(output), positive(np, output[:, 1])
    mean = np.exp(0.5)
    assert distribution.mean() == pytest.approx(mean)
    assert distribution.var() == pytest.approx(mean + dispersion * mean**2)


def test_without_dispersion_counts_are_those_of_poisson():
    y = np.arange(20.0)
    output = np.tile([np.log(4.0), -50.0], (20, 1))
    assert NegativeBinomial().error(np, y, output) == pytest.approx(
        -poisson(4.0).logpmf(y), abs=0.03
    )


def test_inflated_zeros_have_a_probability_of_their_own():
    output = np.array([[0.5, 0.2, 0.0]])
    inflated = ZeroInflatedNegativeBinomial().distribution(output)
    counted = NegativeBinomial().distribution(output)
    assert inflated.pmf(0) == pytest.approx(0.5 + 0.5 * counted.pmf(0))
    assert inflated.pmf(3) == pytest.approx(0.5 * counted.pmf(3))
    assert inflated.ppf(0.4) == [0.0]


def test_poisson_forecasts_are_distributions():
    assert Poisson().distribution(np.log([4.0])).var() == pytest.approx([4.0])


@pytest.mark.parametrize("loss", [NegativeBinomial(), ZeroInflatedNegativeBinomial()], ids=repr)
def test_the_score_of_counts_is_that_of_the_poisson_deviance(loss):
    y, forecast = np.array([0.0, 2.0, 4.0]), np.array([0.5, 2.0, 3.0])
    assert loss.score(y, forecast) == pytest.approx(d2_tweedie_score(y, forecast, power=1))


@pytest.mark.parametrize(
    ("loss", "y", "rule"),
    [
        (NegativeBinomial(), [1.0, -1.0], "it contains -1, but counts are not negative"),
        (NegativeBinomial(), [1.0, np.nan, 0.5], "it contains 0.5, but counts are integers"),
        (Bernoulli(), [1.0, np.nan, 0.5], "it contains 0.5, but targets must be 0 or 1"),
    ],
)
def test_other_targets_are_refused(loss, y, rule):
    with pytest.raises(ValueError, match=rule):
        loss.check_targets(np.array(y))
