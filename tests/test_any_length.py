"""Windows of another number of steps than in fit: a recurrent network reads any number.

The reference is padding: steps of NaN in front of a window do not change the state, so a short
window is the same as a long one that begins with them.
"""

import pickle

import numpy as np
import pytest

from skrnn import RNNClassifier, RNNRegressor, build_network, pad_sequences

N_ROWS, N_STEPS = 12, 4
RNG = np.random.default_rng(0)
LONG = RNG.normal(size=(N_ROWS, 7, 2))
X = LONG[:, -N_STEPS:]
Y = RNG.normal(size=N_ROWS)
BY_STEP = RNG.normal(size=(N_ROWS, N_STEPS))
LABELS = np.array(["up", "down"])[np.arange(N_ROWS) % 2]
LENGTHS = [1, 2, 7]


def small(kind=RNNRegressor, **parameters):
    return kind("gru", **{"units": 2, "epochs": 1, "random_state": 0} | parameters)


def padded(windows, n_timesteps):
    return pad_sequences(list(windows), n_timesteps=n_timesteps)


VARIANTS = {
    "one layer": {},
    "two layers": {"units": (2, 3)},
    "both directions": {"bidirectional": True},
    "two layers in both directions": {"bidirectional": True, "units": (2, 3)},
    "two networks": {"n_networks": 2},
    "level": {"level_feature": 1},
    "counts": {"loss": "poisson", "level_feature": 0},
    "quantiles": {"loss": "quantile", "quantile": (0.1, 0.9)},
}


@pytest.mark.parametrize("name", VARIANTS)
def test_forecasts_of_windows_of_any_length(name):
    model = small(**VARIANTS[name]).fit(X, np.abs(Y))
    whole = model.predict(LONG)
    assert model.predict(X).shape == whole.shape
    for n in LENGTHS:
        windows = LONG[:, -n:]
        expected = model.predict(padded(windows, 9))
        np.testing.assert_allclose(model.predict(windows), expected, rtol=1e-12, atol=1e-12)
        assert np.isfinite(model.score(windows, np.abs(Y)))
    assert np.abs(model.predict(LONG[:, -1:]) - whole).max() > 1e-6


@pytest.mark.parametrize("bidirectional", [False, True])
def test_probabilities_of_windows_of_any_length(bidirectional):
    model = small(RNNClassifier, bidirectional=bidirectional).fit(X, LABELS)
    for n in LENGTHS:
        windows = LONG[:, -n:]
        filled = padded(windows, 9)
        np.testing.assert_allclose(
            model.predict_proba(windows), model.predict_proba(filled), rtol=1e-12
        )
        np.testing.assert_allclose(
            model.predict_log_proba(windows), model.predict_log_proba(filled), rtol=1e-12
        )
        np.testing.assert_array_equal(model.predict(windows), model.predict(filled))
        assert model.score(windows, LABELS) == model.score(filled, LABELS)
        gaps = np.where(RNG.random(windows.shape) < 0.2, np.nan, windows)
        gaps[:, -1] = windows[:, -1]
        np.testing.assert_allclose(
            model.predict_proba(gaps), model.predict_proba(padded(gaps, 9)), rtol=1e-12
        )


def test_sequences_of_any_length():
    """The forecast of a step depends on the steps up to it."""
    model = small(return_sequences=True).fit(X, BY_STEP)
    whole = model.predict(LONG)
    assert whole.shape == (N_ROWS, 7)
    for n in LENGTHS:
        np.testing.assert_allclose(model.predict(LONG[:, :n]), whole[:, :n], rtol=1e-12)
    expected = 1 - np.mean((whole - 1.0 - LONG[:, :, 0]) ** 2) / np.var(LONG[:, :, 0])
    assert model.score(LONG, LONG[:, :, 0] + 1.0) == pytest.approx(expected)
    with pytest.raises(ValueError, match="y has 4 steps, but the windows have 7"):
        model.score(LONG, BY_STEP)
    labels = np.where(BY_STEP > 0, 1, 0)
    tagger = small(RNNClassifier, return_sequences=True).fit(X, labels)
    assert tagger.predict(LONG).shape == (N_ROWS, 7)
    tagger.partial_fit(LONG, np.ones((N_ROWS, 7), int))


