"""A fit that fails leaves the estimator as it was."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator

from skrnn._failed_fits import all_or_nothing


class Interrupted(BaseException):
    """What no handler of errors catches."""


@pytest.mark.parametrize("error", [ValueError, MemoryError, KeyboardInterrupt, Interrupted])
def test_attributes_come_back_whatever_goes_wrong(error):
    estimator = BaseEstimator()
    estimator.kept_, estimator.changed_, estimator.deleted_ = 1, 2, 3
    estimator._draws = [np.random.RandomState(0)]
    before, draws = vars(estimator).copy(), estimator._draws[0].get_state()[1].copy()

    def fit():
        with all_or_nothing(estimator):
            estimator.changed_ = 20
            estimator.new_ = 4
            del estimator.deleted_
            estimator._draws[0].permutation(5)
            estimator._draws[0].shuffle(np.arange(3))
            raise error("half-way")

    with pytest.raises(error, match="half-way"):
        fit()
    assert vars(estimator) == before
    np.testing.assert_array_equal(estimator._draws[0].get_state()[1], draws)


def test_success_keeps_what_was_done():
    estimator = BaseEstimator()
    with all_or_nothing(estimator):
        estimator.weights_ = [1]
    assert estimator.weights_ == [1]


def test_numpy_s_own_generator_is_never_wound_back():
    estimator = BaseEstimator()
    estimator._draws = [np.random.mtrand._rand]

    def fit():
        with all_or_nothing(estimator):
            fit.drawn = np.random.uniform()
            raise ValueError("half-way")

    with pytest.raises(ValueError, match="half-way"):
        fit()
    assert np.random.uniform() != fit.drawn
