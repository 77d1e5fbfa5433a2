"""LagWindowTransformer by itself: windows, tables, and what is fitted."""

import gc
import pickle
import weakref

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy import sparse
from sklearn.base import clone
from sklearn.compose import make_column_selector
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler
from sklearn.utils.estimator_checks import (
    check_estimator,
    check_global_output_transform_pandas,
    check_set_output_transform_pandas,
    check_transformer_get_feature_names_out,
    check_transformer_get_feature_names_out_pandas,
    estimator_checks_generator,
)

from skrnn import LagWindowTransformer

# With the reason why a window of rows that follow each other cannot meet them.
ROWS_OUT_OF_CONTEXT = {
    "check_methods_sample_order_invariance": "a window holds the rows before a row, so that "
    "the order of the rows is the data",
    "check_methods_subset_invariance": "a batch of rows alone has lost the rows before it",
}
ESTIMATORS = [
    LagWindowTransformer(),
    LagWindowTransformer(flatten=True),
    LagWindowTransformer(lag=2, horizon=0),
    LagWindowTransformer(horizon=5, known_features=[0], context="none"),
]


@pytest.fixture
def temperatures():
    """Five days of two features."""
    return pd.DataFrame(
        {"temp": [20.7, 17.9, 18.8, 14.6, 15.8], "wind": [1.0, 2.0, 3.0, 4.0, 5.0]},
        index=pd.date_range("1981-01-01", periods=5, name="day"),
    )


# --- scikit-learn's own checks


@pytest.mark.parametrize(
    ("estimator", "check"),
    # A list: the generator that `parametrize_with_checks` hands over in scikit-learn 1.6 is
    # refused by pytest 9.
    [
        pair
        for estimator in ESTIMATORS
        for pair in estimator_checks_generator(
            estimator, expected_failed_checks=ROWS_OUT_OF_CONTEXT, mark="xfail"
        )
    ],
    ids=lambda value: getattr(value, "func", value.__class__).__name__,
)
def test_estimator_checks(estimator, check, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # one check is skipped without it
    check(estimator)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=repr)
