"""Warns if the rows of X and y, which are paired by position, have different labels."""

import numpy as np
import pandas as pd

from skrnn._warnings import warn_user

from ._labels import convert_dates, kind_of

_PANDAS = (pd.Series, pd.DataFrame)


def warn_of_different_labels(X, y, *, name="", horizon=0):
    """Warn if both X and y have an index, and the labels of their rows differ.

    Labels of different kinds, such as dates and periods, are not compared, nor the row numbers of
    the default index. The labels of y may all be later than those of X, if a target may be a later
    value.

    Parameters
    ----------
    X, y : object
        The features, and the targets. Only pandas data have labels.
    name : str, default=""
        Ending of their names in the warning, such as "_val".
    horizon : int, default=0
        Steps between the last step of a window and its target, if this is made of the rows of X
        before that of the target. 0 means that the windows have been made.

    Warns
    -----
    SkrnnWarning
        If labels differ.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._paired_rows import warn_of_different_labels
    >>> X = pd.DataFrame({"temp": [20.7, 17.9]}, index=pd.date_range("1981-01-01", periods=2))
    >>> warn_of_different_labels(X, X["temp"].reset_index(drop=True))
    """
    if not (isinstance(X, _PANDAS) and isinstance(y, _PANDAS)) or len(X) != len(y):
        return
    of_X, of_y = _without_arrow(X.index), _without_arrow(y.index)
    kind = _kind_of(of_X)
    if kind is None or kind != _kind_of(of_y) or of_X.equals(of_y):
        return
    differ = np.asarray(of_X != of_y)
    if not differ.any() or (kind == "integers" and (_are_numbers(of_X) or _are_numbers(of_y))):
        return
    is_later = kind_of(of_X) is not None and bool((of_y > of_X).all())
    if is_later and horizon == 0:
        return
    row = int(np.argmax(differ))
    x_name, y_name = f"X{name}", f"y{name}"
    advice = (
        f"To pair them by their labels, write {y_name} = {y_name}.loc[{x_name}.index]"
        if of_X.isin(of_y).all() and of_y.is_unique
        else f"To keep the rows that both have, write {x_name}, {y_name} = {x_name}.align("
        f'{y_name}, join="inner", axis=0)'
    )
    advice += f". If the positions are right, pass {y_name}.to_numpy()"
    if is_later:
        advice = (
            f"To forecast further ahead, do not shift {y_name}, but increase horizon. {advice}"
        )
    warn_user(
        f"The rows of {x_name} and {y_name} are paired by position, but {int(differ.sum())} of "
        f"{len(differ)} labels differ, the first of them in row {row}: {of_X[row]} in {x_name}, "
        f"{of_y[row]} in {y_name}. {advice}."
    )


def _without_arrow(index):
    """Return an index whose dates have pandas types."""
    is_arrow = isinstance(index.dtype, pd.ArrowDtype) and index.dtype.kind in "mM"
    return convert_dates(index, "X") if is_arrow else index


def _kind_of(index):
    """Return the kind of labels; None if they are not compared."""
    if isinstance(index, pd.MultiIndex):
        return f"{index.nlevels} levels"
    is_text = pd.api.types.is_object_dtype(index.dtype) or pd.api.types.is_string_dtype(
        index.dtype
    )
    return kind_of(index) or ("names" if is_text else None)


def _are_numbers(index):
    """Return whether labels number the rows from 0 on."""
    return bool((index == np.arange(len(index))).all())
