"""Conversions to and from Keras objects."""
