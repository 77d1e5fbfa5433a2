"""Forecasters with the interface of sktime, for many steps ahead and one series or many."""

from importlib.util import find_spec

if find_spec("sktime") is None:
    raise ImportError(
        "skrnn.forecasting needs sktime, which is not installed. Install it with the extra: "
        "pip install 'skrnn[sktime]'."
    )

from ._aggregated_trend import PanelAggregatedTrend
from ._auto_forecaster import AutoRNNForecaster
from ._backtest import Backtest, backtest
from ._boosting_forecaster import PanelBoosting
from ._forecast_table import forecast_table
from ._forecaster import RNNForecaster
from ._holt_winters import PanelHoltWinters
from ._intermittent import PanelTSB
from ._long_frames import from_panel, to_panel
from ._partitions import forecast_partitions
from ._ridge_forecaster import PanelRidge
from ._search_space import search_space
from ._seasonal_naive import PanelSeasonalNaive
from ._smoothing_forecasters import PanelDampedTrend, PanelTheta

__all__ = [
    "AutoRNNForecaster",
    "Backtest",
    "PanelAggregatedTrend",
    "PanelBoosting",
    "PanelDampedTrend",
    "PanelHoltWinters",
    "PanelRidge",
    "PanelSeasonalNaive",
    "PanelTSB",
    "PanelTheta",
    "RNNForecaster",
    "backtest",
    "forecast_partitions",
    "forecast_table",
    "from_panel",
    "search_space",
    "to_panel",
]
