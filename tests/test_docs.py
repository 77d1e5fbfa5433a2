"""The code on the pages of the documentation does what the pages say."""

import doctest
import re
import sys
import warnings
from pathlib import Path

import pytest

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


def test_every_drawing_is_shown():
    text = "".join(path.read_text("utf-8") for path in DOCS.rglob("*.rst"))
    shown = set(re.findall(r"inline-svg:: \S*_static/diagrams/(\S+)", text))
    assert shown == {path.name for path in (DOCS / "_static" / "diagrams").iterdir()}
