"""Benchmarks of skrnn and other packages. They print and record, and assert nothing."""
