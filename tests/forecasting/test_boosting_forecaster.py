"""The trees of a panel: what they learn from values and features, and when they do not."""

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_info

from skrnn.forecasting import AutoRNNForecaster, PanelBoosting
from skrnn.forecasting._boosting_forecaster import enough_for_boosting

FH = np.arange(1, 7)


def series(n=120, seed=0):
    """Return a series that grows on cold and on hot days, and the temperature."""
    random = np.random.default_rng(seed)
    hours = pd.period_range("2024-01-01", periods=n, freq="h")
    temperature = 15 + 10 * random.normal(size=n)
    X = pd.DataFrame({"temperature": temperature, "past": np.arange(n) % 2}, hours)
    return (X["temperature"] - 15).abs().rename("y"), X


def test_effect_of_a_feature_that_is_not_linear():
    y, X = series(400)
    forecast = PanelBoosting(sp=1).fit(y[:-40], X=X[:-40], fh=range(1, 41)).predict(X=X[-40:])
    assert (forecast - y[-40:]).abs().mean() < 0.25 * y.std()


def test_all_origins_as_update_and_predict_in_turns():
    y, X = series()
    y = y.to_frame("y")
    y.iloc[[30, 104]], X.iloc[50, 0] = np.nan, np.nan
    model = PanelBoosting(sp=8, known_features="temperature").fit(y[:100], X=X[:100], fh=FH)
    found = model._forecasts_after(y, X, [np.array([end]) for end in (100, 102, 109)], len(FH))
    for before, end, each in zip((100, 100, 102), (100, 102, 109), found, strict=True):
        if end > before:
            model.update(y[before:end], X=X[before:end], update_params=False)
        np.testing.assert_allclose(each[0], model.predict(X=X[end:]), rtol=1e-9)


@pytest.mark.parametrize(("factor", "shift"), [(1.0, 1e8), (1e-6, 0.0), (1e6, -5.0)])
def test_units_of_a_series(factor, shift):
    y, X = series()
    near = PanelBoosting(sp=8).fit(y - 40, X=X, fh=FH)
    far = PanelBoosting(sp=8).fit(factor * (y - 40) + shift, X=X, fh=FH)
    coming = X.set_axis(pd.period_range(X.index[-1] + 1, periods=len(X), freq="h"))
    found = (far.predict(X=coming) - shift) / factor
    np.testing.assert_allclose(found, near.predict(X=coming), rtol=1e-4, atol=1e-4)


def test_series_of_a_panel_end_at_different_times():
    parts = {name: series(n, i) for i, (name, n) in enumerate({"a": 120, "b": 90}.items())}
    y = pd.concat({name: part[0] for name, part in parts.items()}, names=["series", "hour"])
    X = pd.concat({name: part[1] for name, part in parts.items()}, names=["series", "hour"])
    forecaster = PanelBoosting(sp=8).fit(y.to_frame("y"), X=X, fh=[1, 3])
    assert forecaster.predict_residuals().shape == (210, 1)
    coming = pd.concat(
        {
            name: part[1].set_axis(
                pd.period_range(part[1].index[-1] + 1, periods=len(part[1]), freq="h")
            )
            for name, part in parts.items()
        },
        names=["series", "hour"],
    )
    forecast = forecaster.predict(X=coming)
    assert forecast.loc["b"].index[0] == parts["b"][0].index[-1] + 1
    assert np.isfinite(forecast.to_numpy()).all()
    other = coming.copy()
    other.loc["a", "temperature"] = 40.0
    changed = forecaster.predict(X=other)
    np.testing.assert_array_equal(changed.loc["b"], forecast.loc["b"])
    assert (changed.loc["a"] != forecast.loc["a"]).any(axis=None)


def test_features_of_the_calendar():
    days = pd.date_range("2023-01-02", periods=200, freq="D")
    weekday = pd.Series(days.weekday.astype(float), days, name="y")
    forecaster = PanelBoosting(sp=1, calendar="weekday").fit(weekday[:-14], fh=range(1, 15))
    assert (forecaster.predict() - weekday[-14:]).abs().mean() < 0.5
    with pytest.raises(ValueError, match="Friday"):
        PanelBoosting(calendar="weekday").fit(weekday, X=pd.DataFrame({"Friday": weekday}), fh=[1])


