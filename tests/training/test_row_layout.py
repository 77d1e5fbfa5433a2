"""A row of a batch: what is written to its parts is read back from them."""

import numpy as np
import pytest

from skrnn.network._architecture import Architecture
from skrnn.network._losses import Loss
from skrnn.training._row_layout import RowLayout

LAYOUTS = [
    (RowLayout(3, 2, 1, 1), 8),
    (RowLayout(3, 2, 1, 4), 11),
    (RowLayout(3, 2, 3, 2), 15),
    (RowLayout(1, 1, 1, 1), 3),
    (RowLayout(3, 2, 3, 2, n_levels=1), 16),
]


@pytest.mark.parametrize(("layout", "size"), LAYOUTS)
def test_parts_of_a_row(layout, size):
    assert layout.size == size
    rows = np.arange(2.0 * size).reshape(2, size)
    windows, targets, levels = layout.split(rows)
    assert windows.shape == (2, layout.n_timesteps, layout.n_features)
    assert targets.shape == (2, layout.n_target_steps, layout.n_outputs + 1)
    assert levels.shape == (2, layout.n_levels)
    together = np.concatenate([windows.reshape(2, -1), targets.reshape(2, -1), levels], axis=1)
    np.testing.assert_array_equal(together, rows)


@pytest.mark.parametrize(("layout", "size"), LAYOUTS)
def test_parts_of_an_array_are_views(layout, size):
    rows = np.zeros((5, size), np.float32)
    windows, targets, levels = layout.split(rows[1:4])
    windows[...], targets[...], levels[...] = 1.0, 2.0, 3.0
    assert not rows[[0, 4]].any()
    expected = windows[0].size + 2 * targets[0].size + 3 * levels[0].size
    assert rows[1:4].sum() == 3 * expected


def test_of_an_architecture():
    last = Architecture("gru", (2,), n_timesteps=5, n_features=3, n_outputs=2, n_quantiles=3)
    squares, counts = Loss("squared_error"), Loss("poisson")
    assert RowLayout.of(last, squares) == RowLayout.of(last, counts) == RowLayout(5, 3, 1, 2)
    sequences = Architecture("gru", (2,), 5, 3, 2, return_sequences=True)
    assert RowLayout.of(sequences, squares) == RowLayout(5, 3, 5, 2)
    level = Architecture("gru", (2,), 5, 3, 2, level_feature=1)
    assert RowLayout.of(level, squares) == RowLayout(5, 3, 1, 2)
    assert RowLayout.of(level, counts) == RowLayout(5, 3, 1, 2, n_levels=1)
