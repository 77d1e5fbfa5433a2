"""The rows at the end that early stopping holds out."""

import numpy as np
import pytest

from skrnn._input import select_samples
from skrnn.training._held_out import split_last_block

NAN = np.nan


@pytest.fixture
def windows():
    return np.random.RandomState(0).normal(size=(10, 3, 2))


def selected(windows):
    return select_samples(windows, np.zeros(len(windows)), None, missing="mask")


def test_the_last_block_is_held_out(windows):
    samples, held_out = split_last_block(selected(windows), 0.25)
    assert samples.rows.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert held_out.rows.tolist() == [7, 8, 9]
    assert held_out.windows is samples.windows is windows


@pytest.mark.parametrize(
    ("fraction", "n_held_out"), [(1e-9, 1), (0.1, 1), (0.11, 2), (0.5, 5), (0.9, 9)]
)
def test_the_block_is_a_share_of_all_rows_rounded_up(windows, fraction, n_held_out):
    samples, held_out = split_last_block(selected(windows), fraction)
    assert held_out.rows.tolist() == list(range(10 - n_held_out, 10))
    assert samples.rows.tolist() == list(range(10 - n_held_out))


def test_the_block_is_one_of_time_also_where_rows_are_missing(windows):
    """Rows that take no part count: what is held out is the end of the series."""
    windows[[0, 1, 2, 8]] = NAN
    samples, held_out = split_last_block(selected(windows), 0.3)
    assert samples.rows.tolist() == [3, 4, 5, 6]
    assert held_out.rows.tolist() == [7, 9]
    windows[7:] = NAN
    with pytest.raises(ValueError, match="the last 3 of 10 rows, of which 0 can be used, and"):
        split_last_block(selected(windows), 0.3)
