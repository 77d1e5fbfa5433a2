"""The code on the pages of the documentation does what the pages say."""

import csv
import doctest
import importlib
import re
import sys
import textwrap
import warnings
from inspect import signature
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import skrnn
import skrnn.forecasting

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.rst") if ">>> " in path.read_text("utf-8"))
MADE = {"_build", "auto_examples", "generated"}
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


NUMBER = re.compile(r"-?\d+\.\d+")


class NearlyEqual(doctest.OutputChecker):
    """Decimals may differ by a tenth: training differs between processors."""

    def check_output(self, want, got, optionflags):
        """Compare the text around the decimals, and the decimals."""
        if super().check_output(want, got, optionflags):
            return True
        wanted, found = ([float(n) for n in NUMBER.findall(text)] for text in (want, got))
        texts = (" ".join(NUMBER.sub("#", text).split()) for text in (want, got))
        return super().check_output(*texts, optionflags) and all(
            a == pytest.approx(b, rel=0.1, abs=0.011) for a, b in zip(wanted, found, strict=True)
        )


def names(paths):
    return [path.relative_to(DOCS).as_posix() for path in paths]


@pytest.mark.parametrize("page", [page for page in names(PAGES) if page.split("/")[0] not in MADE])
def test_page(page, request, tmp_path, monkeypatch):
    text = (DOCS / page).read_text("utf-8")
    if "fetch_melbourne_temperatures" in text:
        request.getfixturevalue("melbourne")
    monkeypatch.chdir(tmp_path)  # pages write files
    test = doctest.DocTestParser().get_doctest(text, {}, page, page, 0)
    runner = doctest.DocTestRunner(NearlyEqual(), optionflags=OPTIONS)
    report = []
    with warnings.catch_warnings():
        if page.startswith("migration/"):  # where other packages have warnings of their own
            warnings.simplefilter("ignore")
        runner.run(test, out=report.append)
    assert runner.failures == 0, "".join(report)
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


sys.path.append(str(DOCS / "_extensions"))
error_tables = importlib.import_module("error_tables")
measured_figures = importlib.import_module("measured_figures")
parameter_groups = importlib.import_module("parameter_groups")
playground = importlib.import_module("playground")


def test_cells_of_a_notebook():
    text = '"""Not shown."""\n\n# %% [markdown]\n# Two\n#\n# lines.\n\n# %%\nx = 1\n\nx + 1\n'
    cells = playground.cells_of(text)
    assert cells == [("markdown", "Two\n\nlines."), ("code", "x = 1\n\nx + 1")]
    notebook = playground.as_notebook(cells)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert [cell["cell_type"] for cell in notebook["cells"]] == ["markdown", "code"]
    assert notebook["cells"][1]["outputs"] == []


@pytest.mark.parametrize(
    "path", sorted((DOCS / "playground").glob("*.py")), ids=lambda path: path.stem
)
def test_notebook_of_the_playground(path):
    page = path.with_suffix(".rst").read_text("utf-8")
    assert f".. notebook:: {path.name}\n" in page
    cells = playground.cells_of(path.read_text("utf-8"))
    assert cells[0][0] == "markdown"
    for kind, text in cells:
        if kind == "code":
            compile(text, path.name, "exec")


def test_figures_of_the_readme_are_those_of_the_tables():
    readme = (DOCS.parent / "README.md").read_text("utf-8")
    rows = [line for line in readme.splitlines() if line.startswith("| ")]
    figures = measured_figures.figures()
    for row, names in zip(
        rows[1:],
        [
            ("m3 auto", "m3 theta", "m3 ets"),
            ("search skrnn", "search scikeras"),
            ("row skrnn", "row keras"),
        ],
        strict=True,
    ):
        for name in names:
            assert re.search(rf"(?<![\d.]){re.escape(figures[name])}(?![\d.])", row), name


