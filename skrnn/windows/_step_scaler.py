"""Defines StepScaler, which scales the features of windows and sequences over all their steps."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin, clone
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.utils.validation import check_is_fitted

from skrnn._exact_values import as_floats, booleans_as_integers
from skrnn._sklearn_compat import (
    HasMethods,
    StrOptions,
    _fit_context,
    available_if,
    output_container,
    set_output_container,
)
from skrnn._text_among_numbers import error_on_text, text_is_located
from skrnn._typing import ArrayLike, NDArray, Scaler
from skrnn._validation import LARGEST_TO_SQUARE, check_series_of, without_mask

from ._sequence_padding import count_leading_gaps, pad_sequences, steps_of

NAMED_SCALERS = {"standard": StandardScaler, "minmax": MinMaxScaler}
"""Transformers that have a name."""


def _has(method):
    """Return a check of whether the scaler has a method."""

    def check(transformer):
        scaler = getattr(transformer, "scaler_", transformer.scaler)
        getattr(NAMED_SCALERS.get(scaler) if isinstance(scaler, str) else scaler, method)
        return True

    return check


class StepScaler(
    OneToOneFeatureMixin, TransformerMixin, BaseEstimator, auto_wrap_output_keys=None
):
    """Scale each feature over all steps of all windows or sequences.

    scikit-learn's scalers accept only tables. This transformer scales windows of shape (n_samples,
    n_timesteps, n_features), lists of sequences of unequal length, and tables whose rows are the
    steps of one series. A feature has the same scale at every step.

    Parameters
    ----------
    scaler : {"standard", "minmax"} or transformer, default="standard"
        "standard" scales to mean 0 and standard deviation 1
        (:class:`~sklearn.preprocessing.StandardScaler`), and "minmax" to a range from 0 to 1
        (:class:`~sklearn.preprocessing.MinMaxScaler`). Alternatively, a scikit-learn transformer
        that treats each column separately, such as :class:`~sklearn.preprocessing.RobustScaler`,
        which is cloned.

    Attributes
    ----------
    scaler_ : transformer
        The transformer, fitted to a table with a row for each step.

    n_features_in_ : int
        Number of features.

    feature_names_in_ : ndarray of str of shape (n_features,)
        Names of the features, if `X` in `fit` was a DataFrame or a list of DataFrames.

    See Also
    --------
    pad_sequences : Combines sequences of unequal lengths into one array.
    LagWindowTransformer : Creates windows from a series, which is best scaled beforehand.

    Notes
    -----
    The named scalers ignore NaN in `fit` and keep it in `transform`, so the padding of
    :func:`pad_sequences` does not affect the scales. No transformer changes padding: the first
    steps of a window remain NaN if all their values are, even if the transformer fills in missing
    values. A feature without a known value in `fit` is not scaled.

    In a pipeline, put this transformer before :func:`pad_sequences`: it checks the names of
    columns, which a padded array does not have.

    If windows overlap, most rows of the series occur in several windows, and every occurrence is
    counted.

    Examples
    --------
    >>> from skrnn import StepScaler, pad_sequences
    >>> sequences = [[[0.0, 10.0], [4.0, 30.0]], [[2.0, 20.0]]]
    >>> scaler = StepScaler("minmax").fit(sequences)
    >>> [sequence.tolist() for sequence in scaler.transform(sequences)]
    [[[0.0, 0.0], [1.0, 1.0]], [[0.5, 0.5]]]
    >>> scaler.transform(pad_sequences(sequences))[1]
    array([[nan, nan],
           [0.5, 0.5]])

    Before the padding and a network, in a pipeline:

    >>> from sklearn.pipeline import make_pipeline
    >>> from skrnn import RNNClassifier
    >>> from sklearn.preprocessing import FunctionTransformer
    >>> model = make_pipeline(
    ...     StepScaler(),
    ...     FunctionTransformer(pad_sequences),
    ...     RNNClassifier("gru", units=2, random_state=0),
    ... )
    >>> model.fit(sequences, ["long", "short"]).score(sequences, ["long", "short"]) >= 0.5
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "scaler": [StrOptions(set(NAMED_SCALERS)), HasMethods(["fit", "transform"])],
    }

    scaler_: Any
    n_features_in_: int
    feature_names_in_: NDArray[np.object_]

    def __init__(self, scaler: Scaler = "standard") -> None:
        self.scaler = scaler

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: ArrayLike, y: object = None) -> Self:
        """Learn the scale of each feature.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_timesteps, n_features), list of array-like of shape \
                (length, n_features), or array-like of shape (n_steps, n_features)
            Windows, sequences of any length, or the steps of one series.

        y : None
            Ignored.

        Returns
        -------
        self : StepScaler
            The fitted transformer.

        Raises
        ------
        ValueError
            If the shape is wrong, if a value is infinite or not numeric, or if it is so large that
            a StandardScaler would return NaN.
        TypeError
            If `X` is sparse.
        """
        return self._learn(X, "fit")

    @available_if(_has("partial_fit"))
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: ArrayLike, y: object = None) -> Self:
        """Learn from more windows or sequences.

        Parameters
        ----------
        X : array-like or list of array-like
            As in `fit`.

        y : None
            Ignored.

        Returns
        -------
        self : StepScaler
            The transformer.

        Raises
        ------
        ValueError, TypeError
            As in `fit`, or if the features differ from those seen before.
        """
        return self._learn(X, "partial_fit")

    def transform(self, X: ArrayLike) -> Any:
        """Scale windows, sequences or a table.

        Parameters
        ----------
        X : array-like or list of array-like
            As in `fit`. The lengths and the number of sequences may differ.

        Returns
        -------
        X : ndarray of the same shape, or list of ndarray
            The scaled values. For a table, the container chosen with `set_output`.

        Raises
        ------
        ValueError, TypeError
            As in `fit`, or if the features differ from those seen in `fit`.
        NotFittedError
            If `fit` has not been called.
        """
        return self._apply(X, "transform")

    @available_if(_has("inverse_transform"))
    def inverse_transform(self, X: ArrayLike) -> Any:
        """Undo the scaling.

        Parameters
        ----------
        X : array-like or list of array-like
            Scaled values, as returned by `transform`.

        Returns
        -------
        X : ndarray of the same shape, or list of ndarray
            The values in the original units.

        Raises
        ------
        ValueError, TypeError, NotFittedError
            As in `transform`.
        """
        return self._apply(X, "inverse_transform")

    def set_output(
        self, *, transform: Literal["default", "pandas", "polars"] | None = None
    ) -> Self:
        """Set the type of the output of `transform` and `fit_transform` for tables.

        Windows remain arrays, and lists of sequences remain lists of arrays.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"} or None, default=None
            Type of the output. None leaves it unchanged.

        Returns
        -------
        self : StepScaler
            The transformer.
        """
        set_output_container(self, transform)
        self._hand_on_container()
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

    def _learn(self, X, method):
        goes_on = method == "partial_fit" and hasattr(self, "scaler_")
        steps = self._steps(X, reset=not goes_on)[0]
        if goes_on:
            scaler = self.scaler_
        else:
            named = isinstance(self.scaler, str)
            scaler = NAMED_SCALERS[self.scaler]() if named else clone(self.scaler)
        if isinstance(scaler, StandardScaler):
            _check_squares(steps)
        if not goes_on:
            self.scaler_ = scaler
            self._hand_on_container()
        if method == "fit":
            steps = without_empty_columns(steps)
        getattr(self.scaler_, method)(self._with_names(steps))
        return self

    def _apply(self, X, method):
        check_is_fitted(self)
        steps, lengths, shape = self._steps(X, reset=False)
        table = getattr(self.scaler_, method)(self._with_names(steps, X))
        if lengths is not None:
            return np.split(np.asarray(table), np.cumsum(lengths)[:-1])
        if shape is not None:
            return with_padding_of(steps.reshape(shape), np.asarray(table).reshape(shape))
        return table if method == "transform" else np.asarray(table)

    def _steps(self, X, *, reset):
        """Return all steps as a table, and the lengths of sequences or the shape of windows."""
        if are_sequences(X):
            padded = as_floats(booleans_as_integers(pad_sequences(X)))
            lengths = np.array([len(sequence) for sequence in X])
            if padded.ndim != 3:
                raise ValueError(
                    "The sequences of X must contain numbers and be of shape (length, "
                    "n_features); got shape (length,)."
                )
            if padded.dtype == object:
                raise error_on_text(X, "X")
            steps = steps_of(padded, lengths)
            names = (getattr(sequence, "columns", None) for sequence in X)
            columns = next((each for each in names if each is not None), None)
            if columns is not None:
                steps = pd.DataFrame(steps, columns=columns)
            return check_series_of(self, steps, reset=reset), lengths, None
        if not hasattr(X, "ndim") and not hasattr(X, "toarray"):
            X = np.asarray(X) if isinstance(X, list | tuple) else X
        shape = getattr(X, "shape", ())
        if len(shape) < 3:
            return check_series_of(self, X, reset=reset), None, None
        if len(shape) > 3 or 0 in shape:
            raise ValueError(
                f"X has the shape {shape}, expected windows of shape (n_samples, n_timesteps, "
                "n_features) with at least 1 of each, a list of sequences, or a table."
            )
        steps = np.asarray(without_mask(X)).reshape(-1, shape[2])
        with text_is_located(X, "X"):
            return check_series_of(self, steps, reset=reset), None, shape

    def _with_names(self, steps, X=None):
        """Return steps as a DataFrame if the features have names."""
        names = getattr(self, "feature_names_in_", None)
        index = X.index if isinstance(X, pd.DataFrame) else None
        return steps if names is None else pd.DataFrame(steps, index, names)

    def _hand_on_container(self):
        container = output_container(self)
        if container is not None and hasattr(self, "scaler_"):
            self.scaler_.set_output(transform=container)


