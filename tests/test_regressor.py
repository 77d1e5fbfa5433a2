"""RNNRegressor as an estimator: what it keeps, what it leaves alone, and what it repeats."""

import logging
import os
import pickle
import random
import subprocess
import sys
import textwrap

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

# TensorFlow has no public way to ask.
from tensorflow.python.framework.config import is_op_determinism_enabled

from skrnn import LagWindowTransformer, RNNRegressor, make_lag_windows
from skrnn.datasets import make_seasonal_series


@pytest.fixture
def windows():
    return make_lag_windows(np.sin(np.arange(120) / 4), lag=5)


def small(**parameters):
    return RNNRegressor(**{"units": 4, "epochs": 5, "random_state": 0} | parameters)


def test_learns_a_wave(windows):
    X, y = windows
    for cell in ("simple", "gru", "lstm"):
        model = small(cell=cell, epochs=200, learning_rate=0.01).fit(X, y)
        assert model.score(X, y) > 0.98
        assert model.history_["loss"][-1] < model.history_["loss"][0] / 20


def test_attributes(windows):
    X, y = windows
    model = small(units=(4, 3)).fit(X, y)
    assert model.n_iter_ == len(model.history_["loss"]) == 5
    assert (model.n_outputs_, model.n_features_in_) == (1, 1)
    assert [w.shape for w in model.weights_] == [w.shape for w in model.model_.get_weights()]
    assert all(w.dtype == np.float32 for w in model.weights_)
    np.testing.assert_allclose(
        model.model_.predict(X, verbose=0)[:, 0], model.predict(X), atol=1e-5
    )


def test_several_outputs_keep_their_shape(windows):
    X, y = windows
    two = np.column_stack([y, 1 - y])
    assert small().fit(X, two).predict(X).shape == (len(X), 2)
    assert small().fit(X, y[:, None]).predict(X).shape == (len(X), 1)
    assert small().fit(X, y).predict(X).shape == (len(X),)
    model = small(epochs=100, learning_rate=0.01).fit(X, two)
    assert model.score(X, two) > 0.95


def test_a_table_is_folded_into_steps(windows):
    X, y = windows
    two_features = np.concatenate([X, X**2], axis=2)
    table = two_features.reshape(len(X), -1)
    by_windows = small().fit(two_features, y)
    by_table = small(n_timesteps=5).fit(table, y)
    np.testing.assert_array_equal(by_windows.predict(two_features), by_table.predict(table))
    assert by_table.n_features_in_ == 10


def test_names_of_a_table_are_remembered():
    series = make_seasonal_series(60, random_state=0)
    frame = series.to_frame()
    model = make_pipeline(LagWindowTransformer(lag=3, flatten=True), small())
    model.set_output(transform="pandas").fit(frame, series)
    name = series.name
    assert list(model[-1].feature_names_in_) == [f"{name}_lag{k}" for k in (3, 2, 1)]


