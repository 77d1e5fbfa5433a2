"""Views are judged on rows that they have not seen."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sktime.forecasting.naive import NaiveForecaster
from sktime.transformations.detrend import Deseasonalizer

from skrnn.forecasting import AutoRNNForecaster, PanelRidge, RNNForecaster
from skrnn.forecasting._combination import weigh, weigh_together
from skrnn.forecasting._held_out import HeldOut
from skrnn.forecasting._trials import (
    Trial,
    cover_horizon,
    forecast_held_out,
    leaderboard,
    weights_of,
    with_rows,
)


def test_forecasts_come_from_the_rows_before_each_origin(cheap, months):
    y = months.to_frame()
    held_out = HeldOut.of(y, 3)
    forecaster = cheap(strategy="multioutput")
    forecasts = forecast_held_out(forecaster.clone(), held_out, None)
    assert forecasts.shape == (1, held_out.n_origins, 3)
    first = forecaster.clone().fit(held_out.training_part(), fh=[1, 2, 3])
    np.testing.assert_allclose(forecasts[0, 0], first.predict().to_numpy()[:, 0])
    # The rows that are held out are not seen: a different end leads to the same forecast.
    changed = y.copy()
    changed.iloc[-3:] += 100
    other = forecast_held_out(forecaster.clone(), HeldOut.of(changed, 3), None)
    np.testing.assert_array_equal(forecasts, other)


@pytest.mark.parametrize("panel", [False, True])
def test_rows_in_another_time_zone(panel):
    """A service may give new rows in UTC, and the other rows were in local time."""
    times = pd.date_range("2024-01-01", periods=4, freq="h", tz="Europe/Berlin")
    coming = times.append(times[-1:] + pd.Timedelta("1h"))
    if panel:
        times, coming = (pd.MultiIndex.from_product([["a"], each]) for each in (times, coming))
    X = pd.DataFrame({"x": np.arange(4.0)}, times)
    level = None if not panel else -1
    joined = with_rows(X.tz_convert("UTC", level=level), coming)
    assert joined["x"].tolist()[:4] == [0, 1, 2, 3]
    assert np.isnan(joined["x"].iloc[4])
    assert str(joined.index.get_level_values(-1).tz) == "UTC"
    assert len(joined) == 5


@pytest.mark.parametrize("n_rows", [1, 2, 4])
def test_update_in_another_time_zone(n_rows):
    times = pd.date_range("2024-01-01", periods=124, freq="h", tz="Europe/Berlin")
    y = pd.Series(np.random.default_rng(0).normal(size=124), times, name="y")
    X, new = y.to_frame("x") + 1, slice(120, 120 + n_rows)
    forecaster = AutoRNNForecaster(views={"ridge": PanelRidge(sp=1)})
    fitted = forecaster.clone().fit(y[:120], X[:120], fh=range(1, 7))
    same = forecaster.clone().fit(y[:120], X[:120], fh=range(1, 7))
    fitted.update(y[new].tz_convert("UTC"), X[new].tz_convert("UTC"), update_params=False)
    same.update(y[new], X[new], update_params=False)
    np.testing.assert_array_equal(
        fitted._intervals.adaptive.levels, same._intervals.adaptive.levels
    )


def test_error_and_leaderboard(cheap, months):
    held_out = HeldOut.of(months.to_frame(), 3)
    trials = [Trial("worse", cheap(epochs=1)), Trial("not tried", cheap())]
    trials[0].run(held_out, None, np.array([2.0]))
    expected = np.abs(held_out.errors(trials[0].forecasts)).mean() / 2
    assert trials[0].error == pytest.approx(expected)
    trials[0].weight = 1.0
    table = leaderboard(trials)
    assert list(table.index) == ["worse", "not tried"]
    assert list(table.columns) == ["error", "weight", "time", "settings"]
    assert np.isnan(table.loc["not tried", "error"])
    assert "RNNForecaster" in table.loc["worse", "settings"]


def test_warnings_of_a_trial_are_not_those_of_a_users_fit(cheap, months):
    y = (months - months.min() + 50).to_frame()
    y.iloc[-1] = 0.0  # has no logarithm, and is held out
    trial = Trial("logarithms", cheap(transformer="log", strategy="multioutput"))
    trial.run(HeldOut.of(y, 3), None, np.array([1.0]))
    assert np.isfinite(trial.error)


@pytest.mark.filterwarnings("ignore:[\\s\\S]*remember_data:FutureWarning")
def test_warnings_of_views_of_users_are_shown(months):
    class Warns(NaiveForecaster):
        def _fit(self, y, X, fh):
            warnings.warn("of the view", UserWarning, stacklevel=1)
            return super()._fit(y, X, fh)

    with pytest.warns(UserWarning, match="of the view"):
        Trial("naive", Warns()).run(HeldOut.of(months.to_frame(), 3), None, np.array([1.0]))


@pytest.mark.parametrize("n_short", range(1, 25))
def test_features_cover_the_horizon_of_series_that_hold_no_rows_out(n_short):
    weeks = pd.date_range("2020-01-05", periods=40, freq="W", name="week")
    frames = {name: pd.DataFrame({"x": [True] * 40}, weeks) for name in "ab"}
    frames["new"] = frames["a"][-n_short:]
    X = pd.concat(frames, names=["series"])
    held_out = HeldOut.of(X.astype(float), 8)
    covered = cover_horizon(X, held_out)
    known = covered.loc[X.index]
    assert known.index.equals(X.index)
    assert (known == 1).all(axis=None)
    # Objects would be categories in the trial, but numbers in the forecast.
    assert held_out.enough[2] or covered["x"].dtype == np.float64
    n_more = 0 if held_out.enough[2] else 8
    coming = covered.loc["new"][n_short:]
    assert len(covered) == len(X) + n_more
    assert coming.index.equals(pd.date_range(weeks[-1], periods=n_more + 1, freq="W")[1:])
    assert coming.isna().all(axis=None)
    assert cover_horizon(None, held_out) is None


@pytest.mark.parametrize("lengths", [(8,), (1, 3, 20), (25, 31)], ids=str)
@pytest.mark.parametrize("strategy", ["auto", "recursive"])
def test_a_panel_with_features_and_short_series(cheap, lengths, strategy):
    weeks = pd.date_range("2020-01-05", periods=68, freq="W", name="week")
    random = np.random.default_rng(0)
    frames = {f"new {n}": (60 - n, 60) for n in lengths} | {"old": (0, 60), "older": (0, 60)}
    parts = {
        name: pd.DataFrame(
            {"y": random.normal(size=68), "promo": random.integers(2, size=68)}, weeks
        )
        for name in frames
    }
    table = pd.concat({name: parts[name][start:] for name, (start, _) in frames.items()})
    table.index.names = ["series", "week"]
    y, X = table.loc[table.index.get_level_values("week") < weeks[60], ["y"]], table[["promo"]]
    trial = Trial("one", cheap(strategy=strategy))
    held_out = HeldOut.of(y, 8)
    trial.run(held_out, X.loc[y.index], np.ones(len(frames)))
    assert np.isfinite(trial.error)
    forecasts = trial.forecasts[held_out.enough]
    assert np.isfinite(forecasts).all()


def test_features_of_further_series_change_nothing(cheap, panel):
    X = pd.DataFrame({"a": np.arange(len(panel)) ** 2 % 7.0}, panel.index)
    name = panel.index[0][0]
    further = pd.concat([X, X.loc[[name]].rename(index={name: "zz"}, level=0)])
    auto = AutoRNNForecaster(views={"one": cheap(known_features="all", strategy="auto")})
    last = panel.groupby(level=0).tail(1)
    known = panel.drop(last.index)
    found = [
        auto.clone().fit(known, X=given, fh=[1]).update(last, X=given)._intervals.adaptive.levels
        for given in (X, further)
    ]
    np.testing.assert_array_equal(*found)


def test_a_view_that_has_nothing_to_learn_from(cheap, months):
    y = months.where(np.arange(60) % 3 == 0).to_frame()
    trial = Trial("steps in a row", cheap(strategy="multioutput"))
    trial.run(HeldOut.of(y, 3), None, np.array([1.0]))
    assert np.isnan(trial.error)
    assert np.isnan(trial.forecasts).all()


def test_forecasts_without_a_known_row_are_unknown(cheap, months):
    X = pd.DataFrame({"x": np.arange(60.0)}, months.index)
    X.iloc[-8:] = np.nan
    trial = Trial("features", cheap(strategy="multioutput"))
    held_out = HeldOut.of(months.to_frame(), 3)
    trial.run(held_out, X, np.array([1.0]))
    assert np.isnan(trial.forecasts[0, -1]).all()
    assert np.isfinite(trial.error)


def test_a_feature_that_is_known_only_in_held_out_rows(cheap, months):
    X = pd.DataFrame({"x": np.arange(60.0)}, months.index)
    X.iloc[:59] = np.nan
    trial = Trial("features", cheap(strategy="multioutput"))
    trial.run(HeldOut.of(months.to_frame(), 3), X, np.array([1.0]))
    assert np.isnan(trial.error)
    with pytest.raises(
        ValueError, match="of its 60 rows, 0 contain a missing value, and 59 of X do"
    ):
        cheap(strategy="multioutput", known_features=None).fit(months, X, fh=[1, 2, 3])


def with_gaps(n_series, n_known):
    """Return a panel of series that begin and end at different times, with gaps and features."""
    random = np.random.default_rng(0)
    frames = {}
    for number in range(n_series):
        table = 50 + random.normal(size=(n_known + 5 * number + 8, 2)).cumsum(axis=0)
        table[random.integers(9, len(table) - 8, 3), 0] = np.nan
        table[len(table) - 8 :, 0] = np.nan
        index = pd.RangeIndex(number, number + len(table), name="t")
        frames[f"s{number}"] = pd.DataFrame(table, index, ["y", "x"])
    frame = frames["s0"] if n_series == 1 else pd.concat(frames, names=["series"])
    if n_series == 1:
        return frame[["y"]].iloc[:-8], frame[["x"]]
    kept = frame.groupby("series").cumcount(ascending=False) >= 8
    return frame.loc[kept, ["y"]], frame[["x"]]


@pytest.mark.parametrize(
    "settings",
    [
        {"strategy": "multioutput", "transformer": "log"},
        {"strategy": "direct", "differencing": 1, "scale_by": "series"},
        {"strategy": "recursive", "transformer": Deseasonalizer(sp=3)},
        {"strategy": "multioutput", "sp": 5, "deseasonalize": True, "known_features": None},
        {"strategy": "multioutput", "loss": "quantile", "quantile": (0.1, 0.5, 0.9)},
        {"strategy": "recursive", "stateful": True},
        {"strategy": "recursive", "pooling": "local"},
    ],
    ids=str,
)
@pytest.mark.parametrize(("n_series", "n_known"), [(1, 40), (4, 14)])
def test_all_origins_at_once_as_by_update_and_predict(cheap, settings, n_series, n_known):
    if settings.get("stateful") and n_series > 1:
        settings = settings | {"pooling": "local"}
    y, X = with_gaps(n_series, n_known)
    held_out = HeldOut.of(y, 2)
    assert held_out.n_origins > 1
    forecasts = forecast_held_out(cheap(**settings), held_out, X)
    # As sktime's users would do it.
    forecaster = cheap(**settings).fit(
        held_out.training_part(), X=cover_horizon(X, held_out), fh=[1, 2]
    )
    expected = []
    for origin in range(held_out.n_origins):
        if origin:
            forecaster.update(held_out.rows_until(origin), X=X, update_params=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            values = forecaster.predict(X=cover_horizon(X, held_out)).to_numpy()
        expected.append(values.reshape(n_series, 2))
    known = np.isfinite(forecasts)
    assert known.mean() > 0.5
    np.testing.assert_allclose(forecasts[known], np.stack(expected, axis=1)[known], rtol=1e-6)


def test_the_last_fit_goes_on_from_the_trial(cheap, months, monkeypatch):
    y, fh = months.to_frame(), [1, 2, 3]
    monkeypatch.setattr(RNNForecaster, "_can_learn_further", lambda self, n_steps: n_steps == 3)
    held_out = HeldOut.of(y, 3)
    trial = Trial("one", cheap(strategy="multioutput", epochs=10, learning_rate=0.01))
    trial.run(held_out, None, np.array([1.0]), keep=True)
    before = cheap(strategy="multioutput", epochs=10).fit(held_out.training_part(), fh=fh)
    fitted = trial.fitted(y, None, fh)
    assert trial.learned is None  # the rows of the trial do not stay in memory
    n_steps = [each.networks_.regressors[0]._iteration for each in (before, fitted)]
    n_batches = -(-(60 - 3 - 2) // 32)
    assert n_steps[1] - n_steps[0] == 3 * n_batches
    assert fitted.predict().index.equals(pd.period_range("2005-01", periods=3, freq="M"))
    trial.run(held_out, None, np.array([1.0]))
    again = trial.fitted(y, None, fh)
    assert again.networks_.regressors[0]._iteration == 10 * n_batches


def test_the_last_fit_starts_anew_if_it_chooses_other_settings(cheap, months, monkeypatch):
    y = (months - months.min() + 1).to_frame()
    y.iloc[-1] = -1.0  # has no logarithm, and is held out
    monkeypatch.setattr(RNNForecaster, "_can_learn_further", lambda *_: True)
    settings = {"transformer": "auto", "loss": "absolute_error", "learning_rate": 0.01}
    view = cheap(strategy="multioutput", **settings)
    trial = Trial("one", view)
    trial.run(HeldOut.of(y, 3), None, np.array([1.0]), keep=True)
    assert trial.learned is not None
    fitted, anew = trial.fitted(y, None, [1, 2, 3]), view.clone().fit(y, fh=[1, 2, 3])
    pd.testing.assert_frame_equal(fitted.predict(), anew.predict())


@pytest.mark.parametrize(("n_known", "n_gap"), [(1000, 0), (999, 0), (1000, 7)])
def test_many_errors_of_a_long_series_tell_which_views_err_alike(n_known, n_gap):
    y = pd.DataFrame({"y": np.random.default_rng(0).normal(size=n_known + n_gap)})
    y.iloc[:n_gap] = np.nan
    held_out = HeldOut.of(y, 20)
    assert held_out.n_origins == 46
    random = np.random.default_rng(1)
    sizes = np.array([1.0, 1.2, 1.1, 2.0])
    errors = random.normal(size=(4, 1, 46, 20)) * sizes.reshape(4, 1, 1, 1)
    errors[1] = 1.2 * errors[0]
    trials = [
        Trial(str(i), None, forecasts=held_out.truth() - own, errors=np.abs(own).mean((1, 2)))
        for i, own in enumerate(errors)
    ]
    weights = weights_of(trials, held_out, "weighted")[:, 0]
    means = np.array([trial.errors[0] for trial in trials])
    if n_known < 1000:
        np.testing.assert_allclose(weights, weigh(means, "weighted", 3.0))
        return
    simple = weigh(means, "weighted")
    known = errors[:, ~np.isnan(held_out.truth())]
    share = 1.1**2 / (1 + 1.1**2)  # of two independent errors
    assert weigh_together(known[:3])[0] == pytest.approx(share, abs=0.05)
    together = np.append(weigh_together(known[:3]), 0.0)  # the last one errs too much
    np.testing.assert_allclose(weights, (simple + together) / 2)
    assert weights[1] == pytest.approx(simple[1] / 2)


@pytest.mark.parametrize("settings", [{"pooling": "local"}, {"stateful": True}], ids=str)
def test_views_with_a_copy_for_each_series(cheap, panel, settings):
    trial = Trial("copies", cheap(epochs=1, strategy="multioutput", **settings))
    trial.run(HeldOut.of(panel, 2), None, np.ones(3), keep=True)
    assert trial.learned is None
    assert set(trial.fitted(panel, None, [1, 2]).get_params()) == set(cheap().get_params())
    assert np.isfinite(trial.error)


@pytest.mark.parametrize("n_series", [1, 2])
def test_true_values_are_collected_once_for_all_series(monkeypatch, n_series):
    index = pd.MultiIndex.from_product([range(n_series), range(1000)], names=["series", "t"])
    held_out = HeldOut.of(pd.DataFrame({"y": np.arange(len(index)) % 7.0}, index), 12)
    assert held_out.n_origins >= 30
    calls, truth = [], HeldOut.truth
    monkeypatch.setattr(HeldOut, "truth", lambda rows: calls.append(1) or truth(rows))
    forecasts = np.random.default_rng(0).normal(size=held_out.shape)
    trials = [
        Trial(str(i), None, forecasts=i + forecasts, errors=np.ones(n_series)) for i in (1, 2)
    ]
    assert weights_of(trials, held_out, "weighted").shape == (2, n_series)
    assert len(calls) == 2  # to count the errors, and to compute them


def test_errors_of_few_steps_do_not_tell_which_views_err_alike():
    """Weights from 30 to 60 errors made forecasts of long series worse."""
    held_out = HeldOut.of(pd.DataFrame({"y": np.random.default_rng(0).normal(size=2_000)}), 1)
    assert held_out.n_origins == 60
    errors = np.random.default_rng(1).normal(size=(2, *held_out.shape))
    errors[1] = 1.2 * errors[0]  # so the second view has no weight together
    trials = [
        Trial(str(i), None, forecasts=held_out.truth() - own, errors=np.abs(own).mean((1, 2)))
        for i, own in enumerate(errors)
    ]
    # By hand: proportional to the inverse squares of 1 and 1.2.
    weights = weights_of(trials, held_out, "weighted")[:, 0]
    np.testing.assert_allclose(weights, [1.44 / 2.44, 1 / 2.44])


def _held_out_panel(scales, n_steps=20):
    index = pd.MultiIndex.from_product([range(len(scales)), range(300)], names=["series", "t"])
    y = np.repeat(scales, 300) * np.random.default_rng(0).normal(size=len(index))
    return HeldOut.of(pd.DataFrame({"y": y}, index), n_steps)


def _trials_with(errors, held_out, forecasters):
    units = np.nanmean(np.abs(errors), axis=(0, 2, 3))
    return [
        Trial(
            str(i),
            forecaster,
            forecasts=held_out.truth() - own,
            errors=np.abs(own).mean((1, 2)) / units,
        )
        for i, (own, forecaster) in enumerate(zip(errors, forecasters, strict=True))
    ]


def _reading(*answers):
    return [RNNForecaster(use_X=reads) for reads in answers]


@pytest.mark.parametrize("n_steps", [1, 20])
def test_many_errors_of_a_panel_with_features_tell_which_views_err_alike(n_steps):
    scales = np.array([1.0, 10.0, 1000.0])
    held_out = _held_out_panel(scales, n_steps)
    first, other, bad = np.random.default_rng(1).normal(size=(3, *held_out.shape))
    errors = scales[:, None, None] * np.stack([first, 1.2 * first, other, 9 * bad])
    trials = _trials_with(errors, held_out, _reading(False, False, True, True))
    of_series = weights_of(trials, held_out, "weighted")
    together = weights_of(trials, held_out, "weighted", with_X=True)
    if n_steps == 1:  # 60 errors
        np.testing.assert_array_equal(together, of_series)
        return
    # The second view errs as the first one does, but more, and the last one has no weight at all.
    half = np.repeat([[0.5], [0.0], [0.5], [0.0]], 3, axis=1)
    np.testing.assert_allclose(together, half, atol=0.05)
    assert (of_series[1] > 0.2).all()
    mean = weights_of(trials, held_out, "mean", with_X=True)
    np.testing.assert_array_equal(mean, np.full((4, 3), 0.25))


@pytest.mark.filterwarnings("ignore:[\\s\\S]*remember_data:FutureWarning")
@pytest.mark.parametrize(
    ("reads", "alike"),
    [
        ((False, False), False),
        ((None, False), False),
        ((True, True), False),
        ((True, False), True),
        ((True, None), True),
    ],
)
def test_series_have_their_own_weights_unless_only_some_views_read_features(reads, alike):
    # None: a forecaster of sktime that ignores X.
    forecasters = [NaiveForecaster() if x is None else RNNForecaster(use_X=x) for x in reads]
    held_out = _held_out_panel(np.ones(3))
    errors = np.random.default_rng(1).normal(size=(2, *held_out.shape))
    errors[0, 0] *= 0.8
    trials = _trials_with(errors, held_out, forecasters)
    of_series = weights_of(trials, held_out, "weighted")
    with_X = weights_of(trials, held_out, "weighted", with_X=True)
    assert of_series[0, 0] > of_series[0, 1] + 0.05
    if alike:
        np.testing.assert_array_equal(with_X, np.repeat(with_X[:, :1], 3, axis=1))
    else:
        np.testing.assert_array_equal(with_X, of_series)


def test_one_series_with_huge_errors_does_not_decide_about_the_panel():
    held_out = _held_out_panel(np.ones(20))
    errors = np.random.default_rng(1).normal(size=(2, *held_out.shape))
    errors[1] *= 1.2
    before = weights_of(
        _trials_with(errors, held_out, _reading(True, False)), held_out, "weighted", with_X=True
    )
    errors[0, 0] *= 1_000  # in units of its changes, as those of a rare series that begins to sell
    errors[1, 0] *= 500
    trials = _trials_with(errors, held_out, _reading(True, False))
    for trial, own in zip(trials, errors, strict=True):
        trial.errors = np.abs(own).mean((1, 2))
        trial.errors[0] = 1.0
    after = weights_of(trials, held_out, "weighted", with_X=True)
    # By hand: independent errors with variances 1 and 1.44 have weights 0.59 and 0.41.
    np.testing.assert_allclose(before[:, 0], [1.44 / 2.44, 1 / 2.44], atol=0.03)
    np.testing.assert_allclose(after, before, atol=0.06)


def test_a_series_that_some_views_cannot_forecast_keeps_its_own_weights():
    held_out = _held_out_panel(np.ones(9))
    errors = np.random.default_rng(1).normal(size=(2, *held_out.shape))
    errors[1] = 1.3 * errors[0]  # so the second view has no weight together
    errors[0, 0] = np.nan
    trials = _trials_with(errors, held_out, _reading(True, False))
    weights = weights_of(trials, held_out, "weighted", with_X=True)
    of_series = weights_of(trials, held_out, "weighted")
    np.testing.assert_array_equal(weights[:, 0], of_series[:, 0])
    assert weights[1, 0] > 0.2
    np.testing.assert_allclose(weights[:, 1:], np.repeat([[1.0], [0.0]], 8, axis=1), atol=1e-9)


def test_a_view_that_only_a_series_with_gaps_needs_has_no_weight_in_others():
    held_out = _held_out_panel(np.ones(9))
    errors = np.random.default_rng(1).normal(size=(3, *held_out.shape))
    errors[1] = 1.1 * errors[1]
    errors[2] = 5 * errors[2]
    errors[:2, 0] = np.nan
    trials = _trials_with(errors, held_out, _reading(True, False, False))
    for trial, own in zip(trials, errors, strict=True):
        trial.possible = np.isfinite(own).all((1, 2))
    weights = weights_of(trials, held_out, "weighted", with_X=True)
    np.testing.assert_array_equal(weights[:, 0], [0, 0, 1])
    np.testing.assert_array_equal(weights[2, 1:], 0)
    # By hand: independent errors with variances 1 and 1.21 have weights 0.55 and 0.45.
    np.testing.assert_allclose(weights[0, 1:], 1.21 / 2.21, atol=0.03)


def test_few_errors_of_a_panel_with_features_still_weigh_long_series_by_least_squares():
    held_out = HeldOut.of(
        pd.DataFrame(
            {"y": np.random.default_rng(0).normal(size=2_400)},
            pd.MultiIndex.from_product([range(2), range(1_200)], names=["series", "t"]),
        ),
        12,
    )
    assert held_out.n_errors().sum() < 1_000
    errors = np.random.default_rng(1).normal(size=(2, *held_out.shape))
    errors[1] = 1.2 * errors[0]
    trials = _trials_with(errors, held_out, _reading(True, False))
    weights = weights_of(trials, held_out, "weighted", with_X=True)
    np.testing.assert_array_equal(weights, weights_of(trials, held_out, "weighted"))
    # The mean of 1.44 / 2.44, from the inverse squared errors, and of 1, from least squares.
    np.testing.assert_allclose(weights[0], (1.44 / 2.44 + 1) / 2, atol=1e-6)


def test_trials_read_features_as_the_forecast_does(cheap):
    """Rows to come after short series made objects of booleans, which are categories."""
    random, parts = np.random.default_rng(0), {}
    for name, n in (("a", 40), ("b", 40), ("new", 3)):
        index = pd.date_range("2024-01-01", periods=n + 2)
        sales = pd.DataFrame({"y": random.normal(size=n + 2), "promotion": random.random(n + 2)})
        parts[name] = sales.set_axis(index)
    table = pd.concat(parts)
    X = pd.DataFrame({"promotion": table["promotion"] < 0.3})
    y = table[["y"]].groupby(level=0).head(-2)
    views = {"one": cheap(strategy="multioutput", level=False, target_scaler=None, epochs=20)}
    tried = [
        AutoRNNForecaster(views=views).fit(y, X=rows, fh=[1, 2]).leaderboard_["error"].iloc[0]
        for rows in (X, X.loc[y.index])
    ]
    assert tried[0] == tried[1]


@pytest.mark.parametrize("n_series", [1, 2])
def test_a_short_single_series_keeps_more_views(n_series):
    """Its few errors depend on each other, and a view must not lose its weight to the seed."""
    names = pd.MultiIndex.from_product([range(n_series), range(60)])
    y = pd.DataFrame({"y": np.random.default_rng(0).normal(size=len(names))}, index=names)
    held_out = HeldOut.of(y, 6)
    sizes = np.array([1.0, 1.6, 3.1])
    trials = [
        Trial(str(i), None, forecasts=held_out.truth() - size, errors=np.full(n_series, size))
        for i, size in enumerate(sizes)
    ]
    weights = weights_of(trials, held_out, "weighted")
    expected = [1, 1 / 1.6**2 if n_series == 1 else 0, 0]
    np.testing.assert_allclose(weights / weights[0], np.repeat(expected, n_series).reshape(3, -1))
