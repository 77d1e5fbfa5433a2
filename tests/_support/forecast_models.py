"""Models and series for the tests of forecast, and the loop that it must agree with."""

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from skrnn import LagWindowTransformer, RNNRegressor

STEPS = 6


def table(n_rows=80, index=None, *, columns=("demand",)):
    rng = np.random.default_rng(0)
    index = pd.date_range("2020-01-01", periods=n_rows, freq="MS") if index is None else index
    rows = np.sin(np.arange(n_rows)[:, None] / 4 + np.arange(len(columns)))
    return pd.DataFrame(rows + 0.1 * rng.normal(size=rows.shape), index, list(columns))


def network(**settings):
    return RNNRegressor("gru", units=3, epochs=2, random_state=0, **settings)


def scale():
    return StandardScaler().set_output(transform="pandas")


def whole_predictions(model, X, steps, known=None, target=(0,)):
    """The obvious slow loop. Its rows have labels of their own only if `known` brings them."""
    X, result = X.copy(), []
    labels = (
        known.index
        if known is not None
        else pd.date_range(X.index[-1], periods=steps + 1, freq=X.index.freq or "MS")[1:]
    )
    for label in labels[:steps]:
        X.loc[label] = np.nan
        if known is not None:
            X.loc[label, known.columns] = known.loc[label]
        result.append(np.ravel(model.predict(X)[-1]))
        X.iloc[-1, list(target)] = result[-1]
    return np.array(result)


def linear(horizon=1, *before, **settings):
    """A model that forecasts without a random draw, so that its forecasts follow by hand."""
    return make_pipeline(
        *before,
        LagWindowTransformer(lag=3, horizon=horizon, flatten=True, **settings),
        FunctionTransformer(np.nan_to_num),
        LinearRegression(),
    )


def encoder(*columns):
    return make_column_transformer(
        (OneHotEncoder(sparse_output=False), list(columns)), remainder="passthrough"
    )


DAYS = pd.date_range("2020-01-01", periods=66)
RNG = np.random.default_rng(1)
SHOP = pd.DataFrame(
    {
        "demand": 20 + 5 * np.sin(np.arange(66) / 4),
        "stock": RNG.integers(0, 9, 66),
        "open": RNG.random(66) > 0.3,
        "kind": pd.Categorical(RNG.choice(list("abc"), 66)),
    },
    DAYS,
)
SHOP["demand"] += 3.0 * (SHOP["kind"].shift() == "a")
