"""Steps of optimizers, compared with Keras's."""

import keras
import numpy as np
import pytest

from skrnn.engines.numpy._optimizer_rules import RULES

CASES = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True}),
    ("RMSprop", {}),
    ("RMSprop", {"centered": True}),
    ("RMSprop", {"momentum": 0.5}),
    ("RMSprop", {"momentum": 0.5, "centered": True}),
    ("Adagrad", {}),
    ("Adadelta", {}),
    ("Adam", {}),
    ("Adam", {"amsgrad": True, "beta_1": 0.8}),
    ("AdamW", {}),
    ("Adamax", {}),
    ("Nadam", {}),
    ("Lion", {}),
    ("Ftrl", {}),
    (
        "Ftrl",
        {
            "l1_regularization_strength": 0.01,
            "l2_regularization_strength": 0.02,
            "l2_shrinkage_regularization_strength": 0.03,
            "beta": 0.1,
        },
    ),
]


@pytest.mark.parametrize(("name", "settings"), CASES)
def test_steps_equal_keras_s(name, settings):
    rng = np.random.default_rng(0)
    optimizer = getattr(keras.optimizers, name)(learning_rate=0.05, **settings)
    optimizer.weight_decay = None
    start = rng.normal(size=7).astype(np.float32)
    variable, weights = keras.Variable(start), start.copy()
    rule = RULES[name](optimizer.get_config())
    names = [slot for group in rule.groups for slot in group]
    slots = {slot: np.full(7, rule.starts.get(slot, 0.0), np.float32) for slot in names}
    slots |= {slot: np.array([value], np.float32) for slot, value in rule.scalars.items()}
    for step in range(30):
        gradients = rng.normal(size=7).astype(np.float32)
        optimizer.apply([keras.ops.convert_to_tensor(gradients)], [variable])
        rule.step(weights, gradients, slots, 0.05, step)
    np.testing.assert_allclose(weights, variable.numpy(), rtol=1e-6, atol=1e-6)
