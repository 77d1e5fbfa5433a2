"""Fitted estimators in files: what comes back is what was stored."""

import io
import lzma
import pickle
import re
import subprocess
import sys
import textwrap
import warnings
from pathlib import Path

import cloudpickle
import joblib
import keras
import numpy as np
import onnxruntime
import pandas as pd
import pytest
import skops.io
from forked_programs import run_forked
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import skrnn
from skrnn import LagWindowTransformer, RNNRegressor, make_lag_windows
from skrnn.datasets import make_seasonal_series

STORED = Path(__file__).parent / "data" / "stored-0.1.0.pickle.xz"
TRUSTED = [
    "skrnn._regressor.RNNRegressor",
    "skrnn.windows._lag_window_transformer.LagWindowTransformer",
    "skrnn.windows._time_index.RememberedIndex",
]

# Keras's and TensorFlow's own, of NumPy.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:In the future `np.object`:FutureWarning"),
    # One row of the windows has no known step, and so no level.
    pytest.mark.filterwarnings("ignore:.* no known value of the level_feature:UserWarning"),
]


def small(**parameters):
    return RNNRegressor(**{"units": 2, "epochs": 2, "random_state": 0} | parameters)


VARIANTS = {
    "lstm": small(),
    "level": small(cell="gru", level_feature=0, autoregressive=True),
    "quantiles": small(cell="simple", loss="quantile", quantile=(0.1, 0.5, 0.9)),
    "sequences": small(return_sequences=True, level_feature=0, autoregressive=True),
    "bidirectional": small(bidirectional=True),
    "stateful": small(cell="gru", stateful=True, batch_size=1),  # as it learns on
}


@pytest.fixture(scope="module")
def windows():
    """Windows of two features, with gaps: steps, and one row without any known step."""
    X, y = make_lag_windows(np.sin(np.arange(60) / 4) + 2, lag=4)
    X = np.concatenate([X, np.cos(X)], axis=2).astype(np.float32)
    X[3, 1, 0] = X[7, 0, 1] = X[9, 3, 0] = X[5] = np.nan
    return X, y


@pytest.fixture(scope="module")
def targets(windows):
    """Targets of each variant."""
    _, y = windows
    sequences = np.repeat(y[:, None], 4, axis=1)
    return {n: sequences if model.return_sequences else y for n, model in VARIANTS.items()}


@pytest.fixture(scope="module")
def fitted(windows, targets):
    X, _ = windows
    return {name: clone(model).fit(X, targets[name]) for name, model in VARIANTS.items()}


def through_pickle(model):
    return pickle.loads(pickle.dumps(model))


def through_joblib(model):
    file = io.BytesIO()
    joblib.dump(model, file, compress=3)
    return joblib.load(io.BytesIO(file.getvalue()))


def through_cloudpickle(model):
    return pickle.loads(cloudpickle.dumps(model))


def through_skops(model):
    data = skops.io.dumps(model)
    assert set(skops.io.get_untrusted_types(data=data)) <= set(TRUSTED)
    return skops.io.loads(data, trusted=TRUSTED)


ways = pytest.mark.parametrize(
    "through", [through_pickle, through_joblib, through_cloudpickle, through_skops]
)


