"""Series to learn from: two that were measured, and one that is made."""

from ._melbourne import fetch_melbourne_temperatures
from ._sea_surface import load_sea_surface_temperatures
from ._seasonal import make_seasonal_series

__all__ = [
    "fetch_melbourne_temperatures",
    "load_sea_surface_temperatures",
    "make_seasonal_series",
]
