"""scikit-learn's own checks of an estimator, without a single exemption."""

from sklearn.utils.estimator_checks import parametrize_with_checks

from skrnn import RNNClassifier, RNNRegressor


@parametrize_with_checks([RNNRegressor(), RNNClassifier(), RNNRegressor(n_networks=2)])
def test_scikit_learn_checks(estimator, check):
    check(estimator)
