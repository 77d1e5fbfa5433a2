"""What pickles of version 0.1.0 hold; test_persistence.py loads one."""

import math

import numpy as np
import pandas as pd
import pytest

from skrnn._version_0_1_0 import (
    IndexEnd,
    aligned_history,
    read_estimator,
    read_transformer,
    slots_without_padding,
)

# The state as version 0.1.0 wrote it, and the last three labels that it stands for.
STORED = {
    "days": (
        ["dates", ["date", "1981-01-09T00:00:00", None], "label", ["duration", "P1DT0H0M0S"]],
        pd.date_range("1981-01-07", periods=3),
    ),
    "hours in a time zone": (
        [
            "dates with a time zone",
            ["date", "2024-03-31T02:00:00", "Europe/Madrid"],
            "label",
            ["duration", "P0DT1H0M0S"],
        ],
        pd.date_range("2024-03-31T00:00", periods=3, freq="h", tz="UTC"),
    ),
    "months": (
        ["dates", ["date", "1950-03-01T00:00:00", None], "month", 1],
        pd.date_range("1950-01-01", periods=3, freq="MS"),
    ),
    "working days": (
        ["dates", ["date", "2024-04-15T00:00:00", None], "weekday", 1],
        pd.bdate_range("2024-04-11", periods=3),
    ),
    "periods": (
        ["periods of Q-DEC", ["period", 40, "Q-DEC"], "ordinal", 1],
        pd.period_range(end=pd.Period(ordinal=40, freq="Q-DEC"), periods=3),
    ),
    "durations": (
        ["durations", ["duration", "P0DT0H3M0S"], "label", ["duration", "P0DT0H1M30S"]],
        pd.timedelta_range("0s", periods=3, freq="90s"),
    ),
    "integers": (["integers", 21, "label", 7], pd.Index([7, 14, 21])),
}


def read(kind, label, unit, step, freq=None):
    end = object.__new__(IndexEnd)
    end.__setstate__({"kind": kind, "label": label, "unit": unit, "step": step, "freq": freq})
    return end


@pytest.mark.parametrize("name", STORED)
def test_gives_the_last_labels(name):
    state, labels = STORED[name]
    assert list(read(*state).last_labels(3)) == list(labels)


def test_a_declared_frequency_decides():
    label = ["date", "2024-04-15T00:00:00", None]
    end = read("dates", label, "label", None, ["offset", "W-MON"])
    assert list(end.last_labels(2)) == list(pd.to_datetime(["2024-04-08", "2024-04-15"]))


def test_one_label_without_a_step_is_all_there_is():
    end = read("dates", ["date", "2024-04-15T00:00:00", None], "label", None)
    assert list(end.last_labels(5)) == [pd.Timestamp("2024-04-15")]


def test_histories_of_the_first_version_are_aligned():
    assert aligned_history({"loss": [1.0, 2.0]}, 2, 9) == {"loss": [1.0, 2.0]}
    passes = aligned_history({"loss": [1.0]}, 5, 9)
    np.testing.assert_array_equal(passes["loss"], [np.nan] * 4 + [1.0])
    unequal = aligned_history({"loss": [1.0, 2.0, 3.0], "val_loss": [4.0]}, 3, 9)
    np.testing.assert_array_equal(unequal["val_loss"], [np.nan, np.nan, 4.0])
    assert len(aligned_history({"loss": [1.0]}, 10**6, 100)["loss"]) == 100
    longer = [1.0] * (105)
    assert aligned_history({"loss": longer}, 105, 100)["loss"] == longer


def test_attributes_of_an_estimator_get_their_present_names():
    draws, windows = object(), np.zeros((2, 3, 1))
    state = {"_seed": 3, "_draws": draws, "_first_windows": windows, "units": 2}
    assert read_estimator(state) is windows
    renamed = {"_seeds": [3], "_draws": [draws], "units": 2, "n_networks": 1, "n_jobs": None}
    later = {"engine": "auto", "categorical_features": "from_dtype", "max_categories": 50}
    level = {"_mean_level": state.pop("_mean_level"), "_n_levels": 0, "_level_loses_digits": False}
    assert math.isnan(level.pop("_mean_level"))
    assert state == {**renamed, **later, **level}
    now = {**state, "_mean_level": 1.0, "n_networks": 2, "engine": "numpy", "_n_levels": 4}
    before = now.copy()
    assert read_estimator(now) is None
    assert now == before


def test_attributes_that_a_fitted_estimator_lacks_are_added():
    state = {"weights_": [], "_usual_gaps": (1, 2)}
    read_estimator(state)
    assert (state["engine_"], state["_usual_gaps"]) == ("tensorflow", (1, 2, 0, 0))


def test_attributes_of_a_transformer_are_taken_out():
    state = {"_head": 1, "history_": "rows", "_index_end": None, "lag": 2}
    assert read_transformer(state) == ("rows", None)
    assert state == {"lag": 2}


def test_padding_of_slots_is_removed():
    slots = [np.arange(6.0).reshape(2, 3), np.float32(7.0), np.arange(3.0)]
    shapes, places = [(2, 3), (), (3,)], [np.ix_([0, 1], [0, 2]), (slice(2),)]
    first, count, second = slots_without_padding(slots, [0, None, 1], shapes, places)
    assert (first.tolist(), count, second.tolist()) == ([[0, 2], [3, 5]], 7.0, [0, 1])
    assert slots_without_padding(slots[:2], [0, None, 1], shapes, places) is None
