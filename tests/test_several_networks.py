"""Networks trained at once are those that would be trained alone, and forecast together."""

import pickle
import warnings
from copy import deepcopy

import keras
import numpy as np
import onnxruntime
import pytest
from sklearn.base import clone

from skrnn import LagWindowTransformer, RNNClassifier, RNNRegressor, forecast, pad_sequences
from skrnn._seeds import network_generators
from skrnn.datasets import make_seasonal_series
from skrnn.network._forward import predict_stream, predict_windows
from skrnn.plotting import LagImportanceDisplay, LossCurveDisplay
from skrnn.training import _row_order
from tests._support.keras_reference import largest_difference

RNG = np.random.RandomState(0)
X = RNG.normal(size=(70, 7, 2)).astype(np.float32)
Y = X[:, -1, 0] + 0.3 * X[:, -2, 1]
GAPS = X.copy()
GAPS[::3, :4] = np.nan
GAPS[1::3, 5, 0] = np.nan
SEQUENCES = {"return_sequences": True, "bidirectional": True, "units": (3, 2)}
# Adam divides by the root of the squared gradients. Where these are tiny, it enlarges the rounding
# of the gradients, which depends on the processor, up to 2e-6 here. With this epsilon it is 1e-7.
STEADY = keras.optimizers.Adam(epsilon=1e-5)
AVERAGING = keras.optimizers.Lamb(gradient_accumulation_steps=2, use_ema=True, ema_momentum=0.9)
CASES = {
    "simple": (RNNRegressor("simple", 4), X, Y),
    "gru": (RNNRegressor("gru", 4), X, Y),
    "lstm": (RNNRegressor("lstm", 4), GAPS, Y),
    "two outputs": (RNNRegressor("gru", 4, optimizer=STEADY), X, np.c_[Y, -Y]),
    "layers": (
        RNNRegressor("lstm", (4, 3), bidirectional=True, autoregressive=True, level_feature=0),
        X,
        Y,
    ),
    "quantiles": (RNNRegressor("gru", 4, loss="quantile", quantile=(0.1, 0.5, 0.9)), GAPS, Y),
    "sequences": (RNNRegressor("gru", autoregressive=True, **SEQUENCES), GAPS, np.sin(X[..., 0])),
    "counts": (
        RNNRegressor("gru", 4, loss="poisson", level_feature=0),
        np.abs(X),
        RNG.poisson(2, 70),
    ),
    "stateful": (
        RNNRegressor("lstm", (4, 2), stateful=True, batch_size=8, optimizer=STEADY),
        X,
        Y,
    ),
    "dropout": (RNNRegressor("lstm", 4, dropout=0.3, recurrent_dropout=0.2), X, Y),
    "penalties": (RNNRegressor("gru", 4, l2=0.01, weight_decay=0.1), X, Y),
    "norms": (RNNRegressor("gru", 4, clipnorm=0.1), X, Y),
    "nadam": (RNNRegressor("gru", 4, optimizer="nadam"), X, Y),
    "muon": (RNNRegressor("gru", 4, optimizer="muon"), X, Y),
    "averages of accumulated": (RNNRegressor("gru", 4, optimizer=AVERAGING), X, Y),
    "adafactor": (RNNRegressor("gru", 4, optimizer="adafactor"), X, Y),
    "two classes": (
        RNNClassifier("gru", 4, class_weight={False: 1.0, True: 3.0}, optimizer=STEADY),
        X,
        Y > 0,
    ),
    "four classes": (RNNClassifier("lstm", 4), GAPS, np.digitize(Y, [-1, 0, 1])),
    "tags": (RNNClassifier("gru", **SEQUENCES), X, np.digitize(X[..., 0], [-0.5, 0.5])),
}
# Sums are added in another order.
CLOSE = 1e-6


def prepared(name, **settings):
    estimator, windows, y = CASES[name]
    settings = {"epochs": 3, "learning_rate": 0.01, "random_state": 0} | settings
    return clone(estimator).set_params(**settings), windows, y


@pytest.fixture(scope="module", params=CASES)
def fitted(request):
    estimator, windows, y = prepared(request.param, n_networks=3)
    return estimator.fit(windows, y), windows, y


def alone(estimator, windows, y):
    """The networks of an estimator, each trained by itself."""
    draws = network_generators(estimator.random_state, estimator.n_networks)
    return [
        clone(estimator).set_params(n_networks=1).set_params(random_state=own).fit(windows, y)
        for own in draws
    ]


def outputs(estimator, windows):
    predict = getattr(estimator, "predict_proba", estimator.predict)
    return predict(windows)


def test_each_network_is_the_one_trained_alone(fitted):
    estimator, windows, y = fitted
    networks = alone(estimator, windows, y)
    for i, network in enumerate(networks):
        weights = [weight[i] for weight in estimator.weights_]
        assert largest_difference(weights, network.weights_) < CLOSE
    assert largest_difference(networks[0].weights_, networks[1].weights_) > 0.1
    losses = np.mean([network.history_["loss"] for network in networks], axis=0)
    np.testing.assert_allclose(estimator.history_["loss"], losses, rtol=1e-5)
    expected = np.mean([outputs(network, windows) for network in networks], axis=0)
    np.testing.assert_allclose(outputs(estimator, windows), expected, atol=1e-5)


