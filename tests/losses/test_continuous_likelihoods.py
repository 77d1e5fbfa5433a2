"""What is particular to likelihoods of real and positive targets."""

import numpy as np
import pytest
from sklearn.metrics import d2_tweedie_score

from skrnn.losses import GammaLikelihood, LogNormal, Normal, StudentT
from skrnn.losses._likelihood import positive


def test_a_normal_distribution_has_the_outputs_as_mean_and_scale():
    distribution = Normal().distribution(np.array([[2.0, 1.0]]))
    assert distribution.mean() == [2.0]
    assert distribution.std() == pytest.approx([np.log1p(np.e)], abs=2e-4)


def test_an_outlier_pulls_a_t_distribution_less_than_a_normal_one():
    y, output = np.array([50.0]), np.zeros((1, 3))
    of_normal = Normal().gradient(y, output[:, :2])[0, 0]
    of_t = StudentT().gradient(y, output)[0, 0]
    assert abs(of_t) < abs(of_normal) / 20


def test_the_variance_of_a_t_distribution_is_finite_for_any_output():
    output = np.array([[0.0, 0.0, -1e3], [0.0, 0.0, 1e3]])
    assert np.isfinite(StudentT().distribution(output).var()).all()


def test_a_log_normal_distribution_is_that_of_the_exponential():
    output = np.array([[0.3, 0.1]])
    of_log, of_y = Normal().distribution(output), LogNormal().distribution(output)
    assert of_y.ppf(0.9) == pytest.approx(np.exp(of_log.ppf(0.9)))
    assert LogNormal().expectation(np, output) == pytest.approx(of_y.mean())


def test_a_gamma_distribution_has_the_mean_and_the_shape():
    output = np.array([[0.3, 0.1]])
    distribution, shape = GammaLikelihood().distribution(output), positive(np, output[:, 1])
    assert distribution.mean() == pytest.approx(np.exp(0.3))
    assert distribution.var() == pytest.approx(np.exp(0.6) / shape)


def test_the_score_of_a_gamma_likelihood_is_that_of_the_deviance():
    y, forecast = np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.0, 3.0])
    expected = d2_tweedie_score(y, forecast, power=2)
    assert GammaLikelihood().score(y, forecast) == pytest.approx(expected)


@pytest.mark.parametrize("loss", [LogNormal(), GammaLikelihood()], ids=repr)
def test_targets_must_be_above_zero(loss):
    with pytest.raises(ValueError, match="it contains 0, but targets must be above zero"):
        loss.check_targets(np.array([1.0, 0.0]))
