"""Where version 0.1.0 kept the class: pickles that it wrote name this module."""

from .windows._index_end import IndexEnd

__all__ = ["IndexEnd"]
