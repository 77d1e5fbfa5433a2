"""SeriesDisplay."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from skrnn.plotting import SeriesDisplay

DAYS = pd.date_range("2000-01-01", periods=40, name="day")
SERIES = pd.Series(np.arange(40.0), DAYS, name="level (m)")


@pytest.fixture(autouse=True)
def agg():
    mpl.use("Agg")
    yield
    plt.close("all")


def test_whole_series_has_no_marks():
    display = SeriesDisplay.from_series(SERIES)
    assert display.missing_marks_ is None
    assert display.gap_marks_ is None
    assert display.ax_.get_legend() is None
    assert display.ax_.get_title(loc="left") == "40 rows, no missing values, no gaps"


def test_counts():
    series = SERIES.drop(DAYS[[5, 6, 20]])
    series.iloc[[1, 30, 31]] = np.nan
    display = SeriesDisplay.from_series(series)
    assert (display.n_missing_, display.n_gaps_, display.n_missing_rows_) == (3, 2, 3)
    title = display.ax_.get_title(loc="left")
    assert title == "37 rows, 3 missing values, 2 gaps (3 rows)"
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts == ["missing values (3)", "gaps in the index (2)"]
    series = SERIES.drop(DAYS[5]).mask(SERIES == 3)
    title = SeriesDisplay.from_series(series).ax_.get_title(loc="left")
    assert title == "39 rows, 1 missing value, 1 gap (1 row)"


def test_names_and_units():
    display = SeriesDisplay.from_series(SERIES)
    assert display.ax_.get_xlabel() == "day"
    labels = [panel.get_ylabel() for panel in display.axes_]
    assert labels == ["level (m)", "rows", "level (m)"]
    assert display.axes_[1].get_xlabel() == "level (m)"


def test_box_and_histogram():
    display = SeriesDisplay.from_series(SERIES, bins=4, histogram_kw={"facecolor": "red"})
    counts, edges, _ = display.histogram_.get_data()
    assert counts.tolist() == [10, 10, 10, 10]
    assert edges.tolist() == [0, 9.75, 19.5, 29.25, 39]
    assert display.histogram_.get_facecolor() == (1, 0, 0, 1)
    assert display.box_["medians"][0].get_ydata().tolist() == [19.5, 19.5]


def test_refuses_bins():
    with pytest.raises(ValueError, match="bins"):
        SeriesDisplay.from_series(SERIES, bins=-1)
