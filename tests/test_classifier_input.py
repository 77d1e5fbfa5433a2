"""What RNNClassifier refuses, and what a refusal leaves as it was."""

from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.exceptions import NotFittedError

from skrnn import RNNClassifier

N_ROWS = 24
X = np.random.RandomState(0).normal(size=(N_ROWS, 3, 2))
Y = np.where(X.sum(axis=(1, 2)) > 0, "up", "down")
STEPS = np.where(X[..., 0] > 0, "up", "down")
ONES = np.ones(N_ROWS)
DAYS = pd.date_range("1981-01-01", periods=N_ROWS)


def holding(array, value):
    """Copy of an array with one value in the middle of it."""
    array = array.copy()
    array.flat[array.size // 2] = value
    return array


def small(**parameters):
    settings = {"cell": "simple", "units": 4, "epochs": 2, "batch_size": 8, "random_state": 0}
    return RNNClassifier(**settings | parameters)


@pytest.fixture(scope="module")
def fitted():
    return small().fit(X, Y)


BY_STEP = {"return_sequences": True}

WITH_LEFT = {"y": np.where(np.arange(N_ROWS) < 9, "left", Y)}
VAL = "No row of X_val is left: class_weight is zero for all of their classes"

# What `fit` must not be given: parameters, arguments beside those that are right, words.
BAD_FIT = [
    ({}, {"y": None}, "requires y to be passed, but the target y is None"),
    ({}, {"y": Y[:9]}, r"X and y have inconsistent numbers of samples: \[24, 9\]"),
    ({}, {"y": []}, "at least two classes in y, got no known label"),
    (
        {},
        {"y": "up"},
        r"y should be a 1d array of shape \(n_samples,\), got an array of shape \(\)",
    ),
    ({}, {"y": np.eye(24)}, r"1d array.*got an array of shape \(24, 24\).*argmax"),
    ({}, {"y": STEPS}, "set return_sequences=True for one label per step"),
    ({}, {"y": X}, r"got an array of shape \(24, 3, 2\) instead"),
    ({}, {"y": [["up"], ["up", "down"]] * 12}, "rows of unequal lengths.*return_sequences=True"),
    ({}, {"y": np.full(N_ROWS, "up")}, "at least two classes in y, got one class: 'up'"),
    ({}, {"y": np.full(N_ROWS, None)}, "at least two classes in y, got no known label"),
    ({}, {"y": np.full(N_ROWS, np.nan)}, "at least two classes in y, got no known label"),
    ({}, {"y": np.linspace(0, 1, N_ROWS)}, "Unknown label type: continuous"),
    ({}, {"y": holding(np.arange(N_ROWS) % 2.0, np.inf)}, "Input y contains infinity"),
    ({}, {"y": holding(Y.astype(object), 3)}, "mixes labels that are text with other labels"),
    ({}, {"y": np.arange(N_ROWS) % 2 + 1j}, "Complex data not supported"),
    ({}, {"y": DAYS}, "y must contain labels, got values of datetime64"),
    ({"missing_label": "down"}, {}, "at least two classes in y, got one class: 'up'"),
    (BY_STEP, {}, r"y should be a 2d array of shape \(n_samples, n_timesteps\), got .* \(24,\)"),
    (BY_STEP, {"y": STEPS[:, :2]}, "y has 2 steps, but the windows have 3"),
    (BY_STEP, {"y": STEPS[:9]}, r"inconsistent numbers of samples: \[24, 9\]"),
    (BY_STEP, {"y": STEPS[..., None]}, r"got an array of shape \(24, 3, 1\) instead"),
    (BY_STEP, {"y": np.full((N_ROWS, 3), "up")}, "at least two classes in y, got one class"),
    # Rows that take part.
    ({}, {"X": X * np.nan}, "No row of X is left to fit on: each row has no known step"),
    ({}, {"sample_weight": 1.0 * (Y == "up")}, "y has 2 classes, but .* only one class: 'up'"),
    (
        {"missing": "drop"},
        {"X": np.where((Y == "up")[:, None, None], np.nan, X)},
        "y has 2 classes, but the rows to fit on belong to only one class: 'down'",
    ),
    ({}, {"sample_weight": 0 * ONES}, "(?i)sample.weight.*zero"),
    ({}, {"sample_weight": -ONES}, "sample_weight: Negative values"),
    ({}, {"sample_weight": ONES[:9]}, r"sample_weight.shape == \(9,\)"),
    # Weights of classes.
    ({"class_weight": "balance"}, {}, "'class_weight' parameter .*'balanced'.*Got 'balance'"),
    ({"class_weight": [1.0, 2.0]}, {}, "'class_weight' parameter"),
    ({"class_weight": {"left": 1}}, {}, r"labels \['left'\], which are not among the classes"),
    ({"class_weight": {"up": -1}}, {}, "finite weights of at least 0"),
    ({"class_weight": {"up": np.nan}}, {}, "finite weights of at least 0"),
    ({"class_weight": {"up": 0}}, {}, "y has 2 classes, but .* only one class: 'down'"),
    # Held-out rows.
    ({}, {"X_val": X}, "X_val and y_val must be passed together"),
    ({}, {"y_val": Y}, "X_val and y_val must be passed together"),
    ({}, {"sample_weight_val": ONES}, "sample_weight_val was passed"),
    ({}, {"X_val": X, "y_val": Y[:9]}, r"X_val and y_val have inconsistent numbers .*\[24, 9\]"),
    ({}, {"X_val": X, "y_val": np.full(N_ROWS, "left")}, r"\['left'\], .* of y: .*'up'\]\.$"),
    ({}, {"X_val": X, "y_val": STEPS}, "y_val should be a 1d array"),
    ({}, {"X_val": X[:, :2], "y_val": Y}, "X_val contains windows of shape"),
    ({}, {"X_val": X[:0], "y_val": []}, r"0 sample\(s\).* in X_val"),
    (
        {"early_stopping": True, "validation_fraction": 0.01},
        {"X": X[:2], "y": ["up", "down"]},
        "holds out 0 of 2 rows, and leaves 2 to train on. Each class needs one of these",
    ),
    ({"class_weight": {"up": 0, "left": 1}}, WITH_LEFT | {"X_val": X, "y_val": ["up"] * 24}, VAL),
    (
        {"early_stopping": True, "shuffle": False},
        {"y": np.repeat(["up", "down"], [22, 2])},
        r"holds out every row of the classes \['down'\], and only 'up' is left",
    ),
    # The network.
    ({"units": ()}, {}, "'units' parameter of RNNClassifier must be an int of at least 1"),
    ({"cell": "rnn"}, {}, "'cell' parameter of RNNClassifier must be .*Got 'rnn'"),
    ({"stateful": True, "bidirectional": True}, {}, "contradict each other"),
    ({"epochs": 0}, {}, "'epochs' parameter of RNNClassifier"),
    ({"validation_fraction": 1.0}, {}, "'validation_fraction' parameter of RNNClassifier"),
]


@pytest.mark.parametrize(("parameters", "arguments", "words"), BAD_FIT)
def test_bad_fit(fitted, parameters, arguments, words):
    given = {"X": X, "y": Y} | arguments
    model = deepcopy(fitted).set_params(**parameters)
    before = {name: value for name, value in vars(model).items() if name.endswith("_")}
    with pytest.raises(ValueError, match=words):
        model.fit(**given)
    after = {name: value for name, value in vars(model).items() if name.endswith("_")}
    assert after.keys() == before.keys()
    assert all(after[name] is before[name] for name in before)


def test_sparse_labels():
    with pytest.raises(TypeError, match="y is sparse"):
        small().fit(X, sparse.csr_array(np.eye(N_ROWS)))


BAD_PARTIAL_FIT = [
    ({}, {}, {}, "classes must be passed on the first call to partial_fit"),
    ({}, {"classes": ["up"]}, {}, "at least two classes in classes, got one class: 'up'"),
    ({}, {"classes": ["up", "left"]}, {}, r"labels \['down'\], which are not among the classes"),
    ({}, {"classes": ["up", "up", "down"]}, {}, "each class once"),
    ({}, {"classes": [["up", "down"]]}, {}, "classes should be a 1d array"),
    ({"class_weight": "balanced"}, {"classes": ["up", "down"]}, {}, "'balanced' needs all rows"),
    ({"missing_label": "up"}, {"classes": ["up", "down"]}, {}, "at least two classes in classes"),
]


@pytest.mark.parametrize(("parameters", "arguments", "changed", "words"), BAD_PARTIAL_FIT)
def test_bad_first_partial_fit(parameters, arguments, changed, words):
    model = small(**parameters)
    with pytest.raises(ValueError, match=words):
        model.partial_fit(X, Y, **arguments)
    assert not hasattr(model, "classes_")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"classes": ["up", "left"]}, "classes=.* is not the same as on the last call"),
        ({"y": np.full(N_ROWS, "left")}, r"labels \['left'\], which are not among the classes"),
        ({"y": np.arange(N_ROWS) % 2}, r"labels \[0, 1\], which are not among the classes"),
        ({"y": Y[:9]}, r"inconsistent numbers of samples: \[24, 9\]"),
        ({"y": None}, "requires y"),
        ({"X": X[:, 0]}, "n_timesteps from 3 to 1"),
    ],
)
def test_bad_later_partial_fit(fitted, arguments, words):
    model = deepcopy(fitted)
    with pytest.raises(ValueError, match=words):
        model.partial_fit(**{"X": X, "y": Y} | arguments)
    np.testing.assert_array_equal(model.predict_proba(X), fitted.predict_proba(X))


