"""Which views are tried."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import AutoRNNForecaster, RNNForecaster
from skrnn.forecasting._candidate_views import make_views, warn_of_ignored_settings
from skrnn.forecasting._panel import Panel
from skrnn.windows._time_axis import TimeAxis

SETTINGS = {"n_networks": 1, "random_state": 0}
SEASON = np.tile(np.sin(np.arange(12)), 10)
# A season that the test for autocorrelation finds in 36 rows.
CYCLE = np.tile([9.0] + 11 * [5.0], 10)


def views(*series, periods=(12,), n_steps=8, with_X=False, **settings):
    series = series or (10 + SEASON[:100],)
    axis = TimeAxis.of(pd.period_range("2000-01", periods=max(map(len, series)), freq="M"))
    frame = pd.concat(
        {str(i): pd.Series(each, axis.labels(range(len(each)))) for i, each in enumerate(series)}
    ).to_frame("y")
    panel = Panel.of(frame, axis, 0)
    parameters = {"sp": max(periods, default=1), **SETTINGS, **settings}
    return make_views(
        parameters, panel=panel, axis=axis, periods=periods, n_steps=n_steps, with_X=with_X
    )


def networks(*series, **parameters):
    found = views(*series, **parameters)
    assert list(found)[:2] == ["theta", "damped trend"]
    assert len({view.sp for view in found.values()}) == 1
    return {name: view for name, view in found.items() if isinstance(view, RNNForecaster)}


@pytest.mark.parametrize(("n_rows", "third"), [(30, "aggregated trend"), (120, "ridge")])
def test_short_series_have_means_of_rows_and_long_ones_a_ridge_regression(n_rows, third):
    found = list(views(np.arange(n_rows) % 7 + 1.0, periods=()))
    assert found[:3] == ["theta", "damped trend", third]
    assert len({"aggregated trend", "ridge"} & set(found)) == 1


@pytest.mark.parametrize(("n_rows", "has_season"), [(35, False), (36, True)])
def test_three_cycles_of_short_series_have_a_season_that_changes(n_rows, has_season):
    found = views(10 + SEASON[:n_rows])
    assert ("Holt-Winters" in found) == has_season
    assert "Holt-Winters" not in views(10 + SEASON)


@pytest.mark.parametrize(
    ("n_rows", "periods", "n_steps", "repeated"),
    [
        (36, (12,), 8, True),
        (35, (12,), 8, False),
        (36, (4,), 8, False),
        (36, (7,), 8, False),
        (80, (24, 12), 8, False),
        (120, (12,), 8, False),  # a ridge regression
        (38, (12,), 18, True),
        (37, (12,), 18, False),  # no row can be held out
    ],
)
def test_short_series_with_a_season_of_twelve_rows_have_the_last_cycle_repeated(
    n_rows, periods, n_steps, repeated
):
    found = views(CYCLE[:n_rows], periods=periods, n_steps=n_steps)
    assert ("seasonal naive" in found) == repeated
    assert "ridge" in found or n_rows < 100


def test_no_cycle_is_repeated_if_no_season_is_found():
    rising = 10 + np.arange(60.0)
    assert "Holt-Winters" in views(rising)
    assert "seasonal naive" not in views(rising)
    assert "seasonal naive" in views(rising, CYCLE[:60])


def test_no_cycle_of_intermittent_counts_is_repeated():
    counts = np.tile([0.0, 0, 0, 2, 0, 1], 10)
    assert "seasonal naive" not in views(counts)


def test_seasonal_and_positive():
    found = networks()
    assert len(found) == 4
    settings = {(f.transformer, f.deseasonalize) for f in found.values()}
    assert settings == {("log", "auto"), (None, "auto"), ("log", False), (None, False)}
    assert all(f.n_networks == 1 and f.random_state == 0 for f in found.values())


@pytest.mark.parametrize("values", [SEASON, np.zeros(40)])
def test_values_without_logarithms(values):
    assert all(f.transformer is None for f in networks(values).values())


def test_without_a_season_windows_differ():
    for found in (networks(periods=()), networks(10 + SEASON[:70], periods=(24,), n_steps=4)):
        assert len(found) == 4
        assert len({(f.transformer, f.lag) for f in found.values()}) == 4


@pytest.mark.parametrize(
    ("features", "known"),
    [
        ({"with_X": True, "known_features": ["a"], "calendar": None}, (["a"], None)),
        ({"calendar": "weekday", "known_features": "all"}, ("all", "weekday")),
    ],
)
@pytest.mark.parametrize(("periods", "lag"), [((48, 24), 24), ((7,), 12), ((), "auto")])
def test_trees_read_the_features_of_long_series(features, known, periods, lag):
    long = 10 + np.tile(SEASON, 10)[:1100]
    found = views(long, periods=periods, **features)
    assert list(found) == ["theta", "damped trend", "ridge", "boosting", "as they are"]
    trees, network = found["boosting"], found["as they are"]
    assert (trees.known_features, trees.calendar) == known
    assert (network.lag, network.n_networks, network.use_X) == (lag, 1, True)


@pytest.mark.parametrize(("n_steps", "has_network"), [(14, True), (15, False)])
def test_no_network_for_more_than_two_short_seasons(n_steps, has_network):
    long = 10 + np.tile(SEASON, 10)[:1100]
    found = views(long, periods=(28, 7), n_steps=n_steps, with_X=True)
    assert list(found) == ["theta", "damped trend", "ridge", "boosting"] + has_network * [
        "as they are"
    ]


def test_trees_need_features_and_long_series():
    long = 10 + np.tile(SEASON, 10)[:1100]
    assert "boosting" not in views(long, calendar=None)
    assert "boosting" not in views(long[:900], with_X=True)
    assert "boosting" not in views(np.tile([0.0, 0, 0, 2], 300), with_X=True)


@pytest.mark.parametrize(
    ("series", "first"),
    [
        (10 + SEASON[:100], ["logarithms, season removed", "season removed"]),
        (np.tile([0.0, 0, 0, 2], 25), ["counts"]),
    ],
)
def test_with_features_some_networks_ignore_them(series, first):
    without, found = views(series), views(series, with_X=True)
    assert list(found) == [*without, *(f"{name}, without X" for name in first)]
    for name in first:
        assert found[name].use_X
        twin = found[f"{name}, without X"]
        assert twin.get_params() == {**found[name].get_params(), "use_X": False}


def test_views_that_would_be_equal_are_tried_once():
    noise = 50 + np.random.default_rng(1).normal(size=100)
    assert list(networks(noise)) == ["as they are", "logarithms"]
    # One series with a season is enough to distinguish the views.
    assert len(networks(noise, 10 + SEASON[:100])) == 4
    # A quarter of a short series is all that any window may take.
    assert list(networks(noise[:24], periods=())) == ["logarithms", "as they are"]


def test_parameters_of_features_reach_trees_and_networks():
    given = {
        "known_features": None,
        "categorical_features": ["kind"],
        "static": None,
        "calendar": "month",
    }
    found = views(np.tile(SEASON, 10), with_X=True, **given)
    for name in ("boosting", "as they are"):
        parameters = found[name].get_params()
        assert {name: parameters[name] for name in given} == given


@pytest.mark.parametrize(
    ("settings", "ignored"),
    [
        ({"known_features": ["promo"]}, "^known_features is ignored, .* Pass it to"),
        ({"known_features": np.array([0, 1])}, "^known_features is ignored"),
        ({"n_networks": 5, "calendar": "auto"}, "^n_networks, calendar are ignored, .* Pass them"),
    ],
    ids=range(3),
)
def test_settings_that_views_make_useless(settings, ignored, recwarn):
    warn_of_ignored_settings(AutoRNNForecaster(**settings))
    views = {"one": RNNForecaster()}
    usual = AutoRNNForecaster(views=views, known_features="".join(["a", "ll"]), random_state=0)
    warn_of_ignored_settings(usual.clone())
    assert not recwarn.list
    with pytest.warns(UserWarning, match=ignored):
        warn_of_ignored_settings(AutoRNNForecaster(views=views, **settings).clone())
