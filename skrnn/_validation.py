"""Checks of series and parameters that scikit-learn does not have."""

from datetime import date, time, timedelta
from numbers import Integral, Real

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_array, validate_data

from ._byte_order import in_native_order
from ._sklearn_compat import Interval, StrOptions
from ._text_among_numbers import odd_row, text_is_located

SERIES_DTYPES = (np.float64, np.float32)
LARGEST_TO_SQUARE = 1e150
"""Sums of squares of values up to this magnitude are finite, however many there are."""


class Count(Interval):
    """Constraint on a parameter that must be an integer, but not a bool.

    ``Interval`` accepts ``True``, because Python treats it as the integer 1.

    Parameters
    ----------
    minimum : int
        The smallest count allowed.

    Examples
    --------
    >>> from skrnn._validation import Count
    >>> Count(1).is_satisfied_by(3), Count(1).is_satisfied_by(True)
    (True, False)
    """

    def __init__(self, minimum):
        super().__init__(Integral, minimum, None, closed="left")

    def is_satisfied_by(self, val):
        """Return whether a value satisfies the constraint.

        Parameters
        ----------
        val : object
            The value to check.

        Returns
        -------
        is_satisfied : bool
            True for an integer of at least the minimum.
        """
        return not isinstance(val, bool | np.bool_) and super().is_satisfied_by(val)


class NameOrObject(StrOptions):
    """Constraint on a parameter that must be the name of an object, or an object.

    Parameters
    ----------
    names : iterable of str
        The names.
    base : type
        The class of the objects.
    others : str
        How to create objects that have no name, for the message.

    Examples
    --------
    >>> from skrnn._validation import NameOrObject
    >>> either = NameOrObject(["one"], int, "2 or 3")
    >>> either.is_satisfied_by("one"), either.is_satisfied_by(3), either.is_satisfied_by("two")
    (True, True, False)
    """

    def __init__(self, names, base, others):
        super().__init__(set(names))
        self._base, self._others = base, others

    def is_satisfied_by(self, val):
        """Return whether a value satisfies the constraint.

        Parameters
        ----------
        val : object
            The value to check.

        Returns
        -------
        is_satisfied : bool
            True for one of the names and for an object.
        """
        return isinstance(val, self._base) or super().is_satisfied_by(val)

    def __str__(self):
        names = ", ".join(map(repr, sorted(self.options)))
        return f"one of {names}, or an object such as {self._others}"


JOBS = [Count(1), Interval(Integral, None, -1, closed="right"), None]
"""Constraints on a number of jobs, as in joblib."""


def check_number(value, name, *, above=-np.inf, below=np.inf):
    """Check that a value is a number between two others, and return it as a float.

    Parameters
    ----------
    value : object
        The value.

    name : str
        Name of the value in the error message.

    above, below : float, default=-inf and inf
        The limits, which are excluded.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the value is not numeric, or not between the limits.

    Examples
    --------
    >>> from skrnn._validation import check_number
    >>> check_number(2, "delta", above=0)
    2.0
    """
    number = isinstance(value, Real) and not isinstance(value, bool | np.bool_)
    if not (number and above < value < below):
        limits = f"above {above:g}" + (f" and below {below:g}" if below < np.inf else "")
        raise ValueError(f"{name} must be a number {limits}. Got {value!r} instead.")
    return float(value)


def check_series(series, *, input_name="X", **options):
    """Check a series of numbers with one row per time step, where NaN marks unknown values.

    Parameters
    ----------
    series : array-like of shape (n_samples, n_features) or (n_samples,)
        The series.

    input_name : str, default="X"
        Name of the series in error messages.

    **options
        Further arguments of scikit-learn's ``check_array``, such as ``ensure_2d=False``.

    Returns
    -------
    series : ndarray of the same shape
        The series, float32 if it was float32 and float64 otherwise, or of the ``dtype`` in
        `options`.

    Raises
    ------
    ValueError
        If the series has the wrong number of dimensions or no row, or contains infinity, dates,
        text or complex numbers.
    TypeError
        If the series is sparse.
    """
    check_no_dates(series, input_name)
    options = {"dtype": SERIES_DTYPES, "ensure_all_finite": "allow-nan", **options}
    with text_is_located(series, input_name):
        return check_array(in_native_order(without_mask(series)), input_name=input_name, **options)


