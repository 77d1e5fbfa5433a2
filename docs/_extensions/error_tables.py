"""The directive ``error-tables``: tables of errors from a CSV file, the smallest in bold.

A cell such as ``13.30 / 0.832`` has two errors, named by the first cell of the file. Two numbers
in one cell are hard to compare and do not fit on a phone, so each error gets its own table.
"""

import csv
import re
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

TITLES = {"sMAPE": "sMAPE in percent"}
UNKNOWN = {"", "--"}
# "hourly (24 of 414 series)": published errors are for all series, so they cannot be compared.
INCOMPARABLE = re.compile(r"\(\d+ of \d+")


def split(rows):
    """Return the tables in the rows of a file, by the name of their error.

    Parameters
    ----------
    rows : list of list of str
        The rows of the file. The first one is the header.

    Returns
    -------
    tables : dict
        Maps the name of each error to its rows, the first of which is the header. Methods without
        such an error are left out.
    """
    head, *body = rows
    names = head[0].split(" / ")
    tables = {}
    for position, name in enumerate(names):
        cells = [
            [row[0], *(cell.split(" / ")[position] if cell else "" for cell in row[1:])]
            for row in body
        ]
        cells = [row for row in cells if not UNKNOWN.issuperset(row[1:])]
        tables[name] = [["", *head[1:]], *cells]
    return tables


def smallest(table):
    """Return the positions (row, column) of the smallest number in each column.

    Equal numbers are all smallest. The header and the first column are not numbers, and columns
    whose numbers are for different series have no smallest one.
    """
    found = set()
    for column, name in enumerate(table[0]):
        if not column or INCOMPARABLE.search(name):
            continue
        numbers = {
            row: float(cells[column])
            for row, cells in enumerate(table)
            if row and cells[column] not in UNKNOWN
        }
        best = min(numbers.values(), default=None)
        found |= {(row, column) for row, number in numbers.items() if number == best}
    return found


class ErrorTables(SphinxDirective):
    """Write a table for each error in the file that the argument names."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        relative, path = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(relative)
        with Path(path).open(encoding="utf-8", newline="") as file:
            tables = split(list(csv.reader(file)))
        return [_table(name, table) for name, table in tables.items()]


def _table(name, cells):
    best = smallest(cells)
    width = len(cells[0])
    group = nodes.tgroup(cols=width)
    group += [nodes.colspec(colwidth=1) for _ in range(width)]
    head, body = nodes.thead(), nodes.tbody()
    for number, row in enumerate(cells):
        line = nodes.row()
        for column, text in enumerate(row):
            shown = nodes.strong(text=text) if (number, column) in best else nodes.Text(text)
            line += nodes.entry("", nodes.paragraph("", "", shown))
        (body if number else head).append(line)
    group += [head, body]
    return nodes.table("", nodes.title(text=TITLES.get(name, name)), group, classes=["errors"])


def setup(app):
    """Define the directive."""
    app.add_directive("error-tables", ErrorTables)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
