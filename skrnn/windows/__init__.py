"""A series to windows of its past."""
