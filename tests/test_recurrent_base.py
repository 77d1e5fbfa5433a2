"""What the estimators that are recurrent networks share."""

import warnings

import numpy as np
import pandas as pd
import pytest

from skrnn import RNNRegressor
from skrnn._recurrent_base import RECURRENT_CONSTRAINTS, RecurrentEstimator


def small(**parameters):
    return RNNRegressor(
        **{"units": 3, "epochs": 2, "batch_size": 4, "random_state": 0} | parameters
    )


def test_a_regressor_declares_the_shared_parameters():
    assert issubclass(RNNRegressor, RecurrentEstimator)
    declared = RNNRegressor._parameter_constraints
    assert RECURRENT_CONSTRAINTS.items() <= declared.items()
    assert declared.keys() == RNNRegressor().get_params().keys()


def test_columns_of_a_list_of_tables_are_joined_by_name():
    X = np.random.default_rng(0).normal(size=(8, 3, 2))
    tables = [pd.DataFrame(window, columns=["a", "b"]) for window in X]
    tables[5] = tables[5][["b", "a"]]
    model = small(engine="numpy").fit(tables, np.arange(8.0))
    expected = small(engine="numpy").fit(X, np.arange(8.0))
    np.testing.assert_array_equal(model.predict(tables), expected.predict(X))
    with pytest.raises(ValueError, match=r"sequences\[1\] lacks \['b'\]"):
        model.predict([tables[0], tables[1].rename(columns={"b": "c"})])


@pytest.mark.parametrize("kinds", [None, [1], ["b"]])
def test_columns_of_a_list_of_tables_are_those_of_fit(kinds):
    X = np.random.default_rng(0).integers(0, 2, size=(8, 3, 2))
    tables = [pd.DataFrame(window, columns=["a", "b"]) for window in X]
    model = small(engine="numpy", categorical_features=kinds).fit(tables, np.arange(8.0))
    with pytest.warns(UserWarning, match="Column 'a' is NaN"):
        model.predict([tables[0].assign(a=[0.0, 1.0, np.nan])])
    assert model.feature_names_in_.tolist() == ["a", "b"]
    assert model.n_features_in_ == 2
    assert list(getattr(model, "categories_", ())) == (["b"] if kinds else [])
    assert len(model.predict(tables)) == 8
    with pytest.raises(ValueError, match="in the same order as they were in fit"):
        model.predict([table[["b", "a"]] for table in tables])
    with pytest.raises(ValueError, match=r"Feature names unseen at fit time:\n- c"):
        model.predict([table.rename(columns={"b": "c"}) for table in tables])
    with warnings.catch_warnings(action="error"):  # arrays of windows have no names to compare
        assert len(model.predict(X)) == 8
    model.set_params(categorical_features=None).fit(X, np.arange(8.0))
    assert not hasattr(model, "feature_names_in_")


def test_online_learning_draws_nothing():
    """So the generators need not be restored if it fails."""
    X, y = np.random.default_rng(0).normal(size=(8, 3)), np.arange(8.0)
    estimator = small(engine="numpy").fit(X, y)
    before = estimator._draws[0].get_state()
    estimator.partial_fit(X[:5], y[:5])
    after = estimator._draws[0].get_state()
    np.testing.assert_array_equal(after[1], before[1])
    assert after[2:] == before[2:]


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt])
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_a_fit_that_breaks_off_can_be_taken_up_as_if_it_had_not_been(monkeypatch, method, error):
    """The draws, too, are the same as in an unbroken run."""
    windows = np.random.RandomState(0).normal(size=(15, 3, 2)).astype(np.float32)
    y = windows.sum(axis=(1, 2))
    unbroken, broken = (small(warm_start=True).fit(windows, y) for _ in range(2))

    def fail(*arguments):
        raise error("half-way")

    with monkeypatch.context() as patch:
        patch.setattr("skrnn.training._trainer.Trainer.take_losses", fail)
        with pytest.raises(error, match="half-way"):
            getattr(broken, method)(windows, y)
    for model in (unbroken, broken):
        getattr(model, method)(windows, y)
    assert broken.history_ == unbroken.history_
    assert broken.n_iter_ == unbroken.n_iter_
    for a, b in zip(broken.weights_, unbroken.weights_, strict=True):
        np.testing.assert_array_equal(a, b)
