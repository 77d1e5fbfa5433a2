"""Effect of the local level and the autoregressive path without a trend: Melbourne.

As in the lecture, the first 2,000 days are for training and the others are the test. The networks
have 15 lags and 8 units, and errors are means over five seeds. ``examples/plot_trend.py`` measures
the effect on a series with a trend.
"""

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

from skrnn import LagWindowTransformer, RNNRegressor
from skrnn.datasets import fetch_melbourne_temperatures

KINDS = {
    "plain": {},
    "level": {"level_feature": 0},
    "path": {"autoregressive": True},
    "level and path": {"level_feature": 0, "autoregressive": True},
}


def error(series, seed, parameters):
    """Test RMSE in degrees of one network."""
    train, test = series[:2000], series[2000:]
    network = RNNRegressor(
        "lstm", units=8, epochs=50, batch_size=10, random_state=seed, **parameters
    )
    inner = make_pipeline(MinMaxScaler(), LagWindowTransformer(lag=15), network)
    model = TransformedTargetRegressor(inner, transformer=MinMaxScaler())
    forecast = model.fit(train.to_frame(), train).predict(test.to_frame())
    return float(np.sqrt(np.mean((forecast - test) ** 2)))


def main():
    """Print the mean error of each kind of network, and its ratio to the plain one."""
    series = fetch_melbourne_temperatures()
    plain = None
    print(f"{'Melbourne, test RMSE in degrees':34}{'mean':>8}{'ratio':>8}")
    for name, parameters in KINDS.items():
        mean = np.mean([error(series, seed, parameters) for seed in range(5)])
        plain = plain or mean
        print(f"{name:34}{mean:8.3f}{mean / plain:8.3f}", flush=True)


if __name__ == "__main__":
    main()
