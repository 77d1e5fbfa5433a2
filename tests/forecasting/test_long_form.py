"""Forecasters on long tables, as they are on the panels made of them."""

import pickle
import re
import warnings
from typing import ClassVar

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.linear_model import LinearRegression
from sktime.forecasting.base import ForecastingHorizon
from sktime.forecasting.compose import make_reduction
from sktime.forecasting.naive import NaiveForecaster
from sktime.split import ExpandingWindowSplitter

from skrnn.forecasting import (
    AutoRNNForecaster,
    PanelBoosting,
    PanelRidge,
    PanelTheta,
    RNNForecaster,
    backtest,
    from_panel,
    to_panel,
)
from skrnn.forecasting._long_form import features_of, is_long

FH = [1, 2, 3]
SETTINGS = {
    **{"lag": 3, "cell": "simple", "units": 2, "epochs": 1, "n_networks": 1, "random_state": 0},
    **{"deseasonalize": False, "transformer": None, "engine": "numpy"},
}
QUANTILES = {"loss": "quantile", "quantile": (0.1, 0.5, 0.9)}


def make_table():
    """Two series of weeks that end at different times, unsorted, with a missing week."""
    parts = []
    for name, first, n in [("b", 2, 30), ("a", 0, 28)]:
        weeks = pd.date_range("2024-01-01", periods=40, freq="W-MON")[first : first + n]
        y = 10 + np.sin(np.arange(n)) + n
        promo = (np.arange(n) % 4 == 0).astype(int)
        parts.append(pd.DataFrame({"unique_id": name, "ds": weeks, "y": y, "promo": promo}))
    return pd.concat(parts).drop(index=7).sample(frac=1, random_state=0, ignore_index=True)


TABLE = make_table()
PLAIN = TABLE.drop(columns="promo")
PANEL, PROMO = to_panel(TABLE)
AHEAD = pd.DataFrame(
    {
        "unique_id": np.repeat(["a", "b"], 3),
        "ds": [
            *pd.date_range("2024-07-15", periods=3, freq="W-MON"),
            *pd.date_range("2024-08-12", periods=3, freq="W-MON"),
        ],
        "promo": [1, 0, 0, 1, 1, 0],
    }
)
FUTURE = AHEAD.set_index(["unique_id", "ds"])


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


def test_types_of_polars_are_kept():
    table = pl.from_pandas(PLAIN).with_columns(
        pl.col("ds").cast(pl.Date), pl.col("unique_id").cast(pl.Categorical)
    )
    forecasts = forecaster().fit(table, fh=FH).predict()
    assert [forecasts.schema[name] for name in ("unique_id", "ds")] == [pl.Categorical, pl.Date]


@pytest.mark.parametrize("separate", [False, True])
def test_features(separate):
    expected = forecaster().fit(PANEL, PROMO, fh=FH).predict(X=FUTURE)
    given = (PLAIN, TABLE.drop(columns="y")) if separate else (TABLE, None)
    long = forecaster().fit(*given, fh=FH)
    # The truth is no feature, and rows may be in any order.
    for X in (AHEAD, pl.from_pandas(AHEAD[::-1]), AHEAD.assign(y=0.0), FUTURE):
        pd.testing.assert_frame_equal(long.predict(X=X), from_panel(expected))


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


def test_a_new_fit_forgets_the_form():
    again = forecaster().fit(PLAIN, fh=FH)
    assert again.fit(PANEL, fh=FH).predict().index.nlevels == 2


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


@pytest.mark.parametrize(
    ("y", "X", "message"),
    [
        (TABLE, TABLE.drop(columns="y"), r"columns \['promo'\] of y are features, but X is given"),
        (PLAIN.iloc[:0], None, "y has no rows"),
        (
            pd.concat([PLAIN, PLAIN[["y"]]], axis=1),
            None,
            "of y must.* names: 'y' occurs",
        ),
        (pd.concat([PLAIN, PLAIN[["unique_id"]]], axis=1), None, "names: 'unique_id' occurs more"),
        (PLAIN, pd.concat([AHEAD, AHEAD[["promo"]]], axis=1), "of X must.* names: 'promo' occurs"),
        (pd.concat([PLAIN, PLAIN[:1]]), None, "has several rows at"),
        (PLAIN.astype({"ds": str}).replace({"ds": {"2024-01-15": "soon"}}), None, "'soon'"),
    ],
)
def test_refuses_tables(y, X, message):
    with pytest.raises(ValueError, match=message):
        forecaster().fit(y, X, fh=FH)


