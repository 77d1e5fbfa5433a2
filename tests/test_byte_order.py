"""Numbers in the byte order of other machines are read as if they were in native order."""

import numpy as np
import pandas as pd
import pytest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline

from skrnn import LagWindowTransformer, RNNRegressor, forecast
from skrnn._byte_order import in_native_order
from skrnn.forecasting import (
    AutoRNNForecaster,
    RNNForecaster,
    backtest,
)
from skrnn.forecasting._ridge_forecaster import PanelRidge

N_ROWS, STEPS = 40, [1, 2]
FOREIGN = np.dtype("f8").newbyteorder("S")
SMALL = {"lag": 3, "units": 2, "epochs": 1, "n_networks": 1, "random_state": 0}
FORECASTERS = {
    "automatic": AutoRNNForecaster(views={"one": PanelRidge(), "two": RNNForecaster(**SMALL)}),
    "network": RNNForecaster(**SMALL),
    "ridge": PanelRidge(),
}


def foreign(data):
    """Return the same numbers in the other byte order, in the index as well."""
    if isinstance(data, np.ndarray):
        return data.astype(FOREIGN)
    if isinstance(data, pd.DataFrame):
        data = pd.DataFrame(
            {name: pd.Series(foreign(data[name].to_numpy()), data.index) for name in data}
        )
    else:
        data = pd.Series(foreign(data.to_numpy()), data.index, name=data.name)
    if not isinstance(data.index, pd.MultiIndex):
        numbers = data.index.to_numpy().astype(np.dtype("i8").newbyteorder("S"))
        data.index = pd.Index(numbers)
    return data


def series():
    rng = np.random.default_rng(0)
    y = pd.Series(10 + rng.normal(size=N_ROWS + 2).cumsum(), name="y")
    return y, pd.DataFrame(rng.normal(size=(N_ROWS + 2, 2)), columns=["a", "b"])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("as_array", [False, True], ids=["pandas", "numpy"])
@pytest.mark.parametrize("name", FORECASTERS)
def test_forecasters_read_each_byte_order(name, as_array):
    y, X = series()
    expected, forecasts = [], []
    for convert, kept in [(lambda data: data, expected), (foreign, forecasts)]:
        model = FORECASTERS[name].clone()
        if as_array:  # whose rows in `predict` would have to be counted from 0
            model.fit(convert(y.to_numpy()), fh=STEPS)
            kept.append(model.predict())
            continue
        before, later = slice(N_ROWS - 4), slice(N_ROWS - 4, N_ROWS)
        model.fit(convert(y[before]), X=convert(X[before]), fh=STEPS)
        kept.append(model.predict(X=convert(X[later])))
        model.update(convert(y[later]), X=convert(X[later]))
        kept.append(model.predict(X=convert(X[N_ROWS:])))
    for mine, theirs in zip(forecasts, expected, strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.filterwarnings("ignore")
def test_pretrain_and_backtest_read_each_byte_order():
    y, X = series()
    index = pd.MultiIndex.from_product([["u", "v"], range(N_ROWS)])
    panel = pd.DataFrame({"y": np.tile(y[:N_ROWS], 2)}, index)
    model = RNNForecaster(**SMALL)
    expected = model.clone().pretrain(panel, fh=STEPS).fit(y[:N_ROWS], fh=STEPS).predict()
    found = model.clone().pretrain(foreign(panel), fh=STEPS).fit(foreign(y[:N_ROWS]), fh=STEPS)
    np.testing.assert_array_equal(found.predict(), expected)
    tables = [
        backtest(model, convert(y), fh=STEPS, X=convert(X), n_origins=2).forecasts["forecast"]
        for convert in (lambda data: data, foreign)
    ]
    pd.testing.assert_series_equal(*tables)


def test_lag_windows_read_each_byte_order():
    _, X = series()
    windows = LagWindowTransformer(lag=2, flatten=True).set_output(transform="pandas")
    for make in (lambda X: X, lambda X: X.assign(kind="c")):
        expected = windows.fit(make(X[:N_ROWS])).transform(make(X[N_ROWS:]))
        found = windows.fit(make(foreign(X[:N_ROWS]))).transform(make(foreign(X[N_ROWS:])))
        pd.testing.assert_frame_equal(found, expected, check_index_type=False)


def test_networks_read_each_byte_order():
    y, X = series()
    codes = np.round(X.to_numpy())
    model = RNNRegressor(units=2, epochs=1, engine="numpy", random_state=0)
    model.set_params(categorical_features=[1], batch_size=8)
    expected = model.fit(codes, y).predict(codes)
    found = model.fit(foreign(codes), foreign(y)).predict(foreign(codes))
    np.testing.assert_array_equal(found, expected)


def test_forecasts_of_a_pipeline_read_each_byte_order():
    y, _ = series()
    table = y.to_frame()
    model = make_pipeline(LagWindowTransformer(lag=2, flatten=True), SimpleImputer(), Ridge())
    expected = forecast(model.fit(table, y), table, 3)
    found = forecast(model.fit(foreign(table), foreign(y)), foreign(table), 3)
    np.testing.assert_array_equal(found, expected)


def test_native_data_are_not_copied():
    y, X = series()
    windows = [X, X]
    for data in (y, X, X.to_numpy(), windows, "abc", None):
        assert in_native_order(data) is data or data is windows
    both = in_native_order([foreign(X), X])
    pd.testing.assert_frame_equal(both[0], X)
    assert both[1] is X
    twice = pd.concat([foreign(X), foreign(X)], axis=1)  # names that occur more than once
    assert all(dtype.isnative for dtype in in_native_order(twice).dtypes)
    assert not any(dtype.isnative for dtype in twice.dtypes)
    months = pd.period_range("2020-01", periods=2, freq="M")
    of_months = pd.DataFrame({"month": months}, index=months)
    assert in_native_order(of_months) is of_months
