"""Codes of categories, from which the indicators of any selection of windows are made."""

import numpy as np
import pandas as pd
import pytest

from skrnn.windows._coded_steps import CodedSteps
from skrnn.windows._step_table import StepTable
from skrnn.windows._views import view_windows
from skrnn.windows._window_categories import WindowCategories

KINDS = np.array(["a", "b", None, "d", "b", "e", "a"], dtype=object)
SERIES = np.stack([np.arange(7.0), KINDS], axis=1)


def coded(X, n_timesteps=1):
    return CodedSteps.of(StepTable.of(X, n_timesteps), [1])


@pytest.mark.parametrize("as_view", [True, False])
@pytest.mark.parametrize("rows", [[0], [4, 1], [0, 1, 2, 3, 4, 5], [2]])
@pytest.mark.parametrize("most", [1, 9])
def test_windows_define_the_same_categories_as_alone(as_view, rows, most):
    """Whether the values are read from these windows, or from all of them."""
    windows = view_windows(SERIES, 2)
    windows = windows if as_view else windows.copy()
    steps, alone = coded(windows), coded(windows[rows])
    if as_view:  # in which a step counts once, although it is a part of two windows
        alone = coded(SERIES[np.unique(np.add.outer(rows, [0, 1]))][:, None])
    found = WindowCategories.of(steps, most, np.array(rows))
    assert found == WindowCategories.of(alone, most)
    expected = found.encoded(coded(windows[rows]), warns=False)
    np.testing.assert_array_equal(found.encoded(steps, warns=False)[rows], expected)


def test_order_of_values_with_the_same_text_is_that_of_the_windows():
    """Of "1" and 1, which have the same text, the one that occurs first comes first."""
    X = np.array([["1"], [1], ["1"]], dtype=object)[:, None]
    steps = CodedSteps.of(StepTable.of(X, 1), [0])
    assert WindowCategories.of(steps, 9).categories[0].values == ("1", 1)
    assert WindowCategories.of(steps, 9, np.array([1, 2])).categories[0].values == (1, "1")


def test_windows_without_categories_show_what_is_unknown():
    X = SERIES.copy()
    X[2, 0], X[4, 0] = None, None
    windows = coded(X[:, None]).without_categories()[:, 0]
    expected = [[0, 0], [1, 0], [np.nan] * 2, [3, 0], [np.nan, 0], [5, 0], [6, 0]]
    np.testing.assert_array_equal(windows, expected)


def test_categories_that_a_table_declares_but_does_not_contain_have_no_code():
    table = pd.DataFrame({"size": [1.0, 2.0], "kind": pd.Categorical(["b", "a"], list("abc"))})
    codes, unique = coded(table).codes[1]
    assert codes.tolist() == [0, 1]
    assert unique.tolist() == ["b", "a"]
