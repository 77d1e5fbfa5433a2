"""Estimators that differ only in their seed, fitted with one engine."""

import numpy as np
import pytest

from skrnn import RNNRegressor
from skrnn._joint_fit import calls_to_fit

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(11, 4, 2)), RNG.normal(size=(11, 2))
WEIGHTS = np.array([0.0, 1.0, 2.0, *[1.0] * 8])


def members(**parameters):
    parameters = {"units": 2, "epochs": 3, "batch_size": 4, "engine": "numpy"} | parameters
    return [RNNRegressor(**parameters, random_state=seed) for seed in (0, 1, 7)]


@pytest.mark.parametrize(
    "parameters",
    [
        {"cell": "gru", "level_feature": 0, "autoregressive": True},
        {"cell": "lstm", "shuffle": False, "weight_decay": 0.1, "optimizer": "sgd"},
        {"cell": "simple", "stateful": True},
        {"cell": "gru", "loss": "quantile", "quantile": [0.1, 0.9], "clipnorm": 0.1},
    ],
)
@pytest.mark.parametrize("gaps", [False, True])
def test_joint_fits_are_separate_fits(parameters, gaps):
    windows = X.copy()
    if gaps:
        windows[::3, :2] = np.nan
    apart, together = members(**parameters), members(**parameters)
    [fit] = calls_to_fit(together, windows, Y, WEIGHTS)
    fit()
    for one, other in zip(apart, together, strict=True):
        one.fit(windows, Y, WEIGHTS)
        assert vars(one).keys() == vars(other).keys()
        assert one.n_iter_ == other.n_iter_ == 3
        np.testing.assert_allclose(other.history_["loss"], one.history_["loss"], rtol=1e-5)
        for _ in range(2):
            np.testing.assert_allclose(other.predict(X + 1), one.predict(X + 1), atol=1e-5)
            for own, theirs in zip(one.weights_, other.weights_, strict=True):
                np.testing.assert_allclose(theirs, own, atol=1e-5)
            one.partial_fit(X[:3], Y[:3])  # the state of the optimizer is its own, too
            other.partial_fit(X[:3], Y[:3])


@pytest.mark.parametrize(
    "parameters",
    [
        {"engine": "tensorflow"},
        {"early_stopping": True},
        {"verbose": 1},
        {"warm_start": True},
        {"n_networks": 2},
        {"random_state": None},
    ],
)
def test_fits_that_stay_separate(parameters):
    several = members()
    for each in several:
        each.set_params(**parameters)
    assert [call.func for call in calls_to_fit(several, X, Y)] == [each.fit for each in several]
    assert not any(hasattr(each, "n_features_in_") for each in several)
    one = members()[:1]
    assert [call.func for call in calls_to_fit(one, X, Y)] == [one[0].fit]
    validation = {"X_val": X, "y_val": Y}
    assert len(calls_to_fit(members(), X, Y, **validation)) == 3


def test_a_joint_fit_that_fails_changes_none_of_them():
    several = members(learning_rate=1e38, optimizer="sgd")
    [fit] = calls_to_fit(several, X, Y)
    with pytest.raises(ValueError, match="no longer finite"):
        fit()
    assert all(vars(each).keys() == vars(members()[0]).keys() for each in several)
    with pytest.raises(ValueError, match="units"):
        calls_to_fit(members(units=0), X, Y)
