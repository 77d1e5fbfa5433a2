"""Measures of the errors of a back-test, for each series, origin or step."""

import numpy as np
import pandas as pd

MODELS = {"forecast": "forecast", "naive": "naive", "seasonal_naive": "seasonal naive"}
"""Columns of a table of forecasts, and their names in a summary."""

METRICS = ("MAE", "MASE", "RMSSE", "bias", "coverage", "pinball", "n")


def summarise(table, by, coverage):
    """Return the errors of forecasts and of naive forecasts.

    Only rows whose true value and forecast are both known are counted.

    Parameters
    ----------
    table : DataFrame
        The forecasts, with the columns "scale" and "root_scale": the mean absolute change of the
        series before the origin, and the root of the mean squared one.
    by : list of str
        Columns to group by.
    coverage : float or None
        Coverage of the intervals, if there are any.

    Returns
    -------
    DataFrame
        A row for each group and model, and a column for each of `METRICS`.
    """
    known = table[["y", "forecast"]].notna().all(axis=1)
    parts = {
        name: _errors_of(table, known, column, by, coverage if column == "forecast" else None)
        for column, name in MODELS.items()
    }
    summary = pd.concat(parts, names=["model"])
    if not by:
        return summary.droplevel(-1)
    # Sorted by group, and by model within each group.
    order = np.arange(len(summary)).reshape(len(MODELS), -1).T.ravel()
    return summary.iloc[order].reorder_levels([*range(1, summary.index.nlevels), 0])


def _errors_of(table, known, column, by, coverage):
    error = (table[column] - table["y"]).where(known)
    rows = table[["series", "origin", "step", "cutoff"]].assign(
        absolute=error.abs(), squared=error**2, bias=error
    )
    rows["scale"], rows["root_scale"] = table["scale"], table["root_scale"]
    rows["coverage"], rows["pinball"] = np.nan, np.nan
    if coverage is not None:
        rows["coverage"], rows["pinball"] = _of_intervals(table, known, coverage)
    groups = rows.groupby(by or np.zeros(len(rows), int), sort=True)
    errors = groups[["absolute", "bias", "coverage", "pinball"]].mean()
    errors["n"] = groups["absolute"].count()
    for name in ("MASE", "RMSSE"):
        errors[name] = _scaled(rows, by, name)
    return errors.rename(columns={"absolute": "MAE"})[list(METRICS)]


def _scaled(rows, by, name):
    """Return the scaled error of each series and origin in a group, then their mean."""
    column, scale = ("absolute", "scale") if name == "MASE" else ("squared", "root_scale")
    keys = [*by, *(key for key in ("series", "origin") if key not in by)]
    units = rows.groupby(keys, sort=True)
    error = units[column].mean() ** (1.0 if name == "MASE" else 0.5)
    scaled = error / units[scale].first()
    if not by:
        return np.array([scaled.mean()])
    return scaled.groupby(level=list(range(len(by))), sort=True).mean()


def _of_intervals(table, known, coverage):
    """Return whether each interval contains the true value, and the pinball loss of its ends."""
    known = known & table[["lower", "upper"]].notna().all(axis=1)
    y, lower, upper = table["y"], table["lower"], table["upper"]
    inside = ((lower <= y) & (y <= upper)).astype(float).where(known)
    share = (1 - coverage) / 2
    losses = [
        np.maximum(alpha * (y - end), (alpha - 1) * (y - end))
        for alpha, end in ((share, lower), (1 - share, upper))
    ]
    return inside, (sum(losses) / 2).where(known)
