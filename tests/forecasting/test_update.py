"""What `update` learns."""

import numpy as np

from skrnn.forecasting._panel import Panel
from skrnn.forecasting._update import learn_fresh_rows


class Spy:
    """Networks that note what they are given to learn."""

    def __init__(self, networks):
        self.n_targets, self.history, self.steps = 1, networks.history, networks.steps
        self.learned = []

    def learn(self, panel, fresh, age):
        self.learned.append((panel.values[fresh, 0], age[fresh]))


def test_only_new_rows_are_learned(cheap, months):
    forecaster = cheap().fit(months[:50])
    before = forecaster._panel
    new = Panel.of(months[45:53].to_frame(), forecaster._axis, 3)
    spy = Spy(forecaster.networks_)
    learn_fresh_rows(spy, before.with_rows_of(new, 3), new, before)
    [(values, age)] = spy.learned
    np.testing.assert_allclose(values, months[50:53])
    np.testing.assert_array_equal(age, [50, 51, 52])


def test_nothing_new_is_not_learned(cheap, months):
    forecaster = cheap().fit(months)
    spy = Spy(forecaster.networks_)
    learn_fresh_rows(spy, forecaster._panel, forecaster._panel, forecaster._panel)
    assert spy.learned == []
