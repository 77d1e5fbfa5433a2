"""RNNForecaster as users meet it: horizons, indices, panels, updates, refusals."""

import pickle
import subprocess
import sys
from contextlib import nullcontext

import numpy as np
import pandas as pd
import pytest
from sktime.forecasting.compose import EnsembleForecaster, TransformedTargetForecaster
from sktime.forecasting.conformal import ConformalIntervals
from sktime.forecasting.model_selection import ForecastingGridSearchCV
from sktime.split import ExpandingWindowSplitter
from sktime.transformations.detrend import Deseasonalizer

import skrnn
from skrnn.forecasting import RNNForecaster

QUANTILES = {"strategy": "multioutput", "loss": "quantile", "quantile": (0.1, 0.5, 0.9)}


def test_same_seed_same_forecast(cheap, months):
    first, second = (cheap(random_state=3).fit(months).predict(fh=[1, 2]) for _ in range(2))
    pd.testing.assert_series_equal(first, second)


def test_residuals(cheap, months, panel):
    for strategy in ("recursive", "multioutput"):
        forecaster = cheap(strategy=strategy).fit(months, fh=[1, 2])
        residuals = forecaster.predict_residuals()
        fitted = forecaster.clone().fit(months, fh=np.arange(-59, 1)).predict()
        assert residuals.index.equals(months.index)
        assert list(forecaster.fh) == [1, 2]
        if strategy == "recursive":
            np.testing.assert_allclose(residuals, months - fitted)
    of_panel = cheap().fit(panel).predict_residuals()
    assert of_panel.index.equals(panel.index)
    assert of_panel["y"].notna().sum() == len(panel) - 3


def test_update(cheap, months):
    forecaster = cheap().fit(months[:50])
    before = [w.copy() for w in forecaster.networks_.regressors[0].weights_]
    moved = pickle.loads(pickle.dumps(forecaster)).update(months[50:], update_params=False)
    assert moved.cutoff == months.index[-1:]
    for now, then in zip(moved.networks_.regressors[0].weights_, before, strict=True):
        np.testing.assert_array_equal(now, then)
    taught = forecaster.update(months[50:])
    assert (taught.networks_.regressors[0].weights_[0] != before[0]).any()


def test_missing_values(cheap, months):
    y = months.copy()
    y.iloc[[5, 30, 31]] = np.nan
    X = pd.DataFrame(
        {"x": np.arange(62.0)}, index=pd.period_range("2000-01", periods=62, freq="M")
    )
    X.iloc[[7, 60]] = np.nan
    forecaster = cheap().fit(y, X[:60], fh=[1, 2])
    with pytest.warns(UserWarning, match="X contains NaN there"):
        assert forecaster.predict(X=X[60:]).notna().all()
    X["z"] = 1.0 + X["x"] % 3
    forecaster = cheap().fit(y, X[:60].ffill().bfill(), fh=[1, 2])
    X["x"] = np.arange(62.0)
    X.loc[X.index[60], "z"] = np.nan
    with pytest.warns(
        UserWarning, match=r"The features \['z'\], .* at 1 step\(s\) of the horizon"
    ):
        forecaster.predict(X=X[60:])
    with pytest.raises(ValueError, match="cannot handle missing data"):
        cheap(missing="error").fit(y)


def test_one_network_a_series(cheap, panel):
    forecaster = cheap(pooling="local").fit(panel)
    together = forecaster.predict(fh=[1, 2])
    alone = cheap().fit(panel.loc["b"]).predict(fh=[1, 2])
    np.testing.assert_allclose(together.loc["b"], alone)
    assert len(forecaster.forecasters_) == 3


def test_hierarchy_and_update_of_a_panel(cheap, panel):
    hierarchy = pd.concat({"x": panel, "z": panel + 5}, names=["top"])
    forecast = cheap().fit(hierarchy).predict(fh=[1, 2])
    assert forecast.index.names == ["top", "series", "t"]
    assert len(forecast) == 12
    early = panel[panel.index.get_level_values("t") < 25]
    forecaster = cheap().fit(early)
    forecaster.update(panel[panel.index.get_level_values("t") >= 25], update_params=False)
    whole = cheap().fit(early).predict(fh=[1])
    assert not forecaster.predict(fh=[1]).index.equals(whole.index)


def test_two_targets(cheap, months):
    y = pd.DataFrame({"a": months, "b": 3 - months})
    for level in (True, False):
        forecast = cheap(level=level, **QUANTILES).fit(y, fh=[1, 2]).predict_quantiles(alpha=[0.5])
        assert list(forecast.columns) == [("a", 0.5), ("b", 0.5)]


