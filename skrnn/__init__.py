"""Recurrent networks for time series as ordinary scikit-learn estimators."""

from importlib import import_module

from ._renamed_modules import register_former_places

__version__ = "0.2.0.dev0"

# Each name is imported on first access. `import skrnn` therefore loads no other package, and only
# the parts that need TensorFlow load it.
_MODULE_OF = {
    "LagWindowTransformer": "skrnn.windows._lag_window_transformer",
    "RNNClassifier": "skrnn._classifier",
    "RNNRegressor": "skrnn._regressor",
    "SkrnnWarning": "skrnn._warnings",
    "StepScaler": "skrnn.windows._step_scaler",
    "build_network": "skrnn.keras_bridge._model",
    "enable_disk_cache": "skrnn.engines.tensorflow._disk_cache",
    "forecast": "skrnn._forecast",
    "make_lag_windows": "skrnn.windows._views",
    "pad_sequences": "skrnn.windows._sequence_padding",
    "unpad_sequences": "skrnn.windows._sequence_padding",
}
_SUBMODULES = ("cells", "datasets", "forecasting", "losses", "plotting")

TYPE_CHECKING = False  # type checkers take it as true; an import of typing would cost time
if TYPE_CHECKING:
    from . import cells, datasets, forecasting, losses, plotting
    from ._classifier import RNNClassifier
    from ._forecast import forecast
    from ._regressor import RNNRegressor
    from ._warnings import SkrnnWarning
    from .engines.tensorflow._disk_cache import enable_disk_cache
    from .keras_bridge._model import build_network
    from .windows._lag_window_transformer import LagWindowTransformer
    from .windows._sequence_padding import pad_sequences, unpad_sequences
    from .windows._step_scaler import StepScaler
    from .windows._views import make_lag_windows

register_former_places()

__all__ = [
    "LagWindowTransformer",
    "RNNClassifier",
    "RNNRegressor",
    "SkrnnWarning",
    "StepScaler",
    "__version__",
    "build_network",
    "cells",
    "datasets",
    "enable_disk_cache",
    "forecast",
    "forecasting",
    "losses",
    "make_lag_windows",
    "pad_sequences",
    "plotting",
    "unpad_sequences",
]


def __getattr__(name: str) -> object:
    if name in _MODULE_OF:
        value = getattr(import_module(_MODULE_OF[name]), name)
    elif name in _SUBMODULES:
        value = import_module(f"skrnn.{name}")
    else:
        raise AttributeError(f"module 'skrnn' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
