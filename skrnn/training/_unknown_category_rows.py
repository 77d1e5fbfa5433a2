"""Adds rows with unknown categories to the rows of a fit."""

from dataclasses import replace

import numpy as np

from skrnn.windows._views import are_consecutive, series_of_windows, view_windows

SHARE = 0.1
"""The share of rows, or of series, that are copied with unknown categories."""
_MOST_BLOCKS = 10


def with_unknown_categories(samples, groups, random_state, *, at_least=1):
    """Add copies of some rows whose categories are unknown.

    Without them, the weights of unknown categories would keep their random first values wherever
    all categories are known in training.

    Parameters
    ----------
    samples : Samples
        The rows to train on.
    groups : list of ndarray of int
        For each categorical feature, the positions of its indicators, that of unknown categories
        last.
    random_state : RandomState
        Chooses the rows, and the features that are unknown in each of them.
    at_least : int, default=1
        Smallest number of copies.

    Returns
    -------
    Samples
        With copies of a tenth of the rows. If the windows come from one series, up to ten
        pieces of the series are copied, so that they are again views of a series.
    """
    n_copies = max(int(SHARE * len(samples.rows)), min(at_least, len(samples.rows)))
    if not n_copies:
        return samples
    series = _series(samples.windows)
    if series is None:
        copied = np.sort(random_state.permutation(samples.rows)[:n_copies])
        copies = np.array(samples.windows[copied])
        _make_unknown(copies, groups, random_state)
        windows = np.concatenate([samples.windows, copies])
        return _joined(samples, windows, copied, len(samples.windows) + np.arange(n_copies))
    n_timesteps, n_blocks = samples.windows.shape[1], min(_MOST_BLOCKS, n_copies)
    length = n_copies // n_blocks
    begins = np.sort(random_state.randint(len(samples.rows) - length + 1, size=n_blocks))
    pieces, places, end = [series], [], len(series)
    blocks = [samples.rows[begin : begin + length] for begin in begins]
    for block in blocks:
        piece = np.array(series[block[0] : block[-1] + n_timesteps])
        _make_unknown(piece[None], groups, random_state)
        pieces.append(piece)
        places.append(end + block - block[0])
        end += len(piece)
    windows = view_windows(np.concatenate(pieces), n_timesteps)
    return _joined(samples, windows, np.concatenate(blocks), np.concatenate(places))


def unknown_features(random_state, n_features, n_copies):
    """Draw which categorical features are unknown in which copies.

    Parameters
    ----------
    random_state : RandomState
        The generator.
    n_features : int
        Number of categorical features.
    n_copies : int
        Number of copies.

    Returns
    -------
    ndarray of bool of shape (n_features, n_copies)
        At least one is True for each copy.
    """
    unknown = random_state.uniform(size=(n_features, n_copies)) < 0.5
    unknown[random_state.randint(n_features, size=n_copies), np.arange(n_copies)] = True
    return unknown


def _series(windows):
    """Return the series of consecutive windows, or None.

    A copy of them, as in another process, gets the same draws as a view.
    """
    series = series_of_windows(windows)
    if series is None and are_consecutive(windows):
        series = np.concatenate([windows[0], windows[1:, -1]])
    return series


def _make_unknown(windows, groups, random_state):
    """Let some categorical features of each window be unknown, at least one, in place."""
    unknown = unknown_features(random_state, len(groups), len(windows))
    for group, chosen in zip(groups, unknown, strict=True):
        row, step = np.nonzero(chosen[:, None] & ~np.isnan(windows[:, :, group[0]]))
        windows[row[:, None], step[:, None], group] = 0.0
        windows[row, step, group[-1]] = 1.0


def _joined(samples, windows, copied, places):
    """Return samples of more windows, with copies of the targets of some rows."""
    targets = np.zeros((len(windows), *samples.targets.shape[1:]), samples.targets.dtype)
    targets[: len(samples.targets)] = samples.targets
    targets[places] = samples.targets[copied]
    rows = np.append(samples.rows, places)
    return replace(samples, windows=windows, targets=targets, rows=rows)
