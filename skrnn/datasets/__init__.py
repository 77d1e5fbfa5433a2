"""Example series: two measured ones and a generated one."""

from ._melbourne import fetch_melbourne_temperatures
from ._sea_surface import load_sea_surface_temperatures
from ._seasonal import make_seasonal_series

__all__ = [
    "fetch_melbourne_temperatures",
    "load_sea_surface_temperatures",
    "make_seasonal_series",
]
