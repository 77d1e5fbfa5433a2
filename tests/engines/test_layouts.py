"""Rows, heads and vectors are unpacked to what was packed, with any padding."""

from dataclasses import replace

import numpy as np
import pytest

from skrnn.engines._layouts import HeadLayout, RowLayout, Slot, StateLayout
from skrnn.losses import Poisson, SquaredError
from skrnn.network._architecture import Architecture

LAYOUTS = [
    (RowLayout(3, 2, 1, 1), 8),
    (RowLayout(3, 2, 1, 4), 11),
    (RowLayout(3, 2, 3, 2), 15),
    (RowLayout(1, 1, 1, 1), 3),
    (RowLayout(3, 2, 3, 2, n_levels=1), 16),
]


@pytest.mark.parametrize(("layout", "size"), LAYOUTS)
def test_parts_of_a_row(layout, size):
    assert layout.size == size
    rows = np.arange(2.0 * size).reshape(2, size)
    windows, targets, levels = layout.split(rows)
    assert windows.shape == (2, layout.n_timesteps, layout.n_features)
    assert targets.shape == (2, layout.n_target_steps, layout.n_outputs + 1)
    assert levels.shape == (2, layout.n_levels)
    together = np.concatenate([windows.reshape(2, -1), targets.reshape(2, -1), levels], axis=1)
    np.testing.assert_array_equal(together, rows)


@pytest.mark.parametrize(("layout", "size"), LAYOUTS)
def test_parts_of_an_array_are_views(layout, size):
    rows = np.zeros((5, size), np.float32)
    windows, targets, levels = layout.split(rows[1:4])
    windows[...], targets[...], levels[...] = 1.0, 2.0, 3.0
    assert not rows[[0, 4]].any()
    expected = windows[0].size + 2 * targets[0].size + 3 * levels[0].size
    assert rows[1:4].sum() == 3 * expected


def test_of_an_architecture():
    last = Architecture("gru", (2,), n_timesteps=5, n_features=3, n_outputs=2, n_quantiles=3)
    squares, counts = SquaredError(), Poisson()
    assert RowLayout.of(last, squares) == RowLayout.of(last, counts) == RowLayout(5, 3, 1, 2)
    sequences = Architecture("gru", (2,), 5, 3, 2, return_sequences=True)
    assert RowLayout.of(sequences, squares) == RowLayout(5, 3, 5, 2)
    level = Architecture("gru", (2,), 5, 3, 2, level_feature=1)
    assert RowLayout.of(level, squares) == RowLayout(5, 3, 1, 2)
    assert RowLayout.of(level, counts) == RowLayout(5, 3, 1, 2, n_levels=1)


@pytest.mark.parametrize("n_networks", [1, 3])
def test_a_head_holds_rates_and_the_bits_of_counts(n_networks):
    layout, seeds = HeadLayout(n_networks), [2**30 - 1, 0, 7][:n_networks]
    head = layout.pack(np.float32([0.1, 0.0, np.nan]), [3, 2**31 - 1, *seeds])
    assert (head.dtype, head.shape) == (np.float32, (layout.size,))
    rates, counts, rest = layout.split(np.append(head, np.float32([1.0, 2.0])))
    np.testing.assert_array_equal(rates, np.float32([0.1, 0.0, np.nan]))
    assert counts.view(np.int32).tolist() == [3, 2**31 - 1, *seeds]
    assert rest.tolist() == [1.0, 2.0]


ARCHITECTURES = [
    Architecture("simple", (3,), 2, 2, 1),
    Architecture("gru", (3, 9), 2, 2, 1, autoregressive=True),
    Architecture("lstm", (3, 9), 2, 8, 2, bidirectional=True, n_quantiles=2),
]


