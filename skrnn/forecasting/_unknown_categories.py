"""Lets networks learn what to forecast if a category is unknown."""

import numpy as np
from sklearn.utils import check_random_state

from skrnn.training._unknown_category_rows import SHARE, unknown_features

from ._panel import Panel
from ._series_rows import row_ranges


def with_unknown_categories(networks, panel, scaled):
    """Add copies of some series whose categories are unknown.

    Without them, the weights of unknown categories would keep their random first values wherever
    all categories are known in training.

    Parameters
    ----------
    networks : ForecasterNetworks
        The networks, whose `random_state` chooses the series and the columns.
    panel : Panel
        With a gap of `lag` rows before each series.
    scaled : ndarray of shape (n_rows, n_columns)
        Its scaled values.

    Returns
    -------
    panel : Panel
        With copies of a tenth of the series (at least one).
    scaled : ndarray of shape (n_rows, n_columns)
    """
    groups = networks.columns.indicators_of()
    if not groups or networks.stateful:  # a state is carried along one series
        return panel, scaled
    random = check_random_state(networks.regressors[0].random_state)
    n_copies = int(np.ceil(SHARE * panel.n_series))
    copied = np.sort(random.permutation(panel.n_series)[:n_copies])
    begins = panel.starts[copied] - networks.lag
    rows = row_ranges(begins, panel.ends[copied])
    sizes = panel.ends[copied] - begins
    copies = scaled[rows]
    chosen = unknown_features(random, len(groups), n_copies)
    for group, unknown in zip(groups, chosen, strict=True):
        places = networks.n_targets + group
        changed = np.repeat(unknown, sizes) & ~np.isnan(copies[:, places]).any(axis=1)
        copies[np.ix_(changed, places)] = -networks.frequencies[group]
        copies[changed, places[-1]] += 1.0
    ends = np.cumsum(sizes)
    starts, first = ends - panel.lengths[copied], panel.first[copied]
    instances = None if panel.instances is None else panel.instances[copied]
    added = Panel(panel.values[rows], starts, ends, first, instances)
    return Panel.joined([panel, added]), np.concatenate([scaled, copies])
