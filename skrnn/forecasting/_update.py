"""Trains the networks of a forecaster on new rows."""

import numpy as np

from ._network_training import train_on_new_rows


def learn_fresh_rows(networks, panel, new, before):
    """Train networks on the rows that were added, once.

    Parameters
    ----------
    networks : ForecasterNetworks
        The networks.
    panel : Panel
        All rows that are known now. Series begin with a known row.
    new : Panel
        The rows that were added.
    before : Panel
        The rows that were known before. They are not learned again.
    """
    fresh = panel.fresh_rows(new, before, networks.n_targets)
    if not fresh.any():
        return
    age = panel.known_age(networks.n_targets)
    marked = panel.with_values(np.column_stack([panel.values, fresh, age]))
    n_rows = int(panel.remaining()[fresh].max()) + 1
    cut = marked.tail(n_rows + networks.history + max(networks.steps), panel.last + 1)
    values, fresh, age = np.split(cut.values, [-2, -1], axis=1)
    train_on_new_rows(networks, cut.with_values(values), fresh[:, 0] == 1.0, age[:, 0])
