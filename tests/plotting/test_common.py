"""What every display has in common."""

import dataclasses
import inspect
import re
import sys

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import skrnn.plotting
from skrnn import LagWindowTransformer, RNNRegressor
from skrnn.datasets import make_seasonal_series
from skrnn.forecasting import Backtest
from skrnn.plotting import (
    BacktestDisplay,
    CorrelogramDisplay,
    ForecastCalibrationDisplay,
    ForecastDisplay,
    LagImportanceDisplay,
    LossCurveDisplay,
    SeriesDisplay,
)

SERIES = make_seasonal_series(90, random_state=0)
GAPPY = SERIES.mask(SERIES.index == SERIES.index[40]).drop(SERIES.index[[7, 8, 20]])
WINDOWS = LagWindowTransformer(lag=4).fit_transform(SERIES.to_frame())[4:]
TARGETS = SERIES.iloc[4:]


def fitted(**settings):
    return RNNRegressor("gru", units=3, epochs=2, random_state=0, **settings)


@pytest.fixture(scope="module")
def network():
    return fitted(early_stopping=True).fit(WINDOWS, TARGETS)


@pytest.fixture(scope="module")
def quantile_network():
    return fitted(loss="quantile", quantile=(0.1, 0.5, 0.9)).fit(WINDOWS, TARGETS)


@pytest.fixture(autouse=True)
def agg():
    mpl.use("Agg")
    yield
    plt.close("all")


def ends_of(band):
    """Lower and upper end of a filled area, whose outline goes along one and back on the other."""
    outline = band.get_paths()[0].vertices[:, 1]
    n = (len(outline) - 3) // 2
    return outline[1 : n + 1], outline[n + 2 : 2 * n + 2][::-1]


class LossCurve:
    display, n_axes = LossCurveDisplay, 1

    def make(self, network, quantile_network, **ax):
        return LossCurveDisplay.from_estimator({"a": network, "b": quantile_network}, **ax)

    def drawn(self, display):
        [val_line, _] = display.val_lines_
        return {
            "epoch": np.concatenate([line.get_xdata() for line in display.lines_]),
            "loss": np.concatenate([line.get_ydata() for line in display.lines_]),
            "val_loss": [*val_line.get_ydata(), np.nan, np.nan],
        }


class Forecast:
    display, n_axes = ForecastDisplay, 1

    def make(self, network, quantile_network, **ax):
        return ForecastDisplay.from_estimator(quantile_network, WINDOWS, TARGETS, n_train=50, **ax)

    def drawn(self, display):
        x = display.observed_line_.get_xdata()
        np.testing.assert_array_equal(x, display.frame().index)
        np.testing.assert_array_equal(display.predicted_line_.get_xdata(), x)
        lower, upper = ends_of(display.band_)
        return {
            "observed": display.observed_line_.get_ydata(),
            "predicted": display.predicted_line_.get_ydata(),
            "lower": lower,
            "upper": upper,
        }


class ForecastWithResiduals(Forecast):
    n_axes = 2

    def make(self, network, quantile_network, **ax):
        return ForecastDisplay.from_predictions(
            SERIES, network.predict(WINDOWS[:1]).repeat(90), residuals=True, **ax
        )

    def plot(self, display, ax=None):
        return display.plot(ax, residuals=True)

    def drawn(self, display):
        return {
            "observed": display.observed_line_.get_ydata(),
            "predicted": display.predicted_line_.get_ydata(),
            "residual": display.residual_line_.get_ydata(),
        }


class ForecastFan(Forecast):
    def make(self, network, quantile_network, **ax):
        median = SERIES.to_numpy()[:, None]
        fan, paths = np.add(median, [-2.0, -1.0, 0.0, 1.0, 2.0]), np.add(median, [0.5, -0.5])
        quantile = (0.1, 0.25, 0.5, 0.75, 0.9)
        return ForecastDisplay.from_predictions(SERIES, fan, quantile=quantile, paths=paths, **ax)

    def drawn(self, display):
        inner = dict(zip(["lower", "upper"], ends_of(display.bands_[1]), strict=True))
        inner = {f"{end}, 50% interval": values for end, values in inner.items()}
        paths = [line.get_ydata() for line in display.path_lines_]
        return super().drawn(display) | inner | {"path 0": paths[0], "path 1": paths[1]}


