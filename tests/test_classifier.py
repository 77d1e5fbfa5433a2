"""RNNClassifier: probabilities, labels of all types, weights, and the agreement with Keras."""

import pickle
import subprocess
import sys
import textwrap
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from skrnn import LagWindowTransformer, RNNClassifier
from skrnn.training._samples import split_at_random
from skrnn.windows._views import view_windows

from ._support.keras_reference import fit_in_keras, largest_difference

N_ROWS = 60
RNG = np.random.RandomState(0)
X = RNG.normal(size=(N_ROWS, 4, 2))
X[10:20, :2] = np.nan
SUMS = np.nansum(X, axis=(1, 2))
TWO = (SUMS > 0).astype(int)
THREE = np.digitize(SUMS, [-1.5, 1.5])
STEPS = (np.nancumsum(X[..., 0], axis=1) > 0).astype(float)
STEPS[:, 0] = np.nan
WEIGHT = RNG.uniform(0.2, 2.0, N_ROWS)


def small(**parameters):
    return RNNClassifier(
        **{"cell": "gru", "units": 4, "epochs": 2, "batch_size": 16, "random_state": 0}
        | parameters
    )


@pytest.fixture(scope="module")
def fitted():
    """Networks for two and for three classes, and for two classes of each step."""
    long = {"epochs": 60, "learning_rate": 0.03}
    return {
        "two": small(**long).fit(X, TWO),
        "three": small(**long).fit(X, np.array(["low", "mid", "top"])[THREE]),
        "steps": small(**long, return_sequences=True).fit(X, STEPS),
    }


@pytest.mark.parametrize("kind", ["two", "three", "steps"])
def test_learns_and_its_outputs_agree(fitted, kind):
    model = fitted[kind]
    y = {"two": TWO, "three": np.array(["low", "mid", "top"])[THREE], "steps": STEPS}[kind]
    assert model.score(X, y) > 0.9
    probabilities, n_classes = model.predict_proba(X), len(model.classes_)
    assert probabilities.shape == (*y.shape, n_classes)
    np.testing.assert_allclose(probabilities.sum(axis=-1), 1)
    np.testing.assert_array_equal(model.predict(X), model.classes_[probabilities.argmax(-1)])
    np.testing.assert_allclose(np.exp(model.predict_log_proba(X)), probabilities)
    assert hasattr(model, "decision_function") == (n_classes == 2)
    if n_classes == 2:
        logits = model.decision_function(X)
        np.testing.assert_allclose(1 / (1 + np.exp(-logits)), probabilities[..., 1])
        np.testing.assert_array_equal(model.predict(X), model.classes_[(logits > 0).astype(int)])
    of_keras = model.model_.predict(X, verbose=0)
    expected = probabilities if n_classes > 2 else probabilities[..., 1:]
    np.testing.assert_allclose(of_keras, expected, atol=1e-5)
    assert model.n_iter_ == len(model.history_["loss"]) == 60


def test_float32_stays_float32(fitted):
    single = X.astype(np.float32)
    for method in ("predict_proba", "predict_log_proba", "decision_function"):
        assert getattr(fitted["two"], method)(single).dtype == np.float32
        assert getattr(fitted["two"], method)(X).dtype == np.float64


def test_logarithms_stay_finite_where_probabilities_vanish(fitted):
    model = pickle.loads(pickle.dumps(fitted["two"]))
    model.weights_ = [*model.weights_[:-2], model.weights_[-2] * 1e4, model.weights_[-1]]
    probabilities, logarithms = model.predict_proba(X), model.predict_log_proba(X)
    assert probabilities.min() == 0
    assert np.isfinite(logarithms).all()
    assert logarithms.min() < -1000


