"""The smoothing of all series at once, against loops over the rows of one series."""

import numpy as np
import pytest

from skrnn.forecasting._panel import Panel
from skrnn.forecasting._smoothing import (
    EndAligned,
    Parameters,
    damped_sums,
    squared_errors,
    states,
    tables,
)

GRID = Parameters.grid(alpha=(0.1, 0.5, 0.9), beta=(0.0, 0.3), phi=(0.9, 1.0))


def panel_of(*series):
    lengths = np.array([len(values) for values in series])
    ends = np.cumsum(lengths)
    values = np.concatenate(series)[:, None]
    return Panel(values, ends - lengths, ends, np.zeros(len(series), int), range(len(series)))


def uneven():
    """Three series of different lengths, with unknown rows at the start, inside and at the end."""
    random = np.random.default_rng(0)
    series = [random.normal(size=n).cumsum() for n in (9, 14, 6)]
    series[0][:2] = np.nan
    series[1][[4, 5, 13]] = np.nan
    return series


def loop(values, level, trend, alpha, gain, phi):
    """One series, one set of parameters."""
    total, rows = 0.0, []
    for value in values:
        if not rows and np.isnan(value):
            rows.append((np.nan, np.nan))
            continue
        if not (rows and np.isfinite(rows[-1][0])) and np.isnan(value):
            rows.append((np.nan, np.nan))
            continue
        forecast = level + phi * trend
        error = 0.0 if np.isnan(value) else value - forecast
        level, trend = forecast + alpha * error, phi * trend + gain * error
        total += error**2
        rows.append((level, trend))
    return total, np.array(rows)


def test_series_that_end_together_are_put_back_in_order():
    panel = panel_of(*uneven())
    aligned = EndAligned.of(panel, panel.values[:, 0], np.arange(panel.n_series))
    assert aligned.values.shape == (14, 3)
    assert list(aligned.series) == [1, 0, 2]  # by their first known rows
    assert list(aligned.starts) == [0, 7, 8]
    np.testing.assert_array_equal(aligned.values[8:, 2], uneven()[2])
    result = np.zeros((2, 29))
    aligned.laid_out(np.stack([aligned.values, -aligned.values]), panel, result)
    np.testing.assert_array_equal(result, [panel.values[:, 0], -panel.values[:, 0]])


@pytest.mark.parametrize("block", [1, 2**14])
def test_errors_and_states_as_a_loop_over_rows(monkeypatch, block):
    monkeypatch.setattr("skrnn.forecasting._smoothing._BLOCK", block)
    series = uneven()
    panel = panel_of(*series)
    aligned = EndAligned.of(panel, panel.values[:, 0], np.arange(panel.n_series))
    level, trend = np.array([0.5, -1.0, 0.0]), np.array([0.2, 0.0, -0.1])
    errors = squared_errors(aligned, level, trend, GRID)
    chosen = errors.argmin(axis=1)
    table = states(aligned, level, trend, GRID.chosen(chosen))
    for column, number in enumerate(aligned.series):
        every = zip(GRID.alpha[0], GRID.gain[0], GRID.phi[0], strict=True)
        ways = [loop(series[number], level[column], trend[column], *each) for each in every]
        np.testing.assert_allclose(errors[column], [total for total, _ in ways], rtol=1e-12)
        expected = ways[chosen[column]][1].T
        rows = table[:, -len(series[number]) :, column]
        np.testing.assert_allclose(rows, expected, rtol=1e-12)
        assert np.isnan(table[:, : -len(series[number]), column]).all()


def test_one_long_series_takes_no_table_with_all_short_ones(monkeypatch):
    panel = panel_of(*uneven(), np.arange(100.0), np.arange(3.0))
    monkeypatch.setattr("skrnn.forecasting._smoothing._TABLE", 40)
    found = list(tables(panel, panel.values[:, 0]))
    assert [each.values.shape for each in found] == [(100, 1), (14, 2), (6, 2)]
    assert sorted(np.concatenate([each.series for each in found])) == [0, 1, 2, 3, 4]


def test_parameters_are_joined_in_the_order_of_series():
    parts = [GRID.chosen(np.array([1, 2])), GRID.chosen(np.array([0]))]
    joined = Parameters.joined(parts, np.array([2, 0, 1]))
    np.testing.assert_array_equal(joined.alpha[:, 0], GRID.alpha[0, [2, 0, 1]])


def test_a_series_without_a_known_value_has_no_state():
    panel = panel_of(np.full(3, np.nan), np.arange(3.0))
    aligned = EndAligned.of(panel, panel.values[:, 0], np.arange(panel.n_series))
    table = states(aligned, np.zeros(2), np.zeros(2), GRID.chosen(np.zeros(2, int)))
    assert list(aligned.starts) == [0, 3]
    assert np.isnan(table[:, :, 1]).all()


def test_the_trend_of_a_forecast_is_a_sum_of_powers():
    phi, steps = np.array([[0.5], [1.0]]), np.array([[1, 1.5, 3]] * 2)
    between = 1 - 0.5**1.5
    np.testing.assert_allclose(damped_sums(phi, steps), [[0.5, between, 0.875], [1, 1.5, 3]])
