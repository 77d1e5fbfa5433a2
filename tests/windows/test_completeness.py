"""Which rows without a complete window are reported."""

import warnings

import numpy as np
import pytest

from skrnn import LagWindowTransformer, pad_sequences
from skrnn.windows._completeness import (
    count_unknown_at_end,
    usual_gaps,
    warn_of_incomplete_rows,
    warn_of_skipped_rows,
    warn_of_unknown_end,
)
from skrnn.windows._views import lag_windows


def windows_of(values, lag=4):
    return lag_windows(np.asarray(values, dtype=float).reshape(-1, 1), lag, 1)


def warn(windows, fitted, columns=None, **settings):
    warn_of_unknown_end(windows, usual_gaps(fitted), columns=lambda: columns, **settings)


NAN = [np.nan]
SERIES = list(range(30))


@pytest.mark.parametrize("n_appended", [2, 3, 8])
def test_rows_appended_to_be_forecast_are_counted(n_appended):
    windows = windows_of(SERIES + NAN * n_appended)
    with pytest.warns(UserWarning, match=f"{n_appended - 1} of the {30 + n_appended} rows"):
        warn(windows, windows_of(SERIES))


@pytest.mark.parametrize(
    ("fitted", "given"),
    [
        (SERIES, SERIES),
        (SERIES, [*SERIES, *NAN]),  # the next row: its window is complete
        (SERIES, SERIES[:1]),  # the first row of a series has no past
        (SERIES, [1, 2, *NAN, 4, 5]),  # a gap in the middle
        ([1, *NAN, *NAN, 4, 5, 6], [1, 2, *NAN, *NAN]),  # no longer than before
    ],
)
def test_ordinary_gaps_are_not_reported(fitted, given):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn(windows_of(given), windows_of(fitted))


@pytest.mark.parametrize(
    ("n_missing", "warns"),
    [
        ([4, 3, 2, 1, 0, 0, 0, 0, 0, 0], False),
        ([4, 4, 4, 3, 3, 2], True),  # a lag longer than the series
        ([4, 3, 2, 1, 0, 0], True),  # more than half of the rows are the first ones
        ([0, 1, 1, 1, 1, 1, 0, 1], False),  # single gaps
        ([0, 4, 4, 4, 3, 3], True),
    ],
)
def test_rows_to_fit_on(n_missing, warns):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn_of_incomplete_rows(np.array(n_missing), 4)
    assert len(caught) == warns
    if warns:
        n_incomplete = np.count_nonzero(n_missing)
        assert f"{n_incomplete} of the {len(n_missing)} rows" in str(caught[0].message)


def sequences(unknown=(), shape=(4, 50, 4)):
    """Independent sequences with NaN in the last steps of some features."""
    X = np.random.RandomState(0).normal(size=shape)
    for row, n_steps, feature in unknown:
        X[row, shape[1] - n_steps :, feature] = np.nan
    return X


ALL = slice(None)


@pytest.mark.parametrize(
    ("unknown", "message"),
    [
        ([(2, 40, 3)], r"Feature 3 \(counted from 0\) is NaN in the last 40 steps of row 2 of X"),
        ([(2, 2, 0)], r"Feature 0 \(counted from 0\) is NaN in the last 2 steps of row 2 of X"),
        (
            [(2, 40, 3), (1, 10, 0)],
            "Features 0 and 3 .* are NaN in the last 10 to 40 steps of 2 of the 4 rows .* row 1",
        ),
        ([(ALL, 9, ALL)], "Every feature is NaN in the last 9 steps of all 4 rows of X"),
        ([(0, 50, ALL)], "^Row 0 of X has no known step. Its forecast does not depend on X"),
        ([(0, 50, 1)], r"^Row 0 of X has no known step, since feature 1 .* is NaN throughout"),
        (
            [(0, 50, 1), (1, 50, 2)],
            "^2 of the 4 rows .* features 1 and 2 .* NaN throughout. Their",
        ),
    ],
)
def test_features_unknown_at_the_end_of_sequences_are_named(unknown, message):
    with pytest.warns(UserWarning, match=message) as caught:
        warn(sequences(unknown), sequences())
    assert len(caught) == 1
    assert "LagWindowTransformer" not in str(caught[0].message)


