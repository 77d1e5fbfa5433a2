"""The columns of y are matched by name in every forecaster."""

from copy import deepcopy

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import (
    AutoRNNForecaster,
    PanelAggregatedTrend,
    PanelBoosting,
    PanelDampedTrend,
    PanelRidge,
    PanelTheta,
    PanelTSB,
    RNNForecaster,
)
from skrnn.forecasting._columns_of_y import ColumnsOfY, in_order_of

NETWORK = {"lag": 3, "units": 2, "epochs": 1, "n_networks": 1, "random_state": 0}
NETWORK |= {"deseasonalize": False, "transformer": None, "engine": "numpy"}
FORECASTERS = {
    "network": RNNForecaster(**NETWORK),
    "a network for each series": RNNForecaster(**NETWORK, pooling="local"),
    "views": AutoRNNForecaster(views={"one": PanelTheta()}),
    **{
        each.__name__: each()
        for each in (PanelAggregatedTrend, PanelDampedTrend, PanelRidge, PanelTheta, PanelTSB)
    },
    "PanelBoosting": PanelBoosting(sp=1),
}
COLUMNS = pd.DataFrame(
    {"u": 10.0, "w": 1000.0}, pd.period_range("2000-01", periods=30, freq="M", name="month")
) + np.random.default_rng(0).normal(size=(30, 2))
PANEL = pd.concat({"a": COLUMNS, "b": COLUMNS * 2}, names=["series"])
DATA = {"columns": (COLUMNS[:26], COLUMNS[26:])}
DATA["panel"] = tuple(
    pd.concat({"a": part, "b": part * 2}, names=["series"]) for part in DATA["columns"]
)


@pytest.fixture(scope="module", params=FORECASTERS)
def fitted(request):
    forecaster = FORECASTERS[request.param]
    return {form: forecaster.clone().fit(y, fh=[1]) for form, (y, _) in DATA.items()}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("form", DATA)
def test_columns_may_come_in_any_order(fitted, form):
    (_, new), forecaster = DATA[form], fitted[form]
    expected = deepcopy(forecaster).update(new, update_params=False).predict()
    other = deepcopy(forecaster).update(new[["w", "u"]], update_params=False).predict()
    pd.testing.assert_frame_equal(other, expected)
    truth = new.groupby(level=0).head(1) if form == "panel" else new[:1]
    score = forecaster.score(truth[["w", "u"]], fh=[1])
    assert score == forecaster.score(truth, fh=[1]) < 0.5
    if form == "panel":
        assert score == forecaster.score(pd.concat([truth.loc[["b"]], truth.loc[["a"]]]), fh=[1])
        with pytest.raises(ValueError, match=r"no row for \('b', Period"):
            forecaster.score(truth.loc[["a"]], fh=[1])
    with pytest.raises(ValueError, match=r"also a row for .*Period\('2002-04'"):
        forecaster.score(new, fh=[1])


@pytest.mark.parametrize("form", ["series", "frame", "panel"])
def test_times_of_another_kind_in_a_score(form):
    y = pd.Series([1.0, 2.0], pd.date_range("2024-01-01", periods=2))
    if form != "series":
        y = y.to_frame("y")
    if form == "panel":
        y = pd.concat({"a": y, "b": y})
    index = y.index.copy()
    level = index.levels[-1] if form == "panel" else index
    for there, back in [("to_period", "to_timestamp"), ("tz_localize", "tz_localize")]:
        times = level.to_period("D") if there == "to_period" else level.tz_localize("UTC")
        y.index = index.set_levels(times, level=-1) if form == "panel" else times
        with pytest.raises(ValueError, match=f"The times of y in score .* {back}"):
            in_order_of(index, y)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("form", DATA)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda y: y[["w"]], r"has the columns \['w'\], but y in fit had \['u', 'w'\]"),
        (lambda y: y.assign(v=0.0), r"has the columns \['u', 'w', 'v'\]"),
        (lambda y: y.rename(columns={"w": "v"}), r"has the columns \['u', 'v'\]"),
    ],
)
def test_other_columns_are_refused_and_nothing_changes(fitted, form, change, message):
    (_, new), forecaster = DATA[form], fitted[form]
    expected = forecaster.predict()
    with pytest.raises(ValueError, match=f"^y in update {message}"):
        forecaster.update(change(new))
    pd.testing.assert_frame_equal(forecaster.predict(), expected)


@pytest.mark.filterwarnings("ignore")
def test_forecasts_after_an_update_have_the_type_of_predict(fitted):
    forecaster, y = fitted["columns"], COLUMNS["u"]
    one = forecaster.clone().fit(y[:26], fh=[1])
    expected = deepcopy(one).update(y[26:], update_params=False).predict()
    both = one.update_predict_single(y[26:], update_params=False)
    pd.testing.assert_series_equal(both, expected)


@pytest.mark.parametrize("y", [COLUMNS.to_numpy(), PANEL.to_numpy().reshape(2, 30, 2), COLUMNS.u])
def test_columns_without_names_are_counted(y):
    columns = ColumnsOfY.of(COLUMNS)
    y = y.swapaxes(1, 2) if y.ndim == 3 else y
    if y.ndim == 1:
        with pytest.raises(ValueError, match=r"has 1 column\(s\), but y in fit had 2"):
            columns.ordered(y)
    else:
        assert columns.ordered(y) is y


def test_a_single_column_may_have_any_name():
    y = COLUMNS[["u"]]
    for other in (y, COLUMNS["w"], COLUMNS[["w"]], y.to_numpy(), None):
        assert ColumnsOfY.of(y).ordered(other) is other
        assert ColumnsOfY.of(y["u"]).ordered(other) is other


def test_each_series_of_a_list_is_ordered():
    first, second = ColumnsOfY.of([COLUMNS]).ordered([COLUMNS[["w", "u"]], COLUMNS])
    pd.testing.assert_frame_equal(first, COLUMNS)
    assert second is COLUMNS
