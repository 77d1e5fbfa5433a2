"""Conversions from and to Keras objects."""