def check_series_of(estimator, X, *, reset):
    """Check a two-dimensional series, and compare its features with `fit`.

    Parameters
    ----------
    estimator : estimator
        Estimator whose `n_features_in_` and `feature_names_in_` are set or compared with `X`.

    X : array-like of shape (n_samples, n_features)
        The series.

    reset : bool
        Whether these attributes are set, as in `fit`, or compared.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
        The series, float32 if it was float32 and float64 otherwise.

    Raises
    ------
    ValueError
        As in `check_series`, or if the features differ from the features seen in `fit`.
    TypeError
        If the series is sparse.
    """
    check_no_dates(X, "X")
    check_distinct_columns(X, "X")
    with text_is_located(X, "X"):
        return validate_data(
            estimator,
            in_native_order(without_mask(X)),
            reset=reset,
            dtype=SERIES_DTYPES,
            ensure_all_finite="allow-nan",
        )


def without_mask(X):
    """Return a masked array with NaN for its masked values, which NumPy would convert to numbers.

    Parameters
    ----------
    X : array-like
        The data as the user passed it.

    Returns
    -------
    array-like
        `X` itself if it is neither a masked array nor a list that contains some.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn._validation import without_mask
    >>> without_mask(np.ma.masked_equal([20, -999], -999))
    array([20., nan])
    """
    if isinstance(X, list | tuple) and any(isinstance(one, np.ma.MaskedArray) for one in X):
        return [without_mask(one) for one in X]
    if not isinstance(X, np.ma.MaskedArray):
        return X
    values = X.data if X.dtype.kind in "biufc" else X.data.astype(object)
    return np.where(np.ma.getmaskarray(X), np.nan, values)


def check_no_dates(X, input_name):
    """Check that no value is a date, since dates would be cast to nanoseconds without an error.

    Parameters
    ----------
    X : array-like
        The data as the user passed it: an array, a list, or a pandas or polars Series or
        DataFrame.

    input_name : str
        Name of the data in the error message.

    Raises
    ------
    ValueError
        If a column contains dates, times, durations or periods, by its dtype or as objects.
    """
    if isinstance(X, np.ndarray) and X.dtype.kind not in "mMO":
        return  # a shortcut, because forecasts of single rows call this for each row
    kind = _kind_of_dates(X)
    if kind is not None:
        raise ValueError(
            f"{input_name} must contain numbers, got a column of {kind}. Make the dates the "
            f"index of {input_name}, or convert them to numbers."
        )


def check_distinct_columns(X, input_name):
    """Check that the columns of a table have different names.

    Parameters
    ----------
    X : array-like
        The data as the user passed it.
    input_name : str
        Name of the data in the error message.

    Raises
    ------
    ValueError
        If a name occurs more than once.
    """
    columns = getattr(X, "columns", None)
    if isinstance(columns, pd.Index) and not columns.is_unique:
        twice = list(columns[columns.duplicated()].unique())
        raise ValueError(
            f"The columns of {input_name} must have different names: "
            f"{', '.join(map(repr, twice))} occurs more than once. Rename or drop columns."
        )


def _kind_of_dates(X):
    """Return the first kind of dates in the data; None if there are no dates."""
    dtypes = getattr(X, "dtypes", None)
    if dtypes is not None and hasattr(X, "columns"):
        columns = enumerate(dtypes)
        kinds = (_kind_of_column(dtype, X, number) for number, dtype in columns)
        return next((kind for kind in kinds if kind is not None), None)
    if hasattr(X, "dtype"):
        return _kind_of_column(X.dtype, X, None)
    if isinstance(X, str) or not hasattr(X, "__len__"):
        return None
    try:
        values = np.asarray(X)
    except ValueError:
        return None  # rows of unequal length, for which a later check raises an error
    return _kind_of_column(values.dtype, values, None)


def _kind_of_column(dtype, X, number):
    """Return the kind of dates in one column, or in an array if `number` is None."""
    if _is_of_dates(dtype):
        return str(dtype)
    if str(dtype).lower() != "object":
        return None
    column = X if number is None else X[X.columns[number]]
    values = np.asarray(column, dtype=object)
    found = next((value for value in values.flat if isinstance(value, _DATES)), None)
    if found is None:
        return None
    kind = f"{type(found).__name__} objects"
    row = odd_row(values) if values.ndim == 1 else None
    if row is None or values[row] is not found:
        return kind
    return f"numbers and {kind}, such as {found!r} in row {row} (counted from 0)"


_DATES = (date, time, timedelta, np.datetime64, np.timedelta64, pd.Period)
"""Types of dates. Timestamps and datetimes inherit from `date`."""


