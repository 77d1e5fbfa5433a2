"""Direct ridge regression, against scikit-learn's on the windows of the series."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from skrnn.forecasting._ridge import (
    _PENALTIES,
    RidgeCoefficients,
    levels_after_breaks,
    may_have_broken,
    window_products,
)


def walk(n=90, gaps=()):
    values = np.random.default_rng(0).normal(size=n).cumsum()
    values += 3 * np.sin(np.arange(n))
    values[list(gaps)] = np.nan
    return values


def windows_of(values, lag, n_steps):
    every = np.lib.stride_tricks.sliding_window_view(values, lag + n_steps)
    every = every[~np.isnan(every).any(axis=1)]
    level = every[:, lag - 1 : lag]
    return every[:, : lag - 1] - level, every[:, lag:] - level


@pytest.mark.parametrize("gaps", [(), (0, 30, 31, 70, 89)], ids=str)
def test_products_as_those_of_the_windows(gaps):
    values, width = walk(gaps=gaps), 7
    every = np.lib.stride_tricks.sliding_window_view(values, width)
    complete = ~np.isnan(every).any(axis=1)
    products, sums = window_products(np.nan_to_num(values), complete, width)
    np.testing.assert_allclose(products, every[complete].T @ every[complete], rtol=1e-11)
    np.testing.assert_allclose(sums, every[complete].sum(axis=0), rtol=1e-11)


@pytest.mark.parametrize("gaps", [(), (0, 30, 31, 70)], ids=str)
@pytest.mark.parametrize("level", [0.0, 1e8])
def test_as_ridge_of_scikit_learn(gaps, level):
    lag, n_steps = 6, 3
    values = walk(gaps=gaps)
    fitted = RidgeCoefficients.fit(values + level, lag, n_steps)
    X, Y = windows_of(values, lag, n_steps)
    unit = np.mean((X - X.mean(axis=0)) ** 2)
    scores = []
    for penalty in _PENALTIES * unit:
        ridge = Ridge(alpha=penalty).fit(X, Y)
        centred = X - X.mean(axis=0)
        inner = np.linalg.inv(centred.T @ centred + penalty * np.eye(lag - 1))
        freedom = np.trace(centred @ inner @ centred.T) + 1
        error = ((Y - ridge.predict(X)) ** 2).sum()
        scores.append((error / (1 - freedom / len(X)) ** 2, ridge))
    best = min(scores, key=lambda each: each[0])[1]
    np.testing.assert_allclose(fitted.weights, best.coef_.T, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(fitted.intercepts, best.intercept_, rtol=1e-4, atol=1e-6)
    last = np.full(n_steps, len(values) - 1)
    forecast = fitted.forecast(values, last, np.arange(1, n_steps + 1))
    window = values[-lag:-1] - values[-1]
    np.testing.assert_allclose(forecast, best.predict(window[None])[0] + values[-1], rtol=1e-4)


def test_a_linear_recurrence_is_found():
    values = np.sin(np.arange(80) / 3) + 5
    fitted = RidgeCoefficients.fit(values[:70], 8, 10)
    forecast = fitted.forecast(values[:70], np.full(10, 69), np.arange(1, 11))
    np.testing.assert_allclose(forecast, values[70:], atol=0.01)


def test_rows_without_a_whole_window_have_no_forecast():
    values = walk()
    fitted = RidgeCoefficients.fit(values, 6, 3)
    values[20] = np.nan
    found = fitted.forecast(values, np.array([4, 5, 19, 20, 25, 26, 30]), np.array([1] * 6 + [4]))
    np.testing.assert_array_equal(np.isnan(found), [1, 0, 0, 1, 1, 0, 1])


def test_unknown_values_are_forecast_in_turn():
    values = walk()
    fitted = RidgeCoefficients.fit(values, 6, 3)
    values[[2, 50, 51]] = np.nan
    filled = fitted.filled(values)
    assert np.isnan(filled[2])
    for row in (50, 51):
        expected = fitted.forecast(filled[:row], np.array([row - 1]), np.array([1]))
        assert filled[row] == expected[0]
    assert np.isfinite(filled[3:]).all()


@pytest.mark.parametrize("values", [np.arange(11.0), np.full(30, np.nan), np.full(0, 1.0)])
def test_too_few_windows(values):
    assert RidgeCoefficients.fit(values, 6, 3) is None


def test_a_constant_series():
    fitted = RidgeCoefficients.fit(np.full(30, 4.0), 6, 3)
    found = fitted.forecast(np.full(30, 4.0), np.array([29, 29]), np.array([1, 3]))
    np.testing.assert_array_equal(found, 4.0)


@pytest.mark.parametrize("gaps", [0, 6])
@pytest.mark.parametrize("lag", [3, 4, 6])
def test_breaks_as_the_definition_for_each_row(lag, gaps):
    random = np.random.default_rng(0)
    for _ in range(20):
        values = random.normal(size=30).cumsum() + 40 * (np.arange(30) >= random.integers(5, 29))
        values[random.choice(30, gaps, replace=False)] = np.nan
        found = levels_after_breaks(values, lag)
        for row in range(15, 30):
            known = np.flatnonzero(~np.isnan(values[: row + 1]))
            change = np.abs(np.diff(values[known])) / np.diff(known)
            place = change.argmax()
            inside = known[place + 1] >= row - lag + 2 and place + 3 < len(known)
            broken = inside and change[place] > 5 * np.delete(change, place).max()
            np.testing.assert_equal(found[row], values[known[-1]] if broken else np.nan)
            ends = np.array([row])
            if broken:
                assert may_have_broken(values, np.array([0]), ends, lag).all()


def test_windows_without_a_large_change_have_not_broken():
    values = np.concatenate([walk(40), walk(40) + 40 * (np.arange(40) >= 38), np.full(9, 3.0)])
    starts, ends = np.array([0, 40, 80]), np.array([39, 79, 88])
    assert may_have_broken(values, starts, ends, 6).tolist() == [False, True, False]
    assert may_have_broken(values, starts, ends - 3, 6).tolist() == [False, False, False]
    assert np.isnan(levels_after_breaks(np.full(4, np.nan), 3)).all()
