"""Categories in X, from end to end: in every form of data, and for new series."""

import pickle
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.preprocessing import StandardScaler

from skrnn.forecasting import (
    AutoRNNForecaster,
    PanelBoosting,
    RNNForecaster,
    backtest,
    to_panel,
)

N_WEEKS, N_AHEAD = 14, 2
WEEKS = pd.date_range("2024-01-01", periods=N_WEEKS + N_AHEAD, freq="W-MON")
SHOPS = [f"shop {i}" for i in range(6)]
TABLE = pd.DataFrame(
    [(shop, week) for shop in SHOPS for week in WEEKS], columns=["unique_id", "ds"]
)
NUMBER = TABLE["unique_id"].str[-1].astype(int)
WEEK = TABLE.groupby("unique_id").cumcount()
TABLE["kind"] = NUMBER.map(lambda i: "abc"[i % 3])
TABLE["event"] = WEEK.map(lambda i: "none" if i % 4 else "fair")
TEXT = str(TABLE["kind"].dtype)  # "object" before pandas 3
TABLE["y"] = np.sin(WEEK) + (TABLE["event"] == "fair") * (NUMBER % 3) + 5.0
KNOWN, COMING = TABLE[WEEK < N_WEEKS], TABLE[WEEK >= N_WEEKS].drop(columns="y")
PARAMETERS = {
    "lag": 3,
    "cell": "simple",
    "units": 2,
    "epochs": 2,
    "n_networks": 1,
    "deseasonalize": False,
    "transformer": None,
    "random_state": 0,
    "engine": "numpy",
}
FH = range(1, N_AHEAD + 1)


def cheap(**parameters):
    return RNNForecaster(**{**PARAMETERS, **parameters})


def panel_of(table):
    return table.set_index(["unique_id", "ds"])


Y, X, FUTURE = panel_of(KNOWN)[["y"]], panel_of(KNOWN)[["kind", "event"]], panel_of(COMING)


@pytest.fixture(scope="module")
def fitted():
    return cheap().fit(Y, X, fh=FH)


@pytest.fixture(scope="module")
def forecast(fitted):
    return fitted.predict(X=FUTURE)


def test_the_networks_read_indicators(fitted):
    networks = fitted.networks_
    kinds = ["kind='a'", "kind='b'", "kind='c'", "kind unknown"]
    assert networks.feature_names == [*kinds, "event='none'", "event unknown"]
    assert networks.static.tolist() == [True] * 4 + [False] * 2
    assert networks.known.tolist() == [False] * 4 + [True] * 2
    windows = fitted.network_windows()[0][1]
    # They are centred, but not divided by their spread.
    assert set(np.nan_to_num(windows[..., 1] + 1 / 3).ravel().round(9)) == {0.0, 1.0}


@pytest.mark.filterwarnings("ignore:.*the same in every row")  # indicators of no category
@pytest.mark.parametrize("strategy", ["multioutput", "direct", "recursive"])
def test_the_same_as_indicators_of_the_user(strategy, monkeypatch):
    """Without copies for the unknown, a fit to columns of 0 and 1 makes the same networks."""
    monkeypatch.setattr("skrnn.forecasting._unknown_categories.SHARE", 0.0)
    ours = cheap(strategy=strategy).fit(Y, X, fh=FH)
    by_hand = {
        "feature_scaler": StandardScaler(with_std=False),
        "known_features": ["event='none'", "event unknown"],
    }
    frames = [ours.networks_.columns.encoded(frame) for frame in (X, FUTURE)]
    if strategy == "recursive":  # which reads only what is known in advance
        by_hand["known_features"], by_hand["static"] = "all", None
        ours = cheap(strategy=strategy, static=None).fit(Y, X, fh=FH)
    theirs = cheap(strategy=strategy, **by_hand).fit(Y, frames[0], fh=FH)
    pd.testing.assert_frame_equal(ours.predict(X=FUTURE), theirs.predict(X=frames[1]))


@pytest.mark.parametrize("dtype", ["category", "string"])
def test_types_of_text(dtype, forecast):
    one = cheap().fit(Y, X.astype(dtype), fh=FH).predict(X=FUTURE.astype(dtype))
    pd.testing.assert_frame_equal(one, forecast)


@pytest.mark.parametrize(
    "convert", [lambda table: table, pl.from_pandas], ids=["pandas", "polars"]
)
def test_long_tables(convert, forecast):
    table = convert(KNOWN.sample(frac=1, random_state=0))
    ours = cheap().fit(table, fh=FH).predict(X=convert(COMING))
    values = ours["y"].to_numpy()
    np.testing.assert_allclose(values, forecast["y"])
    assert type(ours) is type(table)


