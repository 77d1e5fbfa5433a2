"""Parameters that say which features there are."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._calendar_features import NO_CALENDAR, CalendarFeatures
from skrnn.forecasting._feature_parameters import (
    check_feature_parameters,
    columns_of_X,
    known_columns,
    known_mask,
)


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


def parameters(**changed):
    values = {"known_features": "all", "categorical_features": "from_dtype", "static": "auto"}
    return SimpleNamespace(**{**values, "calendar": None, "max_categories": 5, **changed})


def test_checks_of_parameters():
    check_feature_parameters(parameters(known_features="rain"))  # no names are known yet
    for changed, message in [
        ({"known_features": "rain"}, "known_features names the feature 'rain'"),
        ({"static": "rain"}, "static must be 'auto', None, or names"),
        ({"calendar": "moon"}, "calendar must be None, 'auto'"),
    ]:
        with pytest.raises(ValueError, match=message):
            check_feature_parameters(parameters(**changed), ["sun"])


def test_columns_and_which_of_them_are_known():
    days = pd.date_range("2024-01-01", periods=20, name="day")
    panel = pd.MultiIndex.from_product([["a", "b"], days])
    X = pd.DataFrame({"sun": np.arange(40.0), "size": np.repeat([1.0, 2.0], 20)}, panel)
    columns = columns_of_X(parameters(), X)
    assert (columns.names, columns.static) == (["sun", "size"], ["size"])
    calendar = CalendarFeatures.of("weekday", days)
    # A static column is no input that comes later, and dates are known.
    np.testing.assert_array_equal(known_columns("all", columns, calendar), [1, 0, *[1] * 7])
    assert columns_of_X(parameters(known_features=["size"]), X).static == []
    nothing = columns_of_X(parameters(), None)
    assert nothing.names == known_columns("all", nothing, NO_CALENDAR).tolist() == []
