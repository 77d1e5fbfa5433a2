"""Residuals of a forecaster, also of one that consists of others."""

from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
from sktime.forecasting.naive import NaiveForecaster

from skrnn import RNNRegressor
from skrnn.forecasting import AutoRNNForecaster, PanelBoosting, PanelTheta
from skrnn.forecasting._members import leave_unknown, members


@pytest.fixture
def make(cheap):
    """Make a forecaster of some kind."""

    def of(kind):
        one = cheap(strategy="auto", pooling="local" if "local" in kind else "global")
        return AutoRNNForecaster(views={"one": one}) if "auto" in kind else one

    return of


@pytest.fixture
def data(months, panel):
    """Series of every form."""
    return {
        "one series": months,
        "columns": pd.DataFrame({"a": months, "b": 3 - months}),
        "panel": panel + 1,
        "hierarchy": pd.concat({"x": panel, "z": panel + 5}, names=["top"]),
    }


@pytest.mark.parametrize("kind", ["one", "local", "auto", "auto, local"])
@pytest.mark.parametrize("form", ["one series", "columns", "panel", "hierarchy"])
def test_residuals_in_sample_and_after_it(make, data, kind, form):
    y = data[form]
    times = y.index.get_level_values(-1)
    before = y[times <= times.max() - 2]
    forecaster = make(kind).fit(before, fh=[1, 2])
    residuals = forecaster.predict_residuals()
    assert residuals.index.equals(before.index)
    assert residuals.index.names == before.index.names
    assert type(residuals) is type(before)
    # The first row of each series has no past.
    n_series = 1 if y.index.nlevels == 1 else len(y.index.droplevel(-1).unique())
    values = np.asarray(residuals).reshape(len(before), -1)
    assert np.isnan(values).sum(axis=0).tolist() == [n_series] * values.shape[1]
    again = forecaster.predict_residuals(before)
    np.testing.assert_array_equal(np.asarray(again).reshape(values.shape), values)
    later = y[times == times.max() - 1]
    expected = later - forecaster.predict().reindex(later.index)
    np.testing.assert_allclose(forecaster.predict_residuals(later), expected, rtol=1e-6)
    assert list(forecaster.fh) == [1, 2]


@pytest.mark.parametrize(
    ("kind", "features"),
    [("networks", False), ("trees", True), ("local", False), ("local", True), ("stateful", True)],
)
def test_residuals_after_series_that_end_at_different_times(cheap, panel, features, kind):
    y = panel + 1
    X = pd.DataFrame({"x": np.arange(len(y)) % 5 / 50}, y.index) if features else None
    before = y.groupby(level=0).head(-2).index
    coming = y.index.difference(before, sort=False)
    seen, later = (None, None) if X is None else (X.loc[before], X.loc[coming])
    pooling = "local" if kind == "local" else "global"
    networks = cheap(strategy="multioutput", pooling=pooling, stateful=kind == "stateful")
    one = PanelBoosting(sp=1) if kind == "trees" else networks
    forecaster = one.fit(y.loc[before], X=seen, fh=[1, 2])
    expected = y.loc[coming] - forecaster.predict(X=later)
    residuals = forecaster.predict_residuals(y, X)
    assert residuals.index.equals(y.index)
    pd.testing.assert_frame_equal(residuals.loc[coming], expected)
    with_X = forecaster.predict_residuals(y.loc[before], X)
    pd.testing.assert_frame_equal(residuals.loc[before], with_X)
    # Only the last row is forecast from rows whose second step lies after it.
    earlier = slice(None) if X is None else y.loc[before].groupby(level=0).head(-1).index
    without = forecaster.predict_residuals()
    pd.testing.assert_frame_equal(residuals.loc[before].loc[earlier], without.loc[earlier])
    pd.testing.assert_frame_equal(forecaster.predict_residuals(y.loc[coming], later), expected)
    some = coming[coming.get_level_values(0) == "c"]  # the other series do not continue
    found = forecaster.predict_residuals(y.loc[some], X)
    pd.testing.assert_frame_equal(found, expected.loc[some])


def test_residuals_of_a_combination_are_those_of_the_weighted_mean(cheap, months):
    one, two = cheap(strategy="auto"), cheap(strategy="auto", autoregressive=False)
    forecaster = AutoRNNForecaster(views={"one": one, "two": two}).fit(months, fh=[1])
    weights = forecaster.leaderboard_["weight"]
    expected = sum(
        weights[name] * view.clone().fit(months, fh=[1]).predict_residuals()
        for name, view in forecaster.views.items()
    )
    np.testing.assert_allclose(forecaster.predict_residuals(), expected)


@pytest.mark.parametrize("parameters", [{"pooling": "local"}, {"stateful": True}])
def test_a_series_that_is_too_short_for_its_own_networks_is_named(cheap, panel, parameters):
    names = panel.index.get_level_values(0)
    short = panel[(names != names[-1]) | (panel.groupby(level=0).cumcount() < 2).to_numpy()]
    short = short.rename(index={names[-1]: 7}, level=0)
    with pytest.raises(ValueError, match="networks, and 7 has the fewest known rows, 2"):
        cheap(**parameters).fit(short, fh=[1])


def test_members_are_copies_and_views(make, data):
    assert len(list(members(make("local").fit(data["panel"], fh=[1])))) == 4
    forecaster = make("auto, local").fit(data["panel"], fh=[1])
    assert len(list(members(forecaster))) == 5
    leave_unknown(forecaster)
    assert all(member._leaves_unknown for member in members(forecaster))


