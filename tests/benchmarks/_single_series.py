"""Single series, each forecast at three windows from its end."""

import time
import warnings

import numpy as np
import pandas as pd
from sktime.datasets import load_airline

from skrnn.forecasting import AutoRNNForecaster, RNNForecaster
from tests.benchmarks._competition_data import load_singles, seasonal_naive
from tests.benchmarks._competition_scores import COVERAGES, Forecasts, covered

N_WINDOWS = 3


def single_scores(contenders, *, training_parts=False, seed=0):
    """Yield the errors of each contender as ratios to the seasonal naive forecast.

    Parameters
    ----------
    contenders : list of str
        Names of ways to forecast; those that only panels have are left out.
    training_parts : bool, default=False
        Whether the windows before the last three are forecast, for the choice of settings.
    seed : int, default=0
        Seed of the networks.
    """
    problems = [(single, list(cuts(single, training_parts))) for single in load_singles()]
    problems = [(single, parts) for single, parts in problems if parts]
    for name in [*contenders, "ridge reduction"]:
        if name not in WAYS:
            continue
        start = time.perf_counter()
        inside = []
        ratios = pd.Series(
            {
                single.name: ratio(single, parts, WAYS[name], seed, inside)
                for single, parts in problems
            }
        )
        yield (
            name,
            {
                "ratio": round(float(np.exp(np.log(ratios).mean())), 3),
                "worst": round(float(ratios.max()), 2),
                "worst series": ratios.idxmax(),
                "above 1.5": int((ratios > 1.5).sum()),
                "series": len(ratios),
                "seconds": round(time.perf_counter() - start, 1),
                **coverages_of(inside),
            },
        )


def coverages_of(inside):
    """Return the mean over all windows of the shares inside the intervals of each coverage.

    Parameters
    ----------
    inside : list of ndarray of shape (n_coverages,)
        The shares of each window; empty without intervals.
    """
    if not inside:
        return {}
    shares = np.mean(inside, axis=0)
    return {
        f"covered by {coverage:.0%}": round(float(share), 3)
        for coverage, share in zip(COVERAGES, shares, strict=True)
    }


def seed_scores(n_seeds=10, horizon=36):
    """Yield the errors of several seeds on airline passengers, as ratios to seasonal naive.

    Parameters
    ----------
    n_seeds : int, default=10
        Number of seeds.
    horizon : int, default=36
        Number of months, all of which are forecast at once.
    """
    y = load_airline()
    past, future = y[:-horizon], y[-horizon:].to_numpy()
    naive = np.abs(seasonal_naive(past.to_numpy(), 12, horizon) - future).mean()

    def recursive(past, sp, horizon, seed):
        return (
            RNNForecaster(strategy="recursive", random_state=seed)
            .fit(past)
            .predict(np.arange(1, horizon + 1))
        )

    ways = {"RNNForecaster": _default, "RNNForecaster, recursive": recursive}
    ways["AutoRNNForecaster"] = lambda *given: _auto(*given).point
    for name, way in ways.items():
        forecasts = [np.ravel(way(past, 12, horizon, seed)) for seed in range(n_seeds)]
        errors = np.abs(np.array(forecasts) - future).mean(axis=1) / naive
        yield name, {"ratios": errors.round(3).tolist(), "worst": round(float(errors.max()), 3)}


def cuts(single, training_parts):
    """Yield training and test part of each window."""
    skipped = N_WINDOWS if training_parts else 0
    y, h = single.y, single.horizon
    for i in reversed(range(N_WINDOWS)):
        end = len(y) - (i + skipped) * h
        if end - h >= max(3 * h // 2, 12):
            yield y[: end - h], y[end - h : end]


def ratio(single, parts, way, seed, inside):
    """Return the mean error over the windows divided by that of the seasonal naive forecast.

    The shares of true values inside the intervals are added to `inside`, a row for each window, if
    the forecaster has intervals.
    """
    errors = []
    for past, future in parts:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of models that do not converge
            forecast = way(past, single.sp, len(future), seed)
        truth = future.to_numpy()
        if isinstance(forecast, Forecasts):
            bounds = forecast.intervals.values()
            inside.append([covered(truth, lower, upper) for lower, upper in bounds])
            forecast = forecast.point
        forecast = np.ravel(forecast).astype(float)
        naive = seasonal_naive(past.to_numpy(), single.sp, len(future))
        errors.append([np.abs(forecast - truth).mean(), np.abs(naive - truth).mean()])
    ours, theirs = np.mean(errors, axis=0)
    return ours / theirs


def _default(past, sp, horizon, seed):
    fh = np.arange(1, horizon + 1)
    return RNNForecaster(random_state=seed).fit(past, fh=fh).predict()


def _auto(past, sp, horizon, seed):
    fh = np.arange(1, horizon + 1)
    forecaster = AutoRNNForecaster(random_state=seed).fit(past, fh=fh)
    bounds = forecaster.predict_interval(coverage=list(COVERAGES)).to_numpy(np.float64)
    pairs = zip(bounds.T[::2], bounds.T[1::2], strict=True)
    return Forecasts(forecaster.predict().to_numpy(), dict(zip(COVERAGES, pairs, strict=True)))


def _statistical(model):
    def forecast(past, sp, horizon, seed):
        from statsforecast import models

        fitted = getattr(models, model)(season_length=sp)
        levels = [round(100 * coverage) for coverage in COVERAGES]
        found = fitted.forecast(past.to_numpy(np.float64), horizon, level=levels)
        intervals = {
            coverage: (found[f"lo-{level}"], found[f"hi-{level}"])
            for coverage, level in zip(COVERAGES, levels, strict=True)
        }
        return Forecasts(found["mean"], intervals)

    return forecast


def _ridge(past, sp, horizon, seed):
    """Forecast step after step with a ridge regression on the lags that RNNForecaster takes."""
    from sklearn.linear_model import Ridge

    lag = int(min(max(sp, round(1.25 * horizon), 3), max(2, len(past) // 4)))
    values = past.to_numpy(np.float64)
    values = pd.Series(values).ffill().bfill().to_numpy()
    mean, scale = values.mean(), values.std() or 1.0
    scaled = (values - mean) / scale
    windows = np.lib.stride_tricks.sliding_window_view(scaled, lag + 1)
    ridge = Ridge().fit(windows[:, :-1], windows[:, -1])
    known = list(scaled[-lag:])
    for _ in range(horizon):
        known.append(float(ridge.predict([known[-lag:]])[0]))
    return np.array(known[lag:]) * scale + mean


WAYS = {
    "AutoRNNForecaster": _auto,
    "RNNForecaster": _default,
    "AutoETS": _statistical("AutoETS"),
    "AutoTheta": _statistical("AutoTheta"),
    "ridge reduction": _ridge,
}
