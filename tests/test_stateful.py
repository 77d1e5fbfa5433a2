"""Stateful networks: streams, what is carried from row to row, and learning on."""

import pickle

import keras
import numpy as np
import pytest
from keras_reference import fit_in_keras, largest_difference

from skrnn import RNNRegressor, make_lag_windows
from skrnn.training._row_order import stream_order

CELLS = ["simple", "gru", "lstm"]


def settings(**parameters):
    defaults = {"units": 4, "epochs": 3, "batch_size": 1, "shuffle": False, "random_state": 3}
    return defaults | parameters


@pytest.fixture(scope="module")
def series():
    rng = np.random.RandomState(0)
    X = rng.normal(size=(23, 2, 1)).astype(np.float32)
    # Of the state alone: what came a row ago is no longer in the window.
    y = 0.5 * np.roll(X[:, 0, 0], 1) + 0.1 * X[:, 1, 0]
    return X, y


def keras_stateful(cell, units, *, mask=False, return_sequences=False):
    layer = {"simple": keras.layers.SimpleRNN, "gru": keras.layers.GRU, "lstm": keras.layers.LSTM}
    layers = [keras.Input(batch_shape=(1, 2, 1))]
    if mask:
        layers.append(keras.layers.Masking(-9.0))
    for i, n in enumerate(units):
        sequences = return_sequences or i < len(units) - 1
        layers.append(layer[cell](n, stateful=True, return_sequences=sequences))
    return keras.Sequential([*layers, keras.layers.Dense(1)])


class ResetStates(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        for layer in self.model.layers:
            if hasattr(layer, "reset_states"):
                layer.reset_states()


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("simple", ""),
        ("simple", "many to many"),
        ("gru", "masked"),
        ("gru", "stacked"),
        ("lstm", "masked"),
        ("lstm", "many to many"),
    ],
)
def test_batch_of_one_equals_keras_stateful_layer(series, cell, kind):
    X, y = series
    units = (4, 3) if kind == "stacked" else (4,)
    sequences = kind == "many to many"
    if sequences:
        y = np.stack([y, -y], axis=1)
    holed = X.copy()
    if kind == "masked":
        holed[[2, 5, 6], [1, 0, 1]] = np.nan
    model = RNNRegressor(
        **settings(cell=cell, units=units, stateful=True, return_sequences=sequences)
    ).fit(holed, y)
    reference = keras_stateful(cell, units, mask=kind == "masked", return_sequences=sequences)
    weights, history = fit_in_keras(
        model, np.nan_to_num(holed, nan=-9.0), y, model=reference, callbacks=[ResetStates()]
    )
    assert largest_difference(model.weights_, weights) < 1e-5
    np.testing.assert_allclose(model.history_["loss"], history["loss"], atol=1e-5)
    # The state at the end of training equals that of Keras's layers.
    states = [s for layer in reference.layers for s in getattr(layer, "states", ())]
    for ours, theirs in zip(model._states, states, strict=True):
        np.testing.assert_allclose(ours, np.asarray(theirs)[0], atol=1e-5)
    # And forecasts of new rows go on from it.
    new = X[:5] + 1
    expected = np.concatenate([np.asarray(reference(row[None])) for row in new])
    np.testing.assert_allclose(
        model.predict(new).reshape(5, -1), expected.reshape(5, -1), atol=1e-5
    )


def test_state_is_needed_and_used(series):
    rng = np.random.RandomState(1)
    x = rng.normal(size=(600, 1, 1))
    y = np.roll(x[:, 0, 0], 1)
    y[0] = 0
    common = settings(cell="simple", units=8, epochs=10, batch_size=4, learning_rate=0.01)
    with_state = RNNRegressor(**common, stateful=True).fit(x, y)
    without = RNNRegressor(**common).fit(x, y)
    assert with_state.score(x, y) > 0.9
    assert without.score(x, y) < 0.1


