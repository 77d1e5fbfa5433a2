"""The pinball loss, against scikit-learn's."""

import numpy as np
import pytest
from sklearn.metrics import d2_pinball_score, mean_pinball_loss, r2_score

from skrnn.losses import Pinball, check_loss

RNG = np.random.RandomState(0)
Y, FORECAST = RNG.normal(size=(2, 50))
WEIGHT = RNG.uniform(size=50)
QUANTILES = (0.1, 0.5, 0.8)
FORECASTS = np.stack([FORECAST, FORECAST + 0.5, FORECAST + 2.0], axis=-1)


@pytest.mark.parametrize("quantile", [0.5, 0.9, (0.3,), QUANTILES], ids=str)
def test_the_contract_is_kept(quantile):
    check_loss(Pinball(quantile))


def test_deviance_and_score_are_means_of_scikit_learns():
    loss = Pinball(QUANTILES)
    for method, theirs in ((loss.deviance, mean_pinball_loss), (loss.score, d2_pinball_score)):
        each = [
            theirs(Y, FORECASTS[:, i], sample_weight=WEIGHT, alpha=q)
            for i, q in enumerate(QUANTILES)
        ]
        assert method(Y, FORECASTS, WEIGHT) == pytest.approx(np.mean(each))


def test_a_quantile_without_an_axis_is_scored_by_r2():
    expected = r2_score(Y, FORECAST, sample_weight=WEIGHT)
    assert Pinball(0.3).score(Y, FORECAST, WEIGHT) == pytest.approx(expected)


@pytest.mark.parametrize("quantile", [0, 1, 1.2, (), (0.5, 0.5), (0.9, 0.1), [[0.5]], "0.5", None])
def test_values_that_are_no_quantile_are_named(quantile):
    with pytest.raises(ValueError, match="quantile must be a number between 0 and 1, or several"):
        Pinball(quantile)


def test_a_list_becomes_a_tuple():
    assert Pinball([0.1, 0.9]) == Pinball((0.1, 0.9))
    assert Pinball(np.array([0.1, 0.9])).quantile == (0.1, 0.9)
    assert Pinball((0.1, 0.9)).n_parameters == 2
    assert Pinball(0.1).n_parameters == Pinball((0.1,)).n_parameters == 1