@pytest.mark.parametrize(
    "parameters",
    [
        {"bidirectional": True, "units": (2, 3)},
        {"level_feature": 0, "loss": "quantile", "quantile": (0.1, 0.9)},
        {"n_networks": 2, "return_sequences": True},
    ],
)
def test_keras_models_of_any_length(parameters):
    sequences = "return_sequences" in parameters
    model = small(**parameters).fit(X, BY_STEP if sequences else Y)
    in_keras = model.model_
    assert in_keras.input_shape == (None, None, 2)
    for n in LENGTHS:
        windows = np.float32(LONG[:, -n:])
        windows[0, 0, 1] = np.nan
        expected = model.predict(windows)
        found = np.asarray(in_keras(windows)).reshape(expected.shape)
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_keras_model_of_a_linear_path_has_its_number_of_steps():
    assert small(autoregressive=True).fit(X, Y).model_.input_shape == (None, N_STEPS, 2)
    assert build_network("gru", 2, n_timesteps=None, n_features=2).input_shape == (None, None, 2)
    with pytest.raises(ValueError, match="n_timesteps=None and autoregressive=True contradict"):
        build_network("gru", 2, n_timesteps=None, autoregressive=True)


@pytest.mark.parametrize("parameters", [{}, {"stateful": True}])
def test_training_goes_on_with_windows_of_any_length(parameters):
    start = small(**parameters).fit(X, Y)
    for n in (2, 7):
        windows = LONG[:, -n:]
        found = pickle.loads(pickle.dumps(start)).partial_fit(windows, Y)
        filled = padded(windows, max(n + 1, N_STEPS))
        expected = pickle.loads(pickle.dumps(start)).partial_fit(filled, Y)
        for a, b in zip(found.weights_, expected.weights_, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-6)
        assert np.abs(found.weights_[0] - start.weights_[0]).max() > 0
        found.partial_fit(X, Y)
        further = found.set_params(warm_start=True).fit(windows, Y)
        assert further.n_iter_ == 4


def test_a_stateful_network_finds_rows_of_any_length():
    model = small(stateful=True, batch_size=1).partial_fit(X[:4], Y[:4])
    model.partial_fit(LONG[4:8], Y[4:8]).partial_fit(X[8:, -1:], Y[8:])
    state = [np.zeros(2)]
    for windows in (X[:4], LONG[4:8], X[8:, -1:]):
        forecast, after = model.predict(windows, initial_state=state, return_state=True)
        np.testing.assert_allclose(model.predict(windows), forecast, rtol=1e-6)
        state = after
    new = RNG.normal(size=(2, 5, 2))
    expected = model.predict(new, initial_state=state)
    assert np.abs(model.predict(new) - expected).max() < 0.05  # states of earlier weights


def test_n_timesteps_as_in_fit_is_no_contradiction():
    model = small(n_timesteps=N_STEPS).fit(X, Y)
    np.testing.assert_array_equal(model.predict(LONG), small().fit(X, Y).predict(LONG))
    with pytest.raises(ValueError, match="leave it at 1 for windows"):
        model.set_params(n_timesteps=2).predict(LONG)


def test_a_table_has_the_number_of_columns_of_fit():
    table = X.reshape(N_ROWS, -1)
    by_table = small(n_timesteps=N_STEPS).fit(table, Y)
    with pytest.raises(ValueError, match="X has 6 features, but RNNRegressor is expecting 8"):
        by_table.predict(table[:, :6])
    by_windows = small().fit(X, Y)
    for call in (by_windows.predict, lambda X: by_windows.partial_fit(X, Y)):
        with pytest.raises(ValueError, match=r"1 steps|n_timesteps from 4 to 1"):
            call(X[:, 0])
    by_windows.partial_fit(X[:, -1:], Y)
    with pytest.raises(ValueError, match=r"windows of 1 steps and 2 features, but .* on 4 steps"):
        by_windows.predict(X[:, 0])


@pytest.mark.parametrize(
    ("parameters", "y", "words"),
    [
        ({"autoregressive": True}, Y, "autoregressive=True"),
        (
            {"level_feature": 0, "return_sequences": True},
            BY_STEP,
            "level_feature with return_sequences=True",
        ),
    ],
)
def test_what_needs_the_number_of_steps_says_so(parameters, y, words):
    model = small(**parameters).fit(X, y)
    for n in (2, 7):
        with pytest.raises(ValueError, match=f"{words} needs the same number of steps"):
            model.predict(LONG[:, -n:])
        longer = np.zeros((N_ROWS, n)) if y.ndim == 2 else y
        with pytest.raises(ValueError, match=rf"n_timesteps from 4 to {n} \({words} needs"):
            model.partial_fit(LONG[:, -n:], longer)
