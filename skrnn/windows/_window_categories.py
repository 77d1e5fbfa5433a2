"""Turns the categorical features of windows into indicators."""

from dataclasses import dataclass, replace

import numpy as np
from sklearn.utils import check_array

from skrnn._text_among_numbers import text_is_located
from skrnn._validation import SERIES_DTYPES

from ._category_columns import Categories, categorical_names, is_text
from ._feature_words import columns_of_steps
from ._step_table import column_names, column_of


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
    >>> from skrnn.windows._step_table import StepTable
    >>> from skrnn.windows._window_categories import WindowCategories
    >>> X = np.array([[[1.5, "a"], [2.5, "b"]], [[3.5, "c"], [4.5, None]]], dtype=object)
    >>> steps = StepTable.of(X, 1)
    >>> found = WindowCategories.of(steps, "from_dtype", 50)
    >>> found.encoded_names()
    ['x0', "x1='a'", "x1='b'", "x1='c'", 'x1 unknown']
    >>> found.encoded(steps)[1]
    array([[3.5, 0. , 0. , 1. , 0. ],
           [4.5, 0. , 0. , 0. , 1. ]])
    """

    names: list
    categories: dict

    @classmethod
    def of(cls, steps, categorical, max_categories):
        """Learn the categories.

        Parameters
        ----------
        steps : StepTable
            All steps of the windows.
        categorical, max_categories
            Parameters of the estimator.

        Returns
        -------
        WindowCategories or None
            None if there is no categorical feature.

        Raises
        ------
        ValueError
            If a feature does not exist, or has measured values.
        TypeError
            If a feature contains text, but `categorical` does not name it.
        """
        names = list(steps.frame.columns)
        given, frame = categorical, steps.frame
        if not isinstance(given, str) or given != "from_dtype":
            categorical = steps.positions(given)
        elif isinstance(steps.given, np.ndarray):
            # Booleans in an array of objects are numbers: their dtype says nothing else.
            frame = frame.loc[:, [is_text(column) for _, column in frame.items()]]
        chosen = set(categorical_names(frame, categorical, shown=given))
        categories = {
            i: Categories.of(name, steps.frame.iloc[:, i], max_categories)
            for i, name in enumerate(names)
            if name in chosen
        }
        return cls(names, categories) if categories else None

    def of_rows(self, steps, rows, max_categories):
        """Learn the categories of the same features again, only from some of the windows.

        Parameters
        ----------
        steps : StepTable
            All steps of the windows.
        rows : ndarray of int of shape (n_rows,)
            The windows to learn from.
        max_categories : int
            Parameter of the estimator.

        Returns
        -------
        WindowCategories
        """
        positions = steps.windows_of(np.arange(len(steps.frame))[:, None])
        frame = steps.frame.iloc[np.unique(positions[rows])]
        categories = {
            i: Categories.of(own.name, frame.iloc[:, i], max_categories)
            for i, own in self.categories.items()
        }
        return replace(self, categories=categories)

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

    def encoded(self, steps, *, input_name="X", warns=True):
        """Return windows of numbers.

        Parameters
        ----------
        steps : StepTable
            All steps of the windows.
        input_name : str, default="X"
            Name of the windows in error messages.
        warns : bool, default=True
            Whether to warn about categories that `fit` has not seen.

        Returns
        -------
        ndarray of shape (n_samples, n_timesteps, n_encoded), float32 or float64
            A step in which nothing is known, not even a category, is NaN throughout.

        Raises
        ------
        ValueError
            If a feature that is not categorical contains text.

        Warns
        -----
        SkrnnWarning
            If there are categories that `fit` has not seen.
        """
        numeric = [i for i in range(len(self.names)) if i not in self.categories]
        numbers = np.empty((len(steps.frame), 0))
        if numeric:
            frame = steps.frame.iloc[:, numeric]
            with text_is_located(lambda: self._numbers_given(steps), input_name):
                numbers = check_array(
                    frame, dtype=SERIES_DTYPES, ensure_all_finite=False, input_name=input_name
                )
        table = np.empty((len(numbers), len(self.sources)), numbers.dtype)
        table[:, np.isin(self.sources, numeric)] = numbers
        for (i, own), places in zip(self.categories.items(), self.groups, strict=True):
            table[:, places] = own.indicators(steps.frame.iloc[:, i], warns=warns)
        table[steps.frame.isna().all(axis=1).to_numpy()] = np.nan
        return steps.windows_of(table)

    def _numbers_given(self, steps):
        """Return X with None for its categories, and the names of its columns or features."""
        given, has_names = steps.given, hasattr(steps.given, "columns")
        if not has_names and given.dtype.kind not in "OUT":  # X is three-dimensional
            table = np.array(steps.frame, dtype=object)
            table[:, list(self.categories)] = None
            return steps.windows_of(table), self.names
        columns = [column_of(given, i).to_numpy(object) for i in range(given.shape[1])]
        table = np.stack(columns, axis=1)
        table[:, np.isin(np.arange(len(columns)) % len(self.names), list(self.categories))] = None
        return table, column_names(given) if has_names else None