def test_features_that_are_missing():
    y, X = series()
    forecaster = PanelBoosting(sp=8, known_features=["temperature"]).fit(y[:-6], X=X[:-6], fh=FH)
    with pytest.raises(ValueError, match="X is missing: the features \\['temperature'\\]"):
        forecaster.predict()
    with pytest.raises(ValueError, match="no row for"):
        forecaster.predict(X=X[:-6])
    assert np.isfinite(forecaster.predict(X=X[["temperature"]][-6:])).all()
    with pytest.raises(ValueError, match="known_features"):
        PanelBoosting(known_features="wind").fit(y, X=X, fh=FH)


@pytest.mark.parametrize("kind", [{"a": 1.0, "b": 2.0}, {"a": "hill", "b": "sea"}])
@pytest.mark.parametrize("changed", [False, True])
def test_static_columns_that_change(recwarn, kind, changed):
    dates = pd.date_range("2000-01-02", periods=70, freq="D")
    parts = {name: steps_up(dates, seed) for seed, name in enumerate("ab")}
    table = pd.concat(parts, names=["series", "date"])
    place = np.tile(np.arange(70), 2)
    X = table[["x"]].assign(kind=[kind[name] for name in table.index.get_level_values(0)])
    forecaster = PanelBoosting(sp=1).fit(table[["y"]][place < 50], X=X[place < 50], fh=[1, 2])
    expected = forecaster.predict(X=X[place >= 50])
    later = X.assign(kind=kind["b"]) if changed else X
    np.testing.assert_array_equal(forecaster.predict(X=later[place >= 50]), expected)
    new = (place >= 50) & (place < 60)
    forecaster.update(table[["y"]][new], X=later[new], update_params=False)
    expected = ["The column 'kind' of X was constant in every series in fit, but no longer is."]
    assert [str(w.message).split(" Its")[0] for w in recwarn] == 2 * changed * expected
    assert all("set static=None" in str(w.message) for w in recwarn)
    ends = [np.array([60, 60])]
    one = forecaster._forecasts_after(table[["y"]], X, ends, 2)[0]
    np.testing.assert_array_equal(
        forecaster.predict(X=X[place >= 60]).to_numpy().ravel(), one.ravel()
    )


def of_two_kinds():
    """Two series whose levels differ by 30 if their kind, which has a number, is 2."""
    dates = pd.date_range("2000-01-02", periods=70, freq="D")
    parts = {name: steps_up(dates, seed) for seed, name in enumerate("ab")}
    table = pd.concat(parts, names=["series", "date"])
    kind = np.repeat([1.0, 2.0], 70)
    return table[["y"]], table[["x"]].assign(kind=kind), np.tile(np.arange(70), 2)


def test_categories_and_static_columns_are_parameters():
    y, X, place = of_two_kinds()
    past, coming = place < 68, place >= 68

    def fitted(**parameters):
        return PanelBoosting(sp=1, **parameters).fit(y[past], X=X[past], fh=[1, 2])

    named = fitted(categorical_features=["kind"])
    as_text = X.assign(kind=X["kind"].map({1.0: "a", 2.0: "b"}))
    by_type = PanelBoosting(sp=1).fit(y[past], X=as_text[past], fh=[1, 2])
    np.testing.assert_array_equal(named.predict(X=X[coming]), by_type.predict(X=as_text[coming]))
    fitted(static="kind").predict(X=X.loc[coming, ["x"]])
    with pytest.raises(ValueError, match="kind"):
        fitted(static=None).predict(X=X.loc[coming, ["x"]])


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"categorical_features": "sort"}, "categorical_features must be"),
        ({"static": "x"}, "column 'x', which changes within"),
        ({"max_categories": 0}, "max_categories"),
    ],
)
def test_wrong_categories_and_static_columns(parameters, words):
    y, X, _ = of_two_kinds()
    with pytest.raises(ValueError, match=words):
        PanelBoosting(sp=1, **parameters).fit(y, X=X, fh=[1])


def test_too_short_to_learn_from():
    y, _ = series(4)
    with pytest.warns(
        UserWarning, match="last known value, because there are too few consecutive"
    ):
        forecast = PanelBoosting(sp=1).fit(y, fh=FH).predict()
    np.testing.assert_array_equal(forecast, y.iloc[-1])


def steps_up(index, seed):
    """Return a series near 100, and near 150 where its feature is 1."""
    random = np.random.default_rng(seed)
    x = random.integers(0, 2, len(index)).astype(float)
    return pd.DataFrame({"y": 100 + 50 * x + random.normal(size=len(index)), "x": x}, index)


