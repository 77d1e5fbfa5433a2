"""Twelve months ahead: RNNForecaster, ridge reduction, seasonal naive, ETS and Theta.

Airline passengers (in logarithms, errors in passengers), last 36 months, and sea surface
temperatures, last 10 years; the window expands, and every forecast lies completely in the test
part. The settings of network and ridge are chosen on the same folds of the training part, which
end before the test part begins. Ridge uses the network's lags and scaling, and the same
transformer takes the differences for both. Errors of the network are means over three seeds.
Errors are scaled by the error of the seasonal naive forecast on the training part. RNNForecaster
and AutoRNNForecaster without settings use the original series; ``--as-they-come`` leaves out
everything that is tuned.
"""

import argparse
import time
from dataclasses import dataclass
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
from skrnn.forecasting import AutoRNNForecaster, RNNForecaster

FH = np.arange(1, 13)
SEEDS = (0, 1, 2)
QUANTILES = (0.1, 0.5, 0.9)


def main():
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=["airline", "sea surface"])
    parser.add_argument(
        "--as-they-come", action="store_true", help="only forecasters without settings"
    )
    arguments = parser.parse_args()
    # The default of sktime 1.3, which 1.2 announces whenever a forecaster is created.
    BaseForecaster._config["remember_data"] = False
    for name, problem in problems().items():
        if arguments.only in (None, name):
            run(name, problem, tunes=not arguments.as_they_come)


@dataclass
class Problem:
    """A series, where it is cut, and how long its networks are trained.

    Test part and folds are the last `n_test` months, and the `span` months before them; `step` and
    `gap` are the months between two forecasts. `back` leads from the scale of the series to its
    units. A step of training is a batch, of which the longer series has ten an epoch.
    """

    series: object
    n_test: int
    step: int
    back: object
    span: int
    gap: int
    epochs: int

    @property
    def train(self):
        """What settings are chosen on."""
        return self.series[: -self.n_test]

    @property
    def folds(self):
        """Cutoffs of the folds: what they forecast lies before the test part."""
        return range(len(self.train) - self.span, len(self.train) - 11, self.gap)

    @property
    def cuts(self):
        """Cutoffs of the forecasts of the test part."""
        return range(len(self.train), len(self.series) - 11, self.step)

    @property
    def scale(self):
        """Error of the seasonal naive forecast in the training part."""
        values = self.back(self.train.to_numpy())
        return np.mean(np.abs(values[12:] - values[:-12]))

    def error(self, forecaster, series, cutoffs):
        """Mean absolute scaled error."""
        forecasts, truths = backtest(forecaster, series, cutoffs)
        return np.mean(np.abs(self.back(forecasts) - self.back(truths))) / self.scale


def problems():
    """The series to forecast."""
    sea = load_sea_surface_temperatures().astype(float)
    if not hasattr(sea.index, "freqstr") or sea.index.freq is None:
        sea = sea.asfreq("MS")
    sea.index = sea.index.to_period("M")
    return {
        "airline": Problem(np.log(load_airline()), 36, 1, np.exp, span=36, gap=3, epochs=600),
        "sea surface": Problem(sea, 120, 3, np.asarray, span=132, gap=11, epochs=100),
    }


def run(name, problem, *, tunes):
    """Print the errors on the test part, of what is tuned on the training part as well."""
    start = time.perf_counter()
    print(f"\n{name}", flush=True)
    rows = (tuned_errors(problem) if tunes else {}) | errors_as_they_come(problem)
    for label, value in sorted(rows.items(), key=lambda item: item[1]):
        print(f"  {label:28}{value:8.3f}{value / rows['seasonal naive']:8.3f}", flush=True)
    if tunes:
        print_coverage(problem)
    seconds = time.perf_counter() - start
    print(f"  {len(problem.cuts)} forecasts of 12 months; {seconds:.0f} s", flush=True)


def tuned_errors(problem):
    """Tune network and ridge on the training part, and compute the errors on the test part."""

    def in_folds(make):
        return lambda settings: problem.error(make(**settings), problem.train, problem.folds)

    def in_test(forecaster):
        return problem.error(forecaster, problem.series, problem.cuts)

    best, error = tuned(network_candidates(problem.epochs), in_folds(network))
    print(f"  network: {best}, {error:.3f} in the folds", flush=True)
    same = {name: best[name] for name in ("lag", "differencing")}
    ridge_best, error = tuned([{**same, **kw} for kw in ridge_candidates()], in_folds(ridge))
    print(f"  ridge: {ridge_best}, {error:.3f} in the folds", flush=True)
    return {
        "network": np.mean([in_test(network(seed=seed, **best)) for seed in SEEDS]),
        "ridge reduction, same lags": in_test(ridge(**ridge_best)),
        "ETS": in_test(
            AutoETS(error="add", trend="add", seasonal="add", damped_trend=True, sp=12)
        ),
    }


