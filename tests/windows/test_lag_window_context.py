"""What a regressor sees as the past of its rows: the true past, and never the future."""

import warnings
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

from skrnn import LagWindowTransformer


def true_windows(X, rows, past, lag, horizon, known):
    """The windows of some rows of X, value by value, NaN where a row is not in the past."""
    windows = np.full((len(rows), lag, X.shape[1]), np.nan)
    for i, t in enumerate(rows):
        for k in range(lag):
            for column in range(X.shape[1]):
                row = t - lag + 1 + k if known[column] else t - horizon - lag + 1 + k
                if row in past:
                    windows[i, k, column] = X[row, column]
    return windows


# --- every setting, on small series

INDICES = {
    "none": lambda n: None,
    "integers": lambda n: pd.RangeIndex(10, 10 + 3 * n, 3),
    "days": lambda n: pd.date_range("1984-02-20", periods=n),
    "months": lambda n: pd.date_range("1949-11-01", periods=n, freq="MS"),
    "hours": lambda n: pd.date_range("2024-03-30", periods=n, freq="60min", tz="Europe/Madrid"),
    "periods": lambda n: pd.period_range("1949Q3", periods=n, freq="Q"),
    "durations": lambda n: pd.timedelta_range("2h", periods=n, freq="7s"),
}


@st.composite
def series_in_two_parts(draw):
    """A series with holes, and where it is cut: fitted rows, a gap, and the rows after it."""
    n_features = draw(st.integers(1, 3))
    n_fitted, gap, n_later = (draw(st.integers(low, 9)) for low in (2, 0, 1))
    n_samples = n_fitted + gap + n_later
    X = np.arange(1.0, n_samples * n_features + 1).reshape(n_samples, n_features)
    holes = draw(st.lists(st.booleans(), min_size=X.size, max_size=X.size))
    X[np.reshape(holes, X.shape)] = np.nan
    return X, range(n_fitted), range(n_fitted + gap, n_samples)


def with_index(X, index):
    return X if index is None else pd.DataFrame(X, index=index)


@settings(deadline=None, max_examples=300)
@given(
    parts=series_in_two_parts(),
    lag=st.integers(1, 5),
    horizon=st.integers(0, 4),
    known=st.lists(st.booleans(), min_size=3, max_size=3),
    context=st.sampled_from(["auto", "none", "fitted"]),
    index=st.sampled_from(sorted(INDICES)),
)
def test_windows_are_those_of_the_true_past(parts, lag, horizon, known, context, index):
    X, fitted, later = parts
    known = known[: X.shape[1]]
    labels = INDICES[index](len(X))
    frame = with_index(X, labels)
    transformer = LagWindowTransformer(lag, horizon=horizon, known_features=known, context=context)

    def part(rows):
        return frame[rows.start : rows.stop]

    # The fitted series itself has no past but its own.
    own = true_windows(X, fitted, fitted, lag, horizon, known)
    np.testing.assert_array_equal(transformer.fit_transform(part(fitted)), own)
    transformer.fit(part(fitted))
    if context != "fitted":
        np.testing.assert_array_equal(transformer.transform(part(fitted)), own)

    rows, past = later, {*fitted, *later}
    if context == "none":
        past = later
    elif context == "fitted" or index == "none":
        # Nothing shows the gap: the later rows are taken to come right after the fitted.
        X = X[[*fitted, *later]]
        rows = range(len(fitted), len(X))
        past = range(len(X))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        windows = transformer.transform(part(later))
    if caught:  # with holes, rows may be alike: then nothing is assumed
        assert context == "auto"
        assert index == "none"
        past = rows
    np.testing.assert_array_equal(windows, true_windows(X, rows, past, lag, horizon, known))


@settings(deadline=None)
@given(
    parts=series_in_two_parts(),
    start=st.integers(0, 8),
    index=st.sampled_from(sorted({*INDICES} - {"none"})),
)
def test_rows_that_overlap_the_fitted_ones_are_joined_to_them(parts, start, index):
    X, fitted, _ = parts
    rows = range(min(start, len(fitted) - 1), len(X))
    frame = with_index(X, INDICES[index](len(X)))
    transformer = LagWindowTransformer(lag=3).fit(frame[: len(fitted)])
    np.testing.assert_array_equal(
        transformer.transform(frame[rows.start :]),
        true_windows(X, rows, range(len(X)), 3, 1, [False] * X.shape[1]),
    )