def _check_squares(steps):
    """Check that the sum of squares of which a variance consists is finite."""
    largest = float(np.fmax.reduce(np.abs(steps), axis=None, initial=0))
    if largest > LARGEST_TO_SQUARE:
        raise ValueError(
            f"X contains a value of magnitude {largest:.3g}. Sums of squares of values beyond "
            f"{LARGEST_TO_SQUARE:g} can be infinite, and a StandardScaler would return NaN. "
            "Divide X by a constant first, or set the value to NaN if it only stands for an "
            "unknown one."
        )


def are_sequences(X):
    """Return whether X is a list of sequences, rather than of numbers or rows.

    Parameters
    ----------
    X : object
        Input of an estimator.

    Returns
    -------
    bool
    """
    if not isinstance(X, list | tuple) or not X:
        return False
    if hasattr(X[0], "columns"):
        return True
    try:
        dimensions = [np.ndim(sequence) for sequence in X]
    except ValueError:  # the steps of a sequence have different numbers of features
        return True
    unequal = set(dimensions) == {1} and len({len(sequence) for sequence in X}) > 1
    return 2 in dimensions or unequal


def without_empty_columns(table):
    """Replace columns without a known value, which have no scale, with zeros.

    Parameters
    ----------
    table : ndarray of shape (n_rows, n_columns)
        The values.

    Returns
    -------
    ndarray of the same shape
    """
    empty = np.isnan(table).all(axis=0)
    if not empty.any():
        return table
    table = table.copy()
    table[:, empty] = 0.0
    return table


def with_padding_of(windows, transformed):
    """Return transformed windows whose padding is NaN, as it was before.

    A transformer that fills in missing values would turn padding into measured steps.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        The windows, with NaN in the first steps of shorter sequences.
    transformed : ndarray of shape (n_samples, n_timesteps, n_features)
        What became of them.

    Returns
    -------
    ndarray of the same shape
    """
    padding = np.arange(windows.shape[1]) < count_leading_gaps(windows)[:, None]
    if not padding.any():
        return transformed
    kind = transformed.dtype if transformed.dtype.kind == "f" else np.float64
    transformed = transformed.astype(kind)
    transformed[padding] = np.nan
    return transformed
