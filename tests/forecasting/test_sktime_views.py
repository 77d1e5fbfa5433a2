"""Other sktime forecasters as views."""

from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from sktime.forecasting.naive import NaiveForecaster
from sktime.forecasting.trend import TrendForecaster

from skrnn.forecasting import AutoRNNForecaster, PanelTheta
from skrnn.forecasting._held_out import HeldOut
from skrnn.forecasting._sktime_views import check_views, forecast_rows, forecasts_of_seen_rows
from skrnn.forecasting._trials import forecast_held_out

# sktime warns of a default to come, of every forecaster that does not set it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:[\\s\\S]*remember_data:FutureWarning"),
    pytest.mark.filterwarnings("ignore:NotImplementedWarning:UserWarning"),
]


@pytest.fixture(scope="module")
def backwards(panel):
    """A panel whose series are not in the order of their names."""
    return pd.concat([panel.loc[[name]] for name in "cab"]) + 1


@pytest.mark.parametrize(
    ("views", "message"),
    [
        ({}, "with at least one"),
        ([PanelTheta()], "must be a dict"),
        ({"one": PanelTheta}, r"views\['one'\] is .*, a class, not an object"),
        ({"one": PanelTheta(), "two": 3}, r"views\['two'\] is 3, without clone"),
    ],
)
def test_wrong_views(views, message):
    with pytest.raises(ValueError, match=message):
        check_views(views)


def test_right_views():
    check_views(None)
    check_views({"one": NaiveForecaster(), "two": PanelTheta()})


def test_series_stay_in_their_order(backwards):
    index = backwards.groupby("series", sort=False).tail(2).index
    own = PanelTheta(sp=1).fit(backwards, fh=[-1, 0])
    other = TrendForecaster().fit(backwards, fh=[-1, 0])
    np.testing.assert_array_equal(forecast_rows(own, None, None, index), own.predict()["y"])
    expected = np.concatenate(
        [TrendForecaster().fit(backwards.loc[name]).predict(fh=[-1, 0])["y"] for name in "cab"]
    )
    np.testing.assert_allclose(forecast_rows(other, None, None, index), expected)


def test_rows_that_were_seen(backwards):
    other = TrendForecaster().fit(backwards)
    found = forecasts_of_seen_rows(other, backwards)
    assert found.shape == backwards.shape
    part = TrendForecaster().fit(backwards.loc["a"])
    expected = part.predict(fh=np.arange(-29, 1))
    inside = backwards.index.get_level_values("series") == "a"
    np.testing.assert_allclose(found[inside], expected)


def test_each_origin_is_forecast_from_its_own_rows(months):
    y = months.to_frame()
    held_out = HeldOut.of(y, 2)
    found = forecast_held_out(NaiveForecaster(), held_out, None)
    ends = [int(held_out.known_at(origin)[0]) for origin in range(held_out.n_origins)]
    expected = [[y["y"].iloc[end - 1]] * 2 for end in ends]
    np.testing.assert_allclose(found[0], expected)


@pytest.mark.parametrize("n_series", [1, 3])
def test_a_combination_of_any_forecasters(months, backwards, n_series):
    y = months if n_series == 1 else backwards
    views = {"line": TrendForecaster(), "theta": PanelTheta(sp=1)}
    auto = AutoRNNForecaster(views=views).fit(y, fh=[1, 2])
    weights = auto.leaderboard_["weight"]
    assert weights.sum() == pytest.approx(1)
    both = [view.clone().fit(y, fh=[1, 2]).predict() for view in views.values()]
    forecast = auto.predict()
    aligned = [each.reindex(forecast.index) for each in both]
    low, high = np.minimum(*aligned), np.maximum(*aligned)
    assert ((forecast >= low - 1e-9) & (forecast <= high + 1e-9)).to_numpy().all()
    if n_series == 1:
        expected = sum(weights[name] * each for name, each in zip(views, both, strict=True))
        np.testing.assert_allclose(forecast, expected)
    assert auto.predict_residuals().shape == y.shape
    later = y[-1:].set_axis(y.index[-1:] + 1) if n_series == 1 else None
    if later is not None:
        assert auto.update(later).predict().index[0] == later.index[0] + 1


class OfOneHorizon(NaiveForecaster):
    """Needs its horizon to predict, as the direct strategy of `make_reduction` does."""

    _tags: ClassVar = {"capability:insample": False, "requires-fh-in-fit": True}

    def _predict(self, fh, X):
        assert self.fh.is_all_out_of_sample(self.cutoff)
        return super()._predict(fh, X)


class OfLaterRows(NaiveForecaster):
    """Forecasts no row that it has seen, as the recursive strategy of `make_reduction`."""

    _tags: ClassVar = {"capability:insample": False}

    def _predict(self, fh, X):
        assert fh.is_all_out_of_sample(self.cutoff)
        return super()._predict(fh, X)


@pytest.mark.parametrize("view", [OfOneHorizon, OfLaterRows])
@pytest.mark.parametrize("n_series", [1, 3])
def test_a_view_without_forecasts_of_seen_rows(months, backwards, view, n_series):
    y = months if n_series == 1 else backwards
    theta = PanelTheta(sp=1)
    auto = AutoRNNForecaster(views={"late": view(), "theta": theta}, combine="mean")
    found = auto.fit(y, fh=[1, 2]).predict_residuals()
    expected = theta.fit(y, fh=[1, 2]).predict_residuals()
    pd.testing.assert_frame_equal(pd.DataFrame(found), pd.DataFrame(expected))


def test_residuals_of_seen_and_later_rows(months):
    auto = AutoRNNForecaster(views={"late": OfLaterRows()}).fit(months[:-1], fh=[1])
    found = auto.predict_residuals(months[-3:])
    np.testing.assert_array_equal(found, [np.nan, np.nan, months.iloc[-1] - months.iloc[-2]])


class CountsUpdates(NaiveForecaster):
    """Says how often it is updated, which takes many forecasters as long as a fit."""

    n_updates = 0

    def update(self, *arguments, **settings):
        CountsUpdates.n_updates += 1
        return super().update(*arguments, **settings)


@pytest.mark.parametrize("n_steps", [1, 5, 6])
def test_few_origins_for_forecasters_that_are_fitted_again_at_each(n_steps):
    """One step was forecast from 60 origins, as by the forecasters of this package."""
    y, fh = pd.Series(np.arange(300.0) % 7), range(1, n_steps + 1)
    CountsUpdates.n_updates = 0
    AutoRNNForecaster(views={"a": CountsUpdates(), "b": PanelTheta(sp=1)}).fit(y, fh=fh)
    assert CountsUpdates.n_updates == 2 * n_steps + 5  # all origins but the first