# --- rows without an index


def column(*values):
    return np.array(values, dtype=float).reshape(-1, 1)


def first_window(transformer, X):
    return transformer.transform(X)[0, :, 0].tolist()


def test_bare_rows_continue_the_fitted_series():
    transformer = LagWindowTransformer(lag=2).fit(column(1, 2, 3, 4))
    assert first_window(transformer, column(5, 6, 7)) == [3, 4]
    # In batches, each of them does: transform remembers nothing.
    assert first_window(transformer, column(6)) == [3, 4]


def test_bare_rows_that_are_all_fitted_rows_are_that_series():
    transformer = LagWindowTransformer(lag=2).fit(column(1, 2, 3, 4))
    assert np.isnan(first_window(transformer, column(1, 2, 3, 4))).all()
    # Rows that begin like it and then differ continue it.
    for X in (column(1, 2, 3, 9), column(1, 2, 9)):
        assert first_window(transformer, X) == [3, 4]
    transformer.set_params(context="fitted")
    assert first_window(transformer, column(1, 2, 3, 4)) == [3, 4]


DOUBT = r"(?s)not clear where .* context=\"fitted\" .* set_output\(transform=\"pandas\"\)"


@pytest.mark.parametrize(
    ("fitted", "X"),
    [
        (column(1, 2, 3, 4), column(2)),  # few rows
        (column(0, 0, 0, 5, 0, 0, 7), column(0, 0)),  # values that occur elsewhere
        (column(1, 1, 1, 1, 1), column(1, 1, 1)),
        (column(*range(5), *range(5)), column(0, 1, 2)),  # two places with another past
        (np.r_[column(8, 9), column(*range(30))], column(7, 8, 9, *range(30))),  # begins before
    ],
)
def test_bare_rows_in_doubt_warn_and_know_no_past(fitted, X):
    transformer = LagWindowTransformer(lag=2).fit(fitted)
    with pytest.warns(UserWarning, match=DOUBT) as caught:
        windows = transformer.transform(X)
    assert caught[0].filename == __file__
    assert len(caught) == 1
    assert np.isnan(windows[0]).all()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for context in ("fitted", "none"):
            transformer.set_params(context=context).transform(X)


@pytest.mark.parametrize("horizon", [0, 1, 3])
@pytest.mark.parametrize("known", [None, [1]])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_slice_of_the_fitted_series_gets_its_own_past(horizon, known, dtype):
    X = np.random.default_rng(0).normal(size=(60, 2))
    transformer = LagWindowTransformer(5, horizon=horizon, known_features=known)
    windows = transformer.fit_transform(X)
    for start in range(58):
        for stop in (start + 2, start + 12, 60):
            np.testing.assert_allclose(
                transformer.transform(X[start:stop].astype(dtype)), windows[start:stop], rtol=1e-6
            )


@pytest.mark.parametrize("horizon", [0, 1, 3])
@pytest.mark.parametrize("as_frame", [True, False])
def test_the_cut_and_the_rows_given_along_are_invisible(horizon, as_frame):
    X = np.random.default_rng(0).normal(size=(60, 1))
    X = pd.DataFrame(X, pd.date_range("1981-01-01", periods=60), ["temp"]) if as_frame else X
    transformer = LagWindowTransformer(5, horizon=horizon)
    windows = transformer.fit_transform(X)
    for cut in range(1, 60):
        transformer.fit(X[:cut])
        np.testing.assert_array_equal(transformer.transform(X[cut:]), windows[cut:])
    transformer.fit(X[:50])
    for along in range(1 if as_frame else 2, 50):
        found = transformer.transform(X[50 - along :])
        np.testing.assert_array_equal(found, windows[50 - along :])


@pytest.mark.parametrize("length", [12, 13, 40])
def test_a_slice_behind_a_scaler_gets_its_own_past(length):
    days = pd.date_range("1981-01-01", periods=200)
    X = np.random.default_rng(0).normal(12, 4, size=(200, 1))
    pipe = make_pipeline(StandardScaler(), LagWindowTransformer(lag=12))
    for series in (X, pd.DataFrame(X, days, ["temp"])):
        windows = pipe.fit_transform(series)
        for start in (0, 30, 150):
            found = pipe.transform(series[start : start + length])
            np.testing.assert_allclose(found, windows[start : start + length])


