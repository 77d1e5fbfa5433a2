"""The backtest warns if automatic choices at an origin differ from those for all rows."""

import warnings

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import AutoRNNForecaster, PanelTheta, PanelTSB, RNNForecaster
from skrnn.forecasting._changed_choices import warn_of_changed_choices
from skrnn.forecasting._origins import Origins

NETWORK = RNNForecaster(sp=12, lag=4)


def series(n, zeros=0):
    y = 10 + np.tile([9.0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0], 10)[:n]
    y[n - zeros :] = 0
    return pd.Series(y, pd.period_range("2000-01", periods=n, freq="M"), name="y")


def messages(forecaster, y, n_origins=2, fits=1):
    origins = Origins.of(y, None, np.array([1, 2, 3]), n_origins, 3)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn_of_changed_choices(forecaster, origins, range(fits))
    return [str(warning.message) for warning in caught]


def test_a_season_that_the_first_origin_is_too_short_for():
    [message] = messages(NETWORK, series(40))
    assert "At the first origin" in message
    assert "34 known rows there, and 40 in total" in message
    assert "deseasonalize removes no season there, but a season of 12 rows from all" in message
    assert "needs 3 cycles, 36 rows). To use the same in both, set deseasonalize=False." in message
    # The next origin has 37 rows.
    assert "At origin 1," in messages(NETWORK, series(40), fits=2)[0]
    assert messages(NETWORK, series(46)) == []


@pytest.mark.parametrize(
    ("forecaster", "n"),
    [
        (NETWORK.clone().set_params(deseasonalize=False), 40),
        (NETWORK, 36 + 6),
        (PanelTSB(), 40),
        (PanelTheta(sp=1), 40),
    ],
)
def test_says_nothing_if_nothing_differs(forecaster, n):
    assert messages(forecaster, series(n)) == []


def test_a_panel_and_other_forecasters():
    panel = pd.concat({"a": series(40), "b": series(40)}, names=["id"]).to_frame("y")
    [message] = messages(NETWORK, panel)
    assert "a season from 0 of 2 series there, but a season from 2 of 2 series" in message
    [message] = messages(PanelTheta(sp=12), panel)
    assert message.count("sp=1.") == 1
    [message] = messages(AutoRNNForecaster(views={"one": NETWORK}), panel)
    assert "views['one'].deseasonalize=False" in message
    [message] = messages(AutoRNNForecaster(sp=12), panel)
    assert "'season removed'" in message
    assert "views={...}" in message


def test_windows_and_transformations():
    quiet = {"sp": 1, "deseasonalize": False}
    [message] = messages(RNNForecaster(**quiet), series(14), n_origins=2)
    assert "lag is 2 there, but 3 for all rows" in message
    assert "14 in total" in message
    # Zeros that came later rule out logarithms.
    [message] = messages(RNNForecaster(lag=4, **quiet), series(46, zeros=5))
    assert "transformer is 'log' there, but None for all rows" in message
    assert "transformer=None." in message


def test_negative_values_after_the_fit_have_no_logarithms():
    y = series(60)
    y.iloc[-1] = -1.0
    forecaster = NETWORK.clone().set_params(transformer="log")
    assert messages(forecaster, y) == []


def test_other_forecasters_cost_nothing(recwarn):
    warn_of_changed_choices(PanelTSB(), None, range(2))  # the origins are not even looked at
    assert not recwarn.list


@pytest.mark.parametrize("settings", [{"pooling": "local"}, {"stateful": True}], ids=str)
def test_copies_for_each_series_are_unknown(settings):
    local = NETWORK.clone().set_params(**settings)
    panel = pd.concat({"a": series(40), "b": series(40)}, names=["id"]).to_frame("y")
    assert messages(local, panel) == []
    assert messages(AutoRNNForecaster(views={"one": local}), panel) == []
    assert len(messages(local, series(40))) == 1
