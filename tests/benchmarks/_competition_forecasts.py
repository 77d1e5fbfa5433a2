"""Ways to forecast a group of series: skrnn's, statistical methods, and other networks.

Each function takes a `Group` and returns its forecasts, an array of shape (n_series, horizon).
"""

import logging
import warnings

import numpy as np
import pandas as pd
from joblib import parallel_config

from skrnn.forecasting import AutoRNNForecaster, RNNForecaster
from tests.benchmarks._competition_data import naive2, seasonal_naive
from tests.benchmarks._competition_scores import COVERAGES, Forecasts

SEED = 0


def steps_of(group):
    """Return the horizon."""
    return np.arange(1, group.horizon + 1)


def auto(group):
    """AutoRNNForecaster as it comes, one call for all series."""
    forecaster = AutoRNNForecaster(random_state=SEED).fit(group.panel(), fh=steps_of(group))
    bounds = forecaster.predict_interval(coverage=list(COVERAGES))
    table = forecaster.leaderboard_[["error", "weight", "time"]]
    print(table.round(4).to_string(header=True), flush=True)

    def bound(coverage, side):
        return _shaped(bounds.xs((coverage, side), axis=1, level=(1, 2)), group)

    intervals = {c: (bound(c, "lower"), bound(c, "upper")) for c in COVERAGES}
    return Forecasts(_shaped(forecaster.predict(), group), intervals)


def auto_on_all_cores(group):
    """AutoRNNForecaster with its networks trained on all cores."""
    with parallel_config(backend="threading", n_jobs=-1):
        return auto(group)


def default(group):
    """RNNForecaster as it comes, one call for all series."""
    forecaster = RNNForecaster(random_state=SEED).fit(group.panel(), fh=steps_of(group))
    return Forecasts(_shaped(forecaster.predict(), group))


def _shaped(table, group):
    return table.to_numpy(np.float64).reshape(len(group.past), group.horizon)


def last_season(group):
    """Repeat the last season."""
    return Forecasts(
        np.array([seasonal_naive(past, group.sp, group.horizon) for past in group.past])
    )


def zeros(group):
    """Forecast that nothing is sold. MASE favours it if most values are 0."""
    return Forecasts(np.zeros((len(group.past), group.horizon)))


def m3_naive2(group):
    """M3's second naive method, whose published errors check the measures."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of tests on short series
        return Forecasts(np.array([naive2(past, group.sp, group.horizon) for past in group.past]))


def statistical(model):
    """Return a function that forecasts with a model of statsforecast as it comes.

    Parameters
    ----------
    model : {"AutoETS", "AutoTheta", "AutoARIMA", "MSTL"}
        Its name. MSTL takes all periodicities of a group, the others the first.
    """

    def forecasts(group):
        from statsforecast import StatsForecast, models

        seasons = list(group.seasons) if model == "MSTL" else group.seasons[0]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            forecaster = StatsForecast(
                [getattr(models, model)(season_length=seasons)],
                freq=1,
                n_jobs=1,
                fallback_model=models.Naive(),
            )
            levels = [round(100 * coverage) for coverage in COVERAGES]
            table = forecaster.forecast(df=_long_table(group), h=group.horizon, level=levels)
        intervals = {
            coverage: tuple(
                _shaped(table[f"{model}-{side}-{level}"], group) for side in ("lo", "hi")
            )
            for coverage, level in zip(COVERAGES, levels, strict=True)
        }
        return Forecasts(_shaped(table[model], group), intervals)

    return forecasts


def network(model):
    """Return a function that forecasts with a model of neuralforecast as it comes.

    Parameters
    ----------
    model : {"LSTM", "GRU", "NHITS"}
        Its name.
    """

    def forecasts(group):
        from neuralforecast import NeuralForecast, models

        for name in ("lightning", "pytorch_lightning", "lightning.pytorch", "neuralforecast"):
            logging.getLogger(name).setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            options = {"enable_progress_bar": False, "logger": False, "accelerator": "cpu"}
            learner = getattr(models, model)(
                h=group.horizon,
                input_size=2 * group.horizon,
                random_seed=SEED + 1,
                start_padding_enabled=True,
                **options,
            )
            forecaster = NeuralForecast([learner], freq=1)
            forecaster.fit(_long_table(group))
            table = forecaster.predict()
        return Forecasts(_shaped(table[model], group))

    return forecasts


def _long_table(group):
    """Return the training parts as Nixtla's packages take them: without unknown values."""
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "unique_id": f"s{i:04d}",
                    "ds": np.arange(len(past)),
                    "y": pd.Series(past).ffill().bfill().fillna(0),
                }
            )
            for i, past in enumerate(group.past)
        ],
        ignore_index=True,
    )


def m4_network(group):
    """Forecast with the recurrent benchmark of M4: a network of its own for each series.

    Six units of SimpleRNN read three values; a batch is one window, and there are 100 epochs, as
    in Makridakis, Spiliotis and Assimakopoulos (2020). The series are deseasonalised and scaled
    to between 0 and 1, and forecast step by step.
    """
    settings = {
        "lag": 3,
        "strategy": "recursive",
        "cell": "simple",
        "units": 6,
        "activation": "tanh",
        "autoregressive": False,
        "level": False,
        "target_scaler": "minmax",
        "loss": "squared_error",
        "optimizer": "rmsprop",
        "learning_rate": 0.001,
        "weight_decay": 0.0,
        "epochs": 100,
        "batch_size": 1,
        "n_networks": 1,
        "random_state": SEED,
    }
    result = []
    for i in range(len(group.past)):
        series = group.single(i)
        forecaster = RNNForecaster(**settings).fit(series, fh=steps_of(group))
        result.append(np.ravel(forecaster.predict()))
    return Forecasts(np.array(result))


CONTENDERS = {
    "AutoRNNForecaster": auto,
    "AutoRNNForecaster, all cores": auto_on_all_cores,
    "RNNForecaster": default,
    "seasonal naive": last_season,
    "Naive2": m3_naive2,
    "zero": zeros,
    "AutoETS": statistical("AutoETS"),
    "AutoTheta": statistical("AutoTheta"),
    "MSTL": statistical("MSTL"),
    "AutoARIMA": statistical("AutoARIMA"),
    "neuralforecast LSTM": network("LSTM"),
    "neuralforecast GRU": network("GRU"),
    "neuralforecast NHITS": network("NHITS"),
}
"""All of them, by the name in the tables. The last four take long or must be installed."""

OURS = [name for name in CONTENDERS if "RNNForecaster" in name]

QUICK = [
    "AutoRNNForecaster",
    "RNNForecaster",
    "seasonal naive",
    "Naive2",
    "zero",
    "AutoETS",
    "AutoTheta",
    "MSTL",
]


def can_forecast(method, name, source):
    """Return whether a method is meant for a set.

    MSTL is meant for seasons, Naive2 for M1, M3 and M4, and the forecast 0 for car parts.
    """
    if method == "zero":
        return name == "car parts"
    if method == "MSTL":
        return max((*source.seasons, source.sp)) > 1
    return method != "Naive2" or name.startswith(("M1", "M3", "M4"))