def test_front_page_promises_what_the_tables_show():
    figures = measured_figures.figures()
    assert float(figures["m3 auto"]) < float(figures["m3 theta"]) < float(figures["m3 ets"])
    page = (DOCS / "index.rst").read_text("utf-8")
    shown = set(re.findall(r"(?<!\\ )\|([a-z][a-z0-9 ]+)\|", page))
    assert shown
    assert shown <= set(figures)


def test_front_page_has_no_measured_number_that_is_typed():
    page = (DOCS / "index.rst").read_text("utf-8")
    prose = re.sub(r"(code-block|parsed-literal)::.*\n\n(?: {4,}.*\n|\n)+", "", page)
    prose = re.sub(r"(:[\w-]+|\.\. grid):+ .*", "", prose)
    # The series of M3, the coverage, the months, the fits of the search, the version of Python.
    assert set(re.findall(r"\d[\d.,]*\d|\d", prose)) == {"3,003", "90", "12", "26", "3", "3.11"}
    figures = measured_figures.figures()
    tables = DOCS / "_static" / "benchmarks"
    rows = csv.DictReader((tables / "m3.csv").read_text("utf-8").splitlines())
    smape = {row["sMAPE / MASE"]: float(row["all"].split(" / ")[0] or "nan") for row in rows}
    for name, method in (("m3 less theta", "Theta"), ("m3 less ets", "ETS")):
        ratio = smape["AutoRNNForecaster"] / smape[f"{method} (published)"]
        assert float(figures[name]) == pytest.approx(100 * (1 - ratio), abs=0.51)
    times = csv.DictReader((tables / "first_forecast.csv").read_text("utf-8").splitlines())
    times = {row["in a new process"].split("``")[-2]: row["time"] for row in list(times)[2:5]}
    shown = [figures[name] for name in ("first network", "first auto", "first ets")]
    assert shown == [times[name] for name in ("RNNForecaster", "AutoRNNForecaster", "AutoETS")]


def test_front_page_shows_the_picture_of_its_code():
    page = (DOCS / "index.rst").read_text("utf-8")
    [code] = re.findall(r"code-block:: python\n\n((?: {10}.*\n|\n)+)", page)
    assert max(map(len, textwrap.dedent(code).splitlines())) <= 47  # fits on a phone
    lines = [line for line in code.splitlines() if line.strip() and "import" not in line]
    assert len(lines) <= 5
    names = {}
    exec(compile(textwrap.dedent(code), "index.rst", "exec"), names)
    axes = sys.modules["matplotlib.pyplot"].gca()
    assert len(axes.lines) == 2  # history and forecast
    assert len(axes.collections) == 1  # interval
    sys.modules["matplotlib.pyplot"].close("all")


def test_each_error_gets_its_own_table():
    rows = [["sMAPE / MASE", "monthly", "yearly"], ["a", "13.30 / 0.8", ""]]
    rows += [["b", "9.10 / 1", "2 / 3"], ["c", "-- / 0.9", ""]]
    tables = error_tables.split(rows)
    assert tables == {
        "sMAPE": [["", "monthly", "yearly"], ["a", "13.30", ""], ["b", "9.10", "2"]],
        "MASE": [["", "monthly", "yearly"], ["a", "0.8", ""], ["b", "1", "3"], ["c", "0.9", ""]],
    }
    assert error_tables.smallest(tables["sMAPE"]) == {(2, 1), (2, 2)}
    assert error_tables.smallest(tables["MASE"]) == {(1, 1), (2, 2)}


def test_smallest_errors_are_those_of_comparable_series():
    table = [["", "hourly (24 of 414 series)", "all", "none"]]
    table += [["a", "1", "2.50", ""], ["b", "2", "2.5", "--"]]
    assert error_tables.smallest(table) == {(1, 2), (2, 2)}


