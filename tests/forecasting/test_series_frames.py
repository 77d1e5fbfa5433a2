"""Series and numbers of a data frame, and their errors."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import (
    AutoRNNForecaster,
    PanelAggregatedTrend,
    PanelBoosting,
    PanelDampedTrend,
    PanelHoltWinters,
    PanelRidge,
    PanelSeasonalNaive,
    PanelTheta,
    PanelTSB,
    RNNForecaster,
)
from skrnn.forecasting._panel import Panel
from skrnn.forecasting._series_frames import numbers, series_lengths
from skrnn.windows._time_axis import TimeAxis

AXIS = TimeAxis(0)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([("a", 0), ("a", 0)], "repeats the label"),
        ([("a", 1), ("a", 0)], "comes after"),
        (
            [("a", 0), ("a", 3)],
            r"irregular: 2 row\(s\) are missing between 0 of the series 'a' and 3 of",
        ),
        ([("a", 0), ("b", 0), ("a", 1)], "rows of the series 'a' of y are not contiguous"),
    ],
)
def test_bad_index(labels, message):
    index = pd.MultiIndex.from_tuples(labels)
    with pytest.raises(ValueError, match=message):
        Panel.of(pd.DataFrame({"y": 0.0}, index=index), AXIS, 1)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["a", "b"], "y must contain numbers, got values such as 'a' in its column 'y'"),
        (
            [1.0, "b"],
            r"got values such as 'b' in its column 'y' \(dtype object",
        ),
        ([1.0, np.inf], "contains infinity in its column 'y'"),
        ([1.0, -1e200, np.nan], r"contains -1e\+200 at 1 in its column 'y', which is too large"),
    ],
)
def test_bad_values(values, message):
    with pytest.raises(ValueError, match=message):
        Panel.of(pd.DataFrame({"y": values}), AXIS, 1)


def test_the_column_that_holds_no_numbers_is_named():
    table = pd.DataFrame({"a": [1.0, None], "b": [1.0, "x"], "c": ["y", 2.0]})
    with pytest.raises(
        ValueError, match=r"X must contain numbers.* such as 'x' in its column 'b'"
    ):
        numbers(table, "X")


def test_no_rows():
    with pytest.raises(ValueError, match="y has no rows"):
        Panel.of(pd.DataFrame({"y": []}, index=pd.RangeIndex(0)), AXIS, 1)


def test_lengths_of_series():
    index = pd.MultiIndex.from_tuples([("b", 0), ("b", 1), ("a", 0)])
    assert series_lengths(pd.DataFrame({"y": 0.0}, index=index), "y").tolist() == [2, 1]
    assert series_lengths(pd.DataFrame({"y": [0.0, 1.0]}), "y").tolist() == [2]


SMALL = {"lag": 3, "units": 2, "epochs": 1, "n_networks": 1, "random_state": 0}
FORECASTERS = {
    "automatic": AutoRNNForecaster(views={"one": PanelBoosting(), "two": PanelRidge()}),
    "network": RNNForecaster(**SMALL, engine="numpy"),
    "boosting": PanelBoosting(),
    "damped trend": PanelDampedTrend(),
    "Holt and Winters": PanelHoltWinters(sp=4),
    "aggregated": PanelAggregatedTrend(),
    "ridge": PanelRidge(),
    "theta": PanelTheta(),
    "intermittent": PanelTSB(),
    "naive": PanelSeasonalNaive(sp=4),
}


def with_huge(data, row):
    """Return data with a value whose square may be infinite in its first column."""
    values = data.copy()
    values.iloc[(row, 0) if data.ndim == 2 else row] = 1e200
    return values


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", FORECASTERS)
def test_values_whose_squares_may_be_infinite_are_refused(kind):
    """They made forecasts and intervals NaN or arbitrary, in some views without a warning."""
    random = np.random.default_rng(0)
    y = pd.Series(10 + random.normal(size=40), name="y")
    X = pd.DataFrame({"a": random.normal(size=42), "b": random.normal(size=42)})
    model = FORECASTERS[kind].clone()
    with pytest.raises(ValueError, match=r"y contains 1e\+200 at 20 in its column 'y'"):
        model.fit(with_huge(y, 20), fh=[1, 2])
    model.fit(y[:38], fh=[1, 2])
    with pytest.raises(ValueError, match=r"y.* contains 1e\+200 at 39 in its column 'y'"):
        model.update(with_huge(y, 39)[38:])
    if not model.get_tag("capability:exogenous"):
        return
    with pytest.raises(ValueError, match=r"X contains 1e\+200 at 20 in its column 'a'"):
        model.clone().fit(y, X=with_huge(X, 20)[:40], fh=[1, 2])
    with pytest.raises(ValueError, match=r"X contains 1e\+200 at 41 in its column 'a'"):
        model.clone().fit(y, X=X[:40], fh=[1, 2]).predict(X=with_huge(X, 41)[40:])
