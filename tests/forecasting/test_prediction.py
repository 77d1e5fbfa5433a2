"""Forecasts in the units of the series."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from sktime.forecasting.base import ForecastingHorizon


@pytest.mark.parametrize("strategy", ["recursive", "direct", "multioutput"])
@pytest.mark.parametrize(
    "parameters",
    [{}, {"scale_by": "series"}, {"target_scaler": "minmax"}, {"differencing": (1, 2)}],
    ids=str,
)
def test_a_change_of_units_changes_the_units_of_forecasts_alone(
    cheap, panel, strategy, parameters
):
    fh = [-2, 1, 2]
    forecaster = cheap(strategy=strategy, **parameters)
    forecast = forecaster.fit(panel, fh=fh).predict()
    other = forecaster.clone().fit(1000 * panel - 7, fh=fh).predict()
    np.testing.assert_allclose(other, 1000 * forecast - 7, rtol=1e-4)


def test_differences_of_a_line_go_on_as_the_line(cheap):
    y = pd.Series(3.0 * np.arange(40) + 5)
    for strategy in ("recursive", "direct", "multioutput"):
        forecaster = cheap(strategy=strategy, differencing=(1, 1)).fit(y, fh=[2, 6])
        # The second differences are all zero, and the networks see nothing but zeros.
        bias = forecaster.networks_.regressors[0].predict(np.zeros((1, 3, 1)))
        bias = np.ravel(bias)[0]
        assert forecaster.predict()[41] == pytest.approx(3 * 41 + 5, abs=10 * abs(bias) + 1e-6)


def test_a_series_too_short_for_a_difference_is_forecast_by_its_last_value(cheap, panel):
    """Its value is known, although no difference is."""
    single = panel.loc[["a"]][:1] + 5.0
    both = pd.concat([panel, single.rename(index={"a": "z"}, level=0)])
    for strategy in ("recursive", "direct", "multioutput"):
        forecaster = cheap(strategy=strategy, differencing=1).fit(both, fh=[1, 2])
        with pytest.warns(UserWarning, match="last known value"):
            assert (forecaster.predict().loc["z"] == single.iloc[0, 0]).all(axis=None)


def test_every_series_on_its_own_scale(cheap, panel):
    forecaster = cheap(scale_by="series").fit(panel)
    forecast = forecaster.predict(fh=[1, 2, 3])
    means = panel["y"].groupby("series").mean()
    for name, mean in means.items():
        assert (abs(forecast.loc[name, "y"] - mean) < 10).all()


@pytest.mark.parametrize("strategy", ["direct", "multioutput"])
def test_gaps_and_in_sample(cheap, months, strategy):
    forecaster = cheap(strategy=strategy).fit(months, fh=[-59, -3, 2, 5])
    assert forecaster.networks_.steps == [1, 2, 5]
    forecast = forecaster.predict()
    assert list(forecast.index.astype(str)) == ["2000-01", "2004-09", "2005-02", "2005-05"]
    assert np.isnan(forecast.iloc[0])
    assert forecast[1:].notna().all()


def test_in_sample_forecasts_before_a_series_begins_are_unknown(cheap, panel):
    forecaster = cheap().fit(panel)
    forecast = forecaster.predict(fh=ForecastingHorizon([3, 20], is_relative=False))
    assert np.isnan(forecast.loc[("b", 3), "y"])
    assert forecast.loc[[("a", 3), ("a", 20), ("b", 20), ("c", 20)], "y"].notna().all()


def test_a_step_without_a_network(cheap, panel):
    forecaster = cheap(strategy="direct")
    forecaster.fit(panel, fh=ForecastingHorizon([33, 34], is_relative=False))
    assert forecaster.networks_.steps == [4, 5, 7, 8]
    forecaster.update(pd.concat({"c": panel.loc["a"][27:28]}, names=["series"]))
    with pytest.raises(ValueError, match=r"steps \[6\], but RNNForecaster was fitted to"):
        forecaster.predict()


@pytest.mark.parametrize(
    "parameters",
    [
        {"strategy": "auto"},
        {"strategy": "direct"},
        {"strategy": "multioutput", "differencing": 1},
        {"strategy": "auto", "target_scaler": "auto", "loss": "quantile", "quantile": (0.1, 0.9)},
        {"strategy": "recursive"},
        {"strategy": "direct", "pooling": "local"},
    ],
    ids=str,
)
def test_an_absolute_horizon_of_series_that_end_at_different_times(cheap, panel, parameters):
    forecaster = cheap(**parameters).fit(panel, fh=ForecastingHorizon([30, 31], is_relative=False))
    forecast = forecaster.predict()
    assert forecast.notna().all(axis=None)
    np.testing.assert_array_equal(forecast.index.get_level_values("t"), [30, 31] * 3)
    # Series that end last are forecast as without the others' steps.
    relative = cheap(**parameters).fit(panel, fh=[1, 2]).predict()
    np.testing.assert_allclose(forecast.drop("c"), relative.drop("c"))


def test_steps_that_no_series_can_teach(cheap, panel):
    y = panel.drop("c")
    y = pd.concat([y, pd.concat({"c": panel.loc["a"][:2]}, names=["series"])])
    fh = ForecastingHorizon([40], is_relative=False)
    forecaster = cheap(strategy="direct").fit(y, fh=fh)
    assert forecaster.networks_.steps == [11]
    assert forecaster.networks_.unlearned == (39,)
    with pytest.warns(UserWarning, match="1 of 3 .* enough to learn 39 steps ahead or more: 'c'"):
        forecast = forecaster.predict()
    assert forecast.loc["c", "y"].item() == y.loc["c", "y"].iloc[-1]
    assert forecast.notna().all(axis=None)


@pytest.mark.parametrize("differencing", [None, 1])
def test_a_series_that_ended_long_ago_does_not_take_the_steps_of_others_along(
    cheap, panel, differencing
):
    """One network forecasts the steps of all series that end earlier: it learns those it can."""
    old = pd.concat({"d": panel.loc["a"][:1]}, names=["series"])
    fh = ForecastingHorizon([30, 31], is_relative=False)
    make = partial(cheap, strategy="multioutput", differencing=differencing)
    without = make().fit(panel, fh=fh)
    forecaster = make().fit(pd.concat([panel, old]), fh=fh)
    assert forecaster.networks_.steps[: len(without.networks_.steps)] == without.networks_.steps
    assert {30, 31} <= set(forecaster.networks_.unlearned)
    with pytest.warns(UserWarning, match="1 of 4 series .* enough to learn .*: 'd'"):
        forecast = forecaster.predict()
    assert (forecast.loc["d"] == old.iloc[0, 0]).all(axis=None)
    assert (forecast.loc["c"] != panel.loc["c"].iloc[-1, 0]).all(axis=None)


def test_rows_after_the_cutoff_are_not_looked_at(cheap, months):
    short = cheap().fit(months[:40])
    expected = short.predict(fh=[1, 2])
    moved = cheap().fit(months[:40])
    moved.update(months[40:], update_params=False)
    moved.update(months[30:40], update_params=False)
    pd.testing.assert_series_equal(moved.predict(fh=[1, 2]), expected)
