"""Benchmarks: what skrnn costs beside its peers. They print and record; they assert nothing."""
