"""The contract of likelihoods, checked for all of them."""

import numpy as np
import pytest
from keras_reference import fit_in_keras, largest_difference
from scipy.optimize import minimize
from scipy.stats import norm

from skrnn import RNNRegressor
from skrnn.losses import (
    Bernoulli,
    GammaLikelihood,
    Likelihood,
    LogNormal,
    NegativeBinomial,
    Normal,
    Poisson,
    StudentT,
    ZeroInflatedNegativeBinomial,
    check_loss,
)
from skrnn.losses._likelihood import FLOOR, positive, slope_of_positive
from skrnn.losses._mixture import log_density

TRUTH = {
    Normal(): [0.7, 0.3],
    StudentT(): [0.7, 0.3, 1.5],
    LogNormal(): [0.7, -0.5],
    GammaLikelihood(): [0.7, 1.2],
    NegativeBinomial(): [0.7, 0.3],
    ZeroInflatedNegativeBinomial(): [1.5, -0.5, 0.4],
    Bernoulli(): [0.7],
    Poisson(): [0.7],
}
"""A value of each parameter, before the inverse of its link."""

LIKELIHOODS = list(TRUTH)


def outputs(loss, n=300, seed=0):
    shape = (n, loss.n_parameters) if loss.n_parameters > 1 else (n,)
    return np.random.RandomState(seed).normal(scale=1.5, size=shape)


def drawn(loss, output):
    shape = output.shape[: output.ndim - (loss.n_parameters > 1)]
    return loss.distribution(output).rvs(size=shape, random_state=1).astype(float)


@pytest.mark.parametrize("loss", LIKELIHOODS, ids=repr)
def test_the_contract_is_kept(loss):
    check_loss(loss)


