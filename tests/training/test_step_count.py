"""The number of steps of the optimizer, on which schedules depend."""

import numpy as np
import pytest
from keras.optimizers.schedules import ExponentialDecay

from skrnn import RNNRegressor
from skrnn.training._step_count import StepCount, continued_count, count_of_best


def test_steps_of_all_calls_count():
    count = StepCount(7)
    count.add(3)
    count.add(2)
    assert count.reached == 12
    count.restart()
    assert count.reached == 0


@pytest.mark.parametrize(("same", "expected"), [(True, 12), (False, 0)])
def test_another_optimizer_starts_at_zero(same, expected):
    assert continued_count(12, same_optimizer=same) == expected


def test_training_continues_from_the_last_of_the_best_epochs():
    assert count_of_best((4, 9, 6)) == 9


def test_a_schedule_depends_on_the_steps_of_all_calls():
    # With plain SGD and one row in each batch, the change of the bias is rate * gradient.
    schedule = ExponentialDecay(0.1, decay_steps=1, decay_rate=0.5)
    model = RNNRegressor(
        units=2, epochs=1, batch_size=3, optimizer="sgd", learning_rate=schedule,
        engine="numpy", random_state=0,
    )  # fmt: skip
    X, y = np.zeros((9, 2, 1)), np.ones(9)
    model.fit(X, y)  # three steps
    for step in (3, 4):
        before, forecast = model.weights_[-1].item(), model.predict(X[:1]).item()
        model.partial_fit(X[:3], y[:3])
        expected = 0.1 * 0.5**step * 2 * (1 - forecast)
        assert model.weights_[-1].item() - before == pytest.approx(expected, rel=1e-5)