class ForecastCalibration:
    display, n_axes = ForecastCalibrationDisplay, 2

    def make(self, network, quantile_network, **ax):
        return ForecastCalibrationDisplay.from_estimator(quantile_network, WINDOWS, TARGETS, **ax)

    def drawn(self, display):
        [diagonal] = [np.interp(display.quantile, *display.diagonal_.get_data())]
        return {"below": display.line_.get_ydata(), "expected": diagonal}


class Correlogram:
    display, n_axes = CorrelogramDisplay, 2

    def make(self, network, quantile_network, **ax):
        return CorrelogramDisplay.from_series(SERIES, n_lags=20, **ax)

    def drawn(self, display):
        correlation, partial = display.lines_
        np.testing.assert_array_equal(correlation.get_xdata(), display.frame().index)
        (low, high), (partial_low, partial_high) = map(ends_of, display.bands_)
        np.testing.assert_array_equal([low, partial_low], [-high, -partial_high])
        return {
            "acf": correlation.get_ydata(),
            "acf_band": high,
            "pacf": partial.get_ydata(),
            "pacf_band": partial_high,
        }


class Series:
    display, n_axes = SeriesDisplay, 3

    def make(self, network, quantile_network, **ax):
        return SeriesDisplay.from_series(GAPPY, **ax)

    def drawn(self, display):
        frame = display.frame()
        x, y = display.line_.get_data()
        breaks = np.flatnonzero(frame["rows_missing_after"]) + 1 + np.arange(2)
        np.testing.assert_array_equal(np.delete(x, breaks), frame.index)
        assert np.isnan(y[breaks]).all()
        missing = frame.index[frame["missing"]]
        np.testing.assert_array_equal(display.missing_marks_.get_xdata(), missing)
        gaps = frame.index[frame["rows_missing_after"] > 0]
        np.testing.assert_array_equal(display.gap_marks_.get_xdata(), gaps)
        assert display.histogram_.get_data().values.sum() == frame["value"].count()
        return {"value": np.delete(y, breaks)}


class LagImportance:
    display, n_axes = LagImportanceDisplay, 1

    def make(self, network, quantile_network, **ax):
        return LagImportanceDisplay.from_estimator(
            network, WINDOWS, method="permutation", random_state=0, **ax
        )

    def drawn(self, display):
        [line] = display.lines_
        return {"lag": line.get_xdata(), "importance": line.get_ydata()}


class BackTest:
    display, n_axes = BacktestDisplay, 2

    def make(self, network, quantile_network, **ax):
        rows = [(origin, step) for origin in (1, 2) for step in (1, 2, 3)]
        table = pd.DataFrame(rows, columns=["origin", "step"])
        times = [SERIES.index[80 + 3 * origin + step] for origin, step in rows]
        table = table.assign(
            series="y",
            cutoff=[SERIES.index[80 + 3 * origin] for origin, _ in rows],
            time=times,
            y=SERIES[times].to_numpy(),
            forecast=range(6),
            **dict.fromkeys(("naive", "seasonal_naive", "scale", "root_scale"), 1.0),
        )
        table = table.assign(lower=table["forecast"] - 1.0, upper=table["forecast"] + 1.0)
        return BacktestDisplay.from_backtest(Backtest(table, SERIES, 12, 0.8), **ax)

    def drawn(self, display):
        first, second = map(ends_of, display.bands_)
        return {
            "forecast": np.concatenate([line.get_ydata() for line in display.forecast_lines_]),
            "lower": np.concatenate([first[0], second[0]]),
            "upper": np.concatenate([first[1], second[1]]),
        }


CASES = [
    BackTest(),
    LossCurve(),
    Forecast(),
    ForecastWithResiduals(),
    ForecastFan(),
    ForecastCalibration(),
    Correlogram(),
    Series(),
    LagImportance(),
]


def axes_of(display):
    return np.ravel(getattr(display, "axes_", [getattr(display, "ax_", None)]))


def replot(case, display, ax=None):
    return case.plot(display, ax) if hasattr(case, "plot") else display.plot(ax)


def test_every_display_has_a_case():
    assert {case.display.__name__ for case in CASES} == set(skrnn.plotting.__all__)


@pytest.mark.parametrize("case", CASES, ids=lambda case: type(case).__name__)
def test_fields_are_those_of_init(case):
    """So ``dataclasses.asdict`` works before ``plot``, which adds the artists."""
    named = list(inspect.signature(case.display).parameters)
    assert [field.name for field in dataclasses.fields(case.display)] == named


