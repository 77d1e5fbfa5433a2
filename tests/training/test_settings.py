"""From parameters to a loss."""

import numpy as np
import pytest

from skrnn.network._losses import Loss
from skrnn.training._settings import loss_of


@pytest.mark.parametrize(
    ("quantile", "n_quantiles", "stored"),
    [
        (0.5, 0, 0.5),
        (np.float32(0.25), 0, 0.25),
        (np.array(0.25), 0, 0.25),
        ((0.5,), 1, (0.5,)),
        ([0.5], 1, (0.5,)),
        (np.array([0.5]), 1, (0.5,)),
        ([0.1, 0.9], 2, (0.1, 0.9)),
        (np.array([0.1, 0.5, 0.9]), 3, (0.1, 0.5, 0.9)),
    ],
)
def test_a_number_has_no_axis_and_a_list_has(quantile, n_quantiles, stored):
    parameters = {"loss": "quantile", "quantile": quantile}
    loss = loss_of(**parameters)
    assert loss.n_quantiles == n_quantiles
    assert loss == Loss("quantile", stored)
    assert {type(q) for q in np.atleast_1d(loss.quantile).tolist()} == {float}


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "huber"])
def test_other_losses_have_no_quantiles(loss):
    assert loss_of(loss) == Loss(loss)
    assert loss_of(loss).n_quantiles == 0
