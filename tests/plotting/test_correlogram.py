"""CorrelogramDisplay."""

import sys

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from statsmodels.tsa.stattools import acf, pacf

from skrnn.plotting import CorrelogramDisplay

NOISE = np.random.default_rng(0).normal(size=400)
SERIES = np.zeros(400)
for t in range(2, 400):
    SERIES[t] = 0.5 * SERIES[t - 1] - 0.6 * SERIES[t - 2] + NOISE[t]


@pytest.fixture(autouse=True)
def agg():
    mpl.use("Agg")
    yield
    plt.close("all")


@pytest.mark.parametrize("n_lags", [1, 10])
@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_agrees_with_statsmodels(n_lags, alpha):
    frame = CorrelogramDisplay.from_series(SERIES, n_lags=n_lags, alpha=alpha).frame()
    expected, interval, *_ = acf(SERIES, nlags=n_lags, alpha=alpha, qstat=True)
    np.testing.assert_allclose(frame["acf"], expected[1:])
    np.testing.assert_allclose(frame["acf_band"], np.diff(interval)[1:, 0] / 2)
    partial, interval = pacf(SERIES, nlags=n_lags, alpha=alpha, method="ldb")[:2]
    np.testing.assert_allclose(frame["pacf"], partial[1:])
    np.testing.assert_allclose(frame["pacf_band"], np.diff(interval)[1:, 0] / 2)


def test_finds_the_order_of_an_autoregression():
    frame = CorrelogramDisplay.from_series(SERIES).frame()
    assert len(frame) == 26
    out = frame.index[frame["pacf"].abs() > frame["pacf_band"]]
    assert list(out[:2]) == [1, 2]
    assert len(out) <= 4


def test_missing_values_take_no_part():
    gappy = SERIES.copy()
    gappy[50:90:7] = np.nan
    frame = CorrelogramDisplay.from_series(gappy, n_lags=5).frame()
    whole = CorrelogramDisplay.from_series(SERIES, n_lags=5).frame()
    np.testing.assert_allclose(frame, whole, atol=0.1)
    assert (frame["pacf_band"] > whole["pacf_band"]).all()


@pytest.mark.parametrize(
    ("series", "settings", "message"),
    [
        (np.ones(50), {}, "series must have at least four known values that are not all equal"),
        ([1.0, 2.0, 3.0], {}, "series must have at least four known values .* Got 3"),
        (np.ones((50, 2)), {}, r"series must be one series.* \(50, 2\)"),
        (["a", "b"], {}, "could not convert string"),
        (SERIES, {"n_lags": 0}, "n_lags must be an int from 1 to 199, .* Got 0"),
        (SERIES, {"n_lags": 200}, "n_lags must be .* Got 200"),
        (SERIES, {"n_lags": 2.5}, "n_lags must be .* Got 2.5"),
        (SERIES, {"alpha": 0}, "alpha must be a number between 0 and 1, got 0"),
        (SERIES, {"alpha": "5 %"}, "alpha must be .* got '5 %'"),
    ],
)
def test_refusals(series, settings, message):
    with pytest.raises(ValueError, match=message):
        CorrelogramDisplay.from_series(series, **settings)


def test_names_the_extra_where_statsmodels_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "statsmodels", None)
    with pytest.raises(ImportError, match=r"from_series needs statsmodels.*'skrnn\[plot\]'"):
        CorrelogramDisplay.from_series(SERIES)