def errors_as_they_come(problem):
    """Compute the errors of what takes the series as it is, without settings."""
    whole = problem.series.copy()
    whole[:] = problem.back(problem.series.to_numpy())

    def error(forecaster):
        forecasts, truths = backtest(forecaster, whole, problem.cuts)
        return np.mean(np.abs(forecasts - truths)) / problem.scale

    return {
        "RNNForecaster()": np.mean([error(RNNForecaster(random_state=seed)) for seed in SEEDS]),
        "AutoRNNForecaster()": error(AutoRNNForecaster(random_state=SEEDS[0])),
        "seasonal naive": error(NaiveForecaster("last", sp=12)),
        "Theta": error(ThetaForecaster(sp=12)),
    }


def print_coverage(problem):
    """Print the share of the truth inside the 80% interval of a network of quantiles."""
    best = tuned_quantiles(problem)
    print(f"  quantile network: {best}", flush=True)
    shares, widths = [], []
    for seed in SEEDS:
        found = intervals(quantile_network(seed=seed, **best), problem.series, problem.cuts)
        shares.append(coverage(*found))
        widths.append(np.mean(found[2] - found[0]))
    each = ", ".join(f"{share:.3f}" for share in shares)
    print(f"  coverage of the 80% interval {np.mean(shares):.3f} ({each})", flush=True)
    print(f"  mean width {np.mean(widths):.3f}", flush=True)


def tuned_quantiles(problem):
    """The candidate of the lowest pinball loss in the folds, its mean over the seeds."""

    def loss(settings):
        forecasters = [quantile_network(seed=seed, **settings) for seed in SEEDS]
        return np.mean([pinball(*intervals(f, problem.train, problem.folds)) for f in forecasters])

    return tuned(quantile_candidates(problem.epochs), loss)[0]


def pinball(lower, middle, upper, truth):
    """Loss of the three quantiles."""
    parts = zip(QUANTILES, (lower, middle, upper), strict=True)
    return sum(np.mean(np.maximum(q * (truth - f), (q - 1) * (truth - f))) for q, f in parts)


def coverage(lower, middle, upper, truth):
    """Share of the truth between the outer quantiles."""
    return np.mean((lower <= truth) & (truth <= upper))


def backtest(forecaster, series, cutoffs):
    """Fit again up to each cutoff; return forecasts and true values, one row for each cutoff."""
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
    """The candidate of the lowest error, and that error."""
    errors = [error(candidate) for candidate in candidates]
    return candidates[int(np.argmin(errors))], min(errors)


def network(*, differencing, seed=0, **parameters):
    """A small recurrent network with a linear path."""
    forecaster = RNNForecaster(
        cell="simple",
        units=2,
        level=False,
        learning_rate=0.01,
        batch_size=64,
        random_state=seed,
        **parameters,
    )
    return of_differences(forecaster, differencing)


def network_candidates(epochs):
    """Strategies, lags, differences and penalties."""
    grid = product(["recursive", "multioutput"], [12, 24], [None, 12], [0.0003, 0.03, 1.0])
    return [
        {"strategy": s, "lag": lag, "differencing": d, "l2": l2, "epochs": epochs}
        for s, lag, d, l2 in grid
    ]


def quantile_network(**parameters):
    """The same with three quantiles for every month.

    A difference to the year before adds one known value to each of twelve months ahead, and so
    to its quantiles.
    """
    return network(strategy="multioutput", loss="quantile", quantile=QUANTILES, **parameters)


def quantile_candidates(epochs):
    """Lags, differences and penalties."""
    grid = product([12, 24], [None, 12], [0.0003, 0.003, 0.03])
    return [{"lag": lag, "differencing": d, "l2": l2, "epochs": epochs} for lag, d, l2 in grid]


def of_differences(forecaster, differencing):
    """The forecaster on the differences that sktime takes, or on the series itself."""
    if differencing is None:
        return forecaster
    return TransformedTargetForecaster([Differencer(lags=differencing), forecaster])


def ridge(*, lag, differencing, strategy, alpha):
    """The reduction of sktime, on standardised windows of the same lags and differences."""
    model = make_pipeline(StandardScaler(), Ridge(alpha))
    reduction = make_reduction(model, strategy=strategy, window_length=lag)
    return of_differences(reduction, differencing)


def ridge_candidates():
    """Strategies and penalties."""
    grid = product(["recursive", "direct"], np.logspace(-2, 3, 6))
    return [{"strategy": s, "alpha": float(a)} for s, a in grid]


if __name__ == "__main__":
    main()
