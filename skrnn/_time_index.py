"""Keeps the old import path of a class, which pickles of version 0.1.0 need."""

from .windows._index_end import IndexEnd

__all__ = ["IndexEnd"]
