"""Every warning points at the line of the user's code."""

import ast
import copy
import pickle
import subprocess
import sys
import textwrap
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import DataConversionWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import skrnn
from skrnn import LagWindowTransformer, RNNClassifier, RNNRegressor, forecast, pad_sequences
from skrnn._warnings import SkrnnWarning, warn_user
from skrnn.engines.tensorflow._disk_cache import ProgramFolder
from skrnn.forecasting import (
    AutoRNNForecaster,
    PanelBoosting,
    PanelRidge,
    PanelTheta,
    RNNForecaster,
    backtest,
    to_panel,
)
from skrnn.forecasting._limited_forecasts import OriginWarnings, warn_of_collected
from skrnn.plotting._find_networks import find_networks

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
    assert warning.category is SkrnnWarning


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


def test_filters_see_the_category_of_the_package():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", skrnn.SkrnnWarning)
        fit()
        with pytest.raises(UserWarning, match="of the user"):
            warnings.warn("of the user", stacklevel=1)


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


# Each warning in the package, by the function that issues it

X = np.random.default_rng(0).normal(size=(30, 1))
Y = X[:, 0] ** 2
# A meter, whose steps are shorter than those of float32 numbers at its values.
WALK = 1e9 + np.arange(60.0).reshape(30, 2, 1)
DATES = pd.date_range("2020-01-01", periods=30)


def network(**parameters):
    return RNNRegressor("simple", **{"units": 2, "epochs": 1, "random_state": 0} | parameters)


def with_a_column_of_labels():
    RNNClassifier("simple", units=2, epochs=1).fit(X, (X > 0).astype(int))


def windowed():
    return make_pipeline(LagWindowTransformer(lag=2), network())


def forecaster(**parameters):
    settings = {"lag": 2, "units": 2, "epochs": 1, "n_networks": 1, "cell": "simple"}
    settings |= {"random_state": 0, "strategy": "direct", "deseasonalize": False}
    return RNNForecaster(**settings | parameters)


def months(values=5 + Y):
    periods = pd.period_range("2000-01", periods=len(values), freq="M")
    return pd.Series(np.array(values, float), periods, name="y")


def panel(**series):
    return pd.concat({name: y.to_frame() for name, y in series.items()}, names=["series"])


def of_another_optimizer():
    model = network().fit(X, Y)
    model._slots = model._slots[:-1]
    model.partial_fit(X, Y)


def to_a_file_in_place_of_a_folder():
    with TemporaryDirectory() as name:
        folder, staging = Path(name, "kept"), Path(name, "staging")
        folder.touch()
        staging.mkdir()
        (staging / "a.pb").write_bytes(b"1")
        ProgramFolder(folder).copy_from(staging)


def after_a_new_row_without_a_logarithm():
    fitted = forecaster(transformer="log").fit(months()[:20], fh=[1])
    new = months()[20:22]
    new.iloc[-1] = -5.0
    fitted.update(new, update_params=False)
    fitted.predict()


def with_other_weights():
    fitted = forecaster().fit(months(), fh=[1])
    for part in find_networks(fitted):
        part.weights_ = [weights + 1e6 for weights in part.weights_]
    fitted.predict()


def of_a_series_without_values():
    y = panel(a=months(), b=months() * np.nan)
    forecaster().fit(y, fh=[1]).predict()


def after_rows_without_values():
    forecaster().fit(months().where(~np.isin(Y, Y[-2:])), fh=[1]).predict()


def fit_to_unknown_levels():
    windows = LagWindowTransformer(lag=2).fit_transform(X)
    return network(level_feature=0).fit(windows, Y)


def forecast_unknown_levels():
    windows = LagWindowTransformer(lag=2).fit_transform(X)
    network(level_feature=0).fit(windows[2:], Y[2:]).predict(windows)


def of_columns_far_from_zero():
    forecaster(target_scaler=None, level=False, transformer=None).fit(months() + 1e9, fh=[1])


def of_quantiles(y, alpha=0.7):
    fitted = AutoRNNForecaster(views={"one": forecaster()}).fit(y, fh=[1])
    fitted.predict_quantiles(alpha=alpha)


def of_exact_forecasts():
    y = months([0, 1, 0, 2] + [0] * 30)
    AutoRNNForecaster(views={"one": PanelTheta()}).fit(y, fh=[1]).predict_quantiles(alpha=0.7)


def calibrated(n_rows):
    settings = {"loss": "quantile", "quantile": (0.01, 0.5, 0.99), "calibrate": True}
    forecaster(**settings).fit(months()[:n_rows], fh=[1])


