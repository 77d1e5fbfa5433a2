"""Distributions that RNNRegressor forecasts, against SciPy's for its outputs."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import nbinom, norm

from skrnn import RNNRegressor
from skrnn._distributions import (
    check_likelihood,
    check_same_loss,
    distribution_of,
    draws_of,
    quantiles_between,
    quantiles_of,
)
from skrnn.losses import Mixture, Normal, SquaredError
from skrnn.losses._named_losses import LOSSES
from skrnn.network._architecture import Architecture
from skrnn.network._forward import predict_windows

RNG = np.random.RandomState(0)
X = RNG.normal(size=(60, 3, 2))
Y = X[:, -1, 0] + np.exp(X[:, -1, 1] / 2) * RNG.normal(size=60)
COUNTS = RNG.poisson(np.exp(X[:, -1, 0])).astype(float)
TARGETS = {
    "normal": Y,
    "student_t": Y,
    "log_normal": np.exp(Y),
    "gamma_likelihood": np.exp(Y),
    "poisson": COUNTS,
    "negative_binomial": COUNTS,
    "zero_inflated_negative_binomial": COUNTS,
    "bernoulli": (Y > 0).astype(float),
}


def fitted(loss, y=None, *, X=X, **settings):
    settings = {"cell": "simple", "units": 2, "epochs": 3, "random_state": 0} | settings
    rnn = RNNRegressor(loss=loss, engine="numpy", **settings)
    return rnn.fit(X, TARGETS[loss] if y is None else y)


def outputs_of(rnn, X=X):
    return predict_windows(rnn._fitted_architecture, rnn.weights_, X, apart=True)[0][:, :, 0, 0]


@pytest.mark.parametrize("loss", list(TARGETS))
@pytest.mark.parametrize("settings", [{}, {"n_networks": 2}], ids=str)
def test_all_methods_agree_with_the_distribution(loss, settings):
    rnn = fitted(loss, **settings)
    distribution = rnn.predict_dist(X)
    assert isinstance(distribution, Mixture) == (
        "n_networks" in settings or loss.startswith("zero")
    )
    mean, std = rnn.predict(X, return_std=True)
    assert mean == pytest.approx(rnn.predict(X))
    assert std == pytest.approx(distribution.std())
    quantiles = rnn.predict_quantiles(X, [0.1, 0.5])
    assert quantiles[:, 1] == pytest.approx(rnn.predict_quantiles(X, 0.5))
    assert quantiles[:, 0] == pytest.approx(distribution.ppf(0.1))
    draws = rnn.sample(X, 2000, random_state=0)
    assert draws.shape == (60, 2000)
    assert (np.abs(draws.mean(axis=1) - mean) < 6 * std / np.sqrt(2000)).all()
    assert (draws == rnn.sample(X, 2000, random_state=0)).all()


@pytest.mark.parametrize("loss", list(TARGETS))
def test_log_likelihood_is_the_weighted_mean_over_known_targets(loss):
    rnn, y = fitted(loss), TARGETS[loss].copy()
    distribution = rnn.predict_dist(X)
    density = (distribution.logpmf if hasattr(distribution, "pmf") else distribution.logpdf)(y)
    weight = RNG.uniform(size=60)
    y[7] = np.nan
    known = ~np.isnan(y)
    expected = np.average(density[known], weights=weight[known])
    assert rnn.log_likelihood(X, y, weight) == pytest.approx(expected)
    assert np.isfinite(rnn.score(X, y, weight))


@pytest.mark.parametrize(
    ("loss", "value", "reason"),
    [
        ("gamma_likelihood", 0.0, "does not suit loss='gamma_likelihood': it contains 0"),
        ("log_normal", 0.0, "does not suit loss='log_normal': it contains 0"),
        ("negative_binomial", 0.5, "does not suit loss='negative_binomial': it contains 0.5"),
        ("bernoulli", 2.0, "does not suit loss='bernoulli': it contains 2"),
        ("poisson", -1.0, "does not suit loss='poisson': it contains -1"),
        ("poisson", 0.5, "contains 0.5, but loss='poisson' forecasts distributions of counts"),
    ],
)
def test_log_likelihood_refuses_what_the_distribution_does_not_know(loss, value, reason):
    """A zero had an infinite density, which made a candidate the best of a search."""
    rnn, y = fitted(loss, epochs=1), TARGETS[loss].copy()
    y[3] = value
    with pytest.raises(ValueError, match=f"^y of log_likelihood {reason}"):
        rnn.log_likelihood(X, y)


def test_log_likelihood_grows_with_training():
    assert fitted("normal", epochs=40).log_likelihood(X, Y) > fitted("normal").log_likelihood(X, Y)


def test_the_outputs_are_the_parameters():
    rnn = fitted("normal")
    [outputs] = outputs_of(rnn)
    expected = norm(outputs[:, 0], np.log1p(np.exp(outputs[:, 1])) + 1e-4)
    assert rnn.predict_dist(X).ppf(0.2) == pytest.approx(expected.ppf(0.2))
    counts = fitted("negative_binomial")
    [outputs] = outputs_of(counts)
    size = 1 / (np.log1p(np.exp(outputs[:, 1])) + 1e-4)
    expected = nbinom(size, size / (size + np.exp(outputs[:, 0])))
    assert counts.predict_dist(X).pmf(1) == pytest.approx(expected.pmf(1))


def test_several_networks_are_a_mixture_and_not_a_mean_of_parameters():
    rnn = fitted("normal", n_networks=2)
    outputs = outputs_of(rnn)
    means, scales = outputs[..., 0], np.log1p(np.exp(outputs[..., 1])) + 1e-4
    variance = (scales**2 + means**2).mean(axis=0) - means.mean(axis=0) ** 2
    assert rnn.predict_dist(X).var() == pytest.approx(variance)
    assert rnn.predict(X) == pytest.approx(means.mean(axis=0))


@pytest.mark.parametrize("loss", ["normal", "negative_binomial"])
def test_several_outputs_and_sequences(loss):
    y = TARGETS[loss]
    several = fitted(loss, np.stack([y, y[::-1]], axis=1))
    assert several.predict_dist(X).mean().shape == (60, 2)
    assert several.predict_quantiles(X, [0.1, 0.9]).shape == (60, 2, 2)
    assert several.sample(X, 5).shape == (60, 2, 5)
    sequences = fitted(loss, np.tile(y[:, None], 3), return_sequences=True)
    assert sequences.predict_dist(X).mean().shape == (60, 3)
    assert np.isfinite(sequences.log_likelihood(X, np.tile(y[:, None], 3)))
    stateful = fitted(loss, stateful=True)
    assert stateful.predict_dist(X).mean() == pytest.approx(stateful.predict(X))


def test_a_level_shifts_the_distribution_and_keeps_the_digits():
    far = X.copy()
    far[:, :, 0] += 1e7
    near, shifted = (
        fitted("normal", y, X=windows, level_feature=0) for windows, y in ((X, Y), (far, Y + 1e7))
    )
    assert shifted.predict_dist(far).ppf(0.9) - 1e7 == pytest.approx(
        near.predict_dist(X).ppf(0.9), abs=1e-4
    )


def test_unknown_targets_and_rows_without_weight_do_not_count():
    y, weight = np.append(Y, [np.nan, 99.0]), np.append(np.ones(60), [1.0, 0.0])
    longer = np.concatenate([X, X[:2]])
    rnn = RNNRegressor("simple", 2, loss="normal", epochs=3, random_state=0, engine="numpy")
    weighted = rnn.fit(longer, y, weight).predict(X)
    assert weighted == pytest.approx(fitted("normal").predict(X))


def test_quantiles_that_the_network_has_learned():
    several = fitted("quantile", Y, quantile=(0.1, 0.5, 0.9))
    learned = several.predict(X)
    np.testing.assert_array_equal(several.predict_quantiles(X), learned)
    np.testing.assert_array_equal(several.predict_quantiles(X, 0.9), learned[:, 2])
    # Halfway between 0.1 and 0.5 in units of the normal distribution.
    between = several.predict_quantiles(X, norm.cdf(norm.ppf(0.1) / 2))
    np.testing.assert_allclose(between, learned[:, :2].mean(axis=1))
    with pytest.raises(ValueError, match=r"quantiles \(0.1, 0.5, 0.9\); 0.95 is outside"):
        several.predict_quantiles(X, [0.5, 0.95])
    with pytest.raises(ValueError, match=r"alpha must be a number between 0 and 1.*Got 1.5"):
        several.predict_quantiles(X, 1.5)
    two = fitted("quantile", np.stack([Y, Y[::-1]], axis=1), quantile=(0.1, 0.9))
    assert two.predict_quantiles(X, [0.1, 0.3, 0.9]).shape == (60, 2, 3)
    one = fitted("quantile", Y, quantile=0.9)
    np.testing.assert_array_equal(one.predict_quantiles(X, 0.9), one.predict(X))
    np.testing.assert_array_equal(one.predict_quantiles(X, [0.9]), one.predict(X)[:, None])
    with pytest.raises(ValueError, match=r"quantiles \(0.9,\); 0.5 is outside their range"):
        one.predict_quantiles(X, 0.5)


def test_learned_quantiles_in_plain_numbers():
    forecast = np.array([[1.0, 2.0, 5.0]])
    assert quantiles_between((0.1, 0.5, 0.9), forecast, [0.5, 0.9]).tolist() == [[2.0, 5.0]]
    assert quantiles_between(0.3, forecast, 0.3).tolist() == forecast.tolist()


@pytest.mark.parametrize("method", ["predict_dist", "predict_quantiles", "sample"])
def test_other_losses_have_no_distribution(method):
    rnn = fitted("squared_error", Y)
    with pytest.raises(AttributeError, match=f"no attribute '{method}'") as caught:
        getattr(rnn, method)
    cause = str(caught.value.__cause__)
    assert cause.startswith("This method of RNNRegressor needs a distribution")
    assert cause.endswith("'bernoulli', and fit again.")
    assert hasattr(rnn.set_params(loss="normal"), method)
    rnn.set_params(loss="squared_error")
    with pytest.raises(ValueError, match="return_std=True of RNNRegressor needs"):
        rnn.predict(X, return_std=True)
    with pytest.raises(AttributeError, match="no attribute 'log_likelihood'"):
        RNNRegressor.log_likelihood(rnn, X, Y)


def test_a_loss_that_was_changed_after_fit_is_refused():
    rnn = fitted("normal").set_params(loss="student_t")
    for call in (lambda: rnn.predict_dist(X), lambda: rnn.score(X, Y)):
        with pytest.raises(ValueError, match=r"parameters of Normal\(\), .* fit it again"):
            call()
    assert rnn.predict(X) == pytest.approx(fitted("normal").predict(X))
    with pytest.raises(ValueError, match="has changed: loss from 'normal' to 'student_t'"):
        rnn.set_params(warm_start=True).fit(X, Y)


@pytest.mark.parametrize(
    ("loss", "y", "rule"),
    [
        ("negative_binomial", Y, "counts are not negative"),
        ("log_normal", COUNTS, "targets must be above zero"),
        ("bernoulli", COUNTS, "targets must be 0 or 1"),
    ],
)
def test_targets_that_a_likelihood_does_not_suit_are_refused(loss, y, rule):
    with pytest.raises(ValueError, match=f"y does not suit loss='{loss}'.*{rule}"):
        fitted(loss, y)


def test_a_probability_has_no_level():
    with pytest.raises(ValueError, match=r"level_feature=0 contradict .*Set level_feature=None"):
        fitted("bernoulli", level_feature=0)


def test_bernoulli_forecasts_are_probabilities():
    rnn = fitted("bernoulli")
    [outputs] = predict_windows(rnn._fitted_architecture, rnn.weights_, X, apart=True)[0]
    assert rnn.predict(X) == pytest.approx(expit(outputs[:, 0, 0]))


@pytest.mark.parametrize("alpha", [0.0, 1.0, -1, "a", [], [0.5, 1.5], [[0.5]], None])
def test_quantiles_are_between_0_and_1(alpha):
    with pytest.raises(ValueError, match="alpha must be a number between 0 and 1"):
        quantiles_of(norm(), alpha)


def test_the_number_of_draws_is_checked():
    with pytest.raises(ValueError, match="n_samples must be an integer of at least 1"):
        fitted("normal").sample(X, 0)
    assert draws_of(norm(np.zeros((2, 3))), 4, 0).shape == (2, 3, 4)


def test_checks_name_the_estimator_and_what_to_set():
    check_likelihood(Normal(), "predict_var", "RNNForecaster")
    with pytest.raises(ValueError, match=r"predict_var of RNNForecaster .*loss=SquaredError\(\)"):
        check_likelihood(SquaredError(), "predict_var", "RNNForecaster")
    architecture = Architecture("gru", (2,), 3, 1, 1, likelihood="normal")
    check_same_loss(Normal(), architecture)
    with pytest.raises(ValueError, match="fit it again"):
        check_same_loss(LOSSES["student_t"], architecture)
    assert distribution_of(Normal(), np.zeros((1, 3, 2))).mean().shape == (3,)


def test_pickles_hold_names_and_forecast_without_tensorflow(tmp_path):
    rnn = fitted("zero_inflated_negative_binomial", n_networks=2)
    assert rnn._architecture["likelihood"] == "zero_inflated_negative_binomial"
    (tmp_path / "model").write_bytes(pickle.dumps((rnn, X)))
    code = (
        "import pickle, sys\n"
        "rnn, X = pickle.loads(open(sys.argv[1], 'rb').read())\n"
        "print(rnn.predict_quantiles(X, 0.9).sum(), rnn.sample(X, 2, 0).sum())\n"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "model")]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    expected = rnn.predict_quantiles(X, 0.9).sum(), rnn.sample(X, 2, 0).sum()
    assert tuple(map(float, run.stdout.split())) == pytest.approx(expected)


@pytest.mark.parametrize("settings", [{}, {"level_feature": 0, "n_networks": 2}], ids=str)
def test_the_keras_model_gives_the_means(settings):
    rnn = fitted("log_normal", **settings)
    found = rnn.model_.predict(X, verbose=0).ravel()
    np.testing.assert_allclose(found, rnn.predict(X), rtol=1e-5)
