"""Inverses of links, by value."""

import numpy as np
import pytest

from skrnn.network._architecture import Architecture
from skrnn.network._link_functions import (
    INVERSE_LINKS,
    inverse_link,
    log_probabilities,
    mean_of_networks,
)

OUTPUTS = np.array([[-800.0, 0.0, 2.0], [700.0, 800.0, -3.0]])


@pytest.mark.parametrize("link", sorted(INVERSE_LINKS))
def test_means_are_valid_for_extreme_outputs(link):
    means = inverse_link(link, OUTPUTS)
    if link != "identity":
        assert (means >= 0).all()
    if link.endswith("logit"):
        assert (means <= 1).all()
    if link == "multinomial_logit":
        np.testing.assert_allclose(means.sum(axis=-1), 1)


def test_means_by_value():
    np.testing.assert_array_equal(inverse_link("identity", OUTPUTS), OUTPUTS)
    np.testing.assert_allclose(inverse_link("log", np.log([2.0, 5.0])), [2, 5])
    np.testing.assert_allclose(inverse_link("logit", np.log([1.0, 3.0])), [0.5, 0.75])


@pytest.mark.parametrize("link", ["log", "logit", "multinomial_logit"])
def test_raw_mean_of_networks_has_the_mean_forecast(link):
    outputs = np.random.default_rng(0).normal(size=(3, 4, 2))
    mean = inverse_link(link, outputs).mean(axis=0)
    raw = mean_of_networks(link, outputs, raw=True)
    np.testing.assert_allclose(inverse_link(link, raw), mean, rtol=1e-12)
    if link != "logit":  # they are logarithms of means, not only up to a constant
        np.testing.assert_allclose(np.exp(raw), mean, rtol=1e-12)


def test_logarithms_of_tiny_probabilities_are_finite():
    np.testing.assert_allclose(log_probabilities(np.array([0.0, 2000.0])), [-2000, 0])


def test_a_class_is_one_target_with_several_outputs():
    of_classes = Architecture("gru", (2,), 3, 1, n_outputs=4, link="multinomial_logit")
    assert (of_classes.n_targets, of_classes.n_raw_outputs) == (1, 4)
    assert Architecture("gru", (2,), 3, 1, n_outputs=4).n_targets == 4
