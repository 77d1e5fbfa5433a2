"""Backtests equal a loop written by hand."""

from typing import ClassVar

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sktime.forecasting.naive import NaiveForecaster
from sktime.forecasting.trend import TrendForecaster

from skrnn.forecasting import AutoRNNForecaster, RNNForecaster, backtest

# sktime 1.2 warns of a new default whenever one of its own forecasters is made.
pytestmark = pytest.mark.filterwarnings("ignore:[\\s\\S]*remember_data:FutureWarning")

FH = [1, 2, 3]
CHEAP = {
    **{"lag": 3, "cell": "simple", "units": 2, "epochs": 1, "n_networks": 1, "random_state": 0},
    **{"deseasonalize": False, "transformer": None, "engine": "numpy"},
}
LENGTHS = {"a": (0, 30), "b": (10, 20), "c": (5, 26)}


def network(**settings):
    return RNNForecaster(**{**CHEAP, **settings})


def make_panel():
    """Three series that begin and end at different times, with a feature; one ends with NaN."""
    random = np.random.default_rng(0)
    parts = {}
    for name, (first, n) in LENGTHS.items():
        days = pd.date_range("2024-01-01", periods=40, name="day")[first : first + n]
        x = random.normal(size=n)
        y = 5 * len(parts) + np.sin(np.arange(n)) + x + 0.1 * random.normal(size=n)
        parts[name] = pd.DataFrame({"y": y, "x": x}, days)
    frame = pd.concat(parts, names=["id"])
    return frame[["y"]], frame[["x"]]


Y, X = make_panel()


def cut(frame, ends):
    """Rows of each series up to a row, or between two."""
    parts = [frame.loc[[name]].iloc[slice(*rows)] for name, rows in ends.items()]
    return pd.concat(parts)


def by_hand(forecaster, y, X, *, n_origins, step, refit):
    """Yield point forecasts from each origin, as a user would write it down."""
    fitted, h = None, FH[-1]
    for back in range((n_origins - 1) * step, -1, -step):
        at = {name: n - h - back for name, (_, n) in LENGTHS.items()}
        past = {name: (0, end) for name, end in at.items()}
        X_past = None if X is None else cut(X, past)
        if refit or fitted is None:
            fitted = forecaster.clone().fit(cut(y, past), X=X_past, fh=FH)
        else:
            new = {name: (end - step, end) for name, end in at.items()}
            X_new = None if X is None else cut(X, new)
            fitted.update(cut(y, new), X=X_new, update_params=False)
        ahead = {name: (end, end + h) for name, end in at.items()}
        yield fitted.predict(FH, X=None if X is None else cut(X, ahead))


@pytest.mark.parametrize("refit", [False, True])
@pytest.mark.parametrize(
    ("forecaster", "with_X"),
    [(network(), True), (network(strategy="recursive"), False), (None, False)],
    ids=["features", "recursive", "naive"],
)
def test_equals_a_loop_by_hand(forecaster, with_X, refit):
    # From two new rows sktime infers no frequency.
    settings = {"n_origins": 3, "step": 2 if forecaster else 3, "refit": refit}
    forecaster = forecaster or NaiveForecaster(sp=7)
    features = X if with_X else None
    result = backtest(forecaster, Y, features, fh=FH, **settings)
    expected = list(by_hand(forecaster, Y, features, **settings))
    for origin, forecasts in enumerate(expected, start=1):
        rows = result.forecasts[result.forecasts["origin"] == origin]
        found = rows.set_index(["series", "time"])["forecast"]
        np.testing.assert_array_equal(found, forecasts["y"])
        assert found.index.tolist() == forecasts.index.tolist()
        np.testing.assert_array_equal(rows["y"], Y["y"].reindex(forecasts.index))
    assert len(result.forecasts) == 3 * 3 * 3


def test_dates_and_a_single_new_row():
    """sktime cannot infer a frequency from one row, but the backtest gives it three."""
    result = backtest(NaiveForecaster(), Y, fh=[1], n_origins=3)
    np.testing.assert_array_equal(result.forecasts["forecast"], result.forecasts["naive"])
    assert result.forecasts["forecast"].nunique() == 9


@pytest.mark.usefixtures("new_processes")
def test_parallel_fits_give_the_same_bits():
    settings = {"fh": FH, "n_origins": 3, "step": 2, "refit": True}
    one = backtest(network(), Y, X, **settings)
    two = backtest(network(), Y, X, **settings, n_jobs=2)
    pd.testing.assert_frame_equal(one.forecasts, two.forecasts, check_exact=True)


