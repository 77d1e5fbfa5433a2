"""Displays: pictures of series, forecasts and networks, in scikit-learn's manner."""

from ._correlogram import CorrelogramDisplay
from ._forecast import ForecastDisplay
from ._lag_importance import LagImportanceDisplay
from ._loss_curve import LossCurveDisplay
from ._series import SeriesDisplay

__all__ = [
    "CorrelogramDisplay",
    "ForecastDisplay",
    "LagImportanceDisplay",
    "LossCurveDisplay",
    "SeriesDisplay",
]
