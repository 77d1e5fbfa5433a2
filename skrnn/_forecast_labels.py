"""Determines the labels of the rows after a series, and checks those of X_future."""

import numpy as np
import pandas as pd

from .windows._labels import kind_of
from .windows._regularity import find_missing
from .windows._time_axis import TimeAxis, following_labels
from .windows._time_index import is_numbering, is_usual_gap, ordered_index


def labels_after(X, X_future, steps):
    """Return the labels of the rows after a series.

    Parameters
    ----------
    X : DataFrame
        The series.
    X_future : object
        Known values of the rows after it. If it has an index, it must continue the index of X.
    steps : int
        Number of rows.

    Returns
    -------
    labels : Index of shape (steps,)
        The labels of `X_future`, or those that continue the index of X.

    Raises
    ------
    ValueError
        If the labels of `X_future` do not follow those of X, or if X has labels that cannot be
        continued.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn._forecast_labels import labels_after
    >>> X = pd.DataFrame({"load": [3.0, 4.0]}, index=[19.0, 19.5])
    >>> labels_after(X, None, 3).tolist()
    [20.0, 20.5, 21.0]
    """
    index = ordered_index(X)
    given = X_future.index[:steps] if isinstance(X_future, pd.Series | pd.DataFrame) else None
    if given is None or (is_numbering(given) and kind_of(X.index) != "integers"):
        return _continued(X, index, steps)
    if index is not None:
        return _checked(index, ordered_index(X_future, input_name="X_future"), given, steps)
    if _step_of_numbers(X.index) is not None and pd.api.types.is_float_dtype(given.dtype):
        expected = _following_numbers(X.index, steps)
        apart = ~np.isclose(given, expected, rtol=1e-9, atol=1e-6 * np.ptp(expected[:2]))
        if apart.any():
            row = int(np.argmax(apart))
            raise _not_following(X.index[-1], given[row], expected[row], row)
        return given
    both = given.intersection(X.index).tolist()
    if both:
        raise ValueError(
            f"X_future has the label {both[0]!r}, which is also in X. It must contain the rows "
            "that follow X."
        )
    return given


def _continued(X, index, steps):
    """Return the labels that continue the index of X."""
    if index is not None:
        return following_labels(index, steps, "X")
    if _step_of_numbers(X.index) is not None:
        return pd.Index(_following_numbers(X.index, steps), name=X.index.name)
    raise ValueError(
        f"The index of X ends with {X.index[-1]!r}, but the next label is not known: its "
        "labels are not dates, periods, durations, integers or numbers with equal steps. Pass "
        "X_future with an index, or remove the index of X with reset_index(drop=True)."
    )


def _step_of_numbers(index):
    """Return the step of labels that are numbers with equal steps; None for others."""
    if not pd.api.types.is_float_dtype(index.dtype) or len(index) < 2:
        return None
    values = index.to_numpy(np.float64, na_value=np.nan)
    step = (values[-1] - values[0]) / (len(values) - 1)
    is_equal = step > 0 and np.allclose(np.diff(values), step, rtol=1e-6, atol=0)
    return step if is_equal else None


def _following_numbers(index, steps):
    values = index.to_numpy(np.float64)
    return values[0] + _step_of_numbers(index) * np.arange(len(values), len(values) + steps)


def _checked(index, ordered, given, steps):
    """Return the labels of the known features, which must be those of the rows after X."""
    if ordered is None or kind_of(ordered) != kind_of(index):
        raise ValueError(
            f"The index of X_future contains labels such as {given[:1].tolist()[0]!r}, which "
            f"cannot be compared with {index[-1:].tolist()[0]!r}, the last one of X. Use the "
            "labels of the rows that follow X."
        )
    given = ordered[:steps]
    if not given[0] > index[-1]:
        raise ValueError(
            f"X_future begins at {given[0]}, which is not after {index[-1]}, the last row of X. "
            "It must contain the rows that follow X."
        )
    try:
        expected = following_labels(index, steps, "X")
    except ValueError:
        return given  # X has no step that the labels could be compared with
    if getattr(given, "tz", None) is not None:
        given = given.tz_convert(index.tz)
    if (given == expected).all():
        return expected
    _check_gaps(index, given, expected)
    return given.rename(index.name)


def _check_gaps(index, given, expected):
    """Check that the labels skip no more rows than the series itself does, such as holidays."""
    row = int(np.argmax(np.asarray(given != expected)))
    wrong = _not_following(index[-1], given[row], expected[row], row)
    try:
        positions = TimeAxis.of(index).positions(index[-1:].append(given), "X_future")
    except ValueError:
        raise wrong from None
    usual = find_missing(index)
    for missing in np.diff(positions) - 1:
        if missing and not is_usual_gap(missing, usual):
            raise wrong


def _not_following(last, given, expected, row):
    what = "X_future begins at" if row == 0 else f"Row {row} of X_future is"
    return ValueError(
        f"{what} {given}, but the rows that follow {last}, the last row of X, have {expected} in "
        "its place. Use the labels of the rows that follow X, with NaN for rows that "
        "are not known, or extend X up to X_future."
    )