def test_a_season_that_is_longer_than_the_series():
    """Two rows of the table would be equal, and the second would be called seasonal."""
    y = Y.loc["a", "y"].asfreq("D")
    with pytest.warns(UserWarning, match=r"sp=400, but no series has more than \d+ rows"):
        backtest(NaiveForecaster(), y, fh=[1], n_origins=2, sp=400)


def test_one_series():
    y = Y.loc["a", "y"].asfreq("D")
    result = backtest(TrendForecaster(), y, fh=[2], n_origins=2, step=5)
    table = result.forecasts
    assert table["time"].tolist() == [y.index[-6], y.index[-1]]
    assert table["cutoff"].tolist() == [y.index[-8], y.index[-3]]
    assert table["series"].tolist() == ["y", "y"]
    np.testing.assert_array_equal(table["y"], y.iloc[[-6, -1]])
    np.testing.assert_array_equal(table["naive"], y.iloc[[-8, -3]])
    # Days have a season of a week.
    assert result.sp == 7
    np.testing.assert_array_equal(table["seasonal_naive"], y.iloc[[-13, -8]])
    unnamed = backtest(TrendForecaster(), y.rename(None), fh=[2], n_origins=2, step=5)
    pd.testing.assert_frame_equal(unnamed.forecasts, table)
    frame = backtest(TrendForecaster(), y.to_frame(), fh=[2], n_origins=2, step=5)
    pd.testing.assert_frame_equal(frame.forecasts, table)


class SpyForecaster(NaiveForecaster):
    """Keeps what it is given."""

    _tags: ClassVar = {"capability:exogenous": True, "capability:pred_int": False}
    seen: ClassVar = []

    def fit(self, y, X=None, fh=None):
        self.seen.append(("fit", y.index, X.index))
        return super().fit(y, None, fh)

    def update(self, y, X=None, update_params=True):
        self.seen.append(("update", y.index, X.index, update_params))
        return super().update(y, None, update_params)

    def predict(self, fh=None, X=None):
        self.seen.append(("predict", X.index))
        return super().predict(fh)


def test_features_end_with_the_horizon():
    y, x = Y.loc["a", "y"].reset_index(drop=True), X.loc["a"].reset_index(drop=True)
    SpyForecaster.seen = []
    backtest(SpyForecaster(), y, x, fh=[1, 3], n_origins=2, step=2)
    seen = [(kind, *map(list, rows[:2]), *rows[2:]) for kind, *rows in SpyForecaster.seen]
    assert seen == [
        ("fit", list(range(25)), list(range(25))),
        ("predict", [25, 26, 27]),
        ("update", [24, 25, 26], [24, 25, 26], False),
        ("predict", [27, 28, 29]),
    ]


def test_intervals_where_the_forecaster_has_them():
    probabilistic = network(loss="quantile", quantile=(0.1, 0.5, 0.9))
    result = backtest(probabilistic, Y, fh=FH, n_origins=1, refit=True)
    ends = {name: (0, n - 3) for name, (_, n) in LENGTHS.items()}
    interval = probabilistic.clone().fit(cut(Y, ends), fh=FH).predict_interval(coverage=0.8)
    np.testing.assert_array_equal(result.forecasts[["lower", "upper"]], interval)
    assert result.summary().loc["forecast", ["coverage", "pinball"]].notna().all()
    for settings in ({"coverage": None}, {}):
        forecaster = probabilistic if settings else network()
        plain = backtest(forecaster, Y, fh=FH, n_origins=1, **settings)
        assert "lower" not in plain.forecasts
        assert plain.summary()["coverage"].isna().all()


