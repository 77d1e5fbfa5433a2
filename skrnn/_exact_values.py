"""Converts data to arrays without changing any value."""

from functools import partial

import numpy as np
import pandas as pd

_EXACT = 2**53
"""Up to here, float64 holds every integer."""

_NESTED = (list, tuple, np.ndarray, pd.Series, pd.Index)
_PLAIN = frozenset({str, bool, int, float, type(None)})


def exact_array(data):
    """Return data as an array, without converting one value to the type of another.

    NumPy and pandas convert integers to floats if a value is missing, so that large integers
    become equal, and numbers to text if another value is text. Here such values remain Python
    objects.

    Parameters
    ----------
    data : array-like
        Array, list, pandas or polars Series or DataFrame, or Arrow array.

    Returns
    -------
    ndarray
        An array of a NumPy type in native byte order if all values have this type. Otherwise an
        array of objects: bool, int, float, str and so on, and None where a value is unknown. Rows
        of unequal lengths remain lists.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn._exact_values import exact_array
    >>> exact_array(pd.Series([2**53 + 1, None], dtype="Int64"))
    array([9007199254740993, None], dtype=object)
    """
    if isinstance(data, np.ma.MaskedArray):
        data = np.where(np.ma.getmaskarray(data), None, data.data.astype(object))
    if isinstance(data, np.ndarray):
        return _of_numpy(data)
    if hasattr(data, "columns") and hasattr(data, "dtypes"):
        return _of_frame(data)
    if isinstance(data, pd.Series | pd.Index | pd.api.extensions.ExtensionArray):
        return _of_pandas(data)
    for method in ("to_pylist", "to_list"):  # Arrow and polars
        if hasattr(data, method):
            return exact_array(getattr(data, method)())
    if isinstance(data, list | tuple) and not set(map(type, data)) <= _PLAIN:
        data = [exact_array(one).tolist() if _has_type(one) else one for one in data]
    # Data without a dtype, such as a list. Rows of unequal lengths become an array of lists.
    return _of_numpy(np.asarray(data, dtype=None if hasattr(data, "dtype") else object))


def _has_type(one):
    """Return whether an entry of a list is an array or a Series rather than a NumPy scalar."""
    return hasattr(one, "__len__") and hasattr(one, "dtype")


def _of_numpy(array):
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    if array.dtype.kind == "T":
        array = array.astype(object)
    if array.dtype != object:
        return array
    flat = array.ravel().tolist()
    if not set(map(type, flat)) <= _PLAIN:
        flat = [_of_python(value) for value in flat]
    plain = np.fromiter(flat, object, len(flat))
    plain[pd.isna(plain)] = None
    return plain.reshape(array.shape)


def _of_python(value):
    """Convert a NumPy scalar, or an instance of a subclass of str, to a built-in type."""
    if isinstance(value, np.generic):
        return value.item()
    return str.__str__(value) if isinstance(value, str) else value


def _of_pandas(data):
    dtype = data.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        categories = exact_array(dtype.categories).astype(object)
        return np.append(categories, [None])[pd.Series(data).cat.codes.to_numpy()]
    if isinstance(dtype, np.dtype) or not pd.isna(data).any():
        array = _of_numpy(data.to_numpy())
        return exact_array(array.tolist()) if is_nested(array) else array
    return _of_numpy(np.asarray(data, dtype=object))


def _of_frame(frame):
    if isinstance(frame, pd.DataFrame):
        if len(set(frame.dtypes)) == 1 and isinstance(frame.dtypes.iloc[0], np.dtype):
            return _of_numpy(frame.to_numpy())
        columns = [frame.iloc[:, number] for number in range(frame.shape[1])]
    else:
        columns = [frame[name] for name in frame.columns]
    if not columns:
        return np.empty(frame.shape)
    return join_exactly([exact_array(column) for column in columns], partial(np.stack, axis=1))


def join_exactly(arrays, join=np.concatenate):
    """Join arrays, without converting one value to the type of another.

    Parameters
    ----------
    arrays : list of ndarray
        Results of :func:`exact_array`.
    join : callable, default=numpy.concatenate
        Joins a list of arrays.

    Returns
    -------
    ndarray
        Numbers of several types become float64 where this is exact. Other values of several
        types become objects.
    """
    kinds = {array.dtype.kind for array in arrays}
    if len(kinds) > 1:
        exact = kinds <= set("iuf") and all(map(_fits_in_float, arrays))
        arrays = [array.astype(np.float64) if exact else _as_objects(array) for array in arrays]
    return join(arrays)


def _as_objects(array):
    objects = array.astype(object)
    if array.dtype.kind == "f":
        objects[np.isnan(array)] = None
    return objects


def as_floats(array):
    """Return numbers as floats, with NaN where one is unknown, if every number stays the same.

    Parameters
    ----------
    array : ndarray
        Result of :func:`exact_array`.

    Returns
    -------
    ndarray
        float32 is kept, and other numbers become float64. Integers beyond ``2 ** 53``, text,
        booleans and values of several kinds become objects.
    """
    if array.dtype == object:
        known = array[_are_known(array)]
        numbers = set(kinds_of(known)) <= {"integer", "float"}
        return array.astype(np.float64) if numbers and _fits_in_float(known) else array
    if array.dtype.kind not in "iuf":
        return array.astype(object)
    if array.dtype == np.float32:
        return array
    return array.astype(np.float64 if _fits_in_float(array) else object)