def calibrated_with_gaps():
    y = panel(a=months(), b=months().where(np.arange(len(months())) % 2 == 1))
    forecaster(loss="quantile", quantile=(0.3, 0.5, 0.7), calibrate=True).fit(y, fh=[1])


def variance_of_quantiles():
    forecaster(loss="quantile", quantile=(0.1, 0.9)).fit(months(), fh=[1]).predict_var()


def without_a_row_of_the_horizon():
    known = months().to_frame("x")
    fitted = forecaster(known_features=["x"], strategy="multioutput")
    fitted.fit(months()[:20], known[:20], fh=[1, 2])
    fitted.predict(X=known[20:21])


def of_a_new_category():
    known = pd.DataFrame({"kind": "a"}, months().index)
    fitted = forecaster().fit(months()[:20], known[:20], fh=[1])
    fitted.predict(X=known[20:21].assign(kind="b"))


def of_a_feature_without_values():
    known = pd.DataFrame(
        {"sun": np.arange(len(Y)) % 3, "wind": np.arange(len(Y)) % 2}, months().index
    )
    fitted = forecaster().fit(months()[:20], known[:20], fh=[1])
    fitted.predict(X=known[20:21].assign(sun=np.nan))


def of_a_leak():
    y = pd.Series(X[:, 0], DATES)
    backtest(PanelBoosting(sp=1), y, y.to_frame("copy"), fh=[1, 2])


def of_static_columns():
    y = panel(a=months(), b=months())
    size = pd.DataFrame({"size": y.index.codes[0].astype(float)}, y.index)
    forecaster().fit(y, size, fh=[1]).update(y, size + 1, update_params=False)


def of_another_column():
    model = make_pipeline(
        LagWindowTransformer(lag=1, flatten=True), SimpleImputer(), LinearRegression()
    )
    forecast(model.fit(X, X[:, 0] * 100 + 1e4), X, 2)


def stored_by_another_version():
    data = pickle.dumps(network().fit(X, Y))
    with mock.patch.object(skrnn, "__version__", "9"):
        pickle.loads(data)


def without_a_class_to_train_on():
    model = RNNClassifier("simple", units=2, epochs=1, early_stopping=True, shuffle=False)
    model.fit(X, ["a", "b"] * 14 + ["c"] * 2)


def of_short_series(n_rows):
    AutoRNNForecaster(n_networks=1, random_state=0).fit(months()[:n_rows], fh=[1, 2])


