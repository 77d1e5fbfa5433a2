"""scikit-learn's own checks of an estimator, without a single exemption."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from skrnn import RNNClassifier, RNNRegressor


# Since they accept categories, the checks round X. One of its columns then equals y.
@pytest.mark.filterwarnings("ignore:.* of the last step of X equals y")
@parametrize_with_checks([RNNRegressor(), RNNClassifier(), RNNRegressor(n_networks=2)])
def test_scikit_learn_checks(estimator, check):
    check(estimator)