@pytest.mark.parametrize(("freq", "tz", "sp"), [("D", None, 7), ("h", "Europe/Berlin", 24)])
def test_unknown_rows_before_the_series_change_nothing(freq, tz, sp):
    end = pd.Timestamp("2024-04-03", tz=tz)  # soon after the clock was put forward
    y = steps_up(pd.date_range(end=end, periods=60, freq=freq), 0)["y"]
    padded = y.reindex(pd.date_range(end=end, periods=91, freq=freq))
    # Two series of different lengths, aligned to common dates.
    parts = {"a": padded, "b": padded.interpolate(limit_direction="backward", limit=9) + 5}
    panel = pd.concat(parts, names=["series", "date"]).to_frame("y")
    for long, short in ((padded, y), (panel, panel.dropna())):
        for calendar in (None, "auto"):
            found, expected = (
                PanelBoosting(sp=sp, calendar=calendar).fit(rows, fh=[1, 9]).predict()
                for rows in (long, short)
            )
            np.testing.assert_array_equal(found, expected)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("gap", [[-1], [-2], list(range(-12, 0)), list(range(-99, 0, 2))])
@pytest.mark.parametrize(("sp", "freq"), [(1, "D"), (7, "D"), (1, "W-SUN")])
@pytest.mark.parametrize("updated", [False, True])
def test_unknown_values_at_the_end(gap, sp, freq, updated):
    n = 300
    dates = pd.date_range("2000-01-02", periods=n + 4, freq=freq)
    parts = {name: steps_up(dates, seed) for seed, name in enumerate("abc")}
    table = pd.concat(parts, names=["series", "date"])
    place = np.tile(np.arange(n + 4), 3)
    y, X = table[["y"]].copy(), table[["x"]]
    y.iloc[np.isin(place, n + np.array(gap)) & (np.repeat([0, 1, 2], n + 4) < 2)] = np.nan
    end = n - 20 if updated else n
    forecaster = PanelBoosting(sp=sp).fit(y[place < end], X=X[place < end], fh=range(1, 5))
    if updated:
        new = (place >= end) & (place < n)
        forecaster.update(y[new], X=X[new], update_params=False)
    forecast = forecaster.predict(X=X[place >= n])["y"].to_numpy()
    np.testing.assert_allclose(forecast, 100 + 50 * X["x"].to_numpy()[place >= n], atol=8)


def test_unknown_last_value_in_a_combination():
    table = steps_up(pd.date_range("2000-01-02", periods=304, freq="D"), 0)
    y, X = table["y"][:300].copy(), table[["x"]]
    y.iloc[-1] = np.nan
    auto = AutoRNNForecaster(views={"trees": PanelBoosting(sp=1)}, random_state=0)
    forecast = auto.fit(y, X=X[:300], fh=range(1, 5)).predict(X=X[300:])
    np.testing.assert_allclose(forecast, 100 + 50 * X["x"][300:], atol=8)


def test_numbers_of_threads_are_as_before():
    y, X = series(60)
    before = {pool["filepath"]: pool["num_threads"] for pool in threadpool_info()}
    PanelBoosting(sp=8).fit(y, X=X, fh=FH)
    after = {pool["filepath"]: pool["num_threads"] for pool in threadpool_info()}
    assert {name: after[name] for name in before} == before


def test_long_series_only():
    assert enough_for_boosting(np.array([900, 1000, 1100]))
    assert not enough_for_boosting(np.array([144, 144, 5000]))


@pytest.mark.parametrize("unknown", ["feature", "every second value", "leading feature"])
def test_inputs_that_are_never_known_in_training(unknown):
    y, X = series()
    if unknown == "every second value":
        y = y.where(np.arange(len(y)) % 2 == 1)
    else:
        X["late"] = np.nan
        X.loc[X.index[-1], "late"] = np.nan if unknown == "feature" else 1.0
    model = PanelBoosting(sp=1, known_features="temperature")
    if unknown == "feature":
        with pytest.raises(ValueError, match=r"no known value in the column\(s\) \['late'\]"):
            model.fit(y, X=X, fh=[1])
        return
    ahead = pd.period_range(y.index[-1] + 1, periods=3, freq="h")
    forecast = model.fit(y, X=X, fh=[1, 2, 3]).predict(X=X[:3].set_axis(ahead))
    assert np.isfinite(forecast).all()
