"""Measures of the errors of a backtest, for each series, origin or step."""

import numpy as np
import pandas as pd

MODELS = {"forecast": "forecast", "naive": "naive", "seasonal_naive": "seasonal naive"}
"""Columns of a table of forecasts, and their names in a summary."""

METRICS = ("MAE", "MASE", "RMSSE", "bias", "coverage", "pinball", "n")
"""Columns of a summary, if at most one coverage and no quantile is asked for."""


def summarise(table, by, asked):
    """Return the errors of forecasts and of naive forecasts.

    Only rows whose true value and forecast are both known are counted.

    Parameters
    ----------
    table : DataFrame
        The forecasts, with the columns "scale" and "root_scale": the mean absolute change of the
        series before the origin, and the root of the mean squared one.
    by : list of str
        Columns to group by.
    asked : AskedQuantiles
        The intervals and quantiles in the table, and the names of their columns.

    Returns
    -------
    DataFrame
        A row for each group and model. The columns are `METRICS`, but with several coverages a
        column "coverage_0.8" for each of them, and "pinball_0.75" for each quantile.
    """
    known = table[["y", "forecast"]].notna().all(axis=1)
    parts = {name: _errors_of(table, known, column, by, asked) for column, name in MODELS.items()}
    summary = pd.concat(parts, names=["model"])
    if not by:
        return summary.droplevel(-1)
    # Sorted by group, and by model within each group.
    order = np.arange(len(summary)).reshape(len(MODELS), -1).T.ravel()
    return summary.iloc[order].reorder_levels([*range(1, summary.index.nlevels), 0])


def _errors_of(table, known, column, by, asked):
    error = (table[column] - table["y"]).where(known)
    rows = table[list(dict.fromkeys(["series", "origin", *by]))].assign(
        absolute=error.abs(), squared=error**2, bias=error
    )
    rows["scale"], rows["root_scale"] = table["scale"], table["root_scale"]
    of_quantiles = _of_quantiles(table, known, asked)
    for name, values in of_quantiles.items():
        rows[name] = values if column == "forecast" else np.nan
    groups = rows.groupby(by or np.zeros(len(rows), int), sort=True)
    errors = groups[["absolute", "bias", *of_quantiles]].mean()
    errors["n"] = groups["absolute"].count()
    for name in ("MASE", "RMSSE"):
        errors[name] = _scaled(rows, by, name)
    errors = errors.rename(columns={"absolute": "MAE"})
    return errors[[*METRICS[:4], *of_quantiles, "n"]]


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


def _of_quantiles(table, known, asked):
    """Return columns of each row: whether it lies inside an interval, and pinball losses."""
    columns, losses = {}, []
    several = isinstance(asked.coverage, tuple)
    for coverage, (lower, upper) in asked.ends.items():
        both = known & table[[lower, upper]].notna().all(axis=1)
        inside = table["y"].between(table[lower], table[upper])
        columns[f"coverage_{coverage}" if several else "coverage"] = inside.astype(float).where(
            both
        )
        share = (1 - coverage) / 2
        losses += [
            _pinball(table, column, alpha).where(both)
            for column, alpha in ((lower, share), (upper, 1 - share))
        ]
    if not losses:
        columns["coverage"] = np.nan
    columns["pinball"] = sum(losses) / len(losses) if losses else np.nan
    for alpha, column in asked.quantiles.items():
        columns[f"pinball_{alpha}"] = _pinball(table, column, alpha).where(known)
    return columns


def _pinball(table, column, alpha):
    error = table["y"] - table[column]
    return np.maximum(alpha * error, (alpha - 1) * error)
