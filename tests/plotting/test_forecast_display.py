"""ForecastDisplay; how shapes and labels are matched is in test_alignment."""

from itertools import pairwise

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge

from skrnn.forecasting import AutoRNNForecaster, PanelTheta
from skrnn.plotting import ForecastCalibrationDisplay, ForecastDisplay

DAYS = pd.date_range("2000-01-01", periods=6, name="day")
TRUE = pd.Series([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], DAYS, name="level (m)")
PREDICTED = TRUE.to_numpy() - 0.5


@pytest.fixture(autouse=True)
def agg():
    mpl.use("Agg")
    yield
    plt.close("all")


def labels(display):
    return [text.get_text() for text in display.ax_.get_legend().get_texts()]


def test_any_regressor():
    X = TRUE.shift(1, fill_value=0.0).to_frame()
    model = Ridge().fit(X, TRUE)
    display = ForecastDisplay.from_estimator(model, X, TRUE.to_numpy())
    np.testing.assert_allclose(display.predicted, model.predict(X))
    assert display.time.equals(DAYS)
    assert labels(display) == ["observed", "forecast"]
    with pytest.raises(NotFittedError):
        ForecastDisplay.from_estimator(Ridge(), X, TRUE)


def test_names_and_units():
    display = ForecastDisplay.from_predictions(TRUE, PREDICTED)
    assert display.ax_.get_ylabel() == "level (m)"
    assert display.ax_.get_xlabel() == "day"
    assert ForecastDisplay.from_predictions([1.0, 2.0], [1.0, 2.0]).ax_.get_ylabel() == "value"


def test_training_part_is_shaded():
    display = ForecastDisplay.from_predictions(TRUE, PREDICTED, n_train=4, residuals=True)
    shade = display.training_.get_extents().transformed(display.ax_.transData.inverted())
    dates = mpl.dates.date2num(DAYS)
    assert (shade.x0, shade.x1) == pytest.approx((dates[0], dates[3]))
    assert labels(display)[0] == "training part"
    assert display.frame()["training"].sum() == 4
    assert len(display.axes_[1].patches) == 1
    assert ForecastDisplay.from_predictions(TRUE, PREDICTED).training_ is None


def test_residuals_on_demand():
    display = ForecastDisplay.from_predictions(TRUE, PREDICTED)
    assert display.residual_line_ is None
    assert len(display.axes_) == 1
    assert display.plot(residuals=True).residual_line_.get_ydata().tolist() == [0.5] * 6
    with pytest.raises(ValueError, match=r"2 matplotlib Axes \(forecast, residuals\), got 1"):
        display.plot(display.ax_, residuals=True)


def test_band_of_quantiles():
    columns = np.stack([PREDICTED - 1, PREDICTED, PREDICTED + 2], axis=1)
    display = ForecastDisplay.from_predictions(TRUE, columns, quantile=(0.1, 0.5, 0.9))
    assert labels(display) == ["80% interval", "observed", "forecast"]
    assert display.frame()["upper"].tolist() == (PREDICTED + 2).tolist()


def test_dates_do_not_clutter():
    time = pd.date_range("1981-01-01", periods=3650)
    series = pd.Series(np.sin(np.arange(3650) / 58), time)
    display = ForecastDisplay.from_predictions(series, series)
    display.figure_.canvas.draw()
    boxes = [
        label.get_window_extent()
        for label in display.ax_.get_xticklabels()
        if label.get_text() and label.get_visible()
    ]
    assert 3 <= len(boxes) <= 10
    assert all(a.x1 < b.x0 for a, b in pairwise(boxes))


def test_a_forecaster_in_sample_and_beyond(make_forecaster, series):
    forecaster = make_forecaster().fit(series[:50])
    frame = ForecastDisplay.from_estimator(forecaster, None, series, n_train=50).frame()
    np.testing.assert_allclose(frame["residual"][:50], forecaster.predict_residuals())
    np.testing.assert_allclose(frame["predicted"][50:], forecaster.predict(fh=range(1, 11)))
    assert frame["training"].sum() == 50


@pytest.mark.parametrize("n_networks", [1, 2])
def test_a_forecaster_of_quantiles(make_forecaster, series, n_networks):
    quantiles = {"loss": "quantile", "quantile": (0.1, 0.5, 0.9)}
    forecaster = make_forecaster(strategy="multioutput", n_networks=n_networks, **quantiles)
    forecaster.fit(series[:50], fh=[1, 2])
    frame = ForecastDisplay.from_estimator(forecaster, None, series).frame()
    assert frame["predicted"].notna().sum() == 2
    interval = forecaster.predict_interval(coverage=0.8)["value", 0.8]
    np.testing.assert_allclose(frame[["lower", "upper"]][50:52], interval)


def test_a_forecaster_that_combines_several(make_forecaster, series):
    views = {"one": make_forecaster(), "two": make_forecaster(units=3)}
    forecaster = AutoRNNForecaster(views=views).fit(series[:50], fh=[1, 2])
    frame = ForecastDisplay.from_estimator(forecaster, None, series).frame()
    np.testing.assert_allclose(frame["predicted"][50:52], forecaster.predict())