def test_single_values_are_often_missing_in_one_of_several_sequences(recwarn):
    warn(sequences([(2, 1, 0)]), sequences())
    assert not recwarn.list
    with pytest.warns(UserWarning, match=r"Feature 0 .* is NaN in the last step of row 0 of X"):
        warn(sequences([(0, 1, 0)], shape=(1, 3, 4)), sequences())


def test_a_single_window_is_a_sequence_and_columns_have_names():
    with pytest.warns(UserWarning, match=r"^Columns 'b_lag1' and 'd_lag1' are NaN in the last 2"):
        warn(
            sequences([(0, 2, 1), (0, 2, 3)], shape=(1, 3, 4)),
            sequences(),
            [f"{name}_lag{lag}" for lag in (3, 2, 1) for name in "abcd"],
        )


@pytest.mark.parametrize(
    ("fitted", "given"),
    [
        ([(0, 40, 3)], [(2, 40, 1)]),  # as long as in fit
        ([(0, 50, 3)], [(2, 50, 1)]),  # a row without a known step, as in fit
        ([], []),
    ],
)
def test_gaps_of_sequences_as_in_fit_are_not_reported(fitted, given):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn(sequences(given), sequences(fitted))


@pytest.mark.parametrize("steps_ahead", [True, False])
def test_a_feature_that_ends_in_a_series_is_named(steps_ahead):
    series = np.arange(60.0).reshape(30, 2)
    fitted = lag_windows(series, 4, 1)
    series[20:, 1] = np.nan
    with pytest.warns(
        UserWarning, match=r"^Feature 1 .* is NaN at .* the last 9 of the 30 rows"
    ) as w:
        warn(lag_windows(series, 4, 1), fitted, steps_ahead=steps_ahead)
    assert ("LagWindowTransformer(horizon=...)" in str(w[0].message)) == steps_ahead


@pytest.mark.parametrize("copied", [False, True])
def test_steps_unknown_at_the_end_are_counted_once_for_each_row_of_a_series(copied):
    windows = windows_of([1, 2, *NAN, *NAN, 5, 6], lag=3)
    counts = count_unknown_at_end(windows.copy() if copied else windows)
    np.testing.assert_array_equal(counts, [3, 0, 0, 1, 2, 0])


def test_rows_of_one_step_that_are_skipped():
    rows = np.ones((10, 5))
    rows[1:4, :2] = np.nan
    with pytest.warns(UserWarning, match=r"^3 of the 10 rows .* 5 features, .*set n_timesteps=5;"):
        warn_of_skipped_rows(rows)
    rows[2:4] = np.nan  # no feature is known, as in the first rows of a series
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_skipped_rows(rows)


@pytest.mark.parametrize(("n_rows", "horizon"), [(8, 1), (100, 12), (80, 12)])
def test_first_rows_of_a_series_without_a_past_target(n_rows, horizon):
    series = np.arange(2.0 * n_rows).reshape(n_rows, 2)
    transformer = LagWindowTransformer(lag=1, horizon=horizon, known_features=[1])
    rows = transformer.fit_transform(series)[:, 0]
    assert np.isnan(rows[:horizon]).any(axis=1).all()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_skipped_rows(rows)


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
def test_padded_sequences_of_numbers_are_skipped(order):
    sequences = [np.arange(1.0, 1 + n) for n in (3, 4, 2, 5, 5, 1)][order]
    with pytest.warns(
        UserWarning, match=r"^[34] of the 6 rows .*pass s\[:, None\] to pad_sequences"
    ):
        warn_of_skipped_rows(pad_sequences(sequences))
