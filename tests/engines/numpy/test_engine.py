"""The engine in NumPy trains as the compiled program does."""

import pickle
import threading

import numpy as np
import pytest
from covering_array import all_pairs
from sklearn.base import clone
from sklearn.model_selection import RandomizedSearchCV, TimeSeriesSplit

from skrnn import RNNClassifier, RNNRegressor
from skrnn.cells import Cell, MinimalGatedCell, PeepholeLSTMCell, check_cell
from skrnn.losses import Loss, check_loss

RNG = np.random.default_rng(0)
X = RNG.normal(size=(18, 3, 2))
X[2, 0, 0] = X[5, 1, 1] = X[7, :2] = np.nan
Y = np.exp(0.3 * np.nan_to_num(X[:, -1, 0]) + 0.1 * RNG.normal(size=18))
Y[3] = np.nan
WEIGHT = RNG.uniform(0.5, 1.0, size=18)
STEPS = np.exp(0.3 * np.nan_to_num(X[:, :, 0]))

CASES = all_pairs(
    {
        "cell": ["simple", "gru", "lstm", MinimalGatedCell(), PeepholeLSTMCell()],
        "units": [2, (3, 2)],
        "structure": [{}, {"bidirectional": True}, {"stateful": True}],
        "return_sequences": [False, True],
        "autoregressive": [False, True],
        "level_feature": [None, 0],
        "n_networks": [1, 2],
        "loss": [
            {"loss": "squared_error"},
            {"loss": "huber"},
            {"loss": "quantile", "quantile": (0.2, 0.8)},
            {"loss": "poisson"},
        ],
        "optimizer": ["sgd", "adam", "nadam", "rmsprop", "adamax"],
        "penalty": [{}, {"l2": 0.01}, {"weight_decay": 0.01}, {"clipnorm": 0.1}],
        "batch_size": [1, 5],
        "weighted": [False, True],
    },
    # An optimizer sees one vector of weights, whatever they belong to, and a loss the outputs.
    apart=[{"cell", "loss", "optimizer"}, {"loss", "penalty"}],
    seed=21,  # gives fewest
)


def fitted(engine, case):
    settings = dict(case)
    weight = WEIGHT if settings.pop("weighted") else None
    for name in ("loss", "structure", "penalty"):
        settings |= settings.pop(name)
    rnn = RNNRegressor(epochs=20, learning_rate=0.01, random_state=0, engine=engine, **settings)
    rnn.fit(X, STEPS if settings["return_sequences"] else Y, sample_weight=weight)
    assert rnn.engine_ == engine
    return rnn


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("case", CASES, ids=str)
def test_weights_after_20_epochs_equal_those_of_the_compiled_program(case):
    ours, theirs = fitted("numpy", case), fitted("tensorflow", case)
    for a, b in zip(ours.weights_, theirs.weights_, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)
    # A Poisson loss of almost zero is a difference of single-precision numbers of order one.
    losses = ours.history_["loss"], theirs.history_["loss"]
    np.testing.assert_allclose(*losses, rtol=1e-4, atol=2e-7)


