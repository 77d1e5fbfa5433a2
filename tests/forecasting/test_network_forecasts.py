"""Forecasts of horizons and features of many kinds."""

import numpy as np
import pandas as pd
import pytest
from sktime.forecasting.base import ForecastingHorizon

from skrnn.forecasting import AutoRNNForecaster, PanelTheta

INDEXES = {
    "integers": pd.RangeIndex(10, 70),
    "days": pd.date_range("2000-01-01", periods=60, freq="D"),
    "month ends": pd.date_range("2000-01-31", periods=60, freq="ME"),
    "periods": pd.period_range("2000-01", periods=60, freq="M"),
}


@pytest.fixture(params=INDEXES.values(), ids=INDEXES)
def series(request, months):
    return months.set_axis(request.param)


def test_horizons(cheap, series):
    forecaster = cheap().fit(series[:50])
    relative = forecaster.predict(fh=[-3, 0, 1, 4])
    assert relative.index.equals(series.index[[46, 49, 50, 53]])
    times = ForecastingHorizon(series.index[[46, 49, 50, 53]], is_relative=False)
    pd.testing.assert_series_equal(forecaster.predict(fh=times), relative)
    assert relative.name == "y"


def test_known_and_past_features(cheap, months):
    X = pd.DataFrame({"known": months.shift(-1), "past": months * 2}).ffill()
    forecaster = cheap(known_features="known", strategy="direct", feature_scaler=None)
    forecaster.fit(months[:50], X[:50], fh=[1, 2])
    forecast = forecaster.predict(X=X[50:52])
    other = X[50:52].assign(past=1e6)
    pd.testing.assert_series_equal(forecaster.predict(X=other), forecast)
    assert (forecaster.predict(X=X[50:52] * 5) != forecast).any()


@pytest.mark.parametrize("strategy", ["multioutput", "direct", "recursive"])
@pytest.mark.parametrize("calendar", ["month", None])
def test_a_part_of_the_horizon_has_the_forecasts_of_the_whole(cheap, months, strategy, calendar):
    """The networks read the features of all steps, also those after the last one requested."""
    X = None if calendar else pd.DataFrame({"x": np.arange(60.0) % 7}, months.index)
    seen, coming = (None, None) if calendar else (X[:50], X[50:])
    forecaster = cheap(strategy=strategy, calendar=calendar, level=False, engine="numpy")
    forecaster.fit(months[:50], seen, fh=[1, 2, 3, 4])
    whole = forecaster.predict(X=coming)
    pd.testing.assert_series_equal(forecaster.predict(fh=[2], X=coming), whole[1:2])
    residuals = forecaster.predict_residuals(months[50:52], coming)
    np.testing.assert_allclose(residuals, months[50:52] - whole[:2])


def test_recursive_without_features_of_the_past_beyond_the_first_step(cheap, months):
    X = pd.DataFrame({"past": months * 2})
    forecaster = cheap(known_features=None).fit(months, X)
    assert forecaster.predict(fh=1).notna().all()
    with pytest.raises(ValueError, match="are known only up to the end of y"):
        forecaster.predict(fh=[1, 2])


def test_a_horizon_beyond_the_features(cheap, months):
    X = pd.DataFrame({"x": np.arange(60.0)}, index=months.index)
    forecaster = cheap().fit(months[:50], X[:50])
    with pytest.raises(ValueError, match=r"X has no row for 2005-01\. .*'x'.* X ends at 2004-12"):
        forecaster.predict(fh=range(1, 12), X=X[50:])
    with pytest.raises(ValueError, match=r"X is missing: the features \['x'\] are known in"):
        forecaster.predict(fh=[1])


LAST_ROWS = ForecastingHorizon(list(range(-6, 1)), is_relative=True)


@pytest.fixture(params=[False, True], ids=["series", "panel"])
def with_features(request, months):
    """Two thirds of a series or a panel, the rows after it without values, and features."""
    X = pd.DataFrame({"x": np.random.default_rng(0).normal(size=60)}, months.index)
    y = months.to_frame() + 5 * X.to_numpy()
    if request.param:
        y = pd.concat({"a": y, "b": y[3:] + 1}, names=["id"])
        X = pd.concat({"a": X, "b": X[3:] * 2}, names=["id"])
    early = y.index.get_level_values(-1) < months.index[40]
    return y[early], y[~early] * np.nan, X