@ways
@pytest.mark.parametrize("name", VARIANTS)
def test_what_comes_back_predicts_and_learns_on_as_before(windows, targets, fitted, name, through):
    X, y = windows[0], targets[name]
    model = clone(VARIANTS[name]).fit(X, y)  # one that was never stored
    restored = through(fitted[name])
    assert restored.get_params() == model.get_params()
    assert restored.history_ == model.history_
    assert [w.dtype for w in restored.weights_] == [np.float32] * len(model.weights_)
    np.testing.assert_array_equal(restored.predict(X), model.predict(X))
    np.testing.assert_array_equal(restored.predict(X[20:]), model.predict(X[20:]))
    learned = [m.partial_fit(X[:20], y[:20]).weights_ for m in (model, restored)]
    for ours, theirs in zip(*learned, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert not np.array_equal(learned[0][0], fitted[name].weights_[0])


@ways
@pytest.mark.parametrize(
    "index",
    [
        pd.RangeIndex(60),
        pd.date_range("1981-01-01", periods=60),
        pd.date_range("1981-01-01", periods=60, freq="MS"),
        pd.bdate_range("1981-01-01", periods=60),
        pd.date_range("1981-03-28", periods=60, freq="h", tz="Europe/Madrid"),  # clocks change
        pd.period_range("1981-01", periods=60, freq="M"),
        pd.timedelta_range("1h", periods=60, freq="10s"),
    ],
    ids=["range", "days", "months", "business days", "zone", "periods", "durations"],
)
def test_transformer_that_comes_back_knows_where_its_series_ended(index, through):
    frame = pd.DataFrame({"temp": np.arange(60.0)}, index=index)
    model = LagWindowTransformer(lag=3).fit(frame[:40])
    restored = through(model)
    for rows in (slice(40, 60), slice(42, 60), slice(0, 60), slice(10, 50)):
        np.testing.assert_array_equal(
            restored.transform(frame[rows]), model.transform(frame[rows])
        )
    assert model.transform(frame[41:])[0].ravel().tolist()[:2] == [38.0, 39.0]


@ways
def test_pipeline_comes_back(through):
    series = make_seasonal_series(60, random_state=0)
    frame = series.to_frame()
    scale = StandardScaler().set_output(transform="pandas")
    model = make_pipeline(scale, LagWindowTransformer(lag=4), small())
    model.fit(frame[:40], series[:40])
    restored = through(model)
    np.testing.assert_array_equal(restored.predict(frame[40:]), model.predict(frame[40:]))


def test_categories_come_back_through_skops():
    frame = pd.DataFrame({"x": np.arange(20.0) / 20, "kind": ["b", "a"] * 10})
    model = make_pipeline(LagWindowTransformer(lag=2), small(engine="numpy")).fit(frame, frame.x)
    data = skops.io.dumps(model)
    restored = skops.io.loads(data, trusted=skops.io.get_untrusted_types(data=data))
    np.testing.assert_array_equal(restored.predict(frame[15:]), model.predict(frame[15:]))


def test_documented_trusted_types_are_the_ones_that_skops_asks_for():
    page = (Path(__file__).parents[1] / "docs" / "interoperability.rst").read_text("utf-8")
    frame = make_seasonal_series(40, random_state=0).to_frame()
    model = make_pipeline(LagWindowTransformer(lag=4), small()).fit(frame, frame.squeeze())
    assert skops.io.get_untrusted_types(data=skops.io.dumps(model)) == TRUSTED
    for name in TRUSTED:
        assert f'"{name}"' in page


def test_class_of_ones_own_travels_by_value(windows, fitted):
    class Doubled(RNNRegressor):
        def predict(self, X):
            return 2 * super().predict(X)

    X, y = windows
    model = Doubled(units=2, epochs=2, random_state=0).fit(X, y)
    program = """
        import pickle, sys
        model, X = pickle.loads(sys.stdin.buffer.read())
        sys.stdout.buffer.write(pickle.dumps(model.predict(X)))
        """
    forecast = pickle.loads(run(program, cloudpickle.dumps((model, X))))
    np.testing.assert_array_equal(forecast, 2 * fitted["lstm"].predict(X))


def run(program, data):
    """What a program prints in a separate process."""
    command = [sys.executable, "-c", textwrap.dedent(program)]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


# Versions


@pytest.mark.parametrize("load", [pickle.loads, cloudpickle.loads])
def test_another_version_is_a_warning_that_names_both(fitted, monkeypatch, load):
    data = pickle.dumps(fitted["lstm"])
    versions = rf"saved by skrnn {re.escape(skrnn.__version__)} .* by skrnn 9\.8\.7"
    monkeypatch.setattr(skrnn, "__version__", "9.8.7")
    with pytest.warns(UserWarning, match=versions) as caught:
        restored = load(data)
    assert caught[0].filename == __file__
    assert restored.get_params() == fitted["lstm"].get_params()
    # Stored again, it is of the new version.
    assert pickle.loads(pickle.dumps(restored)).n_iter_ == restored.n_iter_


def test_the_same_version_is_no_warning(fitted):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pickle.loads(pickle.dumps(fitted["lstm"]))


def estimators_to_store():
    """What the file of a version holds; ``python tests/test_storage.py`` writes it anew."""
    series = np.sin(np.arange(40) / 4) + 2
    X, y = make_lag_windows(series, lag=4)
    index = pd.date_range("1981-01-01", periods=40, freq="D")
    frame = pd.DataFrame({"temp": series}, index=index)
    transformer = LagWindowTransformer(lag=4).fit(frame[:30])
    models = [
        small(cell="simple", level_feature=0, autoregressive=True).fit(X[:30], y[:30]),
        small(stateful=True, batch_size=1, optimizer="sgd").fit(X[:30], y[:30]),
    ]
    after = [through_pickle(model).partial_fit(X[30:], y[30:]) for model in models]
    return {
        "frame": {"index": index.strftime("%Y-%m-%d").tolist(), "temp": series.tolist()},
        "transformer": transformer,
        "windows": transformer.transform(frame[30:]),
        "models": models,
        "X": np.ascontiguousarray(X),
        "y": y,
        "forecasts": [model.predict(X) for model in models],
        "weights after learning on": [model.weights_ for model in after],
    }


@pytest.mark.parametrize("engine", ["auto", "numpy"])
def test_file_of_an_earlier_version_loads_and_predicts_the_same(engine):
    versions = rf"saved by skrnn 0\.1\.0 .* by skrnn {re.escape(skrnn.__version__)}"
    with pytest.warns(UserWarning, match=versions) as caught:
        stored = pickle.loads(lzma.decompress(STORED.read_bytes()))
    assert {w.filename for w in caught} == {__file__}
    X, y = stored["X"], stored["y"]
    frame = pd.DataFrame(stored["frame"]).set_index("index")
    frame.index = pd.to_datetime(frame.index)
    np.testing.assert_array_equal(stored["transformer"].transform(frame[30:]), stored["windows"])
    for model, forecast, weights in zip(
        stored["models"], stored["forecasts"], stored["weights after learning on"], strict=True
    ):
        np.testing.assert_allclose(model.predict(X), forecast, rtol=1e-9)
        model.set_params(engine=engine).partial_fit(X[30:], y[30:])
        for ours, theirs in zip(model.weights_, weights, strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.filterwarnings("ignore:This RNNRegressor was saved by skrnn")
@pytest.mark.parametrize(
    "change",
    [{}, {"dropout": 0.1}, {"optimizer": "lamb"}, {"stateful": False}, {"clipnorm": 1.0}],
    ids=str,
)
def test_model_of_an_earlier_version_learns_on_with_other_parameters(change):
    """Version 0.1.0 stored what the optimizer remembers in the shapes of a padded network."""
    stored = pickle.loads(lzma.decompress(STORED.read_bytes()))
    for model in stored["models"]:
        iteration = 0 if "optimizer" in change else model._iteration
        model.set_params(**change).partial_fit(stored["X"][30:], stored["y"][30:])
        assert model._iteration > iteration
        assert {s.shape for s in model._slots} <= {w.shape for w in model.weights_}
        assert np.isfinite(model.predict(stored["X"][30:])).all()


# Optimizers and schedules


def test_optimizer_and_schedule_are_stored_as_configurations(windows):
    X, y = windows
    schedule = keras.optimizers.schedules.ExponentialDecay(0.05, 10, 0.9)
    optimizer = keras.optimizers.SGD(momentum=0.9, nesterov=True)
    model = small(optimizer=optimizer, learning_rate=schedule).fit(X, y)
    data = pickle.dumps(model)
    assert isinstance(model.optimizer, keras.optimizers.SGD)  # to store is not to change

    restored = pickle.loads(data)
    assert restored.optimizer["config"]["momentum"] == 0.9
    assert restored.learning_rate["config"]["decay_rate"] == 0.9
    for again in (restored, clone(restored), clone(model)):
        np.testing.assert_array_equal(again.fit(X, y).predict(X), model.predict(X))

    program = """
        import pickle, sys
        model = pickle.loads(sys.stdin.buffer.read())
        print(model.optimizer["class_name"], *sorted({"keras", "tensorflow"} & set(sys.modules)))
        """
    assert run(program, data).split() == [b"SGD"]


# Keras and ONNX


def test_keras_models_load_in_another_process(windows, fitted, tmp_path):
    X, _ = windows
    for name, model in fitted.items():
        model.model_.save(tmp_path / f"{name}.keras")
    np.save(tmp_path / "X.npy", X)
    program = """
        import pathlib, sys
        import keras
        import numpy as np
        from skrnn import build_network  # by which Keras knows the layers

        folder = pathlib.Path(sys.argv[1])
        X = np.load(folder / "X.npy")
        for file in folder.glob("*.keras"):
            np.save(file.with_suffix(".npy"), keras.saving.load_model(file)(X).numpy())
        """
    [ended] = run_forked((textwrap.dedent(program), tmp_path))
    assert ended.status == 0, ended.err
    for name, model in fitted.items():
        forecast = np.load(tmp_path / f"{name}.npy")
        assert_same_forecast(forecast, model, X)


def assert_same_forecast(forecast, model, X):
    # A Keras model begins each row with a state of zeros.
    expected = through_pickle(model).set_params(stateful=False).predict(X)
    np.testing.assert_allclose(forecast.reshape(expected.shape), expected, atol=1e-5)


@pytest.mark.parametrize("name", ["lstm", "level", "quantiles", "sequences", "bidirectional"])
def test_onnx_predicts_the_same(windows, fitted, tmp_path, name):
    X, _ = windows
    path = tmp_path / "model.onnx"
    fitted[name].model_.export(path, format="onnx", verbose=False)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for rows in (X, X[:1]):
        [forecast] = session.run(None, {"windows": rows})
        assert_same_forecast(forecast, fitted[name], rows)


if __name__ == "__main__":
    STORED.parent.mkdir(exist_ok=True)
    STORED.write_bytes(lzma.compress(pickle.dumps(estimators_to_store(), protocol=4)))
