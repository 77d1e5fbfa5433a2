"""Converts data to the byte order of this machine, the only one that pandas computes with."""

import numpy as np
import pandas as pd


def in_native_order(data):
    """Return data with all numbers in native byte order.

    Files from other machines, such as FITS and NetCDF files, contain numbers in the other order.
    NumPy computes with them, but pandas raises an error in many methods.

    Parameters
    ----------
    data : object
        Array, Series, DataFrame, Index, list or tuple of these, or any other object.

    Returns
    -------
    object
        `data` itself if there is nothing to convert.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn._byte_order import in_native_order
    >>> in_native_order(np.array([1.0, 2.0], dtype=">f8")).dtype.isnative
    True
    """
    if isinstance(data, pd.DataFrame):
        return _frame_in_native_order(data)
    if isinstance(data, pd.Series):
        if not _is_native(data.dtype):
            data = data.astype(data.dtype.newbyteorder("="))
        return _with_native_index(data)
    if isinstance(data, np.ndarray | pd.Index):
        return data if _is_native(data.dtype) else data.astype(data.dtype.newbyteorder("="))
    if isinstance(data, list | tuple) and any(hasattr(one, "dtypes") for one in data):
        return [in_native_order(one) for one in data]
    return data


def _is_native(dtype):
    # The dtype of periods says that it is not native, but has no byte order.
    return not isinstance(dtype, np.dtype) or dtype.isnative


def _frame_in_native_order(frame):
    foreign = [i for i, dtype in enumerate(frame.dtypes) if not _is_native(dtype)]
    if foreign:
        frame = frame.copy(deep=False)  # assigning whole columns does not change the original
        for i in foreign:
            frame.isetitem(i, in_native_order(frame.iloc[:, i]))
    return _with_native_index(frame)


def _with_native_index(data):
    index = in_native_order(data.index)
    return data if index is data.index else data.set_axis(index, axis=0)