def test_intermittent_demand_keeps_its_true_past():
    rng = np.random.default_rng(0)
    X = np.where(rng.random(300) < 0.7, 0.0, rng.integers(1, 9, 300)).reshape(-1, 1)
    X[:5] = X[200:207] = 0.0
    transformer = LagWindowTransformer(lag=4).fit(X[:200])
    windows = transformer.transform(X[200:])
    np.testing.assert_array_equal(windows[0, :, 0], X[196:200, 0])


def test_lists_are_bare_rows():
    transformer = LagWindowTransformer(lag=2).fit([[1.0], [2.0], [3.0]])
    assert first_window(transformer, [[4.0]]) == [2, 3]


def test_the_fitted_series_is_recognised_in_single_precision():
    X = np.random.default_rng(0).normal(size=(9, 2))
    transformer = LagWindowTransformer().fit(X)
    assert np.isnan(transformer.transform(X.astype(np.float32))[0]).all()
    transformer.fit(X.astype(np.float32))
    assert np.isnan(transformer.transform(X)[0]).all()


def test_the_fitted_series_is_recognised_behind_steps_that_round():
    X = np.random.default_rng(0).normal(size=(200, 6)).cumsum(axis=0)
    steps = StandardScaler(), PCA(3, svd_solver="randomized", random_state=0)
    pipe = make_pipeline(*steps, LagWindowTransformer())
    fitted = pipe.fit_transform(X)
    assert np.isnan(pipe.transform(X)[0]).all()
    np.testing.assert_allclose(pipe.transform(X), fitted, atol=1e-9)


@pytest.mark.parametrize(
    ("fitted", "later"),
    [
        (pd.date_range("1981-01-01", periods=4), None),
        (None, pd.date_range("1981-01-01", periods=3)),
        (pd.date_range("1981-01-01", periods=4), pd.RangeIndex(3)),
        (pd.RangeIndex(4), pd.date_range("1981-01-01", periods=3)),
        (list("abcd"), list("abc")),
        (pd.Index([0.5, 1.5, 2.5, 3.5]), pd.Index([0.5, 1.5, 2.5])),
    ],
)
def test_without_an_index_on_both_sides_rows_are_bare(fitted, later):
    def rows(X, index):
        return X if index is None else pd.DataFrame(X, index=index, columns=None)

    transformer = LagWindowTransformer(lag=2).fit(rows(column(1, 2, 3, 4), fitted))
    assert first_window(transformer, rows(column(5, 6, 7), later)) == [3, 4]
    assert np.isnan(first_window(transformer, rows(column(1, 2, 3), later))).all()


# --- rows with an index


def test_the_index_decides_and_not_the_values():
    constant = pd.DataFrame({"temp": 1.0}, index=pd.date_range("1981-01-01", periods=9))
    transformer = LagWindowTransformer(lag=2).fit(constant[:5])
    for start in range(2, 9):
        expected = [1, 1] if start <= 5 else [1, None] if start == 6 else [None, None]
        found = first_window(transformer, constant[start:])
        assert [None if np.isnan(x) else x for x in found] == expected
    assert np.isnan(first_window(transformer, constant)).all()


def test_only_the_first_row_after_the_end_knows_all_its_past():
    days = pd.DataFrame({"temp": np.arange(9.0)}, index=pd.date_range("1981-01-01", periods=9))
    transformer = LagWindowTransformer(lag=3).fit(days[:5])
    for gap, expected in [(0, [2, 3, 4]), (1, [3, 4, None]), (2, [4, None, None])]:
        known = [None if np.isnan(x) else x for x in first_window(transformer, days[5 + gap :])]
        assert known == expected
    assert np.isnan(first_window(transformer, days[8:])).all()


def test_fitted_context_follows_whatever_the_index_says():
    days = pd.DataFrame({"temp": np.arange(9.0)}, index=pd.date_range("1981-01-01", periods=9))
    transformer = LagWindowTransformer(lag=2, context="fitted").fit(days[:5])
    assert first_window(transformer, days[7:]) == [3, 4]
    assert first_window(transformer, days[:2]) == [3, 4]
    # But in training no row is its own past, or comes before its past.
    assert np.isnan(transformer.fit_transform(days)[0]).all()


