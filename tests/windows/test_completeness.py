"""Which rows without a complete window are reported."""

import warnings

import numpy as np
import pytest

from skrnn.windows._completeness import (
    runs_without_last_step,
    warn_of_incomplete_rows,
    warn_of_unknown_end,
)
from skrnn.windows._views import lag_windows


def windows_of(values, lag=4):
    return lag_windows(np.asarray(values, dtype=float).reshape(-1, 1), lag, 1)


NAN = [np.nan]
SERIES = list(range(30))


@pytest.mark.parametrize("n_appended", [2, 3, 8])
def test_rows_appended_to_be_forecast_are_counted(n_appended):
    windows = windows_of(SERIES + NAN * n_appended)
    with pytest.warns(UserWarning, match=f"{n_appended - 1} of the {30 + n_appended} rows"):
        warn_of_unknown_end(windows, runs_without_last_step(windows_of(SERIES)))


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
        warn_of_unknown_end(windows_of(given), runs_without_last_step(windows_of(fitted)))


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
