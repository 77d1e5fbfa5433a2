"""Names rows and series for errors and warnings."""

import pandas as pd

IF_NEW = (
    "To forecast new series, call pretrain with the series to learn from, and then fit with the "
    "new ones."
)
"""What to do if a series is new."""


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


def advice_on_unseen(unseen, seen, if_new=IF_NEW):
    """Say why a series may be unknown: its name has another type than in `fit`, or it is new.

    Parameters
    ----------
    unseen : object
        Name of the series, or a tuple of names.
    seen : Index
        Names of the series of `fit`.
    if_new : str
        What to do if the series is new.

    Returns
    -------
    str
        The end of an error message.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.forecasting._series_names import advice_on_unseen
    >>> advice_on_unseen(1, pd.Index(["1", "2"]))[:78]
    "fit has the series '1' with ids of another type: str in fit, int here. Convert"
    """
    text, types = _text_and_types(unseen)
    for name in seen.tolist():
        same, in_fit = _text_and_types(name)
        if same == text and in_fit != types:
            return (
                f"fit has the series {name!r} with ids of another type: {', '.join(in_fit)} in "
                f"fit, {', '.join(types)} here. Convert the ids of one of them, for example with "
                "astype(str)."
            )
    return if_new


def _text_and_types(name):
    parts = name if isinstance(name, tuple) else (name,)
    return [*map(str, parts)], [type(part).__name__ for part in parts]


def name_marked(marked, instances):
    """Return how many series are marked, ``(n_series,)``, and the names of the first of them.

    `instances` is None for one series without a name, which is "y".
    """
    if instances is None:
        return "y"
    return f"{some_series(int(marked.sum()), len(marked))} ({name_some(instances[marked])})"
