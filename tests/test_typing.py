"""Everything public has type hints, and the client that mypy reads uses every public name."""

import ast
import inspect
import subprocess
import sys
from functools import cached_property
from pathlib import Path

import skrnn
import skrnn.cells
import skrnn.datasets
import skrnn.forecasting
import skrnn.losses
import skrnn.plotting
from skrnn.engines import _contract
from skrnn.forecasting import _protocols

ROOT = Path(__file__).parents[1]
PACKAGES = [skrnn, skrnn.cells, skrnn.datasets, skrnn.forecasting, skrnn.losses, skrnn.plotting]
CONTRACTS = [
    _contract.Engine,
    _contract.EngineSettings,
    _protocols.Adjustment,
    _protocols.Scaling,
    _protocols.TaskNetwork,
]


def functions_of(value):
    """Yield a function, or those that a class and its bases in skrnn define in public."""
    if inspect.isfunction(value):
        yield inspect.unwrap(value)
    elif inspect.isclass(value):
        own = [base for base in value.__mro__ if base.__module__.startswith("skrnn")]
        for base in own:
            for name, member in vars(base).items():
                # A dataclass writes its own `__init__` from annotations.
                written = name == "__init__" and "__dataclass_fields__" not in vars(base)
                if written or not name.startswith("_"):
                    yield from function_behind(member)


def function_behind(member):
    """Yield the function of a method, a property or a decorated method; nothing else."""
    if isinstance(member, property):
        member = member.fget
    elif isinstance(member, cached_property):
        member = member.func
    # The last is the descriptor of scikit-learn's `available_if`.
    member = getattr(member, "__func__", getattr(member, "fn", member))
    if inspect.isfunction(member):
        yield inspect.unwrap(member)


def public_functions():
    values = [getattr(package, name) for package in PACKAGES for name in package.__all__]
    found = {f for value in [*values, *CONTRACTS] for f in functions_of(value)}
    return sorted(
        (f for f in found if f.__module__.startswith("skrnn")),
        key=lambda f: (f.__module__, f.__qualname__),
    )


def without_hint(function):
    """Return the parameters of a function that have no hint, and "return" if it has none."""
    signature = inspect.signature(function)
    names = [
        name
        for name, parameter in signature.parameters.items()
        if parameter.annotation is parameter.empty and name not in {"self", "cls"}
    ]
    return [*names, "return"] if signature.return_annotation is signature.empty else names


def test_signatures_are_annotated():
    found = {f"{f.__module__}.{f.__qualname__}": without_hint(f) for f in public_functions()}
    assert {function: names for function, names in found.items() if names} == {}


def test_the_walk_finds_functions_of_each_kind():
    names = {f.__qualname__ for f in public_functions()}
    assert {
        "pad_sequences",  # decorated
        "RNNRegressor.fit",  # decorated by scikit-learn
        "RNNClassifier.decision_function",  # available to some only
        "LagWindowTransformer.__init__",
        "RecurrentEstimator.model_",  # a property
        "Cell.from_config",  # a class method
        "EngineSettings.rows",  # a cached property
        "Engine.run",
    } <= names


def test_a_missing_hint_is_found():
    def function(self, a, b: int, *rest, c=1) -> None:
        pass

    assert without_hint(function) == ["a", "rest", "c"]
    assert without_hint(lambda: 0) == ["return"]


def test_the_client_uses_every_public_name():
    path = ROOT / "tests" / "typing" / "client.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    short = {package: package.__name__.rpartition(".")[2] for package in PACKAGES}
    public = {f"{short[package]}.{name}" for package in PACKAGES for name in package.__all__}
    assert public - {f"skrnn.{name}" for name in skrnn._SUBMODULES} <= used


def test_type_checkers_see_the_names_that_are_imported_on_first_access():
    tree = ast.parse((ROOT / "skrnn" / "__init__.py").read_text(encoding="utf-8"))
    [block] = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {
        alias.name: f"skrnn.{node.module}" if node.module else "skrnn"
        for node in block.body
        for alias in node.names
    }
    assert seen == skrnn._MODULE_OF | dict.fromkeys(skrnn._SUBMODULES, "skrnn")


def test_hints_load_no_module_that_scikit_learn_does_not_load():
    code = (
        "import sys, sklearn.base, skrnn\n"
        "before = set(sys.modules)\n"
        "import skrnn._typing\n"
        "print(*(set(sys.modules) - before))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["skrnn._typing"]


def test_the_package_says_that_it_has_hints():
    assert (ROOT / "skrnn" / "py.typed").is_file()
