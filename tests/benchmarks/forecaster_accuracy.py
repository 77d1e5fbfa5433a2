"""Twelve months ahead: RNNForecaster beside ridge reduction, seasonal naive, ETS and Theta.

Airline passengers (in logarithms, errors in passengers), last 36 months, and sea surface
temperatures, last 10 years; the window expands, every forecast lies wholly in the test part.
Settings of network and ridge are chosen by the same folds of the training part, which end before
the test part begins; the ridge has the network's lags, scaling and differences. Networks are the
mean of three seeds. Errors are scaled by that of the seasonal naive forecast of the training part.
"""

import argparse
import time
from itertools import product

import numpy as np
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sktime.datasets import load_airline
from sktime.forecasting.base import BaseForecaster
from sktime.forecasting.compose import TransformedTargetForecaster, make_reduction
from sktime.forecasting.ets import AutoETS
from sktime.forecasting.naive import NaiveForecaster
from sktime.forecasting.theta import ThetaForecaster
from sktime.transformations.difference import Differencer

from skrnn.datasets import load_sea_surface_temperatures
from skrnn.forecasting import RNNForecaster

FH = np.arange(1, 13)
SEEDS = (0, 1, 2)
QUANTILES = (0.1, 0.5, 0.9)


def main():
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=["airline", "sea surface"])
    only = parser.parse_args().only
    # The default of sktime 1.3, which 1.2 announces to whoever makes one of its forecasters.
    BaseForecaster._config["remember_data"] = False
    for name, (series, n_test, step, function) in problems().items():
        if only in (None, name):
            run(name, series, n_test, step, function)


def problems():
    """Series, months of the test part, months between two forecasts, and back from the scale."""
    sea = load_sea_surface_temperatures().astype(float)
    if not hasattr(sea.index, "freqstr") or sea.index.freq is None:
        sea = sea.asfreq("MS")
    sea.index = sea.index.to_period("M")
    return {
        "airline": (np.log(load_airline()), 36, 1, np.exp),
        "sea surface": (sea, 120, 3, np.asarray),
    }


def run(name, series, n_test, step, back):
    """Tune on the training part, and print the errors on the test part."""
    start = time.perf_counter()
    train = series[:-n_test]
    folds = range(len(train) - 36, len(train) - 11, 8)
    cuts = range(len(series) - n_test, len(series) - 11, step)
    values = back(train.to_numpy())
    scale = np.mean(np.abs(values[12:] - values[:-12]))

    def error(forecaster, cutoffs, whole):
        forecasts, truths = backtest(forecaster, whole, cutoffs)
        return np.mean(np.abs(back(forecasts) - back(truths))) / scale

    best = tuned(network_candidates(), lambda kw: error(network(seed=0, **kw), folds, train))
    print(f"\n{name}\n  network: {best}", flush=True)
    same = {name: best[name] for name in ("lag", "differencing")}
    ridges = [{**same, **kw} for kw in ridge_candidates()]
    ridge_best = tuned(ridges, lambda kw: error(ridge(**kw), folds, train))
    print(f"  ridge: {ridge_best}", flush=True)
    opponents = {
        "ridge reduction, same lags": ridge(**ridge_best),
        "seasonal naive": NaiveForecaster("last", sp=12),
        "ETS": AutoETS(error="add", trend="add", seasonal="add", damped_trend=True, sp=12),
    }
    rows = {"network": np.mean([error(network(seed=s, **best), cuts, series) for s in SEEDS])}
    rows |= {k: error(f, cuts, series) for k, f in opponents.items()}
    rows["Theta"] = theta_error(series, cuts, back, scale)
    for label, value in sorted(rows.items(), key=lambda item: item[1]):
        ratio = value / rows["ridge reduction, same lags"]
        print(f"  {label:28}{value:8.3f}{ratio:8.3f}", flush=True)
    print_coverage(train, series, folds, cuts)
    print(f"  {len(cuts)} forecasts of 12 months; {time.perf_counter() - start:.0f} s", flush=True)