@pytest.mark.parametrize("name", ["m1", "m3", "m4", "tourism", "other_sets"])
def test_tables_of_errors_keep_every_number(name):
    with (DOCS / "_static" / "benchmarks" / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    tables = error_tables.split(rows)
    for [method, *cells] in rows[1:]:
        for column, cell in enumerate(cells, start=1):
            for error, number in zip(tables, cell.split(" / "), strict=cell != ""):
                if number not in {"", "--"}:
                    [row] = [row for row in tables[error] if row[0] == method]
                    assert row[column] == number


@pytest.mark.parametrize(
    "estimator",
    [
        skrnn.LagWindowTransformer,
        skrnn.RNNRegressor,
        skrnn.forecasting.AutoRNNForecaster,
        skrnn.forecasting.RNNForecaster,
    ],
)
def test_every_parameter_is_in_a_group_and_its_page_exists(estimator):
    for name in signature(estimator).parameters:
        assert parameter_groups.group_of(name), name
    for page in parameter_groups.PAGES.values():
        assert (DOCS / f"{page}.rst").is_file(), page


def test_parameters_are_regrouped_without_a_loss():
    lines = [":Parameters:", "", "    **units** : int", "        Size.", ""]
    lines += ["    **tol, verbose** : float", "        Two.", "", "    **cell** : str"]
    lines += ["        Kind.", "", ":Attributes:", "", "    **units** : int"]
    parameter_groups.regroup(lines)
    titles = [line.partition(":: ")[2] for line in lines if "rubric" in line]
    assert titles == ["Network", "Early stopping"]
    names = [line.split("**")[1] for line in lines if line.startswith("    **")]
    assert names == ["cell", "units", "tol, verbose", "units"]
    assert [line.strip() for line in lines if line.startswith(" " * 8)][:2] == [
        "Kind.",
        "More: :doc:`/user_guide/cells`.",
    ]


def test_every_drawing_is_shown():
    text = "".join(path.read_text("utf-8") for path in DOCS.rglob("*.rst"))
    shown = set(re.findall(r"inline-svg:: \S*_static/diagrams/(\S+)", text))
    assert shown == {path.name for path in (DOCS / "_static" / "diagrams").iterdir()}


PIPELINE = re.compile(r"make_pipeline\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")


def test_no_pipeline_pads_before_it_scales():
    # Only the scaler compares the columns of DataFrames with those in fit.
    root, found = DOCS.parent, 0
    for folder, suffix in [("docs", "rst"), ("skrnn", "py"), ("examples", "py")]:
        for path in (root / folder).rglob(f"*.{suffix}"):
            for pipeline in PIPELINE.findall(path.read_text("utf-8")):
                padding, scaling = pipeline.find("pad_sequences"), pipeline.find("StepScaler")
                if padding >= 0:
                    assert 0 <= scaling < padding, f"{path.name}: {pipeline}"
                    found += 1
    assert found > 3


@pytest.mark.parametrize("number", range(3))
def test_remedies_for_a_series_that_ended_early(number):
    """The first one left out the series from fit, but predict refused the features to come."""
    page = (DOCS / "forecasting.rst").read_text(encoding="utf-8")
    [block] = re.findall(r"three remedies:\n\n.*\n\n((?: {4}.*\n|\n)+)", page)
    remedies = textwrap.dedent(block).strip().split("\n\n")
    assert len(remedies) == 3
    days = pd.date_range("2024-01-01", periods=67, name="day")
    ends = {"a": 60, "b": 50, "c": 60}
    index = pd.MultiIndex.from_product([ends, days], names=["shop", "day"])
    features = pd.DataFrame({"price": np.arange(float(len(index))) % 7}, index)
    last = index.get_level_values("shop").map({name: days[end] for name, end in ends.items()})
    past = index.get_level_values("day") < last
    coming = index.get_level_values("day") >= days[60]
    X = features[past]
    names = {
        "forecaster": skrnn.forecasting.RNNForecaster(
            lag=3, units=2, epochs=1, n_networks=1, engine="numpy", random_state=0
        ),
        "pd": pd,
        "X": X,
        "y": X["price"].to_frame("y"),
        "X_coming": features[coming],
        "X_since": features[~past & ~coming],
        "days_coming": days[60:],
    }
    with warnings.catch_warnings(action="ignore", category=skrnn.SkrnnWarning):
        exec(remedies[number], names)