@pytest.mark.parametrize(
    ("labels", "dtype"),
    [
        ([False, True], bool),
        ([-1, 7], np.int64),
        ([0.0, 1.0], np.float64),
        (["no", "yes"], np.dtype("<U3")),
        (pd.array(["no", "yes"], dtype="string"), object),
        (pd.Categorical(["no", "yes"]), object),
        (pd.array([3, 4], dtype="Int64"), np.int64),
    ],
)
def test_labels_of_any_type_come_back(fitted, labels, dtype):
    y = pd.Series(labels)[TWO] if hasattr(labels, "dtype") else [labels[i] for i in TWO]
    model = small(epochs=60, learning_rate=0.03).fit(X, y)
    np.testing.assert_array_equal(model.predict_proba(X), fitted["two"].predict_proba(X))
    assert model.classes_.dtype == dtype
    assert model.classes_.tolist() == list(labels)
    assert model.predict(X).tolist() == [labels[i] for i in fitted["two"].predict(X)]
    assert model.score(X, y) == fitted["two"].score(X, TWO)


def test_unknown_labels_are_left_out():
    y = np.where(TWO == 1, "yes", "no").astype(object)
    hidden = np.arange(N_ROWS) % 3 == 0
    with_none, with_mark = y.copy(), y.copy()
    with_none[hidden], with_mark[hidden] = None, "?"
    settings = {"shuffle": False}
    expected = small(**settings).fit(X[~hidden], y[~hidden])
    for found in (
        small(**settings).fit(X, with_none),
        small(**settings, missing_label="?").fit(X, with_mark),
        small(**settings).fit(X, y, sample_weight=~hidden),
    ):
        np.testing.assert_array_equal(found.predict_proba(X), expected.predict_proba(X))
        assert found.score(X, with_none) == expected.score(X[~hidden], y[~hidden])


def test_unknown_labels_of_steps_are_left_out(fitted):
    marked = np.nan_to_num(STEPS, nan=9)
    parameters = {"return_sequences": True, "epochs": 60, "learning_rate": 0.03}
    model = small(**parameters, missing_label=9).fit(X, marked)
    assert model.classes_.tolist() == [0, 1]
    np.testing.assert_array_equal(model.predict_proba(X), fitted["steps"].predict_proba(X))
    assert model.score(X, marked) == fitted["steps"].score(X, STEPS)


def test_score_weighs_rows_and_counts_known_labels(fitted):
    model, correct = fitted["steps"], fitted["steps"].predict(X) == STEPS
    known = ~np.isnan(STEPS)
    weights = WEIGHT[:, None] * known
    expected = (weights * correct).sum() / weights.sum()
    assert model.score(X, STEPS, sample_weight=WEIGHT) == pytest.approx(expected)
    assert fitted["two"].score(X, 5 * TWO) == pytest.approx(np.mean(TWO == 0), abs=0.1)


def labels_of(n_classes, *, steps, seed=1):
    rng = np.random.RandomState(seed)
    shape = (N_ROWS, 4) if steps else (N_ROWS,)
    y = rng.randint(n_classes, size=shape).astype(float)
    if steps:
        unknown = np.isnan(X).any(axis=2) | (rng.uniform(size=shape) < 0.2)
        unknown[:, -1] = False  # a row without a known label would be left out
        y[unknown] = np.nan
    return y


@pytest.mark.parametrize(
    ("cell", "n_classes", "steps"),
    [
        ("simple", 2, False),
        ("simple", 9, True),
        ("gru", 2, True),
        ("gru", 9, False),
        ("lstm", 2, True),
        ("lstm", 9, False),
    ],
)
def test_weights_equal_those_of_keras(cell, n_classes, steps):
    y = labels_of(n_classes, steps=steps)
    class_weight = {float(k): 1.0 + k % 3 for k in range(n_classes)}
    model = small(
        cell=cell,
        return_sequences=steps,
        shuffle=False,
        class_weight=class_weight,
        learning_rate=0.02,
    ).fit(X, y, sample_weight=WEIGHT)
    known = ~np.isnan(y)
    by_class = np.where(known, 1.0 + np.nan_to_num(y) % 3, 0.0)
    weight = by_class * (WEIGHT[:, None] if steps else WEIGHT)
    weights, history = fit_in_keras(
        model, X, np.nan_to_num(y), mask_missing=True, sample_weight=weight.astype(np.float32)
    )
    assert largest_difference(model.weights_, weights) < 1e-5
    np.testing.assert_allclose(model.history_["loss"], history["loss"], rtol=0.1)


