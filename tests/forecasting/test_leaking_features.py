"""A warning about features that contain the values to forecast."""

from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from sktime.forecasting.compose import ForecastX, TransformedTargetForecaster
from sktime.forecasting.naive import NaiveForecaster

from skrnn import SkrnnWarning
from skrnn.forecasting import AutoRNNForecaster, PanelBoosting, RNNForecaster, backtest
from skrnn.forecasting._leaking_features import warn_of_leaking_features
from skrnn.forecasting._origins import Origins

STEPS = np.arange(1, 8)
DAYS = pd.date_range("2024-01-01", periods=120)
RANDOM = np.random.default_rng(0)
Y = pd.Series(20 + np.sin(np.arange(120)) + RANDOM.normal(size=120), DAYS, name="y")
OTHER = pd.Series(RANDOM.normal(size=120), DAYS)
LEAKS = {
    "equals y in the same row": Y,
    "is a linear function of y in the same row": 32 - 1.8 * Y,
    "equals y 1 row later": Y.shift(-1),
    "equals y 5 rows later": Y.shift(-5),
    "equals y 1 row earlier": Y.shift(1),
    "is a linear function of y 6 rows earlier": 100 * Y.shift(6),
}
RNN = RNNForecaster(lag=3, units=2, epochs=1, n_networks=1)


def warn(X, y=Y, forecaster=RNN):
    warn_of_leaking_features(forecaster, Origins.of(y, X, STEPS, 2, 7))


def a_panel(make):
    """Three series of different size and length, and what a function makes of them."""
    parts = {}
    for i, name in enumerate("abc", start=1):
        y = (i * Y + RANDOM.normal(size=120))[10 * i :]
        parts[name] = pd.DataFrame({"y": y, "x": make(y, i)})
    frame = pd.concat(parts, names=["id", "day"])
    return {"y": frame[["y"]], "X": frame[["x"]]}


@pytest.mark.parametrize("dtype", ["float64", "float32", "Float64"])
@pytest.mark.parametrize("what", LEAKS)
def test_values_to_come(what, dtype):
    X = pd.DataFrame({"load": OTHER, "copy": LEAKS[what].astype(dtype)})
    with pytest.warns(SkrnnWarning, match=f"^X contains y: 'copy' {what}. In the horizon, this"):
        warn(X)
    warn(X[["load"]])


def test_gaps_and_whole_numbers():
    with pytest.warns(SkrnnWarning, match="'copy' equals y in the same row"):
        warn(pd.DataFrame({"copy": Y.where(OTHER < 1)}), y=Y.where(OTHER > -1))
    counts = pd.Series(RANDOM.poisson(3, size=120), DAYS, name="y")
    with pytest.warns(SkrnnWarning, match="'copy' is a linear function of y in the same row"):
        warn(pd.DataFrame({"copy": 2 * counts}), y=counts)


def test_several_columns_are_named_at_once():
    X = pd.DataFrame({str(i): Y.shift(-i) for i in range(5)})
    with pytest.warns(SkrnnWarning, match=r"'2' .* 2 rows later, and 2 more\. In .*, these"):
        warn(X)


def test_panels():
    with pytest.warns(SkrnnWarning, match="'x' is a linear function of y in the same row"):
        warn(**a_panel(lambda y, i: 7 * y / i - i))  # such as revenue at a price for each shop
    warn(**a_panel(lambda y, i: y if i == 1 else y[::-1].to_numpy()))


@pytest.mark.parametrize(
    "x",
    [
        np.arange(120),
        DAYS.month,
        DAYS.dayofweek,
        np.sin(2 * np.pi * np.arange(120) / 7),
        Y.shift(7),
        Y.shift(14),
        Y.shift(7).rolling(3).mean(),
        Y + 0.1 * OTHER,
        OTHER,
        Y.mean() < Y,
        np.where(Y.mean() < Y, "high", "low"),
        np.full(120, np.nan),
    ],
    ids=str,
)
def test_what_is_known_in_advance(x):
    """Every warning is an error in these tests, so each call checks that there is none."""
    warn(pd.DataFrame({"x": np.asarray(x)}, DAYS))