@pytest.mark.parametrize("refit", [False, True])
def test_several_coverages_and_quantiles(refit):
    normal = network(loss="normal")
    settings = {"fh": FH, "n_origins": 2, "refit": refit}
    result = backtest(normal, Y, X, coverage=[0.95, 0.8], alpha=[0.75, 0.5], **settings)
    assert (result.coverage, result.alpha) == ((0.8, 0.95), (0.5, 0.75))
    single = backtest(normal, Y, X, **settings)  # 0.8
    found, expected = result.forecasts, single.forecasts
    np.testing.assert_array_equal(found[["lower_0.8", "upper_0.8"]], expected[["lower", "upper"]])
    ends = {name: (0, n - 6) for name, (_, n) in LENGTHS.items()}
    ahead = {name: (n - 6, n - 3) for name, (_, n) in LENGTHS.items()}
    fitted = normal.clone().fit(cut(Y, ends), X=cut(X, ends), fh=FH)
    for alpha in (0.5, 0.75):
        quantiles = fitted.predict_quantiles(X=cut(X, ahead), alpha=alpha)
        first = found[found["origin"] == 1][f"quantile_{alpha}"]
        np.testing.assert_array_equal(first, quantiles.iloc[:, 0])
    assert (found["lower_0.95"] < found["lower_0.8"]).all()
    assert result.summary(by="series")["coverage_0.8"].tolist() == pytest.approx(
        single.summary(by="series")["coverage"].tolist(), nan_ok=True
    )


def test_a_forecaster_without_quantiles():
    with pytest.raises(ValueError, match=r"alpha=\[0.75\] needs a forecaster with quantiles, but"):
        backtest(network(), Y, fh=FH, alpha=0.75)
    plain = backtest(network(), Y, fh=FH, n_origins=1, coverage=[0.8, 0.9])
    assert plain.coverage is None


@pytest.mark.parametrize("quantile", [0.75, (0.75,)])
def test_a_forecaster_of_a_single_quantile(quantile):
    """It was refused, although its forecast is this quantile."""
    upper = network(loss="quantile", quantile=quantile)
    result = backtest(upper, Y, X, fh=FH, n_origins=2, alpha=0.75, coverage=[0.5, 0.8])
    assert (result.coverage, result.alpha) == (None, (0.75,))
    found = result.forecasts
    np.testing.assert_array_equal(found["quantile_0.75"], found["forecast"])
    error = (found["y"] - found["forecast"]).dropna()
    pinball = np.maximum(0.75 * error, -0.25 * error).mean()
    assert result.summary().loc["forecast", "pinball_0.75"] == pytest.approx(pinball)
    for alpha in (0.5, [0.5, 0.75]):
        with pytest.raises(ValueError, match=r"only one value"):
            backtest(upper, Y, X, fh=FH, alpha=alpha)


def test_an_error_of_intervals_says_how_to_do_without():
    narrow = network(loss="quantile", quantile=(0.25, 0.5, 0.75))
    with pytest.raises(ValueError, match="quantile") as caught:
        backtest(narrow, Y, fh=FH, n_origins=1)
    assert caught.value.__notes__ == ["The backtest does not need intervals: set coverage=None."]


def test_several_views():
    views = AutoRNNForecaster(views={"one": network()})
    result = backtest(views, Y, X, fh=FH, n_origins=2, coverage=0.4)
    assert result.forecasts[["forecast", "lower", "upper"]].notna().all(axis=None)


def test_long_tables():
    table = Y.join(X).reset_index().set_axis(["unique_id", "ds", "y", "x"], axis=1)
    expected = backtest(network(), Y, X, fh=FH, n_origins=2).forecasts
    for long in (table, pl.from_pandas(table.sample(frac=1, random_state=0))):
        pd.testing.assert_frame_equal(
            backtest(network(), long, fh=FH, n_origins=2).forecasts, expected
        )


def test_unknown_values_at_both_ends_change_nothing():
    expected = backtest(network(), Y, X, fh=FH, n_origins=2)
    days = pd.date_range("2023-12-25", "2024-03-01", name="day")
    full = pd.MultiIndex.from_product([list("abc"), days], names=["id", "day"])
    found = backtest(network(), Y.reindex(full), X.reindex(full), fh=FH, n_origins=2)
    pd.testing.assert_frame_equal(found.forecasts, expected.forecasts)


def test_short_series_take_part_where_they_can():
    y = cut(Y, {"a": (0, 30), "b": (0, 8)})
    with pytest.warns(UserWarning, match="1 of 2 series has no known value before the first orig"):
        kept = backtest(network(), y, fh=FH, n_origins=3, step=3)
    assert kept.forecasts["series"].unique().tolist() == ["a"]
    refitted = backtest(network(), y, fh=FH, n_origins=3, step=3, refit=True)
    assert refitted.summary(by=["origin", "series"]).xs("forecast", level="model")[
        "n"
    ].tolist() == [
        *(3, 3, 3, 3, 3),
    ]
    with pytest.warns(UserWarning, match="before every origin, and is left out: 'b'"):
        backtest(NaiveForecaster(), cut(Y, {"a": (0, 30), "b": (0, 3)}), fh=FH, refit=True)