@pytest.mark.parametrize("class_weight", ["balanced", {0: 3.0, 1: 0.5}])
def test_class_weights_are_sample_weights(class_weight):
    rare = np.where(np.arange(N_ROWS) % 6 == 0, 1, 0)
    share = N_ROWS / (2 * np.bincount(rare))
    by_hand = share if class_weight == "balanced" else np.array([3.0, 0.5])
    model = small(class_weight=class_weight).fit(X, rare)
    expected = small().fit(X, rare, sample_weight=by_hand[rare])
    np.testing.assert_allclose(model.predict_proba(X), expected.predict_proba(X), atol=1e-6)
    assert not np.allclose(model.predict_proba(X), small().fit(X, rare).predict_proba(X))


def test_partial_fit_of_rows_is_an_unshuffled_epoch():
    online = small(batch_size=1)
    for row in range(6):
        online.partial_fit(X[row : row + 1], TWO[row : row + 1], classes=[0, 1])
    whole = small(batch_size=1, epochs=1, shuffle=False).fit(X[:6], TWO[:6])
    assert largest_difference(online.weights_, whole.weights_) < 1e-6
    assert online.n_iter_ == 6
    # A class may be absent from the rows, and rows without a known label change nothing.
    before = online.predict_proba(X)
    online.partial_fit(X[:2], [None, None])
    np.testing.assert_array_equal(online.predict_proba(X), before)
    after_fit = whole.partial_fit(X[6:7], TWO[6:7])
    assert after_fit.n_iter_ == 2


def test_warm_start_goes_on():
    once = small(epochs=4, shuffle=False).fit(X, TWO)
    twice = small(epochs=2, shuffle=False, warm_start=True).fit(X, TWO).fit(X, TWO)
    np.testing.assert_array_equal(once.predict_proba(X), twice.predict_proba(X))
    with pytest.raises(ValueError, match=r"labels \[2\].*not among the classes"):
        twice.fit(X, THREE)
    assert twice.n_iter_ == 4


HOLDS_OUT_THE_LAST = [
    ({"shuffle": False}, X),
    ({"stateful": True, "batch_size": 4}, X),
    ({}, view_windows(RNG.normal(size=(N_ROWS + 3, 2)), 4)),
]


@pytest.mark.parametrize(("parameters", "windows"), HOLDS_OUT_THE_LAST)
def test_early_stopping_holds_out_the_last_rows_of_a_series(parameters, windows):
    settings = {"early_stopping": True, "validation_fraction": 0.2} | parameters
    model = small(**settings).fit(windows, TWO)
    early, late = slice(0, 48), slice(48, None)
    expected = small(**settings).fit(
        windows[early], TWO[early], X_val=windows[late], y_val=TWO[late]
    )
    assert model.history_ == expected.history_
    np.testing.assert_array_equal(model.weights_[0], expected.weights_[0])


def test_balanced_weights_come_from_the_rows_to_train_on():
    """The held-out rows have other shares of the classes, and the class "c" besides."""
    y = np.array(["a", "b", "b"] * 16 + ["a", "a", "c"] * 4)
    weights = {"a": 1 / 16, "b": 1 / 32}
    settings = {"early_stopping": True, "validation_fraction": 0.2, "shuffle": False}
    with pytest.warns(UserWarning, match=r"every row of the classes \['c'\]"):
        model = small(**settings, class_weight="balanced").fit(X, y)
    early = np.arange(len(y)) < 48
    expected = small(**settings, class_weight=weights | {"c": 0.0})
    expected.fit(X, y, sample_weight=early, X_val=X[~early], y_val=y[~early])
    assert largest_difference(model.weights_, expected.weights_) < 1e-6
    np.testing.assert_allclose(model.history_["val_loss"], expected.history_["val_loss"])