def test_the_first_network_does_not_depend_on_the_number():
    estimator, windows, y = prepared("gru")
    few, many = (
        clone(estimator).set_params(n_networks=n).fit(windows, y).weights_ for n in (2, 4)
    )
    assert largest_difference(few, [weight[:2] for weight in many]) < CLOSE
    drawn = np.random.RandomState(0)
    one = clone(estimator).set_params(random_state=drawn).fit(windows, y)
    assert largest_difference([weight[0] for weight in many], one.weights_) < CLOSE


@pytest.mark.parametrize("name", ["layers", "quantiles", "two classes"])
def test_keras_model_predicts_the_same(name):
    estimator, windows, y = prepared(name, n_networks=3)
    estimator.fit(windows, y)
    found = np.asarray(estimator.model_(windows))
    expected = outputs(estimator, windows)
    if hasattr(estimator, "classes_") and len(estimator.classes_) == 2:
        expected = expected[:, 1]
    np.testing.assert_allclose(found.ravel(), expected.ravel(), atol=1e-5)


def test_pickles_predict_the_same(fitted):
    estimator, windows, y = fitted
    again = pickle.loads(pickle.dumps(estimator))
    np.testing.assert_array_equal(outputs(again, windows), outputs(estimator, windows))
    again.set_params(warm_start=True).fit(windows, y)
    other = deepcopy(estimator).set_params(warm_start=True).fit(windows, y)
    assert largest_difference(again.weights_, other.weights_) == 0


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:In the future `np.object`:FutureWarning")
@pytest.mark.parametrize("name", ["gru", "four classes"])
def test_onnx_predicts_the_same(tmp_path, name):
    estimator, windows, y = prepared(name, n_networks=3, epochs=1)
    estimator.fit(windows, y)
    estimator.model_.export(tmp_path / "model.onnx", format="onnx", verbose=False)
    session = onnxruntime.InferenceSession(
        tmp_path / "model.onnx", providers=["CPUExecutionProvider"]
    )
    [found] = session.run(None, {"windows": windows})
    np.testing.assert_allclose(found.ravel(), outputs(estimator, windows).ravel(), atol=1e-5)