def wider(architecture):
    return replace(architecture, units=tuple(-(-n // 8) * 8 for n in architecture.units))


def slots_of(architecture, start=0.0):
    """Two for each weight, and as Nadam has it one number."""
    shapes = architecture.weight_shapes()
    slots = [Slot(s, i, np.full(s, start, np.float32)) for i, s in enumerate(shapes)]
    copies = [Slot(s, i, i) for i, s in enumerate(shapes)]
    return [*slots, *copies, Slot((), None, np.float32(1.0))]


def numbered(shapes, start):
    for shape in shapes:
        size = int(np.prod(shape))
        yield np.arange(start, start + size, dtype=np.float32).reshape(shape)
        start += size


@pytest.fixture(params=ARCHITECTURES, ids=lambda architecture: architecture.cell)
def architecture(request):
    return request.param


@pytest.mark.parametrize("pad", [wider, lambda architecture: architecture])
@pytest.mark.parametrize("n_streams", [0, 1, 3])
def test_pack_and_unpack_are_inverse(architecture, pad, n_streams):
    padded = pad(architecture)
    layout = StateLayout(architecture, padded, slots_of(padded), n_streams)
    states = [(units,) for units in architecture.state_shapes()] if n_streams else []
    shapes = architecture.weight_shapes(), layout.slot_shapes, states
    assert layout.slot_shapes == [*architecture.weight_shapes(), *architecture.weight_shapes(), ()]
    arrays = [list(numbered(group, 1000 * i + 1)) for i, group in enumerate(shapes)]
    vector = layout.pack(*arrays)
    assert vector.dtype == np.float32
    assert vector.shape == (layout.size,)
    sizes = [int(np.prod(shape)) for shape in padded.weight_shapes()]
    assert layout.size == 1 + 3 * sum(sizes) + n_streams * sum(padded.state_shapes())
    for before, after in zip(arrays, layout.unpack(vector), strict=True):
        for a, b in zip(before, after, strict=True):
            np.testing.assert_array_equal(a, b)


def test_what_pads_is_zero_in_weights_and_the_start_of_a_slot(architecture):
    padded = wider(architecture)
    layout = StateLayout(architecture, padded, slots_of(padded, start=0.1))
    weights = [np.full(shape, 5.0, np.float32) for shape in architecture.weight_shapes()]
    slots = layout.initial_slots(weights)
    # A slot that starts as a copy of its weight does so in the shape of the network.
    n = len(weights)
    assert all(np.unique(slot).tolist() == [np.float32(0.1)] for slot in slots[:n])
    assert all(np.unique(slot).tolist() == [5.0] for slot in slots[n : 2 * n])
    vector = layout.pack(weights, slots)
    inside = sum(int(np.prod(shape)) for shape in padded.weight_shapes())
    assert sorted(np.unique(vector[:inside])) == [0.0, 5.0]
    assert np.unique(vector[inside : 2 * inside]).tolist() == [np.float32(0.1)]
    assert vector[-1] == 1.0


def test_entries_stand_where_those_of_the_unit_and_gate_do():
    """The units 3 to 7 of every gate are padding, and the inputs of the next layer from them."""
    architecture = Architecture("gru", (3, 2), 2, 2, 1)
    layout = StateLayout(architecture, wider(architecture), [])
    weights = [np.ones(shape, np.float32) for shape in architecture.weight_shapes()]
    vector = layout.pack(weights, [])
    kernel = vector[: 2 * 24].reshape(2, 3, 8)
    np.testing.assert_array_equal(kernel[:, :, :3], 1.0)
    assert not kernel[:, :, 3:].any()
    start = 2 * 24 + 8 * 24 + 2 * 24
    second = vector[start : start + 8 * 24].reshape(8, 3, 8)
    np.testing.assert_array_equal(second[:3, :, :2], 1.0)
    assert second.sum() == 3 * 3 * 2


def test_states_are_those_of_the_last_stream():
    architecture = Architecture("simple", (2,), 2, 1, 1)
    layout = StateLayout(architecture, wider(architecture), [], n_streams=3)
    weights = architecture.initial_weights(np.random.RandomState(0))
    vector = layout.pack(weights, [], [np.array([1.0, 2.0])])
    np.testing.assert_array_equal(vector[-24:].nonzero()[0], [16, 17])
    [state] = layout.unpack(vector)[2]
    assert state.tolist() == [1.0, 2.0]
    [zeros] = layout.unpack(layout.without_states(vector))[2]
    assert zeros.tolist() == [0.0, 0.0]
    assert vector[-24:].any()  # another array


def test_what_comes_out_are_arrays_of_their_own():
    architecture = ARCHITECTURES[0]
    layout = StateLayout(architecture, architecture, slots_of(architecture))
    shapes = architecture.weight_shapes(), layout.slot_shapes
    vector = layout.pack(*(list(numbered(group, 1)) for group in shapes))
    weights, slots, _ = layout.unpack(vector)
    for array in (*weights, *slots):
        array[...] = -1.0
    assert not (vector == -1.0).any()


# Slots that were stored.


def test_slots_of_this_network_are_known_by_their_shapes(architecture):
    padded = wider(architecture)
    layout = StateLayout(architecture, padded, slots_of(padded))
    assert layout.has_shapes_of(list(numbered(layout.slot_shapes, 1)))


@pytest.mark.parametrize("pad", [wider, lambda architecture: architecture])
def test_slots_that_were_stored_padded_are_stripped(architecture, pad):
    """Also for a program that is not padded, since dropout was set in the meantime."""
    stored_by = StateLayout(architecture, wider(architecture), slots_of(wider(architecture)))
    slots = list(numbered(stored_by.slot_shapes, 1))
    weights = architecture.initial_weights(np.random.RandomState(0))
    vector = stored_by.pack(weights, slots)
    padded_shapes = [slot.shape for slot in slots_of(wider(architecture))]
    ends = np.cumsum([int(np.prod(shape)) for shape in padded_shapes])
    stored = vector[-ends[-1] :]
    stored = [
        part.reshape(shape)
        for part, shape in zip(np.split(stored, ends[:-1]), padded_shapes, strict=True)
    ]
    layout = StateLayout(architecture, pad(architecture), slots_of(pad(architecture)))
    assert not layout.has_shapes_of(stored)
    found = layout.without_padding(stored, wider(architecture))
    for a, b in zip(found, slots, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("change", [lambda s: s[:-1], lambda s: [*s, s[0]], lambda s: s[::-1]])
def test_slots_of_another_kind_are_refused(architecture, change):
    layout = StateLayout(architecture, architecture, slots_of(architecture))
    slots = change(list(numbered(layout.slot_shapes, 1)))
    assert not layout.has_shapes_of(slots)
    assert layout.without_padding(slots, wider(architecture)) is None