METHODS = ["predict", "predict_proba", "predict_log_proba"]


@pytest.mark.parametrize("method", METHODS)
def test_bad_windows(fitted, method):
    for bad, words in (
        (X[:, 0], "X contains windows of 1 steps and 2 features"),
        (X[..., :1], "X has 1 features"),
        (holding(X, np.inf), "Input X contains infinity"),
        (X[:0], r"0 sample\(s\)"),
    ):
        with pytest.raises(ValueError, match=words):
            getattr(fitted, method)(bad)
    with pytest.raises(NotFittedError, match="RNNClassifier"):
        getattr(small(), method)(X)


def test_no_decision_function_without_two_classes(fitted):
    assert fitted.decision_function(X).shape == (N_ROWS,)
    with pytest.raises(AttributeError, match="decision_function"):
        _ = small().decision_function


def test_bad_score(fitted):
    for y, words in (
        (Y[:9], r"y has shape \(9,\), but the prediction \(24,\)"),
        (STEPS, "set return_sequences=True"),
        (np.full(N_ROWS, None), "y has no known label: no score"),
        (np.arange(N_ROWS) % 2, r"labels \[0, 1\], which are not among the classes"),
    ):
        with pytest.raises(ValueError, match=words):
            fitted.score(X, y)
    assert fitted.score(X, np.full(N_ROWS, "left")) == 0.0


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        ([2.0], r"sample_weight.shape == \(1,\), expected \(24,\)"),
        (np.ones((N_ROWS, 3)), "must be 1D array or scalar"),
        (-ONES, "Negative values"),
        (ONES * np.nan, "sample_weight contains NaN"),
        (0 * ONES, "y has no known label in the rows whose sample_weight is not zero"),
    ],
)
def test_bad_weights_of_a_score(fitted, weight, words):
    with pytest.raises(ValueError, match=words):
        fitted.score(X, Y, sample_weight=weight)
    assert fitted.score(X, Y, sample_weight=2.0) == fitted.score(X, Y)


