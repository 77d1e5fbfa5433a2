"""What networks return of distributions, against SciPy's."""

import numpy as np
import pytest
from scipy.stats import norm, poisson

from skrnn import RNNRegressor
from skrnn._output import FittedNetwork
from skrnn.forecasting._summaries import (
    DistributionNetwork,
    Draws,
    Moments,
    Quantiles,
    equally_likely,
    summary_for_variance,
    variance_of,
)
from skrnn.losses import Mixture, Normal

RNG = np.random.RandomState(0)
X = RNG.normal(size=(40, 3, 1))
DISTRIBUTION = norm([[0.0], [5.0]], [[1.0], [2.0]])


@pytest.fixture(scope="module")
def networks():
    settings = {"units": 2, "loss": "normal", "epochs": 1, "engine": "numpy"}
    fit = [RNNRegressor("gru", random_state=s, **settings).fit(X, 2 * X[:, -1, 0]) for s in (0, 1)]
    return [FittedNetwork.of(rnn) for rnn in fit]


def test_quantiles_and_moments_are_those_of_the_distribution():
    levels = equally_likely(4)
    assert levels == (0.125, 0.375, 0.625, 0.875)
    quantiles = Quantiles(levels)(DISTRIBUTION)
    assert quantiles.shape == (2, 1, Quantiles(levels).n_values)
    assert quantiles[1, 0] == pytest.approx(norm(5.0, 2.0).ppf(levels))
    assert Moments()(DISTRIBUTION)[..., :2].tolist() == [[[0.0, 1.0]], [[5.0, 7.0]]]


def test_a_variance_needs_moments_quantiles_or_draws():
    values = Moments()(DISTRIBUTION)
    assert variance_of(Moments(), 3.0 * values + 7.0).tolist() == [[9.0], [36.0]]
    many = Quantiles(equally_likely(1000))
    assert variance_of(many, many(DISTRIBUTION)) == pytest.approx(
        np.array([[1.0], [4.0]]), rel=0.01
    )


def test_bounds_that_cut_a_distribution_change_its_variance():
    values = Moments((0.1, 0.5, 0.9))(DISTRIBUTION)
    within = np.maximum(values, 1.0)  # cuts the first row only
    spread = np.sqrt(variance_of(Moments(), Moments.limited(values, within)))
    expected = np.std(np.maximum(norm(0.0, 1.0).ppf([0.1, 0.5, 0.9]), 1.0))
    assert spread.ravel() == pytest.approx([expected, 2.0])


def test_draws_are_of_each_row_and_repeat():
    rows = norm(np.repeat([0.0, 5.0], 5000)[:, None], 1.0)
    draws = Draws()(rows)[:, 0, 0]
    assert draws[:5000].mean() == pytest.approx(0.0, abs=0.05)
    assert draws[5000:].std() == pytest.approx(1.0, abs=0.05)
    assert (draws == Draws()(rows)[:, 0, 0]).all()
    counts = Draws()(Mixture([poisson([3.0]), poisson([4.0])]))
    assert counts.shape == (1, 1)


def test_several_networks_are_summarised_as_a_mixture(networks):
    both = DistributionNetwork(networks, Normal(), Moments())
    values, state = both.forecast(X, with_state=True)
    parts = [network.estimator.predict_dist(X) for network in networks]
    mixture = Mixture(parts)
    assert values.shape == (40, 1, 1, Moments().n_values)
    assert values[:, 0, 0, 0] == pytest.approx(mixture.mean())
    assert values[:, 0, 0, 1] == pytest.approx(mixture.mean() + mixture.std())
    assert len(state) == 2
    streams, _ = both.forecast_in_order(X)
    assert streams.shape == values.shape


def test_the_weights_are_the_seed_of_the_draws(cheap, months):
    fitted = cheap(loss="normal").fit(months)
    first, second = (Draws.of(fitted.networks_) for _ in range(2))
    assert (
        first.random.randint(1000, size=5).tolist() == second.random.randint(1000, size=5).tolist()
    )
    other = cheap(loss="normal", random_state=1).fit(months)
    assert (
        Draws.of(other.networks_).random.uniform() != Draws.of(fitted.networks_).random.uniform()
    )


@pytest.mark.parametrize(
    ("parameters", "kind"),
    [
        ({"strategy": "recursive"}, Draws),
        ({"strategy": "multioutput", "target_scaler": "auto"}, Moments),
        ({"strategy": "multioutput", "deseasonalize": True}, Moments),
        ({"strategy": "multioutput", "transformer": "log"}, Quantiles),
    ],
)
def test_only_linear_transformations_leave_a_formula_for_the_variance(
    cheap, months, parameters, kind
):
    fitted = cheap(loss="normal", **parameters).fit(months + 10.0, fh=[1])
    assert isinstance(summary_for_variance(fitted.networks_), kind)
