"""DeepAR of GluonTS, and DeepAR and LSTM of neuralforecast, all with their defaults.

Run as a file by the interpreter that has them, it needs only NumPy, pandas and the package:
``python _distribution_peers.py METHOD in.npz out.npz``. The first file contains the series, and
the second one then holds quantiles of shape ``(n_series, n_steps, n_levels)`` and the seconds.
"""

import logging
import sys
import time
import warnings

import numpy as np
import pandas as pd

LEVELS = np.arange(1, 10) / 10
LIGHTNING = {
    "accelerator": "cpu",
    "logger": False,
    "enable_progress_bar": False,
    "enable_model_summary": False,
}


def gluonts_deepar(series, horizon, freq):
    """DeepAREstimator of GluonTS: 100 epochs of 50 batches, a t distribution."""
    from gluonts.dataset.common import ListDataset
    from gluonts.torch import DeepAREstimator

    data = ListDataset(
        [{"start": values.index[0], "target": values.to_numpy()} for values in series], freq=freq
    )
    predictor = DeepAREstimator(freq, horizon, trainer_kwargs=LIGHTNING).train(data)
    forecasts = predictor.predict(data)
    return np.array([[one.quantile(level) for level in LEVELS] for one in forecasts]).swapaxes(
        1, 2
    )


def neuralforecast_deepar(series, horizon, freq):
    """DeepAR of neuralforecast: 1,000 steps, a t distribution."""
    from neuralforecast.models import DeepAR

    return _neuralforecast(DeepAR, series, horizon, freq)


def neuralforecast_lstm(series, horizon, freq):
    """LSTM of neuralforecast: 1,000 steps, a t distribution."""
    from neuralforecast.models import LSTM

    return _neuralforecast(LSTM, series, horizon, freq)


def _neuralforecast(model, series, horizon, freq):
    from neuralforecast import NeuralForecast
    from neuralforecast.losses.pytorch import DistributionLoss

    # It takes no unknown values. Short series get zeros before them.
    frame = pd.concat(
        pd.DataFrame({"unique_id": i, "ds": v.index.to_timestamp(), "y": v.fillna(0.0).to_numpy()})
        for i, v in enumerate(series)
    )
    loss = DistributionLoss("StudentT", quantiles=LEVELS.tolist())
    options = {"loss": loss, "start_padding_enabled": True, **LIGHTNING}
    forecaster = NeuralForecast([model(h=horizon, **options)], freq={"M": "MS"}.get(freq, freq))
    forecaster.fit(frame, val_size=0)
    table = forecaster.predict().sort_values(["unique_id", "ds"])
    names = [name for name in table.columns if "-ql" in name or "quantile" in name]
    if len(names) != len(LEVELS):
        names = [name for name in table.columns if name.split("-", 1)[0] == model.__name__][1:]
    values = table[names].to_numpy().reshape(len(series), horizon, -1)
    return np.sort(values, axis=2)


METHODS = {
    "GluonTS DeepAR": gluonts_deepar,
    "neuralforecast DeepAR": neuralforecast_deepar,
    "neuralforecast LSTM": neuralforecast_lstm,
}


def read_series(path):
    """Read series, the horizon and the frequency from a file."""
    with np.load(path) as data:
        values = np.split(data["values"], np.cumsum(data["lengths"])[:-1])
        horizon, freq, begin = int(data["horizon"]), str(data["freq"]), str(data["begin"])
    last = pd.period_range(begin, periods=max(map(len, values)), freq=freq)[-1]
    series = [pd.Series(v, pd.period_range(end=last, periods=len(v), freq=freq)) for v in values]
    return series, horizon, freq


def as_panel(series):
    """Return series as one table, whose index has the levels series and time."""
    names = [f"s{i:04d}" for i in range(len(series))]
    return pd.concat(series, keys=names, names=["series", "time"]).to_frame("y")


def main(method, source, target):
    """Forecast the series of a file."""
    series, horizon, freq = read_series(source)
    start = time.perf_counter(), time.process_time()
    quantiles = METHODS[method](series, horizon, freq)
    seconds = time.perf_counter() - start[0], time.process_time() - start[1]
    np.savez(target, quantiles=quantiles, seconds=np.array(seconds))


if __name__ == "__main__":
    for name in ("pytorch_lightning", "lightning", "lightning.pytorch", "gluonts"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    main(*sys.argv[1:])
