"""Views are judged on rows that they have not seen."""

import numpy as np
import pytest

from skrnn.forecasting._held_out import HeldOut
from skrnn.forecasting._trials import Trial, forecast_held_out, leaderboard


def test_forecasts_come_from_the_rows_before_each_origin(cheap, months):
    y = months.to_frame()
    held_out = HeldOut.of(y, 3)
    forecaster = cheap(strategy="multioutput")
    forecasts = forecast_held_out(forecaster.clone(), held_out, None)
    assert forecasts.shape == (1, held_out.n_origins, 3)
    first = forecaster.clone().fit(held_out.training_part(), fh=[1, 2, 3])
    np.testing.assert_allclose(forecasts[0, 0], first.predict().to_numpy()[:, 0])
    # The rows that are held out are not seen: another end gives the same forecast.
    changed = y.copy()
    changed.iloc[-3:] += 100
    other = forecast_held_out(forecaster.clone(), HeldOut.of(changed, 3), None)
    np.testing.assert_array_equal(forecasts, other)


def test_error_and_leaderboard(cheap, months):
    held_out = HeldOut.of(months.to_frame(), 3)
    trials = [Trial("worse", cheap(epochs=1)), Trial("not tried", cheap())]
    trials[0].run(held_out, None, np.array([2.0]))
    expected = np.abs(held_out.errors(trials[0].forecasts)).mean() / 2
    assert trials[0].error == pytest.approx(expected)
    trials[0].weight = 1.0
    table = leaderboard(trials)
    assert list(table.index) == ["worse", "not tried"]
    assert list(table.columns) == ["error", "weight", "time", "settings"]
    assert np.isnan(table.loc["not tried", "error"])
    assert "RNNForecaster" in table.loc["worse", "settings"]


def test_warnings_of_a_trial_are_not_those_of_a_users_fit(cheap, months):
    y = (months - months.min() + 50).to_frame()
    y.iloc[-1] = 0.0  # has no logarithm, and is held out
    trial = Trial("logarithms", cheap(transformer="log", strategy="multioutput"))
    trial.run(HeldOut.of(y, 3), None, np.array([1.0]))
    assert np.isfinite(trial.error)