def test_new_rows_numbered_from_zero_start_afresh():
    transformer = LagWindowTransformer(lag=2).fit(pd.DataFrame({"temp": [1.0, 2.0, 3.0]}))
    new = pd.DataFrame({"temp": [4.0, 5.0]})
    assert np.isnan(first_window(transformer, new)).all()
    assert first_window(transformer, new.set_axis([3, 4])) == [2, 3]


def test_a_day_that_no_one_measured_is_not_known():
    days = pd.date_range("1984-12-01", "1985-01-31").drop("1984-12-31")
    X = pd.DataFrame({"temp": np.arange(61.0)}, index=days)
    transformer = LagWindowTransformer(lag=3).fit(X[:"1984-12-30"])
    np.testing.assert_array_equal(first_window(transformer, X["1985-01-01":]), [28, 29, np.nan])


# --- what a regressor receives in a search


class Recorder(RegressorMixin, BaseEstimator):
    """A regressor that keeps what it is given, in `calls`, over all its clones."""

    calls: ClassVar = []

    def __init__(self, setting=0):
        self.setting = setting

    def fit(self, X, y):
        Recorder.calls.append(("fit", np.array(X), np.array(y)))
        self.is_fitted_ = True
        return self

    def predict(self, X):
        Recorder.calls.append(("predict", np.array(X), None))
        return np.zeros(len(X))


@pytest.fixture
def calls():
    Recorder.calls.clear()
    yield Recorder.calls
    Recorder.calls.clear()


N_ROWS, LAG = 47, 4


@pytest.fixture
def numbered():
    """Daily rows that hold their own number, and another column."""
    number = np.arange(N_ROWS, dtype=float)
    index = pd.date_range("1981-01-01", periods=N_ROWS)
    return pd.DataFrame({"number": number, "other": np.sin(number)}, index=index)


def search(steps, X, cv, container=None):
    """Run a search over folds; the target of each row is its number."""
    pipe = Pipeline([*steps, ("rnn", Recorder())]).set_output(transform=container)
    model = TransformedTargetRegressor(pipe, transformer=MinMaxScaler())
    y = np.arange(N_ROWS, dtype=float)
    grid = {"regressor__rnn__setting": [0, 1]}
    found = GridSearchCV(
        model, grid, cv=cv, scoring="neg_mean_squared_error", return_train_score=True
    )
    found.fit(X, y)
    assert np.isfinite(found.cv_results_["mean_test_score"]).all()


def folds(cv, X):
    """The folds as ranges of rows."""
    for train, test in cv.split(X):
        yield range(train[0], train[-1] + 1), range(test[0], test[-1] + 1)


def expected_calls(X, train, test, horizon, known, gap_is_told):
    """What a regressor has to be given in one fold, from the definition."""
    own = true_windows(X, train, train, LAG, horizon, known)
    rows, past = test, {*train, *test}
    if not gap_is_told:
        X = X[[*train, *test]]
        rows, past = range(len(train), len(X)), range(len(X))
    later = true_windows(X, rows, past, LAG, horizon, known)
    return [("fit", own), ("predict", later), ("predict", own)]


def assert_calls(
    calls, X, cv, *, horizon=1, known=(False, False), transform=None, gap_is_told=True
):
    """Assert that the regressor was given the true past of all rows, fold by fold."""
    calls = iter(calls)
    for _ in range(2):  # settings of the search
        for train, test in folds(cv, X):
            values = X if transform is None else transform(X, train)
            for expected in expected_calls(values, train, test, horizon, known, gap_is_told):
                method, windows, y = next(calls)
                assert method == expected[0]
                np.testing.assert_allclose(windows, expected[1], atol=1e-12)
                if method == "fit":
                    np.testing.assert_allclose(y, np.linspace(0, 1, len(train)), atol=1e-12)
    method, windows, _ = next(calls)  # the best setting, on all rows
    assert method == "fit"
    assert len(windows) == N_ROWS
    assert next(calls, None) is None


def windows_step(**settings):
    return "windows", LagWindowTransformer(lag=LAG, **settings)


def min_max(X, train):
    return MinMaxScaler().fit(np.asarray(X)[train]).transform(np.asarray(X))


FOLDS = [TimeSeriesSplit(4), TimeSeriesSplit(4, test_size=3, max_train_size=11)]


@pytest.mark.parametrize("cv", FOLDS, ids=str)
def test_a_search_on_arrays(numbered, cv, calls):
    X = numbered.to_numpy()
    search([windows_step()], X, cv)
    assert_calls(calls, X, cv)