def test_to_panel_keeps_categories_and_leaves_inserted_weeks_unknown():
    table = KNOWN.drop(index=[3]).astype({"event": "category"})
    _, features = to_panel(table, id="unique_id", time="ds", target="y")
    assert features.dtypes.astype(str).tolist() == [TEXT, "category"]
    assert features.iloc[3].isna().all()
    assert features.iloc[4].tolist() == X.iloc[4].tolist()
    cheap().fit(table, fh=FH).predict(X=COMING)


def test_static_columns_need_not_be_given_again(fitted, forecast):
    pd.testing.assert_frame_equal(fitted.predict(X=FUTURE[["event"]]), forecast)
    recursive = cheap(strategy="recursive").fit(Y, X, fh=FH)
    one, two = recursive.predict(X=FUTURE), recursive.predict(X=FUTURE[["event"]])
    pd.testing.assert_frame_equal(one, two)


def test_known_features_that_are_named_are_not_static():
    forecaster = cheap(known_features=["kind", "event"]).fit(Y, X, fh=FH)
    assert not forecaster.networks_.static.any()
    with pytest.raises(ValueError, match=r"predict needs .*\['kind', 'event'\]"):
        forecaster.predict(X=FUTURE[["event"]])


def test_missing_and_new_categories_are_unknown(fitted, forecast):
    missing = fitted.predict(X=FUTURE.assign(event=None))
    assert not np.allclose(missing, forecast)
    with pytest.warns(UserWarning, match=r"X\['event'\] contains 'strike'.* unknown category"):
        new = fitted.predict(X=FUTURE.assign(event="strike"))
    pd.testing.assert_frame_equal(new, missing)


def test_new_series_are_forecast_by_their_categories():
    old = Y.index.get_level_values(0) < "shop 3"
    new_Y, new_X = Y[~old].groupby(level=0).tail(6), X[~old].groupby(level=0).tail(6)
    forecaster = cheap().pretrain(Y[old], X[old], fh=FH).fit(new_Y, new_X, fh=FH)
    future = FUTURE[FUTURE.index.get_level_values(0) >= "shop 3"]
    forecast = forecaster.predict(X=future)
    assert np.isfinite(forecast).all().all()
    swapped = new_X.assign(kind=new_X["kind"].map({"a": "b", "b": "a", "c": "c"}))
    other = cheap().pretrain(Y[old], X[old], fh=FH).fit(new_Y, swapped, fh=FH)
    future = future.assign(kind=future["kind"].map({"a": "b", "b": "a", "c": "c"}))
    changed = (other.predict(X=future) != forecast).groupby(level=0).any()["y"]
    assert changed.tolist() == [True, True, False]
    with pytest.warns(UserWarning, match=r"X\['kind'\] contains 'd'"):
        cheap().pretrain(Y[old], X[old], fh=FH).fit(new_Y, new_X.assign(kind="d"), fh=FH)


def test_unknown_categories_of_new_series_have_not_changed(recwarn):
    """The same category as in fit, unknown since pretrain, was reported as a change."""
    old = Y.index.get_level_values(0) < "shop 3"
    forecaster = cheap().pretrain(Y[old], X[old], fh=FH)
    forecaster.fit(Y[~old], X[~old].assign(kind="d"), fh=FH)
    assert [str(w.message)[:24] for w in recwarn] == ["X['kind'] contains 'd', "]
    future = FUTURE[FUTURE.index.get_level_values(0) >= "shop 3"].assign(kind="d")
    rows = panel_of(TABLE[WEEK >= N_WEEKS]).loc[future.index, ["y"]]
    recwarn.clear()
    forecast = forecaster.predict(X=future)
    pd.testing.assert_frame_equal(forecaster.predict(X=future.drop(columns="kind")), forecast)
    pickle.loads(pickle.dumps(forecaster)).update(rows, future, update_params=False)
    assert not recwarn.list
    with pytest.warns(UserWarning, match="'kind' of X was constant in every series in fit, but"):
        forecaster.predict(X=future.assign(kind="e"))
    # The categories of an earlier fit are forgotten.
    with pytest.warns(UserWarning, match="'kind' of X was constant in every series in fit, but"):
        forecaster.fit(Y[~old], X[~old], fh=FH).predict(X=future)