SUNDAY = pd.bdate_range("2024-01-01", periods=100).insert(0, pd.Timestamp("2023-12-31"))
ENDS = [("a", 12), ("b", 9), ("c", 12)]
CASES = [
    (
        "_warn_of_isolated_targets",
        "more than five times as far",
        lambda: network().fit(X, np.append(Y[:-1], 1e3)),
    ),
    (
        "axis_of",
        "1 of 101 times is outside",
        lambda: to_panel(pd.DataFrame({"ds": SUNDAY, "y": 1.0}), id=None),
    ),
    (
        "warn_of_unknown_times",
        "All Saturdays and Sundays",
        lambda: forecaster().fit(pd.Series(X[:, 0], DATES).where(DATES.dayofweek < 5), fh=[1]),
    ),
    (
        "warn_of_partly_known_rows",
        "often in 'b'",
        lambda: forecaster().fit(
            pd.DataFrame({"a": Y, "b": np.where(np.arange(len(Y)) < 20, np.nan, Y)}, DATES), fh=[1]
        ),
    ),
    (
        "warn_of_absent_zeros",
        "a value of 0",
        lambda: to_panel(
            pd.DataFrame(
                {
                    "unique_id": "a",
                    "ds": np.arange(45) + np.arange(45) // 3,
                    "y": [1.0, 2.0, 1.0] * 15,
                }
            )
        ),
    ),
    (
        "_warn_of_numbers_as_text",
        "are the same number",
        lambda: to_panel(pd.DataFrame({"unique_id": [7, "7"], "ds": 0, "y": 1.0})),
    ),
    (
        "_warn_of_similar_names",
        "differ only in blanks",
        lambda: to_panel(pd.DataFrame({"unique_id": ["a", "a "], "ds": 0, "y": 1.0})),
    ),
    (
        "warn_of_ignored_settings",
        "n_networks is ignored",
        lambda: AutoRNNForecaster(views={"one": PanelTheta(sp=1)}, n_networks=1).fit(
            months(), fh=[1]
        ),
    ),
    ("_warn_if_target_in_x", "contains the target", lambda: network().fit(X, X[:, 0])),
    ("_warn_about_scale_of_x", "of X has a mean of", lambda: network().fit(X * 1e6, Y)),
    ("_array", "A column-vector y was passed", with_a_column_of_labels),
    ("_warn_about_scale_of_y", "y has a mean of", lambda: network().fit(X, Y * 1e4)),
    (
        "_warn_about_scale_of_logarithms",
        "learn the logarithm of y",
        lambda: network(loss="log_normal").fit(X, np.exp(Y) * 1e4),
    ),
    (
        "_warn_if_far",
        "y_val is far outside",
        lambda: network(early_stopping=True).fit(X, Y, X_val=X, y_val=Y + 99),
    ),
    ("_resumed", "another version of Keras", of_another_optimizer),
    ("copy_from", "not kept in", to_a_file_in_place_of_a_folder),
    ("warn_of_no_logarithm", "zero or negative", after_a_new_row_without_a_logarithm),
    (
        "_warn_of_long_season",
        "sp=99, but no series",
        lambda: backtest(
            RNNForecaster(lag=1, units=1, epochs=1, n_networks=1), months(), fh=[1], sp=99
        ),
    ),
    ("_warn_of_short_series", "too short to learn", lambda: of_short_series(1)),
    ("_warn_of_short_series", "too short to hold out", lambda: of_short_series(5)),
    (
        "_warn_of_short_series",
        "left out: 'b'",
        lambda: backtest(
            RNNForecaster(lag=1, units=1, epochs=1, n_networks=1),
            panel(a=months(), b=months()[-2:]),
            fh=[1],
            n_origins=3,
        ),
    ),
    (
        "_warn",
        "automatic choices differ",
        lambda: backtest(
            RNNForecaster(sp=1, units=1, epochs=1, n_networks=1), months()[:14], fh=[1], step=3
        ),
    ),
    (
        "warn_of_numbers_in_text",
        "contains numbers as text, such as '1,5'",
        lambda: to_panel(
            pd.DataFrame({"unique_id": "a", "ds": [0, 1], "y": 1.0, "x": ["1,5", "2"]})
        ),
    ),
    (
        "warn_of_text_among_numbers",
        "contains text such as 'n/a' among numbers such as 1,",
        lambda: LagWindowTransformer(lag=2).fit(pd.DataFrame({"x": [1, "n/a", 2]})),
    ),
    ("warn_of_leaking_features", "X contains y: 'copy' equals y in the same row", of_a_leak),
    ("warn_of_unknown", "has NaN as its forecast", of_a_series_without_values),
    ("warn_of_last_values", "instead of by the networks", after_rows_without_values),
    (
        "warn_of_last_values",
        "consecutive known rows",
        lambda: PanelRidge().fit(months()[:3], fh=[1]).predict(),
    ),
    ("warn_about_digits", "y has .* float32", lambda: network().fit(X, Y * 1e-3 + 1e6)),
    ("warn_about_digits", "X has .* float32", lambda: network().fit(X * 1e-3 + 1e6, Y)),
    (
        "warn_of_keras_precision",
        "a Keras model takes float32",
        lambda: network(level_feature=0).fit(WALK, WALK[:, -1, 0] + 1.0).model_,
    ),
    ("warn_of_unknown_levels", "left out of training", fit_to_unknown_levels),
    ("warn_of_forecasts_without_level", "from the mean level", forecast_unknown_levels),
    (
        "_check_sequences",
        "does not have column names",
        lambda: pad_sequences([pd.DataFrame(X, columns=["a"]), X]),
    ),
    ("check_classes_left", "every row of the classes", without_a_class_to_train_on),
    ("warn_of_limited", "went far beyond", with_other_weights),
    (
        "warn_of_constant_features",
        "Column 'b' .3. of X is the same in every row",
        lambda: PanelBoosting(sp=1).fit(
            pd.Series(X[:, 0], DATES), pd.DataFrame({"a": X[:, 0], "b": 3}, DATES), fh=[1]
        ),
    ),
    (
        "warn_of_earlier_ends",
        "1 of 3 series ends before the others",
        lambda: (
            PanelTheta(sp=1)
            .fit(pd.concat({name: pd.DataFrame({"y": X[:n, 0]}, DATES[:n]) for name, n in ENDS}))
            .predict(fh=[1])
        ),
    ),
    (
        "warn_of_outliers",
        "set it to NaN",
        lambda: forecaster().fit(months([1, 0, 1, 0, 2] * 6 + [1e6]), fh=[1]),
    ),
    ("warn_about_lost_digits", "as it was scaled", of_columns_far_from_zero),
    ("_warn_of_levels", "up to a coverage", lambda: of_quantiles(months(), 0.9999)),
    ("warn_of_unknown", "intervals have no width. Later", of_exact_forecasts),
    ("calibrate", "calibrate=True has no effect", lambda: calibrated(4)),
    ("calibrate", "number of held-out errors", lambda: calibrated(30)),
    ("calibrate", "does not have two consecutive known values", calibrated_with_gaps),
    (
        "warn_of_many_zeros",
        "counts with many zeros",
        lambda: forecaster(loss="student_t").fit(months([0, 0, 1, 0, 2] * 6), fh=[1]),
    ),
    ("equally_likely_values", "assumed to be normal", variance_of_quantiles),
    (
        "warn_of_unknown",
        "No error of forecasts of 1 of 2 series",
        lambda: of_quantiles(panel(a=months(), b=months()[:3].where([True, False, True]))),
    ),
    (
        "_features",
        "X was not passed to fit, so it is ignored",
        lambda: forecaster().fit(months()[:20], fh=[1]).predict(X=months()[20:].to_frame("sun")),
    ),
    ("_check_future_rows", "no row for 1 step", without_a_row_of_the_horizon),
    (
        "warn_of_collected",
        "applies to 1 of 1 origins",
        lambda: warn_of_collected([OriginWarnings(texts=["a"])], 1),
    ),
    ("_warn_of_new", "contains 'b', which was not in X in fit", of_a_new_category),
    (
        "warn_or_collect",
        "unknown at every step of the horizon",
        of_a_feature_without_values,
    ),
    ("warn_of_change", "'size' of X was constant in every series", of_static_columns),
    ("warn_of_other_target", "far from the columns", of_another_column),
    ("stored_state", "saved by skrnn", stored_by_another_version),
    (
        "warn_of_doubt",
        "not clear where",
        lambda: LagWindowTransformer(lag=2).fit(np.zeros((9, 1))).transform(np.zeros((1, 1))),
    ),
    (
        "warn_of_incomplete_rows",
        "no complete window",
        lambda: make_pipeline(LagWindowTransformer(lag=20), network()).fit(X, Y),
    ),
    (
        "warn_of_skipped_rows",
        "15 of the 30 rows of X are left out",
        lambda: network().fit(np.c_[X, np.where(np.median(X) < X, X, np.nan)], Y),
    ),
    (
        "warn_of_unknown_end",
        "The last 2 of",
        lambda: windowed().fit(X, Y).predict(np.r_[X, np.full((3, 1), np.nan)]),
    ),
    (
        "_warn_of_short_step",
        "one row in 7 is known",
        lambda: to_panel(pd.DataFrame({"ds": DATES[:29:7], "y": 1.0}), id=None, freq="D"),
    ),
    (
        "warn_of_different_labels",
        "paired by position, but 30 of 30 labels differ",
        lambda: LagWindowTransformer(lag=2).fit(
            pd.DataFrame(X, DATES), pd.Series(Y, DATES + pd.Timedelta(days=1))
        ),
    ),
    (
        "warn_of_missing_rows",
        "missing inside X",
        lambda: LagWindowTransformer(lag=2).fit(pd.DataFrame(X, DATES).drop(DATES[9:12])),
    ),
    (
        "__getattr__",
        "history_ of LagWindowTransformer is deprecated",
        lambda: LagWindowTransformer(lag=2).fit(X).history_,
    ),
]


@pytest.mark.parametrize(
    ("function", "message", "cause"),
    CASES,
    ids=lambda value: value[:40] if isinstance(value, str) else "cause",
)
def test_it_points_at_the_line_of_the_user(function, message, cause):
    ours = (SkrnnWarning, FutureWarning, DataConversionWarning)
    with pytest.warns(ours, match=message) as caught:
        cause()
    assert {w.filename for w in caught if issubclass(w.category, ours)} == {__file__}


def functions_that_warn(path):
    """Names of functions of a module, once for each of their calls of the helper."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if getattr(call.func, "id", None) == "warn_user":
            around = [f for f in functions if f.lineno <= call.lineno <= f.end_lineno]
            yield max(around, key=lambda function: function.lineno).name


def test_each_warning_is_among_the_cases():
    warn = Counter(name for path in PACKAGE.rglob("*.py") for name in functions_that_warn(path))
    assert warn == Counter(function for function, _, _ in CASES)
