"""What must work with the oldest releases too, in few tests that need no package but theirs.

The contributing page shows the command that installs these releases and runs this file.
"""

import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import LagWindowTransformer, RNNRegressor
from skrnn.datasets import load_sea_surface_temperatures
from skrnn.forecasting import RNNForecaster


@pytest.fixture(scope="module")
def series():
    """Ten years of months, with one of them missing."""
    return load_sea_surface_temperatures()["2001":].drop(pd.Timestamp("2005-06-01"))


@pytest.fixture(scope="module")
def search(series):
    rnn = RNNRegressor("gru", units=4, epochs=20, learning_rate=0.01, random_state=0)
    pipe = Pipeline(
        [("scale", StandardScaler()), ("windows", LagWindowTransformer(lag=6)), ("rnn", rnn)]
    )
    return GridSearchCV(
        TransformedTargetRegressor(pipe, transformer=StandardScaler()),
        {"regressor__windows__lag": [1, 6]},
        cv=TimeSeriesSplit(3),
        error_score="raise",
    ).fit(series.to_frame(), series)


def test_pipeline_in_a_search(series, search):
    assert search.best_params_ == {"regressor__windows__lag": 6}
    forecast = search.predict(series.to_frame())
    assert forecast.shape == series.shape
    assert np.sqrt(np.mean((forecast - series) ** 2)) < series.diff().std()


def test_pickle_predicts_the_same_in_a_process_without_tensorflow(series, search, tmp_path):
    (tmp_path / "model.pickle").write_bytes(pickle.dumps(search.best_estimator_))
    series.to_pickle(tmp_path / "series.pickle")
    code = (
        "import pickle, sys\n"
        "import numpy as np, pandas as pd\n"
        "sys.modules['tensorflow'] = sys.modules['keras'] = None\n"
        "model = pickle.load(open('model.pickle', 'rb'))\n"
        "frame = pd.read_pickle('series.pickle').to_frame()\n"
        "np.save('forecast.npy', model.predict(frame))\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
    forecast = np.load(tmp_path / "forecast.npy")
    np.testing.assert_allclose(forecast, search.predict(series.to_frame()), rtol=1e-5)


def test_keras_model_predicts_the_same(series, search):
    pipe = search.best_estimator_.regressor_
    windows = pipe[:-1].transform(series.to_frame())[6:].astype(np.float32)
    windows = windows[~np.isnan(windows).any(axis=(1, 2))]
    ours = pipe[-1].predict(windows)
    theirs = np.asarray(pipe[-1].model_(windows)).ravel()
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_learning_on(series, search):
    pipe = search.best_estimator_.regressor_
    windows = pipe[:-1].transform(series.to_frame())[60:]
    model = pickle.loads(pickle.dumps(pipe[-1]))
    before = [w.copy() for w in model.weights_]
    model.partial_fit(windows[:1], np.ones(1))
    assert any((a != b).any() for a, b in zip(before, model.weights_, strict=True))


@pytest.mark.parametrize(
    "index",
    [
        pd.period_range("2000-01", periods=60, freq="M"),
        pd.date_range("2000-01-31", periods=60, freq="ME"),
        pd.date_range("2000-01-03", periods=60, freq="B"),
        pd.date_range("2000-01-01", periods=60, freq="h"),
        pd.RangeIndex(10, 70),
    ],
    ids=lambda index: str(getattr(index, "freqstr", "integers")),
)
def test_forecaster_continues_the_index(index):
    y = pd.Series(np.sin(np.arange(60) / 3), index, name="y")
    forecaster = RNNForecaster(lag=4, cell="simple", units=3, epochs=3, random_state=0)
    forecaster.fit(y[:50], fh=[1, 2, 10])
    forecast = forecaster.predict()
    pd.testing.assert_index_equal(forecast.index, index[[50, 51, 59]], exact="equiv")
    assert np.isfinite(forecast).all()
    forecaster.update(y[50:55], update_params=False)
    pd.testing.assert_index_equal(forecaster.predict([1]).index, index[[55]], exact="equiv")