@pytest.mark.parametrize("case", CASES, ids=lambda case: type(case).__name__)
def test_draws_what_the_frame_says(case, network, quantile_network):
    settings = dict(mpl.rcParams)
    display = case.make(network, quantile_network)
    assert isinstance(display, case.display)
    assert plt.get_fignums() == [1]
    first = axes_of(display)
    assert_drawn(case, display)

    assert replot(case, display) is display
    assert plt.get_fignums() == [1, 2]
    assert not set(axes_of(display)) & set(first)
    assert_drawn(case, display)

    figure, axes = plt.subplots(case.n_axes, squeeze=False)
    current = plt.gca()
    given = axes[0, 0] if case.n_axes == 1 else axes.ravel()
    assert replot(case, display, given) is display
    assert plt.get_fignums() == [1, 2, 3]
    assert plt.gca() is current
    assert display.figure_ is figure
    assert list(axes_of(display)) == list(axes.ravel())
    assert_drawn(case, display)

    assert dict(mpl.rcParams) == settings
    for number in plt.get_fignums():
        plt.figure(number).canvas.draw()


def assert_drawn(case, display):
    frame = display.frame()
    for name, values in case.drawn(display).items():
        np.testing.assert_allclose(np.asarray(values, float), frame[name], err_msg=name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: type(case).__name__)
def test_from_draws_on_given_axes(case, network, quantile_network):
    _, axes = plt.subplots(case.n_axes, squeeze=False)
    display = case.make(network, quantile_network, ax=axes)
    assert list(axes_of(display)) == list(axes.ravel())
    assert plt.get_fignums() == [1]


@pytest.mark.parametrize("case", CASES, ids=lambda case: type(case).__name__)
def test_refuses_wrong_axes(case, network, quantile_network):
    with pytest.raises(TypeError, match=r"ax must be None or . matplotlib Axes .*'left'"):
        case.make(network, quantile_network, ax="left")
    _, axes = plt.subplots(case.n_axes + 1)
    with pytest.raises(ValueError, match=rf"ax must be None or .*, got {case.n_axes + 1}"):
        case.make(network, quantile_network, ax=axes)


@pytest.mark.parametrize("case", CASES, ids=lambda case: type(case).__name__)
def test_names_the_extra_where_matplotlib_is_missing(case, network, quantile_network, monkeypatch):
    display = case.make(network, quantile_network)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"from_\w+ needs matplotlib.*'skrnn\[plot\]'"):
        case.make(network, quantile_network)
    with pytest.raises(ImportError, match=r"plot needs matplotlib.*'skrnn\[plot\]'"):
        display.plot()
    assert len(display.frame())


@pytest.mark.parametrize("case", CASES, ids=lambda case: type(case).__name__)
def test_constructor_takes_keywords_and_stores_them(case, network, quantile_network):
    parameters = inspect.signature(case.display).parameters
    assert {p.kind for p in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
    display = case.make(network, quantile_network)
    again = case.display(**{name: getattr(display, name) for name in parameters})
    assert again.frame().equals(display.frame())


@pytest.mark.parametrize("case", CASES, ids=lambda case: type(case).__name__)
def test_keywords_reach_the_artists(case, network, quantile_network):
    display = case.make(network, quantile_network)
    names = [name for name in inspect.signature(display.plot).parameters if name.endswith("_kw")]
    assert names
    for name in names:
        # The curve of the residuals has to be there to be styled.
        panels = {"residuals": True} if name == "residual_kw" else {}
        with pytest.raises(TypeError, match=rf"{name} must be a dict .*, got 'red'"):
            display.plot(**panels, **{name: "red"})
    plt.close("all")
    # Short names stand for the long ones of the defaults.
    if "line_kw" in names:
        display.plot(line_kw={"c": "red"})
        lines = getattr(display, "lines_", None) or [display.line_]
        assert all(line.get_color() == "red" for line in lines)


@pytest.mark.parametrize("case", CASES, ids=lambda case: type(case).__name__)
def test_prints_what_it_shows(case, network, quantile_network):
    text = repr(case.make(network, quantile_network))
    assert text.startswith(f"{case.display.__name__}(")
    assert " at 0x" not in text
    assert re.search(r"\d+ (rows|lags|epochs)", text)
