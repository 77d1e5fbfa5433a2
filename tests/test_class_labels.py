"""Labels as positions of classes, and weights of classes."""

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import polars
import pytest
from scipy import sparse

from skrnn._class_labels import (
    Labels,
    check_classes,
    check_classes_left,
    check_several_classes,
    class_weights,
    with_class_weights,
)
from skrnn.training._samples import Samples

NAN = np.nan

# Labels, missing_label, and the expected classes and positions.
LABELS = [
    (["b", "a", "b"], None, ["a", "b"], [1, 0, 1]),
    (["b", NAN, "a", None], None, ["a", "b"], [1, NAN, 0, NAN]),
    (np.array(["b", "a", "?"]), "?", ["a", "b"], [1, 0, NAN]),
    ([3, 1, -1, 1], -1, [1, 3], [1, 0, NAN, 0]),
    ([3, 1, -1, 1], None, [-1, 1, 3], [2, 1, 0, 1]),
    ([1.0, NAN, 0.0], None, [0.0, 1.0], [1, NAN, 0]),
    ([True, False, None], None, [False, True], [1, 0, NAN]),
    (np.array([2, 1], np.uint8), None, [1, 2], [1, 0]),
    (pd.Series(["b", None, "a"]), None, ["a", "b"], [1, NAN, 0]),
    (pd.Series(["b", "a"], dtype="category"), None, ["a", "b"], [1, 0]),
    (pd.Series([2, None, 1], dtype="Int64"), None, [1, 2], [1, NAN, 0]),
    (pd.Series([True, None, False], dtype="boolean"), None, [False, True], [1, NAN, 0]),
    (pd.array(["b", None, "a"], dtype="string"), None, ["a", "b"], [1, NAN, 0]),
    (pd.DataFrame({"y": ["b", "a"]})["y"].to_numpy(), 3, ["a", "b"], [1, 0]),
]


@pytest.mark.parametrize(("y", "missing", "classes", "positions"), LABELS)
def test_labels_are_positions_of_classes(y, missing, classes, positions):
    labels = Labels(y, missing_label=missing)
    found = labels.classes()
    assert found.tolist() == classes
    np.testing.assert_array_equal(labels.positions(found), positions)
    assert labels.values.tolist() == [classes[int(p)] for p in positions if np.isfinite(p)]


def test_labels_of_steps():
    labels = Labels([["b", None], ["a", "b"]], sequences=True)
    np.testing.assert_array_equal(labels.positions(labels.classes()), [[1, NAN], [0, 1]])


BAD_LABELS = [
    (None, False, ValueError, "requires y to be passed, but the target y is None"),
    (sparse.csr_array(np.eye(3)), False, TypeError, "y is sparse"),
    ([["a"], ["b", "c"]], False, ValueError, "unequal lengths.*return_sequences=True"),
    (np.eye(3), False, ValueError, r"1d array of shape \(n_samples,\).*argmax"),
    ([["a", "b"]], False, ValueError, "set return_sequences=True for one label per step"),
    (["a", "b"], True, ValueError, r"2d array of shape \(n_samples, n_timesteps\)"),
    (np.zeros((2, 3, 4)), True, ValueError, r"got an array of shape \(2, 3, 4\)"),
    ("a", False, ValueError, r"got an array of shape \(\)"),
    ([0.5, 1.5, 0.25], False, ValueError, "Unknown label type: continuous"),
    ([1.0, np.inf], False, ValueError, "infinity"),
    (["a", 1], False, ValueError, "mixes labels that are text with other labels.*'a' and 1"),
    (np.array(["2020-01-01"], "datetime64[D]"), False, ValueError, "got values of datetime64"),
    ([1j, 2j], False, ValueError, "Complex data not supported"),
    ([b"a", b"b"], False, TypeError, "bytes"),
    ([True, 1], False, ValueError, "mixes labels that are booleans with other.*True and 1"),
    (["a", True], False, ValueError, "mixes labels that are text with other labels.*'a' and True"),
    (pd.Series([1.0, True], dtype=object), False, ValueError, "booleans with other.*True and 1.0"),
    (np.array([b"a", b"b"]), False, TypeError, "y contains labels that are bytes, such as b'a'"),
    (np.array([1j]), False, ValueError, "Complex data not supported"),
    ([Decimal(1), Decimal(2)], False, ValueError, "numbers, text or bools, got a Decimal"),
    ([date(2020, 1, 1)], False, ValueError, "numbers, text or bools, got a date"),
    (pd.Series(["2020"], dtype="datetime64[ns, UTC]"), False, ValueError, "got a Timestamp"),
    (pd.Series(pd.Categorical([pd.Period("2020")])), False, ValueError, "got a Period"),
    (polars.Series([date(2020, 1, 1)]), False, ValueError, "got a date"),
    (pd.cut(pd.Series([1, 2]), 2), False, ValueError, "got a Interval"),
    (pd.Series([[1, 2], [3]]), False, ValueError, "unequal lengths.*return_sequences=True"),
    ([{"a": 1}, {"b": 2}], False, ValueError, "numbers, text or bools, got a dict"),
]


@pytest.mark.parametrize(("y", "sequences", "error", "words"), BAD_LABELS)
def test_bad_labels(y, sequences, error, words):
    with pytest.raises(error, match=words):
        Labels(y, sequences=sequences)


