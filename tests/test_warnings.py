"""Every warning points at the line of the user's code."""

import ast
import copy
import subprocess
import sys
import textwrap
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import skrnn
from skrnn._warnings import warn_user

PACKAGE = Path(skrnn.__file__).parent
NAMES = {"warn_user": warn_user}


def lines_of(code):
    """Run code as if it were in a module of this package, and return the names of it."""
    names = dict(NAMES)
    exec(compile(textwrap.dedent(code), str(PACKAGE / "_somewhere.py"), "exec"), names)
    return names


INSIDE = lines_of(
    """
    def fit(*args):
        return inner()

    def inner():
        warn_user("of inner")

    class Loaded:
        def __setstate__(self, state):
            fit()
    """
)
fit = INSIDE["fit"]


def line_of(code):
    """The number of the line in this file that holds some text, counted from 1."""
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()
    [number] = [i for i, line in enumerate(lines, 1) if line.endswith(code)]
    return number


def points_here(caught, text):
    [warning] = caught
    assert (warning.filename, warning.lineno) == (__file__, line_of(text))
    assert warning.category is UserWarning


def test_a_call_of_the_package():
    with pytest.warns(UserWarning, match="of inner") as caught:
        fit()  # a plain call
    points_here(caught, "# a plain call")


def test_through_estimators_of_scikit_learn():
    model = TransformedTargetRegressor(
        make_pipeline(FunctionTransformer(), Warns()), transformer=FunctionTransformer()
    )
    with pytest.warns(UserWarning, match="of inner") as caught:
        model.fit([[1.0], [2.0]], [1.0, 2.0])  # of a pipeline
    assert {(w.filename, w.lineno) for w in caught} == {(__file__, line_of("# of a pipeline"))}


Warns = type(
    "Warns",
    (BaseEstimator,),
    {"fit": lines_of("def fit(self, X, y):\n warn_user('of inner'); return self")["fit"]}
    | {"predict": lines_of("def predict(self, X):\n return X")["predict"]},
)


def test_through_a_context_of_the_package():
    inside = contextmanager(lines_of("def inside():\n yield\n warn_user('late')")["inside"])
    with pytest.warns(UserWarning, match="late") as caught, inside():
        pass
    assert caught[0].filename == __file__


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_through_modules_that_copy(copied):
    value = INSIDE["Loaded"]()
    value.settings = 1
    with pytest.warns(UserWarning, match="of inner") as caught:
        copied(value)  # copied
    points_here(caught, "# copied")


@pytest.mark.parametrize("backend", ["sequential", "threading"])
def test_through_joblib(backend):
    with pytest.warns(UserWarning, match="of inner") as caught:
        Parallel(2, backend=backend)(delayed(fit)(i) for i in range(2))  # by joblib
    places = {(w.filename, w.lineno) for w in caught}
    assert places == {(__file__, line_of("# by joblib"))}


def test_in_a_pool_of_threads():
    with ThreadPoolExecutor(2) as pool, pytest.warns(UserWarning, match="of inner") as caught:
        list(pool.map(fit, range(2)))  # by a pool
    assert {w.filename for w in caught} == {__file__}
    assert {w.lineno for w in caught} == {line_of("# by a pool")}


def run_in_thread(function):
    thread = Thread(target=function)
    thread.start()
    thread.join()


def test_a_function_of_the_user_in_a_thread_counts():
    def work():
        fit()  # in a thread

    with pytest.warns(UserWarning, match="of inner") as caught:
        run_in_thread(work)
    points_here(caught, "# in a thread")


def test_nobody_waits_for_a_thread_inside_of_a_package():
    """The line of the user is not known then, and none is made up."""
    with pytest.warns(UserWarning, match="of inner") as caught:
        run_in_thread(fit)
    assert caught[0].filename == str(PACKAGE / "_somewhere.py")


def test_in_a_process_of_joblib_it_names_the_call_of_the_package():
    """The lines of the user are in the parent, and nobody waits in the child."""
    code = """
        import warnings
        from joblib import Parallel, delayed
        from skrnn.windows._regularity import warn_of_missing_rows
        import pandas as pd
        if __name__ == "__main__":
            index = pd.date_range("2020", periods=30).delete(range(9, 12))
            Parallel(2)(delayed(warn_of_missing_rows)(index) for _ in range(2))
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert "_regularity.py" in run.stderr
    assert "3 row(s) are missing" in run.stderr


def test_a_line_warns_once_and_other_lines_too():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(3):
            fit()  # thrice
        fit()
    assert [w.lineno for w in caught] == [line_of("# thrice"), line_of("# thrice") + 1]


def test_filters_see_the_module_of_the_user():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", module=__name__.replace(".", r"\."))
        fit()
        with pytest.raises(UserWarning):
            exec("fit()", {"fit": fit, "__name__": "elsewhere"})


def test_examples_in_docstrings_are_of_the_user():
    names = {"fit": fit, "__name__": "skrnn._forecast"}
    with pytest.warns(UserWarning, match="of inner") as caught:
        exec(compile("fit()", "<doctest skrnn._forecast.forecast[0]>", "exec"), names)
    assert caught[0].filename == "<doctest skrnn._forecast.forecast[0]>"


def calls_of_warn(path):
    """The lines of a module that warn by themselves, or import what does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "warnings":
            yield from (node.lineno for name in node.names if name.name.startswith("warn"))
        if isinstance(node, ast.Attribute) and node.attr in {"warn", "warn_explicit"}:
            yield node.lineno


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_no_module_warns_by_itself(path):
    lines = list(calls_of_warn(path))
    assert len(lines) == (path.name == "_warnings.py")
