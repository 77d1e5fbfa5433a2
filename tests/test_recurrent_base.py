"""What the estimators that are recurrent networks share."""

from skrnn import RNNRegressor
from skrnn._recurrent_base import RECURRENT_CONSTRAINTS, RecurrentEstimator


def test_a_regressor_declares_the_shared_parameters():
    assert issubclass(RNNRegressor, RecurrentEstimator)
    declared = RNNRegressor._parameter_constraints
    assert RECURRENT_CONSTRAINTS.items() <= declared.items()
    assert declared.keys() == RNNRegressor().get_params().keys()