ROWS_SKIPPED = [
    ({}, {"sample_weight": [0.0]}),
    ({}, {"y": [None]}),
    ({}, {"X": X[:1] * np.nan}),
    ({"class_weight": {"up": 0}}, {}),
    ({"class_weight": {"up": 0}}, {"sample_weight": [1.0]}),
]


@pytest.mark.parametrize(("parameters", "arguments"), ROWS_SKIPPED)
def test_a_row_of_weight_zero_is_skipped_like_one_without_a_label(fitted, parameters, arguments):
    given = {"X": X[:1], "y": ["up"]} | arguments
    model = deepcopy(fitted).set_params(**parameters).partial_fit(**given)
    np.testing.assert_array_equal(model.predict_proba(X), fitted.predict_proba(X))
    assert model.n_iter_ == fitted.n_iter_
    first = small(**parameters).partial_fit(**given, classes=["up", "down"])
    assert first.n_iter_ == 0
    assert first.partial_fit(X[:1], ["down"]).n_iter_ == 1


class Mine(RNNClassifier):
    """A class whose messages name it."""


def test_messages_name_the_class_that_raised_them():
    for arguments, words in (
        ({"y": None}, "^Mine requires y"),
        ({"y": np.full(N_ROWS, "up")}, "^Mine needs at least two classes"),
        ({"X": X[:0], "y": []}, "at least two classes"),
    ):
        with pytest.raises(ValueError, match=words):
            Mine(epochs=1).fit(**{"X": X, "y": Y} | arguments)
    with pytest.raises(ValueError, match=r"^Mine needs at least two classes in classes"):
        Mine().partial_fit(X, Y, classes=["up"])
    with pytest.raises(AttributeError) as found:
        _ = Mine().decision_function
    assert str(found.value.__cause__).startswith("Mine has a decision_function only")