def test_update_keeps_static_columns(fitted):
    forecaster = pickle.loads(pickle.dumps(fitted))
    rows = panel_of(TABLE[WEEK >= N_WEEKS])
    for params in (False, True):
        forecaster.update(rows[["y"]], FUTURE.assign(kind=None), update_params=params)
    last = forecaster._panel.values[forecaster._panel.ends - 1]
    np.testing.assert_array_equal(last[:, 1:5].argmax(axis=1), [0, 1, 2, 0, 1, 2])
    with pytest.warns(UserWarning, match="'kind' of X was constant in every series"):
        forecaster.update(rows[["y"]], FUTURE.assign(kind="a"), update_params=False)


def test_use_X_false_does_not_look_at_X():
    forecaster = cheap(use_X=False, categorical_features=None)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        forecaster.fit(Y, X, fh=FH)
    pd.testing.assert_frame_equal(forecaster.predict(X=FUTURE), cheap().fit(Y, fh=FH).predict())
    assert forecaster.networks_.feature_names == []


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"categorical_features": None}, TypeError, rf"X\['kind'\] has the dtype {TEXT}.*'a'"),
        ({"categorical_features": ["event"]}, TypeError, r"X\['kind'\].*does not list it"),
        (
            {"categorical_features": "size"},
            ValueError,
            "categorical_features must be 'from_dtype'",
        ),
        ({"static": ["event"]}, ValueError, "static=.*'event', which changes within the series"),
        ({"static": "size"}, ValueError, "static must be 'auto'"),
        ({"max_categories": 0}, ValueError, "'max_categories' parameter of RNNForecaster"),
    ],
)
def test_wrong_parameters(parameters, error, message):
    forecaster = cheap(**parameters)
    with pytest.raises(error, match=message):
        forecaster.fit(Y, X, fh=FH)
    assert not forecaster.is_fitted


def test_wrong_columns_at_predict_are_named_as_in_X(fitted):
    with pytest.raises(ValueError, match=r"X has the columns \['kind'\].*\['kind', 'event'\]"):
        fitted.predict(X=FUTURE[["kind"]])
    with pytest.raises(ValueError, match=r"the features \['event'\] are known in advance"):
        fitted.predict()
    past = cheap(known_features=None, strategy="recursive").fit(Y, X, fh=FH)
    with pytest.raises(ValueError, match=r"The features \['event'\] are known only up to"):
        past.predict()


def test_clone_and_search_parameters(fitted, forecast):
    again = fitted.clone().set_params(static="kind", categorical_features=["kind", "event"])
    pd.testing.assert_frame_equal(again.fit(Y, X, fh=FH).predict(X=FUTURE), forecast)
    few = cheap(max_categories=1).fit(Y, X, fh=FH)
    assert few.networks_.feature_names[:2] == ["kind='a'", "kind unknown"]


def test_all_categories_and_backtests_in_a_combination(forecast):
    """Views read categories; statistical ones do without X, and so does `use_X=False`."""
    views = {"one": cheap(), "without X": cheap(use_X=False)}
    auto = AutoRNNForecaster(views=views).fit(Y, X, fh=FH)
    assert np.isfinite(auto.predict(X=FUTURE)).all().all()
    result = backtest(cheap(), KNOWN, fh=FH, n_origins=2)
    assert result.forecasts["forecast"].notna().all()


@pytest.mark.parametrize("columns", [["kind"], ["event"], ["kind", "event"]])
def test_held_out_rows_are_forecast_from_several_origins(columns):
    few = Y.index.get_level_values(0) < "shop 2"
    auto = AutoRNNForecaster(views={"one": cheap(deseasonalize=False)})
    auto.fit(Y[few], X.loc[few, columns], fh=FH)
    future = FUTURE[FUTURE.index.get_level_values(0) < "shop 2"]
    assert np.isfinite(auto.predict(X=future[columns])).all().all()


@pytest.mark.filterwarnings("ignore:.*the same in every row")  # indicators of no category
def test_boosted_trees_read_categories_and_static_columns():
    forecaster = PanelBoosting(sp=1).fit(Y, X, fh=FH)
    forecast = forecaster.predict(X=FUTURE)
    assert np.isfinite(forecast).all().all()
    pd.testing.assert_frame_equal(forecaster.predict(X=FUTURE[["event"]]), forecast)
    encode = forecaster._columns.columns.encoded
    by_hand = PanelBoosting(sp=1, known_features=["event='none'", "event unknown"])
    by_hand.fit(Y, encode(X), fh=FH)
    pd.testing.assert_frame_equal(by_hand.predict(X=encode(FUTURE)), forecast)


def test_a_combination_passes_its_parameters_on():
    auto = AutoRNNForecaster(categorical_features=None, n_networks=1, random_state=0)
    with pytest.raises(TypeError, match=r"categorical_features=None does not list it"):
        auto.fit(Y, X, fh=FH)
