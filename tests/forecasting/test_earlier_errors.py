"""Errors of statistical forecasts at a second time."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import AutoRNNForecaster, PanelDampedTrend, PanelRidge, PanelTheta
from skrnn.forecasting._earlier_errors import earlier_errors
from skrnn.forecasting._held_out import HeldOut
from skrnn.forecasting._trials import Trial

N_STEPS = 3


def walks(n_series, n_rows=24):
    random = np.random.default_rng(0)
    index = pd.MultiIndex.from_product([range(n_series), range(n_rows)], names=["series", "t"])
    return pd.DataFrame({"y": random.normal(size=len(index))}, index).groupby("series").cumsum()


def ones(rows):
    return np.ones(rows.shape[:2])


def trials_of(held_out, *forecasters):
    trials = [Trial(str(i), forecaster) for i, forecaster in enumerate(forecasters)]
    for trial in trials:
        trial.run(held_out, None, held_out.scales(1))
    return trials


def errors_before_the_end(y, n_steps, n_held_back):
    """Return the mean errors of both methods, forecast from some rows before the end."""
    table = y["y"].unstack("t")
    past = y[y.index.get_level_values("t") < table.shape[1] - n_held_back]
    forecasts = [
        forecaster.fit(past, fh=range(1, n_steps + 1)).predict().to_numpy().reshape(-1, n_steps)
        for forecaster in (PanelTheta(sp=1), PanelDampedTrend(sp=1))
    ]
    future = table.to_numpy()[:, table.shape[1] - n_held_back :][:, :n_steps]
    return future - np.mean(forecasts, axis=0)


def test_errors_of_the_mean_one_horizon_earlier():
    y = walks(60)
    held_out = HeldOut.of(y, N_STEPS)
    tried = trials_of(held_out, PanelTheta(sp=1), PanelRidge(sp=1), PanelDampedTrend(sp=1))
    found = earlier_errors(tried, held_out, 1, ones)
    size = np.abs(errors_before_the_end(y, N_STEPS, N_STEPS)).mean()
    expected = errors_before_the_end(y, N_STEPS, 2 * N_STEPS) / size
    np.testing.assert_allclose(found, expected)


def test_there_are_none_for_few_series_and_for_other_views():
    few, many = (HeldOut.of(walks(n), N_STEPS) for n in (10, 60))
    of = partial(earlier_errors, sp=1, units=ones)
    assert of(trials_of(few, PanelTheta(sp=1)), few).shape == (0, N_STEPS)
    # They are also too short for several origins each.
    short = HeldOut.of(walks(10, n_rows=11), N_STEPS)
    assert short.n_origins == 1
    assert of(trials_of(short, PanelTheta(sp=1)), short).shape == (0, N_STEPS)
    assert of(trials_of(many, PanelRidge(sp=1)), many).shape == (0, N_STEPS)


@pytest.mark.parametrize(("n_rows", "n_times"), [(24, 2), (9, 1)])
def test_intervals_use_them_if_series_are_long_enough(n_rows, n_times):
    y = walks(60, n_rows)
    forecaster = AutoRNNForecaster(views={"theta": PanelTheta(sp=1)}, sp=1)
    conformal = forecaster.fit(y, fh=range(1, N_STEPS + 1))._intervals.conformal
    np.testing.assert_array_equal(conformal.counts, [n_times * 60 * N_STEPS] * N_STEPS)
