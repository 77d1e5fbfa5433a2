"""A combination that was trained on some series forecasts others."""

from copy import deepcopy

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import AutoRNNForecaster, PanelTheta, RNNForecaster, forecast_table

FH = [1, 2, 3]


@pytest.fixture(scope="module")
def series():
    """Six monthly series."""
    random = np.random.default_rng(0)
    months = pd.period_range("2020-01", periods=30, freq="M", name="month")
    index = pd.MultiIndex.from_product([list("abcdef"), months], names=["series", "month"])
    return pd.DataFrame({"y": 10 + random.normal(size=len(index)).cumsum()}, index)


def make_auto():
    network = RNNForecaster(4, units=2, epochs=1, n_networks=1, sp=1, random_state=0)
    return AutoRNNForecaster(1, views={"network": network, "theta": PanelTheta(sp=1)})


@pytest.fixture(scope="module")
def pretrained(series):
    return make_auto().pretrain(series.loc[list("abcd")], fh=FH)


def test_weights_and_networks_are_those_of_pretrain(pretrained, series):
    others = series.loc[["e", "f"]]
    forecaster = make_auto().pretrain(series.loc[list("abcd")], fh=FH).fit(others, fh=FH)
    weights = forecaster.leaderboard_["weight"]
    network = forecaster.views["network"].clone().pretrain(series.loc[list("abcd")], fh=FH)
    expected = weights["network"] * network.fit(others, fh=FH).predict()
    expected += weights["theta"] * PanelTheta(sp=1).fit(others, fh=FH).predict()
    pd.testing.assert_frame_equal(forecaster.predict(), expected)
    pd.testing.assert_frame_equal(
        forecaster.leaderboard_,
        pretrained.leaderboard_.assign(time=forecaster.leaderboard_["time"]),
    )


def test_intervals_have_the_scale_of_the_new_series(series):
    forecaster = make_auto().pretrain(series.loc[list("abcd")], fh=FH)
    one = series.loc[["e"]]
    widths = []
    for factor in (1.0, 8.0):
        interval = forecaster.fit(factor * one, fh=FH).predict_interval(coverage=0.5)
        widths.append(interval.iloc[:, 1] - interval.iloc[:, 0])
    np.testing.assert_allclose(widths[1], 8 * widths[0], rtol=1e-6)


def test_units_of_errors_are_those_of_pretrain():
    values = 100 + 20 * np.sin(np.arange(60) * np.pi / 6) + np.arange(60) % 7
    months = pd.date_range("2020", periods=60, freq="MS")
    y = pd.DataFrame({"y": values}, months)
    panel = pd.concat({i: y.assign(y=np.roll(values, i)) for i in range(4)}, names=["id"])
    forecaster = AutoRNNForecaster(views={"theta": PanelTheta(sp=12)}).pretrain(panel, fh=FH)
    expected = forecaster.fit(y, fh=FH).predict_interval()
    found = forecaster.fit(y.reset_index(drop=True), fh=FH).predict_interval()
    np.testing.assert_allclose(found, expected)


def test_pickles_from_before_periods_were_kept(pretrained, series):
    loaded = deepcopy(pretrained)
    vars(loaded.pretrained_).pop("periods")
    expected = deepcopy(pretrained).fit(series.loc[["e"]], fh=FH).predict_interval()
    found = loaded.fit(series.loc[["e"]], fh=FH).predict_interval()
    pd.testing.assert_frame_equal(found, expected)


def test_a_second_call_trains_networks_further(series):
    first, second = series.loc[list("ab")], series.loc[list("cd")]
    forecaster = make_auto().pretrain(first, fh=FH)
    weights = forecaster.leaderboard_["weight"].copy()
    forecaster.pretrain(second, fh=FH)
    network = forecaster.views["network"].clone().pretrain(first, fh=FH).pretrain(second, fh=FH)
    found = forecaster.pretrained_.views["network"].networks_.regressors[0].weights_
    for ours, theirs in zip(found, network.networks_.regressors[0].weights_, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    fitted = forecaster.fit(series.loc[["e"]], fh=FH)
    pd.testing.assert_series_equal(fitted.leaderboard_["weight"], weights)


def test_tables_are_forecast_alike(pretrained, series):
    table = series.reset_index().set_axis(["unique_id", "ds", "y"], axis=1)
    whole = forecast_table(pretrained, table, FH, alpha=[0.1, 0.9])
    parts = [
        forecast_table(pretrained, part, FH, alpha=[0.1, 0.9])
        for _, part in table.groupby("unique_id")
    ]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)
    assert (whole["y-q-10"] < whole["y-q-90"]).all()


def test_columns_count_as_series(series):
    wide = pd.concat({"p": series.loc["a"], "q": series.loc["b"]}, axis=1).droplevel(1, axis=1)
    panel = pd.concat({"one": wide, "two": wide + 1}, names=["series"])
    found = make_auto().pretrain(panel, fh=FH).pretrained_.weights
    parts = {("p", "one"): "a", ("p", "two"): "a", ("q", "one"): "b", ("q", "two"): "b"}
    rows = {k: series.loc[v] + (k[1] == "two") for k, v in parts.items()}
    expected = make_auto().pretrain(pd.concat(rows, names=["column", "series"]), fh=FH)
    np.testing.assert_array_equal(found, expected.pretrained_.weights)


def test_needs_the_horizon(series):
    with pytest.raises(ValueError, match="fh is missing: pretrain needs it"):
        make_auto().pretrain(series)


def test_static_and_categorical_columns_of_new_series(series):
    kinds = ["u", "v", "u", "v", "u", "v"]
    X = pd.DataFrame({"kind": np.repeat(kinds, 30)}, series.index)
    forecaster = make_auto()
    forecaster.views["network"].set_params(static=["kind"])
    forecaster.pretrain(series.loc[list("abcd")], X.loc[list("abcd")], fh=FH)
    new, rows = series.loc[["e", "f"]], X.loc[["e", "f"]]
    forecasts = [
        forecaster.fit(new, rows.assign(kind=kind), fh=FH).predict() for kind in ("u", "v")
    ]
    assert (forecasts[0] != forecasts[1]).to_numpy().all()
    with pytest.raises(ValueError, match="'kind', which changes within the series 'e'"):
        forecaster.fit(new, rows.assign(kind=["u", "v"] * 30), fh=FH)


@pytest.mark.parametrize("apart", [0, 3])
@pytest.mark.parametrize("freq", ["MS", None], ids=["months", "integers"])
def test_series_of_one_row_each(series, freq, apart):
    times = pd.RangeIndex(30) if freq is None else pd.date_range("2020", periods=30, freq=freq)
    known = series.set_axis(series.index.set_levels(times, level=-1))
    last = [("e", times[20]), ("f", times[20 + apart])]
    rows = known.loc[pd.MultiIndex.from_tuples(last, names=known.index.names)]
    forecast = make_auto().pretrain(known.loc[list("abcd")], fh=FH).fit(rows, fh=FH).predict()
    coming = [*times[21:24], *times[21 + apart : 24 + apart]]
    assert forecast.index.get_level_values(-1).tolist() == coming
    assert forecast.notna().all(axis=None)
