"""Platforms whose indexes have 32 bits, such as WebAssembly, where NumPy refuses 64-bit counts.

There `np.repeat` and `np.bincount` cannot take arrays of int64. Such a platform is imitated: each
array that skrnn makes with `np.int64` gets NumPy's other type of 64 bits, which results inherit,
and the two functions refuse it.
"""

import numpy as np
import pandas as pd
import pytest

from skrnn import RNNRegressor
from skrnn.forecasting import RNNForecaster, backtest, to_panel
from skrnn.windows._regularity import infer_frequency

NETWORK = {"units": 2, "epochs": 1, "random_state": 0, "engine": "numpy"}
LONG_FRAME = pd.DataFrame(
    {
        "store": np.repeat(["a", "b"], 40),
        "date": [*pd.date_range("2024-01-01", periods=40)] * 2,
        "y": np.arange(80.0) % 7,
    }
).drop(index=[5, 50])


def refusing(function, place):
    """Return a function that refuses one of its arguments if it has the wrong type."""

    def refuse(*args, **kwargs):
        if np.asarray(args[place]).dtype.char == "q":
            raise TypeError("Cannot cast array data from dtype('int64') to dtype('int32')")
        return function(*args, **kwargs)

    return refuse


@pytest.fixture(autouse=True)
def _indexes_of_32_bits(monkeypatch):
    monkeypatch.setattr(np, "int64", np.longlong)
    monkeypatch.setattr(np, "repeat", refusing(np.repeat, 1))
    monkeypatch.setattr(np, "bincount", refusing(np.bincount, 0))


def test_imitation_refuses():
    assert np.dtype(np.longlong).char != np.dtype(np.intp).char
    with pytest.raises(TypeError, match="int32"):
        np.repeat(np.arange(2), np.zeros(2, np.int64))


def test_one_series():
    y = pd.Series(np.arange(40.0), pd.date_range("2024-01", periods=40, freq="MS"))
    forecaster = RNNForecaster(**NETWORK).fit(y[:36], fh=[1, 2])
    assert len(forecaster.update(y[36:], update_params=False).predict()) == 2


def test_long_frame_with_missing_rows():
    panel, _ = to_panel(LONG_FRAME, id="store", time="date")
    forecast = RNNForecaster(**NETWORK).fit(panel, fh=[1, 2]).predict()
    assert len(forecast) == 4


def test_back_test():
    panel, _ = to_panel(LONG_FRAME, id="store", time="date")
    found = backtest(RNNForecaster(**NETWORK), panel, fh=[1, 2], n_origins=2)
    assert len(found.forecasts) == 8


def test_working_days():
    days = pd.bdate_range("2024-01-01", periods=60).delete(17)
    assert infer_frequency(days) == pd.offsets.BDay()


def test_windows_with_missing_values():
    windows = np.lib.stride_tricks.sliding_window_view(np.arange(30.0), (5,))[..., None].copy()
    windows[3, 0] = np.nan
    network = RNNRegressor(**NETWORK).fit(windows, np.arange(26.0) % 4)
    assert network.predict(windows).shape == (26,)
