"""Numbers in the byte order of other machines are read as if they were in native order."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline

import skrnn
from skrnn import (
    LagWindowTransformer,
    RNNClassifier,
    RNNRegressor,
    StepScaler,
    forecast,
    make_lag_windows,
    pad_sequences,
    unpad_sequences,
)
from skrnn._byte_order import in_native_order
from skrnn.forecasting import (
    AutoRNNForecaster,
    PanelTheta,
    RNNForecaster,
    backtest,
    forecast_table,
    from_panel,
    to_panel,
)
from skrnn.forecasting._ridge_forecaster import PanelRidge
from skrnn.plotting import (
    CorrelogramDisplay,
    ForecastCalibrationDisplay,
    ForecastDisplay,
    LagImportanceDisplay,
    SeriesDisplay,
)

N_ROWS, STEPS = 40, [1, 2]
SMALL = {"lag": 3, "units": 2, "epochs": 1, "n_networks": 1, "random_state": 0}
FORECASTERS = {
    "automatic": AutoRNNForecaster(views={"one": PanelRidge(), "two": RNNForecaster(**SMALL)}),
    "network": RNNForecaster(**SMALL),
    "ridge": PanelRidge(),
}


def foreign(data):
    """Return the same numbers in the other byte order, in the index as well."""
    if isinstance(data, np.ndarray):
        return data.astype(data.dtype.newbyteorder("S"))
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


LONG = pd.DataFrame(
    {"unique_id": np.repeat([1, 2], 20), "ds": np.tile(range(20), 2), "y": np.arange(40.0) % 7}
)
TRAINED = RNNForecaster(**SMALL).pretrain(LONG, fh=STEPS)
SERIES = LONG["y"].rename_axis("time")
QUANTILES = pd.DataFrame({"low": SERIES - 1, "high": SERIES + 1})
WINDOWS = np.arange(60.0).reshape(10, 3, 2)
PLAIN = RNNRegressor(units=2, epochs=1, engine="numpy", random_state=0)
FITTED = clone(PLAIN).set_params(loss="normal").fit(WINDOWS, np.sin(WINDOWS[:, 0, 0]))
QUANTILE = clone(PLAIN).set_params(loss="quantile", quantile=[0.1, 0.9]).fit(QUANTILES, SERIES)
SCALER = StepScaler().fit(WINDOWS)
LAGS = LagWindowTransformer(lag=2, horizon=0)
THETA = PanelTheta().fit(SERIES[:38], fh=STEPS)

# What each public function that takes arrays or tables returns, given a function that converts
# the data. Estimators have tests of their own above.
ENTRIES = {
    "make_lag_windows": lambda of: make_lag_windows(of(SERIES), lag=2),
    "make_lag_windows of an array": lambda of: make_lag_windows(of(SERIES.to_numpy()), lag=2),
    "pad_sequences": lambda of: pad_sequences([of(QUANTILES[:5]), of(QUANTILES[:3])]),
    "pad_sequences of arrays": lambda of: pad_sequences([of(WINDOWS[0]), of(WINDOWS[1, :2])]),
    "unpad_sequences": lambda of: unpad_sequences(of(WINDOWS), of(np.array([1, 2] * 5))),
    "StepScaler": lambda of: clone(SCALER).fit(of(WINDOWS)).transform(of(WINDOWS)),
    "StepScaler, back": lambda of: SCALER.inverse_transform(of(WINDOWS)),
    "StepScaler of tables": lambda of: clone(SCALER).fit_transform([of(QUANTILES)] * 2),
    "LagWindowTransformer": lambda of: LAGS.fit_transform(of(WINDOWS[0])),
    "LagWindowTransformer, back": lambda of: LAGS.fit(WINDOWS[0]).inverse_transform(
        of(WINDOWS[:, 1:])
    ),
    "RNNRegressor, spread": lambda of: FITTED.predict(of(WINDOWS), return_std=True),
    "RNNRegressor, score": lambda of: FITTED.score(
        of(WINDOWS), of(np.ones(10)), sample_weight=of(np.arange(10.0))
    ),
    "RNNClassifier": lambda of: (
        RNNClassifier(units=2, epochs=1, engine="numpy", random_state=0)
        .fit(of(WINDOWS), of(np.arange(10) % 2))
        .predict_proba(of(WINDOWS))
    ),
    "forecast": lambda of: forecast(
        make_pipeline(LagWindowTransformer(lag=2), PLAIN).fit(SERIES.to_frame(), SERIES),
        of(SERIES.to_frame()),
        2,
    ),
    "to_panel": lambda of: to_panel(of(LONG))[0],
    "to_panel of a wide table": lambda of: to_panel(
        of(QUANTILES), id=None, time=None, target=None
    )[0],
    "to_panel of series": lambda of: to_panel({"a": of(SERIES), "b": of(SERIES[:5])})[0],
    "from_panel": lambda of: from_panel(of(SERIES)),
    "from_panel to polars": lambda of: from_panel(of(QUANTILES), output="polars").to_numpy(),
    "forecast_table": lambda of: forecast_table(TRAINED, of(LONG), STEPS),
    "backtest": lambda of: backtest(PanelTheta(), of(LONG), fh=STEPS, n_origins=2).forecasts[
        "forecast"
    ],
    "SeriesDisplay": lambda of: SeriesDisplay.from_series(of(SERIES)).frame(),
    "CorrelogramDisplay": lambda of: CorrelogramDisplay.from_series(of(SERIES)).frame(),
    "ForecastDisplay": lambda of: ForecastDisplay.from_estimator(
        QUANTILE, of(QUANTILES), of(SERIES)
    ).frame(),
    "ForecastDisplay of a forecaster": lambda of: ForecastDisplay.from_estimator(
        THETA, None, of(SERIES)
    ).frame(),
    "ForecastDisplay of predictions": lambda of: ForecastDisplay.from_predictions(
        of(SERIES), of(SERIES + 1), paths=of(QUANTILES)
    ).frame(),
    "ForecastCalibrationDisplay": lambda of: ForecastCalibrationDisplay.from_estimator(
        QUANTILE, of(QUANTILES), of(SERIES)
    ).frame(),
    "ForecastCalibrationDisplay of predictions": lambda of: (
        ForecastCalibrationDisplay.from_predictions(
            of(SERIES), of(QUANTILES), quantile=[0.1, 0.9]
        ).frame()
    ),
    "LagImportanceDisplay": lambda of: LagImportanceDisplay.from_estimator(
        clone(PLAIN).fit(WINDOWS, WINDOWS[:, 0, 0]), of(WINDOWS)
    ).frame(),
}
# They take no numbers, results of other functions, or tables of dask, which cannot hold such data.
WITHOUT_ARRAYS = {
    *("SkrnnWarning", "__version__", "build_network", "cells", "datasets", "enable_disk_cache"),
    *("forecasting", "losses", "plotting", "Backtest", "BacktestDisplay", "LossCurveDisplay"),
    *("search_space", "forecast_partitions"),
}
TESTED_ABOVE = {"AutoRNNForecaster", "RNNForecaster"}


def test_each_public_name_is_tested():
    names = {*skrnn.__all__, *skrnn.forecasting.__all__, *skrnn.plotting.__all__}
    names = {name for name in names if not name.startswith("Panel")}  # which read y as others do
    tested = {name.split()[0].rstrip(",") for name in ENTRIES}
    assert names == tested | WITHOUT_ARRAYS | TESTED_ABOVE


def parts_of(result):
    """Return the arrays, and the columns of the tables, of a result."""
    parts = list(result) if isinstance(result, list | tuple) else [result]
    return [
        column
        for part in parts
        for column in (
            [part.iloc[:, i] for i in range(part.shape[1])]
            if isinstance(part, pd.DataFrame)
            else [part]
        )
    ]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("entry", ENTRIES)
def test_public_functions_read_each_byte_order(entry):
    expected, found = (parts_of(ENTRIES[entry](of)) for of in (lambda data: data, foreign))
    for mine, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(np.asarray(mine), np.asarray(theirs))
        assert getattr(mine, "dtype", None) == getattr(theirs, "dtype", None)
        if hasattr(theirs, "index"):
            np.testing.assert_array_equal(mine.index.to_numpy(), theirs.index.to_numpy())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("entry", [name for name in ENTRIES if "Panel" not in name])
def test_single_precision_remains_in_each_byte_order(entry):
    def single(data):
        is_float = getattr(data, "dtype", np.dtype(int)).kind == "f"
        return data.astype(np.float32) if is_float else data

    expected = parts_of(ENTRIES[entry](single))
    found = parts_of(ENTRIES[entry](lambda data: foreign(single(data))))
    for mine, theirs in zip(found, expected, strict=True):
        assert getattr(mine, "dtype", None) == getattr(theirs, "dtype", None)