@pytest.mark.parametrize(
    "y", [np.arange(120.0), DAYS.dayofweek.astype(float), 2.0 ** (np.arange(120) / 12)], ids=str
)
def test_what_y_consists_of(y):
    """A trend or a season equals y without being a leak if y is nothing else."""
    warn(pd.DataFrame({"x": 3 * y + 1}, DAYS), y=pd.Series(y, DAYS, name="y"))


def test_a_few_flags_that_agree_by_accident():
    """A single sale and a single holiday are equal up to their distance."""
    sold, holiday = (pd.Series(np.arange(120) == row, DAYS, dtype=float) for row in (60, 62))
    warn(pd.DataFrame({"holiday": holiday}), y=sold.rename("y"))


def in_pipeline(forecaster):
    return TransformedTargetForecaster([("forecaster", forecaster)])


def with_views(known_features="all", **views):
    return AutoRNNForecaster(views=views, known_features=known_features)


def reads(known_features):
    return RNN.clone().set_params(known_features=known_features)


class ReadsFeatures(NaiveForecaster):
    """A forecaster of another package that reads X."""

    _tags: ClassVar = {"capability:exogenous": True}


@pytest.mark.filterwarnings("ignore:[\\s\\S]*remember_data:FutureWarning")
@pytest.mark.parametrize(
    ("make", "is_read"),
    [
        (lambda: RNN.clone().set_params(known_features=["load"]), False),
        (lambda: RNN.clone().set_params(known_features=None), False),
        (lambda: RNN.clone().set_params(known_features=["copy"]), True),
        (AutoRNNForecaster, True),
        (lambda: AutoRNNForecaster(known_features=["load"]), False),
        (PanelBoosting, True),
        (lambda: in_pipeline(RNN.clone()), True),
        (lambda: in_pipeline(RNN.clone().set_params(known_features=[])), False),
        (NaiveForecaster, False),
        (lambda: with_views(rnn=RNN), True),
        (lambda: with_views(rnn=reads(None)), False),
        (lambda: with_views(rnn=reads(["load"]), naive=NaiveForecaster()), False),
        (lambda: with_views(one=reads(["load"]), other=in_pipeline(RNN.clone())), True),
        (lambda: with_views(known_features=None, rnn=RNN), True),
        (lambda: in_pipeline(with_views(rnn=reads(None))), False),
        (lambda: ForecastX(RNN.clone(), NaiveForecaster()), False),
        (lambda: ForecastX(RNN.clone()), False),
        (lambda: ForecastX(RNN.clone(), NaiveForecaster(), columns=["copy"]), False),
        (lambda: ForecastX(RNN.clone(), NaiveForecaster(), columns=["load"]), True),
        (lambda: ForecastX(RNN.clone(), RNN.clone(), predict_behaviour="use_actuals"), True),
        (lambda: in_pipeline(ForecastX(RNN.clone(), NaiveForecaster())), False),
        (lambda: with_views(one=ForecastX(RNN.clone(), NaiveForecaster())), False),
        (lambda: in_pipeline(ReadsFeatures()), True),
    ],
)
def test_only_features_that_are_read_in_the_horizon(make, is_read):
    X, forecaster = pd.DataFrame({"load": OTHER, "copy": Y}), make()
    if not is_read:
        warn(X, forecaster=forecaster)
        return
    with pytest.warns(SkrnnWarning, match="'copy' equals y"):
        warn(X, forecaster=forecaster)


def test_a_backtest_says_so():
    X = pd.DataFrame({"load": OTHER, "copy": Y})
    with pytest.warns(SkrnnWarning, match="so the errors of this backtest are too small"):
        backtest(PanelBoosting(), Y, X, fh=STEPS, n_origins=2)