def test_same_seed_same_bits_also_in_another_process(windows):
    X, y = windows
    model = small(batch_size=7)
    once, twice = (clone(model).fit(X, y) for _ in range(2))
    program = """
        import pickle, sys
        model, X, y = pickle.loads(sys.stdin.buffer.read())
        sys.stdout.buffer.write(pickle.dumps(model.fit(X, y).weights_))
        """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        input=pickle.dumps((model, X, y)),
        capture_output=True,
        check=True,
    )
    for a, b, c in zip(once.weights_, twice.weights_, pickle.loads(run.stdout), strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(a, c)
    other = clone(model).set_params(random_state=1).fit(X, y)
    assert not np.array_equal(once.weights_[0], other.weights_[0])


def global_state():
    kind, keys, position, *rest = np.random.get_state()
    return {
        "python": random.getstate(),
        "numpy": (kind, keys.tobytes(), position, *rest),
        "tensorflow": tf.random.get_global_generator().state.numpy().tobytes(),
        "determinism": is_op_determinism_enabled(),
        "jit": tf.config.optimizer.get_jit(),
        "eager": tf.config.functions_run_eagerly(),
        "floatx": keras.config.floatx(),
        "dtype policy": keras.config.dtype_policy().name,
        "environment": dict(os.environ),
        "log levels": {
            name: logging.getLogger(name).level
            for name in ("", "tensorflow", "absl", "keras", "skrnn")
        },
        "numpy errors": np.geterr(),
        "print options": str(np.get_printoptions()),
    }


def test_global_state_is_left_alone(windows):
    X, y = windows
    before = global_state()
    model = small(cell="gru", units=(3, 2), random_state=None).fit(X, y)
    model.predict(X)
    after_unseeded = global_state()
    # `random_state=None` is NumPy's global generator, as everywhere in scikit-learn.
    assert after_unseeded.pop("numpy") != before["numpy"]
    assert after_unseeded == {k: v for k, v in before.items() if k != "numpy"}

    before = global_state()
    small(cell="gru", units=(3, 5)).fit(X, y).predict(X)
    small(optimizer="sgd").fit(X, y).model_.predict(X, verbose=0)
    assert global_state() == before


def test_tensorflows_own_draws_are_not_disturbed(windows):
    X, y = windows
    draws = []
    for fit in (False, True):
        tf.random.set_seed(5)
        if fit:
            small(units=7).fit(X, y).predict(X)
        draws.append(tf.random.uniform([3]).numpy())
    np.testing.assert_array_equal(*draws)


def test_computes_in_single_precision_whatever_keras_is_set_to(windows):
    X, y = windows
    expected = small(units=6).fit(X, y)
    keras.config.set_floatx("float64")
    try:
        model = small(units=6, cell="lstm", batch_size=31).fit(X, y)
        assert {w.dtype for w in model.weights_} == {np.dtype(np.float32)}
        np.testing.assert_allclose(
            model.model_.predict(X, verbose=0)[:, 0], model.predict(X), atol=1e-5
        )
    finally:
        keras.config.set_floatx("float32")
    again = small(units=6, batch_size=31).fit(X, y)
    assert np.abs(model.predict(X) - again.predict(X)).max() < 1e-5
    assert expected.weights_[0].shape == model.weights_[0].shape


def test_pickle_holds_arrays_and_plain_values(windows):
    X, y = windows
    model = small(optimizer=keras.optimizers.SGD(0.05, momentum=0.9)).fit(X, y)
    data = pickle.dumps(model)
    assert b"keras.src" not in data
    assert b"tensorflow" not in data
    restored = pickle.loads(data)
    np.testing.assert_array_equal(restored.predict(X), model.predict(X))
    again = clone(restored).fit(X, y)
    np.testing.assert_array_equal(again.predict(X), model.predict(X))


def test_clone_keeps_parameters_and_leaves_the_fit(windows):
    model = small(units=(4, 2), weight_decay=0.1).fit(*windows)
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    assert not hasattr(copy, "weights_")


def test_progress_bar_tells_epoch_loss_and_time_left(windows, capsys):
    small(epochs=3, verbose=1).fit(*windows)
    shown = capsys.readouterr().out
    for word in ("epoch", "3/3", "loss", "left"):
        assert word in shown
    small(epochs=3).fit(*windows)
    assert capsys.readouterr().out == ""


def test_progress_bar_changes_no_weight(windows):
    X, y = windows
    silent, shown = small().fit(X, y), small(verbose=1).fit(X, y)
    np.testing.assert_array_equal(silent.predict(X), shown.predict(X))


def test_missing_drop_equals_the_rows_left_out(windows):
    X, y = windows
    holed = X.copy()
    holed[[0, 7, 30], [1, 0, 4]] = np.nan
    rows = ~np.isnan(holed).any(axis=(1, 2))
    dropped = small(missing="drop").fit(holed, y)
    left_out = small(missing="error").fit(holed[rows], y[rows])
    np.testing.assert_array_equal(dropped.weights_[0], left_out.weights_[0])


def test_rows_without_a_known_step_take_no_part(windows):
    X, y = windows
    holed = X.copy()
    holed[:4] = np.nan
    wrong = np.where(np.arange(len(y)) < 4, 1e6, y)
    masked = small().fit(holed, wrong)
    left_out = small().fit(X[4:], y[4:])
    np.testing.assert_array_equal(masked.weights_[0], left_out.weights_[0])
    initial = masked.predict(holed[:1])
    assert initial == pytest.approx(masked.weights_[-1])


def test_failed_fit_keeps_what_was_fitted(windows):
    X, y = windows
    model = small().fit(X, y)
    before = model.predict(X)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        model.fit(np.zeros((9, 2, 3)), y)
    assert model.n_features_in_ == 1
    np.testing.assert_array_equal(model.predict(X), before)


def test_in_a_pipeline_around_scaled_target():
    series = make_seasonal_series(150, trend=0.0, random_state=0)
    frame = series.to_frame()
    inner = make_pipeline(StandardScaler(), LagWindowTransformer(lag=12), small(epochs=150))
    model = TransformedTargetRegressor(inner, transformer=StandardScaler())
    forecast = model.fit(frame[:120], series[:120]).predict(frame[120:])
    error = np.sqrt(np.mean((forecast - series[120:]) ** 2))
    persistence = np.sqrt(np.mean((series.shift(1)[120:] - series[120:]) ** 2))
    assert error < persistence