@pytest.mark.parametrize("cv", FOLDS, ids=str)
@pytest.mark.parametrize("horizon", [0, 1, 3])
def test_a_search_on_frames(numbered, cv, horizon, calls):
    search([windows_step(horizon=horizon)], numbered, cv)
    assert_calls(calls, numbered.to_numpy(), cv, horizon=horizon)


@pytest.mark.parametrize("gap", [1, 2, 3, 7])
@pytest.mark.parametrize("labels", ["dates", "numbers", "periods"])
def test_a_search_with_a_gap(numbered, gap, labels, calls):
    if labels == "numbers":
        numbered = numbered.reset_index(drop=True)
    elif labels == "periods":
        numbered = numbered.to_period("D")
    cv = TimeSeriesSplit(4, gap=gap)
    search([windows_step()], numbered, cv)
    assert_calls(calls, numbered.to_numpy(), cv)


def test_a_search_with_a_gap_that_arrays_cannot_tell(numbered, calls):
    cv = TimeSeriesSplit(4, gap=2)
    X = numbered.to_numpy()
    search([windows_step()], X, cv)
    assert_calls(calls, X, cv, gap_is_told=False)


@pytest.mark.parametrize("gap", [0, 2])
def test_a_search_with_features_known_in_advance(numbered, gap, calls):
    cv = TimeSeriesSplit(4, gap=gap)
    search([windows_step(horizon=3, known_features=["other"])], numbered, cv)
    assert_calls(calls, numbered.to_numpy(), cv, horizon=3, known=(False, True))


@pytest.mark.parametrize("as_frame", [True, False])
def test_a_search_with_a_scaler_in_front(numbered, as_frame, calls):
    cv = TimeSeriesSplit(4)
    X = numbered if as_frame else numbered.to_numpy()
    search([("scale", MinMaxScaler()), windows_step()], X, cv, container="default")
    assert_calls(calls, numbered.to_numpy(), cv, transform=min_max)


@pytest.mark.parametrize("gap", [0, 2])
def test_a_search_with_a_scaler_that_keeps_the_index(numbered, gap, calls):
    cv = TimeSeriesSplit(4, gap=gap)
    search([("scale", MinMaxScaler()), windows_step()], numbered, cv, container="pandas")
    assert_calls(calls, numbered.to_numpy(), cv, transform=min_max)


@pytest.mark.parametrize("known", [None, [1]])
@pytest.mark.parametrize("horizon", [1, 2, 5])
@pytest.mark.parametrize("gap", [0, 1, 6])
@pytest.mark.parametrize("container", ["array", "frame", "scaled frame"])
def test_never_a_row_of_the_future(numbered, container, gap, horizon, known, calls):
    # Read off the values themselves, without a reference: each is the number of its row.
    numbered["other"] = numbered["number"]
    steps = [windows_step(horizon=horizon, known_features=known)]
    if container == "scaled frame":
        steps = [("scale", FunctionTransformer(feature_names_out="one-to-one")), *steps]
    X = numbered.to_numpy() if container == "array" else numbered
    cv = TimeSeriesSplit(5, gap=gap)
    search(steps, X, cv, container="default" if container == "array" else "pandas")
    rows = [rows for train, test in cv.split(X) for rows in (train, test, train)] * 2
    rows.append(np.arange(N_ROWS))
    assert len(rows) == len(calls)
    for t, (_, windows, _) in zip(rows, calls, strict=True):
        behind = t[:, np.newaxis] - windows[..., 0]
        assert not (behind < horizon).any()
        behind = t[:, np.newaxis] - windows[..., 1]
        assert not (behind < (0 if known else horizon)).any()


def test_every_forecast_sees_the_row_before(numbered, calls):
    class Persistence(Recorder):
        def predict(self, X):
            return X[:, -1, 0]

    pipe = make_pipeline(LagWindowTransformer(lag=2), Persistence())
    y = numbered["number"]
    test = range(30, N_ROWS)
    cv = [(np.arange(t), np.array([t])) for t in test]
    whole = [(np.arange(30), np.arange(30, N_ROWS))]
    for train, rows in [*cv, *whole]:
        pipe.fit(numbered.iloc[train], y.iloc[train])
        np.testing.assert_array_equal(pipe.predict(numbered.iloc[rows]), rows - 1)