def test_forecasts_in_blocks_and_one_by_one(fitted):
    estimator, windows, _ = fitted
    if estimator.stateful:
        _, state = estimator.predict(windows[:30], return_state=True)
        whole, after = estimator.predict(windows, return_state=True)
        later, last = estimator.predict(windows[30:], initial_state=state, return_state=True)
        np.testing.assert_allclose(later, whole[30:], rtol=1e-6)
        assert [array.shape for array in after] == [(3, 4)] * 2 + [(3, 2)] * 2
    else:
        whole, after = estimator.predict(windows, return_state=True)
        one, last = estimator.predict(windows[-1:], return_state=True)
        np.testing.assert_array_equal(one, whole[-1:])
        assert all(array.shape[:2] == (70, 3) for array in after)
        after = [array[-1:] for array in after]
    for a, b in zip(after, last, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("name", ["lstm", "stateful"])
def test_states_are_those_of_each_network(name):
    estimator, windows, y = prepared(name, n_networks=2)
    estimator.fit(windows, y)
    architecture = estimator._fitted_architecture
    _, found = estimator.predict(windows[:5], return_state=True)
    predict = predict_stream if estimator.stateful else predict_windows
    settings = {} if estimator.stateful else {"with_state": True}
    for i, weights in enumerate(architecture.of_each_network(estimator.weights_)):
        _, states = predict(architecture.of_one_network, weights, windows[:5], **settings)
        for a, b in zip(found, states, strict=True):
            np.testing.assert_allclose(a[..., i, :], b, rtol=1e-12)


def test_wrong_states_are_refused():
    estimator, windows, y = prepared("stateful", n_networks=2)
    estimator.fit(windows, y)
    with pytest.raises(ValueError, match=r"shapes \[\(2, 4\), \(2, 4\), \(2, 2\), \(2, 2\)\]"):
        estimator.predict(windows, initial_state=[np.zeros(4)] * 2 + [np.zeros(2)] * 2)


@pytest.mark.parametrize("name", ["lstm", "stateful", "two classes", "muon"])
def test_rows_one_by_one_are_an_epoch(name):
    settings = {"n_networks": 2, "shuffle": False, "batch_size": 1, "epochs": 1}
    estimator, windows, y = prepared(name, **settings)
    whole, online = clone(estimator).fit(windows, y), clone(estimator)
    classes = {"classes": np.unique(y)} if name == "two classes" else {}
    for row in range(len(windows)):
        online.partial_fit(windows[row : row + 1], y[row : row + 1], **classes)
    assert largest_difference(whole.weights_, online.weights_) < 1e-5


def test_a_warm_start_goes_on():
    estimator, windows, y = prepared("lstm", n_networks=2)
    whole = clone(estimator).set_params(epochs=5).fit(windows, y)
    estimator.set_params(epochs=2).fit(windows, y)
    estimator.set_params(epochs=3, warm_start=True).fit(windows, y)
    assert largest_difference(whole.weights_, estimator.weights_) == 0
    with pytest.raises(ValueError, match="n_networks from 2 to 3"):
        estimator.set_params(n_networks=3).fit(windows, y)


@pytest.mark.parametrize("name", ["gru", "two classes"])
def test_each_network_has_its_own_best_epoch(name):
    settings = {"epochs": 40, "early_stopping": True, "n_iter_no_change": 2, "tol": 0.003}
    estimator, windows, y = prepared(name, n_networks=3, **settings)
    # A classifier holds out rows at random, by the seed of the first network.
    estimator.set_params(shuffle=name != "two classes")
    networks = alone(estimator, windows, y)
    estimator.fit(windows, y)
    assert len({network.n_iter_ for network in networks}) > 1
    assert estimator.n_iter_ == max(network.n_iter_ for network in networks)
    for i, network in enumerate(networks):
        weights = [weight[i] for weight in estimator.weights_]
        assert largest_difference(weights, network.weights_) < 1e-5
    before = estimator.score(windows, y)
    estimator.set_params(warm_start=True, early_stopping=False).fit(windows, y)
    assert estimator.score(windows, y) > before - 0.05


@pytest.mark.parametrize("size", [1.0, 40.0, 800.0])
@pytest.mark.parametrize("name", ["two classes", "four classes"])
def test_certain_networks(name, size):
    """Logarithms of probabilities stay finite where probabilities are 0 or 1."""
    estimator, windows, y = prepared(name, n_networks=2, epochs=1)
    estimator.fit(windows, y)
    estimator.weights_[-2] *= size
    logarithms = estimator.predict_log_proba(windows)
    assert np.isfinite(logarithms).all()
    networks = clone(estimator).set_params(n_networks=1).fit(windows, y)
    found = []
    for i in range(2):
        networks.weights_ = [weight[i] for weight in estimator.weights_]
        found.append(networks.predict_proba(windows))
    mean = np.mean(found, axis=0)
    np.testing.assert_allclose(estimator.predict_proba(windows), mean, atol=1e-6)
    first, second = np.sort(mean, axis=1).T[:-3:-1]
    clear = first - second > 1e-6
    expected = estimator.classes_[mean.argmax(axis=1)]
    np.testing.assert_array_equal(estimator.predict(windows)[clear], expected[clear])


def test_batches_of_similar_length(monkeypatch):
    """A step takes as long as its longest batch, so the networks sort their batches alike."""
    monkeypatch.setattr(_row_order, "_WORTHWHILE", 1)
    lengths = np.arange(70) % 7 + 1
    padded = pad_sequences([row[-n:] for row, n in zip(X, lengths, strict=True)])
    estimator, _, y = prepared("two classes", n_networks=3, epochs=30, batch_size=8)
    assert estimator.fit(padded, y).score(padded, y) > 0.8


@pytest.mark.parametrize("n_networks", [0, 2.5, "3", None, True])
def test_wrong_numbers_are_refused(n_networks):
    estimator, windows, y = prepared("gru", n_networks=n_networks)
    with pytest.raises(ValueError, match="'n_networks' parameter of RNNRegressor must be"):
        estimator.fit(windows, y)


def test_displays():
    estimator, windows, y = prepared("stateful", n_networks=2)
    estimator.fit(windows, y)
    importance = LagImportanceDisplay.from_estimator(estimator, windows)
    one, states = clone(estimator).set_params(n_networks=1).fit(windows, y), []
    for i in range(2):
        one.weights_ = [weight[i] for weight in estimator.weights_]
        states.append(LagImportanceDisplay.from_estimator(one, windows).importances)
    np.testing.assert_allclose(importance.importances, np.mean(states, axis=0), rtol=1e-4)
    permutation = {"method": "permutation", "random_state": 0}
    permuted = LagImportanceDisplay.from_estimator(estimator, windows, **permutation)
    alike = np.corrcoef(permuted.importances.ravel(), importance.importances.ravel())
    assert alike[0, 1] > 0.9
    assert LossCurveDisplay.from_estimator(estimator).frame().shape[0] == 3


@pytest.mark.parametrize("stateful", [False, True])
def test_a_pipeline_is_continued(stateful):
    from sklearn.pipeline import make_pipeline

    series = make_seasonal_series(100, random_state=0)
    network = RNNRegressor(
        "gru", 4, n_networks=3, stateful=stateful, epochs=3, random_state=0, batch_size=4
    )
    model = make_pipeline(LagWindowTransformer(lag=6), network)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the series is not scaled
        model.fit(series.to_frame(), series)
        found = forecast(model, series.to_frame(), steps=3)
        table = series.to_frame()
        for label, value in found.items():
            table.loc[label] = np.nan
            assert model.predict(table)[-1] == pytest.approx(value, rel=1e-5)
            table.loc[label] = value
