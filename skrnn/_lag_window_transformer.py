"""Keeps the old import path of a class, which pickles of version 0.1.0 need."""

from .windows._lag_window_transformer import LagWindowTransformer

__all__ = ["LagWindowTransformer"]
