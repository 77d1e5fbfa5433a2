"""Residuals of a forecaster, also of one that consists of others."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import AutoRNNForecaster
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


def test_residuals_of_a_combination_are_those_of_the_weighted_mean(cheap, months):
    one, two = cheap(strategy="auto"), cheap(strategy="auto", autoregressive=False)
    forecaster = AutoRNNForecaster(views={"one": one, "two": two}).fit(months, fh=[1])
    weights = forecaster.leaderboard_["weight"]
    expected = sum(
        weights[name] * view.clone().fit(months, fh=[1]).predict_residuals()
        for name, view in forecaster.views.items()
    )
    np.testing.assert_allclose(forecaster.predict_residuals(), expected)


def test_members_are_copies_and_views(make, data):
    assert len(list(members(make("local").fit(data["panel"], fh=[1])))) == 4
    forecaster = make("auto, local").fit(data["panel"], fh=[1])
    assert len(list(members(forecaster))) == 5
    leave_unknown(forecaster)
    assert all(member._leaves_unknown for member in members(forecaster))
