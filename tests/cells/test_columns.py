"""Products with rows as the last axis."""

import numpy as np
import pytest

from skrnn.cells._columns import gate_views, multiplier, stacked


@pytest.mark.parametrize("front", [(), (2,)])
def test_one_product_of_a_stack_is_the_sum_of_the_products(front):
    rng = np.random.default_rng(0)
    kernel, recurrent_kernel, bias = (
        rng.normal(size=(*front, *s)) for s in [(2, 6), (3, 6), (6,)]
    )
    columns = rng.normal(size=(*front, 6, 4))
    columns[..., -1, :] = 1.0
    matrix, out = stacked(kernel, recurrent_kernel, bias), np.empty((*front, 6, 4))
    multiplier(matrix, columns)(columns, out)
    x, h = columns[..., :2, :].swapaxes(-1, -2), columns[..., 2:5, :].swapaxes(-1, -2)
    expected = x @ kernel + h @ recurrent_kernel + bias[..., None, :]
    np.testing.assert_allclose(out.swapaxes(-1, -2), expected)
    assert matrix.dtype == np.float64


@pytest.mark.parametrize("front", [(), (2,)])
def test_views_of_gates(front):
    gates = np.zeros((*front, 6, 4))
    first, second = gate_views(gates, 2)
    first += 1.0
    second += 2.0
    np.testing.assert_array_equal(gates[..., 0], np.broadcast_to([1, 1, 1, 2, 2, 2], (*front, 6)))
