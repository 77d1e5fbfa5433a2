"""Counts with many zeros, and the method of Teunter, Syntetos and Babai."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import AutoRNNForecaster, PanelTSB, RNNForecaster
from skrnn.forecasting._candidate_views import make_views
from skrnn.forecasting._panel import Panel
from skrnn.windows._time_axis import TimeAxis

NAN = np.nan
DEMAND = np.array([0, 0, 3, 0, NAN, 0, 1, 0, 0, 2.0])


def by_hand(demand, alpha, beta):
    """Return the forecast after each row, by the two equations of the paper."""
    known = demand[~np.isnan(demand)]
    probability, size, forecasts = (known > 0).mean(), known[known > 0].mean(), []
    for value in demand:
        if value > 0:
            size += alpha * (value - size)
        if not np.isnan(value):
            probability += beta * ((value > 0) - probability)
        forecasts.append(probability * size)
    return np.array(forecasts)


@pytest.mark.parametrize(("alpha", "beta"), [(0.2, 0.05), (1.0, 0.3)])
def test_by_hand(alpha, beta):
    forecaster = PanelTSB(alpha, beta).fit(pd.Series(DEMAND))
    expected = by_hand(DEMAND, alpha, beta)
    np.testing.assert_allclose(forecaster.predict(fh=[1, 2, 7]), expected[-1])
    in_sample = DEMAND - forecaster.predict_residuals().to_numpy()
    known = ~np.isnan(DEMAND[1:])
    np.testing.assert_allclose(in_sample[1:][known], expected[:-1][known])


def test_a_series_alone_and_in_an_unequal_panel():
    series = {"a": DEMAND, "b": 2 * DEMAND[3:], "c": np.append(np.full(4, NAN), DEMAND)}
    panel = pd.concat({name: pd.DataFrame({"y": each}) for name, each in series.items()})
    together = PanelTSB().fit(panel).predict(fh=[1, 2])
    for name, each in series.items():
        alone = PanelTSB().fit(pd.Series(each)).predict(fh=[1, 2])
        np.testing.assert_allclose(together.loc[name, "y"], alone, rtol=1e-12)
    np.testing.assert_allclose(together.loc["c", "y"], together.loc["a", "y"])


def test_later_rows_change_no_earlier_forecast():
    forecaster = PanelTSB().fit(pd.Series(DEMAND[:8]))
    before = forecaster.predict(fh=[1]).iloc[0]
    for coming in ([0.0, 2.0], [9.0, 9.0]):
        updated = PanelTSB().fit(pd.Series(DEMAND[:8]))
        updated.update(pd.Series(coming, [8, 9]), update_params=False)
        assert updated.predict(fh=[-1]).iloc[0] == pytest.approx(before)


@pytest.mark.parametrize(("values", "forecast"), [([0, 0, 0.0], 0.0), ([NAN, 2, NAN], 2.0)])
def test_one_kind_of_value(values, forecast):
    assert PanelTSB().fit(pd.Series(values)).predict(fh=[1]).iloc[0] == forecast


def test_a_series_of_which_nothing_is_known_has_no_forecast():
    nothing = pd.Series(np.full(10, NAN))
    with pytest.warns(UserWarning, match="y has NaN as its forecast"):
        assert np.isnan(PanelTSB().fit(nothing).predict(fh=[1, 2])).all()
    series = {"known": pd.Series(DEMAND), "unknown": nothing}
    panel = pd.concat({name: pd.DataFrame({"y": each}) for name, each in series.items()})
    forecaster = PanelTSB().fit(panel)
    with pytest.warns(UserWarning, match="1 of 2 series has NaN .*unknown"):
        together = forecaster.predict(fh=[1, 2])["y"]
    assert np.isnan(together["unknown"]).all()
    assert together["known"].iloc[0] == pytest.approx(by_hand(DEMAND, 0.2, 0.05)[-1])
    assert forecaster.predict_residuals()["y"]["unknown"].isna().all()


def test_negative_demand():
    with pytest.raises(ValueError, match=r"not negative, but 1 row\(s\) of y are, .* them 1\."):
        PanelTSB().fit(pd.Series([0.0, -2.0, 1.0]))
    forecaster = PanelTSB().fit(pd.Series(DEMAND))
    with pytest.raises(ValueError, match="of y in update are"):
        forecaster.update(pd.Series([-1.0], [10]), update_params=False)


@pytest.mark.parametrize("parameters", [{"alpha": 0}, {"beta": 1.1}, {"alpha": "auto"}])
def test_wrong_parameters(parameters):
    with pytest.raises(ValueError, match="parameter of PanelTSB must be a float in the range"):
        PanelTSB(**parameters).fit(pd.Series(DEMAND))


@pytest.mark.parametrize(
    ("n_steps", "names"), [(12, ["TSB", "counts"]), (2, ["TSB", "ridge", "counts"])]
)
def test_views_of_counts_forecast_means(n_steps, names):
    axis = TimeAxis.of(pd.RangeIndex(40))
    panel = Panel.of(pd.DataFrame({"y": np.tile([0.0, 0, 0, 2], 10)}), axis, 0)
    views = make_views({"sp": 1}, panel=panel, axis=axis, periods=(), n_steps=n_steps)
    assert list(views) == names
    assert isinstance(views["TSB"], PanelTSB)
    assert views["counts"].loss == "poisson"


@pytest.fixture
def counts():
    """A rare and a frequent part, for forty months."""
    random = np.random.default_rng(0)
    return pd.concat(
        {
            name: pd.DataFrame({"y": random.poisson(rate, 40).astype(float)})
            for name, rate in {"rare": 0.2, "frequent": 2.0}.items()
        },
        names=["part", "month"],
    )


def test_forecasts_of_counts_are_whole_numbers(counts, monkeypatch):
    # Networks that train in a moment.
    monkeypatch.setattr(
        "skrnn.forecasting._candidate_views.RNNForecaster",
        lambda **parameters: RNNForecaster(
            **{**parameters, "lag": 2, "cell": "simple", "units": 2, "epochs": 1, "n_networks": 1}
        ),
    )
    forecaster = AutoRNNForecaster(random_state=0).fit(counts, fh=[1, 2])
    assert {"TSB", "counts"} <= set(forecaster.leaderboard_.index)
    forecast = forecaster.predict()["y"]
    np.testing.assert_array_equal(forecast, np.rint(forecast))
    assert (forecast["rare"] == 0).all()
    assert (forecast["frequent"] >= 1).all()
    interval = forecaster.predict_interval(coverage=0.8)
    assert (interval >= 0).all(axis=None)
    np.testing.assert_array_equal(interval, np.rint(interval))
    in_sample = counts["y"] - forecaster.predict_residuals()["y"]
    assert (in_sample.dropna() == np.rint(in_sample.dropna())).all()
    # A series whose later values are amounts is not rounded any more, whatever fit saw.
    amount = counts.loc[["frequent"]].tail(1).rename(index={39: 40}, level="month") + 0.5
    later = forecaster.update(amount, update_params=False).predict()["y"]
    assert later["rare"].tolist() == [0, 0]
    np.testing.assert_allclose(later["frequent"], forecaster._forecast(forecaster.fh, None)[0][1])
    assert (later["frequent"] != np.rint(later["frequent"])).all()
    in_sample = forecaster._forecasts_of_seen_rows()["y"].dropna()
    assert (in_sample["rare"] == np.rint(in_sample["rare"])).all()
    assert (in_sample["frequent"] != np.rint(in_sample["frequent"])).any()


def test_the_users_views_are_not_rounded(counts):
    views = {"mean": PanelTSB()}
    forecast = AutoRNNForecaster(views=views).fit(counts, fh=[1]).predict()
    np.testing.assert_allclose(forecast, PanelTSB().fit(counts).predict(fh=[1]))


def test_only_point_forecasts_are_rounded(counts, monkeypatch):
    views = {"TSB": PanelTSB()}
    monkeypatch.setattr("skrnn.forecasting._auto_forecaster.make_views", lambda *_, **__: views)
    rounded = AutoRNNForecaster().fit(counts, fh=[1, 2])
    means = AutoRNNForecaster(views=views).fit(counts, fh=[1, 2])
    pd.testing.assert_frame_equal(rounded.predict(), means.predict().round())
    assert not rounded.predict().equals(means.predict())
    for method, parameters in {
        "predict_quantiles": {"alpha": [0.1, 0.5, 0.9]},
        "predict_var": {},
        "sample_paths": {"n_paths": 20, "random_state": 0},
    }.items():
        found, expected = (getattr(each, method)(**parameters) for each in (rounded, means))
        pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize("rate", [0.3, 0.6, 0.9])
def test_the_distribution_of_counts_is_that_of_the_series(rate):
    random = np.random.default_rng(0)
    rows = random.poisson(rate, (40, 60)).astype(float)
    panel = pd.concat({f"{i:02d}": pd.DataFrame({"y": row[:48]}) for i, row in enumerate(rows)})
    forecaster = AutoRNNForecaster(views={"TSB": PanelTSB()}).fit(panel, fh=range(1, 13))
    paths = forecaster.sample_paths(50, random_state=0)["y"]
    assert paths.mean() == pytest.approx(rate, rel=0.15)
    assert (paths == 0).mean() == pytest.approx(np.exp(-rate), abs=0.06)
    assert forecaster.predict_var().to_numpy().mean() == pytest.approx(rate, rel=0.3)
    low, high = forecaster.predict_interval(coverage=0.8).to_numpy().reshape(40, 12, 2).T
    mostly_zero = (rows[:, :48] == 0).mean(axis=1) > 0.5
    assert mostly_zero.any()
    assert (low[:, mostly_zero] == 0).all()
    truth = rows[:, 48:].T
    assert ((low <= truth) & (truth <= high)).mean() >= 0.8


def test_the_median_of_rare_demand_is_zero():
    y = pd.Series(np.tile([0.0, 0.0, 0.0, 2.0, 0.0], 16))
    forecaster = AutoRNNForecaster(views={"TSB": PanelTSB()}).fit(y, fh=[1, 2])
    quantiles = forecaster.predict_quantiles(alpha=[0.1, 0.5, 0.9]).to_numpy()
    np.testing.assert_array_equal(quantiles, [[0, 0, 2]] * 2)
    assert (forecaster.predict() > 0).all()
