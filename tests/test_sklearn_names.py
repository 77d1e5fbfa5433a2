"""Private names of scikit-learn: one module imports them, and these are what it relies on."""

import ast
import inspect
from numbers import Real
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import InvalidParameterError

from skrnn import _sklearn_compat as compat

PACKAGE = Path(__file__).parents[1] / "skrnn"
MODULES = [path for path in PACKAGE.rglob("*.py") if path.name != "_sklearn_compat.py"]
# Where scikit-learn keeps an estimator's own state.
ATTRIBUTES = ("_skl", "_sklearn", "_init_callback", "_metadata_request", "_get_metadata")
ATTRIBUTES += ("_validate_params",)


def private_names(path):
    """Private names of scikit-learn that a module imports, or attributes that it uses."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        dotted = []
        if isinstance(node, ast.Import):
            dotted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            dotted = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in dotted:
            first, *rest = name.split(".")
            if first == "sklearn" and any(part.startswith("_") for part in rest):
                yield name
        if isinstance(node, ast.Attribute) and node.attr.startswith(ATTRIBUTES):
            yield node.attr
        if isinstance(node, ast.Constant) and str(node.value).startswith(ATTRIBUTES):
            yield node.value  # of getattr


def test_no_other_module_imports_a_private_name_of_scikit_learn():
    assert MODULES
    found = {str(path.relative_to(PACKAGE)): list(private_names(path)) for path in MODULES}
    assert {module: names for module, names in found.items() if names} == {}


def test_the_walk_finds_private_names(tmp_path):
    file = tmp_path / "module.py"
    file.write_text(
        "import sklearn.utils._param_validation\n"
        "from sklearn.base import BaseEstimator, _fit_context\n"
        "from sklearn.utils._param_validation import Interval\n"
        "from ._own import _name\n"
        "estimator._skl_callbacks\n"
        "getattr(estimator, '_validate_params')\n",
        encoding="utf-8",
    )
    assert sorted(private_names(file)) == [
        "_skl_callbacks",
        "_validate_params",
        "sklearn.base._fit_context",
        "sklearn.utils._param_validation",
        "sklearn.utils._param_validation.Interval",
    ]


class Half(BaseEstimator):
    """An estimator whose parameters are constrained."""

    _parameter_constraints: ClassVar = {
        "share": [compat.Interval(Real, 0, 1, closed="neither")],
        "kind": [compat.StrOptions({"a", "b"}), compat.HasMethods("predict")],
    }

    def __init__(self, share=0.5, kind="a"):
        self.share = share
        self.kind = kind

    @compat._fit_context(prefer_skip_nested_validation=True)
    def fit(self, X):
        """Do nothing."""
        return self


@pytest.mark.parametrize("parameters", [{"share": 0.0}, {"share": 1}, {"kind": "c"}, {"kind": 3}])
def test_parameters_are_checked_by_their_constraints(parameters):
    Half().fit(None)
    name = next(iter(parameters))
    words = f"The '{name}' parameter of Half must be .* Got "
    with pytest.raises(InvalidParameterError, match=words):
        Half(**parameters).fit(None)
    with pytest.raises(InvalidParameterError, match=words):
        compat.validate_parameter_constraints(
            Half._parameter_constraints, Half(**parameters).get_params(), caller_name="Half"
        )


def test_parameters_of_functions_are_checked():
    @compat.validate_params(
        {"share": [compat.Interval(Real, 0, 1, closed="neither")]},
        prefer_skip_nested_validation=True,
    )
    def half(share):
        return share / 2

    assert half(0.5) == 0.25
    with pytest.raises(InvalidParameterError, match=r"The 'share' parameter of .*half must be"):
        half(2)
    assert list(inspect.signature(half).parameters) == ["share"]


def test_an_interval_can_be_derived_from():
    """``Count`` is an interval that refuses bools."""
    assert {"is_satisfied_by", "__init__"} <= set(dir(compat.Interval))
    assert compat.Interval(Real, 0, None, closed="left").is_satisfied_by(0)


def test_weights_are_checked():
    X = np.zeros((3, 1))
    settings = {"dtype": np.float64, "ensure_non_negative": True}
    weight = compat._check_sample_weight([1, 0, 2], X, **settings)
    assert weight.dtype == np.float64
    np.testing.assert_array_equal(weight, [1, 0, 2])
    np.testing.assert_array_equal(compat._check_sample_weight(3, X, **settings), [3, 3, 3])
    for wrong in ([1, 2], [-1, 1, 1], [[1], [1], [1]]):
        with pytest.raises(ValueError, match=r"(?i)weight"):
            compat._check_sample_weight(wrong, X, **settings)


def test_names_of_features_are_checked():
    half = Half()
    half.n_features_in_ = 2
    assert list(compat._check_feature_names_in(half)) == ["x0", "x1"]
    assert list(compat._check_feature_names_in(half, ["a", "b"])) == ["a", "b"]
    with pytest.raises(ValueError, match="input_features should have length equal"):
        compat._check_feature_names_in(half, ["a"])
    half.feature_names_in_ = np.array(["a", "b"], dtype=object)
    with pytest.raises(ValueError, match="input_features is not equal to feature_names_in_"):
        compat._check_feature_names_in(half, ["b", "a"])
