"""ForecastCalibrationDisplay: the two panels; what it counts is in test_calibration."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from skrnn.plotting import ForecastCalibrationDisplay

LEVELS = (0.1, 0.5, 0.9)


@pytest.fixture(autouse=True)
def agg():
    mpl.use("Agg")
    yield
    plt.close("all")


@pytest.fixture
def display():
    # Of ten values one lies below the first quantile, four below the second, all below the third.
    quantiles = np.tile([1.5, 4.5, 99.0], (10, 1))
    return ForecastCalibrationDisplay.from_predictions(
        np.arange(1.0, 11.0), quantiles, quantile=LEVELS, name="mine"
    )


def test_shares_and_histogram(display):
    np.testing.assert_array_equal(display.line_.get_xdata(), LEVELS)
    np.testing.assert_allclose(display.line_.get_ydata(), [0.1, 0.4, 1.0])
    heights = [bar.get_height() for bar in display.bars_]
    np.testing.assert_allclose(heights, [0.1 / 0.1, 0.3 / 0.4, 0.6 / 0.4, 0.0], atol=1e-12)
    assert [bar.get_x() for bar in display.bars_] == [0.0, *LEVELS]
    area = sum(bar.get_height() * bar.get_width() for bar in display.bars_)
    assert area == pytest.approx(1)
    legend = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert legend == ["calibrated", "mine"]
    assert repr(display) == "ForecastCalibrationDisplay(mine: 3 quantiles of 10 rows)"


def test_frame(display):
    frame = display.frame()
    assert frame.index.tolist() == list(LEVELS)
    np.testing.assert_allclose(frame["below"], [0.1, 0.4, 1.0])
    np.testing.assert_array_equal(frame["expected"], LEVELS)


def test_the_name_of_a_forecaster_is_its_class(make_forecaster, series):
    from skrnn.forecasting import AutoRNNForecaster

    forecaster = AutoRNNForecaster(views={"one": make_forecaster()})
    forecaster.fit(series[:50], fh=range(1, 9))
    display = ForecastCalibrationDisplay.from_estimator(forecaster, None, series)
    assert display.name == "AutoRNNForecaster"
    assert display.n_values == 8
    assert len(display.frame()) == 19