def test_streams_are_contiguous_and_end_with_the_series():
    for n_rows in range(1, 30):
        for n_streams in range(1, 9):
            order = stream_order(n_rows, n_streams).reshape(-1, n_streams)
            streams = [column[column >= 0] for column in order.T]
            np.testing.assert_array_equal(np.concatenate(streams), np.arange(n_rows))
            assert len(order) == -(-n_rows // n_streams)
            blank = order < 0
            assert not blank[1:].any()
            assert order[-1, -1] == n_rows - 1 if n_rows >= n_streams else True


@pytest.mark.parametrize("n_rows", [5, 19, 20, 23])
def test_any_number_of_rows_in_streams_equals_keras_on_them(series, n_rows):
    """Streams of equal length are Keras's stateful batches; shorter ones begin a row later."""
    X, y = series[0][:n_rows], series[1][:n_rows]
    model = RNNRegressor(**settings(stateful=True, batch_size=4)).fit(X, y)
    order = stream_order(n_rows, 4)
    reference = keras.Sequential(
        [
            keras.Input(batch_shape=(4, 2, 1)),
            keras.layers.Masking(-9.0),
            keras.layers.LSTM(4, stateful=True),
            keras.layers.Dense(1),
        ]
    )
    rows = np.where((order < 0)[:, None, None], -9.0, X[order])
    targets = np.where(order < 0, 0.0, y[order])
    # Keras divides by the rows of a batch, we by their weights.
    known = (order >= 0).reshape(-1, 4)
    weight = (known * 4 / known.sum(axis=1, keepdims=True)).ravel()
    weights, _ = fit_in_keras(
        model, rows, targets, model=reference, sample_weight=weight, callbacks=[ResetStates()]
    )
    assert largest_difference(model.weights_, weights) < 1e-5


@pytest.fixture(scope="module")
def fitted(series):
    return RNNRegressor(**settings(stateful=True)).fit(*series)


def test_predict_changes_nothing(series, fitted):
    X, _ = series
    later = X[::-1].copy()
    first, second = fitted.predict(later), fitted.predict(later)
    np.testing.assert_array_equal(first, second)
    assert not np.allclose(first, fitted.predict(later, initial_state=[np.zeros(4)] * 2))


def test_predict_of_the_training_series_starts_from_zero(series, fitted):
    X, _ = series
    from_zero = fitted.predict(X, initial_state=[np.zeros(4)] * 2)
    np.testing.assert_array_equal(fitted.predict(X), from_zero)
    # A part of it goes on from the state before its first row.
    np.testing.assert_allclose(fitted.predict(X[3:9]), from_zero[3:9], atol=1e-12)
    # The beginning, and more rows than were fitted: still the training series.
    longer = np.concatenate([X, X[::-1]])
    np.testing.assert_allclose(fitted.predict(longer)[: len(X)], from_zero, atol=1e-12)
    _, end = fitted.predict(X, return_state=True)
    np.testing.assert_allclose(end, fitted._states, atol=1e-1)


def test_rows_one_by_one_with_their_state_equal_all_at_once(series, fitted):
    new = series[0] + 1
    whole, end = fitted.predict(new, return_state=True)
    state, single = None, []
    for row in new:
        forecast, state = fitted.predict(row[None], initial_state=state, return_state=True)
        single.append(forecast[0])
    np.testing.assert_allclose(whole, single, atol=1e-12)
    np.testing.assert_allclose(end, state, atol=1e-12)


def test_states_of_a_network_that_is_not_stateful_belong_to_rows(series):
    X, y = series
    model = RNNRegressor(**settings(cell="gru", units=(4, 3))).fit(X, y)
    whole = model.predict(X)
    _, state = model.predict(X[:, :1].repeat(2, axis=1), return_state=True)
    assert [s.shape for s in state] == [(23, 4), (23, 3)]
    again = model.predict(X, initial_state=[np.zeros_like(s) for s in state])
    np.testing.assert_allclose(whole, again, atol=1e-12)
    assert not np.allclose(whole, model.predict(X, initial_state=state))


def test_pickle_keeps_the_state(series, fitted):
    X, _ = series
    restored = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(restored.predict(X[4:]), fitted.predict(X[4:]))


def test_a_row_without_known_step_is_predicted_from_the_state(series, fitted):
    blank = np.full((1, 2, 1), np.nan)
    with pytest.warns(UserWarning, match="Row 0 of X has no known step"):
        forecast, state = fitted.predict(blank, return_state=True)
    np.testing.assert_allclose(state, fitted._states)
    kernel, bias = fitted.weights_[-2:]
    np.testing.assert_allclose(forecast, fitted._states[0] @ kernel + bias, rtol=1e-6)


@pytest.mark.parametrize("stateful", [False, True])
def test_rows_learned_one_by_one_equal_an_epoch_in_order(series, stateful):
    X, y = series
    model = RNNRegressor(**settings(stateful=stateful, epochs=1))
    one_by_one = RNNRegressor(**model.get_params())
    for i in range(len(X)):
        one_by_one.partial_fit(X[i : i + 1], y[i : i + 1])
    whole = model.fit(X, y)
    assert largest_difference(one_by_one.weights_, whole.weights_) < 1e-6
    assert one_by_one.n_iter_ == len(X)
    if stateful:
        np.testing.assert_allclose(one_by_one._states, whole._states, atol=1e-6)
        np.testing.assert_allclose(one_by_one.predict(X), whole.predict(X), atol=1e-6)


def test_partial_fit_goes_on_through_a_pickle(series):
    X, y = series
    parts = [slice(0, 9), slice(9, 10), slice(10, 23)]
    unbroken = RNNRegressor(**settings(stateful=True, optimizer="adam"))
    for part in parts:
        unbroken.partial_fit(X[part], y[part])
    broken = RNNRegressor(**settings(stateful=True, optimizer="adam"))
    for part in parts:
        broken = pickle.loads(pickle.dumps(broken.partial_fit(X[part], y[part])))
    assert largest_difference(unbroken.weights_, broken.weights_) == 0
    assert unbroken._iteration == broken._iteration == 23


def test_partial_fit_passes_over_rows_that_take_no_part(series):
    X, y = series
    model = RNNRegressor(**settings()).partial_fit(X, y)
    before = [w.copy() for w in model.weights_]
    model.partial_fit(np.full((1, 2, 1), np.nan), [1.0])
    assert largest_difference(model.weights_, before) == 0
    fresh = RNNRegressor(**settings()).partial_fit(np.full((1, 2, 1), np.nan), [1.0])
    assert fresh.predict(X).shape == (23,)
    fresh.partial_fit(X, y)
    assert largest_difference(fresh.weights_, model.weights_) == 0


@pytest.mark.parametrize("stateful", [False, True])
def test_warm_start_goes_on_as_one_long_fit(series, stateful):
    X, y = series
    common = settings(stateful=stateful, batch_size=5, shuffle=True, optimizer="adam")
    model = RNNRegressor(**common | {"epochs": 4, "warm_start": True}).fit(X, y)
    model = pickle.loads(pickle.dumps(model))
    model.set_params(epochs=3).fit(X, y)
    long = RNNRegressor(**common | {"epochs": 7}).fit(X, y)
    assert largest_difference(model.weights_, long.weights_) < 1e-6
    np.testing.assert_allclose(model.history_["loss"], long.history_["loss"], rtol=1e-5)
    assert model.n_iter_ == 7
    anew = model.set_params(warm_start=False, epochs=4).fit(X, y)
    assert len(anew.history_["loss"]) == 4


def test_rows_that_begin_like_the_fitted_ones_go_on_from_the_state():
    rng = np.random.default_rng(0)
    idle = np.zeros((20, 1, 1))
    X = np.concatenate([idle, rng.normal(size=(60, 1, 1))])
    model = RNNRegressor(**settings(cell="gru", stateful=True)).fit(X, X[:, 0, 0])
    later = np.concatenate([idle, rng.normal(size=(9, 1, 1))])
    expected = model.predict(later, initial_state=model._states)
    np.testing.assert_array_equal(model.predict(later), expected)
    with pytest.warns(UserWarning, match="(?s)not clear where the 3 row.* initial_state"):
        doubtful = model.predict(idle[:3])
    np.testing.assert_array_equal(doubtful, model.predict(idle[:3], initial_state=[np.zeros(4)]))


def test_overlapping_windows_are_stored_as_their_series():
    X, y = make_lag_windows(np.random.default_rng(0).normal(size=500), lag=50)
    model = RNNRegressor(**settings(cell="simple", stateful=True, epochs=1, batch_size=50))
    whole = model.fit(X, y).predict(X)
    assert len(pickle.dumps(model)) < 500 * 8 + 20_000
    np.testing.assert_allclose(model.predict(X[300:320]), whole[300:320], atol=1e-12)


# The state that is kept is that after the last row given to `fit`.


def goes_on(model, states, X):
    """States after some rows, read from given states."""
    return model.predict(X, initial_state=states, return_state=True)[1]


@pytest.mark.parametrize("batch_size", [1, 4])
@pytest.mark.parametrize("cell", CELLS)
def test_early_stopping_keeps_the_state_after_the_held_out_rows(series, cell, batch_size):
    X, y = series
    common = settings(cell=cell, stateful=True, batch_size=batch_size, learning_rate=0.05)
    model = RNNRegressor(**common | {"epochs": 8}, early_stopping=True, validation_fraction=0.3)
    model.fit(X, y)
    n_held_out = int(np.ceil(0.3 * len(X)))
    best = int(np.argmin(model.history_["val_loss"])) + 1
    short = RNNRegressor(**common | {"epochs": best}).fit(X[:-n_held_out], y[:-n_held_out])
    assert largest_difference(model.weights_, short.weights_) < 1e-6
    expected = goes_on(short, short._states, X[-n_held_out:])
    np.testing.assert_allclose(model._states, expected, atol=1e-6)
    later = 0.7 * X[::-1] + 0.05  # no rows that were fitted
    np.testing.assert_allclose(
        model.predict(later), short.predict(later, initial_state=expected), atol=1e-6
    )
    assert {array.dtype for array in model._states} == {np.dtype(np.float32)}


def without_last_rows(X, y, why):
    """Rows of which the last three take no part, for one reason or another."""
    X, y, parameters, weight = X.copy(), y.copy(), {}, None
    if why == "weight":
        weight = np.r_[np.ones(len(X) - 3), np.zeros(3)]
    elif why == "target":
        y[-3:] = np.nan
    elif why == "known targets of sequences":
        parameters = {"return_sequences": True}
        y = np.stack([y, y], axis=1)
        y[-3:] = np.nan
    else:
        parameters = {"missing": "drop"}
        X[-3:, 0] = np.nan
    return X, y, weight, parameters


REASONS = ["weight", "target", "known targets of sequences", "drop"]


@pytest.mark.parametrize("early_stopping", [False, True])
@pytest.mark.parametrize("why", REASONS)
def test_last_rows_that_take_no_part_still_move_the_state(series, why, early_stopping):
    X, y, weight, parameters = without_last_rows(*series, why)
    common = settings(stateful=True, batch_size=4, early_stopping=early_stopping) | parameters
    validation = {"X_val": X[:5], "y_val": y[:5]} if early_stopping else {}
    model = RNNRegressor(**common).fit(X, y, weight, **validation)
    short = RNNRegressor(**common).fit(X[:-3], y[:-3], **validation)
    assert largest_difference(model.weights_, short.weights_) < 1e-6
    np.testing.assert_allclose(model._states, goes_on(short, short._states, X[-3:]), atol=1e-6)


@pytest.mark.parametrize("why", REASONS)
def test_partial_fit_moves_the_state_over_rows_that_take_no_part(series, why):
    X, y, weight, parameters = without_last_rows(*series, why)
    weight = np.ones(len(X)) if weight is None else weight
    models = [RNNRegressor(**settings(stateful=True) | parameters) for _ in range(3)]
    at_once, apart, short = models
    at_once.partial_fit(X, y, weight)
    # A call whose weights are all zero is an error, so the rows come with one that counts.
    cut = -4 if why == "weight" else -3
    apart.partial_fit(X[:cut], y[:cut]).partial_fit(X[cut:], y[cut:], weight[cut:])
    short.partial_fit(X[:-3], y[:-3])
    expected = goes_on(short, short._states, X[-3:])
    for model in (at_once, apart):
        assert largest_difference(model.weights_, short.weights_) < 1e-6
        np.testing.assert_allclose(model._states, expected, atol=1e-6)
        assert model.n_iter_ == len(model.history_["loss"])
