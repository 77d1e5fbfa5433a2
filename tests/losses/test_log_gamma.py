"""Logarithms of gamma and beta functions, against SciPy's."""

import numpy as np
import pytest
from scipy.special import betaln, gammaln

from skrnn.losses._log_gamma import HALF_LOG_2PI, log_beta, stirling_error

SIZES = 10.0 ** np.arange(-4, 9)


def test_stirling_error_is_what_the_approximation_leaves_out():
    approximation = (SIZES - 0.5) * np.log(SIZES) - SIZES + HALF_LOG_2PI
    found = approximation + stirling_error(np, SIZES)
    np.testing.assert_allclose(found, gammaln(SIZES), rtol=1e-12, atol=2e-8)


def test_log_beta_is_that_of_scipy():
    a, b = np.meshgrid(SIZES[:-2], SIZES[:-2])
    np.testing.assert_allclose(log_beta(np, a, b), betaln(a, b), rtol=1e-8, atol=5e-8)


@pytest.mark.parametrize(("a", "b"), [(1e4, 7.0), (2.0, 1e6), (1e6, 1e-4)])
def test_log_beta_keeps_its_digits_in_float32(a, b):
    found = log_beta(np, np.float32([a]), np.float32([b]))
    assert found.dtype == np.float32
    assert found == pytest.approx(betaln(a, b), rel=2e-6)