def test_says_what_to_write_in_every_method(fitted):
    wrong = PLAIN.rename(columns={"ds": "day"})
    for method in (fitted.clone().fit, fitted.update, fitted.predict_residuals, fitted.score):
        with pytest.raises(TypeError, match="name its columns 'unique_id', 'ds' and 'y'"):
            method(wrong)
    with pytest.raises(TypeError, match="X is a DataFrame of polars without the columns"):
        fitted.predict(X=pl.from_pandas(wrong))


def test_what_is_long():
    assert is_long(PLAIN, "y")
    assert not is_long(AHEAD, "y")
    assert is_long(pl.from_pandas(AHEAD))
    assert not any(is_long(data) for data in (PANEL, PANEL.to_numpy(), None, [1], PANEL["y"]))
    assert features_of(TABLE, None) == features_of(PANEL, PROMO) == ["promo"]
    assert features_of(PLAIN, AHEAD) == ["promo"]
    assert features_of(PANEL, None) == []
    assert features_of(PANEL, PROMO.to_numpy()) is None


@pytest.mark.parametrize(
    "table", [TABLE.rename(columns={"ds": "day"}), pl.from_pandas(TABLE.drop(columns="ds"))]
)
@pytest.mark.parametrize("kind", [RNNForecaster, AutoRNNForecaster])
def test_columns_that_are_not_found_are_not_blamed_on_a_parameter(table, kind):
    assert features_of(table, None) is None
    assert features_of(PANEL, None) == []
    with pytest.raises(TypeError, match=r"columns 'unique_id', 'ds' and 'y'|y, X = to_panel\(y"):
        kind(known_features=["promo"]).fit(table, fh=FH)


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
SMALL = {"engine": "numpy", "lag": 3, "units": 2, "epochs": 1, "n_networks": 1, "random_state": 0}
LEARNS_STEPS = [
    RNNForecaster(strategy="direct", **SMALL),
    RNNForecaster(loss="normal", strategy="multioutput", **SMALL),
    PanelRidge(),
    PanelBoosting(),
    AutoRNNForecaster(views={"ridge": PanelRidge(), "theta": PanelTheta()}, random_state=0),
]


@pytest.mark.parametrize("forecaster", LEARNS_STEPS, ids=lambda each: type(each).__name__)
def test_a_part_of_the_horizon_of_fit(forecaster):
    forecaster = forecaster.clone().fit(SERIES[:36], fh=range(1, 5))
    whole = forecaster.predict()
    pd.testing.assert_series_equal(
        forecaster.predict([2, 4]), whole.iloc[[1, 3]], check_freq=False
    )
    at = ForecastingHorizon(whole.index[[2]], is_relative=False)
    pd.testing.assert_series_equal(forecaster.predict(at), whole.iloc[[2]], check_freq=False)
    if forecaster.get_tag("capability:pred_int"):
        for method in ("predict_interval", "predict_quantiles", "predict_var"):
            every = getattr(forecaster, method)()
            some = getattr(forecaster, method)([2, 4])
            pd.testing.assert_frame_equal(some, every.iloc[[1, 3]], check_freq=False)
    # The horizon of fit stays that of later calls, and steps are counted from new rows.
    assert len(forecaster.predict()) == 4
    forecaster.update(SERIES[36:37], update_params=False)
    assert list(forecaster.predict([4]).index) == [SERIES.index[36] + pd.Timedelta("4D")]
    message = rf"fh contains the steps \[5\], but {type(forecaster).__name__} was fitted to"
    with pytest.raises(ValueError, match=message):
        forecaster.predict([1, 5])
    with pytest.raises(TypeError, match="fh"):
        forecaster.predict("a week")


@pytest.mark.parametrize("forecaster", LEARNS_STEPS, ids=lambda each: type(each).__name__)
def test_in_sample_forecasts_need_no_steps_in_fit(forecaster):
    forecaster = forecaster.clone().fit(SERIES, fh=[1, 3])
    times = ForecastingHorizon(SERIES.index, is_relative=False)  # as ReconcilerForecaster does
    errors = forecaster.predict_residuals()
    assert errors.notna().sum() > 30
    pd.testing.assert_series_equal(SERIES - forecaster.predict(times), errors, check_freq=False)
    mixed = forecaster.predict([-2, 0, 3])
    np.testing.assert_allclose(mixed.iloc[:2], (SERIES - errors).iloc[[-3, -1]])
    assert mixed.iloc[2] == forecaster.predict().iloc[1]


