"""Figures of the benchmark tables as substitutions, so that no page repeats a number by hand.

``|m3 auto|`` on a page becomes the error that ``_static/benchmarks/m3.csv`` contains.
"""

import csv
from pathlib import Path

TABLES = Path(__file__).parents[1] / "_static" / "benchmarks"
SEARCH = "One fit of a search over the units, 25 epochs, new process"
ROW = "LSTM(8), 10 steps, 1 row"
STEP = "One step of LSTM(8)"
WIDE = "LSTM(128), 60 steps, batch 64"
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


def less(method):
    """Return by how many percent the error of AutoRNNForecaster on M3 is smaller."""
    auto, other = (float(accuracy("m3", name)) for name in ("AutoRNNForecaster", method))
    return f"{100 - 100 * auto / other:.0f}"


def single(method, column="seconds"):
    """Return a cell of the table of single series."""
    [row] = [row for row in rows("single_series") if row[""] == method]
    return f"{float(row[column]):.0f}"


def first(what):
    """Return the time from the start of a process to a result."""
    [row] = [row for row in rows("first_forecast") if row["in a new process"].startswith(what)]
    return row["time"]


def percent(ratio):
    """Return a ratio as a whole number of percent."""
    return f"{100 * float(ratio):.0f}%"


def figures():
    """Return the figures by their names on the pages."""
    return {
        "m3 auto": accuracy("m3", "AutoRNNForecaster"),
        "m3 theta": accuracy("m3", "Theta (published)"),
        "m3 less theta": less("Theta (published)"),
        "m3 less ets": less("ETS (published)"),
        "m3 ets": accuracy("m3", "ETS (published)"),
        "first network": first("``RNNForecaster``"),
        "first auto": first("``AutoRNNForecaster``"),
        "first ets": first("sktime's ``AutoETS``"),
        "first import": first("only importing sktime"),
        "single auto": single("AutoRNNForecaster"),
        "single network": single("RNNForecaster"),
        "single ets": single("AutoETS"),
        "single series": single("AutoRNNForecaster", "series"),
        "online skrnn": first("forecasting one row"),
        "step skrnn": timing("peers", STEP, "skrnn"),
        "step keras": timing("peers", STEP, "Keras fit"),
        "step torch": timing("peers", STEP, "PyTorch, 1 thread"),
        "wide skrnn": timing("steps", WIDE, "skrnn"),
        "wide torch": timing("steps", WIDE, "PyTorch, 2 threads"),
        "search skrnn": timing("search", SEARCH, "skrnn"),
        "search scikeras": timing("search", SEARCH, "scikeras"),
        "search ratio": f"{float(timing('search', SEARCH, 'scikeras', 'ratio')):.0f}",
        "row skrnn": timing("predict", ROW, "skrnn"),
        "row keras": timing("predict", ROW, "Keras, batch 32"),
        "threads share": percent(timing("predict", THREADS, "skrnn, n_jobs=2", "ratio")),
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
