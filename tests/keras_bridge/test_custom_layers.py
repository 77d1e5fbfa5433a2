"""Layers that Keras lacks: what they compute, and that they can be saved."""

import keras
import numpy as np
import pytest

from skrnn.keras_bridge._custom_layers import (
    AddLevel,
    AutoregressivePath,
    IncreasingQuantiles,
    LocalLevel,
    MaskMissing,
)

NAN = np.nan


@pytest.mark.parametrize(
    "layer",
    [
        MaskMissing(),
        LocalLevel(1, causal=True),
        LocalLevel(1, unknown=2.5),
        AddLevel(),
        AutoregressivePath(2, return_sequences=True, kernel_initializer="ones"),
        IncreasingQuantiles(3),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_settings_survive_serialization(layer):
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert type(again) is type(layer)
    assert again.get_config() == layer.get_config()


def test_mask_missing():
    X = np.float32([[[1, 2], [NAN, 3], [4, 5]]])
    layer = MaskMissing()
    np.testing.assert_array_equal(layer(X), [[[1, 2], [0, 3], [4, 5]]])
    np.testing.assert_array_equal(layer.compute_mask(X), [[True, False, True]])


@pytest.mark.parametrize(
    ("causal", "expected"), [(False, [3.0, 2.0, NAN]), (True, [1.0, 2.0, NAN])]
)
def test_level_is_the_last_known_value_or_the_first(causal, expected):
    X = np.float32([[1, 5, 3, NAN], [NAN, 2, NAN, NAN], [NAN] * 4])
    X = np.stack([np.full_like(X, 7), X], axis=2)
    centred, level = LocalLevel(1, causal=causal)(X)
    np.testing.assert_array_equal(np.asarray(level)[:, 0], expected)
    np.testing.assert_array_equal(np.asarray(centred)[:2, :, 0], X[:2, :, 0])
    np.testing.assert_array_equal(
        np.asarray(centred)[:, :, 1], X[:, :, 1] - np.float32(expected)[:, None]
    )


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("factor", [False, True])
def test_a_level_that_is_not_known_is_the_one_that_was_given(causal, factor):
    X = np.full((1, 3, 2), NAN, np.float32)
    _, level = LocalLevel(1, causal=causal, factor=factor, unknown=9.0)(X)
    np.testing.assert_allclose(level, [[np.log(10.0) if factor else 9.0]], rtol=1e-6)


def test_add_level_over_every_axis_of_a_forecast():
    level = np.float32([[1], [2]])
    for shape in ((2, 3), (2, 4, 3), (2, 4, 3, 5)):
        lifted = np.asarray(AddLevel()([np.zeros(shape, np.float32), level]))
        np.testing.assert_array_equal(lifted[0], np.ones(shape[1:]))
        np.testing.assert_array_equal(lifted[1], np.full(shape[1:], 2))


def test_path_of_sequences_is_a_causal_convolution():
    rng = np.random.RandomState(0)
    X = rng.normal(size=(6, 5, 2)).astype(np.float32)
    path = AutoregressivePath(3, return_sequences=True, kernel_initializer="glorot_uniform")
    convolution = keras.layers.Conv1D(3, kernel_size=5, padding="causal", use_bias=False)
    path.build(X.shape), convolution.build(X.shape)
    kernel = rng.normal(size=(10, 3)).astype(np.float32)
    path.set_weights([kernel])
    convolution.set_weights([kernel.reshape(5, 2, 3)])
    np.testing.assert_allclose(path(X), convolution(X), atol=1e-5)
    last = AutoregressivePath(3, kernel_initializer="zeros")
    last.build(X.shape)
    last.set_weights([kernel])
    np.testing.assert_allclose(last(X), np.asarray(path(X))[:, -1], atol=1e-5)


def test_quantiles_start_at_the_first_column_and_rise_by_softplus():
    columns = np.float32([[1, 0, -50, -2, 3, 3]])
    quantiles = np.asarray(IncreasingQuantiles(3)(columns))
    soft = np.log1p(np.exp([0, 3, 3]))
    expected = [[[1, 1 + soft[0], 1 + soft[0]], [-2, -2 + soft[1], -2 + soft[1] + soft[2]]]]
    np.testing.assert_allclose(quantiles, expected, rtol=1e-6)
