"""LSTM(8) over 15 lags in the hands of packages that forecast whole series.

Each function returns one of no argument, that fits once. They take as many steps of as many
windows as the others; what a window has to tell differs, as the packages see fit (darts forecasts
every step of it).
"""

import logging
import warnings

import numpy as np
import pandas as pd

UNITS, LAG, BATCH_SIZE = 8, 15, 32


def skforecast_fit(windows, targets, epochs):
    """ForecasterRnn of skforecast, which trains a Keras model that it builds."""
    from skforecast.deep_learning import ForecasterRnn, create_and_compile_model

    series = _series(windows).to_frame()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network = create_and_compile_model(
            series=series,
            levels=["y"],
            lags=LAG,
            steps=1,
            recurrent_layer="LSTM",
            recurrent_units=UNITS,
            dense_units=None,
        )
        options = {"epochs": epochs, "batch_size": BATCH_SIZE, "verbose": 0}
        forecaster = ForecasterRnn(network, levels=["y"], lags=LAG, fit_kwargs=options)
    return _quietly(lambda: forecaster.fit(series))


def neuralforecast_fit(windows, targets, epochs):
    """LSTM of neuralforecast, on PyTorch Lightning."""
    from neuralforecast import NeuralForecast
    from neuralforecast.models import LSTM

    _silence_lightning()
    series = _series(windows)
    frame = pd.DataFrame({"unique_id": "y", "ds": series.index, "y": series.to_numpy()})

    def fit():
        model = LSTM(
            h=1,
            input_size=LAG,
            encoder_n_layers=1,
            encoder_hidden_size=UNITS,
            max_steps=epochs * _n_steps(windows),
            windows_batch_size=BATCH_SIZE,
            **_LIGHTNING,
        )
        NeuralForecast([model], freq="D").fit(frame)

    return _quietly(fit)


def darts_fit(windows, targets, epochs):
    """RNNModel of darts, on PyTorch Lightning."""
    from darts import TimeSeries
    from darts.models import RNNModel

    _silence_lightning()
    series = TimeSeries.from_series(_series(windows))

    def fit():
        model = RNNModel(
            input_chunk_length=LAG,
            training_length=LAG,
            model="LSTM",
            hidden_dim=UNITS,
            n_rnn_layers=1,
            batch_size=BATCH_SIZE,
            n_epochs=epochs,
            pl_trainer_kwargs=_LIGHTNING,
        )
        model.fit(series, verbose=False)

    return _quietly(fit)


_LIGHTNING = {
    "accelerator": "cpu",
    "logger": False,
    "enable_progress_bar": False,
    "enable_model_summary": False,
    "enable_checkpointing": False,
}


def _n_steps(windows):
    return len(windows) // BATCH_SIZE


def _series(windows):
    """The series that the windows are cut from, in days that follow each other."""
    values = np.concatenate([windows[0, :, 0], windows[1:, -1, 0]]).astype(np.float32)
    days = pd.date_range("1981-01-01", periods=len(values), freq="D")
    return pd.Series(values, index=days, name="y")


def _silence_lightning():
    for name in ("pytorch_lightning", "lightning", "lightning.pytorch", "lightning_fabric"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _quietly(fit):
    def quiet():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fit()

    return quiet
