"""The warning about features that are the same in every row."""

import numpy as np
import pytest

from skrnn.windows._constant_features import warn_of_constant_features

VALUES = np.random.default_rng(0).normal(size=(12, 5))
NAMES = [f"Column {name!r}" for name in "abcde"]


def with_column(values, i, constant):
    values = values.copy()
    values[:, i] = constant
    return values


@pytest.mark.parametrize(("constant", "shown"), [(5.0, "5"), (0.0, "0")])
def test_a_dead_feature_is_named(constant, shown):
    values = with_column(VALUES, 1, constant)
    message = rf"^Column 'b' \({shown}\) of X is the same in every row used .* or leave it out\.$"
    with pytest.warns(UserWarning, match=message):
        warn_of_constant_features(values, NAMES)
    values[3, 1] = np.nan  # unknown values do not make it vary
    with pytest.warns(UserWarning, match=message):
        warn_of_constant_features(values, NAMES)


def test_at_most_three_are_named():
    values = VALUES.copy()
    values[:, :4] = [1.0, 2.0, 3.0, 4.0]
    message = r"'a' \(1\), Column 'b' \(2\), Column 'c' \(3\) and 1 more of X are the same"
    with pytest.warns(UserWarning, match=message):
        warn_of_constant_features(values, NAMES)


@pytest.mark.parametrize(
    "values",
    [
        VALUES,
        np.ones((12, 5)),  # nothing else varies, so that the user means it
        with_column(VALUES, 2, 1.0)[:9],
        with_column(VALUES, 2, np.append(np.nan, np.arange(11.0))),
        with_column(VALUES, 2, np.append(np.full(11, np.nan), 1.0)),
        with_column(VALUES, 2, np.nan),  # an error says so where it matters
        VALUES[:, :0],
    ],
    ids=["all vary", "none varies", "few rows", "one unknown", "one known", "unknown", "none"],
)
def test_no_warning(values, recwarn):
    warn_of_constant_features(values, NAMES)
    assert not len(recwarn)
