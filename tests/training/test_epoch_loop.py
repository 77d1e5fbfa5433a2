"""Validation, early stopping, Ctrl-C, and a loss that is no longer finite."""

import copy
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time

import keras
import numpy as np
import pandas as pd
import pytest
from keras_reference import fit_in_keras, largest_difference
from sklearn.model_selection import GridSearchCV

from skrnn import RNNRegressor
from skrnn.forecasting import RNNForecaster
from skrnn.training._epoch_loop import TrainingInterrupted
from skrnn.training._trainer import Trainer


@pytest.fixture(scope="module")
def trend():
    """Windows of a series with a trend: later rows go beyond those trained on."""
    rng = np.random.RandomState(0)
    series = 0.01 * np.arange(204) + 0.3 * np.sin(np.arange(204) / 3) + 0.05 * rng.normal(size=204)
    X = np.lib.stride_tricks.sliding_window_view(series, 4)[:-1, :, None]
    return X.astype(np.float32), series[4:]


def settings(**parameters):
    defaults = {"cell": "gru", "units": 4, "shuffle": False, "random_state": 0}
    return defaults | {"learning_rate": 0.02, "batch_size": 16, "epochs": 60} | parameters


@pytest.mark.parametrize("penalty", [{}, {"l2": 0.001}])
@pytest.mark.parametrize("n_iter_no_change", [1, 5])
def test_stops_where_keras_stops(trend, n_iter_no_change, penalty):
    X, y = trend
    model = RNNRegressor(
        **settings(**penalty),
        early_stopping=True,
        validation_fraction=0.2,
        n_iter_no_change=n_iter_no_change,
    ).fit(X, y)
    n_train = len(X) - 40
    stopper = keras.callbacks.EarlyStopping(
        min_delta=model.tol, patience=n_iter_no_change, restore_best_weights=True
    )
    held_out = X[n_train:], np.float32(y[n_train:, None])
    weights, history = fit_in_keras(
        model, X[:n_train], y[:n_train], validation_data=held_out, callbacks=[stopper]
    )
    assert model.n_iter_ <= len(history["val_loss"])
    assert model.n_iter_ < 60
    np.testing.assert_allclose(
        model.history_["val_loss"], history["val_loss"][: model.n_iter_], atol=1e-5
    )
    assert largest_difference(model.weights_, weights) < 1e-5


def test_best_weights_are_restored(trend):
    X, y = trend
    model = RNNRegressor(**settings(), early_stopping=True, n_iter_no_change=8).fit(X, y)
    val_loss = model.history_["val_loss"]
    assert np.argmin(val_loss) < len(val_loss) - 1
    rows = slice(len(X) - 20, None)
    loss = np.mean((model.predict(X[rows]) - y[rows]) ** 2)
    assert loss == pytest.approx(min(val_loss), rel=1e-3)


def test_held_out_rows_are_the_last_and_teach_nothing(trend):
    X, y = trend
    wrong = y.copy()
    wrong[-20:] = 100.0
    common = settings(epochs=3)
    stopped = RNNRegressor(**common, early_stopping=True, n_iter_no_change=9).fit(X, wrong)
    short = RNNRegressor(**common).fit(X[:-20], y[:-20])
    assert len(stopped.history_["val_loss"]) == 3
    # Far from the targets the loss falls all the time: the last weights are the best.
    assert largest_difference(stopped.weights_, short.weights_) < 1e-6


def test_given_validation_set_is_recorded_and_watched(trend):
    X, y = trend
    train, val = slice(0, 150), slice(150, None)
    weight = np.linspace(0, 2, 50)
    common = settings(epochs=4)
    recorded = RNNRegressor(**common).fit(
        X[train], y[train], X_val=X[val], y_val=y[val], sample_weight_val=weight
    )
    plain = RNNRegressor(**common).fit(X[train], y[train])
    assert largest_difference(recorded.weights_, plain.weights_) == 0
    error = (plain.predict(X[val]) - y[val]) ** 2
    assert recorded.history_["val_loss"][-1] == pytest.approx(
        np.average(error, weights=weight), rel=1e-5
    )
    assert "val_loss" not in plain.history_
    watched = RNNRegressor(**settings(), early_stopping=True, n_iter_no_change=3).fit(
        X[train], y[train], X_val=X[val], y_val=y[val]
    )
    by_fraction = RNNRegressor(
        **settings(), early_stopping=True, n_iter_no_change=3, validation_fraction=0.25
    ).fit(X, y)
    assert largest_difference(watched.weights_, by_fraction.weights_) == 0


