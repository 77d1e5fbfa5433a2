"""scikit-learn's callbacks on RNNRegressor: on its own, in pipelines and in searches."""

import signal

import numpy as np
import pytest
import rich
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skrnn import LagWindowTransformer, RNNRegressor, make_lag_windows
from skrnn.training._trainer import Trainer


@pytest.fixture(scope="module")
def windows():
    return make_lag_windows(np.sin(np.arange(90) / 4), lag=3)


def small(**parameters):
    settings = {"units": 3, "epochs": 4, "learning_rate": 0.01, "random_state": 0}
    return RNNRegressor(**settings | parameters)


class Recorder:
    """A callback that records its calls."""

    def __init__(self, stop_after=None):
        self.stop_after = stop_after
        self.events, self.scores = [], []

    def setup(self, estimator, context):
        self.events.append("setup")

    def teardown(self, estimator, context):
        self.events.append("teardown")

    def on_fit_task_begin(self, estimator, context):
        self.events.append(f"begin {context.task_name}")

    def on_fit_task_end(self, estimator, context, *, X=None, y=None, fitted_estimator=None):
        self.events.append(f"end {context.task_name}")
        self.scores.append(fitted_estimator.score(X, y))
        return context.task_name == "epoch" and context.task_id == self.stop_after


def test_a_callback_is_told_of_each_epoch_and_sees_a_fitted_estimator(windows):
    X, y = windows
    recorder = Recorder()
    model = small().set_callbacks(recorder).fit(X, y)
    epochs = ["begin epoch", "end epoch"] * 4
    assert recorder.events == ["setup", "begin fit", *epochs, "end fit", "teardown"]
    assert recorder.scores[3] == recorder.scores[4] == model.score(X, y)
    for epochs, score in enumerate(recorder.scores[:3], 1):
        assert small(epochs=epochs).fit(X, y).score(X, y) == pytest.approx(score, abs=1e-6)


def test_a_callback_can_stop_the_fit(windows):
    recorder = Recorder(stop_after=1)
    model = small().set_callbacks(recorder).fit(*windows)
    assert model.n_iter_ == 2
    assert recorder.events[-2:] == ["end fit", "teardown"]


def test_a_callback_is_told_of_the_end_of_an_interrupted_fit(windows, monkeypatch):
    def interrupted(self, run=Trainer.run):
        signal.raise_signal(signal.SIGINT)
        run(self)

    recorder = Recorder()
    model = small(epochs=9).set_callbacks(recorder)
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    monkeypatch.setattr(Trainer, "run", interrupted)
    try:
        with pytest.raises(KeyboardInterrupt, match="after epoch 1 of 9") as raised:
            model.fit(*windows)
    finally:
        signal.signal(signal.SIGINT, handler)
    assert raised.value.results is None
    assert recorder.events[1:] == ["begin fit", "begin epoch", "end epoch", "end fit", "teardown"]
    assert recorder.scores[-1] == model.score(*windows)


@pytest.mark.filterwarnings("ignore:y has a mean of .* and a standard deviation of:UserWarning")
def test_teardown_comes_after_an_error_too(windows):
    X, y = windows
    recorder = Recorder()
    with pytest.raises(ValueError, match="no longer finite"):
        small(cell="simple", activation="relu", optimizer="sgd", learning_rate=1e6).set_callbacks(
            recorder
        ).fit(X, 1e6 * y)
    assert recorder.events[-1] == "teardown"


def test_callbacks_change_no_weight(windows):
    X, y = windows
    told = small().set_callbacks(Recorder()).fit(X, y)
    np.testing.assert_array_equal(told.predict(X), small().fit(X, y).predict(X))


def monitored_epochs(make, X, y):
    """Logged epochs of a network whose monitor is set on itself, wherever it is."""
    monitor = ScoringMonitor(scoring="r2")
    model = make(small().set_callbacks(monitor)).fit(X, y)
    log = monitor.get_logs()
    return model, [row for row in log.data if row["task_name"] == "epoch"]


def test_scoring_monitor_alone_and_in_a_pipeline_and_a_search(windows):
    X, y = windows
    model, epochs = monitored_epochs(lambda network: network, X, y)
    assert len(epochs) == 4
    assert epochs[-1]["r2"] == pytest.approx(model.score(X, y))

    model, epochs = monitored_epochs(
        lambda network: make_pipeline(FunctionTransformer(), network), X, y
    )
    assert len(epochs) == 4
    assert epochs[-1]["r2"] == pytest.approx(model.score(X, y))

    grid = {"l2": [0.0, 0.01]}
    model, epochs = monitored_epochs(lambda network: GridSearchCV(network, grid, cv=2), X, y)
    assert len(epochs) == 4 * (2 * 2 + 1)
    scores = [row["r2"] for row in epochs]
    assert any(score == pytest.approx(model.score(X, y)) for score in scores)


def test_progress_bar(windows, capsys, monkeypatch):
    # Room for the figures, on a console that no test before this one has made.
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(rich, "_console", None)
    y = windows[1]
    series = y[:, None]
    for model in (
        small(),
        make_pipeline(LagWindowTransformer(lag=2), small()),
        GridSearchCV(small(), {"l2": [0.0, 0.01]}, cv=2),
    ):
        X = series if isinstance(model, Pipeline) else windows[0]
        model.set_callbacks(ProgressBar()).fit(X, y)
        shown = capsys.readouterr().out
        assert "RNNRegressor" in shown
        assert "100%" in shown
