"""A client of every public name, which mypy reads and nobody runs: what do the hints promise?"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, assert_type

import numpy as np
import pandas as pd

import skrnn
from skrnn import cells, datasets, forecasting, losses, plotting
from skrnn.forecasting._ensemble import MedianNetwork
from skrnn.forecasting._scaling import (
    AmountScaling,
    CommonScaling,
    SeriesScaling,
    SpreadScaling,
)
from skrnn.forecasting._season_removal import Seasons
from skrnn.forecasting._transformations import Logarithm

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from skrnn._output import FittedNetwork
    from skrnn.engines._contract import Engine
    from skrnn.engines.numpy._engine import NumpyEngine
    from skrnn.engines.tensorflow._program import TrainingProgram
    from skrnn.forecasting._protocols import Adjustment, Scaling, TaskNetwork


def windows_of(series: pd.Series[float]) -> None:
    windows, targets = skrnn.make_lag_windows(series, 3, horizon=2)
    assert_type(windows, NDArray[Any])
    assert_type(targets, NDArray[Any])
    transformer = skrnn.LagWindowTransformer(lag=3, context="none").fit(series.to_frame())
    assert_type(transformer, skrnn.LagWindowTransformer)
    assert_type(transformer.set_output(transform="default"), skrnn.LagWindowTransformer)
    assert_type(transformer.inverse_transform(windows), NDArray[Any])
    assert_type(transformer.get_feature_names_out(), NDArray[np.object_])
    padded = skrnn.pad_sequences([[1.0], [1.0, 2.0]])
    assert_type(padded, NDArray[Any])
    assert_type(skrnn.unpad_sequences(padded), list[NDArray[Any]])
    scaler = skrnn.StepScaler("minmax").fit(padded)
    assert_type(scaler.set_output(transform="default"), skrnn.StepScaler)
    assert_type(scaler.partial_fit([padded]), skrnn.StepScaler)
    skrnn.StepScaler(method="minmax")  # type: ignore[call-arg]


def regress(X: NDArray[np.float64], y: list[float]) -> None:
    rnn = skrnn.RNNRegressor("gru", units=(4, 4), loss="huber", random_state=0).fit(X, y)
    assert_type(rnn, skrnn.RNNRegressor)
    assert_type(rnn.partial_fit(X, y, [1.0]), skrnn.RNNRegressor)
    assert_type(rnn.predict(X), NDArray[Any])
    forecast, state = rnn.predict(X, return_state=True)
    assert_type(state, list[NDArray[Any]])
    assert_type(rnn.predict(X, initial_state=state), NDArray[Any])
    assert_type(rnn.score(X, forecast), float)
    assert_type(rnn.weights_, list[NDArray[np.float32]])
    assert_type(rnn.history_["loss"], list[float])
    skrnn.RNNRegressor(cells.MinimalGatedCell(), loss=losses.Huber(2.0), engine="numpy")
    skrnn.RNNRegressor(cell="transformer")  # type: ignore[arg-type]
    skrnn.RNNRegressor(unit=4)  # type: ignore[call-arg]


def classify(X: pd.DataFrame, y: pd.Series[str]) -> None:
    rnn = skrnn.RNNClassifier(units=4, class_weight={"up": 2.0, "down": 1.0}).fit(X, y)
    assert_type(rnn, skrnn.RNNClassifier)
    assert_type(rnn.partial_fit(X, y, classes=["down", "up"]), skrnn.RNNClassifier)
    assert_type(rnn.predict(X), NDArray[Any])
    assert_type(rnn.predict_proba(X), NDArray[Any])
    assert_type(rnn.predict_proba(X, return_state=True), tuple[NDArray[Any], list[NDArray[Any]]])
    assert_type(rnn.decision_function(X), NDArray[Any])
    assert_type(rnn.predict_log_proba(X), NDArray[Any])
    assert_type(rnn.classes_, NDArray[Any])
    assert_type(rnn.score(X, y), float)


def forecast(X: pd.DataFrame, folder: Path) -> None:
    assert_type(
        skrnn.forecast(skrnn.RNNRegressor(), X, steps=3, target="y"),
        pd.Series[Any] | pd.DataFrame | NDArray[Any],
    )
    assert_type(skrnn.enable_disk_cache(folder), Path)
    skrnn.build_network("lstm", 4, n_timesteps=3).summary()
    assert_type(skrnn.__version__, str)
    warnings.simplefilter("ignore", skrnn.SkrnnWarning)


def use_losses(y: NDArray[np.float64]) -> None:
    own: list[losses.Loss] = [
        losses.AbsoluteError(),
        losses.Bernoulli(),
        losses.CrossEntropy(n_classes=3),
        losses.Expectile(0.9),
        losses.Gamma(),
        losses.GammaLikelihood(),
        losses.Huber(delta=2.0),
        losses.LogCosh(),
        losses.LogNormal(),
        losses.NegativeBinomial(),
        losses.Normal(),
        losses.Pinball((0.1, 0.5, 0.9)),
        losses.Poisson(),
        losses.SquaredError(),
        losses.StudentT(),
        losses.Tweedie(power=1.5),
        losses.ZeroInflatedNegativeBinomial(),
        Cauchy(2.0),
    ]
    for loss in own:
        losses.check_loss(loss, y)
        assert_type(loss.score(y, y), float)
        assert_type(loss.deviance(y, y, sample_weight=y), float)
        assert_type(loss.n_quantiles, int)
    assert_type(losses.Huber().with_params(delta=3.0), losses.Huber)


def use_likelihoods(rnn: skrnn.RNNRegressor, X: NDArray[np.float64]) -> None:
    normal: losses.Likelihood = losses.Normal()
    mixture = losses.Mixture([normal.distribution(X), normal.distribution(X)], [0.5, 0.5])
    assert_type(mixture.interval(0.8), tuple[NDArray[Any], NDArray[Any]])
    assert_type(rnn.predict_quantiles(X, [0.1, 0.9]), NDArray[Any])
    assert_type(rnn.sample(X, 5, random_state=0), NDArray[Any])
    assert_type(rnn.log_likelihood(X, X[:, 0]), float)
    rnn.predict_dist(X)


class Cauchy(losses.Loss):
    """The loss from the page on custom losses."""

    targets = "counts"

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = scale

    def error(self, xp: Any, y_true: Any, output: Any) -> Any:
        return xp.log(1.0 + ((output - y_true) / self.scale) ** 2)


class LeakyCell(cells.Cell):
    """A cell without extra weights need not name them."""

    zero_units_stay_zero = True

    def step(
        self, xp: Any, products: list[Any], state: list[Any], *extra: Any
    ) -> tuple[list[Any], list[Any]]:
        return [state[0] + 0.5 * (xp.activation(products[0]) - state[0])], []


def use_cells() -> None:
    own: list[cells.Cell] = [
        cells.GRUCell(),
        cells.LSTMCell(),
        cells.MinimalGatedCell(),
        cells.PeepholeLSTMCell(),
        cells.SimpleCell(),
        LeakyCell(),
    ]
    for cell in own:
        cells.check_cell(cell)
        assert_type(cell.weight_shapes(2, 3), list[tuple[int, ...]])
        assert_type(cell.name, str)
    assert_type(LeakyCell.from_config({}), LeakyCell)


def use_forecasters(y: pd.Series[float], X: pd.DataFrame) -> None:
    forecaster = forecasting.RNNForecaster(lag=12, strategy="direct", sp=(168, 24), epochs=3)
    assert_type(forecaster.fit(y, X, fh=[1, 2]), forecasting.RNNForecaster)
    assert_type(forecaster.update(y, X, update_params=False), forecasting.RNNForecaster)
    assert_type(forecaster.predict_interval(coverage=[0.8, 0.9]), pd.DataFrame)
    assert_type(forecaster.predict_quantiles(alpha=0.5), pd.DataFrame)
    automatic = forecasting.AutoRNNForecaster(views={"own": forecaster}, combine="best")
    assert_type(automatic.fit(y, fh=3), forecasting.AutoRNNForecaster)
    assert_type(automatic.leaderboard_, pd.DataFrame)
    assert_type(forecasting.search_space("random", prefix="forecaster__"), dict[str, Any])
    forecasting.RNNForecaster(pooling="all")  # type: ignore[arg-type]
    forecasting.PanelTheta().fit(y, fh=3)
    forecasting.PanelTSB(0.2, beta=0.1).fit(y, fh=3)
    forecasting.PanelDampedTrend().fit(y, fh=3)
    forecasting.PanelAggregatedTrend(12).fit(y, fh=3)
    forecasting.PanelHoltWinters(12).fit(y, fh=3)
    forecasting.PanelSeasonalNaive(12).fit(y, fh=3)
    forecasting.PanelRidge(sp=(168, 24)).fit(y, fh=3)
    forecasting.PanelBoosting(known_features=["x"], calendar="weekday").fit(y, X, fh=3)


def judge(y: pd.Series[float], X: pd.DataFrame) -> None:
    forecaster = forecasting.RNNForecaster()
    result = forecasting.backtest(forecaster, y, X, fh=range(1, 13), refit=True, n_jobs=-1)
    assert_type(result, forecasting.Backtest)
    assert_type(result.forecasts, pd.DataFrame)
    assert_type(result.summary(by=["series", "step"]), pd.DataFrame)
    display = plotting.BacktestDisplay.from_backtest(result, series="y", band_kw={"alpha": 0.2})
    assert_type(display, plotting.BacktestDisplay)
    calibration = plotting.ForecastCalibrationDisplay.from_estimator(forecaster, X, y)
    assert_type(calibration, plotting.ForecastCalibrationDisplay)
    forecasting.backtest(forecaster, y, fh=3, coverage=[0.8, 0.95], alpha=0.75)
    forecasting.backtest(forecaster, y, fh=3, sp="week")  # type: ignore[arg-type]


def convert(table: pd.DataFrame) -> None:
    y, features = forecasting.to_panel(table, id=["shop", "item"], time="day", freq="D")
    assert_type(y, pd.DataFrame)
    assert_type(features, pd.DataFrame | None)
    forecasting.from_panel(y, output="polars")
    forecaster = forecasting.RNNForecaster()
    forecasts = forecasting.forecast_table(forecaster, table, [1, 2], alpha=[0.1], freq="D")
    assert_type(forecasts, pd.DataFrame)
    forecasting.forecast_partitions(forecaster, table, 3, n_series=None)
    forecasting.forecast_table(forecaster, table, 3, alpha="all")  # type: ignore[arg-type]
    forecasting.from_panel(y, output="excel")  # type: ignore[arg-type]


def plot(series: pd.Series[float], rnn: skrnn.RNNRegressor, X: pd.DataFrame) -> None:
    assert_type(
        plotting.CorrelogramDisplay.from_series(series, n_lags=24), plotting.CorrelogramDisplay
    )
    display = plotting.ForecastDisplay.from_estimator(rnn, X, series, residuals=True)
    assert_type(display, plotting.ForecastDisplay)
    assert_type(display.plot(band_kw={"alpha": 0.2}), plotting.ForecastDisplay)
    assert_type(display.frame(), pd.DataFrame)
    importance = plotting.LagImportanceDisplay.from_estimator(rnn, X, method="permutation")
    assert_type(importance.importances, NDArray[Any])
    assert_type(plotting.LossCurveDisplay.from_estimator(rnn), plotting.LossCurveDisplay)
    assert_type(plotting.SeriesDisplay.from_series(series, bins=9).n_gaps_, int)


def load() -> None:
    assert_type(datasets.fetch_melbourne_temperatures(), pd.Series[float])
    assert_type(datasets.load_sea_surface_temperatures(), pd.Series[float])
    assert_type(datasets.make_seasonal_series(60, random_state=0), pd.Series[float])


def contracts(
    one: FittedNetwork, several: MedianNetwork, numpy: NumpyEngine, tensorflow: TrainingProgram
) -> tuple[list[Adjustment], list[Scaling], list[TaskNetwork], list[Engine]]:
    """What the package has for each contract."""
    return (
        [Seasons((12,), conditional=True), Logarithm()],
        [
            AmountScaling(),
            CommonScaling(None),
            SeriesScaling(None),
            SpreadScaling(3, by_series=True),
        ],
        [one, several],
        [numpy, tensorflow],
    )
