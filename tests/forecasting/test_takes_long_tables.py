"""Forecasters on long tables, as they are on the panels made of them."""

import pickle
import re
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from long_tables import AHEAD, FUTURE, PANEL, PLAIN, PROMO, TABLE
from sktime.forecasting.base import ForecastingHorizon
from sktime.split import ExpandingWindowSplitter

from skrnn.forecasting import (
    AutoRNNForecaster,
    PanelRidge,
    PanelTheta,
    RNNForecaster,
    from_panel,
    to_panel,
)

FH = [1, 2, 3]
SETTINGS = {
    **{"lag": 3, "cell": "simple", "units": 2, "epochs": 1, "n_networks": 1, "random_state": 0},
    **{"deseasonalize": False, "transformer": None, "engine": "numpy"},
}
QUANTILES = {"loss": "quantile", "quantile": (0.1, 0.5, 0.9)}


def forecaster(**settings):
    return RNNForecaster(**SETTINGS, **settings)


@pytest.fixture(scope="module")
def fitted():
    return forecaster(**QUANTILES).fit(PLAIN, fh=FH)


@pytest.fixture(scope="module")
def of_panel():
    return forecaster(**QUANTILES).fit(PANEL, fh=FH)


LIBRARIES = {"pandas": lambda t: t, "polars": pl.from_pandas, "pyarrow": pa.Table.from_pandas}


@pytest.mark.parametrize("library", LIBRARIES)
def test_forecasts_are_those_of_the_panel(library, of_panel):
    table = LIBRARIES[library](PLAIN)
    forecasts = forecaster(**QUANTILES).fit(table, fh=FH).predict()
    assert type(forecasts) is type(table)
    frame = forecasts if library == "pandas" else forecasts.to_pandas()
    assert frame["unique_id"].tolist() == list("aaabbb")
    # The Mondays after the last row of each series.
    assert frame["ds"].tolist() == AHEAD["ds"].tolist()
    pd.testing.assert_frame_equal(frame, from_panel(of_panel.predict()), check_dtype=False)


def test_quantiles_and_intervals(fitted, of_panel):
    table = fitted.predict_interval(coverage=[0.8, 0.5])
    assert list(table) == [
        "unique_id",
        "ds",
        *(f"y-{e}-{c}" for c in (80, 50) for e in ("lo", "hi")),
    ]
    values = of_panel.predict_interval(coverage=[0.8, 0.5]).to_numpy()
    np.testing.assert_array_equal(table.iloc[:, 2:], values)
    table = fitted.predict_quantiles(alpha=[0.1, 0.25])
    assert list(table) == ["unique_id", "ds", "y-q-10", "y-q-25"]
    values = of_panel.predict_quantiles(alpha=[0.1, 0.25]).to_numpy()
    np.testing.assert_array_equal(table.iloc[:, 2:], values)


@pytest.mark.parametrize("separate", [False, True])
def test_features(separate):
    expected = forecaster().fit(PANEL, PROMO, fh=FH).predict(X=FUTURE)
    given = (PLAIN, TABLE.drop(columns="y")) if separate else (TABLE, None)
    long = forecaster().fit(*given, fh=FH)
    # The truth is no feature, and rows may be in any order.
    for X in (AHEAD, pl.from_pandas(AHEAD[::-1]), AHEAD.assign(y=0.0), FUTURE):
        pd.testing.assert_frame_equal(long.predict(X=X), from_panel(expected))


def test_features_that_fit_did_not_have_are_ignored_with_a_warning(fitted):
    of_ids = FUTURE.reset_index()[["unique_id", "ds"]]
    pd.testing.assert_frame_equal(fitted.predict(X=of_ids), fitted.predict())
    with pytest.warns(UserWarning, match="X was not passed to fit") as caught:
        pd.testing.assert_frame_equal(fitted.predict(X=FUTURE), fitted.predict())
    assert len(caught) == 1
    PanelTheta().fit(PLAIN, fh=FH).predict(X=FUTURE)  # it takes no X, as its tag says
    combined = AutoRNNForecaster(views={"theta": PanelTheta()}).fit(PANEL, fh=FH)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        combined.predict(X=FUTURE)  # nor do its views


def test_known_features_are_names_of_columns():
    settings = {"known_features": None, "strategy": "direct"}
    known = forecaster(**settings).fit(TABLE, fh=FH)
    assert known.predict()["y"].notna().all()
    forecaster(**settings | {"known_features": ["promo"]}).fit(TABLE, fh=FH)
    with pytest.raises(ValueError, match=r"known_features.*'price'"):
        forecaster(**settings | {"known_features": ["price"]}).fit(TABLE, fh=FH)


