"""The promises of the house: README, extras, docstrings, one test file a module."""

import ast
import importlib
import inspect
import re
import tomllib
from itertools import chain
from pathlib import Path

from numpydoc.validate import validate
from packaging.requirements import Requirement
from packaging.version import Version

import skrnn
import skrnn.cells
import skrnn.datasets
import skrnn.forecasting
import skrnn.losses
import skrnn.plotting

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def public_objects():
    """Yield dotted names: public functions, classes, and what the classes define in public."""
    modules = skrnn.datasets, skrnn.forecasting, skrnn.losses, skrnn.plotting
    for module in (skrnn, skrnn.cells, *modules):
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isfunction(value) or inspect.isclass(value):
                yield f"{module.__name__}.{name}"
            if inspect.isclass(value):
                yield from (
                    f"{module.__name__}.{name}.{member}"
                    for member, defined in vars(value).items()
                    if not member.startswith("_")
                    and (inspect.isfunction(defined) or isinstance(defined, property))
                    and not (defined.__doc__ is None and inherits_doc(value, member))
                )


def inherits_doc(cls, member):
    """Return whether a base class documents a member, as the contract that it fulfils."""
    return any(getattr(vars(base).get(member), "__doc__", None) for base in cls.__mro__[1:])


def test_docstrings():
    found = {name: errors_of_docstring(name) for name in public_objects()}
    assert len(found) > 100
    assert {name: errors for name, errors in found.items() if errors} == {}


def errors_of_docstring(name):
    ignored = set(PYPROJECT["tool"]["numpydoc_validation"]["checks"]) - {"all"}
    if not is_member(name):
        ignored -= {"EX01"}
    return [error for error in validate(name)["errors"] if error[0] not in ignored]


def is_member(name):
    """Tell a method or property of a class from a class or function."""
    return name.split(".")[-2][0].isupper()


def test_readme_has_two_commands_of_one_line():
    commands = re.findall(r"^```sh\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
    assert len(commands) == 2
    for command in commands:
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install ")
        assert command.count("\n") == 1
    assert "examples/plot_load.py" in commands[0]
    assert "pytest" in commands[1]


def test_readme_example_runs(capsys):
    [code] = re.findall(r"^```python\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
    names = {}
    exec(compile(code, "README.md", "exec"), names)
    assert str(names["forecaster"].predict().index[-1]) == "1962-12"
    printed = capsys.readouterr().out
    assert "1962-12" in printed
    assert "upper" in printed


def test_readme_fits_on_a_screen_and_shows_a_picture_that_is_there():
    assert len(README.splitlines()) <= 60
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert pictures
    for target in [*pictures, *re.findall(r"(?<!!)\[[^\]]+\]\(([^)]+)\)", README)]:
        assert (ROOT / target).is_file(), target


def test_all_holds_every_extra():
    extras = PYPROJECT["project"]["optional-dependencies"]
    [everything] = extras["all"]
    named = re.fullmatch(r"skrnn\[(.*)\]", everything)[1].split(",")
    assert set(named) == set(extras) - {"all"}


MODULES = [
    module
    for path in (ROOT / "skrnn").rglob("*.py")
    if (module := path.relative_to(ROOT / "skrnn")).name != "__init__.py"
]


def test_every_module_has_its_tests():
    assert MODULES
    assert [module for module in MODULES if not file_of_tests(module).is_file()] == []


def file_of_tests(module):
    return ROOT / "tests" / module.parent / f"test_{module.stem.lstrip('_')}.py"


def lower_bounds(*extras):
    """Map names to the lower bounds of pyproject.toml: the dependencies, then the extras."""
    project = PYPROJECT["project"]
    lists = [project["dependencies"], *(project["optional-dependencies"][name] for name in extras)]
    bounds = {}
    for requirement in map(Requirement, chain.from_iterable(lists)):
        if requirement.name != "skrnn":
            [bound] = [s.version for s in requirement.specifier if s.operator == ">="]
            bounds.setdefault(requirement.name, Version(bound))
    return bounds


def oldest_releases():
    lines = (ROOT / "tests" / "oldest.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if not line.startswith("#"))
    return {name: Version(version) for name, version in pairs}


def test_oldest_releases_are_the_lower_bounds():
    bounds = lower_bounds("plot", "sktime", "dask", "examples")
    assert oldest_releases() == bounds | {"pytest": lower_bounds("test")["pytest"]}


def test_contributing_page_tests_with_the_oldest_releases():
    page = (ROOT / "docs" / "contributing.rst").read_text(encoding="utf-8")
    [command] = [block for block in page.split("::") if "-c tests/oldest.txt" in block]
    for path in re.findall(r"\btests/[\w/.]+", command):
        assert (ROOT / path).exists(), path


def test_page_on_interoperability_shows_the_oldest_versions(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "_extensions"))
    shown = importlib.import_module("tested_versions").bounds()
    shown = {name: Version(version) for name, version in shown.items()}
    oldest = oldest_releases()
    del oldest["pytest"]
    assert oldest.items() <= shown.items()
    bounds = lower_bounds("plot", "sktime", "calendar", "dask", "arrow", "examples", "test")
    tools = {"hypothesis", "numpydoc", "pytest", "pytest-xdist", "pyyaml"}
    assert shown == {name: bounds[name] for name in bounds.keys() - tools}


TEST_FILES = sorted((ROOT / "tests").rglob("test_*.py"))
RUN_ELSEWHERE = {"Process", "submit", "apply", "apply_async", "starmap", "delayed"}


def run_by_other_processes(tree):
    """Names of functions that a module hands to processes, as far as can be read from it."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if (
            getattr(call.func, "attr", None) in RUN_ELSEWHERE
            or getattr(call.func, "id", None) in RUN_ELSEWHERE
        ):
            passed = call.args[:1] + [word.value for word in call.keywords if word.arg == "target"]
            yield from (value.id for value in passed if isinstance(value, ast.Name))


def test_child_processes_run_no_function_of_a_test_file():
    """A child may know another package by the name `tests`: such functions are in _support."""
    assert TEST_FILES
    found = {
        path.stem: own_functions_run_elsewhere(path.read_text("utf-8")) for path in TEST_FILES
    }
    assert {name: functions for name, functions in found.items() if functions} == {}


def own_functions_run_elsewhere(text):
    tree = ast.parse(text)
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return defined & set(run_by_other_processes(tree))


def test_functions_that_child_processes_run_are_found():
    text = "def f(): pass\nProcess(target=f)\npool.submit(f, 1)\npool.submit(g, 1)\n"
    assert own_functions_run_elsewhere(text) == {"f"}
    assert own_functions_run_elsewhere("def f(): pass\nProcess(target=g)\n") == set()


def test_no_two_modules_have_the_same_name():
    names = [module.name for module in MODULES]
    assert sorted(names) == sorted(set(names))
