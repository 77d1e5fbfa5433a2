"""Steps of windows whose categories are codes, from which indicators are made without X."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.utils import check_array

from skrnn._text_among_numbers import text_is_located
from skrnn._validation import SERIES_DTYPES

from ._category_columns import factorized
from ._step_table import column_names, column_of


@dataclass(frozen=True)
class CodedSteps:
    """The steps of windows, as numbers and as codes of categories.

    Which windows a fit uses is known only after X, y and the weights have been checked, and only
    these define categories. The codes do not depend on that, so X is read only once.

    Attributes
    ----------
    names : list
        Names of the features of a step.
    numbers : ndarray of shape (n_steps, n_numbers), float32 or float64
        The features that are not categorical.
    codes : dict of int to tuple
        For each categorical feature, by its position in a step, what
        :func:`~skrnn.windows._category_columns.factorized` returns.
    unknown : ndarray of bool of shape (n_steps,)
        Steps in which nothing is known, not even a category.
    windows_of : callable
        Returns a table with the same steps as windows.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.windows._coded_steps import CodedSteps
    >>> from skrnn.windows._step_table import StepTable
    >>> X = np.array([[[1.5, "a"]], [[2.5, "b"]], [[None, None]]], dtype=object)
    >>> steps = CodedSteps.of(StepTable.of(X, 1), [1])
    >>> steps.codes[1][0].tolist()
    [0, 1, -1]
    >>> steps.without_categories()[:, 0]
    array([[1.5, 0. ],
           [2.5, 0. ],
           [nan, nan]])
    """

    names: list
    numbers: np.ndarray
    codes: dict
    unknown: np.ndarray
    windows_of: Callable

    @classmethod
    def of(cls, steps, categorical, input_name="X"):
        """Convert numbers, and replace categories with codes.

        Parameters
        ----------
        steps : StepTable
            All steps of the windows.
        categorical : collection of int
            Positions of the categorical features in a step.
        input_name : str, default="X"
            Name of the windows in error messages.

        Returns
        -------
        CodedSteps

        Raises
        ------
        ValueError
            If a feature that is not categorical contains text.
        """
        frame, numbers = steps.frame, np.empty((len(steps.frame), 0))
        numeric = [i for i in range(frame.shape[1]) if i not in categorical]
        if numeric:
            with text_is_located(lambda: _numbers_given(steps, categorical), input_name):
                numbers = check_array(
                    frame.iloc[:, numeric],
                    dtype=SERIES_DTYPES,
                    ensure_all_finite=False,
                    input_name=input_name,
                )
        codes = {i: factorized(frame.iloc[:, i]) for i in categorical}
        unknown = np.isnan(numbers).all(axis=1)
        for own, _ in codes.values():
            unknown &= own < 0
        return cls(list(frame.columns), numbers, codes, unknown, steps.windows_of)

    def of_windows(self, rows):
        """Return the codes in some of the windows.

        Parameters
        ----------
        rows : ndarray of int of shape (n_rows,)
            The windows. A step that is a part of several of them counts once.

        Returns
        -------
        dict of int to tuple
            As :attr:`codes`, with only the values that occur in these windows.
        """
        positions = self.windows_of(np.arange(len(self.unknown))[:, None])
        used = np.zeros(len(self.unknown), bool)
        used[positions[rows].ravel()] = True
        if used.all():
            return self.codes
        found = {}
        for i, (codes, unique) in self.codes.items():
            own, places = pd.factorize(np.where(codes < 0, np.nan, codes)[used])
            found[i] = own, unique[places.astype(int)]
        return found

    def with_features(self, sources, indicators):
        """Return windows in which each categorical feature is replaced with other features.

        Parameters
        ----------
        sources : ndarray of int of shape (n_encoded,)
            Position of the source of each feature, in ascending order.
        indicators : dict of int to ndarray
            The features that replace each categorical one, ``(n_steps, n)``.

        Returns
        -------
        ndarray of shape (n_samples, n_timesteps, n_encoded), float32 or float64
            A step in which nothing is known is NaN throughout.
        """
        table = np.empty((len(self.unknown), len(sources)), self.numbers.dtype)
        table[:, ~np.isin(sources, list(self.codes))] = self.numbers
        for i, own in indicators.items():
            table[:, sources == i] = own
        table[self.unknown] = np.nan
        return self.windows_of(table)

    def without_categories(self):
        """Return windows in which categories are 0.

        Returns
        -------
        ndarray of shape (n_samples, n_timesteps, n_features), float32 or float64
        """
        return self.with_features(np.arange(len(self.names)), dict.fromkeys(self.codes, 0.0))


def _numbers_given(steps, categorical):
    """Return X with None for its categories, and the names of its columns or features."""
    given, has_names, places = steps.given, hasattr(steps.given, "columns"), list(categorical)
    names = list(steps.frame.columns)
    if not has_names and given.dtype.kind not in "OUT":  # X is three-dimensional
        table = np.array(steps.frame, dtype=object)
        table[:, places] = None
        return steps.windows_of(table), names
    columns = [column_of(given, i).to_numpy(object) for i in range(given.shape[1])]
    table = np.stack(columns, axis=1)
    table[:, np.isin(np.arange(len(columns)) % len(names), places)] = None
    return table, column_names(given) if has_names else None
