"""Observed values and forecasts, brought to the same rows."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import LagWindowTransformer, RNNRegressor
from skrnn.datasets import make_seasonal_series
from skrnn.forecasting import PanelTheta
from skrnn.plotting._alignment import (
    aligned,
    forecast_of,
    inner_bands,
    joined_paths,
    paths_of,
    quantile_band,
    quantiles_of_coverage,
)

DAYS = pd.date_range("2000-01-01", periods=4)
TRUE = pd.Series([1.0, 2.0, 3.0, 4.0], DAYS)
SERIES = make_seasonal_series(40, random_state=0)
X = SERIES.to_frame()
BOTH = pd.DataFrame({"a": SERIES, "b": -SERIES})


def network(**settings):
    return RNNRegressor("simple", units=2, epochs=1, random_state=0, **settings)


def test_rows_align_arrays():
    time, observed, forecasts, n_train = aligned(TRUE, [5.0, 6.0, 7.0, 8.0], 2)
    assert time.equals(DAYS)
    assert observed.tolist() == [1, 2, 3, 4]
    assert forecasts.tolist() == [[5], [6], [7], [8]]
    assert n_train == 2
    time, *_ = aligned([1.0, 2.0], pd.Series([1.0, 2.0], DAYS[:2]), 0)
    assert time.equals(DAYS[:2])
    assert aligned([1.0], [1.0], 0)[0].equals(pd.RangeIndex(1))


def test_labels_align_series():
    predicted = pd.Series([30.0, 40.0, 50.0], pd.date_range("2000-01-03", periods=3))
    time, observed, forecasts, n_train = aligned(TRUE, predicted, 4)
    assert time.equals(pd.date_range("2000-01-01", periods=5))
    np.testing.assert_array_equal(observed, [1, 2, 3, 4, np.nan])
    np.testing.assert_array_equal(forecasts[:, 0], [np.nan, np.nan, 30, 40, 50])
    assert n_train == 4
    # Forecasts of earlier rows do not move the end of the training part.
    earlier = pd.Series([0.0], pd.to_datetime(["1999-12-31"]))
    assert aligned(TRUE, earlier, 2)[3] == 3


def test_numbers_in_order_align_like_dates():
    halves = pd.Series([1.0, 2.0, 3.0], [0.5, 1.0, 1.5])
    predicted = pd.Series([30.0, 40.0, 50.0], [1.5, 2.0, 2.5])
    time, observed, forecasts, n_train = aligned(halves, predicted, 3)
    assert time.tolist() == [0.5, 1, 1.5, 2, 2.5]
    np.testing.assert_array_equal(observed, [1, 2, 3, np.nan, np.nan])
    np.testing.assert_array_equal(forecasts[:, 0], [np.nan, np.nan, 30, 40, 50])
    assert n_train == 3
    time, *_ = aligned(halves, [1.0, 2.0, 3.0], 3)
    assert time.tolist() == [0.5, 1, 1.5]


def test_text_aligns_rows_only_if_it_is_the_same():
    y_true, y_pred = pd.Series([1.0, 2.0], ["a", "b"]), pd.Series([3.0, 4.0], ["a", "b"])
    assert aligned(y_true, y_pred, 0)[2].tolist() == [[3], [4]]
    for other in (y_pred[::-1], TRUE[:2]):
        with pytest.raises(ValueError, match="which rows belong together"):
            aligned(y_true, other, 0)
    assert aligned(y_true, pd.Series([3.0, 4.0]), 0)[2].tolist() == [[3], [4]]


def test_x_and_y_of_other_times_are_refused():
    model = LinearRegression().fit(X, SERIES)
    assert len(forecast_of(model, X, SERIES, None)[0]) == 40
    assert len(forecast_of(model, X, SERIES.to_numpy(), None)[0]) == 40
    with pytest.raises(ValueError, match=r"X and y have the labels .* in row 0"):
        forecast_of(model, X[1:], SERIES[:-1], None)


@pytest.mark.parametrize(
    ("y_true", "y_pred", "n_train", "message"),
    [
        (TRUE, [1.0, 2.0], 0, "y_true has 4 rows, but y_pred has 2"),
        (TRUE, pd.Series([1.0] * 4), 0, "labels of different types"),
        (TRUE, TRUE[::-1], 0, "index of y_pred is not in time order"),
        (TRUE[::-1], TRUE, 0, "index of y_true is not in time order"),
        (np.ones((4, 2)), np.ones(4), 0, r"y_true must be of shape \(n_samples,\).* \(4, 2\)"),
        (TRUE, TRUE, 5, "n_train must be an int from 0 to 4, .* Got 5"),
        (TRUE, TRUE, 0.5, "n_train must be an int .* Got 0.5"),
        (TRUE, TRUE, True, "n_train must be an int .* Got True"),
    ],
)
def test_refuses_what_does_not_align(y_true, y_pred, n_train, message):
    with pytest.raises(ValueError, match=message):
        aligned(y_true, y_pred, n_train)


@pytest.mark.parametrize(
    ("quantile", "median", "band"),
    [
        ((0.1, 0.5, 0.9), 2.0, "80% interval"),
        ((0.4, 0.6), 1.5, "20% interval"),
        ((0.0125, 0.9875), 1.5, "97.5% interval"),
        ((0.5, 0.9), 1.0, "quantiles 0.5 to 0.9"),
        ((0.1, 0.2), 2.0, "quantiles 0.1 to 0.2"),
    ],
)
def test_median_of_quantiles(quantile, median, band):
    columns = np.arange(1.0, len(quantile) + 1)[None]
    predicted, lower, upper, name = quantile_band(columns, quantile)
    assert predicted == pytest.approx(median)
    assert (lower, upper) == (1.0, len(quantile))
    assert name == band


@pytest.mark.parametrize("quantile", [None, 0.3, (0.3,)])
def test_one_column_has_no_band(quantile):
    predicted, *band = quantile_band(np.ones((2, 1)), quantile)
    assert predicted.tolist() == [1, 1]
    assert band == [None, None, None]


@pytest.mark.parametrize(
    ("quantile", "message"),
    [
        (None, "y_pred has 2 columns, but quantile=None has 1 value"),
        ((0.1, 0.5, 0.9), "y_pred has 2 columns"),
        ((0.5, 0.1), r"quantile must be .* Got \(0.5, 0.1\)"),
        ((0.5, 1.5), "quantile must be"),
        (((0.1, 0.9),), "quantile must be"),
    ],
)
def test_refuses_quantiles(quantile, message):
    with pytest.raises(ValueError, match=message):
        quantile_band(np.ones((3, 2)), quantile)


def test_quantiles_inside_a_target_regressor():
    pipe = make_pipeline(
        LagWindowTransformer(lag=3), network(loss="quantile", quantile=(0.1, 0.9))
    )
    model = TransformedTargetRegressor(pipe, transformer=StandardScaler()).fit(X, SERIES)
    y_true, y_pred, quantile = forecast_of(model, X, SERIES, None)
    assert quantile == (0.1, 0.9)
    np.testing.assert_array_equal(y_pred, model.predict(X))
    assert y_true.equals(SERIES)


@pytest.mark.parametrize("output", [1, "b", -1])
def test_one_of_several_outputs(output):
    settings = {"loss": "quantile", "quantile": (0.1, 0.5)}
    model = make_pipeline(LagWindowTransformer(lag=3), network(**settings)).fit(X, BOTH)
    y_true, y_pred, _ = forecast_of(model, X, BOTH, output)
    np.testing.assert_array_equal(y_pred, model.predict(X)[:, 1])
    assert y_true.equals(BOTH["b"])
    table = LinearRegression().fit(X, BOTH)
    y_true, y_pred, quantile = forecast_of(table, X, BOTH, output)
    np.testing.assert_array_equal(y_pred, table.predict(X)[:, 1])
    assert quantile is None


def test_last_step_of_sequences():
    windows = LagWindowTransformer(lag=3).fit_transform(X)
    y = LagWindowTransformer(lag=3, horizon=0).fit_transform(X)[..., 0]
    model = network(return_sequences=True).fit(windows, y)
    y_true, y_pred, _ = forecast_of(model, windows, y, None)
    np.testing.assert_array_equal(y_pred, model.predict(windows)[:, -1])
    np.testing.assert_array_equal(y_true, SERIES)


def test_many_to_many_inside_a_target_regressor():
    pipe = make_pipeline(LagWindowTransformer(lag=3), network(return_sequences=True))
    model = TransformedTargetRegressor(pipe, transformer=LagWindowTransformer(3, horizon=0))
    model.fit(X, SERIES)
    y_true, y_pred, _ = forecast_of(model, X, SERIES, None)
    np.testing.assert_array_equal(y_pred, model.predict(X))
    np.testing.assert_array_equal(y_true, SERIES)


def test_refuses_what_does_not_fit_the_forecast():
    model = make_pipeline(LagWindowTransformer(lag=3), network()).fit(X, BOTH)
    with pytest.raises(ValueError, match="X has 40 rows, but y has 39"):
        forecast_of(model, X, BOTH[:-1], 0)
    with pytest.raises(ValueError, match=r"2 outputs: output must specify .* got None"):
        forecast_of(model, X, BOTH, None)
    with pytest.raises(ValueError, match="output"):
        forecast_of(model, X, BOTH, "c")
    with pytest.raises(ValueError, match="output"):
        forecast_of(model, X, BOTH, 2)
    single = make_pipeline(LagWindowTransformer(lag=3), network()).fit(X, SERIES)
    with pytest.raises(
        ValueError, match=r"y has shape \(40, 2\), but the forecast has shape \(40, 1\)"
    ):
        forecast_of(single, X, BOTH, 1)


def test_labels_of_two_kinds_do_not_align():
    days = pd.date_range("2000-01-01", periods=3)
    true = pd.Series([1.0, 2.0, 3.0], days)
    for other in (days.tz_localize("UTC"), days.to_period("D"), pd.RangeIndex(3)):
        with pytest.raises(ValueError, match="labels of different types"):
            aligned(true, true.set_axis(other), 0)


def test_a_panel_is_refused():
    panel = pd.MultiIndex.from_product([["a", "b"], pd.date_range("2000-01-01", periods=2)])
    with pytest.raises(ValueError, match=r"index of y_true has 2 levels.*RNNForecaster"):
        aligned(pd.Series([1.0, 2.0, 3.0, 4.0], panel), [1.0, 2.0, 3.0, 4.0], 0)


def test_inner_bands_are_central_intervals():
    columns = np.arange(7.0)[None] * [[1.0], [2.0]]
    found = inner_bands(columns, (0.05, 0.1, 0.3, 0.5, 0.7, 0.8, 0.95))
    assert list(found) == ["40% interval"]
    np.testing.assert_array_equal(found["40% interval"], [[2, 4], [4, 8]])
    assert inner_bands(columns[:, :1], None) == {}
    assert inner_bands(columns[:, :2], (0.1, 0.9)) == {}


def test_quantiles_of_coverage():
    assert quantiles_of_coverage(0.9) == (0.05, 0.5, 0.95)
    assert quantiles_of_coverage([0.5, 0.95, 0.8]) == (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
    assert quantiles_of_coverage(None) is None
    for wrong in (0.0, 1.0, [], [0.5, 80]):
        with pytest.raises(ValueError, match="coverage must contain numbers between 0 and 1"):
            quantiles_of_coverage(wrong)


def test_durations_are_forecast():
    y = make_seasonal_series(30, random_state=0)
    y.index = pd.timedelta_range("0h", periods=30, freq="h")
    forecaster = PanelTheta(sp=1).fit(y[:-2])
    _, forecast, _ = forecast_of(forecaster, None, y[-2:], None)
    pd.testing.assert_series_equal(forecast, forecaster.predict(fh=[1, 2]), check_names=False)


def test_paths_beside_forecasts():
    forecast, paths = np.array([1.0, 2.0]), np.array([[3.0, 4.0], [5.0, 6.0]])
    joined, n_paths = joined_paths(forecast, paths)
    np.testing.assert_array_equal(joined, [[1, 3, 4], [2, 5, 6]])
    assert n_paths == 2
    with_index = pd.Series(forecast, [7, 8])
    joined, _ = joined_paths(with_index, pd.DataFrame(paths, [8, 9]))
    np.testing.assert_array_equal(joined, [[1, np.nan, np.nan], [2, 3, 4], [np.nan, 5, 6]])
    joined, _ = joined_paths(with_index, paths)
    assert joined.index.tolist() == [7, 8]
    with pytest.raises(ValueError, match=r"paths must be of shape \(n_rows, n_paths\)"):
        joined_paths(forecast, paths[:1])


def test_paths_of_a_forecaster_without_them(series):
    with pytest.raises(ValueError, match="n_paths=3 needs a forecaster"):
        paths_of(object(), series, None, None, 3, 0)