# sktime announces a new default to whoever makes one of its own forecasters.
@pytest.mark.filterwarnings("ignore:[\\s\\S]*remember_data:FutureWarning")
def test_inside_sktime(cheap, months, tmp_path):
    inner = cheap()
    pipe = TransformedTargetForecaster([("season", Deseasonalizer(sp=12)), ("rnn", inner)])
    cv = ExpandingWindowSplitter(fh=[1, 2], initial_window=48, step_length=6)
    search = ForecastingGridSearchCV(pipe, cv, {"rnn__lag": [2, 3]}).fit(months)
    assert search.best_params_["rnn__lag"] in (2, 3)
    ensemble = EnsembleForecaster([("one", inner), ("two", cheap(random_state=1))])
    assert ensemble.fit(months, fh=[1]).predict().notna().all()
    conformal = ConformalIntervals(inner, initial_window=56).fit(months, fh=[1, 2])
    assert (conformal.predict_interval(coverage=0.8).diff(axis=1).iloc[:, 1] >= 0).all()
    fitted = inner.clone().fit(months)
    fitted.save(tmp_path / "forecaster")
    loaded = RNNForecaster.load_from_path(tmp_path / "forecaster.zip")
    pd.testing.assert_series_equal(loaded.predict(fh=[1]), fitted.predict(fh=[1]))


@pytest.mark.parametrize("strategy", ["direct", "multioutput"])
def test_no_horizon(cheap, months, panel, strategy):
    with pytest.raises(ValueError, match="horizon `fh` must be passed to `fit`"):
        cheap(strategy=strategy).fit(months)
    with pytest.raises(ValueError, match=f"fh is missing: with strategy='{strategy}'"):
        cheap(strategy=strategy).pretrain(panel)
    with pytest.raises(ValueError, match="must be passed either to `fit` or `predict`"):
        cheap().fit(months).predict()


def test_unknown_series(cheap, panel):
    forecaster = cheap().fit(panel)
    new = pd.concat({"d": panel.loc["a"].iloc[-2:]}, names=["series"])
    with pytest.raises(ValueError, match="fit has not seen the series 'd', only 'a', 'b', 'c'"):
        forecaster.update(new)


def test_irregular_and_duplicate_indices(cheap, months):
    days = months.set_axis(pd.date_range("2000-01-01", periods=60, freq="D"))
    with pytest.raises(ValueError, match=r"irregular: 1 row\(s\) are missing between 2000-01-10"):
        cheap().fit(days.drop(days.index[10]))
    with pytest.raises(ValueError, match=r"repeats the label|monotonic|duplicate|unique"):
        cheap().fit(pd.concat([days[:20], days[19:]]))
    with pytest.raises(ValueError, match=r"irregular.*without a common step"):
        cheap().fit(days.iloc[[0, 1, 3, 9, 11, 20, 33]])


def test_stateful_is_of_one_series(cheap, panel):
    with pytest.raises(ValueError, match="stateful=True carries the state along one series"):
        cheap(stateful=True).pretrain(panel)
    assert len(cheap(stateful=True).fit(panel).forecasters_) == 3


