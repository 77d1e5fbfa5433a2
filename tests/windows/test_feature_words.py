"""One rule names features in messages."""

import numpy as np
import pandas as pd
import pytest

from skrnn import RNNRegressor
from skrnn.windows._feature_words import last_columns, words_for


def test_columns_have_names_and_features_have_positions():
    assert words_for(["a", "b"]) == ("Column", ["'a'", "'b'"], "")
    for positions in ([1, 0], range(1, -1, -1), np.array([1, 0])):
        assert words_for(positions) == ("Feature", ["1", "0"], " (counted from 0)")


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (None, [0, 1]),
        (["a", "b"], ["a", "b"]),
        (["a2", "b2", "a1", "b1"], ["a1", "b1"]),
        ([0, 1, 0, 1], [0, 1]),
    ],
)
def test_the_columns_of_the_last_step(columns, expected):
    assert list(last_columns(2, columns)) == expected


@pytest.mark.parametrize(
    ("named", "name"), [(True, "Column 'x'"), (False, r"Feature 0 \(counted from 0\)")]
)
def test_every_warning_names_a_feature_beside_categories_alike(named, name):
    t = np.arange(12.0)
    X = pd.DataFrame({"x": np.sin(t), "kind": ["a", "b", "c"] * 4})
    X, later = (frame if named else frame.to_numpy() for frame in (X, X.assign(x=np.nan)))
    network = RNNRegressor("simple", units=2, epochs=1, engine="numpy", n_timesteps=1)
    network.fit(X, np.cos(t))
    with pytest.warns(UserWarning, match=f"{name} is NaN at the last step of the last 12 of"):
        network.predict(later)
    large = X.assign(x=1e6 + t) if named else np.column_stack([1e6 + t, X[:, 1]]).astype(object)
    with pytest.warns(UserWarning, match=f"{name} of X has a mean of"):
        network.fit(large, np.cos(t))
    unknown = rf"since {name[0].lower()}{name[1:]} of X is NaN throughout"
    with pytest.raises(ValueError, match=unknown):
        network.fit(later, np.cos(t))