def test_early_stopping_holds_out_rows_of_each_class_of_sequences():
    in_blocks = np.sort(THREE)
    settings = {
        "early_stopping": True,
        "validation_fraction": 0.2,
        "epochs": 30,
        "n_iter_no_change": 3,
    }
    model = small(**settings).fit(X, in_blocks)
    again = clone(model).fit(X, in_blocks)
    assert model.history_ == again.history_
    # Without the last class, the last block would have a loss far above that of the training.
    assert model.history_["val_loss"][-1] < model.history_["loss"][0]
    assert small(**settings, return_sequences=True).fit(X, STEPS).history_["val_loss"]


def test_a_warm_start_holds_out_the_same_rows(monkeypatch):
    """Also without a seed: the network has learned from all other rows."""
    held_out = []

    def remembering(*arguments, **options):
        parts = split_at_random(*arguments, **options)
        held_out.append(parts[1].rows.tolist())
        return parts

    monkeypatch.setattr("skrnn._classifier.split_at_random", remembering)
    model = small(early_stopping=True, warm_start=True, random_state=None).fit(X, TWO)
    model.fit(X, TWO)
    model = pickle.loads(pickle.dumps(model)).fit(X, TWO)
    assert held_out[0] == held_out[1] == held_out[2]
    model.set_params(warm_start=False).fit(X, TWO)
    assert held_out[3] != held_out[0]


def test_errors_of_the_optimizer_name_the_classifier():
    for parameters in ({"optimizer": "adamm"}, {"learning_rate": {}}):
        [name] = parameters
        with pytest.raises(ValueError, match=f"'{name}' parameter of RNNClassifier must be"):
            small(**parameters).fit(X, TWO)


def test_a_stateful_network_goes_on_from_its_state():
    series = np.sin(np.arange(80) / 5)[:, None, None]
    rising = (np.cos(np.arange(80) / 5) > 0).astype(int)
    # The state after training comes from weights that still change: here, hardly.
    model = small(stateful=True, batch_size=1, epochs=1, learning_rate=1e-7)
    model.fit(series[:60], rising[:60])
    whole = model.predict_proba(series[:60])
    first, state = model.predict_proba(series[:30], return_state=True)
    rest, _ = model.predict_proba(series[30:60], initial_state=state, return_state=True)
    np.testing.assert_allclose(np.concatenate([first, rest]), whole, atol=1e-12)
    labels, _ = model.predict(series[30:60], initial_state=state, return_state=True)
    np.testing.assert_array_equal(labels, rest.argmax(axis=1))
    after = model.predict_proba(series[60:], initial_state=None)
    _, end = model.predict(series[:60], return_state=True)
    expected, _ = model.predict_proba(series[60:], initial_state=end, return_state=True)
    np.testing.assert_allclose(after, expected, atol=1e-5)


def test_windows_of_a_series_in_a_pipeline(fitted):
    steps = LagWindowTransformer(lag=4), small(epochs=60, learning_rate=0.03)
    series = RNG.normal(size=(N_ROWS, 2))
    y = (pd.Series(series[:, 0]).shift(1).fillna(0) > 0).to_numpy()
    windows = steps[0].fit_transform(series)
    assert steps[1].fit(windows, y).score(windows, y) > 0.9


def test_padding_gives_no_warning():
    padded = X.copy()
    padded[:, :3] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        small().fit(padded, TWO).predict(padded)


def test_predicts_without_tensorflow(fitted):
    program = """
        import pickle, sys
        model, X = pickle.loads(sys.stdin.buffer.read())
        sys.stdout.buffer.write(pickle.dumps([model.predict_proba(X), model.predict(X)]))
        assert not {"tensorflow", "keras", "sklearn.metrics"} & set(sys.modules)
        """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        input=pickle.dumps((fitted["three"], X)),
        capture_output=True,
        check=True,
    )
    probabilities, labels = pickle.loads(run.stdout)
    np.testing.assert_array_equal(probabilities, fitted["three"].predict_proba(X))
    np.testing.assert_array_equal(labels, fitted["three"].predict(X))