def test_a_forecaster_of_several_columns_or_series(make_forecaster, series):
    wide = pd.DataFrame({"a": series, "b": -series})
    forecaster = make_forecaster().fit(wide)
    frame = ForecastDisplay.from_estimator(forecaster, None, wide, output="b").frame()
    np.testing.assert_allclose(frame["residual"], forecaster.predict_residuals()["b"])
    with pytest.raises(ValueError, match="y has 2 outputs: output must specify"):
        ForecastDisplay.from_estimator(forecaster, None, wide)
    with pytest.raises(ValueError, match="series='a', but y is one series without a name"):
        ForecastDisplay.from_estimator(forecaster, None, wide, output="b", series="a")
    with pytest.raises(ValueError, match="y must be a pandas Series"):
        ForecastDisplay.from_estimator(forecaster, None, series.to_numpy())


def test_one_of_several_series(make_forecaster, series):
    panel = pd.concat({"a": series.to_frame("y"), "b": 5 - series.to_frame("y")}, names=["s"])
    train = panel.groupby(level="s").head(len(series) - 2)
    forecaster = make_forecaster().fit(train, fh=[1, 2])
    display = ForecastDisplay.from_estimator(forecaster, None, panel, series="b")
    frame = display.frame()
    np.testing.assert_array_equal(frame["observed"], panel.loc["b", "y"])
    expected = forecaster.predict(fh=[1, 2]).loc["b", "y"]
    np.testing.assert_allclose(frame["predicted"][-2:], expected)
    for series_ in (None, "c"):
        with pytest.raises(ValueError, match=r"y contains 2 series, .* one of 'a', 'b'\. Got"):
            ForecastDisplay.from_estimator(forecaster, None, panel, series=series_)
    alone = ForecastDisplay.from_estimator(forecaster, None, panel.loc[["b"]]).frame()
    pd.testing.assert_frame_equal(alone, frame)
    X = TRUE.to_frame()
    with pytest.raises(ValueError, match=r"series is supported only for forecasters .* Got Ridge"):
        ForecastDisplay.from_estimator(Ridge().fit(X, TRUE), X, TRUE, series="a")


def test_long_tables(series):
    panel = pd.concat({"a": series.to_frame("y"), "b": 5 - series.to_frame("y")}, names=["s"])
    table = panel.reset_index().set_axis(["unique_id", "ds", "y"], axis=1)
    forecaster = AutoRNNForecaster(views={"one": PanelTheta(sp=1)}, random_state=0)
    drawn = []
    for rows in (panel, table):
        known = rows[(panel.groupby(level="s").cumcount() < len(series) - 2).to_numpy()]
        fitted = forecaster.clone().fit(known, fh=[1, 2])
        arguments = {"series": "b", "coverage": 0.5, "n_paths": 2, "random_state": 0}
        drawn.append(ForecastDisplay.from_estimator(fitted, None, rows, **arguments))
        drawn.append(ForecastCalibrationDisplay.from_estimator(fitted, None, rows))
    pd.testing.assert_frame_equal(drawn[2].frame(), drawn[0].frame(), check_names=False)
    np.testing.assert_array_equal(drawn[2].paths, drawn[0].paths)
    pd.testing.assert_frame_equal(drawn[3].frame(), drawn[1].frame())


def test_narrow_bands_are_darker():
    columns = np.stack([PREDICTED + i for i in range(-3, 4)], axis=1)
    quantile = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
    display = ForecastDisplay.from_predictions(TRUE, columns, quantile=quantile)
    assert [band.get_alpha() for band in display.bands_] == pytest.approx([0.2, 0.4, 0.6])
    assert labels(display)[:3] == ["95% interval", "80% interval", "50% interval"]
    display.plot(band_kw={"alpha": 0.1})
    assert {band.get_alpha() for band in display.bands_} == {0.1}


def test_a_fan_of_a_forecaster_with_paths(make_forecaster, series):
    forecaster = AutoRNNForecaster(views={"one": make_forecaster()}).fit(series[:50], fh=[1, 2])
    display = ForecastDisplay.from_estimator(
        forecaster, None, series, coverage=(0.8, 0.5), n_paths=3, random_state=0
    )
    frame = display.frame()[50:52]
    wide, narrow = (forecaster.predict_interval(coverage=share) for share in (0.8, 0.5))
    np.testing.assert_allclose(frame[["lower", "upper"]], wide)
    ends = [f"{end}, 50% interval" for end in ("lower", "upper")]
    np.testing.assert_allclose(frame[ends], narrow)
    np.testing.assert_allclose(frame["predicted"], forecaster.predict())
    paths = forecaster.sample_paths(3, random_state=0)["value"].unstack(level=0)
    np.testing.assert_array_equal(frame[["path 0", "path 1", "path 2"]], paths)
    bands = ["80% interval", "50% interval"]
    assert labels(display) == [*bands, "sample paths", "observed", "forecast"]
    assert display.band_ is display.bands_[0]


def test_what_has_no_fan_and_no_paths(make_forecaster, series):
    X = TRUE.to_frame()
    with pytest.raises(ValueError, match=r"coverage is supported only .* Got Ridge"):
        ForecastDisplay.from_estimator(Ridge().fit(X, TRUE), X, TRUE, coverage=0.8)
    with pytest.raises(ValueError, match=r"n_paths=2 needs a forecaster .* Got Ridge"):
        ForecastDisplay.from_estimator(Ridge().fit(X, TRUE), X, TRUE, n_paths=2)
