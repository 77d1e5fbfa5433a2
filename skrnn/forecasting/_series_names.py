"""Names rows and series for errors and warnings."""

import pandas as pd


def name_of_rows(later):
    """Return the name of y in errors, for the rows of `fit` or later ones."""
    return "y in update" if later else "y"


def label_of(index, row):
    """Return the name of a row for an error.

    Parameters
    ----------
    index : Index
        The labels.
    row : int
        Position of the row.

    Returns
    -------
    str
        Its time, and its series if there are several.
    """
    if not isinstance(index, pd.MultiIndex):
        return str(index[row])
    return f"{index[row][-1]} of the series {index[[row]].droplevel(-1).tolist()[0]!r}"


def name_one(instances, number):
    """Return the name of a series for an error; `instances` is None if there is only one.

    Parameters
    ----------
    instances : Index or None
        Names of the series.
    number : int
        Position of the series.

    Returns
    -------
    str
    """
    return "the series" if instances is None else f"the series {instances.tolist()[number]!r}"


def some_series(n, total, one="", several=""):
    """Return the subject of a sentence about some series, with a verb that agrees with it.

    Parameters
    ----------
    n, total : int
        Number of these series, and of all.
    one, several : str
        The verb for one series, and for several.

    Returns
    -------
    str

    Examples
    --------
    >>> from skrnn.forecasting._series_names import some_series
    >>> some_series(1, 80, "is", "are")
    '1 of 80 series is'
    """
    return f"{n} of {total} series {one if n == 1 else several}".rstrip()


def name_some(instances, n=3):
    """Return the names of the first of some series, for an error or a warning.

    Parameters
    ----------
    instances : Index
        Names of the series.
    n : int, default=3
        Maximum number of names.

    Returns
    -------
    str
    """
    names = ", ".join(map(repr, instances[:n].tolist()))
    return names + (", ..." if len(instances) > n else "")


def name_marked(marked, instances):
    """Return how many series are marked, ``(n_series,)``, and the names of the first of them.

    `instances` is None for one series without a name, which is "y".
    """
    if instances is None:
        return "y"
    return f"{some_series(int(marked.sum()), len(marked))} ({name_some(instances[marked])})"
