"""The axes that displays draw on."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import ConciseDateFormatter

from skrnn.plotting._axes import (
    check_support,
    coordinates,
    label_time,
    legend_above_curves,
    panels,
    style,
)


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def test_support():
    check_support("SomeDisplay.plot")
    with pytest.raises(ImportError, match=r"SomeDisplay.plot needs no_such_package.*\[plot\]"):
        check_support("SomeDisplay.plot", "no_such_package")


def test_panels_in_the_order_of_the_mosaic(ax):
    axes = panels(None, [["a", "a"], ["b", "c"]])
    assert [panel.get_label() for panel in axes] == ["a", "b", "c"]
    plt.close(axes[0].figure)
    assert panels(ax, [["a"]]).tolist() == [ax]
    assert panels([[ax], [ax]], [["a", "b"]]).tolist() == [ax, ax]


def test_style_knows_short_names():
    merged = style({"linewidth": 1, "color": "k"}, {"lw": 3}, "line_kw")
    assert merged == {"linewidth": 3, "color": "k"}
    with pytest.raises(TypeError, match=r"line_kw must be a dict .* got 3"):
        style({}, 3, "line_kw")


def test_legend_covers_no_curve(ax):
    for _ in range(2):
        ax.plot(np.arange(100) % 2, label="curve")
        legend_above_curves(ax, n_columns=2)
        ax.figure.canvas.draw()
        box = ax.get_legend().get_window_extent().transformed(ax.transData.inverted())
        assert box.y0 > 1.0
        assert ax.get_ylim()[1] == pytest.approx(1.27)


def test_coordinates():
    dates = pd.date_range("2000-01-01", periods=3, name="day")
    assert coordinates(dates.tz_localize("Europe/Berlin")).tolist() == dates.to_numpy().tolist()
    assert coordinates(dates.to_period("D")).tolist() == dates.to_numpy().tolist()
    assert coordinates(pd.to_timedelta([0, 12, 36], "h")).tolist() == [0, 0.5, 1.5]
    assert coordinates(np.array([3, 4])).tolist() == [3, 4]


@pytest.mark.parametrize(
    ("time", "label"),
    [
        (pd.date_range("2000-01-01", periods=3), ""),
        (pd.period_range("2000-01", periods=3, freq="M", name="month"), "month"),
        (pd.to_timedelta([0, 12, 36], "h"), "days"),
        (pd.RangeIndex(3), "row"),
    ],
)
def test_time_has_a_label(ax, time, label):
    ax.plot(coordinates(time), [1, 2, 3])
    label_time(ax, time)
    assert ax.get_xlabel() == label
    concise = isinstance(ax.xaxis.get_major_formatter(), ConciseDateFormatter)
    assert concise == isinstance(time, pd.DatetimeIndex | pd.PeriodIndex)
