"""Steps of Keras's optimizers on values."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from skrnn.engines.tensorflow._optimizer_step import OptimizerStep
from skrnn.keras_bridge._optimizers import named_optimizers, optimizer_recipe

SHAPES = [(3, 4), (4,), (4, 2)]


def variants():
    yield from sorted(named_optimizers())
    yield keras.optimizers.Adam(use_ema=True, ema_overwrite_frequency=3)
    yield keras.optimizers.Adam(amsgrad=True, gradient_accumulation_steps=2)
    yield keras.optimizers.SGD(momentum=0.9, nesterov=True, clipnorm=0.5)
    yield keras.optimizers.SGD(use_ema=True, gradient_accumulation_steps=2, clipvalue=0.3)
    yield keras.optimizers.RMSprop(centered=True, momentum=0.5, global_clipnorm=0.7)


def named(optimizer):
    return optimizer if isinstance(optimizer, str) else type(optimizer).__name__


@pytest.mark.parametrize("optimizer", list(variants()), ids=named)
def test_steps_are_those_of_keras(optimizer):
    """Of five steps, with slots that are joined, split and carried on."""
    rng = np.random.default_rng(0)
    start = [rng.normal(size=shape).astype(np.float32) for shape in SHAPES]
    slopes = [[rng.normal(size=s).astype(np.float32) for s in SHAPES] for _ in range(5)]
    recipe = optimizer_recipe(optimizer)
    step = OptimizerStep(recipe, SHAPES)
    graph = tf.Graph()
    with graph.as_default(), tf.compat.v1.Session(graph=graph) as session:
        weights = list(map(tf.constant, start))
        slots = [
            tf.constant(start[slot.start] if isinstance(slot.start, int) else slot.start)
            for slot in step.slots
        ]
        for i, slope in enumerate(slopes):
            iteration = tf.constant(i, tf.int64)
            joined, joined_slots = step.apply(
                step.join(list(map(tf.constant, slope))),
                step.join(weights),
                step.join_slots(slots),
                step.rate(tf.constant(recipe.learning_rate, tf.float32), iteration),
                iteration,
            )
            weights, slots = step.split(joined), step.split_slots(joined_slots)
        found, found_slots = session.run([weights, slots])
    of_keras, variables = steps_of_keras(optimizer, recipe, start, slopes)
    for a, b in zip(found, of_keras, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    assert [slot.shape for slot in step.slots] == [v.shape for v in variables]
    for a, b in zip(found_slots, variables, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def steps_of_keras(optimizer, recipe, start, slopes):
    """Weights and slots after the same steps of Keras's own optimizer."""
    settings = {"learning_rate": recipe.learning_rate, "weight_decay": None}
    if isinstance(optimizer, str):
        used = named_optimizers()[optimizer](learning_rate=recipe.learning_rate)
        used.weight_decay = None
    else:
        used = type(optimizer).from_config(optimizer.get_config() | settings)
    weights = [keras.Variable(w, name=f"w{i}") for i, w in enumerate(start)]
    used.build(weights)
    for slope in slopes:
        used.apply([tf.constant(g) for g in slope], weights)
    rest = [v.numpy() for v in used.variables if v.name not in ("iteration", "learning_rate")]
    return [w.numpy() for w in weights], rest


def test_only_steps_that_work_entry_by_entry_are_joined():
    joins = {
        name: len(OptimizerStep(optimizer_recipe(name), SHAPES).join([tf.ones(s) for s in SHAPES]))
        for name in ("adam", "lamb", "sgd")
    }
    assert joins == {"adam": 1, "lamb": 3, "sgd": 1}
    clipped = OptimizerStep(optimizer_recipe("adam", clipnorm=1.0), SHAPES)
    assert len(clipped.join([tf.ones(s) for s in SHAPES])) == 3
