"""Values that do not change, in every container of labels, and if some are unknown."""

import enum
from decimal import Decimal

import numpy as np
import pandas as pd
import polars
import pyarrow
import pytest

from skrnn import pad_sequences
from skrnn._class_labels import Labels
from skrnn._exact_values import exact_array, is_nested, join_exactly, kinds_of, where_equal

LARGE = 2**53 + 1

# Values with one that is unknown, and their types in pandas, without and with Arrow.
VALUES = {
    "text": (["b", None, "a", "b"], "string", pyarrow.string()),
    "booleans": ([True, None, False, True], "boolean", pyarrow.bool_()),
    "integers": ([LARGE, None, LARGE - 1, LARGE], "Int64", pyarrow.int64()),
    "unsigned": ([2**64 - 1, None, 2**64 - 2, 2**64 - 1], "UInt64", pyarrow.uint64()),
    "floats": ([1.0, None, 0.0, 1.0], "Float64", pyarrow.float64()),
}


class Name(str, enum.Enum):  # noqa: UP042, other than StrEnum
    """Text of a separate type."""

    LONG = "x"


def object_array(values):
    array = np.empty(len(values), object)
    array[:] = values
    return array


def masked_array(values):
    filled = [values[0] if value is None else value for value in values]
    return np.ma.array(filled, mask=[value is None for value in values])


CONTAINERS = {
    "list": lambda values, *_: values,
    "tuple": lambda values, *_: tuple(values),
    "NaN": lambda values, *_: [np.nan if value is None else value for value in values],
    "NA": lambda values, *_: [pd.NA if value is None else value for value in values],
    "objects": lambda values, *_: object_array(values),
    "scalars of NumPy": lambda values, *_: [v if v is None else np.array([v])[0] for v in values],
    "masked": lambda values, *_: masked_array(values),
    "Series of objects": lambda values, *_: pd.Series(values, dtype=object),
    "Index": lambda values, *_: pd.Index(object_array(values)),
    "nullable": lambda values, dtype, _: pd.Series(values, dtype=dtype),
    "extension array": lambda values, dtype, _: pd.array(values, dtype=dtype),
    "Arrow in pandas": lambda values, _, arrow: pd.Series(values, dtype=pd.ArrowDtype(arrow)),
    "categories": lambda values, dtype, _: pd.Series(values, dtype=dtype).astype("category"),
    "Categorical": lambda values, *_: pd.Categorical(object_array(values)),
    "Arrow": lambda values, _, arrow: pyarrow.array(values, arrow),
    "Arrow in parts": lambda values, _, arrow: pyarrow.chunked_array([values], arrow),
    "polars": lambda values, *_: polars.Series(values, strict=False),
}
CASES = [(kind, container) for kind in VALUES for container in CONTAINERS]


@pytest.mark.parametrize(("kind", "container"), CASES)
def test_every_kind_in_every_container(kind, container):
    """As values, as labels, as labels that `missing_label` removes, and as padded sequences."""
    values, *dtypes = VALUES[kind]
    given = CONTAINERS[container](values, *dtypes)
    exact = exact_array(given).astype(object).tolist()
    assert exact == values
    assert list(map(type, exact)) == list(map(type, values))

    labels = Labels(given)
    low, high = values[2], values[0]
    assert labels.known.tolist() == [True, False, True, True]
    assert labels.classes().tolist() == [low, high]
    assert [type(label) for label in labels.classes().tolist()] == [type(low), type(high)]
    np.testing.assert_array_equal(labels.positions(labels.classes()), [1, np.nan, 0, 1])
    for other in ("?", -1, True, False, 0, 1, LARGE, 2.0**53, pd.NA, np.nan):
        removed = [
            isinstance(value, bool) is isinstance(other, bool) and bool(pd.notna(other))
            and value == other
            for value in values
        ]  # fmt: skip
        known = Labels(given, missing_label=other).known
        assert known.tolist() == [
            value is not None and not gone for value, gone in zip(values, removed, strict=True)
        ]

    padded = pad_sequences([given, given[:2]])
    last = [value for value in padded[1].tolist() if not pd.isna(value)]
    assert last == [high]
    assert type(last[0]) is type(high)
    assert [value for value in padded[0].tolist() if not pd.isna(value)] == [high, low, high]


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("kind", ["i2", "u4", "i8", "u8", "f4", "f8", "U3"])
def test_both_byte_orders(order, kind):
    array = np.array([2, 1, 2]).astype(kind).astype(f"{order}{kind}")
    labels = Labels(array)
    assert labels.classes().dtype == np.dtype(kind)
    assert labels.classes().tolist() == np.unique(array).tolist()
    np.testing.assert_array_equal(labels.positions(labels.classes()), [1, 0, 1])


