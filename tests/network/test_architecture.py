"""Shapes and first values of the weights, against Keras's own and what the papers ask for."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from skrnn.cells import GRUCell, LSTMCell
from skrnn.cells._named_cells import CELLS
from skrnn.keras_bridge._model import build_model, set_weights
from skrnn.losses import Normal
from skrnn.network._architecture import Architecture

VARIANTS = [
    {"cell": cell, "units": units, "bidirectional": both, "autoregressive": path}
    for cell, units, both, path in product(
        sorted(CELLS), [(3,), (4, 2)], [False, True], [False, True]
    )
]
OTHERS = [
    {"cell": "gru", "units": (3,), "n_quantiles": 3},
    {"cell": "lstm", "units": (3, 5, 2), "n_outputs": 2, "n_quantiles": 2, "level_feature": 1},
    {"cell": "simple", "units": (1,), "return_sequences": True, "autoregressive": True},
    {"cell": "lstm", "units": (2,), "bidirectional": True, "return_sequences": True},
    {"cell": "lstm", "units": (2,), "dropout": 0.5, "recurrent_dropout": 0.5},
]


def make_architecture(**settings):
    return Architecture(**{"n_timesteps": 4, "n_features": 2, "n_outputs": 1} | settings)


def draw(architecture, seed=0):
    return architecture.initial_weights(np.random.RandomState(seed))


@pytest.mark.parametrize("settings", [*VARIANTS, *OTHERS], ids=str)
def test_weights_have_keras_s_shapes_and_order(settings):
    architecture = make_architecture(**settings)
    model, weights = build_model(architecture, seed=0), draw(architecture)
    assert [w.shape for w in weights] == [w.shape for w in model.get_weights()]
    assert {w.dtype for w in weights} == {np.dtype(np.float32)}
    set_weights(model, architecture, weights)
    for ours, theirs in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("settings", [*VARIANTS, *OTHERS], ids=str)
def test_kernels_are_all_that_is_no_bias(settings):
    architecture = make_architecture(**settings)
    model = build_model(architecture, seed=0)
    weights = zip(model.get_weights(), model.weights, strict=True)
    kernels = [weight for weight, variable in weights if variable.name != "bias"]
    ours = architecture.kernels(model.get_weights())
    assert len(ours) == len(kernels)
    for a, b in zip(ours, kernels, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("settings", [*VARIANTS, *OTHERS], ids=str)
def test_split_weights_loses_none(settings):
    architecture = make_architecture(**settings)
    weights = draw(architecture)
    cells, kernel, bias, path = architecture.split_weights(weights)
    assert len(cells) == len(architecture.units) * architecture.n_directions
    assert (path is not None) == architecture.autoregressive
    together = [w for cell in cells for w in cell] + [kernel, bias]
    together += [] if path is None else [path]
    assert all(a is b for a, b in zip(together, weights, strict=True))
    assert (len(bias),) == kernel.shape[1:] == (architecture.n_raw_outputs,)


@pytest.mark.parametrize("cell", CELLS)
def test_kernels_are_drawn_evenly_within_glorot_s_limits(cell):
    architecture = make_architecture(
        cell=cell, units=(64,), n_features=40, n_outputs=30, n_timesteps=8
    )
    architecture = Architecture(**architecture.to_dict() | {"autoregressive": True})
    cells, output, bias, path = architecture.split_weights(draw(architecture))
    for kernel in (cells[0][0], output):
        limit = np.sqrt(6 / sum(kernel.shape))
        assert stats.kstest(kernel.ravel(), stats.uniform(-limit, 2 * limit).cdf).pvalue > 0.001
        assert 0.99 * limit < np.abs(kernel).max() <= limit * (1 + 1e-6)
    np.testing.assert_array_equal(bias, 0)
    np.testing.assert_array_equal(path, 0)  # a forecast starts from the level


@pytest.mark.parametrize("cell", CELLS)
def test_recurrent_kernels_are_orthogonal(cell):
    architecture = make_architecture(cell=cell, units=(48,))
    recurrent = draw(architecture)[1]
    assert recurrent.shape == (48, CELLS[cell].gates * 48)
    np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(48), atol=1e-5)
    # Drawn without preference, not only orthogonal: a plain QR decomposition favours one sign.
    diagonals = [np.diag(draw(make_architecture(cell=cell, units=(4,)), s)[1]) for s in range(200)]
    assert abs(np.mean(np.sign(diagonals))) < 0.15


@pytest.mark.parametrize("cell", CELLS)
def test_biases_start_at_zero_but_for_an_open_forget_gate(cell):
    bias = draw(make_architecture(cell=cell, units=(5,)))[2]
    expected = np.zeros_like(bias)
    if cell == "lstm":
        expected[5:10] = 1.0
    np.testing.assert_array_equal(bias, expected)
    keras_bias = build_model(make_architecture(cell=cell, units=(5,)), seed=0).get_weights()[2]
    np.testing.assert_array_equal(bias, keras_bias)


def test_draws_come_from_the_generator_alone():
    architecture = make_architecture(cell="gru", units=(4, 4))
    once, again, other = draw(architecture, 1), draw(architecture, 1), draw(architecture, 2)
    for a, b in zip(once, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(once[0], other[0])
    assert not np.array_equal(once[1], once[4])  # layers of one shape differ


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_state_shapes(cell, bidirectional):
    architecture = make_architecture(cell=cell, units=(4, 3), bidirectional=bidirectional)
    each = (1 + bidirectional) * CELLS[cell].states
    assert architecture.state_shapes() == [4] * each + [3] * each


def test_steps_and_columns_of_the_output():
    assert make_architecture(cell="gru", units=(1,)).n_target_steps == 1
    assert make_architecture(cell="gru", units=(1,), return_sequences=True).n_target_steps == 4
    assert make_architecture(cell="gru", units=(1,), n_outputs=2).n_raw_outputs == 2
    assert make_architecture(cell="gru", units=(1,), n_outputs=2, n_quantiles=3).n_raw_outputs == 6


@pytest.mark.parametrize("settings", [*VARIANTS[:3], *OTHERS], ids=str)
def test_to_dict_and_back(settings):
    architecture = make_architecture(**settings)
    values = architecture.to_dict()
    assert all(
        value is None or type(value) in {str, int, float, bool, tuple} for value in values.values()
    )
    again = Architecture.from_dict(values | {"units": list(values["units"])})
    assert again == architecture
    assert hash(again) == hash(architecture)
    assert Architecture.from_dict(values | {"n_timesteps": 5}) != architecture


def test_a_cell_is_stored_by_its_name_if_it_has_one():
    class OtherCell(LSTMCell):
        pass

    assert make_architecture(cell=GRUCell(), units=(3,)).to_dict()["cell"] == "gru"
    assert make_architecture(cell="gru", units=(3,)).cell == GRUCell()
    other = make_architecture(cell=OtherCell(), units=(3,))
    assert other.to_dict()["cell"] == OtherCell()
    assert Architecture.from_dict(other.to_dict()) == other
    assert other != make_architecture(cell="lstm", units=(3,))


def test_a_network_reads_windows_of_any_number_of_steps():
    architecture = make_architecture(cell="gru", units=(2,), level_feature=1)
    assert architecture.reading(4) is architecture
    longer = architecture.reading(9)
    assert longer == Architecture.from_dict(architecture.to_dict() | {"n_timesteps": 9})
    assert longer.weight_shapes() == architecture.weight_shapes()
    for needs in ({"autoregressive": True}, {"level_feature": 0, "return_sequences": True}):
        fixed = make_architecture(cell="gru", units=(2,), **needs)
        assert fixed.reading(4) is fixed
        words = (
            f"{next(iter(needs))}.* needs windows of 4 steps, as in fit. Got windows of 9 steps"
        )
        with pytest.raises(ValueError, match=words):
            fixed.reading(9)


def test_a_likelihood_is_stored_by_name_and_has_an_axis_of_parameters():
    normal = Architecture("gru", (2,), 3, 1, 2, likelihood="normal")
    assert normal.likelihood == Normal()
    assert (normal.columns, normal.n_raw_outputs) == ((2,), 4)
    stored = normal.to_dict()
    assert stored["likelihood"] == "normal"
    assert Architecture.from_dict(stored) == normal

    class Own(Normal):
        pass

    own = Architecture("gru", (2,), 3, 1, 2, likelihood=Own())
    assert own.to_dict()["likelihood"] == Own()
    assert own != normal
    assert Architecture("gru", (2,), 3, 1, 2).to_dict()["likelihood"] is None


def test_what_earlier_versions_stored_has_no_likelihood():
    stored = Architecture("gru", (2,), 3, 1, 2, n_quantiles=3).to_dict()
    del stored["likelihood"]
    read = Architecture.from_dict(stored)
    assert (read.likelihood, read.columns, read.n_raw_outputs) == (None, (3,), 6)