def test_validation_of_a_stateful_network_goes_on_from_the_training_rows(trend):
    X, y = trend
    model = RNNRegressor(**settings(epochs=2, batch_size=1), stateful=True).fit(
        X[:150], y[:150], X_val=X[150:], y_val=y[150:]
    )
    error = (model.predict(X[150:]) - y[150:]) ** 2
    assert model.history_["val_loss"][-1] == pytest.approx(error.mean(), rel=1e-5)


@pytest.fixture
def interruptible():
    """Python's own answer to Ctrl-C, which a process started in the background is without."""
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield signal.default_int_handler
    signal.signal(signal.SIGINT, handler)


def test_ctrl_c_ends_training_after_the_running_epoch(trend, interruptible):
    X, y = trend
    # One engine for both fits: the first one compiles, so that the signal comes during training.
    model = RNNRegressor(**settings(epochs=1)).set_params(engine="tensorflow").fit(X, y)
    model.set_params(epochs=10**5)
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt, match=r"interrupted after epoch \d+ of 100000"):
        model.fit(X, y)
    assert time.monotonic() - start < 30
    assert 1 < model.n_iter_ == len(model.history_["loss"]) < 10**5
    assert model.score(X, y) > 0.5
    assert signal.getsignal(signal.SIGINT) is interruptible


@pytest.mark.parametrize("send", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_interruption_can_be_sent_to_another_process(send):
    sent = send(TrainingInterrupted(2, 5, ("state", "losses")))
    assert type(sent) is KeyboardInterrupt
    assert str(sent) == "Training was interrupted after epoch 2 of 5."
    assert not hasattr(sent, "results")


def test_ctrl_c_ends_a_search_and_leaves_a_forecaster_as_it_was(monkeypatch, interruptible):
    run, started = Trainer.run, []

    def interrupted(self):
        started.append(self)
        signal.raise_signal(signal.SIGINT)
        run(self)

    X, y = np.random.default_rng(0).normal(size=(2, 12, 1))
    network = RNNRegressor("simple", 2, epochs=2, engine="numpy")
    search = GridSearchCV(network, {"l2": [0.0, 0.1]}, cv=2)
    series = pd.Series(np.arange(20.0), name="y")
    forecaster = RNNForecaster(lag=2, units=2, epochs=2, engine="numpy", n_networks=1, sp=1)
    monkeypatch.setattr(Trainer, "run", interrupted)
    for fit in (lambda: search.fit(X, y[:, 0]), lambda: forecaster.fit(series, fh=[1])):
        with pytest.raises(KeyboardInterrupt, match=r"after epoch \d of 2\.") as raised:
            fit()
    assert len(started) == 2
    # The forecaster keeps none of its networks, of which the note would speak.
    assert not hasattr(raised.value, "__notes__")
    assert not hasattr(search, "cv_results_")
    assert not hasattr(forecaster, "networks_")


def test_second_ctrl_c_keeps_the_former_fit():
    program = """
        import os, signal
        import numpy as np
        signal.signal(signal.SIGINT, signal.default_int_handler)
        from skrnn import RNNRegressor
        X, y = np.ones((4, 1, 1)), np.ones(4)
        model = RNNRegressor("simple", 2, epochs=1, random_state=0).fit(X, y)
        before = model.predict(X)
        import skrnn.training._stopping
        real = skrnn.training._stopping.Stopping.update
        def twice(*arguments):
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
            return real(*arguments)
        skrnn.training._stopping.Stopping.update = twice
        try:
            model.fit(X + 1, y, X_val=X, y_val=y)
        except KeyboardInterrupt:
            print("interrupted", np.array_equal(before, model.predict(X)))
        """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout == "interrupted True\n", run.stderr


def test_fits_in_a_thread_that_signals_do_not_reach(trend):
    X, y = trend
    scores = []
    model = RNNRegressor(**settings(epochs=20))
    thread = threading.Thread(target=lambda: scores.append(model.fit(X, y).score(X, y)))
    thread.start()
    thread.join()
    assert scores[0] > 0.5


def test_diverging_loss_says_what_to_try_and_keeps_the_former_fit(trend):
    X, y = trend
    model = RNNRegressor(**settings(cell="simple", activation="relu", epochs=20)).fit(X, y)
    before, history = model.predict(X), model.history_
    model.set_params(optimizer="sgd", learning_rate=1e4)
    with pytest.raises(ValueError, match=r"no longer finite.*StandardScaler.*learning_rate.*clip"):
        model.fit(X, y)
    np.testing.assert_array_equal(model.predict(X), before)
    assert model.history_ is history