def booleans_as_integers(array):
    """Return booleans as the integers 0 and 1, if all other values are numbers or unknown.

    Parameters
    ----------
    array : ndarray
        Result of :func:`exact_array`.

    Returns
    -------
    ndarray
        int64 if all values are booleans. Otherwise the type stays the same.
    """
    if array.dtype.kind == "b":
        return array.astype(np.int64)
    if array.dtype != object:
        return array
    known = _are_known(array)
    if not set(kinds_of(array[known])) <= {"boolean", "integer", "float"}:
        return array
    integers = array.copy()
    integers[known] = [int(one) if isinstance(one, bool) else one for one in array[known]]
    return integers


def _are_known(array):
    return np.not_equal(array, None).astype(bool)


def _fits_in_float(numbers):
    """Return whether all integers are small enough to be exact in float64."""
    if numbers.dtype == object:
        return all(abs(one) <= _EXACT for one in numbers.tolist() if isinstance(one, int))
    if numbers.dtype.kind == "f" or numbers.dtype.itemsize < 8 or not numbers.size:
        return True
    return bool(numbers.max() <= _EXACT and numbers.min() >= -_EXACT)


def is_nested(array):
    """Return whether an array contains sequences, such as rows of unequal lengths."""
    return array.dtype == object and any(
        issubclass(kind, _NESTED) for kind in set(map(type, array.ravel().tolist()))
    )


def kinds_of(values):
    """Return the kinds of values.

    Parameters
    ----------
    values : ndarray of object
        The values, without unknown ones.

    Returns
    -------
    dict
        An example of each kind: "text", "boolean", "integer", "float" or the name of a type.
    """
    values = values.ravel().tolist()
    examples = dict(zip(map(type, reversed(values)), reversed(values), strict=True))
    return {_kind_of(type(example)): example for example in reversed(examples.values())}


def _kind_of(kind):
    """Return the kind of a type. A bool is an int to Python, but not here."""
    names = {bool: "boolean", int: "integer", float: "float", str: "text"}
    return next((name for base, name in names.items() if issubclass(kind, base)), kind.__name__)


def of_one_type(values, kinds):
    """Return numbers or booleans as an array of a NumPy type that contains all of them exactly.

    Parameters
    ----------
    values : ndarray of object
        Known values.
    kinds : collection of str
        Their kinds; see `kinds_of`.

    Returns
    -------
    ndarray
        Values that no NumPy type holds exactly, and text that ends with a null character, which
        NumPy would cut off, remain objects.
    """
    listed = values.tolist()
    if set(kinds) == {"text"}:
        cut = any(text.endswith("\0") for text in listed)
        return values if cut else np.array(listed)
    if set(kinds) == {"boolean"}:
        return np.array(listed, bool)
    if "float" in kinds:
        return values.astype(np.float64) if _fits_in_float(values) else values
    for dtype in (np.int64, np.uint64):
        limits = np.iinfo(dtype)
        if min(listed) >= limits.min and max(listed) <= limits.max:
            return np.array(listed, dtype)
    return values


def narrowed(array):
    """Return values of one kind as an array of a NumPy type, if this does not change them.

    Parameters
    ----------
    array : ndarray
        Result of :func:`exact_array`.

    Returns
    -------
    ndarray
        The result of :func:`as_floats` if a value is unknown.
    """
    if array.dtype != object or is_nested(array):
        return array
    kinds = kinds_of(array)
    if len(kinds) == 1 and kinds.keys() <= {"text", "boolean", "integer", "float"}:
        return of_one_type(array.ravel(), kinds).reshape(array.shape)
    return as_floats(array)


def where_equal(array, value):
    """Return where the values of an array equal a value.

    Numbers are compared exactly, whatever their types: 1 equals 1.0. A boolean never equals a
    number.

    Parameters
    ----------
    array : ndarray
        Result of :func:`exact_array`.
    value : str, number or bool
        The value.

    Returns
    -------
    ndarray of bool, of the shape of the array
    """
    value = _of_python(value)
    if array.dtype == object:
        boolean = isinstance(value, bool)
        found = [isinstance(one, bool) is boolean and one == value for one in array.ravel()]
        return np.array(found, bool).reshape(array.shape)
    value = _in_type(value, array.dtype.kind)
    return np.zeros(array.shape, bool) if value is None else array == value


def _in_type(value, kind):
    """Convert a value to the kind of an array; None if no entry of the array can equal it."""
    if isinstance(value, bool) or kind == "b":
        return value if isinstance(value, bool) and kind == "b" else None
    if isinstance(value, str) or kind == "U":
        return value if isinstance(value, str) and kind == "U" else None
    try:
        converted = int(value) if kind in "iu" else float(value)
    except (OverflowError, ValueError):  # infinity, NaN, and integers that are too large
        return None
    return converted if converted == value else None
