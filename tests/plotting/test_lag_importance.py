"""LagImportanceDisplay."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import LagWindowTransformer, RNNRegressor
from skrnn.plotting import LagImportanceDisplay

METHODS = ["derivative", "permutation"]
RNG = np.random.default_rng(0)
X = RNG.normal(size=(600, 1))
# Two lags out of eight make the target, the fifth with the smaller share.
Y = np.zeros(600)
Y[5:] = X[3:-2, 0] - 0.6 * X[:-5, 0] + 0.1 * RNG.normal(size=595)
WINDOWS = RNG.normal(size=(200, 3, 2))
WINDOWS[:4, 0] = np.nan
TARGETS = RNG.normal(size=200)


@pytest.fixture(autouse=True)
def agg():
    mpl.use("Agg")
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def learned():
    network = RNNRegressor("gru", units=8, epochs=60, learning_rate=0.01, random_state=0)
    model = make_pipeline(StandardScaler(), LagWindowTransformer(lag=8), network)
    return model.fit(X, Y)


def network(cell="simple", **settings):
    return RNNRegressor(cell, units=2, epochs=1, random_state=0, **settings)


@pytest.fixture(scope="module")
def plain():
    return network().fit(WINDOWS, TARGETS)


def importances(estimator, X, method, **settings):
    display = LagImportanceDisplay.from_estimator(
        estimator, X, method=method, random_state=0, **settings
    )
    return display.importances


def test_both_methods_find_the_true_lags_and_agree_in_rank(learned):
    frames = {
        method: LagImportanceDisplay.from_estimator(
            learned, X, method=method, random_state=0
        ).frame()
        for method in METHODS
    }
    for frame in frames.values():
        ranked = frame.sort_values("importance", ascending=False)
        assert ranked["lag"].tolist()[:2] == [2, 5]
        assert ranked["importance"].iloc[1] > 4 * ranked["importance"].iloc[2]
    rank = spearmanr(*(frame["importance"] for frame in frames.values()))
    assert rank.statistic >= 0.8


@pytest.mark.parametrize(
    "settings",
    [
        {"stateful": True, "batch_size": 4},
        {"return_sequences": True, "autoregressive": True},
        {"loss": "quantile", "quantile": (0.1, 0.9), "level_feature": 0},
        {"bidirectional": True},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_methods_agree_for_every_kind_of_network(settings):
    y = np.repeat(TARGETS[:, None], 3, axis=1) if "return_sequences" in settings else TARGETS
    model = network(**settings).fit(WINDOWS, y)
    derivative, change = (importances(model, WINDOWS, m) for m in METHODS)
    # All values are drawn from one distribution: the change is the slope times their distance.
    assert np.corrcoef(derivative.ravel(), change.ravel())[0, 1] > 0.9


def test_several_outputs_are_averaged():
    both = network().fit(WINDOWS, np.c_[TARGETS, -TARGETS])
    parts = [network().fit(WINDOWS, TARGETS) for _ in range(2)]
    *cells, kernel, bias = both.weights_
    for i, part in enumerate(parts):
        part.weights_ = [*cells, kernel[:, [i]], bias[[i]]]
    for method in METHODS:
        mean = np.mean([importances(part, WINDOWS, method) for part in parts], axis=0)
        np.testing.assert_allclose(importances(both, WINDOWS, method), mean, rtol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_means_are_over_the_rows_that_know_a_value(method, plain):
    known, some = WINDOWS[4:], WINDOWS[4:].copy()
    some[:, 0] = np.nan
    assert np.isnan(importances(plain, some, method)[0]).all()
    assert np.isfinite(importances(plain, some, method)[1:]).all()
    # Rows that do not know the first step leave its importance as it is.
    np.testing.assert_allclose(
        importances(plain, WINDOWS, method)[0], importances(plain, known, method)[0], rtol=1e-5
    )


def test_derivatives_are_in_the_units_that_the_network_sees():
    series = RNG.normal(size=(60, 1))
    results = []
    for factor in (1.0, 1000.0):
        model = make_pipeline(StandardScaler(), LagWindowTransformer(lag=3), network())
        model.fit(factor * series, series[:, 0])
        results.append(importances(model, factor * series, "derivative"))
    np.testing.assert_allclose(*results, rtol=1e-3)


def test_permutations_come_from_the_random_state(plain):
    first = importances(plain, WINDOWS, "permutation")
    np.testing.assert_array_equal(first, importances(plain, WINDOWS, "permutation"))
    other = LagImportanceDisplay.from_estimator(
        plain, WINDOWS, method="permutation", random_state=1
    )
    assert not np.array_equal(first, other.importances)


def test_picture(plain):
    display = LagImportanceDisplay.from_estimator(plain, WINDOWS)
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts == ["x0", "x1"] == display.frame()["feature"].unique().tolist()
    styles = {(line.get_color(), line.get_linestyle()) for line in display.lines_}
    assert len(styles) == 2
    assert display.ax_.get_xlabel() == "lag (rows before the target)"
    assert "forecast" in display.ax_.get_ylabel()
    assert display.ax_.get_ylim()[0] == 0
    assert display.plot(log_scale=True).ax_.get_yscale() == "log"


def test_refusals(plain):
    draw = LagImportanceDisplay.from_estimator
    with pytest.raises(ValueError, match=r"method must be 'derivative' or .*, got 'shap'"):
        draw(plain, WINDOWS, method="shap")
    with pytest.raises(ValueError, match="n_repeats must be an int of at least 1, got 0"):
        draw(plain, WINDOWS, n_repeats=0)
    with pytest.raises(ValueError, match=r"X must have at least two rows .* Got 1"):
        draw(plain, WINDOWS[:1], method="permutation")
    with pytest.raises(NotFittedError, match="is not fitted"):
        draw(network(), WINDOWS)
    with pytest.raises(TypeError, match="estimator must be a fitted RNNRegressor"):
        draw(Ridge(), WINDOWS)


@pytest.mark.parametrize("method", ["derivative", "permutation"])
def test_a_forecaster(make_forecaster, series, method):
    X = pd.DataFrame({"known": np.sin(np.arange(60.0))}, index=series.index)
    forecaster = make_forecaster().fit(series, X)
    display = LagImportanceDisplay.from_estimator(forecaster, method=method, random_state=0)
    frame = display.frame()
    assert frame["feature"].unique().tolist() == ["value", "known"]
    assert frame["lag"].tolist() == [1, 2, 3, 0, 1, 2]
    assert (frame["importance"] > 0).all()
    [(regressor, windows, _, _)] = forecaster.network_windows()
    assert windows.shape == (57, 3, 2)
    same = LagImportanceDisplay.from_estimator(regressor, windows, method=method, random_state=0)
    np.testing.assert_allclose(display.importances, same.importances)
    some = LagImportanceDisplay.from_estimator(forecaster, X[40:], method=method)
    assert not np.allclose(some.importances, display.importances)


def test_networks_that_differ_by_their_seed(make_forecaster, series):
    forecaster = make_forecaster(n_networks=3).fit(series)
    display = LagImportanceDisplay.from_estimator(forecaster)
    each = [
        LagImportanceDisplay.from_estimator(regressor, windows).importances
        for regressor, windows, _, _ in forecaster.network_windows()
    ]
    assert len(each) == 3
    np.testing.assert_allclose(display.importances, np.mean(each, axis=0))


def test_a_forecaster_of_several_networks(make_forecaster, series):
    forecaster = make_forecaster(strategy="direct").fit(series, fh=[1, 2])
    with pytest.raises(ValueError, match="networks for 2 tasks, several steps"):
        LagImportanceDisplay.from_estimator(forecaster)
    with pytest.raises(ValueError, match="None of the 3 rows has a complete window"):
        forecaster.network_windows(series.index[:3])
