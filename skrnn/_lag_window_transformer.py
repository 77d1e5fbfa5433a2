"""Where version 0.1.0 kept the class: pickles that it wrote name this module."""

from .windows._lag_window_transformer import LagWindowTransformer

__all__ = ["LagWindowTransformer"]
