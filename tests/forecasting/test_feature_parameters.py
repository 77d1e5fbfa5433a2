"""Parameters that say which features there are."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._feature_parameters import (
    check_feature_parameters,
    features_in_fit,
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
    y = pd.DataFrame({"y": 0.0}, panel)
    features = features_in_fit(parameters(calendar="weekday"), X, y)
    assert features.names_in_X == features.feature_names[:-7] == ["sun", "size"]
    # A static column is no input that comes later, and dates are known.
    np.testing.assert_array_equal(features.known, [1, 0, *[1] * 7])
    np.testing.assert_array_equal(features.static, [0, 1, *[0] * 7])
    assert features_in_fit(parameters(known_features=["size"]), X, y).columns.static == []
    for nothing in (
        features_in_fit(parameters(), None, y),
        features_in_fit(parameters(use_X=False, known_features=["size"]), X, y),
    ):
        assert nothing.names_in_X == nothing.feature_names == nothing.known.tolist() == []
    with pytest.raises(ValueError, match="which are also names of calendar features"):
        features_in_fit(parameters(calendar="weekday"), X.rename(columns={"sun": "Sunday"}), y)
