"""Displays of series, forecasts and networks, with the interface of scikit-learn's displays."""

from ._backtest_display import BacktestDisplay
from ._correlogram import CorrelogramDisplay
from ._forecast_calibration import ForecastCalibrationDisplay
from ._forecast_display import ForecastDisplay
from ._lag_importance import LagImportanceDisplay
from ._loss_curve import LossCurveDisplay
from ._series import SeriesDisplay

__all__ = [
    "BacktestDisplay",
    "CorrelogramDisplay",
    "ForecastCalibrationDisplay",
    "ForecastDisplay",
    "LagImportanceDisplay",
    "LossCurveDisplay",
    "SeriesDisplay",
]