def test_several_levels_of_names():
    y = pd.concat({"north": Y}, names=["region"])
    result = backtest(network(), y, fh=FH, n_origins=1)
    assert result.forecasts["series"].unique().tolist() == [("north", name) for name in "abc"]
    np.testing.assert_array_equal(
        result.forecasts["forecast"],
        backtest(network(), Y, fh=FH, n_origins=1).forecasts["forecast"],
    )
    assert len(result.summary(by="series")) == 9


def test_shows_progress(capsys):
    backtest(NaiveForecaster(), Y, fh=FH, n_origins=2, verbose=1)
    assert "origin 2/2, error" in capsys.readouterr().out


def test_prints_what_matters():
    result = backtest(NaiveForecaster(), Y, fh=FH, n_origins=1)
    assert repr(result).startswith("Backtest(3 series, 1 origin, 3 steps: MASE ")
    errors = result.summary()["MASE"]
    assert errors["forecast"] == errors["naive"]


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"fh": 0}, ValueError, "fh must contain numbers of steps ahead.*Got 0"),
        ({"fh": Y.index.levels[1][:2]}, ValueError, "fh must contain numbers of steps ahead"),
        ({"fh": []}, ValueError, r"fh must contain numbers of steps ahead.*Got \[\]"),
        ({"fh": [1.5]}, ValueError, "fh must contain numbers of steps ahead"),
        ({"n_origins": 0}, ValueError, "'n_origins' parameter of backtest"),
        ({"step": 0}, ValueError, "'step' parameter of backtest"),
        ({"coverage": 1.0}, ValueError, "'coverage' parameter of backtest"),
        ({"coverage": [0.8, "0.9"]}, ValueError, "'coverage' parameter of backtest.*'0.9'"),
        ({"coverage": []}, ValueError, r"coverage must be a number .*, or None. Got \[\]"),
        ({"alpha": [0.5, 0.0]}, ValueError, "'alpha' parameter of backtest"),
        ({"sp": "week"}, ValueError, "'sp' parameter of backtest"),
        ({"n_origins": 20}, ValueError, "need more than 60 rows, but the longest series has 30"),
        ({"forecaster": "naive"}, TypeError, "must be an sktime forecaster. Got str"),
        ({"y": Y.to_numpy()}, TypeError, "y must be a pandas Series or DataFrame.* Got ndarray"),
        ({"y": Y.join(X)}, ValueError, r"y must have one column, got 2.*to_panel\(y, id=None"),
        ({"y": Y.drop(index=Y.index[4])}, ValueError, r"1 row\(s\) are missing between"),
        ({"y": Y[::-1]}, ValueError, "not in time order"),
        ({"y": Y.reset_index()}, TypeError, "is a long table"),
        ({"X": X[5:]}, ValueError, "X has no row for 2024-01-01 .* 'a'"),
    ],
)
def test_refuses(settings, error, message):
    arguments = {"forecaster": NaiveForecaster(), "y": Y, "X": None, "fh": FH, **settings}
    with pytest.raises(error, match=message):
        backtest(arguments.pop("forecaster"), arguments.pop("y"), arguments.pop("X"), **arguments)


def test_summary_by_time_and_by_names_that_are_no_groups():
    result = backtest(NaiveForecaster(), Y, fh=FH, n_origins=1)
    table = result.forecasts
    errors = (table["forecast"] - table["y"]).abs().groupby(table["time"]).mean()
    of_times = result.summary(by="time")["MAE"].xs("forecast", level="model")
    pd.testing.assert_series_equal(of_times, errors, check_names=False)
    with pytest.raises(ValueError, match=r"by must be one or several of .*Got \['shop'\]"):
        result.summary(by="shop")
    with pytest.raises(ValueError, match=r"a name more than once. Got \['step', 'step'\]"):
        result.summary(by=["step", "step"])


class ForgetfulForecaster(NaiveForecaster):
    """Forecasts all series from the same row, as some global forecasters do."""

    def predict(self, fh=None, X=None):
        return super().predict(fh, X)[:-1]


def test_says_which_forecast_is_missing():
    with pytest.raises(ValueError, match=r"no forecast for \('a', .*from its own end"):
        backtest(ForgetfulForecaster(), Y, fh=FH, n_origins=1)
