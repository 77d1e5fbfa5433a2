"""Forecasts of a part of the horizon of `fit`, and of series that end early."""

import warnings
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sktime.forecasting.base import ForecastingHorizon
from sktime.forecasting.compose import make_reduction
from sktime.forecasting.naive import NaiveForecaster

from skrnn.forecasting import (
    AutoRNNForecaster,
    PanelBoosting,
    PanelRidge,
    PanelTheta,
    RNNForecaster,
    backtest,
)

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


def test_an_update_of_one_series_moves_only_its_forecasts():
    panel = pd.concat({"a": SERIES[:30], "b": SERIES[:30]}, names=["id", "day"]).to_frame()
    forecaster = PanelTheta(sp=1).fit(panel, fh=[1])
    forecaster.update(pd.concat({"b": SERIES[30:33]}, names=["id", "day"]).to_frame())
    with pytest.warns(
        UserWarning, match="1 of 2 series ends before the other, .*'a' 3 steps before"
    ):
        forecaster.predict()


@pytest.mark.parametrize("kind", [np.asarray, ForecastingHorizon, pd.Index])
@pytest.mark.parametrize(
    "forecaster",
    [PanelTheta(), RNNForecaster(**SMALL), AutoRNNForecaster(views={"theta": PanelTheta()})],
    ids=lambda forecaster: type(forecaster).__name__,
)
def test_an_array_that_changes_later_does_not_change_the_horizon(forecaster, kind):
    steps = np.arange(1, 4)
    forecaster = forecaster.clone().fit(SERIES, fh=kind(steps))
    before = forecaster.predict()
    steps += 5
    pd.testing.assert_series_equal(forecaster.predict(), before)
