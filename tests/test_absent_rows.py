"""Rows that a fit cannot use have no effect on it: the result is the same as without them."""

import numpy as np
import pytest

from skrnn import LagWindowTransformer, RNNClassifier, RNNRegressor

N_ROWS, N_ABSENT = 60, 19
SETTINGS = {
    "cell": "gru",
    "units": 2,
    "epochs": 6,
    "batch_size": 8,
    "learning_rate": 0.05,
    "engine": "numpy",
    "random_state": 0,
}
STOPPING = {"early_stopping": True, "validation_fraction": 0.2, "n_iter_no_change": 2}
MODELS = {
    "regressor": (RNNRegressor, {}),
    "in order": (RNNRegressor, {"shuffle": False}),
    "stateful": (RNNRegressor, {"stateful": True, "shuffle": False, "batch_size": 4}),
    "sequences": (RNNRegressor, {"return_sequences": True}),
    "several outputs": (RNNRegressor, {}),
    "level": (RNNRegressor, {"level_feature": 0}),
    "quantiles": (RNNRegressor, {"loss": "quantile", "quantile": [0.1, 0.9]}),
    "several networks": (RNNRegressor, {"n_networks": 2}),
    "classifier": (RNNClassifier, {}),
    "balanced": (RNNClassifier, {"class_weight": "balanced"}),
    "classifier in order": (RNNClassifier, {"shuffle": False}),
    "classifier of steps": (RNNClassifier, {"return_sequences": True}),
}


def data(kind, seed):
    """Return windows, targets and weights of rows that can all be used."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(N_ROWS, 3, 2))
    y = X[:, -1, 0] + rng.normal(size=N_ROWS)
    if kind in ("sequences", "classifier of steps"):
        y = X[:, :, 0] + rng.normal(size=(N_ROWS, 3))
    if kind == "several outputs":
        y = np.stack([y, X[:, 0, 1]], axis=1)
        y[rng.choice(N_ROWS, 20, replace=False), 0] = np.nan  # such rows can still be used
    if "classifier" in kind or kind == "balanced":
        y = np.digitize(y, [-0.5, 0.5]).astype(float)
    return X, y, rng.uniform(0.5, 2, N_ROWS)


def without_effect(why, X, y, weight, absent):
    """Return the rows, some of which cannot be used for a reason."""
    X, y, weight = X.copy(), y.copy(), weight.copy()
    if why == "weight":
        weight[absent] = 0
    elif why == "target":
        y[absent] = np.nan
    else:
        X[absent] = np.nan
    return X, y, weight


def assert_same_fit(model, other):
    assert model.n_iter_ == other.n_iter_
    for name, losses in other.history_.items():
        np.testing.assert_allclose(model.history_[name], losses, rtol=1e-6, err_msg=name)
    for mine, theirs in zip(model.weights_, other.weights_, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-6)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("stopping", [{}, STOPPING], ids=["all epochs", "early stopping"])
@pytest.mark.parametrize("why", ["weight", "target", "window"])
@pytest.mark.parametrize("kind", MODELS)
def test_unusable_rows_have_no_effect(kind, why, stopping):
    make, parameters = MODELS[kind]
    X, y, weight = data(kind, seed=len(kind))
    rng = np.random.default_rng(len(kind))
    at_end = np.arange(N_ROWS - N_ABSENT, N_ROWS)
    anywhere = rng.choice(N_ROWS, N_ABSENT, replace=False)
    for absent in (at_end, anywhere):
        fit = make(**SETTINGS | stopping | parameters).fit(
            *without_effect(why, X, y, weight, absent)
        )
        rest = np.delete(np.arange(N_ROWS), absent)
        expected = make(**SETTINGS | stopping | parameters).fit(X[rest], y[rest], weight[rest])
        assert_same_fit(fit, expected)


@pytest.mark.parametrize("kind", ["regressor", "stateful", "sequences", "several outputs"])
def test_partial_fit_is_not_changed_by_unusable_rows(kind):
    make, parameters = MODELS[kind]
    X, y, weight = data(kind, seed=1)
    rest = np.arange(N_ROWS - N_ABSENT)
    weight[len(rest) :] = 0
    model, other = (make(**SETTINGS | parameters) for _ in range(2))
    model.partial_fit(X, y, weight)
    other.partial_fit(X[rest], y[rest], weight[rest])
    assert_same_fit(model, other)


def test_unknown_last_targets_of_a_series_are_not_counted():
    """As in a pipeline that ends with a network, whose targets are not known yet."""
    series = np.random.default_rng(0).normal(size=(N_ROWS, 1)).cumsum(axis=0)
    y = series[:, 0].copy()
    y[-N_ABSENT:] = np.nan
    windows = LagWindowTransformer(lag=3).fit_transform(series)
    for missing in ("mask", "drop"):
        model, other = (RNNRegressor(**SETTINGS | STOPPING, missing=missing) for _ in range(2))
        model.fit(windows, y)
        assert_same_fit(model, other.fit(windows[:-N_ABSENT], y[:-N_ABSENT]))