LIKELIHOODS = {
    "normal": {"n_networks": 2, "return_sequences": True, "stateful": True},
    "student_t": {"bidirectional": True, "autoregressive": True},
    "negative_binomial": {"n_networks": 2},
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("loss", list(LIKELIHOODS))
def test_a_level_changes_the_location_of_a_distribution_only_in_both_engines(loss):
    settings = {"units": 2, "epochs": 5, "batch_size": 6, "level_feature": 0, "random_state": 0}
    y = np.rint(np.abs(3 * Y)) if loss == "negative_binomial" else Y
    y = STEPS if "return_sequences" in LIKELIHOODS[loss] else y
    ours, theirs = (
        RNNRegressor("gru", loss=loss, engine=engine, **settings, **LIKELIHOODS[loss]).fit(
            X, y, sample_weight=WEIGHT
        )
        for engine in ("numpy", "tensorflow")
    )
    for a, b in zip(ours.weights_, theirs.weights_, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(ours.history_["loss"], theirs.history_["loss"], rtol=1e-4)


class SlowCell(Cell):
    """Two states and an extra weight, with a backward pass that belongs to no built-in cell."""

    gates, states, extra_weights = 2, 2, {"peephole": (1, "units")}

    def step(self, xp, products, state, peephole):
        (product,), (_, c) = products, state
        gate, value = xp.split(product, 2, axis=-1)
        gate, value = xp.recurrent_activation(gate + peephole * c), xp.activation(value)
        c = c + gate * (value - c)
        return [xp.activation(c), c], [gate, value, xp.activation(c)]

    def backward(self, xp, kept, before, after, peephole):
        (gate, value, h), (_, c), (dh, dc) = kept, before, after
        dc = dc + dh * xp.slope(h)
        dgate = dc * (value - c) * xp.recurrent_slope(gate)
        products = xp.concatenate([dgate, dc * gate * xp.slope(value)], axis=-1)
        of_state = [xp.zeros_like(h), dc * (1.0 - gate) + dgate * peephole]
        return [products], of_state, xp.sum(dgate * c, axis=-2, keepdims=True)


class NegativeBinomial(Loss):
    link, targets, estimates = "log", "counts", "mean"

    def __init__(self, size=2.0):
        self.size = size

    def error(self, xp, y_true, output):
        return (y_true + self.size) * xp.log(xp.exp(output) + self.size) - y_true * output

    def gradient(self, y_true, output):
        mean = np.exp(output)
        return (y_true + self.size) * mean / (mean + self.size) - y_true


def test_a_cell_and_a_loss_of_ones_own_keep_their_contracts():
    check_cell(SlowCell())
    check_loss(NegativeBinomial())


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    "structure", [{"bidirectional": True, "units": (3, 2)}, {"stateful": True}]
)
def test_a_cell_and_a_loss_of_ones_own_by_both_engines(structure):
    settings = {"units": 3, "cell": SlowCell(), "loss": NegativeBinomial(1.5), "n_networks": 2}
    case = {"structure": structure, "loss": settings, "penalty": {"l2": 0.01}, "weighted": True}
    both = [fitted(e, {**case, "return_sequences": False}) for e in ("numpy", "tensorflow")]
    np.testing.assert_allclose(*map(weights_of, both), rtol=1e-5, atol=1e-5)


def small(**settings):
    defaults = {"cell": "gru", "units": 2, "epochs": 2, "batch_size": 5, "random_state": 0}
    return RNNRegressor(**{**defaults, **settings})


def weights_of(rnn):
    return np.concatenate([weight.ravel() for weight in rnn.weights_])


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(("first", "second"), [("numpy", "tensorflow"), ("tensorflow", "numpy")])
@pytest.mark.parametrize("optimizer", ["nadam", "rmsprop"])
def test_a_stored_estimator_continues_with_the_other_engine(first, second, optimizer):
    """Slots have the same form, so that it makes no difference where training continues."""
    settings = {"optimizer": optimizer, "n_networks": 2}
    stored = pickle.loads(pickle.dumps(small(engine=first, **settings).fit(X, Y)))
    whole = small(engine=first, **settings).fit(X, Y)
    stored.set_params(engine=second)
    for rnn in (stored, whole):
        for _ in range(2):
            rnn.partial_fit(X, Y)
    assert (stored.engine_, whole.engine_) == (second, first)
    np.testing.assert_allclose(weights_of(stored), weights_of(whole), rtol=1e-5, atol=1e-5)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_classes_by_both_engines():
    labels = np.array(["a", "b", "c"])[np.arange(18) % 3]
    both = [
        RNNClassifier("lstm", 2, epochs=20, random_state=0, engine=engine).fit(X, labels)
        for engine in ("numpy", "tensorflow")
    ]
    np.testing.assert_allclose(weights_of(both[0]), weights_of(both[1]), atol=1e-5)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_early_stopping_by_both_engines():
    stopped = {
        "early_stopping": True,
        "epochs": 8,
        "n_iter_no_change": 2,
        "validation_fraction": 0.3,
    }
    ours, theirs = (small(engine=e, **stopped).fit(X, Y) for e in ("numpy", "tensorflow"))
    assert ours.n_iter_ == theirs.n_iter_
    np.testing.assert_allclose(weights_of(ours), weights_of(theirs), atol=1e-5)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_threads_give_the_same_bits():
    expected, found = weights_of(small(epochs=20).fit(X, Y)), []

    def fit():
        found.append(weights_of(small(epochs=20).fit(X, Y)))

    threads = [threading.Thread(target=fit) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(expected, weights) for weights in found)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_random_search_finds_the_same_candidate():
    y = np.nan_to_num(Y)
    settings = {"cell": ["simple", "gru"], "units": [1, 2, 3], "learning_rate": [0.01, 0.1]}
    both = [
        RandomizedSearchCV(
            small(engine=engine, epochs=3), settings, n_iter=6, cv=TimeSeriesSplit(2),
            random_state=0,
        ).fit(X, y)
        for engine in ("numpy", "tensorflow")
    ]  # fmt: skip
    assert both[0].best_params_ == both[1].best_params_
    np.testing.assert_allclose(*[s.cv_results_["mean_test_score"] for s in both], atol=1e-4)


def test_the_engine_is_a_parameter():
    assert clone(small(engine="numpy")).engine == "numpy"
    with pytest.raises(ValueError, match="'engine' parameter of RNNRegressor must be a str among"):
        small(engine="torch").fit(X, Y)
    with pytest.raises(ValueError, match="engine='numpy' does not support dropout"):
        small(engine="numpy", dropout=0.5).fit(X, Y)


def test_a_loss_that_is_not_finite_is_an_error():
    with pytest.raises(ValueError, match="no longer finite"):
        small(engine="numpy", optimizer="sgd", learning_rate=1e30, epochs=5).fit(X, Y)
