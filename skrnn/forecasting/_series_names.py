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
