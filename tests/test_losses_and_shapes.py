"""Every loss and form of quantile with every shape of targets: what is learned, by value."""

import numpy as np
import pytest

from skrnn import RNNRegressor

N_ROWS, N_STEPS = 96, 2
X = np.random.RandomState(0).normal(size=(N_ROWS, N_STEPS, 1))
LOSSES = [
    ("squared_error", None),
    ("absolute_error", None),
    ("huber", None),
    ("quantile", 0.5),
    ("quantile", (0.5,)),
    ("quantile", [0.5]),
    ("quantile", np.array([0.5])),
    ("quantile", (0.1, 0.5, 0.9)),
    ("quantile", np.array([0.1, 0.5, 0.9])),
]


def network(**parameters):
    settings = {"units": 2, "epochs": 250, "learning_rate": 0.03, "batch_size": N_ROWS}
    return RNNRegressor("simple", autoregressive=True, random_state=0, **settings | parameters)


def targets(shape, *, sequences):
    """Twice the last value of the window, or of each step the value at it."""
    known = 2 * X if sequences else 2 * X[:, -1]
    if shape == "one number":
        return known[..., 0]
    return known if shape == "one column" else np.concatenate([known, -known], axis=-1)


@pytest.mark.parametrize("sequences", [False, True], ids=["last step", "sequences"])
@pytest.mark.parametrize("shape", ["one number", "one column", "two columns"])
@pytest.mark.parametrize(("loss", "quantile"), LOSSES, ids=repr)
def test_a_relation_is_learned_whatever_the_form(loss, quantile, shape, sequences):
    y = targets(shape, sequences=sequences)
    model = network(loss=loss, quantile=quantile, return_sequences=sequences, l2=1e-5)
    model.fit(X, y)
    axis = (len(quantile),) if np.ndim(quantile) else ()
    forecast = model.predict(X)
    assert forecast.shape == y.shape + axis
    assert model.score(X, y) > 0.9
    np.testing.assert_allclose(
        forecast, np.broadcast_to(y[..., None] if axis else y, forecast.shape), atol=0.6
    )
    # The loss of a batch of all rows is measured before its step, so it is the validation loss of
    # the epoch before.
    model.set_params(warm_start=True, epochs=4).fit(X, y, X_val=X, y_val=y)
    np.testing.assert_allclose(
        model.history_["loss"][-3:], model.history_["val_loss"][-4:-1], rtol=1e-4
    )


@pytest.mark.parametrize("one", [(0.3,), [0.3], np.array([0.3])], ids=repr)
@pytest.mark.parametrize("outputs", [1, 2])
def test_one_quantile_in_a_list_learns_what_a_number_does(one, outputs):
    noise = np.random.RandomState(1).normal(size=(N_ROWS, outputs))
    y = 2 * X[:, -1] + noise
    number, listed = (
        network(loss="quantile", quantile=quantile, epochs=40, batch_size=32).fit(X, y)
        for quantile in (0.3, one)
    )
    for a, b in zip(number.weights_, listed.weights_, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)
    np.testing.assert_allclose(listed.predict(X)[..., 0], number.predict(X), atol=1e-5)
    np.testing.assert_allclose(listed.history_["loss"], number.history_["loss"], rtol=1e-5)
