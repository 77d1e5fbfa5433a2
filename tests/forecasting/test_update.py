"""What `update` learns."""

import numpy as np
import pytest

from skrnn.forecasting._panel import Panel
from skrnn.forecasting._update import learn_fresh_rows


@pytest.fixture
def learned(monkeypatch):
    """What networks are given to learn: values and ages."""
    noted = []

    def note(networks, panel, fresh, age):
        noted.append((panel.values[fresh, 0], age[fresh]))

    monkeypatch.setattr("skrnn.forecasting._update.train_on_new_rows", note)
    return noted


def test_only_new_rows_are_learned(cheap, months, learned):
    forecaster = cheap().fit(months[:50])
    before = forecaster._panel
    new = Panel.of(months[45:53].to_frame(), forecaster._axis, 3)
    learn_fresh_rows(forecaster.networks_, before.with_rows_of(new, 3), new, before)
    [(values, age)] = learned
    np.testing.assert_allclose(values, months[50:53])
    np.testing.assert_array_equal(age, [50, 51, 52])


def test_nothing_new_is_not_learned(cheap, months, learned):
    forecaster = cheap().fit(months)
    panel = forecaster._panel
    learn_fresh_rows(forecaster.networks_, panel, panel, panel)
    assert learned == []
