"""Warns if the rows of X and y, which are paired by position, have different labels."""

import numpy as np
import pandas as pd

from skrnn._warnings import warn_user

from ._labels import convert_dates, kind_of

_PANDAS = (pd.Series, pd.DataFrame)
_SHARED = 0.5
"""Share of whole numbers that X and y have in common. Others number the rows of something else."""


def warn_of_different_labels(X, y, *, name="", horizon=0):
    """Warn if both X and y have an index, and the labels of their rows differ.

    Labels of different kinds, such as dates and periods, are not compared, nor the row numbers of
    the default index, nor whole numbers of which X and y share few. The labels of y may all be
    later than those of X, if a target may be a later value.

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
    if not differ.any() or (kind == "integers" and not _are_comparable(of_X, of_y)):
        return
    is_later = _is_later(of_y, of_X)
    if is_later and horizon == 0:
        return
    row = int(np.argmax(differ))
    x_name, y_name = f"X{name}", f"y{name}"
    advice = _advice(of_X, of_y, x_name, y_name)
    if is_later:
        advice = (
            f"To forecast further ahead, do not shift {y_name}, but increase horizon. {advice}"
        )
    in_X, in_y = of_X[row], of_y[row]
    if str(in_X) == str(in_y):  # such as 1 and "1"
        in_X, in_y = repr(in_X), repr(in_y)
    warn_user(
        f"The rows of {x_name} and {y_name} are paired by position, but {int(differ.sum())} of "
        f"{len(differ)} labels differ, the first of them in row {row}: {in_X} in {x_name}, "
        f"{in_y} in {y_name}. {advice}."
    )


def _advice(of_X, of_y, x_name, y_name):
    """Return what to write, without the last full stop."""
    positions = f"If the positions are right, pass {y_name}.to_numpy()"
    shared = of_X.isin(of_y)
    if shared.all() and of_y.is_unique:
        way = f"To pair them by their labels, write {y_name} = {y_name}.loc[{x_name}.index]"
    elif shared.any() and of_X.is_unique and of_y.is_unique:
        way = (
            f"To keep the rows that both have, write {x_name}, {y_name} = {x_name}.align("
            f'{y_name}, join="inner", axis=0)'
        )
    else:  # pandas does not align rows whose labels are repeated
        return positions
    return f"{way}. {positions}"


def _without_arrow(index):
    """Return an index whose dates have pandas types."""
    is_arrow = isinstance(index.dtype, pd.ArrowDtype) and index.dtype.kind in "mM"
    return convert_dates(index, "X") if is_arrow else index


def _kind_of(index):
    """Return the kind of labels; None if they are not compared."""
    if isinstance(index, pd.MultiIndex):
        return f"{index.nlevels} levels, the last one {kind_of(index.levels[-1])}"
    is_text = pd.api.types.is_object_dtype(index.dtype) or pd.api.types.is_string_dtype(
        index.dtype
    )
    return kind_of(index) or ("names" if is_text else None)


def _is_later(of_y, of_X):
    """Return whether all times of y are later, in the same series if there are several."""
    if isinstance(of_X, pd.MultiIndex):
        if not of_y.droplevel(-1).equals(of_X.droplevel(-1)):
            return False
        of_y, of_X = of_y.get_level_values(-1), of_X.get_level_values(-1)
    return kind_of(of_X) is not None and bool((of_y > of_X).all())


def _are_comparable(of_X, of_y):
    """Return whether whole numbers are the same labels in X and y, not row numbers in one."""
    if any((index == np.arange(len(index))).all() for index in (of_X, of_y)):
        return False
    # In a part of the rows, as in cross-validation, the default index starts anywhere.
    return bool(min(of_X.isin(of_y).mean(), of_y.isin(of_X).mean()) >= _SHARED)
