"""What surrounds a forecast: its shape, the states it starts from, and its score."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.metrics import d2_pinball_score, mean_absolute_error, r2_score

from skrnn import RNNClassifier, RNNRegressor
from skrnn._output import (
    FittedNetwork,
    check_initial_state,
    check_steps,
    score,
    shape_forecast,
)
from skrnn.losses._loss import Loss
from skrnn.losses._named_losses import resolve_loss
from skrnn.network._architecture import Architecture

N_ROWS, N_STEPS = 12, 3
RNG = np.random.RandomState(0)


def make_architecture(**settings):
    shapes = {"n_timesteps": N_STEPS, "n_features": 2, "n_outputs": 1}
    return Architecture("lstm", (4,), **shapes | settings)


def raw(architecture, n_rows=N_ROWS):
    """A forecast as it comes from the recurrences, every value another."""
    shape = (n_rows, architecture.n_target_steps, architecture.n_outputs)
    shape += (architecture.n_quantiles,) if architecture.n_quantiles else ()
    return np.arange(float(np.prod(shape))).reshape(shape)


# Shapes.


@pytest.mark.parametrize(
    ("settings", "y_ndim", "shape"),
    [
        ({}, 1, ()),
        ({}, 2, (1,)),
        ({"n_outputs": 2}, 2, (2,)),
        ({"n_quantiles": 2}, 1, (2,)),
        ({"n_quantiles": 1}, 1, (1,)),
        ({"n_quantiles": 2}, 2, (1, 2)),
        ({"n_outputs": 3, "n_quantiles": 2}, 2, (3, 2)),
        ({"return_sequences": True}, 1, (3,)),
        ({"return_sequences": True}, 2, (3, 1)),
        ({"return_sequences": True, "n_outputs": 2}, 2, (3, 2)),
        ({"return_sequences": True, "n_quantiles": 4}, 1, (3, 4)),
        ({"return_sequences": True, "n_outputs": 2, "n_quantiles": 4}, 2, (3, 2, 4)),
    ],
)
def test_a_forecast_has_the_dimensions_of_the_targets(settings, y_ndim, shape):
    architecture = make_architecture(**settings)
    for n_rows in (1, N_ROWS):
        forecast = shape_forecast(raw(architecture, n_rows), architecture, y_ndim, np.float32)
        assert forecast.shape == (n_rows, *shape)
        assert forecast.dtype == np.float32
        np.testing.assert_array_equal(forecast.ravel(), raw(architecture, n_rows).ravel())


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan, 1e39])
def test_the_first_row_that_is_not_finite_is_named(value):
    architecture = make_architecture()
    forecast = raw(architecture)
    forecast[7:9] = value
    with pytest.raises(ValueError, match="The forecast of row 7 is not finite"):
        shape_forecast(forecast, architecture, 1, np.float32)
    forecast[7:9] = -3.4e38
    assert shape_forecast(forecast, architecture, 1, np.float32)[7] == np.float32(-3.4e38)


# Windows and states.


def fitted(**settings):
    estimator = RNNRegressor()
    estimator._architecture = make_architecture(**settings).to_dict()
    return estimator


def test_windows_must_be_those_of_the_network():
    check_steps(fitted(), np.zeros((1, N_STEPS, 2)))
    for shape in ((1, 2, 2), (1, N_STEPS, 1), (1, 2, N_STEPS)):
        words = f"windows of {shape[1]} steps and {shape[2]} features, but .* 3 steps and 2"
        with pytest.raises(ValueError, match=words):
            check_steps(fitted(), np.zeros(shape))
    check_steps(fitted(), np.zeros((1, 5, 2)), any_number=True)
    with pytest.raises(ValueError, match="windows of 5 steps and 1 features"):
        check_steps(fitted(), np.zeros((1, 5, 1)), any_number=True)
    path = fitted(autoregressive=True)
    with pytest.raises(ValueError, match="autoregressive=True needs the same number of steps"):
        check_steps(path, np.zeros((1, 5, 2)), any_number=True)


@pytest.mark.parametrize("stateful", [False, True])
def test_states_are_taken_in_any_form_and_turned_to_double(stateful):
    windows = np.zeros((N_ROWS, N_STEPS, 2))
    state = RNG.normal(size=(2, 4) if stateful else (2, N_ROWS, 4)).astype(np.float32)
    for given in (list(state), tuple(state), state, state.tolist(), iter(state)):
        arrays = check_initial_state(given, make_architecture(), windows, stateful=stateful)
        assert [array.dtype for array in arrays] == [np.float64] * 2
        np.testing.assert_array_equal(np.float32(arrays), state)
    assert check_initial_state(None, make_architecture(), windows, stateful=stateful) is None
    with pytest.raises(ValueError, match=r"Got \[\(5,\), \(4,\)\]"):
        check_initial_state(
            [np.zeros(5), np.zeros(4)], make_architecture(), windows, stateful=stateful
        )


# Scores.


class Fitted:
    """Stands in for a fitted estimator that forecasts what it is told."""

    def __init__(self, forecast, architecture, quantile=None):
        self.forecast, self._fitted_architecture, self.quantile = forecast, architecture, quantile

    def _loss(self):
        name = "squared_error" if self.quantile is None else "quantile"
        return resolve_loss(name, self.quantile)

    def __sklearn_is_fitted__(self):
        return True

    def predict(self, X):
        return self.forecast

    def _windows_to_forecast(self, X):
        return np.zeros((*self.forecast.shape[:2], 1))

    def _forecast(self, X, *, windows):
        return self.forecast, None


@pytest.fixture
def weight():
    return RNG.uniform(size=N_ROWS)


def noisy(*shape):
    y = RNG.normal(size=(N_ROWS, *shape))
    return y, y + 0.5 * RNG.normal(size=y.shape)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("shape", [(), (1,), (3,)])
def test_r2_equals_scikit_learn_s(weight, shape, weighted):
    weight = weight if weighted else None
    y, forecast = noisy(*shape)
    if shape == (3,):
        y[:, 1] *= 100  # outputs count alike, whatever their scale
    fitted = Fitted(forecast, make_architecture(n_outputs=shape[0] if shape else 1))
    expected = r2_score(y, forecast, sample_weight=weight)
    assert score(fitted, None, y, weight) == pytest.approx(expected)
    assert score(fitted, None, y.tolist(), weight) == pytest.approx(expected)


def test_targets_may_have_an_axis_that_the_forecast_has_not():
    y, forecast = noisy()
    fitted = Fitted(forecast, make_architecture())
    assert score(fitted, None, y[:, None], None) == pytest.approx(r2_score(y, forecast))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("shape", [(), (2,)])
def test_several_quantiles_are_the_mean_of_scikit_learn_s(weight, shape, weighted):
    weight = weight if weighted else None
    quantiles = (0.1, 0.5, 0.9)
    y, _ = noisy(*shape)
    forecast = np.stack([y - 1 + 0.3 * RNG.normal(size=y.shape) + i for i in range(3)], axis=-1)
    architecture = make_architecture(n_outputs=shape[0] if shape else 1, n_quantiles=3)
    expected = np.mean(
        [
            d2_pinball_score(y, forecast[..., i], sample_weight=weight, alpha=q)
            for i, q in enumerate(quantiles)
        ]
    )
    for given in (quantiles, list(quantiles), np.array(quantiles)):
        fitted = Fitted(forecast, architecture, given)
        assert score(fitted, None, y, weight) == pytest.approx(expected)


@pytest.mark.parametrize("weight", [[2.0], [-1.0] * N_ROWS, [[1.0]] * N_ROWS])
def test_weights_of_a_score_are_one_for_each_row(weight):
    fitted = Fitted(np.zeros(N_ROWS), make_architecture())
    with pytest.raises(ValueError, match=r"(?i)sample.weight"):
        score(fitted, None, np.zeros(N_ROWS), weight)


def test_a_loss_of_the_user_gets_weights_by_keyword(weight):
    class Custom(Loss):
        def score(self, y_true, y_pred, *, sample_weight=None):
            return -mean_absolute_error(y_true, y_pred, sample_weight=sample_weight)

    y, forecast = noisy()
    fitted = Fitted(forecast, make_architecture())
    fitted._loss = Custom
    expected = -np.average(abs(y - forecast), weights=weight)
    assert score(fitted, None, y, weight) == pytest.approx(expected)


def test_one_quantile_is_scored_by_r2():
    y, forecast = noisy()
    fitted = Fitted(forecast, make_architecture(), 0.5)
    assert score(fitted, None, y, None) == pytest.approx(r2_score(y, forecast))


@pytest.mark.parametrize("shape", [(N_STEPS,), (N_STEPS, 2)])
def test_known_targets_of_sequences_count_alike(weight, shape):
    y, forecast = noisy(*shape)
    n_outputs = 2 if len(shape) == 2 else 1
    fitted = Fitted(forecast, make_architecture(return_sequences=True, n_outputs=n_outputs))
    columns = y.reshape(-1, n_outputs), forecast.reshape(-1, n_outputs)
    assert score(fitted, None, y, None) == pytest.approx(r2_score(*columns))

    y[3], y[4, 1], y[7, 2] = np.nan, np.nan, np.nan
    columns = y.reshape(-1, n_outputs), forecast.reshape(-1, n_outputs)
    known = ~np.isnan(columns[0][:, 0])
    assert known.sum() == N_ROWS * N_STEPS - 5
    each = np.repeat(weight, N_STEPS)[known]
    expected = r2_score(columns[0][known], columns[1][known], sample_weight=each)
    assert score(fitted, None, y, weight) == pytest.approx(expected)


def test_outputs_of_sequences_are_known_at_times_of_their_own():
    y, forecast = noisy(N_STEPS, 2)
    y[:6, :, 1] = np.nan
    fitted = Fitted(forecast, make_architecture(return_sequences=True, n_outputs=2))
    first = r2_score(y[..., 0].ravel(), forecast[..., 0].ravel())
    second = r2_score(y[6:, :, 1].ravel(), forecast[6:, :, 1].ravel())
    assert score(fitted, None, y, None) == pytest.approx((first + second) / 2)


def test_quantiles_of_sequences_with_missing_targets(weight):
    y, _ = noisy(N_STEPS)
    forecast = np.stack([y - 1, y + 0.5], axis=-1)
    y[2, 1:] = np.nan
    architecture = make_architecture(return_sequences=True, n_quantiles=2)
    known = ~np.isnan(y)
    each = np.repeat(weight[:, None], N_STEPS, axis=1)[known]
    expected = [
        d2_pinball_score(y[known], forecast[known][:, i], sample_weight=each, alpha=q)
        for i, q in enumerate((0.2, 0.7))
    ]
    fitted = Fitted(forecast, architecture, (0.2, 0.7))
    assert score(fitted, None, y, weight) == pytest.approx(np.mean(expected))


def test_missing_targets_do_not_count(weight):
    y, forecast = noisy(2)
    y[3], y[5:8, 1] = np.nan, np.nan
    fitted = Fitted(forecast, make_architecture(n_outputs=2))
    known = ~np.isnan(y)
    expected = [
        r2_score(y[known[:, i], i], forecast[known[:, i], i], sample_weight=weight[known[:, i]])
        for i in range(2)
    ]
    assert score(fitted, None, y, weight) == pytest.approx(np.mean(expected))
    # What stands in their place, and how much it weighs, makes no difference.
    weight[3] *= 100
    assert score(fitted, None, y, weight) == pytest.approx(np.mean(expected))


def test_an_output_without_a_known_target_cannot_be_scored(weight):
    y, forecast = noisy(2)
    y[4:, 1] = np.nan
    fitted = Fitted(forecast, make_architecture(n_outputs=2))
    weight[:4] = 0
    words = r"y has no known target of output 1 \(counted from 0\) in the rows whose sample_weight"
    with pytest.raises(ValueError, match=words):
        score(fitted, None, y, weight)
    y[:, 1] = np.nan
    with pytest.raises(ValueError, match=r"no known target of output 1 \(counted from 0\): no"):
        score(fitted, None, y, None)


@pytest.mark.parametrize("quantile", [None, 0.5, (0.5,), (0.1, 0.5, 0.9)])
def test_other_quantiles_than_those_of_the_forecast_are_an_error(quantile):
    y, _ = noisy()
    fitted = Fitted(np.stack([y, y], axis=-1), make_architecture(n_quantiles=2), quantile)
    with pytest.raises(ValueError, match=r"differs from the 2 forecast\(s\) of each target"):
        score(fitted, None, y, None)


# What the forecaster and the displays use.


def test_a_fitted_network_forecasts_as_its_estimator():
    X, y = RNG.normal(size=(20, N_STEPS, 2)), RNG.normal(size=(20, 2))
    with pytest.raises(NotFittedError):
        FittedNetwork.of(RNNRegressor())
    model = RNNRegressor("gru", 2, epochs=1, random_state=0).fit(X, y)
    network = FittedNetwork.of(model)
    assert (network.architecture.n_timesteps, network.target_ndim) == (N_STEPS, 2)
    forecast, state = network.forecast(X, with_state=True)
    expected, expected_state = model.predict(X, return_state=True)
    np.testing.assert_array_equal(forecast[:, 0], expected)
    np.testing.assert_array_equal(state, expected_state)
    in_order, _ = network.forecast_in_order(X[:1])
    np.testing.assert_allclose(in_order[:, 0], expected[:1])
    assert network.state_after_training is None


def test_a_fitted_network_knows_the_states_of_a_stateful_estimator():
    X, y = RNG.normal(size=(20, N_STEPS, 2)), RNG.normal(size=20)
    model = RNNRegressor("gru", 2, epochs=1, batch_size=1, stateful=True, random_state=0).fit(X, y)
    network = FittedNetwork.of(model)
    after = network.state_after_training
    forecast, _ = network.forecast_in_order(X[5:], after)
    np.testing.assert_allclose(forecast[:, 0, 0], model.predict(X[5:], initial_state=after))


@pytest.mark.parametrize("method", ["score", "log_likelihood", "accuracy"])
def test_a_score_of_sequences_checks_x_once(method):
    """A warning about new categories appears once, also if y has to be padded."""
    kinds = np.resize(["a", "b", "c"], (6, 3, 1)).astype(object)
    y = np.resize([0.0, 1.0, 1.0, 0.0], (6, 3))
    small = {"units": 2, "epochs": 1, "engine": "numpy", "return_sequences": True}
    if method == "accuracy":
        network = RNNClassifier("simple", **small)
    else:
        network, y = RNNRegressor("simple", loss="normal", **small), y - 0.3
    network.fit(kinds, y)
    score_of = network.log_likelihood if method == "log_likelihood" else network.score
    expected = score_of(kinds, y)
    padded = np.concatenate([np.full((6, 1), np.nan), y], axis=1)
    assert score_of(kinds, padded) == expected
    kinds[0, 0] = "new"
    with pytest.warns(UserWarning, match="contains 'new'") as caught:
        score_of(kinds, padded)
    assert len(caught) == 1


@pytest.mark.parametrize("network", [RNNRegressor(), RNNClassifier()])
def test_a_score_before_fit(network):
    with pytest.raises(NotFittedError):
        network.score(np.zeros((3, 2)), np.zeros(3))


@pytest.mark.filterwarnings("ignore:.*level_feature:UserWarning")
@pytest.mark.parametrize("stateful", [False, True])
def test_fitted_networks_use_the_mean_level_for_windows_without_a_level(stateful):
    X = np.random.default_rng(0).standard_normal((12, 3, 2))
    X[5, :, 0] = np.nan
    model = RNNRegressor(
        units=2, epochs=1, random_state=0, engine="numpy", level_feature=0, stateful=stateful
    ).fit(X, X[:, -1].sum(axis=1))
    network = FittedNetwork.of(model)
    in_order, _ = network.forecast_in_order(X)
    apart, _ = network.forecast(X)
    assert np.isfinite(in_order).all()
    expected = in_order if stateful else apart
    np.testing.assert_allclose(expected.ravel(), model.predict(X), rtol=1e-6)
    assert np.isfinite(apart).all()
