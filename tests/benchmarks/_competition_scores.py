"""Errors, bias and coverage, as the forecasting competitions compute them.

Forecasts and true values are arrays of shape (n_series, horizon). True values may be NaN: they do
not count. A forecast that is NaN makes the score NaN.
"""

from dataclasses import dataclass, field

import numpy as np

COVERAGES = (0.8, 0.95)


@dataclass
class Forecasts:
    """Forecasts of a group of series.

    Attributes
    ----------
    point : ndarray of shape (n_series, horizon)
        The point forecasts.
    intervals : dict of float to tuple of ndarray
        Lower and upper bounds, of the same shape, by coverage. It may be empty.
    """

    point: np.ndarray
    intervals: dict = field(default_factory=dict)


def smape(truth, forecast):
    """Symmetric mean absolute percentage error of each series, in percent (M3, 2000).

    The error is 0 if a forecast and the true value are both 0.
    """
    sums = np.abs(truth) + np.abs(forecast)
    return _means(200 * np.abs(truth - forecast) / np.where(sums == 0, 1, sums), truth)


def mape(truth, forecast):
    """Mean absolute percentage error of each series, in percent; zeros do not count."""
    truth = np.where(truth == 0, np.nan, truth)
    return _means(100 * np.abs(truth - forecast) / np.abs(truth), truth)


def mase(past, truth, forecast, sp):
    """Mean absolute error of each series, relative to seasonal naive in sample (Hyndman, 2006).

    NaN for series that never change by more than 0 from season to season.
    """
    return _means(np.abs(truth - forecast), truth) / naive_errors(past, sp)


def naive_errors(past, sp):
    """Mean absolute change from season to season in each training part; NaN if it is 0.

    A series that is not longer than a season is measured by its changes from row to row.
    """
    changes = [_changes(values, sp if len(values) > sp else 1) for values in past]
    means = [np.mean(c) if len(c) else np.nan for c in changes]
    return np.where(np.array(means) == 0, np.nan, means)


def _changes(values, sp):
    changes = np.abs(values[sp:] - values[:-sp])
    return changes[~np.isnan(changes)]


def msis(past, truth, lower, upper, sp, coverage):
    """Mean scaled interval score of each series, as in M4: width and penalties for misses."""
    alpha = 1 - coverage
    misses = np.maximum(lower - truth, 0) + np.maximum(truth - upper, 0)
    return _means(upper - lower + 2 / alpha * misses, truth) / naive_errors(past, sp)


def owa(row, naive2):
    """Overall weighted average of M4: the mean ratio of sMAPE and MASE to those of Naive2."""
    return (row["sMAPE"] / naive2["sMAPE"] + row["MASE"] / naive2["MASE"]) / 2


def bias(truth, forecast):
    """Sum of all forecasts compared with the sum of the true values, in percent."""
    known = ~np.isnan(truth)
    return 100 * (forecast[known].sum() / truth[known].sum() - 1)


def covered(truth, lower, upper):
    """Share of the true values inside the intervals."""
    known = ~np.isnan(truth)
    inside = (truth >= lower) & (truth <= upper)
    return inside[known].mean()


def geometric_mean(ratios):
    """Geometric mean."""
    return float(np.exp(np.mean(np.log(ratios))))


def _means(errors, truth):
    """Mean of each row over the known true values; NaN if there are none."""
    known = ~np.isnan(truth)
    with np.errstate(invalid="ignore"):
        return np.where(known, errors, 0).sum(axis=1) / np.where(
            known.any(axis=1), known.sum(axis=1), np.nan
        )


def scores(group, forecasts):
    """Return the scores of a group: means over its series.

    Parameters
    ----------
    group : Group
        The series.
    forecasts : Forecasts
        Their forecasts.

    Returns
    -------
    dict of str to float
        sMAPE, MASE and MAPE are means over series. Series whose naive error is 0 have no MASE, and
        those without a known true value are left out. "negative" is the share of forecasts below
        0, "lower negative" the share of lower bounds, of the widest interval. "MSIS" is the mean
        scaled interval score of the widest interval, and "MSIS 80%" that of another one.
    """
    truth, point = np.array(group.future), forecasts.point
    known = ~np.isnan(truth).all(axis=1)
    scaled = known & ~np.isnan(naive_errors(group.past, group.sp))
    positive = ((truth != 0) & ~np.isnan(truth)).any(axis=1)
    row = {
        "sMAPE": smape(truth, point)[known].mean(),
        "MASE": mase(group.past, truth, point, group.sp)[scaled].mean(),
        "MAPE": mape(truth, point)[positive].mean(),
        "bias": bias(truth, point),
        "negative": (point < 0).mean(),
    }
    for coverage, (lower, upper) in sorted(forecasts.intervals.items()):
        row[f"covered by {coverage:.0%}"] = covered(truth, lower, upper)
        row["lower negative"] = (lower < 0).mean()
        name = "MSIS" if coverage == max(forecasts.intervals) else f"MSIS {coverage:.0%}"
        row[name] = msis(group.past, truth, lower, upper, group.sp, coverage)[scaled].mean()
    return {name: round(float(value), 4) for name, value in row.items()}