@pytest.mark.filterwarnings("ignore:[\\s\\S]*remember_data:FutureWarning")
def test_a_part_of_the_horizon_of_views_from_sktime():
    class Direct(NaiveForecaster):
        _tags: ClassVar = {"requires-fh-in-fit": True}

    views = {"one": Direct(sp=5)}
    forecaster = AutoRNNForecaster(views=views).fit(SERIES[:36], fh=range(1, 4))
    whole = forecaster.predict()
    np.testing.assert_allclose(forecaster.predict([3, 1]), whole.iloc[[0, 2]])


WIDE = pd.DataFrame({"a": SERIES[:36], "b": SERIES[1:37].to_numpy()})
TWO = pd.concat({name: WIDE[name] for name in "ba"}, names=["id", "day"]).to_frame("y")


def test_features_of_a_wide_frame():
    X = pd.DataFrame({"hot": np.arange(36.0) ** 2 % 7}, WIDE.index)
    forecaster = AutoRNNForecaster(views={"ridge": PanelRidge(sp=1)}, random_state=0)
    wide = forecaster.fit(WIDE[:33], X[:33], fh=[1, 2, 3]).predict(X=X[33:])
    assert forecaster.sample_paths(2, X=X[33:]).shape == (6, 2)
    for name in WIDE:
        alone = forecaster.clone().fit(WIDE[name][:33], X[:33], fh=[1, 2, 3]).predict(X=X[33:])
        np.testing.assert_allclose(wide[name], alone)


def views_of_copies():
    return {
        "local": RNNForecaster(strategy="direct", pooling="local", **SMALL),
        "sktime": make_reduction(LinearRegression(), strategy="direct"),
    }


@pytest.mark.filterwarnings("ignore:[\\s\\S]*remember_data:FutureWarning")
@pytest.mark.parametrize(
    ("made", "rows"),
    [
        (lambda: AutoRNNForecaster(views={"ridge": PanelRidge()}, random_state=0), WIDE),
        (lambda: RNNForecaster(strategy="direct", pooling="local", **SMALL), TWO),
        (
            lambda: RNNForecaster(stateful=True, loss="normal", strategy="multioutput", **SMALL),
            TWO,
        ),
        (lambda: AutoRNNForecaster(views=views_of_copies()), TWO),
    ],
    ids=["wide", "local", "stateful", "views"],
)
def test_a_part_of_the_horizon_of_copies(made, rows):
    forecaster = made().fit(rows, fh=[1, 2, 3])
    whole = forecaster.predict()
    for fh in ([2], ForecastingHorizon(SERIES.index[[37]], is_relative=False)):
        some = forecaster.predict(fh)
        assert list(some.index.get_level_values(-1).unique()) == [SERIES.index[37]]
        pd.testing.assert_frame_equal(some, whole.loc[some.index], check_freq=False)
    if forecaster.get_tag("capability:pred_int"):
        every, some = forecaster.predict_interval(), forecaster.predict_interval([2])
        pd.testing.assert_frame_equal(some, every.loc[some.index], check_freq=False)
        assert len(forecaster.predict_proba([2]).mean()) == len(some)
    assert len(forecaster.predict()) == len(whole)
    with pytest.raises(ValueError, match=r"steps \[4\], but \w+ was fitted to"):
        forecaster.predict([1, 4])


@pytest.mark.parametrize("rows", [SERIES, WIDE, TWO], ids=["series", "wide", "panel"])
@pytest.mark.parametrize("pooling", ["global", "local"])
def test_steps_and_times_of_the_same_numbers(rows, pooling):
    levels = [rows.index.get_level_values(0), rows.groupby(level=0).cumcount()]
    n_rows = len(rows.index.get_level_values(-1).unique())
    counted = pd.RangeIndex(n_rows) if rows is not TWO else pd.MultiIndex.from_arrays(levels)
    rows, later = rows.set_axis(counted), [n_rows, n_rows + 1]
    times = ForecastingHorizon(later, is_relative=False)
    forecaster = RNNForecaster(strategy="direct", pooling=pooling, **SMALL).fit(rows, fh=[1, 2])
    assert list(forecaster.predict(times).index.get_level_values(-1).unique()) == later
    in_sample = forecaster.predict(ForecastingHorizon([1, 2], is_relative=False))
    assert list(in_sample.index.get_level_values(-1).unique()) == [1, 2]
    forecaster.fit(rows, fh=times)
    assert list(forecaster.predict([1, 2]).index.get_level_values(-1).unique()) == later
    assert list(forecaster.predict(times).index.get_level_values(-1).unique()) == later
    with pytest.raises(ValueError, match=rf"steps \[{n_rows}, {n_rows + 1}\], but RNN"):
        forecaster.predict(ForecastingHorizon(later, is_relative=True))


