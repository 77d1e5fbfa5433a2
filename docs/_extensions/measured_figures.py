"""Figures of the benchmark tables as substitutions, so that no page repeats a number by hand.

``|m3 auto|`` on a page becomes the error that ``_static/benchmarks/m3.csv`` contains.
"""

import csv
from pathlib import Path

TABLES = Path(__file__).parents[1] / "_static" / "benchmarks"
SEARCH = "One fit of a search over the units, 25 epochs, new process"
ROW = "LSTM(8), 10 steps, 1 row"
THREADS = "LSTM(32), 30 steps, 100,000 rows"


def rows(name):
    """Yield the rows of a table as dicts; an empty first cell repeats the one above."""
    with open(TABLES / f"{name}.csv", encoding="utf-8", newline="") as file:
        head, *body = csv.reader(file)
    above = ""
    for first, *rest in body:
        above = first or above
        yield dict(zip(head, [above, *rest], strict=True))


def accuracy(name, method, column="all"):
    """Return the sMAPE of a method in a table of a competition, in percent."""
    [row] = [row for row in rows(name) if row["sMAPE / MASE"] == method]
    return row[column].partition(" / ")[0]


def timing(name, case, side, column="median"):
    """Return a cell of a table of timings."""
    [row] = [row for row in rows(name) if row["case"].startswith(case) and row["side"] == side]
    return row[column]


def figures():
    """Return the figures by their names on the pages."""
    return {
        "m3 auto": accuracy("m3", "AutoRNNForecaster"),
        "m3 theta": accuracy("m3", "Theta (published)"),
        "m3 ets": accuracy("m3", "ETS (published)"),
        "search skrnn": timing("search", SEARCH, "skrnn"),
        "search scikeras": timing("search", SEARCH, "scikeras"),
        "search ratio": f"{float(timing('search', SEARCH, 'scikeras', 'ratio')):.0f}",
        "row skrnn": timing("predict", ROW, "skrnn"),
        "row keras": timing("predict", ROW, "Keras, batch 32"),
        "threads ratio": timing("predict", THREADS, "skrnn, n_jobs=2", "ratio"),
        "row ratio": f"{float(timing('predict', ROW, 'Keras, batch 32', 'ratio')):.0f}",
    }


def substitutions():
    """Return the lines of reStructuredText that define the figures."""
    return "".join(f".. |{name}| replace:: {value}\n" for name, value in figures().items())


def setup(app):
    """Define the figures on every page."""

    def define(app, config):
        config.rst_epilog = f"{config.rst_epilog or ''}\n{substitutions()}"

    app.connect("config-inited", define)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