def test_without_sktime():
    code = (
        "import sys; sys.modules['sktime'] = None\n"
        "import importlib.util as util\n"
        "find = util.find_spec\n"
        "util.find_spec = lambda name, *a: None if name == 'sktime' else find(name, *a)\n"
        "import skrnn\n"
        "try: from skrnn.forecasting import RNNForecaster\n"
        "except ImportError as error: print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'skrnn[sktime]'" in run.stdout


def test_forecasts_need_no_tensorflow(cheap, months):
    stored = pickle.dumps(cheap().fit(months))
    code = (
        "import pickle, sys; sys.modules['tensorflow'] = None\n"
        "forecaster = pickle.loads(sys.stdin.buffer.read())\n"
        "print(len(forecaster.predict(fh=[1, 2, 3])))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], input=stored, capture_output=True, check=True
    )
    assert run.stdout.strip() == b"3"


def test_skrnn_names_the_module():
    assert skrnn.forecasting.RNNForecaster is RNNForecaster


@pytest.mark.parametrize("strategy", ["direct", "multioutput"])
def test_residuals_are_one_step_ahead_or_an_error(cheap, months, strategy):
    forecaster = cheap(strategy=strategy).fit(months[:50], fh=[3])
    with pytest.raises(ValueError, match=r"trained for the steps \[3\] of fh.* add step 1 to"):
        forecaster.predict_residuals()
    [beyond] = forecaster.predict_residuals(months.iloc[[52]])
    assert beyond == pytest.approx(months.iloc[52] - forecaster.predict().iloc[0])
    both = cheap(strategy=strategy).fit(months[:50], fh=[1, 3])
    assert both.predict_residuals()[1:].notna().all()


def test_update_with_unknown_values_keeps_the_known_ones(cheap, months, panel):
    index = pd.period_range("2000-01", periods=61, freq="M")
    X = pd.DataFrame({"x": np.sin(np.arange(61.0))}, index=index)
    forecaster = cheap().fit(months, X[:60])
    expected = forecaster.predict(fh=[1], X=X)
    forecaster.update(months[-5:] * np.nan, X[55:60] * np.nan, update_params=False)
    pd.testing.assert_series_equal(forecaster.predict(fh=[1], X=X), expected)
    # As in sktime's own data update, known values of the new rows replace earlier ones.
    part = months[-5:].where([False, True, False, False, True]) + 1.0
    forecaster.update(part, X[55:60], update_params=False)
    assert (forecaster.predict(fh=[1], X=X) != expected).all()
    forecaster.update(part.combine_first(months[-5:]), X[55:60], update_params=False)
    by_parts = forecaster.predict(fh=[1], X=X)
    again = cheap().fit(months, X[:60])
    again.update(part.combine_first(months)[-5:], X[55:60], update_params=False)
    pd.testing.assert_series_equal(again.predict(fh=[1], X=X), by_parts)
    of_panel = cheap().fit(panel)
    expected = of_panel.predict(fh=[1, 2])
    pd.testing.assert_frame_equal(of_panel.update(panel * np.nan).predict(fh=[1, 2]), expected)


BLANK = "1 of 4 series has NaN as its forecast.*'d'"
LAST = "1 of 4 series is forecast by its last known value.*'d'"
VARIANTS = [
    {"strategy": "recursive"},
    {"strategy": "direct"},
    QUANTILES,
    {"scale_by": "series"},
    {"strategy": "recursive", "differencing": 2},
    {"differencing": 2},
]


@pytest.mark.parametrize("parameters", VARIANTS, ids=str)
@pytest.mark.parametrize("kind", ["target", "feature", "short"])
def test_a_series_of_which_nothing_is_known(cheap, panel, parameters, kind):
    new = panel.loc["a"] if kind != "short" else panel.loc["a"][-2:]
    y = pd.concat([panel, pd.concat({"d": new}, names=["series"])])
    X = pd.DataFrame({"x": np.sin(np.arange(len(y)))}, index=y.index)
    is_new = y.index.get_level_values(0) == "d"
    if kind == "target":
        y.loc[is_new] = np.nan
    elif kind == "feature":
        X.loc[is_new] = np.nan
    settings = {"strategy": "direct", "target_scaler": "auto", "known_features": None}
    forecaster = cheap(**{**settings, **parameters})
    forecaster.fit(y, X, fh=[1])
    if kind == "short":
        few = "differencing" in parameters
        with pytest.warns(UserWarning, match=LAST) if few else nullcontext():
            forecast = forecaster.predict()
        assert forecast.notna().all(axis=None)
        if few:
            np.testing.assert_allclose(forecast.loc["d"], y.loc["d"].iloc[-1:])
        return
    with pytest.warns(UserWarning, match=BLANK):
        forecast = forecaster.predict()
    assert forecast.loc["d"].isna().all(axis=None)
    assert forecast.drop("d").notna().all(axis=None)
    with pytest.warns(UserWarning, match=BLANK):
        residuals = forecaster.predict_residuals()
    assert residuals.loc["d"].isna().all(axis=None)
    if forecaster.get_tag("capability:pred_int"):
        with pytest.warns(UserWarning, match=BLANK):
            assert forecaster.predict_interval(coverage=0.8).drop("d").notna().all(axis=None)
    forecaster.update(y, X)
    with pytest.warns(UserWarning, match=BLANK):
        assert forecaster.predict().drop("d").notna().all(axis=None)


@pytest.mark.parametrize("strategy", ["direct", "multioutput"])
@pytest.mark.parametrize("lag", [1, 6])
def test_features_of_a_horizon_with_holes(cheap, months, strategy, lag):
    X = pd.DataFrame({"x": np.sin(np.arange(60.0))}, index=months.index)
    forecaster = cheap(strategy=strategy, lag=lag).fit(months[:50], X[:50], fh=[1, 3, 8])
    assert forecaster.predict(X=X.iloc[[50, 52, 57]]).notna().all()
    whole = forecaster.predict(X=X[50:58])
    X.iloc[57] += 1.0
    assert forecaster.predict(X=X[50:58]).iloc[2] != whole.iloc[2]


# sktime announces a new default to whoever makes one of its own forecasters.
@pytest.mark.filterwarnings("ignore:[\\s\\S]*remember_data:FutureWarning")
def test_search_over_a_horizon_with_holes(cheap, months):
    X = pd.DataFrame({"x": np.sin(np.arange(60.0))}, index=months.index)
    cv = ExpandingWindowSplitter(fh=[1, 3], initial_window=48, step_length=6)
    search = ForecastingGridSearchCV(cheap(strategy="direct"), cv, {"lag": [2, 3]})
    search.fit(months, X=X, fh=[1, 3])
    assert np.isfinite(search.cv_results_.filter(like="mean_test")).all(axis=None)


def test_only_the_known_features_are_needed_in_predict(cheap, months):
    X = pd.DataFrame({"past": np.cos(np.arange(60.0)), "known": np.sin(np.arange(60.0))})
    X.index = months.index
    forecaster = cheap(strategy="direct", known_features="known")
    forecaster.fit(months[:50], X[:50], fh=[1, 2])
    expected = forecaster.predict(X=X[50:52])
    pd.testing.assert_series_equal(
        forecaster.predict(X=X.loc[X.index[50:52], ["known"]]), expected
    )


WRONG = {
    "lag": 0,
    "strategy": "multi",
    "cell": "elman",
    "units": (),
    "pooling": "panel",
    "known_features": 1.5,
    "categorical_features": 1.5,
    "static": 1.5,
    "max_categories": 0,
    "target_scaler": "robust",
    "feature_scaler": 3,
    "scale_by": "row",
    "differencing": 0,
    "level": 1.5,
    "activation": "swish9",
    "recurrent_activation": None,
    "bidirectional": "yes",
    "dropout": 1.0,
    "recurrent_dropout": -0.1,
    "autoregressive": "yes",
    "stateful": "yes",
    "loss": "mae",
    "quantile": 0.5,  # without loss="quantile"
    "optimizer": "adamm",
    "learning_rate": 0,
    "weight_decay": -1,
    "l2": -1,
    "clipnorm": 0,
    "epochs": 0,
    "batch_size": 0,
    "shuffle": "yes",
    "missing": "skip",
    "early_stopping": "yes",
    "validation_fraction": 1.0,
    "n_iter_no_change": 0,
    "tol": -1,
    "engine": "torch",
    "random_state": "seed",
    "verbose": -1,
    "sp": 0,
    "deseasonalize": "always",
    "transformer": "sqrt",
    "min_periods": 0,
    "calendar": "moon",
    "use_X": "yes",
    "calibrate": 1.5,
    "n_networks": 0,
    "n_jobs": 0,
}


def test_every_parameter_is_checked_before_the_horizon_and_the_data(cheap, months):
    assert set(WRONG) == set(RNNForecaster.get_param_names())
    for name, value in WRONG.items():
        forecaster = cheap(**{"strategy": "direct", name: value})
        for method in (forecaster.fit, forecaster.pretrain):
            with pytest.raises(ValueError, match=rf"\b{name}\b"):
                method(months)


@pytest.mark.parametrize("strategy", ["recursive", "direct", "multioutput"])
@pytest.mark.parametrize("form", [tuple, list, np.array])
def test_one_quantile_in_a_list_forecasts_what_a_number_does(cheap, months, strategy, form):
    fit = {"strategy": strategy, "loss": "quantile", "epochs": 20}
    for differencing in (None, 1):
        number, listed = (
            cheap(quantile=quantile, differencing=differencing, **fit).fit(months, fh=[1, 2])
            for quantile in (0.5, form([0.5]))
        )
        np.testing.assert_allclose(listed.predict(), number.predict(), rtol=1e-5)


def test_a_long_series_must_be_a_frame(cheap, panel):
    fitted = cheap().fit(panel, fh=[1, 2])
    for call in (cheap().fit, cheap().pretrain, fitted.update, fitted.predict_residuals):
        with pytest.raises(TypeError, match=r"y is a Series with a MultiIndex.*y\.to_frame\(\)"):
            call(panel["y"])


def test_a_pretrained_forecaster_knows_the_step_of_a_single_row(cheap):
    days = pd.date_range("2024-01-01", periods=30, freq="D")
    parts = {name: pd.DataFrame({"y": np.sin(np.arange(30.0))}, days) for name in "ab"}
    forecaster = cheap(engine="numpy").pretrain(pd.concat(parts, names=["id", "day"]))
    one = pd.Series([0.5], pd.DatetimeIndex(["2024-05-01"]))
    for _ in range(2):  # a second fit knows it as well
        forecast = forecaster.fit(one, fh=[1, 3]).predict()
        assert list(forecast.index) == [pd.Timestamp("2024-05-02"), pd.Timestamp("2024-05-04")]
        assert forecast.notna().all()
    new = pd.concat({"c": one.to_frame("y"), "d": one.to_frame("y")}, names=["id", "day"])
    assert forecaster.fit(new, fh=[1]).predict().shape == (2, 1)
    with pytest.raises(ValueError, match="rows at only one time"):
        cheap().fit(one, fh=[1])
