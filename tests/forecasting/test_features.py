"""Exogenous features, beside the targets and ahead of them."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._features import ahead, beside, known_mask, label_rows

INDEX = pd.RangeIndex(4)
X = pd.DataFrame({"sun": [1.0, 2, 3, 4], "wind": [5.0, 6, 7, 8]}, index=INDEX)
BOTH = np.array([True, True])


@pytest.mark.parametrize(
    ("given", "known"),
    [("all", [1, 1]), (None, [0, 0]), ("wind", [0, 1]), ([0], [1, 0]), ([True, False], [1, 0])],
)
def test_known(given, known):
    np.testing.assert_array_equal(known_mask(given, ["sun", "wind"]), np.array(known, bool))


def test_a_feature_of_the_name_all():
    np.testing.assert_array_equal(known_mask("all", ["all", "wind"]), [True, False])


def test_unknown_name():
    with pytest.raises(ValueError, match="known_features names the feature 'rain'"):
        known_mask("rain", ["sun", "wind"])


def test_beside():
    np.testing.assert_array_equal(beside(X, INDEX[1:3], ["sun", "wind"]), [[2, 6], [3, 7]])
    assert beside(None, INDEX, []).shape == (4, 0)
    with pytest.raises(ValueError, match=r"X is missing: .* with features \['sun', 'wind'\]"):
        beside(None, INDEX, ["sun", "wind"])
    with pytest.raises(ValueError, match="X has no row for 4: it must have one for every row"):
        beside(X, pd.RangeIndex(5), None)
    with pytest.raises(ValueError, match=r"X has the columns \['sun'\], but .* \['sun', 'wind'\]"):
        beside(X[["sun"]], INDEX, ["sun", "wind"])
    with pytest.raises(ValueError, match="repeats the label 0"):
        beside(X.loc[[0, 0, 1]], INDEX, None)
    with pytest.raises(ValueError, match="X must hold numbers"):
        beside(X.astype({"sun": str}).replace("1.0", "x"), INDEX, None)
    with pytest.raises(ValueError, match="X holds infinity, in its column 'wind'"):
        beside(X.replace(8.0, np.inf), INDEX, None)


def test_ahead():
    names, two = list(X.columns), np.array([2])
    np.testing.assert_array_equal(ahead(X, INDEX[2:], two, None, names, BOTH), [[[3, 7], [4, 8]]])
    past = ahead(X, INDEX[2:], two, None, names, np.array([False, True]))
    np.testing.assert_array_equal(past, [[[np.nan, 7], [np.nan, 8]]])
    assert np.isnan(ahead(None, INDEX, two, None, names, ~BOTH)).all()
    assert ahead(None, INDEX[:0], two, None, names, BOTH).shape == (1, 0, 2)


def test_a_horizon_beyond_the_features():
    labels, names = pd.RangeIndex(2, 6), list(X.columns)
    with pytest.raises(ValueError, match=r"X has no row for 4.*the horizon, 5; X ends at 3"):
        ahead(X, labels, np.array([4]), None, names, BOTH)
    with pytest.raises(ValueError, match=r"X is missing: the features .* are known in advance"):
        ahead(None, labels, np.array([4]), None, names, BOTH)
    assert np.isnan(ahead(X, labels, np.array([2]), None, names, BOTH)[0, 2:]).all()


def test_panel_in_any_order():
    instances = pd.Index(["b", "a"], name="place")
    labels = pd.Index([0, 1, 5, 6], name="t")
    index = label_rows(instances, labels)
    assert list(index) == [("b", 0), ("b", 1), ("a", 5), ("a", 6)]
    assert index.names == ["place", "t"]
    table = pd.DataFrame({"sun": [1.0, 2, 3, 4]}, index=index).sort_index()
    two = np.array([2, 2])
    got = ahead(table, labels, two, instances, ["sun"], BOTH[:1])
    np.testing.assert_array_equal(got[..., 0], [[1, 2], [3, 4]])
    with pytest.raises(ValueError, match="X holds the series 'a', which y did not hold in fit"):
        ahead(table, labels[:2], two[:1], pd.Index(["b"]), ["sun"], BOTH[:1])


def test_rows_of_a_hierarchy_keep_the_kind_of_their_labels():
    instances = pd.MultiIndex.from_product([["x"], ["a", "b"]])
    months = pd.period_range("2000-01", periods=4, freq="M")
    index = label_rows(instances, months)
    assert index.nlevels == 3
    assert isinstance(index.levels[-1], pd.PeriodIndex)
    assert label_rows(None, months) is months
