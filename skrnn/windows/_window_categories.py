"""Turns the categorical features of windows into indicators."""

from dataclasses import dataclass, replace

import numpy as np

from ._category_columns import Categories, categorical_names, is_text
from ._feature_words import columns_of_steps


@dataclass(frozen=True)
class WindowCategories:
    """The categorical features of the windows seen in `fit`.

    Attributes
    ----------
    names : list
        Names of the features of a step. Features without a name are called "x0", "x1" and so on.
    categories : dict of int to Categories
        The categories of each categorical feature, by its position in a step.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.windows._coded_steps import CodedSteps
    >>> from skrnn.windows._step_table import StepTable
    >>> from skrnn.windows._window_categories import WindowCategories, find_categorical
    >>> X = np.array([[[1.5, "a"], [2.5, "b"]], [[3.5, "c"], [4.5, None]]], dtype=object)
    >>> table = StepTable.of(X, 1)
    >>> steps = CodedSteps.of(table, find_categorical(table, "from_dtype"))
    >>> found = WindowCategories.of(steps, 50)
    >>> found.encoded_names()
    ['x0', "x1='a'", "x1='b'", "x1='c'", 'x1 unknown']
    >>> found.encoded(steps)[1]
    array([[3.5, 0. , 0. , 1. , 0. ],
           [4.5, 0. , 0. , 0. , 1. ]])
    """

    names: list
    categories: dict

    @classmethod
    def of(cls, steps, max_categories, rows=None):
        """Learn the categories.

        Parameters
        ----------
        steps : CodedSteps
            All steps of the windows.
        max_categories : int
            Parameter of the estimator.
        rows : ndarray of int of shape (n_rows,), default=None
            The windows to learn from, by default all of them.

        Returns
        -------
        WindowCategories

        Raises
        ------
        ValueError
            If a feature has measured values.
        """
        found = steps.codes if rows is None else steps.of_windows(rows)
        categories = {
            i: Categories.of_codes(steps.names[i], *own, max_categories)
            for i, own in found.items()
        }
        return cls(steps.names, categories)

    @property
    def sources(self):
        """Position of the source of each feature after encoding, ``(n_encoded,)``."""
        widths = [
            len(self.categories[i].names) if i in self.categories else 1
            for i in range(len(self.names))
        ]
        return np.repeat(np.arange(len(self.names)), widths)

    @property
    def groups(self):
        """For each categorical feature, its positions after encoding; "unknown" is the last."""
        return [np.flatnonzero(self.sources == i) for i in self.categories]

    def encoded_names(self, names=None):
        """Return the names of the features after encoding.

        Parameters
        ----------
        names : list of str or None, default=None
            Names of the features before, if they have others than `names`.

        Returns
        -------
        list of str
        """
        return [
            name
            for i, own in enumerate(self.names if names is None else names)
            for name in (
                replace(self.categories[i], name=own).names if i in self.categories else [own]
            )
        ]

    def columns(self, names, n_timesteps):
        """Return the column, or the feature, of X of each step and feature after encoding.

        Parameters
        ----------
        names : ndarray of str or None
            Names of the columns of X in `fit`.
        n_timesteps : int
            Number of steps.

        Returns
        -------
        list of str, or of int if there are no names
        """
        n_features = len(self.names)
        names = range(n_features) if names is None else names
        names = columns_of_steps(names, n_features, n_timesteps)
        steps = range(0, len(names), n_features)
        return [names[first + source] for first in steps for source in self.sources]

    def place_of_number(self, position, param):
        """Return the position after encoding of a feature that must be a number.

        Parameters
        ----------
        position : int
            Position before.
        param : str
            Name of the parameter that selects the feature.

        Returns
        -------
        int

        Raises
        ------
        ValueError
            If the feature is categorical.
        """
        if position in self.categories:
            raise ValueError(
                f"{param} selects {self.names[position]!r}, which is categorical. It must be "
                "numeric."
            )
        return int(np.flatnonzero(self.sources == position)[0])

    def encoded(self, steps, *, warns=True):
        """Return windows of numbers.

        Parameters
        ----------
        steps : CodedSteps
            All steps of the windows.
        warns : bool, default=True
            Whether to warn about categories that `fit` has not seen.

        Returns
        -------
        ndarray of shape (n_samples, n_timesteps, n_encoded), float32 or float64
            A step in which nothing is known, not even a category, is NaN throughout.

        Warns
        -----
        SkrnnWarning
            If there are categories that `fit` has not seen.
        """
        indicators = {
            i: own.indicators_of_codes(*steps.codes[i], warns=warns)
            for i, own in self.categories.items()
        }
        return steps.with_features(self.sources, indicators)


def find_categorical(steps, categorical):
    """Return the positions of the categorical features in a step.

    Parameters
    ----------
    steps : StepTable
        All steps of the windows.
    categorical : "from_dtype", None, str, int or array-like
        Parameter of the estimator.

    Returns
    -------
    list of int

    Raises
    ------
    ValueError
        If a feature does not exist.
    TypeError
        If a feature contains text, but `categorical` does not name it.
    """
    given, frame = categorical, steps.frame
    if not isinstance(given, str) or given != "from_dtype":
        categorical = steps.positions(given)
    elif isinstance(steps.given, np.ndarray):
        # Booleans in an array of objects are numbers: their dtype says nothing else.
        frame = frame.loc[:, [is_text(column) for _, column in frame.items()]]
    chosen = set(categorical_names(frame, categorical, shown=given))
    return [i for i, name in enumerate(steps.frame.columns) if name in chosen]
