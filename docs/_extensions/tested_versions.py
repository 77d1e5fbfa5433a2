"""The directive ``tested-versions``: the oldest and the installed release of each dependency.

The oldest releases are the lower bounds in pyproject.toml. The newest are those with which the
site is built, which are the ones that the tests have run with.
"""

import platform
import re
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
BOUND = re.compile(r"([a-z][a-z0-9_-]*)(?:\[[a-z,]+\])?>=([0-9.]+)")
# Extras whose packages skrnn works with; the others are tools for building and testing.
EXTRAS = ("plot", "sktime", "calendar", "dask", "arrow", "examples", "test")
TOOLS = {"hypothesis", "numpydoc", "pytest", "pytest-xdist", "pyyaml"}


def bounds():
    """Return the lowest release of each package that skrnn works with, by its name."""
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    extras = [line for extra in EXTRAS for line in project["optional-dependencies"][extra]]
    found = {}
    for line in [*project["dependencies"], *extras]:
        if (match := BOUND.match(line)) and match[1] not in TOOLS:
            found.setdefault(match[1], match[2])
    return found


def installed(name):
    """Return the installed release of a package, or a dash."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "–"


class TestedVersions(SphinxDirective):
    """Write the table."""

    def run(self):
        rows = [("Package", "Oldest", "Newest"), ("Python", "3.11", platform.python_version())]
        rows += [(name, oldest, installed(name)) for name, oldest in bounds().items()]
        lines = [".. csv-table::", "   :header-rows: 1", ""]
        lines += ["   " + ", ".join(row) for row in rows]
        node = nodes.Element()
        self.state.nested_parse(StringList(lines, "tested_versions"), 0, node)
        return node.children


def setup(app):
    """Define the directive."""
    app.add_directive("tested-versions", TestedVersions)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
