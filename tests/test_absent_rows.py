"""Rows that a fit cannot use have no effect on it: the result is the same as without them."""

import numpy as np
import pandas as pd
import pytest

from skrnn import LagWindowTransformer, RNNClassifier, RNNRegressor
from skrnn.windows._coded_steps import CodedSteps

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


@pytest.mark.filterwarnings("error::skrnn.SkrnnWarning")
@pytest.mark.parametrize("why", ["weight", "target", "missing", "class_weight"])
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_unusable_rows_define_no_category(why, method):
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"size": rng.normal(size=N_ROWS), "shop": rng.choice(["a", "b"], N_ROWS)})
    y = X["size"] * (X["shop"] == "a") + rng.normal(size=N_ROWS)
    absent, rest, weight = [0, 7], np.delete(np.arange(N_ROWS), [0, 7]), np.ones(N_ROWS)
    X.loc[absent, "shop"] = ["closed", "sold"]
    make, parameters, classes = RNNRegressor, {"missing": "drop"}, {}
    if why == "weight":
        weight[absent] = 0
    elif why == "target":
        y[absent] = np.nan
    elif why == "missing":
        X.loc[absent, "size"] = np.nan
    else:
        y = (y > 0).astype(int)
        y[absent] = 2
        make, parameters = RNNClassifier, {"class_weight": {2: 0.0}}
        classes = {"classes": [0, 1, 2]}
    model, other = (make(**SETTINGS | parameters) for _ in range(2))
    arguments = classes if method == "partial_fit" else {}
    getattr(model, method)(X, y, sample_weight=weight, **arguments)
    assert model.categories_ == {"shop": ["a", "b"]}
    if why == "class_weight":  # whose third class belongs to the network
        return
    getattr(other, method)(X.loc[rest], y[rest], sample_weight=weight[rest], **arguments)
    assert other.categories_ == model.categories_
    assert_same_fit(model, other)
    np.testing.assert_allclose(model.predict(X.loc[rest]), other.predict(X.loc[rest]), atol=1e-6)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("as_table", [False, True], ids=["view", "table"])
def test_unusable_windows_of_a_series_define_no_category(as_table):
    """A category is known if one of the windows to fit on contains it."""
    rng = np.random.default_rng(0)
    series = pd.DataFrame(
        {"size": rng.normal(size=N_ROWS), "shop": rng.choice(["a", "b"], N_ROWS)}
    )
    series.loc[N_ROWS - 2, "shop"] = "last"  # in the window of the last row alone
    series.loc[20, "shop"] = "within"
    windows = LagWindowTransformer(lag=3, flatten=as_table)
    if as_table:
        windows.set_output(transform="pandas")
    X, y = windows.fit_transform(series), rng.normal(size=N_ROWS)
    weight = np.ones(N_ROWS)
    weight[[21, 22, N_ROWS - 1]] = 0
    model = RNNRegressor(**SETTINGS, n_timesteps=3 if as_table else 1).fit(X, y, weight)
    assert list(model.categories_.values()) == [["a", "b", "within"]]
    other = RNNRegressor(**SETTINGS, n_timesteps=3 if as_table else 1)
    assert_same_fit(model, other.fit(X[:-1], y[:-1], weight[:-1]))


def test_labels_of_rows_without_weight_are_classes():
    """As in scikit-learn, whose classifiers read the classes from all of y."""
    X, y, weight = data("classifier", seed=0)
    y[0], weight[0] = 7.0, 0.0
    model = RNNClassifier(**SETTINGS).fit(X, y, weight)
    assert model.classes_.tolist() == [0.0, 1.0, 2.0, 7.0]


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_windows_are_read_once_even_if_some_are_unusable(method, monkeypatch):
    """Reading windows with categories takes longer than training a small network on them."""
    read = []
    original = CodedSteps.of.__func__

    def counted(cls, *args, **kwargs):
        read.append(args)
        return original(cls, *args, **kwargs)

    monkeypatch.setattr(CodedSteps, "of", classmethod(counted))
    X = pd.DataFrame({"size": np.arange(N_ROWS), "shop": ["a", "b"] * (N_ROWS // 2)})
    y, weight = np.arange(N_ROWS) / N_ROWS, np.arange(N_ROWS) > 1
    model = RNNRegressor(**SETTINGS)
    getattr(model, method)(X, y, sample_weight=weight)
    assert len(read) == 1
    assert model.categories_ == {"shop": ["a", "b"]}
    assert model.network_input(X).shape == (N_ROWS, 1, 3)


@pytest.mark.parametrize("why", ["weight", "target", "missing", "class_weight"])
def test_first_rows_that_are_all_unusable_define_no_categories(why):
    X = pd.DataFrame({"size": np.arange(4.0), "shop": ["a", "b", "a", "b"]})
    y, weight, make, parameters, classes = np.arange(4.0), None, RNNRegressor, {}, {}
    if why == "weight":
        weight = np.zeros(4)
    elif why == "target":
        y = np.full(4, np.nan)
    elif why == "missing":
        parameters, X["size"] = {"missing": "drop"}, np.nan
    else:
        y, make, classes = np.ones(4), RNNClassifier, {"classes": [0.0, 1.0]}
        parameters = {"class_weight": {1.0: 0.0}}
    model = make(**SETTINGS | parameters)
    with pytest.raises(ValueError, match="no row of X is left to learn them from"):
        model.partial_fit(X, y, sample_weight=weight, **classes)
    assert not [name for name in vars(model) if name not in model.get_params()]
    usable = X.assign(size=np.arange(4.0), shop=["b", "c", "b", "c"])
    model.partial_fit(usable, np.zeros(4), **classes)
    assert model.categories_ == {"shop": ["b", "c"]}
    fitted = model.weights_
    later = X.assign(shop="b")  # in a later call, such rows are skipped
    model.partial_fit(later, y, sample_weight=weight)
    for now, before in zip(model.weights_, fitted, strict=True):
        np.testing.assert_array_equal(now, before)


def test_first_rows_without_categories_may_all_be_unusable():
    """As the first rows of a stream, whose windows are not complete yet."""
    series = np.random.default_rng(0).normal(size=(N_ROWS, 1))
    windows = LagWindowTransformer(lag=3).fit_transform(series)
    model = RNNRegressor(**SETTINGS, missing="drop")
    for row in range(N_ROWS):
        model.partial_fit(windows[row : row + 1], series[row])
    other = RNNRegressor(**SETTINGS, missing="drop")
    for row in range(3, N_ROWS):
        other.partial_fit(windows[row : row + 1], series[row])
    np.testing.assert_array_equal(model.predict(windows[3:]), other.predict(windows[3:]))
