"""The code on the pages of the documentation."""

import contextlib
import doctest
import io
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def run_page(name, until=None):
    """Run the examples of a page, up to one whose source contains a text.

    Returns
    -------
    dict
        The variables of the page.
    """
    names = {}
    text = (DOCS / f"{name}.rst").read_text(encoding="utf-8")
    with contextlib.redirect_stdout(io.StringIO()):
        for example in doctest.DocTestParser().get_examples(text):
            if until and until in example.source:
                return names
            exec(compile(example.source, name, "single"), names)
    if until:
        raise ValueError(f"No example on the page {name} contains {until!r}.")
    return names
