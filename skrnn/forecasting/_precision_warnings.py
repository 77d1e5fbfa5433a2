"""Warns about columns whose changes are lost when networks compute in float32."""

import numpy as np

from skrnn._single_precision import describe_lost_digits, float32_distance, lose_digits
from skrnn._warnings import warn_user

from ._series_names import name_some


def warn_about_lost_digits(panel, scaled, names):
    """Warn about columns whose changes are lost in float32 in some series.

    Parameters
    ----------
    panel : Panel
        Layout of the series.
    scaled : ndarray of shape (n_rows, n_columns)
        Columns as the networks read them.
    names : list of str or None
        Name of each column for messages. Columns whose name is None are not reported.

    Warns
    -----
    SkrnnWarning
        For each such column, naming the series.
    """
    for column, name in enumerate(names):
        if name is None:
            continue
        series = _series_that_lose_digits(panel, scaled[:, column])
        if not len(series):
            continue
        first = slice(panel.starts[series[0]], panel.ends[series[0]])
        where = ""
        if panel.instances is not None:
            where = f" in the series {name_some(panel.instances[series])}"
        warn_user(
            f"{name}, as it was scaled,{where} {describe_lost_digits(scaled[first, column])}. "
            "Scale it so that it is close to zero: subtract a constant from each series, or use "
            "target_scaler and feature_scaler, level=True or scale_by='series'."
        )


def _series_that_lose_digits(panel, values):
    known = ~np.isnan(values[panel.rows])
    series, values_known = panel.series[known], values[panel.rows][known]
    change = np.abs(np.diff(values_known))
    small = (change > 0) & (change < float32_distance(np.abs(values_known[1:])) * 2)
    # The exact rule is slow, so it is only applied to the few series that may break it.
    candidates = np.unique(series[1:][small & (series[1:] == series[:-1])])
    lost = [lose_digits(values[panel.starts[i] : panel.ends[i]]) for i in candidates]
    return candidates[np.array(lost, bool)]
