"""Levels of quantiles that move with true values."""

import pickle

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import AutoRNNForecaster
from skrnn.forecasting._adaptive_levels import LEVELS, STEP, AdaptiveLevels

LOWER, UPPER = np.searchsorted(LEVELS, [0.1, 0.9])


def test_nothing_has_arrived():
    asked = np.array([[0.0, 0.013, 0.5, 0.77, 1.0]])
    np.testing.assert_array_equal(AdaptiveLevels.of(1).applied(asked), asked)


def test_each_value_moves_the_levels_of_its_series():
    quantiles = np.tile(LEVELS, (4, 1))
    truth = np.array([0.95, 0.5, np.nan, 0.05])
    levels = AdaptiveLevels.of(4).after(truth, quantiles).levels - LEVELS
    # Gibbs and Candes: the level moves by the step times the level minus 1 if the value was below.
    np.testing.assert_allclose(levels[0, [LOWER, UPPER]], [0.1 * STEP, 0.9 * STEP])
    np.testing.assert_allclose(levels[1, [LOWER, UPPER]], [0.1 * STEP, -0.1 * STEP])
    np.testing.assert_array_equal(levels[2], 0)
    np.testing.assert_allclose(levels[3, [LOWER, UPPER]], [-0.9 * STEP, -0.1 * STEP])


def test_a_value_that_equals_a_quantile_moves_nothing():
    """Lower quantiles of counts are 0, and so are most counts."""
    levels = AdaptiveLevels.of(1).after(np.zeros(1), np.zeros((1, len(LEVELS))))
    np.testing.assert_array_equal(levels.levels, LEVELS[None])


@pytest.mark.parametrize("spread", [0.5, 1.0, 1.3])
def test_coverage_after_the_spread_has_changed(spread):
    from scipy.stats import norm

    random = np.random.default_rng(0)
    levels, inside = AdaptiveLevels.of(30), []
    for truth in spread * random.normal(size=(500, 30)):
        quantiles = norm.ppf(levels.applied(np.tile(LEVELS, (30, 1))))
        inside.append((quantiles[:, LOWER] < truth) & (truth < quantiles[:, UPPER]))
        levels = levels.after(truth, quantiles)
    assert np.mean(inside[200:]) == pytest.approx(0.8, abs=0.03)
    quantiles = norm.ppf(levels.applied(np.tile(LEVELS, (30, 1))))
    assert (np.diff(quantiles, axis=1) >= 0).all()


@pytest.mark.parametrize("n_values", [1, 5, 24])
def test_coverage_if_values_that_arrive_together_have_the_same_error(n_values):
    from scipy.stats import norm

    random = np.random.default_rng(0)
    levels, inside = AdaptiveLevels.of(30), []
    for truth in random.normal(size=(300, 30)):
        quantiles = norm.ppf(levels.applied(np.tile(LEVELS, (30, 1))))
        inside.append((quantiles[:, LOWER] < truth) & (truth < quantiles[:, UPPER]))
        for _ in range(n_values):
            levels = levels.after(truth, quantiles, n_values)
    assert np.mean(inside) == pytest.approx(0.8, abs=0.02)


def test_levels_stop_before_the_ends():
    levels = AdaptiveLevels.of(2)
    far = np.array([9.0, -9.0])
    for _ in range(2000):
        levels = levels.after(far, np.zeros((2, len(LEVELS))))
    np.testing.assert_allclose(levels.applied(np.full((2, 1), 0.9))[0], 0.99)
    np.testing.assert_allclose(levels.applied(np.full((2, 1), 0.1))[1], 0.01)
    assert (levels.levels[0] >= LEVELS).all()


@pytest.fixture
def auto(cheap):
    """Make a forecaster of one view that trains in a moment."""
    return lambda **given: AutoRNNForecaster(views={"one": cheap(strategy="auto", **given)})


def widths(forecaster, **given):
    interval = forecaster.predict_interval(coverage=0.8, **given)
    return np.diff(interval.to_numpy(), axis=1)[:, 0]


def far_off(y, n_rows):
    """Return rows that follow, far away in turns above and below."""
    index = pd.period_range(y.index[-1] + 1, periods=n_rows, freq="M", name=y.index.name)
    return pd.Series(np.resize([1e3, -1e3], n_rows), index, name=y.name)


def test_update_widens_and_narrows_the_intervals(auto, months):
    forecaster = auto().fit(months, fh=[1, 2])
    start = widths(forecaster)
    calm, wild = pickle.loads(pickle.dumps(forecaster)), forecaster
    coming = far_off(months, 6)
    for row in range(6):
        wild.update(coming.iloc[[row]], update_params=False)
        true = calm.predict().iloc[[0]]
        calm.update(true + 1e-9, update_params=False)
    assert (widths(wild) > 1.01 * start).all()
    # There are few errors, whose quantiles move in jumps.
    assert (widths(calm) <= start).all()
    assert widths(calm).sum() < start.sum()
    again = pickle.loads(pickle.dumps(wild))
    np.testing.assert_array_equal(widths(again), widths(wild))


def test_what_moves_nothing(auto, months):
    forecaster = auto().fit(months[:50], fh=[1, 2])
    before = forecaster._intervals
    forecaster.update(months[40:50], update_params=False)
    assert forecaster._intervals is before
    forecaster.update(months[50:52] * np.nan, update_params=False)
    assert forecaster._intervals.adaptive is None
    # The third row from here on is no step of the horizon: two values count, not three.
    forecaster.update(far_off(months[:52], 3), update_params=False)
    moved = forecaster._intervals.adaptive.levels[0, [LOWER, UPPER]] - [0.1, 0.9]
    np.testing.assert_allclose(
        moved, [STEP * (0.2 - 1) / 2**0.5, STEP * (1.8 - 1) / 2**0.5], atol=1e-12
    )


def test_series_of_a_panel_move_on_their_own(auto, months):
    names = ["series", "month"]
    y = pd.concat({"a": months.to_frame(), "b": 5 + months.to_frame()}, names=names)
    forecaster = auto().fit(y, fh=[1])
    before = widths(forecaster)
    coming = pd.concat({"b": far_off(months, 1).to_frame()}, names=names)
    forecaster.update(coming, update_params=False)
    levels = forecaster._intervals.adaptive.levels - LEVELS
    assert not levels[0].any()
    assert levels[1, UPPER] > 0
    with pytest.warns(UserWarning, match="1 of 2 series ends before the other"):
        assert widths(forecaster)[0] == before[0]


def test_features_that_are_known_in_advance(auto, months):
    index = pd.period_range(months.index[0], periods=len(months) + 3, freq="M", name="month")
    X = pd.DataFrame({"x": np.arange(float(len(index)))}, index)
    forecaster = auto().fit(months, X[:-3], fh=[1, 2])
    forecaster.update(far_off(months, 1), X[:-2], update_params=False)
    assert forecaster._intervals.adaptive.levels[0, UPPER] > 0.9