def test_no_other_check_fails(estimator, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")
    results = check_estimator(
        estimator,
        expected_failed_checks=ROWS_OUT_OF_CONTEXT,
        on_fail="raise",
    )
    status = {result["check_name"]: result["status"] for result in results}
    assert {name for name in status if status[name] != "passed"} == set(ROWS_OUT_OF_CONTEXT)
    assert {status[name] for name in ROWS_OUT_OF_CONTEXT} == {"xfail"}


@pytest.mark.parametrize(
    "check",
    [
        check_transformer_get_feature_names_out,
        check_transformer_get_feature_names_out_pandas,
        check_set_output_transform_pandas,
        check_global_output_transform_pandas,
    ],
)
@pytest.mark.filterwarnings("ignore:X (does not have valid|has) feature names:UserWarning")
def test_estimator_checks_of_names(check):
    check("LagWindowTransformer", LagWindowTransformer(flatten=True))


# --- windows


def test_windows_hold_the_rows_before(temperatures):
    windows = LagWindowTransformer(lag=2).fit_transform(temperatures)
    assert windows.shape == (5, 2, 2)
    temp = [[np.nan, np.nan], [np.nan, 20.7], [20.7, 17.9], [17.9, 18.8], [18.8, 14.6]]
    np.testing.assert_array_equal(windows[..., 0], temp)
    np.testing.assert_array_equal(windows[4, :, 1], [3.0, 4.0])


def test_a_later_horizon_moves_the_windows_back(temperatures):
    windows = LagWindowTransformer(lag=2, horizon=2).fit_transform(temperatures)
    np.testing.assert_array_equal(windows[4, :, 1], [2.0, 3.0])
    np.testing.assert_array_equal(windows[2, :, 1], [np.nan, 1.0])


def test_without_horizon_the_last_step_is_the_row(temperatures):
    windows = LagWindowTransformer(lag=2, horizon=0).fit_transform(temperatures)
    np.testing.assert_array_equal(windows[:, -1], temperatures)


@pytest.mark.parametrize("horizon", [0, 1, 4])
def test_known_features_are_those_of_the_row(temperatures, horizon):
    transformer = LagWindowTransformer(lag=3, horizon=horizon, known_features="wind")
    windows = transformer.fit_transform(temperatures)
    np.testing.assert_array_equal(windows[:, -1, 1], temperatures["wind"])
    np.testing.assert_array_equal(windows[:, -2, 1], [np.nan, 1, 2, 3, 4])
    np.testing.assert_array_equal(windows[horizon:, -1, 0], temperatures["temp"][: 5 - horizon])
    assert np.isnan(windows[:horizon, -1, 0]).all()


def test_a_known_feature_continues_after_fit(temperatures):
    transformer = LagWindowTransformer(lag=3, horizon=2, known_features="wind")
    windows = transformer.fit(temperatures[:3]).transform(temperatures[3:])
    np.testing.assert_array_equal(windows[..., 1], [[2, 3, 4], [3, 4, 5]])
    np.testing.assert_array_equal(windows[..., 0], [[np.nan, 20.7, 17.9], [20.7, 17.9, 18.8]])


@pytest.mark.parametrize(
    "spec",
    [
        "wind",
        ["wind"],
        1,
        -1,
        [1],
        [False, True],
        np.array([False, True]),
        slice(1, None),
        slice("wind", None),
        make_column_selector("^w"),
        lambda X: ["wind"],
        lambda X: X.columns == "wind",
    ],
)
def test_known_features_may_be_told_in_many_ways(temperatures, spec):
    transformer = LagWindowTransformer(known_features=spec).fit(temperatures)
    assert transformer.known_features_.dtype == bool
    np.testing.assert_array_equal(transformer.known_features_, [False, True])


@pytest.mark.parametrize("spec", [None, [], [False, False], make_column_selector("^sun")])
def test_no_feature_may_be_known(temperatures, spec):
    transformer = LagWindowTransformer(known_features=spec).fit(temperatures)
    np.testing.assert_array_equal(transformer.known_features_, [False, False])


def test_known_features_of_some_type(temperatures):
    temperatures["holiday"] = [False, True, False, False, True]
    selector = make_column_selector(dtype_include=bool)
    transformer = LagWindowTransformer(known_features=selector).fit(temperatures)
    np.testing.assert_array_equal(transformer.known_features_, [False, False, True])


@pytest.mark.parametrize("flatten", [False, True])
@pytest.mark.parametrize(
    ("given", "kept"), [(np.float32, np.float32), (np.float64, np.float64), (int, np.float64)]
)
def test_the_precision_of_the_series_is_kept(given, kept, flatten):
    X = np.arange(12).reshape(6, 2).astype(given)
    transformer = LagWindowTransformer(flatten=flatten)
    assert transformer.fit_transform(X).dtype == kept
    assert transformer.transform(X).dtype == kept
    assert transformer.transform(X.astype(np.float32)).dtype == np.float32
    assert transformer.transform(X.astype(np.float64)).dtype == np.float64


@pytest.mark.parametrize("flatten", [False, True])
def test_the_output_is_a_view_that_cannot_be_written_to(flatten):
    X = np.arange(40.0).reshape(20, 2)
    transformer = LagWindowTransformer(lag=4, flatten=flatten)
    for output in (transformer.fit_transform(X), transformer.transform(X)):
        assert np.shares_memory(output[5], output[6])
        assert not np.shares_memory(output, X)
        assert not output.flags.writeable


def test_the_series_is_left_alone(temperatures):
    before = temperatures.copy()
    LagWindowTransformer(lag=2, known_features=[1]).fit(temperatures).transform(temperatures)
    pd.testing.assert_frame_equal(temperatures, before)


@pytest.mark.parametrize("n_samples", [1, 2, 3])
def test_a_series_may_be_shorter_than_a_window(n_samples):
    X = np.arange(1.0, 6.0).reshape(-1, 1)
    transformer = LagWindowTransformer(lag=3, horizon=2).fit(X[:n_samples])
    np.testing.assert_array_equal(
        transformer.transform(X[n_samples:])[0, :, 0],
        [row + 1 if row >= 0 else np.nan for row in range(n_samples - 4, n_samples - 1)],
    )


# --- tables


def test_columns_are_named_by_their_distance(temperatures):
    table = LagWindowTransformer(lag=3, flatten=True).fit(temperatures[["temp"]])
    names = table.get_feature_names_out()
    assert names.tolist() == ["temp_lag3", "temp_lag2", "temp_lag1"]
    assert names.dtype == object


def test_columns_are_in_time_order_and_named_after_the_horizon(temperatures):
    table = LagWindowTransformer(lag=2, horizon=3, known_features="wind", flatten=True)
    names = table.fit(temperatures).get_feature_names_out()
    assert names.tolist() == ["temp_lag4", "wind_lag1", "temp_lag3", "wind_lag0"]


def test_columns_of_an_array_are_numbered():
    table = LagWindowTransformer(lag=1, flatten=True).fit(np.ones((4, 2)))
    assert table.get_feature_names_out().tolist() == ["x0_lag1", "x1_lag1"]
    assert table.get_feature_names_out(["a", "b"]).tolist() == ["a_lag1", "b_lag1"]


@pytest.mark.parametrize("known", [None, "wind"])
@pytest.mark.parametrize("horizon", [0, 1, 3])
def test_the_number_in_a_name_is_the_shift_of_the_column(temperatures, horizon, known):
    table = LagWindowTransformer(lag=2, horizon=horizon, known_features=known, flatten=True)
    table.set_output(transform="pandas")
    output = table.fit_transform(temperatures)
    assert output.shape == (5, 4)
    for name, column in output.items():
        feature, lag = name.split("_lag")
        expected = temperatures[feature].shift(int(lag))
        pd.testing.assert_series_equal(column, expected, check_names=False)


def test_the_table_is_the_windows_in_time_order(temperatures):
    windows = LagWindowTransformer(lag=3).fit_transform(temperatures)
    table = LagWindowTransformer(lag=3, flatten=True).fit_transform(temperatures)
    np.testing.assert_array_equal(table, windows.reshape(5, 6))


def test_a_data_frame_keeps_its_index(temperatures):
    table = LagWindowTransformer(lag=1, flatten=True).set_output(transform="pandas")
    for output in (table.fit_transform(temperatures), table.transform(temperatures)):
        assert isinstance(output, pd.DataFrame)
        pd.testing.assert_index_equal(output.index, temperatures.index)
        assert output.columns.tolist() == ["temp_lag1", "wind_lag1"]


@pytest.mark.parametrize("container", ["default", "pandas"])
def test_windows_stay_an_array(temperatures, container):
    transformer = LagWindowTransformer(lag=2)
    assert transformer.set_output(transform=container) is transformer
    assert isinstance(transformer.fit_transform(temperatures), np.ndarray)
    with sklearn.config_context(transform_output=container):
        assert isinstance(transformer.fit_transform(temperatures), np.ndarray)
        assert isinstance(transformer.transform(temperatures), np.ndarray)


def test_windows_have_no_names(temperatures):
    transformer = LagWindowTransformer().fit(temperatures)
    assert not hasattr(transformer, "get_feature_names_out")
    with pytest.raises(AttributeError, match="get_feature_names_out") as caught:
        transformer.get_feature_names_out()
    assert "only with flatten=True" in str(caught.value.__cause__)


def test_a_pipeline_may_set_the_output_of_all_its_steps(temperatures):
    pipe = make_pipeline(MinMaxScaler(), LagWindowTransformer(lag=2))
    pipe.set_output(transform="pandas")
    assert pipe.fit_transform(temperatures).shape == (5, 2, 2)
    pipe = make_pipeline(MinMaxScaler(), LagWindowTransformer(lag=2, flatten=True))
    pipe.set_output(transform="pandas").fit(temperatures)
    assert pipe.transform(temperatures).columns[0] == "temp_lag2"
    assert pipe.get_feature_names_out()[0] == "temp_lag2"


def test_a_table_serves_an_ordinary_regressor():
    X = np.sin(np.arange(200.0)).reshape(-1, 1)
    forget = FunctionTransformer(np.nan_to_num)
    model = make_pipeline(LagWindowTransformer(lag=2, flatten=True), forget, LinearRegression())
    model.fit(X[:150], X[:150, 0])
    # A sine follows from its last two values: x[t] = 2 cos(1) x[t - 1] - x[t - 2].
    assert model.score(X[150:], X[150:, 0]) > 0.99
    np.testing.assert_allclose(model[-1].coef_, [-1, 2 * np.cos(1)], atol=0.05)


# --- the series back from its windows


def test_the_series_is_the_last_step_of_its_windows(temperatures):
    transformer = LagWindowTransformer(lag=3, horizon=0)
    windows = transformer.fit_transform(temperatures)
    series = transformer.inverse_transform(windows)
    np.testing.assert_array_equal(series, temperatures)
    assert series.flags.writeable
    assert not np.shares_memory(series, windows)


def test_the_series_is_the_last_columns_of_its_table(temperatures):
    transformer = LagWindowTransformer(lag=3, horizon=0, flatten=True)
    table = transformer.set_output(transform="pandas").fit_transform(temperatures)
    np.testing.assert_array_equal(transformer.inverse_transform(table), temperatures)
    np.testing.assert_array_equal(transformer.inverse_transform(table.to_numpy()), temperatures)


def test_the_last_step_alone_is_the_series(temperatures):
    transformer = LagWindowTransformer(lag=3, horizon=0).fit(temperatures)
    np.testing.assert_array_equal(transformer.inverse_transform(temperatures), temperatures)


def test_one_feature_may_lack_its_axis():
    transformer = LagWindowTransformer(lag=3, horizon=0).fit([[0.0]])
    forecasts = np.arange(12, dtype=np.float32).reshape(4, 3)
    series = transformer.inverse_transform(forecasts)
    np.testing.assert_array_equal(series, forecasts[:, -1:])
    assert series.dtype == np.float32


@pytest.mark.parametrize(
    ("X", "error", "words"),
    [
        (np.ones(4), ValueError, r"\(n_samples, 3, 2\) or \(n_samples, 6\) or \(n_samples, 2\)"),
        (np.ones((4, 3)), ValueError, r"X must be of shape .*, got \(4, 3\)"),
        (np.ones((4, 2, 3)), ValueError, r"got \(4, 2, 3\)"),
        (np.ones((4, 3, 2, 1)), ValueError, r"got \(4, 3, 2, 1\)"),
        (np.float64(1.0), TypeError, "at least 1 dimension"),
        (np.ones((0, 2)), ValueError, "0 sample"),
        ([["a", "b"]], ValueError, "not compatible with arrays of bytes/strings"),
        ([[1.0, np.inf]], ValueError, "infinity"),
        (np.array([[1.0, 1.0j]]), ValueError, "Complex data not supported"),
        (sparse.csr_array(np.eye(2)), TypeError, "Sparse data was passed"),
    ],
)
def test_other_shapes_have_no_series(X, error, words):
    transformer = LagWindowTransformer(lag=3, horizon=0).fit(np.ones((5, 2)))
    with pytest.raises(error, match=words):
        transformer.inverse_transform(X)


def test_a_window_that_lacks_the_row_has_no_inverse(temperatures):
    transformer = LagWindowTransformer(horizon=1).fit(temperatures)
    assert not hasattr(transformer, "inverse_transform")
    with pytest.raises(AttributeError, match="inverse_transform") as caught:
        transformer.inverse_transform(np.ones((5, 3, 2)))
    assert "needs horizon=0, got horizon=1" in str(caught.value.__cause__)
    assert not hasattr(make_pipeline(StandardScaler(), transformer), "inverse_transform")


# --- what is fitted


def test_the_series_is_remembered_once():
    X = np.random.default_rng(0).normal(size=(10_000, 2))
    index = pd.date_range("1981-01-01", periods=len(X), freq="min")
    frame = pd.DataFrame(X, index=index, columns=["temp", "wind"])
    transformer = LagWindowTransformer(lag=3, horizon=2)
    for series in (X, frame):
        windows = transformer.fit_transform(series)
        np.testing.assert_array_equal(transformer.remembered_rows_, X)
        assert np.shares_memory(windows, transformer.remembered_rows_)
        assert transformer.n_features_in_ == 2
        assert len(pickle.dumps(transformer)) < X.nbytes + 4000
    assert transformer.feature_names_in_.tolist() == ["temp", "wind"]


@pytest.mark.parametrize("method", ["fit", "fit_transform"])
def test_what_is_remembered_does_not_change_with_the_series(method):
    X = np.arange(1000.0).reshape(-1, 1)
    transformer = LagWindowTransformer()
    getattr(transformer, method)(X)
    gone = weakref.ref(X)
    X[:] = 0
    assert transformer.transform([[-1.0]])[0].ravel().tolist() == [997, 998, 999]
    with pytest.raises(ValueError, match="read-only"):
        transformer.remembered_rows_[0] = 1
    del X
    gc.collect()
    assert gone() is None


def test_a_short_series_is_continued_with_its_unknown_past():
    transformer = LagWindowTransformer(lag=3, horizon=2).fit([[1.0], [2.0]])
    np.testing.assert_array_equal(
        transformer.transform([[5.0], [6.0]])[..., 0], [[np.nan, np.nan, 1], [np.nan, 1, 2]]
    )


def test_the_container_is_used_once_the_output_is_a_table(temperatures):
    transformer = LagWindowTransformer(2).set_output(transform="pandas")
    assert isinstance(transformer.fit_transform(temperatures), np.ndarray)
    for table in (transformer, clone(transformer)):
        found = table.set_params(flatten=True).fit_transform(temperatures)
        assert isinstance(found, pd.DataFrame)
        assert found.shape == (len(temperatures), 2 * transformer.n_features_in_)
    transformer.set_output(transform="default")
    assert isinstance(transformer.transform(temperatures), np.ndarray)


def test_a_second_fit_forgets_the_first(temperatures):
    transformer = LagWindowTransformer(lag=2).fit(temperatures)
    later = np.arange(4.0).reshape(4, 1)
    transformer.fit(later)
    assert transformer.n_features_in_ == 1
    assert not hasattr(transformer, "feature_names_in_")
    # Without its index, the rows decide, those of a frame too.
    for X in ([[9.0]], pd.DataFrame([[9.0]], index=temperatures.index[:1])):
        np.testing.assert_array_equal(transformer.transform(X)[0, :, 0], [2.0, 3.0])


@pytest.mark.parametrize("through", [pickle, joblib], ids=lambda module: module.__name__)
def test_a_pickle_remembers(temperatures, through, tmp_path):
    transformer = LagWindowTransformer(lag=2, known_features="wind").fit(temperatures[:3])
    with open(tmp_path / "transformer", "wb") as file:
        through.dump(transformer, file)
    with open(tmp_path / "transformer", "rb") as file:
        again = through.load(file)
    np.testing.assert_array_equal(
        again.transform(temperatures[3:]), transformer.transform(temperatures[3:])
    )


def test_a_clone_has_the_settings_and_nothing_else(temperatures):
    transformer = LagWindowTransformer(
        lag=2, horizon=3, known_features=["wind"], flatten=True, context="none"
    )
    again = clone(transformer.set_output(transform="pandas").fit(temperatures))
    assert again.get_params() == transformer.get_params()
    with pytest.raises(NotFittedError):
        again.transform(temperatures)
    assert isinstance(again.fit_transform(temperatures), pd.DataFrame)


def test_flatten_and_context_may_be_set_after_fit(temperatures):
    transformer = LagWindowTransformer(lag=2).fit(temperatures[:3])
    transformer.set_params(flatten=True, context="none")
    np.testing.assert_array_equal(
        transformer.transform(temperatures[3:]), [[np.nan] * 4, [np.nan, np.nan, 14.6, 4.0]]
    )


def test_the_former_name_of_the_rows_gives_a_warning():
    fitted = LagWindowTransformer(lag=2).fit(np.arange(5.0)[:, None])
    with pytest.warns(FutureWarning, match=r"history_ .* removed in 0\.4\.0") as caught:
        rows = fitted.history_
    assert rows is fitted.remembered_rows_
    assert caught[0].filename == __file__
    assert "history_" not in dir(fitted)
    with pytest.raises(AttributeError, match="no attribute 'history_'"):
        _ = LagWindowTransformer(lag=2).history_