def theta_error(series, cuts, back, scale):
    """Theta deseasonalises by ratios, and is given the series as it is."""
    whole = series.copy()
    whole[:] = back(series.to_numpy())
    forecasts, truths = backtest(ThetaForecaster(sp=12), whole, cuts)
    return np.mean(np.abs(forecasts - truths)) / scale


def print_coverage(train, series, folds, cuts):
    """Print the share of the truth inside the 80 % interval of a network of quantiles."""

    def pinball(kw):
        lower, middle, upper, truth = intervals(quantile_network(seed=0, **kw), train, folds)
        parts = zip(QUANTILES, (lower, middle, upper), strict=True)
        return sum(np.mean(np.maximum(q * (truth - f), (q - 1) * (truth - f))) for q, f in parts)

    best = tuned(quantile_candidates(), pinball)
    print(f"  quantile network: {best}", flush=True)
    shares, widths = [], []
    for seed in SEEDS:
        lower, _, upper, truth = intervals(quantile_network(seed=seed, **best), series, cuts)
        shares.append(np.mean((lower <= truth) & (truth <= upper)))
        widths.append(np.mean(upper - lower))
    each = ", ".join(f"{share:.3f}" for share in shares)
    print(f"  coverage of the 80 % interval {np.mean(shares):.3f} ({each})", flush=True)
    print(f"  mean width {np.mean(widths):.3f}", flush=True)


def backtest(forecaster, series, cutoffs):
    """Fit anew up to each cutoff; forecasts and truths, one row a cutoff."""
    forecasts = [forecaster.clone().fit(series[:cut], fh=FH).predict() for cut in cutoffs]
    truths = [series[cut : cut + len(FH)] for cut in cutoffs]
    return np.asarray(forecasts).reshape(len(truths), -1), np.asarray(truths)


def intervals(forecaster, series, cutoffs):
    """The three quantiles and the truth, one row a cutoff."""
    found = []
    for cut in cutoffs:
        fitted = forecaster.clone().fit(series[:cut], fh=FH)
        quantiles = fitted.predict_quantiles(alpha=list(QUANTILES)).to_numpy()
        found.append([*quantiles.T, series[cut : cut + len(FH)].to_numpy()])
    return np.moveaxis(np.asarray(found), 1, 0)


def tuned(candidates, error):
    """The candidate of the lowest error."""
    errors = [error(candidate) for candidate in candidates]
    return candidates[int(np.argmin(errors))]


def network(*, seed, **parameters):
    """A small LSTM."""
    return RNNForecaster(
        units=4, learning_rate=0.01, batch_size=16, random_state=seed, **parameters
    )


def network_candidates():
    """Strategies, lags, differences and decay."""
    grid = product(["recursive", "multioutput"], [13, 24], [None, 12], [0.03, 0.3])
    return [
        {"strategy": s, "lag": lag, "differencing": d, "weight_decay": w, "epochs": 500}
        for s, lag, d, w in grid
    ]


def quantile_network(*, seed, **parameters):
    """The same with three quantiles for every month."""
    return network(
        seed=seed,
        strategy="multioutput",
        loss="quantile",
        quantile=QUANTILES,
        **parameters,
    )


def quantile_candidates():
    """Lags, decay and epochs."""
    grid = product([13, 24], [0.1, 1.0], [50, 150])
    return [{"lag": lag, "weight_decay": d, "epochs": e} for lag, d, e in grid]


def ridge(*, lag, differencing, strategy, alpha):
    """The reduction of sktime, on standardised windows of the same lags and differences."""
    model = make_pipeline(StandardScaler(), Ridge(alpha))
    reduction = make_reduction(model, strategy=strategy, window_length=lag)
    if differencing is None:
        return reduction
    return TransformedTargetForecaster([Differencer(lags=differencing), reduction])


def ridge_candidates():
    """Strategies and penalties."""
    grid = product(["recursive", "direct"], np.logspace(-2, 2, 5))
    return [{"strategy": s, "alpha": float(a)} for s, a in grid]


if __name__ == "__main__":
    main()
