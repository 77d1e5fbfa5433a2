"""AutoRNNForecaster: views, weights, intervals and what is too short."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr

from skrnn.forecasting import AutoRNNForecaster, PanelRidge, PanelTheta, RNNForecaster

FH = [1, 2, 3]


@pytest.fixture
def auto(cheap):
    """Make a forecaster of two views that train in a moment."""

    def make(**parameters):
        parameters = {"lag": 3, "strategy": "auto"} | parameters
        one, two = cheap(**parameters), cheap(**parameters, autoregressive=False)
        return AutoRNNForecaster(views={"with a path": one, "without": two})

    return make


def test_the_forecast_is_the_weighted_mean_of_the_views(auto, months):
    forecaster = auto().fit(months, fh=FH)
    board = forecaster.leaderboard_
    expected = sum(
        board.loc[name, "weight"] * view.clone().fit(months, fh=FH).predict()
        for name, view in forecaster.views.items()
    )
    pd.testing.assert_series_equal(forecaster.predict(), expected, check_names=False)
    ratio = (board["error"].iloc[0] / board["error"].iloc[1]) ** 2
    assert board["weight"].iloc[1] / board["weight"].iloc[0] == pytest.approx(ratio)


def test_best_and_mean(auto, months):
    best = auto().set_params(combine="best").fit(months, fh=FH)
    assert list(best.forecasters_) == [best.leaderboard_.index[0]]
    mean = auto().set_params(combine="mean").fit(months, fh=FH)
    np.testing.assert_allclose(mean.leaderboard_["weight"], 0.5)


def test_same_seed_same_forecast(months):
    parameters = {"n_networks": 1, "random_state": 3}
    first = AutoRNNForecaster(**parameters).fit(months, fh=FH).predict()
    again = AutoRNNForecaster(**parameters).fit(months, fh=FH).predict()
    pd.testing.assert_series_equal(first, again)


def test_intervals_widen_with_the_level_and_hold_the_forecast(auto, panel):
    forecaster = auto().fit(panel + 1, fh=FH)
    quantiles = forecaster.predict_quantiles(alpha=[0.05, 0.3, 0.5, 0.7, 0.95])
    assert (np.diff(quantiles.to_numpy(), axis=1) >= 0).all()
    np.testing.assert_allclose(quantiles.iloc[:, 2], forecaster.predict()["y"])
    narrow = forecaster.predict_interval(coverage=0.5)
    wide = forecaster.predict_interval(coverage=0.9)
    assert (narrow.iloc[:, 0].to_numpy() >= wide.iloc[:, 0].to_numpy()).all()
    assert (narrow.iloc[:, 1].to_numpy() <= wide.iloc[:, 1].to_numpy()).all()


def test_no_series_takes_the_scale_of_others(auto, months):
    """A series of zeros had an interval of two million next to large series."""
    large, counts = 1e6 * months, np.abs(months * 3).round()
    parts = {"large": large, "zeros": 0 * months, "sevens": 0 * months + 7, "counts": counts}
    y = pd.concat({name: part.to_frame() for name, part in parts.items()}, names=["series"])
    forecaster = auto(scale_by="series").fit(y, fh=FH)
    with pytest.warns(UserWarning, match=r"2 of 4 series \('zeros', 'sevens'\) never change"):
        interval = forecaster.predict_interval(coverage=0.9)
    np.testing.assert_array_equal(interval.loc["zeros"], 0)
    np.testing.assert_allclose(interval.loc["sevens"], 7, rtol=1e-14)
    counts = interval.loc["counts"].to_numpy()
    assert (counts >= 0).all()
    assert (np.diff(counts, axis=1) > 0).all()
    assert counts.max() < 30
    assert (forecaster.predict().drop("large", level=0) >= 0).all(axis=None)


def test_intervals_of_one_step_do_not_depend_on_a_few_errors():
    """80% intervals contained 90% of the values, and variances were 2.9 times too large."""
    inside, variances = [], []
    for seed in range(20):
        y = pd.Series(np.random.default_rng(seed).normal(size=300))
        forecaster = AutoRNNForecaster(views={"theta": PanelTheta()}).fit(y, fh=[1])
        low, high = forecaster.predict_interval(coverage=0.8).to_numpy()[0]
        inside.append(ndtr(high) - ndtr(low))
        variances.append(forecaster.predict_var().iloc[0, 0])
    assert np.mean(inside) == pytest.approx(0.8, abs=0.04)
    assert np.std(inside) < 0.06
    assert 0.8 < np.median(variances) < 1.5
    assert max(variances) < 2.5


def test_more_coverage_than_the_errors_support(auto, months):
    forecaster = auto().fit(months[:14], fh=[1])
    n = forecaster._intervals.conformal.n_errors
    largest = f"{(n - 1) / (n + 1):.3g}"
    expected = rf"The number of held-out errors \({n}\) .* up to a coverage of {largest}"
    with pytest.warns(UserWarning, match=expected):
        intervals = forecaster.predict_interval(coverage=[0.9, 0.95, 0.99, 0.9999])
    widths = np.diff(intervals.to_numpy(), axis=1)[:, ::2]
    assert (np.diff(widths) > 0).all()


def test_update_moves_the_end(auto, months):
    forecaster = auto().fit(months[:50], fh=FH).update(months[50:], update_params=False)
    assert forecaster.predict().index[0] == months.index[-1] + 1


def test_features(auto, months):
    random = np.random.default_rng(0)
    X = pd.DataFrame(
        {"known": random.normal(size=63), "past": random.normal(size=63)},
        pd.period_range(months.index[0], periods=63, freq="M"),
    )
    forecaster = auto(known_features="known").fit(months, X[:60], fh=FH)
    forecast = forecaster.predict(X=X[60:])
    assert np.isfinite(forecast).all()
    changed = X[60:].assign(known=X["known"][60:] + 3)
    assert np.abs(forecaster.predict(X=changed) - forecast).max() > 0
    ignored = X[60:].assign(past=99.0)
    pd.testing.assert_series_equal(forecaster.predict(X=ignored), forecast)


@pytest.mark.parametrize(("fh", "further"), [(FH, True), ([3], False), ([1, 3], False)], ids=str)
def test_networks_go_on_from_their_trial(cheap, panel, monkeypatch, fh, further):
    monkeypatch.setattr(RNNForecaster, "_can_learn_further", lambda *_: True)
    first = panel.index.get_level_values(0)[0]
    short = pd.concat({"zz": panel.loc[first].iloc[-4:]}, names=panel.index.names[:1])
    y = pd.concat([panel, short])
    view = cheap(epochs=10, strategy="auto", learning_rate=0.01)
    forecaster = AutoRNNForecaster(views={"one": view}).fit(y, fh=fh)
    learned = forecaster.forecasters_["one"]
    whole = view.clone().fit(y, fh=fh)
    n_steps = [each.networks_.regressors[0]._iteration for each in (learned, whole)]
    assert (n_steps[0] > n_steps[1]) is further
    assert forecaster.predict().index.equals(whole.predict().index)
    np.testing.assert_array_equal(learned._panel.values, whole._panel.values)
    np.testing.assert_array_equal(learned._moved, whole._moved)
    pd.testing.assert_frame_equal(forecaster.predict(), learned.predict())
    assert np.isfinite(forecaster.predict_residuals(y).to_numpy()).sum() > len(y) / 2


def test_gaps_are_not_called_too_short(auto, months):
    """Every other month is known: rows are held out, but one step ahead nothing is known."""
    y = months.where(np.arange(len(months)) % 2 == 0)
    with pytest.warns(UserWarning, match="^y is too sparse to evaluate forecasts of 1 row"):
        forecaster = auto().fit(y, fh=[1])
    with pytest.warns(UserWarning, match="in consecutive rows"):
        assert forecaster.predict_interval().isna().all(axis=None)


def test_too_short_to_hold_rows_out(auto, months):
    with pytest.warns(UserWarning, match="too short to hold out 3 row"):
        forecaster = auto().fit(months[:6], fh=FH)
    assert forecaster.leaderboard_["error"].isna().all()
    np.testing.assert_allclose(forecaster.leaderboard_["weight"], 0.5)
    assert (np.diff(forecaster.predict_interval(coverage=0.8).to_numpy(), axis=1) > 0).all()


def test_too_short_to_learn_from(auto, months):
    with pytest.warns(
        UserWarning, match="y is too short to learn from, so the last known value is"
    ):
        forecaster = auto().fit(months[:3], fh=FH)
    np.testing.assert_allclose(forecaster.predict(), months.iloc[2])
    assert not forecaster.leaderboard_["weight"].any()


def test_a_series_too_short_for_networks_is_forecast_by_the_other_views(auto, months):
    with pytest.warns(UserWarning, match="y is too short to hold out 40 row"):
        forecaster = AutoRNNForecaster(random_state=0).fit(months[:30], fh=[1, 40])
    assert list(forecaster.forecasters_) == ["theta", "damped trend", "aggregated trend"]
    views = [view.predict(fh=[1, 40]) for view in forecaster.forecasters_.values()]
    np.testing.assert_allclose(forecaster.predict(), (sum(views) / 3).squeeze())


@pytest.mark.filterwarnings("ignore:y is too short to:UserWarning")
@pytest.mark.parametrize("horizon", [1, 2, 3, 6])
def test_series_of_every_length_have_a_forecast(horizon):
    """The held-out rows must leave enough for the shortest view."""
    values = 50 + np.random.RandomState(0).normal(size=3 * horizon + 6).cumsum()
    for n_rows in range(1, len(values) + 1):
        y = pd.Series(values[:n_rows], pd.period_range("2000-01", periods=n_rows, freq="M"))
        forecaster = AutoRNNForecaster(n_networks=1, random_state=0)
        forecast = forecaster.fit(y, fh=range(1, horizon + 1)).predict()
        assert np.isfinite(forecast).all()


def test_a_short_series_of_a_panel_is_named(auto, panel):
    short = pd.concat([panel, pd.concat({"d": panel.loc["a"][29:]}, names=["series"])])
    with pytest.warns(UserWarning, match="1 of 4 series is too short .*: 'd'"):
        forecaster = auto().fit(short + 1, fh=FH)
    forecast = forecaster.predict()
    np.testing.assert_allclose(forecast.loc["d", "y"], short.loc["d", "y"].iloc[-1] + 1)
    assert forecast.notna().all(axis=None)


def test_a_series_of_which_nothing_is_known_is_not_forecast(auto, panel, months):
    with pytest.warns(UserWarning, match="^y has NaN as its forecast"):
        forecaster = auto().fit(months * np.nan, fh=FH)
    with pytest.warns(UserWarning, match="^y has NaN as its forecast"):
        assert forecaster.predict().isna().all()
    y = panel + 1
    y.loc["b"] = np.nan
    with pytest.warns(UserWarning, match="1 of 3 series has NaN as its forecast.*'b'"):
        forecaster = auto().fit(y, fh=FH)
    with pytest.warns(UserWarning, match="1 of 3 series has NaN as its forecast.*'b'"):
        forecast = forecaster.predict()["y"]
    assert forecast["b"].isna().all()
    assert forecast.drop("b").notna().all()


def test_values_that_are_never_side_by_side(auto, months):
    y = months.where(np.arange(60) % 4 == 0)
    with pytest.warns(UserWarning, match="y is too sparse to learn from, so the last known value"):
        forecaster = auto().fit(y, fh=FH)
    np.testing.assert_array_equal(forecaster.predict(), y.iloc[56])


@pytest.mark.parametrize("gap", [(30, 45), (45, 56), (0, 50)], ids=str)
def test_a_gap_anywhere(auto, months, gap):
    y = months.copy()
    y.iloc[slice(*gap)] = np.nan
    forecaster = auto().fit(y, fh=FH)
    assert np.isfinite(forecaster.leaderboard_["error"]).all()
    assert forecaster.predict().notna().all()
    assert forecaster.predict_residuals()[y.notna()].notna().any()


KNOWN = {
    "gaps": np.random.default_rng(0).random(80) > 0.4,
    "every other row": np.arange(80) % 2 == 0,
    "few rows": np.arange(80) >= 74,
}


def regular_series_and(known):
    """Three series that a ridge regression forecasts best, and one that it cannot forecast."""
    random, t = np.random.default_rng(1), np.arange(83)
    index = pd.period_range("2000-01-01", periods=83, freq="D", name="t")
    series = {
        name: pd.Series(9 + np.sin(t * 0.61 + i) + 0.01 * random.normal(size=83), index)
        for i, name in enumerate("abc")
    }
    noise = pd.Series(20 + random.normal(size=83), index).where(np.append(known, [True] * 3))
    series["g"] = noise[noise.first_valid_index() :]
    y = pd.concat(series, names=["id"]).to_frame("y")
    is_early = y.index.isin(index[:80], level=1)
    return y[is_early], y[~is_early]


@pytest.mark.parametrize("rule", ["weighted", "best"])
@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN.keys())
def test_a_series_that_the_best_view_of_a_panel_cannot_forecast(known, rule):
    """It was forecast by its last known value, although another view had a forecast."""
    early, later = regular_series_and(known)
    views = {"theta": PanelTheta(), "ridge": PanelRidge()}
    forecaster = AutoRNNForecaster(views=views, combine=rule).fit(early, fh=FH)
    own = PanelTheta().fit(early.loc["g", "y"], fh=FH)
    best = PanelRidge().fit(early.drop("g"), fh=FH)
    np.testing.assert_allclose(forecaster.predict().loc["g", "y"], own.predict())
    np.testing.assert_allclose(forecaster.predict().drop("g"), best.predict())
    assert list(forecaster.leaderboard_.index) == ["ridge", "theta"]
    forecaster.update(later)
    own.update(later.loc["g", "y"])
    np.testing.assert_allclose(forecaster.predict().loc["g", "y"], own.predict())
    residuals = forecaster.predict_residuals().loc["g", "y"].dropna()
    np.testing.assert_allclose(residuals, own.predict_residuals().dropna())


def test_a_series_that_few_views_can_forecast_leaves_the_intervals_of_others_narrow():
    early, _ = regular_series_and(KNOWN["gaps"])
    views = {"theta": PanelTheta(), "ridge": PanelRidge()}
    widths = []
    for y in (early, early.drop("g")):
        table = AutoRNNForecaster(views=views).fit(y, fh=FH).predict_interval(coverage=0.5)
        widths.append(np.ptp(table.loc["a"].to_numpy(), axis=1))
    assert (widths[0] < 2 * widths[1]).all()


@pytest.mark.parametrize("where", ["fit", "update", "feature"])
def test_the_last_known_value_where_the_last_rows_are_unknown(auto, months, where):
    y, fh = months.copy(), [1, 2]
    X = pd.DataFrame({"x": np.sin(np.arange(60.0))}, y.index)
    if where == "feature":
        X.iloc[-5:] = np.nan
    else:
        y.iloc[-5:] = np.nan
    both = pd.concat({"a": y.to_frame("y"), "b": months.to_frame("y")}, names=["series"])
    features = pd.concat({"a": X, "b": X.fillna(0.0)}, names=["series"])
    for data, known in [(y, X), (both, features)]:
        times = data.index.get_level_values(-1)
        forecaster = auto(known_features=None)
        n_rows = 55 if where == "update" else 60
        early = times < times[0] + n_rows
        forecaster.fit(data[early], known[early], fh=fh)
        if where == "update":
            forecaster.update(data[~early], known[~early], update_params=False)
        with pytest.warns(UserWarning, match="forecast by (its|their) last known value"):
            forecast = forecaster.predict()
        if data is both:
            assert forecast.notna().all(axis=None)
            forecast = forecast.loc["a", "y"]
        np.testing.assert_array_equal(forecast, y.dropna().iloc[-1])


def test_no_time_for_a_second_view(auto, months):
    forecaster = auto().set_params(max_time=1e-3).fit(months, fh=FH)
    assert list(forecaster.forecasters_) == ["with a path"]
    assert np.isnan(forecaster.leaderboard_.loc["without", "error"])


def test_progress(auto, months, capsys):
    auto().set_params(verbose=1).fit(months, fh=FH)
    shown = capsys.readouterr().out
    assert "fit 2/4, without, error" in shown
    assert "fit 4/4, without, weight" in shown


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"combine": "median"}, "combine"),
        ({"n_networks": 0}, "n_networks"),
        ({"max_time": 0}, "max_time"),
        ({"n_jobs": 0}, "n_jobs"),
        ({"sp": 0}, "sp must be"),
        ({"views": {}}, "views must be a dict"),
        ({"views": {"one": "lstm"}}, "views must be a dict"),
        ({"views": [RNNForecaster()]}, "views"),
    ],
)
def test_wrong_parameters(months, parameters, message):
    with pytest.raises(ValueError, match=message):
        AutoRNNForecaster(**parameters).fit(months, fh=FH)


def test_without_a_horizon(months):
    with pytest.raises(ValueError, match="fh"):
        AutoRNNForecaster().fit(months)


def test_pretrained_views_know_the_step_of_a_single_row(cheap):
    days = pd.date_range("2024-01-01", periods=30, freq="D")
    parts = {name: pd.DataFrame({"y": np.sin(np.arange(30.0) ** 2)}, days) for name in "ab"}
    views = {"network": cheap(engine="numpy"), "theta": PanelTheta(sp=1)}
    forecaster = AutoRNNForecaster(views=views, combine="mean", random_state=0)
    forecaster.pretrain(pd.concat(parts, names=["id", "day"]), fh=[1, 2])
    one = pd.Series([0.5], pd.DatetimeIndex(["2024-05-01"]))
    forecast = forecaster.fit(one, fh=[1, 2]).predict()
    assert list(forecast.index) == list(pd.date_range("2024-05-02", periods=2))
    assert forecast.notna().all()


@pytest.mark.parametrize("forecaster", [AutoRNNForecaster(), PanelTheta()])
def test_a_wrong_frequency_is_named_as_the_cause(forecaster):
    dates = pd.date_range("2023-01-02", periods=30, freq="W-MON")
    y = pd.Series(np.arange(30.0), dates).asfreq("W-SUN")
    with pytest.warns(UserWarning, match="frequency of the index, as in asfreq, match"):
        forecast = forecaster.fit(y, fh=[1]).predict()
    assert forecast.isna().all()
