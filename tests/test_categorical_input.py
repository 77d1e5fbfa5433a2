"""The part of an estimator that replaces categories with indicators, without any training."""

from types import SimpleNamespace

import numpy as np
import pytest

from skrnn import RNNRegressor
from skrnn._categorical_input import CategoricalInput
from skrnn.training._samples import Samples
from skrnn.training._training_run import TrainingRun

X = np.array([[[1.0, "b"], [2.0, "a"]], [[3.0, "c"], [4.0, "a"]]], dtype=object)
WINDOWS = [[[1, 0, 1, 0, 0], [2, 1, 0, 0, 0]], [[3, 0, 0, 1, 0], [4, 1, 0, 0, 0]]]


def encoded(**params):
    estimator = RNNRegressor(random_state=0, **params)
    windows = estimator._with_indicators(X, "X", reset=True)
    samples = Samples(windows, np.ones((2, 1, 2)), np.arange(2), False)
    return estimator, estimator._learn_categories(samples).windows


def test_categories_become_indicators_until_they_are_forgotten():
    estimator, windows = encoded()
    assert isinstance(estimator, CategoricalInput)
    np.testing.assert_array_equal(windows, WINDOWS)
    assert estimator.is_categorical_.tolist() == [False, True]
    assert estimator.categories_ == {"x1": ["a", "b", "c"]}
    assert estimator._indicators() == [1, 2, 3, 4]
    estimator._forget_categories()
    assert estimator._indicators() == []
    assert estimator.is_categorical_ is None
    assert not hasattr(estimator, "categories_")


def test_numbers_stay_as_they_are():
    estimator, numbers = RNNRegressor(), X[..., :1].astype(float)
    found = estimator._with_indicators(numbers, "X", reset=True)
    np.testing.assert_array_equal(found, numbers)
    assert estimator._categories is None
    assert estimator._column_names(numbers) is None


@pytest.mark.parametrize(("stateful", "n_rows"), [(False, 3), (True, 2)])
def test_rows_with_unknown_categories(stateful, n_rows):
    """A stateful estimator draws the seed, too, since it may go on as one without a state."""
    estimator, windows = encoded(stateful=stateful)
    samples = Samples(windows, np.ones((2, 1, 2)), np.arange(2), False)
    run = TrainingRun(SimpleNamespace(), samples)
    found = estimator._with_unknown_categories(run, goes_on=False)
    assert len(found.samples.rows) == n_rows
    # The first draw of NumPy from the seed 0.
    expected = np.random.RandomState(0).randint(np.iinfo(np.int32).max)
    assert estimator._unknown_seed == expected