@pytest.mark.parametrize("auto", [False, True])
@pytest.mark.parametrize("strategy", ["multioutput", "direct", "recursive"])
@pytest.mark.parametrize(
    "parameters", [{}, {"calendar": "month", "use_X": False}, {"differencing": 1}], ids=str
)
def test_the_last_rows_are_forecast_with_the_features_after_them(
    cheap, with_features, strategy, parameters, auto
):
    """The features of the later rows were treated as unknown, as if X ended with y."""
    y, later, X = with_features
    forecaster = cheap(strategy=strategy, epochs=5, **parameters)
    if auto:
        views = {"networks": forecaster, "theta": PanelTheta()}
        forecaster = AutoRNNForecaster(views=views, combine="mean")
    forecaster.fit(y, X=X.loc[y.index], fh=range(1, 7))
    given = {"X": X} if parameters.get("use_X", True) else {}
    forecast = forecaster.predict(LAST_ROWS, **given)
    residuals = forecaster.predict_residuals(y, **given)
    expected = (y - forecast).loc[forecast.index]
    np.testing.assert_allclose(residuals.loc[forecast.index], expected, atol=1e-12)
    mixed = forecaster.predict([-6, -1, 0, 2], X=X)
    np.testing.assert_allclose(mixed.iloc[:3], forecast.iloc[[0, 5, 6]])
    # Later rows without values, in which X was seen, say nothing more.
    forecaster.update(later, X=X.loc[later.index], update_params=False)
    again = forecaster.predict_residuals(y).loc[forecast.index]
    np.testing.assert_allclose(again, expected, atol=1e-12)


@pytest.mark.parametrize("strategy", ["multioutput", "direct"])
def test_features_after_the_last_row_are_unknown_if_X_ends_with_y(cheap, with_features, strategy):
    y, _, X = with_features
    forecaster = cheap(strategy=strategy).fit(y, X=X.loc[y.index], fh=range(1, 7))
    ends = forecaster.predict(LAST_ROWS, X=X.loc[y.index])
    pd.testing.assert_frame_equal(ends, forecaster.predict(LAST_ROWS))
    residuals = forecaster.predict_residuals(y, X=X.loc[y.index])
    pd.testing.assert_frame_equal(residuals, forecaster.predict_residuals(y))
    if strategy == "multioutput":
        assert (ends != forecaster.predict(LAST_ROWS, X=X)).any(axis=None)


FAR = {
    "months": pd.date_range("2000-01-01", periods=60, freq="MS"),
    "days": pd.date_range("2000-01-01", periods=60, freq="D"),
    "days of a zone": pd.date_range("2000-01-01", periods=60, freq="D", tz="Europe/Berlin"),
    "weeks": pd.date_range("2000-01-02", periods=60, freq="W"),
    "business days": pd.date_range("2000-01-03", periods=60, freq="B"),
    "durations": pd.timedelta_range("0D", periods=60, freq="D"),
}


@pytest.mark.parametrize("index", FAR.values(), ids=FAR)
def test_a_horizon_beyond_the_calendar(cheap, months, index):
    forecaster = cheap().fit(months.set_axis(index))
    beyond = 200_000 if index.unit == "ns" else 200_000_000  # microseconds since pandas 3
    message = rf"fh contains a step {beyond} rows after the end of y, .*unit '{index.unit}'"
    with pytest.raises(ValueError, match=message):
        forecaster.predict(fh=[1, beyond])
    assert len(forecaster.predict(fh=[1, 24])) == 2


def test_a_series_that_is_not_updated_keeps_its_end(cheap, panel):
    forecaster = cheap().fit(panel)
    before = forecaster.predict(fh=[1, 2])
    more = pd.DataFrame({"y": [0.1, 0.2]}, pd.Index([27, 28], name="t"))
    forecaster.update(pd.concat({"c": more}, names=["series"]), update_params=False)
    after = forecaster.predict(fh=[1, 2])
    for name in ("a", "b"):
        pd.testing.assert_frame_equal(after.loc[[name]], before.loc[[name]])
    assert after.loc["c"].index[0] == 29
