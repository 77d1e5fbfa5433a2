"""Forecasts of counts: how to round them, large counts, and features that are almost always zero.

``python -m tests.benchmarks.counts`` prints three tables:

- ways to round the forecasts of car parts, on the last 12 months of the training parts;
- the errors of a loss for counts on large counts, on the last 12 months of the training parts of
  80 series of the hospital set;
- the errors on simulated hourly arrivals at an emergency room, with a feature for holidays, when
  more patients arrive, and without it, on a holiday and the day after it.
"""

import argparse
import warnings
from unittest import mock

import numpy as np
import pandas as pd

from skrnn.forecasting import AutoRNNForecaster, PanelBoosting, RNNForecaster
from tests.benchmarks._competition_data import load_group
from tests.benchmarks._competition_scores import bias, covered, mase

THRESHOLDS = {"0.5": 0.5, "0.55": 0.55, "0.6": 0.6}
DAY = 24
N_DAYS, N_HOLIDAYS = 120, 4


def main():
    """Print the tables."""
    tables = {"rounding": rounding, "large": large_counts, "holidays": rare_holidays}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--series", type=int, help="number of series; default as in the docs")
    parser.add_argument("--tables", nargs="+", default=list(tables), choices=list(tables))
    arguments = parser.parse_args()
    for name in arguments.tables:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            tables[name](arguments.series)


def rounding(n_series):
    """Print the errors of car parts by the way in which forecasts are rounded."""
    group = load_group("car parts").held_back().spread(n_series)
    truth = np.array(group.future)
    forecaster = AutoRNNForecaster(random_state=0).fit(group.panel(), fh=horizon(group))
    with mock.patch.object(AutoRNNForecaster, "_rounded", no_series):
        means = forecaster.predict().to_numpy().reshape(truth.shape)
    assert (up_from(means, 0.5) == forecaster.predict().to_numpy().reshape(truth.shape)).all()
    medians = forecaster.predict_quantiles(alpha=[0.5]).to_numpy().reshape(truth.shape)
    found = {name: up_from(means, threshold) for name, threshold in THRESHOLDS.items()}
    found |= {"no rounding": means, "medians": medians, "all zero": np.zeros_like(means)}
    print(f"\n{group.name}: {len(truth)} series, rounded up from a fraction of")
    for name, values in found.items():
        error = np.nanmean(mase(group.past, truth, values, group.sp))
        print(f"{name:14} MASE {error:.2f}, sum {bias(truth, values):+.0f}%", flush=True)


def no_series(forecaster):
    """Return that the forecasts of no series are rounded."""
    return np.zeros(forecaster._panel.n_series, bool)


def up_from(means, threshold):
    """Round up where the fractional part is at or above a threshold, otherwise down."""
    return np.rint(means) if threshold == 0.5 else np.floor(means + 1 - threshold)


def large_counts(n_series):
    """Print the errors on counts in the hundreds."""
    group = load_group("hospital").held_back().spread(n_series or 80)
    truth = np.array(group.future)
    print(f"\n{group.name}: {len(truth)} series, mean {np.mean(truth):.0f}")
    for name, forecaster in {
        'RNNForecaster, "negative_binomial"': RNNForecaster(
            loss="negative_binomial", random_state=0
        ),
        "AutoRNNForecaster": AutoRNNForecaster(random_state=0),
    }.items():
        forecaster.fit(group.panel(), fh=horizon(group))
        values = forecaster.predict().to_numpy().reshape(truth.shape)
        bounds = forecaster.predict_interval(coverage=0.8).to_numpy().T.reshape(2, *truth.shape)
        error, inside = np.abs(values - truth).mean(), covered(truth, *bounds)
        print(f"{name:36} MAE {error:.1f}, inside 80% intervals {inside:.2f}", flush=True)


def horizon(group):
    """Return all steps of a set."""
    return np.arange(1, group.horizon + 1)


def make_arrivals(seed=0):
    """Return hourly arrivals, and a feature that is 1 on holidays, one day in thirty."""
    random = np.random.default_rng(seed)
    index = pd.date_range("2023-01-02", periods=N_DAYS * DAY, freq="h")
    holidays = np.arange(10, N_DAYS, N_DAYS // N_HOLIDAYS)
    holiday = np.isin(np.arange(len(index)) // DAY, holidays).astype(float)
    profile = np.exp(0.6 * np.sin(2 * np.pi * (index.hour - 8) / DAY) - 0.1)
    mean = 10 * profile * np.where(index.dayofweek >= 5, 1.2, 1.0) * np.where(holiday, 1.3, 1.0)
    y = pd.Series(random.poisson(mean).astype(float), index, name="arrivals")
    return y, pd.DataFrame({"holiday": holiday}, index)


def rare_holidays(_):
    """Print the errors of forecasts of a day with and without a feature for holidays."""
    y, X = make_arrivals()
    last = np.flatnonzero(X["holiday"].to_numpy()[::DAY])[-1]
    days = [last, last + 1]
    fh = np.arange(1, DAY + 1)
    counts = RNNForecaster(loss="negative_binomial", lag=DAY, n_networks=1, random_state=0)
    print("\nmean absolute error on a holiday, and on the day after it")
    for name, forecaster, features in (
        ("negative binomial, without the feature", counts, None),
        ("negative binomial, with the feature", counts, X),
        ("PanelBoosting, with the feature", PanelBoosting(), X),
    ):
        errors = []
        for day in days:
            past, coming = slice(None, day * DAY), slice(day * DAY, (day + 1) * DAY)
            known = (None, None) if features is None else (features[past], features[coming])
            fitted = forecaster.clone().fit(y[past], known[0], fh=fh)
            errors.append(np.abs(fitted.predict(X=known[1]) - y[coming]).mean())
        print(f"{name:40}", *np.round(errors, 1), flush=True)


if __name__ == "__main__":
    main()
