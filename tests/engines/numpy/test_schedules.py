"""Schedules of the learning rate, compared with Keras's."""

import keras
import pytest

from skrnn.engines.numpy._schedules import SCHEDULES, schedule_from

S = keras.optimizers.schedules
CASES = [
    S.ExponentialDecay(0.1, 10, 0.9),
    S.ExponentialDecay(0.1, 10, 0.9, staircase=True),
    S.PiecewiseConstantDecay([5, 9], [0.1, 0.2, 0.3]),
    S.PolynomialDecay(0.1, 10, power=2.0),
    S.PolynomialDecay(0.1, 10, power=2.0, cycle=True),
    S.InverseTimeDecay(0.1, 3, 0.5),
    S.InverseTimeDecay(0.1, 3, 0.5, staircase=True),
    S.CosineDecay(0.1, 20, alpha=0.1),
    S.CosineDecay(0.1, 20, warmup_target=0.3, warmup_steps=5),
    S.CosineDecayRestarts(0.1, 5),
    S.CosineDecayRestarts(0.1, 5, t_mul=1.0, m_mul=0.9, alpha=0.1),
]


@pytest.mark.parametrize("schedule", CASES, ids=lambda s: type(s).__name__)
def test_rates_equal_keras_s(schedule):
    rate = schedule_from(keras.saving.serialize_keras_object(schedule))
    for step in (0, 1, 4, 5, 6, 9, 10, 11, 19, 20, 33):
        assert rate(step) == pytest.approx(float(schedule(step)), rel=1e-5, abs=1e-7), step


def test_every_schedule_of_keras_is_known():
    exported = {name for name in dir(S) if isinstance(getattr(S, name), type)}
    assert exported - {"LearningRateSchedule"} == set(SCHEDULES)


@pytest.mark.parametrize(
    "config",
    [
        {"class_name": "Mine", "module": "keras.optimizers.schedules", "config": {}},
        {"class_name": "CosineDecay", "module": "mine", "config": {}},
        {},
    ],
)
def test_other_schedules_are_not_known(config):
    assert schedule_from(config) is None
