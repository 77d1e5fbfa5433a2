"""From X, y and weights to windows, targets and the rows that take part."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from skrnn import RNNRegressor, make_lag_windows
from skrnn._input import (
    check_same_shapes,
    check_targets,
    check_windows,
    count_missing_steps,
    select_samples,
)
from skrnn.windows._views import view_windows

NAN = np.nan


@pytest.fixture
def windows():
    return np.random.RandomState(0).normal(size=(10, 3, 2))


def checked(X, *, n_timesteps=1, allow_nan=True, reset=True, estimator=None, **settings):
    return check_windows(
        estimator or RNNRegressor(),
        X,
        n_timesteps=n_timesteps,
        allow_nan=allow_nan,
        reset=reset,
        **settings,
    )


def selected(windows, y=None, weight=None, **settings):
    y = np.zeros(len(windows)) if y is None else y
    return select_samples(windows, y, weight, **{"missing": "mask"} | settings)


# Windows.


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floating_windows_are_not_copied(windows, dtype):
    X = windows.astype(dtype)
    assert checked(X) is X
    table = X.reshape(10, 6)
    folded = checked(table, n_timesteps=3)
    assert np.shares_memory(folded, table)
    np.testing.assert_array_equal(folded, X)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_windows_of_a_series_stay_a_view(dtype):
    X, _ = make_lag_windows(np.arange(1000, dtype=dtype), lag=100)
    kept = checked(X)
    assert np.shares_memory(kept, X)
    assert kept.strides == X.strides
    assert kept.dtype == dtype


def test_integers_of_a_series_are_converted_once():
    series = np.arange(50)[:, None]
    kept = checked(view_windows(series, 10))
    assert kept.dtype == np.float64
    assert kept.strides[0] == kept.strides[1]  # still one series
    np.testing.assert_array_equal(kept, view_windows(series, 10))


@pytest.mark.parametrize(
    "change",
    [
        np.ndarray.tolist,
        lambda X: X.astype(object),
        lambda X: X.astype(np.longdouble),
        np.asfortranarray,
    ],
)
def test_other_forms_of_windows(windows, change):
    kept = checked(change(windows))
    assert kept.dtype == np.float64
    np.testing.assert_array_equal(kept, windows)


def test_what_fit_saw_is_remembered(windows):
    estimator = RNNRegressor()
    checked(windows, estimator=estimator)
    assert estimator.n_features_in_ == 2
    assert not hasattr(estimator, "feature_names_in_")
    frame = pd.DataFrame(windows.reshape(10, 6), columns=list("abcdef"))
    checked(frame, n_timesteps=3, estimator=estimator)
    assert estimator.n_features_in_ == 6
    assert list(estimator.feature_names_in_) == list("abcdef")
    with pytest.raises(ValueError, match=r"X_val: The feature names should match"):
        checked(frame[["a", "b"]], estimator=estimator, reset=False, input_name="X_val")


def test_a_missing_value_of_an_object_is_nan(windows):
    X = windows.astype(object)
    X[3, 1, 0] = None
    assert np.argwhere(np.isnan(checked(X))).tolist() == [[3, 1, 0]]


def test_nan_in_a_view_is_found(windows):
    series = np.ones((12, 2))
    series[11, 1] = NAN  # in the last window alone
    X = view_windows(series, 3)
    assert checked(X) is X
    with pytest.raises(ValueError, match="Input X contains NaN"):
        checked(X, allow_nan=False)


def test_sparse_windows_of_three_dimensions(windows):
    class Sparse(sparse.coo_array):
        """Stands in for what only later versions of SciPy have."""

        n_dimensions = 2
        ndim = property(lambda self: self.n_dimensions)

    X = Sparse(windows.reshape(10, 6))
    X.n_dimensions = 3
    with pytest.raises(TypeError, match="Sparse data was passed"):
        checked(X)


@pytest.mark.parametrize("value", [3.3e38, -3.3e38])
def test_the_largest_of_float32_is_let_through(windows, value):
    windows[2, 1, 0] = value
    windows[3, 1, 0] = NAN
    assert checked(windows) is windows
    windows[2, 1, 0] *= 1.1
    with pytest.raises(ValueError, match=r"X contains a value of magnitude 3.63e\+38"):
        checked(windows)


# Targets.


@pytest.mark.parametrize(
    ("shape", "sequences"), [((10,), False), ((10, 2), False), ((10, 3), True), ((10, 3, 2), True)]
)
def test_targets_keep_shape_and_type(windows, shape, sequences):
    for y in (np.ones(shape), np.ones(shape, np.float32)):
        kept = check_targets(y, windows, return_sequences=sequences)
        assert (kept.shape, kept.dtype) == (shape, y.dtype)
    counts = check_targets(np.ones(shape, int).tolist(), windows, return_sequences=sequences)
    assert (counts.shape, counts.dtype) == (shape, np.float64)


@pytest.mark.parametrize("sequences", [False, True])
def test_targets_may_be_missing_but_not_infinite(windows, sequences):
    y = np.ones((10, 3))
    y[4, 1] = NAN
    kept = check_targets(y, windows, return_sequences=sequences)
    np.testing.assert_array_equal(kept, y)
    y[4, 2] = np.inf
    with pytest.raises(ValueError, match="Input y contains infinity"):
        check_targets(y, windows, return_sequences=sequences)


# Rows.


@pytest.mark.parametrize("as_view", [False, True])
def test_missing_steps(as_view):
    series = np.ones((12, 2))
    series[[4, 9], [0, 1]] = NAN
    X = view_windows(series, 3)
    X = X if as_view else X.copy()
    expected = np.isnan(X).any(axis=2)
    assert expected.sum() == 6
    np.testing.assert_array_equal(count_missing_steps(X), expected.sum(axis=1))


def test_masked_and_dropped_rows(windows):
    windows[2] = NAN
    windows[5, 1, 0] = NAN
    masked = selected(windows)
    assert masked.rows.tolist() == [0, 1, 3, 4, 5, 6, 7, 8, 9]
    assert masked.masked
    dropped = selected(windows, missing="drop")
    assert dropped.rows.tolist() == [0, 1, 3, 4, 6, 7, 8, 9]
    assert not dropped.masked
    assert not selected(windows[6:]).masked


@pytest.mark.parametrize("shape", [(10,), (10, 1), (10, 2)])
def test_targets_and_weights_side_by_side(windows, shape):
    y = np.arange(np.prod(shape), dtype=float).reshape(shape)
    samples = selected(windows, y)
    assert samples.targets.dtype == np.float64  # a level is subtracted before the cast
    np.testing.assert_array_equal(samples.targets[:, 0, :-1], y.reshape(10, -1))
    assert np.ptp(samples.targets[:, 0, -1]) == 0
    assert samples.windows is windows


def test_sequences_have_a_weight_for_each_step(windows):
    y = np.random.RandomState(0).normal(size=(10, 3, 2))
    y[4], y[5, 0] = NAN, NAN
    samples = selected(windows, y, np.arange(10), return_sequences=True)
    assert samples.rows.tolist() == [1, 2, 3, 5, 6, 7, 8, 9]
    np.testing.assert_array_equal(samples.targets[..., :-1], y)
    weights = samples.targets[..., -1]
    known = ~np.isnan(y).all(axis=2)  # a step without a target has no weight
    np.testing.assert_allclose(weights / weights[1], np.arange(10)[:, None] * known)


@pytest.mark.parametrize("scale", [1.0, 3.0, 1e-300, 1e300, 5e-324, 1e38, 1e-46])
def test_weights_count_by_their_ratios_whatever_their_size(windows, scale):
    weight = np.array([0, 1, 2, 4, 0, 1, 1, 1, 1, 1]) * scale
    samples = selected(windows, None, weight)
    assert samples.rows.tolist() == [1, 2, 3, 5, 6, 7, 8, 9]
    weights = samples.targets[:, 0, -1]
    np.testing.assert_allclose(weights / weights[1], weight / weight[1], rtol=1e-6)
    assert 0.5 <= weights.max() < 1


def test_powers_of_two_change_no_bit(windows):
    weight = np.random.RandomState(0).uniform(size=10)
    a, b = (selected(windows, None, w).targets[:, 0, -1] for w in (weight, weight * 2.0**40))
    np.testing.assert_array_equal(a, b)


def test_a_weight_may_be_one_number(windows):
    one, none = selected(windows, None, 3), selected(windows)
    assert np.ptp(one.targets[:, 0, -1]) == 0
    assert one.rows.tolist() == none.rows.tolist() == list(range(10))


def test_no_row_may_be_left_where_that_is_no_error(windows):
    windows[:] = NAN
    assert selected(windows, may_be_empty=True).rows.tolist() == []
    with pytest.raises(ValueError, match="No row of X is left to fit on: each row has no known"):
        selected(windows)
    with pytest.raises(ValueError, match="No row of X_val is left to validate on"):
        selected(windows, name="_val")


def test_reasons_are_counted(windows):
    windows[:4] = NAN
    y = np.ones((10, 3))
    y[3:8] = NAN
    weight = np.r_[np.ones(8), 0, 0]
    words = (
        r"of 10 rows, 4 have no known step \(missing='mask'\) and 5 have no known target in y and "
        "2 have a sample_weight of zero"
    )
    with pytest.raises(ValueError, match=words):
        selected(windows, y, weight, return_sequences=True)


ONE_FEATURE = np.s_[:, :, 1]
NO_ROW_LEFT = {
    "one feature": (
        ONE_FEATURE,
        {},
        r"since feature 1 \(counted from 0\) of X is NaN throughout and a single NaN skips its",
    ),
    "the columns of one feature": (
        ONE_FEATURE,
        {"columns": ["a1", "b1", "a2", "b2", "a3", "b3"]},
        "since column 'b1' and 'b2' and 'b3' of X is NaN throughout",
    ),
    "one column": (
        (slice(None), 1, 0),
        {"columns": ["a1", "b1", "a2", "b2", "a3", "b3"], "missing": "drop"},
        "each row has a missing step, since column 'a2' of X is NaN throughout and missing='drop'",
    ),
    "all": (..., {}, "X is NaN throughout, which happens if lag and horizon are longer"),
    "one feature of X_val": (
        ONE_FEATURE,
        {"name": "_val"},
        "No row of X_val is left to validate on: .* of X_val is NaN throughout",
    ),
    "a lag that is too long": (
        (slice(None), 0),
        {"missing": "drop"},
        "the first step of every window is NaN, as with a lag that is longer than the series",
    ),
    "a NaN somewhere in each row": (
        (np.arange(10), np.arange(10) % 3, 0),
        {"missing": "drop"},
        "since X has NaN in each of them and missing='drop' leaves out each row that contains NaN",
    ),
    "another feature of each step": (
        (slice(None), [0, 1, 2], [0, 1, 0]),
        {},
        "each row has no known step, since X has NaN in each of them and a single NaN skips its ",
    ),
    "targets": (None, {"y": np.full(10, NAN)}, "fit on: y is NaN throughout.$"),
    "targets of y_val": (
        None,
        {"y": np.full(10, NAN), "name": "_val"},
        "No row of X_val is left to validate on: y_val is NaN throughout.$",
    ),
    "targets, without a word about weights": (
        (0,),
        {"y": np.where(np.arange(10) > 0, NAN, 1.0)},
        "of 10 rows, 1 have no known step [^,]* and 9 have no known target in y.$",
    ),
}


@pytest.mark.parametrize("case", NO_ROW_LEFT)
def test_the_cause_is_named_and_nothing_that_nobody_gave(windows, case):
    holes, settings, words = NO_ROW_LEFT[case]
    if holes is not None:
        windows[holes] = NAN
    with pytest.raises(ValueError, match=words) as raised:
        selected(windows, **settings)
    assert "weight" not in str(raised.value)
    if "feature" in case:  # weights that a caller gave have nothing to do with it either
        with pytest.raises(ValueError, match=words) as raised:
            selected(windows, weight=np.arange(10), **settings)
        assert "weight" not in str(raised.value)


# Validation.


def test_held_out_samples_must_have_the_same_shapes(windows):
    samples = selected(windows)
    check_same_shapes(samples, selected(windows[:2]))
    words = r"X_val contains windows of shape \(2, 2\) .* X of shape .*transform_input=\['X_val'\]"
    with pytest.raises(ValueError, match=words):
        check_same_shapes(samples, selected(windows[:, 1:]))
    with pytest.raises(ValueError, match="y_val has 3 outputs, but y has 1"):
        check_same_shapes(samples, selected(windows, np.ones((10, 3))))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("allow_nan", [False, True])
@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_few_and_many_rows_are_checked_alike(value, allow_nan, dtype):
    """Few rows of an array take a short cut, which must not let anything else pass."""
    estimator = RNNRegressor()
    check_windows(estimator, np.zeros((4, 3)), n_timesteps=1, allow_nan=True, reset=True)
    found = []
    for n_rows in (2, 3000):
        X = np.zeros((n_rows, 3), dtype)
        X[1, 2] = value
        try:
            check_windows(estimator, X, n_timesteps=1, allow_nan=allow_nan, reset=False)
            found.append(None)
        except ValueError as error:
            found.append(str(error).splitlines()[0])
    assert found[0] == found[1]
    assert (found[0] is None) == (value == 0.0 or (allow_nan and np.isnan(value)))


def test_one_row_with_other_columns_than_in_fit():
    estimator = RNNRegressor()
    check_windows(estimator, np.zeros((4, 3)), n_timesteps=1, allow_nan=True, reset=True)
    with pytest.raises(ValueError, match="X has 2 features, but RNNRegressor is expecting 3"):
        check_windows(estimator, np.zeros((1, 2)), n_timesteps=1, allow_nan=True, reset=False)