def _is_of_dates(dtype):
    """Return whether a dtype, from whichever library, contains dates or date categories."""
    if isinstance(dtype, pd.CategoricalDtype):
        return dtype.categories is not None and _is_of_dates(dtype.categories.dtype)
    inner = getattr(dtype, "inner", None)  # polars lists
    if inner is not None and _is_of_dates(inner):
        return True
    if isinstance(dtype, pd.ArrowDtype):
        return issubclass(dtype.type, _DATES)
    is_temporal = getattr(dtype, "is_temporal", None)  # of polars
    if callable(is_temporal) and is_temporal():
        return True
    return getattr(dtype, "kind", "") in ("m", "M") or isinstance(dtype, pd.PeriodDtype)


def are_windows(X):
    """Return whether X contains windows, which may have any number of steps, rather than a table.

    Parameters
    ----------
    X : array-like
        Input of an estimator.

    Returns
    -------
    bool
    """
    if isinstance(X, list | tuple):
        X = np.asarray(X)
    return getattr(X, "ndim", 2) > 2


def check_features(spec, *, param, n_features, names=None):
    """Return the positions of the features that a parameter selects.

    Parameters
    ----------
    spec : str, int, slice or array-like of str, int or bool
        Names, positions (negative positions count from the end), a boolean mask, or a slice of
        positions or of names. A slice of names includes its last name, as in pandas.

    param : str
        Name of the parameter in error messages.

    n_features : int
        Number of features.

    names : array-like of str of shape (n_features,) or None, default=None
        Names of the features. None if they have no names.

    Returns
    -------
    positions : ndarray of int
        Positions of the features, in the order of `spec`.

    Raises
    ------
    ValueError
        If a feature does not exist, or `spec` has another type.

    Examples
    --------
    >>> from skrnn._validation import check_features
    >>> check_features("wind", param="known_features", n_features=2, names=["sun", "wind"])
    array([1])
    """
    if isinstance(spec, slice):
        return _positions_of_slice(spec, param, n_features, names)
    keys = np.atleast_1d(np.asarray(spec, dtype=object))
    if keys.ndim == 1 and all(isinstance(key, str) for key in keys):
        return np.array([_position_of_name(key, param, names) for key in keys], dtype=int)
    if keys.ndim == 1 and all(isinstance(key, bool | np.bool_) for key in keys):
        keys = _positions_of_mask(keys, param, n_features)
    if keys.ndim == 1 and all(is_position(key, n_features) for key in keys):
        return np.arange(n_features)[keys.astype(int)]
    raise ValueError(
        f"{param} must contain names of features, positions from {-n_features} to "
        f"{n_features - 1}, or a boolean mask of {n_features} entries; got {spec!r}."
    )


def is_position(key, n_features):
    """Return whether a key is the position of a feature, counted from either end.

    Parameters
    ----------
    key : object
        The key to check.

    n_features : int
        Number of features.

    Returns
    -------
    bool
        True for an int from ``-n_features`` to ``n_features - 1``. A bool is not a position.
    """
    return Count(-n_features).is_satisfied_by(key) and key < n_features


def _positions_of_slice(spec, param, n_features, names):
    """Return the positions of the features between two positions or two names."""
    start, stop = (
        _position_of_name(end, param, names) if isinstance(end, str) else end
        for end in (spec.start, spec.stop)
    )
    if isinstance(spec.stop, str):
        stop += 1
    try:
        return np.arange(n_features)[start : stop : spec.step]
    except TypeError:
        raise ValueError(
            f"{param} must be a slice of names or of positions, got {spec!r}."
        ) from None


def _positions_of_mask(mask, param, n_features):
    """Return the positions of the features that a boolean mask selects."""
    if len(mask) != n_features:
        raise ValueError(
            f"{param} is a mask of {len(mask)} entries, but X has {n_features} features."
        )
    return np.flatnonzero(mask)


def _position_of_name(name, param, names):
    """Return the position of the feature with a name."""
    if names is None:
        raise ValueError(
            f"{param} names the feature {name!r}, but X has no feature names. Use positions, or "
            "pass a DataFrame: an earlier step of a pipeline keeps the names if you call "
            "set_output(transform='pandas') on it."
        )
    found = np.flatnonzero(np.asarray(names, dtype=object) == name)
    if not len(found):
        raise ValueError(
            f"{param} names the feature {name!r}, which is not among the features of X: "
            f"{list(names)}."
        )
    return found[0]
