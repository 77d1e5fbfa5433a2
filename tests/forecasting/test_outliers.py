"""A single value that is far larger than all others of its series is named, once."""

import warnings

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import AutoRNNForecaster, RNNForecaster
from skrnn.forecasting._outliers import warn_of_outliers
from skrnn.forecasting._panel import Panel
from skrnn.windows._isolated_values import ISOLATED
from skrnn.windows._time_axis import TimeAxis

DAYS = pd.date_range("2024-01-01", periods=40, freq="D")
NOISE = np.random.default_rng(0).normal(size=40)
COUNTS = np.arange(40) % 7 + 5.0
CHEAP = RNNForecaster(lag=2, units=2, epochs=1, engine="numpy", sp=1, n_networks=1, random_state=0)


def changed(values, **at):
    return np.where(np.isin(np.arange(40), at["rows"]), at["to"], values)


def panel_of(**parts):
    parts = {name: pd.DataFrame({"y": part}, DAYS) for name, part in parts.items()}
    return pd.concat(parts, names=["id", "day"])


def messages(function, *args):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*args)
    found = [str(each.message) for each in caught]
    return [text for text in found if "times the median" in text or ISOLATED in text]


def check(y):
    axis = TimeAxis.of(y.index.get_level_values(-1))
    warn_of_outliers(Panel.of(y, axis, 3), y.columns, axis)


def test_names_the_series_the_time_and_the_value():
    y = panel_of(b=COUNTS, a=changed(COUNTS, rows=[0], to=1e6))
    assert messages(check, y) == [
        "y of the series 'a' is 1000000 at 2024-01-01, more than 1,000 times the median of its "
        "values. If it is a mistake, set it to NaN: a single such value can change the "
        "forecasts of all series."
    ]


def test_one_series_and_one_of_several_targets():
    y = pd.DataFrame({"p": COUNTS, "q": changed(COUNTS, rows=[30], to=-1e5)}, DAYS)
    [message] = messages(check, y)
    assert message.startswith("y['q'] is -100000 at 2024-01-31, more than")
    [message] = messages(check, y[["q"]])
    assert message.startswith("y is -100000 at 2024-01-31, more than")
    assert message.endswith("can change all forecasts.")


@pytest.mark.parametrize(
    ("values", "others"),
    [
        (changed(COUNTS, rows=[3, 39], to=1e6), 1),
        (changed(changed(COUNTS, rows=[2, 4], to=np.nan), rows=[3], to=1e6), 0),
        (changed(COUNTS, rows=[3, 4, 5], to=-99999), 2),  # a code for unknown values
        (changed(0 * COUNTS, rows=[3, 5, 8, 13], to=[1, 1, 2, 3000] * 10), 0),
        (changed(NOISE, rows=[20], to=1e150), 0),
    ],
)
def test_warns(values, others):
    [message] = messages(check, panel_of(a=values, b=COUNTS))
    found = "other value(s)" in message
    assert found == bool(others)
    assert not others or f" {others} other value(s) are as far" in message


def test_a_single_last_value_may_be_a_new_level():
    values = changed(changed(COUNTS, rows=[38], to=60), rows=[39], to=np.nan)
    [message] = messages(check, panel_of(a=values, b=COUNTS))
    assert "If it is a mistake, and not the first value of a new level, set it" in message
    assert messages(check, panel_of(a=changed(COUNTS, rows=[38, 39], to=60), b=COUNTS)) == []


@pytest.mark.parametrize("to", [900, 4000, -50])
def test_warns_of_an_isolated_value(to):
    [message] = messages(check, panel_of(a=changed(COUNTS, rows=[20], to=to), b=COUNTS))
    assert message.startswith(
        f"y of the series 'a' is {to} at 2024-01-21, more than five times as"
    )


@pytest.mark.parametrize(
    "values",
    [
        COUNTS,
        NOISE,
        1e9 + NOISE,
        1e-9 * NOISE,
        0 * COUNTS,
        0 * COUNTS + 7,
        np.full(40, np.nan),
        changed(0 * COUNTS, rows=[20], to=1e6),  # nothing to compare it with
        np.exp(np.arange(40)),
        np.exp(-np.arange(40.0)),
        np.exp(NOISE.cumsum()),
        np.exp(2 * NOISE),
        np.sin(np.pi * np.arange(40) / 2),  # half of the values are zero except for rounding
        np.tile([0.001, 0.001, 0.001, 5000], 10),  # a machine that is switched on often
        1e150 * np.cos(np.arange(40)),
    ],
)
def test_does_not_warn(values):
    assert messages(check, panel_of(a=values, b=COUNTS)) == []


@pytest.mark.parametrize("forecaster", [CHEAP, AutoRNNForecaster(views={"one": CHEAP})])
@pytest.mark.parametrize("to", [1000000, 900])
def test_each_forecaster_warns_once(forecaster, to):
    y = panel_of(a=changed(COUNTS, rows=[12], to=to), b=COUNTS)
    [message] = messages(forecaster.clone().fit, y, None, [1])
    assert f"y of the series 'a' is {to} at 2024-01-13" in message
