"""Names of rows and series in errors."""

import numpy as np
import pandas as pd

from skrnn.forecasting._series_names import (
    advice_on_unseen,
    label_of,
    name_marked,
    name_of_rows,
    name_one,
    name_some,
)


def test_names_of_series():
    names = pd.Index(["a", "b", "c", "d"])
    assert name_some(names) == "'a', 'b', 'c', ..."
    assert name_some(names[:2]) == "'a', 'b'"
    assert name_marked(np.array([False, True, False, True]), names) == "2 of 4 series ('b', 'd')"
    assert name_marked(np.array([True]), None) == "y"
    assert (name_one(names, 1), name_one(None, 0)) == ("the series 'b'", "the series")


def test_names_of_rows():
    index = pd.MultiIndex.from_tuples([("a", "x", 3), ("a", "y", 4)])
    assert label_of(index, 1) == "4 of the series ('a', 'y')"
    assert label_of(pd.RangeIndex(5, 7), 1) == "6"
    assert (name_of_rows(later=False), name_of_rows(later=True)) == ("y", "y in update")


def test_ids_of_another_type_are_not_called_new():
    ids = pd.MultiIndex.from_tuples([("north", 1), ("north", 2)])
    advice = advice_on_unseen(("north", "2"), ids)
    assert advice.startswith(
        "fit has the series ('north', 2) with ids of another type: str, int in fit, str, str here."
    )
    for new in (("north", "3"), ("south", 1), ("north", 3)):
        assert advice_on_unseen(new, ids).startswith("To forecast new series, call pretrain")
    assert advice_on_unseen("3", pd.Index([1]), "Refit.") == "Refit."