@pytest.mark.parametrize(
    "forecaster", [*LEARNS_STEPS, PanelTheta()], ids=lambda each: type(each).__name__
)
def test_series_that_end_early_are_named_once(forecaster):
    panel = pd.concat({"a": SERIES, "b": SERIES[:37], "c": SERIES}, names=["id", "day"]).to_frame()
    forecaster = forecaster.clone().fit(panel, fh=[1, 2])
    with pytest.warns(UserWarning, match="1 of 3 series ends before the others") as caught:
        forecaster.predict()
    assert "at 2024-02-09: 'b' 3 steps before" in str(caught[0].message)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        forecaster.fit(panel.drop(index="b"), fh=[1, 2]).predict()
        backtest(PanelTheta(), panel, fh=[1, 2], n_origins=2)  # is counted from each end
        times = ForecastingHorizon(SERIES.index[-1] + pd.to_timedelta([1, 2], "D"))
        forecaster.fit(panel, fh=times).predict()  # the same days for all


def test_series_that_end_early_are_named_once_for_all_columns_and_paths():
    column = pd.concat({"a": SERIES, "b": SERIES[:37], "c": SERIES}, names=["id", "day"])
    panel = column.to_frame()
    theta = PanelTheta(sp=1).fit(panel.assign(z=column + 1))
    combined = AutoRNNForecaster(views={"theta": PanelTheta(sp=1)}).fit(panel, fh=[1])
    wide = AutoRNNForecaster(views={"theta": PanelTheta(sp=1)})
    wide.fit(panel.assign(z=column + 1), fh=[1])
    of_all = [combined.predict_proba, combined.sample_paths, wide.predict_interval]
    for predict in [theta.predict, *of_all, wide.predict_proba, wide.sample_paths]:
        with pytest.warns(UserWarning, match="1 of 3 series ends before the others") as caught:
            predict(fh=[1])
        assert len(caught) == 1, predict


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
    words = "look like dates.* before fit as well, and fit again"
    with pytest.raises(ValueError, match=words) as caught:
        forecaster.update(later, update_params=False)
    code = re.search(r"(?:y.index|frame\['ds'\]) = .*\)", str(caught.value))[0]
    for part in (y, later):
        exec(code, {"pd": pd, "y": part, "frame": part})
    forecaster = forecaster.clone().fit(y, fh=[1]).update(later, update_params=False)
    assert "2024-04" in str(forecaster.predict())
    with pytest.raises(ValueError, match="look like dates"):
        forecaster.clone().fit(given(202301, 202312), fh=[1])
    # Counted rows, some of which are also dates.
    forecaster = forecaster.clone().fit(given(20240081, 20240100), fh=[1])
    for first in (20240101, 20240103):
        forecaster.update(given(first, first + 1), update_params=False)
    assert "20240105" in str(forecaster.predict())


def test_an_update_of_one_series_moves_only_its_forecasts():
    panel = pd.concat({"a": SERIES[:30], "b": SERIES[:30]}, names=["id", "day"]).to_frame()
    forecaster = PanelTheta(sp=1).fit(panel, fh=[1])
    forecaster.update(pd.concat({"b": SERIES[30:33]}, names=["id", "day"]).to_frame())
    with pytest.warns(
        UserWarning, match="1 of 2 series ends before the other, .*'a' 3 steps before"
    ):
        forecaster.predict()


@pytest.mark.parametrize("level", [0, 1, -0.1, 1.5, [], [0.5, 2], "high"])
def test_shares_that_are_not_between_0_and_1(level):
    forecaster = AutoRNNForecaster(views={"theta": PanelTheta(sp=1)}).fit(SERIES, fh=[1])
    with pytest.raises(ValueError, match="coverage must be a number between 0 and 1"):
        forecaster.predict_interval(coverage=level)
    with pytest.raises(ValueError, match="alpha must be a number between 0 and 1"):
        forecaster.predict_quantiles(alpha=level)
