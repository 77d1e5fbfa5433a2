"""Turns a series into windows of its past."""