def test_classes_that_are_too_few_or_unseen():
    with pytest.raises(ValueError, match="at least two classes in y, got one class: 'a'"):
        Labels(["a", "a"]).classes()
    with pytest.raises(ValueError, match="at least two classes in y, got no known label"):
        Labels([None, NAN]).classes()
    with pytest.raises(ValueError, match=r"labels \['c'\].*not among the classes.*\['a', 'b'\]"):
        Labels(["a", "c"]).positions(np.array(["a", "b"]))
    assert check_classes([3, 1]).tolist() == [1, 3]
    for wrong in ([1, 1, 2], [1, 2, None], [1, 2, -1]):
        with pytest.raises(ValueError, match="each class once and no missing value"):
            check_classes(wrong, missing_label=-1)


def samples_of(positions, weight=None, rows=None):
    positions = np.asarray(positions, np.float32)
    targets = np.ones((len(positions), positions[0].size, 2), np.float32)
    targets[..., 0] = positions.reshape(len(positions), -1)
    if weight is not None:
        targets[..., 1] = np.reshape(weight, (-1, 1))
    rows = np.arange(len(positions)) if rows is None else np.array(rows)
    return Samples(np.zeros((len(positions), 2, 1)), targets, rows, masked=False)


def test_balanced_weights_give_each_class_the_same_total():
    samples = samples_of([0, 0, 0, 1, 2, 2, NAN], weight=[1, 1, 0.5, 0.5, 1, 1, 1])
    weights = class_weights(samples, "balanced", np.arange(3))
    weighted = with_class_weights(samples, weights).targets
    totals = [weighted[samples.targets[:, 0, 0] == k, 0, 1].sum() for k in range(3)]
    np.testing.assert_allclose(totals, totals[0])
    assert 0.5 <= weights.max() <= 1


def test_weights_of_a_dict_are_ratios_and_leave_out_rows_of_no_weight():
    samples, classes = samples_of([0, 1, 2, NAN]), np.array(["a", "b", "c"])
    weights = class_weights(samples, {"a": 4.0, "b": 0}, classes)
    np.testing.assert_array_equal(weights / weights[2], [4, 0, 1])
    np.testing.assert_array_equal(with_class_weights(samples, weights).rows, [0, 2])
    huge = class_weights(samples, {"a": 1e300, "b": 1e299}, classes)
    assert np.isfinite(huge).all()
    with pytest.raises(ValueError, match="No row of X is left: class_weight is zero"):
        with_class_weights(samples_of([1, 1]), weights)
    with pytest.raises(ValueError, match="No row of X_val is left: class_weight is zero"):
        with_class_weights(samples_of([1, 1]), weights, what="row of X_val")
    assert not len(with_class_weights(samples_of([1, 1]), weights, may_be_empty=True).rows)


@pytest.mark.parametrize(
    ("class_weight", "words"),
    [
        ({"z": 1}, r"labels \['z'\], which are not among the classes"),
        ({"a": -1.0}, "finite weights of at least 0"),
        ({"a": NAN}, "finite weights of at least 0"),
        ({"a": 0, "b": 0, "c": 0}, "one of them must be positive"),
        ({"a": "heavy"}, "finite weights of at least 0"),
    ],
)
def test_bad_class_weights(class_weight, words):
    with pytest.raises(ValueError, match=words):
        class_weights(samples_of([0, 1, 2]), class_weight, np.array(["a", "b", "c"]))


def test_rows_of_one_class_are_refused():
    classes = np.array(["a", "b", "c"])
    check_several_classes(samples_of([0, 1]), classes)
    with pytest.raises(ValueError, match=r"y has 2 classes.* only one class: 'b'"):
        check_several_classes(samples_of([0, 1, 1], rows=[1, 2]), classes)
    # A fitted network may know more classes than y has.
    with pytest.raises(ValueError, match=r"Mine needs at least two classes in y, got one .*'b'"):
        check_several_classes(samples_of([1, 1, NAN], rows=[0, 1]), classes, "Mine")


def test_classes_that_are_held_out_altogether():
    classes, samples = np.array(["a", "b", "c"]), samples_of([0, 1, 1, 2])
    check_classes_left(samples, samples_of([0, 1, 1, 2], rows=[0, 2, 3]), classes)
    # Before the split, row 3 takes no part.
    few = samples_of([0, 1, 1, 2], rows=[0, 1, 2])
    check_classes_left(few, samples_of([0, 1, 1, 2], rows=[0, 1]), classes)
    with pytest.warns(UserWarning, match=r"every row of the classes \['c'\]: the network does"):
        check_classes_left(samples, samples_of([0, 1, 1, 2], rows=[0, 1, 2]), classes)
    with pytest.raises(ValueError, match=r"classes \['a', 'c'\], and only 'b' is left"):
        check_classes_left(samples, samples_of([0, 1, 1, 2], rows=[1, 2]), classes)
    steps = samples_of([[0, 1], [1, 1], [NAN, 2]])
    with pytest.warns(UserWarning, match=r"\['c'\]"):
        check_classes_left(steps, samples_of([[0, 1], [1, 1], [NAN, 2]], rows=[0, 1]), classes)
    weightless = samples_of([[0, 1], [1, 1], [NAN, 2]], weight=[1, 1, 0])
    check_classes_left(weightless, samples_of([[0, 1]] * 3, rows=[0]), classes)