def test_integers_that_no_type_holds():
    for values in ([2**63, 2**63 + 1, -1], [2**64, -(2**70), 0], [LARGE, 2.0**53, 1]):
        labels = Labels(values)
        assert labels.classes().tolist() == sorted(values)
        np.testing.assert_array_equal(
            labels.positions(labels.classes()), [sorted(values).index(one) for one in values]
        )
    # They are checked like other numbers.
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        Labels([LARGE, 0.5])
    with pytest.raises(ValueError, match="infinity"):
        Labels([LARGE, np.inf])


def test_numbers_are_equal_by_value_and_booleans_are_no_numbers():
    mixed = exact_array([False, 0, 0.0, None, "0", True, 1])
    assert where_equal(mixed, 0).tolist() == [False, True, True] + [False] * 4
    assert where_equal(mixed, False).tolist() == [True] + [False] * 6
    assert where_equal(mixed, np.float32(1)).tolist() == [False] * 6 + [True]
    assert not where_equal(np.array([2.0**53]), LARGE).any()
    assert not where_equal(np.array([LARGE]), 2.0**53).any()
    for array in (np.array([1, 2]), np.array([1.0, 2.0]), np.array(["a"]), np.array([True])):
        for value in (10**400, np.inf, -np.inf, np.nan, 1.5, "?"):
            assert not where_equal(array, value).any()


def test_text_of_other_types_and_null_characters():
    found = exact_array([Name.LONG, np.str_("y"), "z\0"])
    assert found.tolist() == ["x", "y", "z\0"]
    assert set(map(type, found)) == {str}
    assert Labels(["z", "z\0"]).classes().tolist() == ["z", "z\0"]


def test_tables_and_nested_lists():
    table = pd.DataFrame({"a": pd.array([LARGE, None], "Int64"), "b": [0.5, np.nan]})
    assert exact_array(table).tolist() == [[LARGE, 0.5], [None, None]]
    assert exact_array(polars.DataFrame({"a": [LARGE, None]})).tolist() == [[LARGE], [None]]
    assert exact_array(pd.DataFrame({"a": [1], "b": [0.5]})).dtype == np.float64
    steps = [pd.Series([LARGE, None], dtype="Int64"), polars.Series([1, 2]), [3, 4]]
    for given in (steps, pd.Series(steps)):
        assert exact_array(given).tolist() == [[LARGE, None], [1, 2], [3, 4]]
    ragged = exact_array([[1], [2, 3]])
    assert ragged.shape == (2,)
    assert is_nested(ragged)
    assert not is_nested(exact_array([1, None]))


def test_joined_numbers_stay_exact():
    exact = join_exactly([np.array([1, 2]), np.array([0.5])])
    assert exact.dtype == np.float64
    large = join_exactly([np.array([LARGE]), np.array([0.5, np.nan])])
    assert large.tolist() == [LARGE, 0.5, None]
    unsigned = join_exactly([np.array([2**63 + 1], np.uint64), np.array([-1])])
    assert unsigned.tolist() == [2**63 + 1, -1]


def test_kinds_come_with_an_example():
    values = object_array(["a", 1, True, 2.5, b"c", Decimal(1), "z"])
    assert kinds_of(values) == {
        "text": "a",
        "integer": 1,
        "boolean": True,
        "float": 2.5,
        "bytes": b"c",
        "Decimal": Decimal(1),
    }
