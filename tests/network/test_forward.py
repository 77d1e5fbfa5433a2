"""Prediction in NumPy against Keras's forward pass."""

import pickle
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from skrnn import RNNRegressor, make_lag_windows
from skrnn.cells._activations import ACTIVATIONS
from skrnn.keras_bridge._model import build_model
from skrnn.network._architecture import Architecture
from skrnn.network._blocks import Blocks
from skrnn.network._forward import predict_stream, predict_windows

CELLS = ["simple", "gru", "lstm"]


def both_forecasts(architecture, X, seed=0):
    model = build_model(architecture, seed=seed)
    rng = np.random.RandomState(seed)
    weights = [w + 0.1 * rng.normal(size=w.shape) for w in model.get_weights()]
    weights = [w.astype(np.float32) for w in weights]
    model.set_weights(weights)
    # Called, which computes what `predict` does, in a hundredth of the time.
    return predict_windows(architecture, weights, X)[0][:, 0], np.asarray(model(X))


def windows(n_rows, n_timesteps, n_features, missing=0.0):
    rng = np.random.RandomState(1)
    X = rng.normal(size=(n_rows, n_timesteps, n_features)).astype(np.float32)
    X[rng.rand(n_rows, n_timesteps) < missing] = np.nan
    return X


@pytest.mark.parametrize("missing", [0.0, 0.3])
@pytest.mark.parametrize("units", [(4,), (5, 3), (6, 2, 4)])
@pytest.mark.parametrize("cell", CELLS)
def test_equal_to_keras_for_every_depth_and_mask(cell, units, missing):
    X = windows(40, 7, 2, missing)
    if missing:
        X[3] = np.nan
    ours, keras = both_forecasts(Architecture(cell, units, 7, 2, 3), X)
    assert np.ptp(keras) > 0.1
    np.testing.assert_allclose(ours, keras, atol=1e-5)


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
@pytest.mark.parametrize("cell", CELLS)
def test_equal_to_keras_for_every_activation(cell, activation):
    X = windows(20, 4, 2, missing=0.2)
    for names in ((activation, "sigmoid"), ("tanh", activation)):
        ours, keras = both_forecasts(Architecture(cell, (4,), 4, 2, 1, *names), X)
        np.testing.assert_allclose(ours, keras, atol=1e-5, rtol=1e-5)


def test_plain_recurrence_by_hand():
    """An LSTM and a GRU of one unit, written out as in the papers."""
    x = [0.5, -1.0, 2.0]

    def sigmoid(v):
        return 1 / (1 + np.exp(-v))

    rng = np.random.RandomState(0)
    for cell, n_gates in (("lstm", 4), ("gru", 3)):
        kernel, recurrent = rng.normal(size=(2, 1, n_gates)).astype(np.float32)
        bias = rng.normal(size=(2, 3) if cell == "gru" else 4).astype(np.float32)
        w, u, b = kernel[0].astype(float), recurrent[0].astype(float), bias.astype(float)
        h = c = 0.0
        for v in x:
            if cell == "lstm":
                i, f, o = (sigmoid(v * w[k] + h * u[k] + b[k]) for k in (0, 1, 3))
                c = f * c + i * np.tanh(v * w[2] + h * u[2] + b[2])
                h = o * np.tanh(c)
            else:
                z, r = (sigmoid(v * w[k] + h * u[k] + b[0, k] + b[1, k]) for k in (0, 1))
                g = np.tanh(v * w[2] + b[0, 2] + r * (h * u[2] + b[1, 2]))
                h = z * h + (1 - z) * g
        output = [np.float32([[2.0]]), np.float32([0.5])]
        architecture = Architecture(cell, (1,), 3, 1, 1)
        X = np.float32(x).reshape(1, 3, 1)
        forecast, _ = predict_windows(architecture, [kernel, recurrent, bias, *output], X)
        assert forecast[0, 0, 0] == pytest.approx(2 * h + 0.5, abs=1e-6)


def test_blocks_of_rows_agree_with_single_rows():
    architecture = Architecture("lstm", (64,), 3, 1, 1)
    rows = Blocks(architecture).part_rows
    X = windows(2 * rows + 3, 3, 1, missing=0.1)
    weights = architecture.initial_weights(np.random.RandomState(0))
    whole, _ = predict_windows(architecture, weights, X)
    for t in (0, rows - 1, rows, 2 * rows + 2):
        single, _ = predict_windows(architecture, weights, X[t : t + 1])
        np.testing.assert_allclose(whole[t : t + 1], single, atol=1e-14)


@pytest.mark.parametrize("predict", [predict_windows, predict_stream])
def test_chosen_rows_are_those_of_their_copy(predict):
    architecture = Architecture("gru", (64,), 3, 1, 1)
    X = windows(3 * Blocks(architecture).part_rows, 3, 1)
    weights = architecture.initial_weights(np.random.RandomState(0))
    rows = np.flatnonzero(np.arange(len(X)) % 3)
    chosen, _ = predict(architecture, weights, X, rows=rows)
    np.testing.assert_array_equal(chosen, predict(architecture, weights, X[rows])[0])


def test_views_of_a_series_and_double_precision_give_the_same():
    X, y = make_lag_windows(np.sin(np.arange(300) / 5), lag=6)
    model = RNNRegressor("gru", 4, epochs=2, random_state=0).fit(X, y)
    copied = np.ascontiguousarray(X)
    np.testing.assert_array_equal(model.predict(X), model.predict(copied))
    in_single = model.predict(X.astype(np.float32))
    assert (in_single.dtype, model.predict(X).dtype) == (np.float32, np.float64)
    np.testing.assert_allclose(model.predict(X), in_single, atol=1e-6)


def test_predicts_where_neither_tensorflow_nor_keras_can_be_imported(tmp_path):
    X, y = make_lag_windows(np.sin(np.arange(60) / 5), lag=4)
    model = RNNRegressor("lstm", (4, 3), epochs=2, optimizer="adam", random_state=0).fit(X, y)
    (tmp_path / "model.pkl").write_bytes(pickle.dumps((model, X, model.predict(X))))
    program = """
        import pickle, sys
        import numpy as np
        sys.modules["tensorflow"] = sys.modules["keras"] = None  # importing them now raises
        model, X, expected = pickle.load(open(sys.argv[1], "rb"))
        np.testing.assert_array_equal(model.predict(X), expected)
        repr(model), model.get_params()
        print("predicted")
        """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), str(tmp_path / "model.pkl")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout == "predicted\n", run.stderr