@pytest.mark.parametrize("loss", LIKELIHOODS[:-1], ids=repr)
def test_log_densities_are_those_of_scipy(loss):
    output = outputs(loss)
    y = drawn(loss, output)
    expected = -log_density(loss.distribution(output), y)
    np.testing.assert_allclose(loss.error(np, y, output), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("loss", LIKELIHOODS, ids=repr)
def test_parameters_are_recovered_within_three_standard_errors(loss):
    n, truth = 20_000, np.array(TRUTH[loss])
    several = loss.n_parameters > 1

    def at(parameters):
        return (
            np.broadcast_to(parameters, (n, len(parameters)))
            if several
            else (np.full(n, parameters[0]))
        )

    y = drawn(loss, at(truth))

    def mean_error(parameters):
        gradient = loss.gradient(y, at(parameters)).reshape(n, -1)
        return loss.error(np, y, at(parameters)).mean(), gradient.mean(axis=0)

    found = minimize(mean_error, np.zeros(len(truth)), jac=True, method="BFGS").x
    # The information of a row is the mean square of its scores; a deviance is twice a likelihood.
    scores = loss.gradient(y, at(truth)).reshape(n, -1) / (2 if loss == Poisson() else 1)
    errors = np.sqrt(np.diag(np.linalg.inv(scores.T @ scores)))
    assert (np.abs(found - truth) < 3 * errors).all()


HARD = {
    "real": [0.0, 1e-30, -1e8, 1e12],
    "positive": [1e-300, 1e-30, 1.0, 1e12],
    "counts": [0.0, 1.0, 1e3, 1e7],
    "binary": [0.0, 1.0],
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", LIKELIHOODS, ids=repr)
def test_targets_far_from_the_fit_have_finite_errors_and_gradients(loss, dtype):
    ends = np.array([-30.0, 0.0, 30.0], dtype)
    grid = np.stack(np.meshgrid(*[ends] * loss.n_parameters), axis=-1).reshape(
        -1, loss.n_parameters
    )
    for y in HARD[loss.targets]:
        output = grid if loss.n_parameters > 1 else grid[:, 0]
        y_true = np.full(len(grid), y, dtype)
        error, gradient = loss.error(np, y_true, output), loss.gradient(y_true, output)
        assert error.dtype == gradient.dtype == dtype
        assert np.isfinite(error).all()
        assert np.isfinite(gradient).all()


@pytest.mark.parametrize("loss", [one for one in LIKELIHOODS if one.link == "log"], ids=repr)
def test_a_level_multiplies_the_distribution_of_amounts(loss):
    output = outputs(loss, n=5)
    shifted = output.copy()
    shifted[(..., 0) if loss.n_parameters > 1 else ...] += np.log(10.0)
    before, after = loss.distribution(output), loss.distribution(shifted)
    assert after.mean() == pytest.approx(10.0 * before.mean())
    if loss.targets == "positive":
        assert after.ppf(0.9) == pytest.approx(10.0 * before.ppf(0.9))


@pytest.mark.parametrize("loss", [one for one in LIKELIHOODS if one.of_differences], ids=repr)
def test_a_level_shifts_the_distribution_of_numbers(loss):
    output = outputs(loss, n=5)
    shifted = output.copy()
    shifted[..., 0] += 10.0
    before, after = loss.distribution(output), loss.distribution(shifted)
    assert after.ppf(0.9) == pytest.approx(before.ppf(0.9) + 10.0)


def test_positive_parameters_have_a_floor_and_never_overflow():
    output = np.array([-1e4, 0.0, 1e4])
    assert positive(np, output) == pytest.approx([FLOOR, np.log(2) + FLOOR, 1e4 + FLOOR])
    assert slope_of_positive(output).tolist() == [0.0, 0.5, 1.0]


@pytest.mark.parametrize("loss", LIKELIHOODS[:-1], ids=repr)
def test_a_mean_has_no_likelihood(loss):
    with pytest.raises(ValueError, match=f"{type(loss).__name__} has no deviance"):
        loss.deviance([1.0], [1.0])


class Nothing(Likelihood):
    n_parameters = 2


class WrongMean(Normal):
    def expectation(self, xp, output):
        return output[..., 0] + 1.0


class WrongDensity(Normal):
    def distribution(self, output):
        return norm(output[..., 0], 1.0)


class WrongShape(Normal):
    def distribution(self, output):
        return norm(0.0, 1.0)


@pytest.mark.parametrize(
    ("loss", "fault"),
    [
        (WrongMean(), "expectation is not the mean of distribution"),
        (WrongDensity(), "error is not the negative logarithm of the density"),
        (WrongShape(), "distribution must have the shape of y_true"),
        (Nothing(), "Nothing must define error"),
    ],
    ids=repr,
)
def test_check_loss_finds_what_contradicts_itself(loss, fault):
    with pytest.raises(AssertionError, match=fault):
        check_loss(loss)


def test_what_a_likelihood_must_define():
    with pytest.raises(NotImplementedError, match="Nothing must define distribution"):
        Nothing().distribution(np.zeros(2))
    with pytest.raises(NotImplementedError, match="Nothing must define expectation"):
        Nothing().expectation(np, np.zeros(2))


TARGETS = {
    "normal": lambda random, n: random.normal(size=n),
    "student_t": lambda random, n: random.standard_t(3, size=n),
    "log_normal": lambda random, n: random.lognormal(size=n),
    "gamma_likelihood": lambda random, n: random.gamma(2.0, size=n) + 0.1,
    "negative_binomial": lambda random, n: random.negative_binomial(2, 0.4, size=n),
    "zero_inflated_negative_binomial": lambda random, n: (
        random.poisson(2, size=n) * (random.uniform(size=n) < 0.6)
    ),
    "bernoulli": lambda random, n: random.uniform(size=n) < 0.4,
}


@pytest.mark.parametrize("loss", TARGETS)
def test_weights_equal_those_of_keras(loss):
    random = np.random.RandomState(0)
    X, y = random.normal(size=(64, 3, 1)), TARGETS[loss](random, 64).astype(float)
    settings = {"learning_rate": 0.02, "epochs": 3, "shuffle": False, "random_state": 0}
    model = RNNRegressor("simple", 2, loss=loss, engine="numpy", **settings).fit(X, y)
    weights, history = fit_in_keras(model, X, y)
    assert largest_difference(model.weights_, weights) < 1e-5
    np.testing.assert_allclose(model.history_["loss"], history["loss"], rtol=1e-5)
