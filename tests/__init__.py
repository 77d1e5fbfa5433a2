"""Tests: a package, so that ``python -m tests.benchmarks`` finds it before any other `tests`."""