def test_update_takes_single_rows(fitted, of_panel):
    new = AHEAD[["unique_id", "ds"]].iloc[[3, 0]].assign(y=[40.0, 39.0])
    panel = new.set_index(["unique_id", "ds"]).sort_index()
    again, expected = fitted.clone().fit(PLAIN, fh=FH), of_panel.clone().fit(PANEL, fh=FH)
    again.update(new)
    expected.update(panel)
    pd.testing.assert_frame_equal(again.predict(), from_panel(expected.predict()))
    single = fitted.clone().fit(PLAIN, fh=FH).update_predict_single(new)
    pd.testing.assert_frame_equal(single, again.predict())


def test_absolute_horizon(fitted, of_panel):
    fh = ForecastingHorizon(pd.DatetimeIndex(["2024-08-12"]), is_relative=False)
    one = forecaster(strategy="recursive")
    expected = from_panel(one.clone().fit(PANEL).predict(fh))
    pd.testing.assert_frame_equal(one.fit(PLAIN).predict(fh), expected)


def test_residuals(fitted, of_panel):
    expected = from_panel(of_panel.predict_residuals())
    for y in (None, PLAIN, pl.from_pandas(PLAIN)):
        pd.testing.assert_frame_equal(fitted.predict_residuals(y), expected)
    assert expected["y"].notna().any()


def test_fit_predict_score_and_pretrain(fitted):
    predicted = forecaster(**QUANTILES).fit_predict(PLAIN, fh=FH)
    pd.testing.assert_frame_equal(predicted, fitted.predict())
    truth = predicted.assign(y=predicted["y"] / 1.1)
    assert fitted.score(truth) == pytest.approx(0.1)
    new = forecaster(**QUANTILES).pretrain(PLAIN, fh=FH).fit(PLAIN.replace("a", "c"), fh=FH)
    assert new.predict()["unique_id"].unique().tolist() == ["b", "c"]


def test_update_predict_returns_what_sktime_returns():
    # sktime cannot do this with a panel of dates.
    table = pd.DataFrame({"unique_id": "a", "ds": range(20), "y": np.sin(np.arange(20.0))})
    cv = ExpandingWindowSplitter(initial_window=1, fh=FH)
    long = forecaster().fit(table[:12], fh=FH)
    of_panel = forecaster().fit(to_panel(table[:12])[0], fh=FH)
    for reset in (True, False):
        settings = {"cv": cv, "update_params": False, "reset_forecaster": reset}
        found = long.update_predict(table[12:], **settings)
        expected = of_panel.update_predict(to_panel(table[12:])[0], **settings)
        pd.testing.assert_frame_equal(found, expected)
        pd.testing.assert_frame_equal(long.predict(), from_panel(of_panel.predict()))


def test_local_networks_and_pickles():
    local = forecaster(pooling="local").fit(pl.from_pandas(PLAIN), fh=FH)
    assert pickle.loads(pickle.dumps(local)).predict().equals(local.predict())
    assert isinstance(local.predict(), pl.DataFrame)


def test_several_views():
    views = {"one": forecaster()}
    table = AutoRNNForecaster(views=views).fit(PLAIN, fh=FH)
    panel = AutoRNNForecaster(views=views).fit(PANEL, fh=FH)
    for found, expected in [
        (table.predict(), panel.predict()),
        (table.predict_interval(coverage=0.4), panel.predict_interval(coverage=0.4)),
        (table.predict_residuals(), panel.predict_residuals()),
    ]:
        pd.testing.assert_frame_equal(found, from_panel(expected))


def test_paths_and_distributions_take_features_as_long_tables():
    views = {"one": forecaster()}
    table = AutoRNNForecaster(views=views).fit(TABLE, fh=FH)
    panel = AutoRNNForecaster(views=views).fit(PANEL, PROMO, fh=FH)
    paths = table.sample_paths(3, X=AHEAD, random_state=0)
    assert list(paths) == ["path", "unique_id", "ds", "y"]
    expected = panel.sample_paths(3, X=FUTURE, random_state=0)
    pd.testing.assert_frame_equal(paths, from_panel(expected, id=["path", "unique_id"]))
    pd.testing.assert_frame_equal(
        table.predict_var(X=AHEAD), from_panel(panel.predict_var(X=FUTURE))
    )
    assert_same_distributions(table, panel)


def assert_same_distributions(of_table, of_panel):
    expected = of_panel.predict_proba(X=FUTURE).mean()
    for X in (AHEAD, pl.from_pandas(AHEAD)):
        pd.testing.assert_frame_equal(of_table.predict_proba(X=X).mean(), expected)


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
def test_distributions_of_likelihoods_take_features_as_long_tables(strategy):
    settings = {"loss": "normal", "strategy": strategy}
    of_table = forecaster(**settings).fit(TABLE, fh=FH)
    of_panel = forecaster(**settings).fit(PANEL, PROMO, fh=FH)
    assert_same_distributions(of_table, of_panel)