def test_a_warm_start_on_one_class_says_so(fitted):
    model = deepcopy(fitted).set_params(warm_start=True)
    with pytest.raises(ValueError, match="at least two classes in y, got one class: 'up'"):
        model.fit(X, np.full(N_ROWS, "up"))


LARGE = 2**53 + 1


@pytest.mark.parametrize(
    ("y", "missing_label", "classes"),
    [
        (pd.Series([LARGE, None, LARGE - 1, 3], dtype="Int64"), -1, [3, LARGE - 1, LARGE]),
        (pd.Series([LARGE, None, 0, 3], dtype="int64[pyarrow]"), 0.0, [3, LARGE]),
        ([2**63, 2**63 + 1, -1, np.nan], pd.NA, [-1, 2**63, 2**63 + 1]),
        (pd.Series([True, None, False, True], dtype="boolean"), 0, [False, True]),
        (pd.Series([True, None, False, True], dtype="boolean"), "?", [False, True]),
        (pd.Series(["b", None, "a", "?"], dtype="string"), "?", ["a", "b"]),
        (pd.Series(["b", None, "a", "b"], dtype="string"), pd.NA, ["a", "b"]),
        (["b", pd.NA, "a", "?"], "?", ["a", "b"]),
        (np.array([3, 1, 1, 3], ">i4"), np.nan, [1, 3]),
    ],
)
def test_labels_keep_their_identity_in_every_method(y, missing_label, classes):
    model, windows = small(missing_label=missing_label).fit(X[:4], y), X[:4]
    assert model.classes_.tolist() == classes
    assert set(map(type, model.classes_.tolist())) == {type(classes[0])}
    predicted = model.predict(windows).tolist()
    correct = [predicted[i] == one for i, one in enumerate(y) if pd.notna(one) and one in classes]
    assert model.score(windows, y) == pytest.approx(np.mean(correct))
    model.partial_fit(windows, y, classes=classes[::-1])
    assert model.predict(windows).dtype == model.classes_.dtype