def test_copies_are_paired_with_series_and_features_by_name(cheap, panel):
    local = cheap(pooling="local", known_features=None)
    X = panel.rename(columns={"y": "x"}) ** 2
    before, after = panel.groupby(level=0).head(18), panel.groupby(level=0).tail(2)
    other = ["c", "a", "b"]
    expected = local.clone().fit(before, X=X, fh=[1]).update(after, X=X).predict()
    mixed = local.clone().fit(before, X=X.loc[other], fh=[1])
    mixed.update(after.loc[other], X=X.loc[other])
    pd.testing.assert_frame_equal(mixed.predict(), expected)
    one_after_another = local.clone().fit(before, X=X, fh=[1])
    for name in other:
        one_after_another.update(after.loc[[name]], X=X)
    pd.testing.assert_frame_equal(one_after_another.predict(), expected)
    with pytest.raises(ValueError, match="X has no row for the series 'b'"):
        local.clone().fit(before, X=X.loc[["a", "c"]], fh=[1])


@pytest.mark.parametrize("parameters", [{"pooling": "local"}, {"stateful": True}])
def test_an_update_of_some_series_leaves_the_others(cheap, panel, parameters):
    forecaster = cheap(**parameters).fit(panel, fh=[1])
    before = forecaster.predict()
    new = panel.loc[["c"]].tail(1).rename(index={26: 27}, level="t")
    after = forecaster.update(new, update_params=False).predict()
    pd.testing.assert_frame_equal(after.loc[["a", "b"]], before.loc[["a", "b"]])
    assert after.index[2] == ("c", 28)
    with pytest.raises(ValueError, match="fit has not seen the series 'd', but 'a', 'b', 'c'"):
        forecaster.update(new.rename(index={"c": "d"}, level="series"))
    pd.testing.assert_frame_equal(forecaster.predict(), after)


@pytest.mark.filterwarnings("ignore:The default of config")
def test_views_from_sktime_are_paired_by_name(panel):
    forecaster = AutoRNNForecaster(views={"last": NaiveForecaster()}).fit(panel, fh=[1])
    new = pd.DataFrame(
        {"y": [7.0, 8.0]}, pd.MultiIndex.from_tuples([("c", 27), ("a", 30)], names=["series", "t"])
    )
    forecast = forecaster.update(new, update_params=False).predict()["y"]
    assert forecast[("a", 31)] == 8.0
    assert forecast[("c", 28)] == 7.0


@pytest.mark.parametrize("kind", ["one", "local", "auto", "auto, local"])
def test_an_update_that_fails_halfway_changes_nothing(make, data, kind, monkeypatch):
    forecaster, y = make(kind).fit(data["columns"][:50], fh=[1, 2]), data["columns"][50:55]
    expected, later = forecaster.predict(), make(kind).fit(data["columns"][:50], fh=[1, 2])
    partial_fit, calls = RNNRegressor.partial_fit, []

    def fail_at_the_second_call(self, *arguments):
        calls.append(self)
        if len(calls) == 2:
            raise RuntimeError("no memory")
        return partial_fit(self, *arguments)

    with monkeypatch.context() as patched:
        patched.setattr(RNNRegressor, "partial_fit", fail_at_the_second_call)
        with pytest.raises(RuntimeError, match="no memory"):
            forecaster.update(y)
    pd.testing.assert_frame_equal(forecaster.predict(), expected)
    pd.testing.assert_frame_equal(
        forecaster.update(y).predict(), later.update(y).predict(), check_exact=True
    )


@pytest.mark.filterwarnings("ignore:The default of config")
def test_views_before_one_that_refuses_an_update_are_restored(months):
    class Refuses(NaiveForecaster):
        """Fails if the last row arrives."""

        def _update(self, y, X=None, update_params=True):
            if y.index[-1] == months.index[-1]:
                raise ValueError("not these rows")
            return super()._update(y, X, update_params)

    views = {"theta": PanelTheta(), "last": NaiveForecaster(), "refuses": Refuses()}
    forecaster = AutoRNNForecaster(views=views, combine="mean").fit(months[:50], fh=[1, 2])
    expected = forecaster.predict_quantiles(alpha=[0.1, 0.5])
    with pytest.raises(ValueError, match="not these rows"):
        forecaster.update(months[50:])
    pd.testing.assert_frame_equal(forecaster.predict_quantiles(alpha=[0.1, 0.5]), expected)


def test_a_fit_that_fails_leaves_the_former_one(cheap, months):
    forecaster = cheap().fit(months, fh=[1, 2])
    expected = forecaster.predict()
    with pytest.raises(ValueError, match="too short"):
        forecaster.fit(months[:2], fh=[1])
    pd.testing.assert_series_equal(forecaster.predict(), expected)


@pytest.mark.filterwarnings("ignore:[\\s\\S]*remember_data:FutureWarning")
@pytest.mark.parametrize("view", [None, NaiveForecaster])
def test_a_deep_copy_shares_no_forecaster(data, view):
    y = data["columns"]
    forecaster = PanelTheta(sp=1) if view is None else AutoRNNForecaster(views={"one": view()})
    forecaster.fit(y[:-2], fh=[1])
    expected = forecaster.predict()
    deepcopy(forecaster).update(y[-2:] * 9, update_params=False)
    pd.testing.assert_frame_equal(forecaster.predict(), expected)