def test_distributions_of_series_with_numbers_for_names():
    table, X = (t.assign(unique_id=t["unique_id"].map({"a": 0, "b": 1})) for t in (TABLE, AHEAD))
    fitted = forecaster(loss="normal").fit(table, fh=[1])
    names = fitted.predict_proba(X=X).index.get_level_values(0)
    assert names.tolist() == [0, 1]


def test_says_what_to_write_in_every_method(fitted):
    wrong = PLAIN.rename(columns={"ds": "day"})
    for method in (fitted.clone().fit, fitted.update, fitted.predict_residuals, fitted.score):
        with pytest.raises(TypeError, match="name its columns 'unique_id', 'ds' and 'y'"):
            method(wrong)
    with pytest.raises(TypeError, match="X is a DataFrame of polars without the columns"):
        fitted.predict(X=pl.from_pandas(wrong))


@pytest.mark.parametrize("name", ["quantiles", "interval", "var", "proba"])
def test_a_forecaster_without_quantiles_says_which_one_has_them(name):
    forecaster = PanelTheta(sp=1).fit(pd.Series(np.arange(12.0)), fh=[1])
    with pytest.raises(
        ValueError, match=r'AutoRNNForecaster\(views=\{"one": PanelTheta'
    ) as caught:
        getattr(forecaster, f"predict_{name}")()
    assert isinstance(caught.value, NotImplementedError)  # as in sktime
    assert f"has predict_{name}." in str(caught.value)


SERIES = pd.Series(np.sin(np.arange(40.0) ** 2), pd.date_range("2024-01-01", periods=40), name="y")
WIDE = pd.DataFrame({"a": SERIES[:36], "b": SERIES[1:37].to_numpy()})


def test_features_of_a_wide_frame():
    X = pd.DataFrame({"hot": np.arange(36.0) ** 2 % 7}, WIDE.index)
    forecaster = AutoRNNForecaster(views={"ridge": PanelRidge(sp=1)}, random_state=0)
    wide = forecaster.fit(WIDE[:33], X[:33], fh=[1, 2, 3]).predict(X=X[33:])
    assert forecaster.sample_paths(2, X=X[33:]).shape == (6, 2)
    for name in WIDE:
        alone = forecaster.clone().fit(WIDE[name][:33], X[:33], fh=[1, 2, 3]).predict(X=X[33:])
        np.testing.assert_allclose(wide[name], alone)


@pytest.mark.parametrize("is_long", [True, False])
@pytest.mark.parametrize("forecaster", [PanelTheta(), RNNForecaster(**SETTINGS)])
def test_whole_numbers_in_update_that_look_like_dates(forecaster, is_long):
    def given(first, last):
        times = np.arange(first, last + 1)
        values = np.sin(times)
        if is_long:
            return pd.DataFrame({"unique_id": "a", "ds": times, "y": values})
        return pd.Series(values, pd.Index(times), name="y")

    y, later = given(202303, 202312), given(202401, 202403)
    forecaster = forecaster.clone().fit(y, fh=[1])
    words = "look like months.* before fit as well, and fit again"
    with pytest.raises(ValueError, match=words) as caught:
        forecaster.update(later, update_params=False)
    code = re.search(r"(?:y.index|frame\['ds'\]) = .*\)", str(caught.value))[0]
    for part in (y, later):
        exec(code, {"pd": pd, "y": part, "frame": part})
    forecaster = forecaster.clone().fit(y, fh=[1]).update(later, update_params=False)
    assert "2024-04" in str(forecaster.predict())
    with pytest.raises(ValueError, match="look like months"):
        forecaster.clone().fit(given(202301, 202312), fh=[1])
    # Counted rows, some of which are also dates.
    forecaster = forecaster.clone().fit(given(20240081, 20240100), fh=[1])
    for first in (20240101, 20240103):
        forecaster.update(given(first, first + 1), update_params=False)
    assert "20240105" in str(forecaster.predict())


@pytest.mark.parametrize("level", [0, 1, -0.1, 1.5, [], [0.5, 2], "high"])
def test_shares_that_are_not_between_0_and_1(level):
    forecaster = AutoRNNForecaster(views={"theta": PanelTheta(sp=1)}).fit(SERIES, fh=[1])
    with pytest.raises(ValueError, match="coverage must be a number between 0 and 1"):
        forecaster.predict_interval(coverage=level)
    with pytest.raises(ValueError, match="alpha must be a number between 0 and 1"):
        forecaster.predict_quantiles(alpha=level)
