"""Configuration of the documentation, see https://www.sphinx-doc.org/en/master/usage/configuration.html."""

import inspect
import os
import sys
import tomllib
import urllib.request
import warnings
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_extensions"), str(HERE / "_diagrams")]
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Histogram gradient boosting, which examples compare with, takes minutes with threads on a busy
# machine and seconds without. This must be set before scikit-learn is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from layers import draw_layers  # noqa: E402

import skrnn  # noqa: E402

project = "skrnn"
author = "the skrnn developers"
copyright = f"{date.today().year}, {author}"
version = release = skrnn.__version__

extensions = [
    "myst_parser",  # for CONTRIBUTING.md and CHANGELOG.md, which pages include
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.intersphinx",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    # Ours, in docs/_extensions.
    "error_tables",
    "example_times",
    "inline_svg",
    "mathml",
    "measured_figures",
    "parameter_groups",
    "playground",
    "tested_versions",
]
templates_path = ["_templates"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "_diagrams", "**/README.txt"]
default_role = "literal"
add_function_parentheses = False
toc_object_entries_show_parents = "hide"  # a class's page need not repeat its name

# Names of skrnn must resolve. Others do where their inventory could be fetched.
nitpicky = True
nitpick_ignore_regex = [(r"py:.*", r"(?!skrnn).*")]

# Code on the pages is written as doctests; what is copied is the code.
copybutton_prompt_text = r">>> |\.\.\. "
copybutton_prompt_is_regexp = True
html_math_renderer = "mathml"


def inventories(**addresses):
    """Fetch the inventories of other sites: an address that does not answer is left out."""
    folder = HERE / "_build" / "inventories"
    folder.mkdir(parents=True, exist_ok=True)
    mapping = {}
    for name, address in addresses.items():
        try:
            with urllib.request.urlopen(f"{address}objects.inv", timeout=5) as answer:
                inventory = answer.read()
        except OSError:
            continue
        path = folder / f"{name}.inv"
        path.write_bytes(inventory)
        mapping[name] = (address, str(path))
    return mapping


# Keras publishes no inventory.
intersphinx_mapping = inventories(
    python="https://docs.python.org/3/",
    numpy="https://numpy.org/doc/stable/",
    pandas="https://pandas.pydata.org/docs/",
    sklearn="https://scikit-learn.org/stable/",
    sktime="https://www.sktime.net/en/stable/",
)

autosummary_generate = True
autosummary_context = {
    # Inherited methods that belong on the page of a class, and methods that do not.
    "shown_methods": [
        "fit",
        "fit_predict",
        "fit_transform",
        "get_metadata_routing",
        "get_params",
        "predict",
        "predict_interval",
        "predict_quantiles",
        "predict_residuals",
        "score",
        "set_callbacks",
        "set_output",
        "set_params",
        "update",
        "update_predict",
    ],
    "shown_methods_of": {"RNNForecaster": ["predict_proba", "pretrain"]},
    # Inherited, but not available in the statistical forecasters, whose names begin with "Panel".
    "methods_without_intervals": ["predict_interval", "predict_quantiles", "predict_proba"],
    "hidden_methods": ["__init__", "get_test_params", "predict_var"],
}
numpydoc_show_class_members = False
# The docstrings say what a parameter is; the hints are for type checkers.
autodoc_typehints = "none"

sphinx_gallery_conf = {
    "examples_dirs": ["../examples"],
    "gallery_dirs": ["auto_examples"],
    # The sections of the gallery are in examples/index.rst.
    "copyfile_regex": r"index\.rst",
    # Other examples start processes, which is no matter for the builder of a page: tests run them.
    "filename_pattern": "/plot_(?!dask)",
    # A display is shown as its figure: its name and address would only be noise.
    "capture_repr": ("_repr_html_",),
    "backreferences_dir": "generated/backreferences",
    "doc_module": ("skrnn",),
    "reference_url": {"skrnn": None},
    "inspect_global_variables": False,
    "plot_gallery": "True",
    "show_memory": False,
    "show_signature": False,
    "write_computation_times": False,
    "remove_config_comments": True,
    "min_reported_time": 1,
}

# The pages of examples show warnings. Without the folder, they are the same on every machine.
warnings.formatwarning = lambda message, category, *_: f"{category.__name__}: {message}\n"

html_theme = "pydata_sphinx_theme"
html_context = {"default_mode": "auto"}
html_title = "skrnn"
html_static_path = ["_static"]
html_css_files = ["skrnn.css"]
html_js_files = ["skrnn.js"]
html_show_sourcelink = False
html_copy_source = False
html_favicon = "_static/logo.svg"
html_theme_options = {
    "logo": {
        "image_light": "_static/logo.svg",
        "image_dark": "_static/logo-dark.svg",
        "text": "skrnn",
        "alt_text": "skrnn",
    },
    "navbar_align": "left",
    "navbar_end": ["theme-switcher", "navbar-icon-links"],
    "header_links_before_dropdown": 8,
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
    "show_nav_level": 2,
    "footer_start": ["copyright"],
    "footer_end": ["theme-version"],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {name: [] for name in ("index", "getting_started", "which_one")}

# The site links the repository as soon as pyproject.toml names its address.
_PROJECT = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
if "Repository" in _PROJECT.get("urls", {}):
    html_theme_options["icon_links"] = [
        {
            "name": "Repository",
            "url": _PROJECT["urls"]["Repository"],
            "icon": "fa-solid fa-code-branch",
        }
    ]

_API_MODULES = (
    "skrnn",
    "skrnn.cells",
    "skrnn.datasets",
    "skrnn.forecasting",
    "skrnn.losses",
    "skrnn.plotting",
)


def write_api_page(app, config):
    """List every public name of every public module, so that new ones get a page as well."""
    lines = [".. _api:", "", "=============", "API reference", "=============", ""]
    for name in _API_MODULES:
        if find_spec(name) is None:
            continue
        module = import_module(name)
        members = [
            member
            for member in module.__all__
            if callable(getattr(module, member)) and not inspect.ismodule(getattr(module, member))
        ]
        summary = inspect.getdoc(module).partition("\n\n")[0]
        lines += [name, "=" * len(name), "", summary, ""]
        lines += [f".. currentmodule:: {name}", "", ".. autosummary::", "   :toctree: ."]
        lines += ["   :nosignatures:", "", *(f"   {member}" for member in members), ""]
    page = HERE / "generated" / "api.rst"
    page.parent.mkdir(exist_ok=True)
    text = "\n".join(lines)
    if not page.exists() or page.read_text(encoding="utf-8") != text:
        page.write_text(text, encoding="utf-8")


def setup(app):
    """Write the API page before Sphinx looks for pages."""
    app.connect("config-inited", write_api_page)
    app.connect("config-inited", lambda *_: draw_layers(HERE / "generated"))
