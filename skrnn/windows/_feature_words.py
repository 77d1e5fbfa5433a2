"""Names features in messages: by the columns of a table, or by their positions."""

from numbers import Integral


def last_columns(n_features, columns):
    """Return the columns of the last step, or positions if there are none.

    Parameters
    ----------
    n_features : int
        Number of features of a step.
    columns : sequence of str or of int, default=None
        Columns of X of each step and feature, or of one step. Without names they are positions,
        if categories have been encoded.

    Returns
    -------
    sequence
    """
    return range(n_features) if columns is None else columns[len(columns) - n_features :]


def columns_of_steps(names, n_features, n_timesteps):
    """Return the column of each step and feature, or None if the columns have no names.

    Parameters
    ----------
    names : sequence or None
        Names of the columns of a table of windows, or of the features of each step.
    n_features, n_timesteps : int
        Shape of a window.

    Returns
    -------
    sequence or None
    """
    if names is None or len(names) == n_timesteps * n_features:
        return names
    return list(names)[-n_features:] * n_timesteps


def words_for(names):
    """Return how to write the names of features.

    Parameters
    ----------
    names : iterable of str or of int
        Columns, or positions of features without names.

    Returns
    -------
    noun : {"Column", "Feature"}
        What they are.
    shown : list of str
        Each name in quotes, or each position.
    note : str
        What has to follow positions.

    Examples
    --------
    >>> from skrnn.windows._feature_words import words_for
    >>> words_for(["temp"]), words_for([0, 2])
    (('Column', ["'temp'"], ''), ('Feature', ['0', '2'], ' (counted from 0)'))
    """
    names = list(names)
    if all(isinstance(name, Integral) for name in names):
        return "Feature", [str(name) for name in names], " (counted from 0)"
    return "Column", [repr(name) for name in names], ""
