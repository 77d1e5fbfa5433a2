"""Imports the private or version-dependent names of scikit-learn that skrnn uses, with reasons.

The other modules import these names from here. If a later scikit-learn renames one,
``tests/test_sklearn_names.py`` fails, and only this module has to change.
"""

from contextlib import contextmanager
from inspect import signature

import numpy as np

# Checks `_parameter_constraints` before `fit`, unless a meta-estimator has done so. No public
# function produces the same messages and skips the same checks as scikit-learn's own estimators.
from sklearn.base import _fit_context as _untyped_fit_context

# The constraints, and the same check for functions and for some of the parameters.
from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    StrOptions,
    validate_parameter_constraints,
)
from sklearn.utils._param_validation import validate_params as _untyped_validate_params
from sklearn.utils.metaestimators import available_if as _untyped_available_if

# Check `get_feature_names_out` and `sample_weight` with the messages of scikit-learn's estimators.
from sklearn.utils.validation import _check_feature_names_in, _check_sample_weight

from ._typing import Decorator

# To a type checker, a function without annotations would hide the signature of what it decorates.
_fit_context: Decorator = _untyped_fit_context
available_if: Decorator = _untyped_available_if
validate_params: Decorator = _untyped_validate_params

# scikit-learn has callbacks since version 1.9.
try:
    from sklearn.callback import CallbackSupportMixin, with_callbacks
except ImportError:

    class CallbackSupportMixin:
        """Replaces the mixin of a later scikit-learn. No callback can be set."""

    def with_callbacks(method):
        """Return the method unchanged, since there are no callbacks.

        Parameters
        ----------
        method : callable
            The method.

        Returns
        -------
        callable
        """
        return method


__all__ = [
    "CallbackSupportMixin",
    "EpochTasks",
    "HasMethods",
    "Interval",
    "StrOptions",
    "_check_feature_names_in",
    "_fit_context",
    "available_if",
    "check_parameters",
    "check_sample_weight",
    "fit_task",
    "has_callbacks",
    "is_inverse_check",
    "output_container",
    "set_output_container",
    "validate_parameter_constraints",
    "validate_params",
    "with_callbacks",
]


# Newer versions raise an error for weights that are all zero, unless asked not to.
_ALLOWED = "allow_all_zero_weights"
_ZEROS = {_ALLOWED: True} if _ALLOWED in signature(_check_sample_weight).parameters else {}


def check_sample_weight(sample_weight, X):
    """Check the weights of rows, which may all be zero.

    Parameters
    ----------
    sample_weight : array-like of shape (n_samples,) or float
        The weights.
    X : array-like of shape (n_samples, ...)
        Data of the same rows.

    Returns
    -------
    ndarray of shape (n_samples,), float64

    Raises
    ------
    ValueError
        If the shape is wrong, or a weight is negative or not finite.
    """
    return _check_sample_weight(
        sample_weight, X, dtype=np.float64, ensure_non_negative=True, **_ZEROS
    )


def set_output_container(transformer, container):
    """Remember the container of a transformer whose output is currently not a table.

    The `set_output` of the transformer is not available then, but the output becomes a table if
    a parameter is changed later.

    Parameters
    ----------
    transformer : transformer
        The transformer.
    container : {"default", "pandas", "polars"} or None
        As in `set_output`. None leaves it unchanged.
    """
    if container is not None:
        # `set_output` stores the container in this private attribute. No public function does.
        config = getattr(transformer, "_sklearn_output_config", {})
        transformer._sklearn_output_config = {**config, "transform": container}


def output_container(transformer):
    """Return the container that `set_output` or :func:`set_output_container` chose.

    Parameters
    ----------
    transformer : transformer
        The transformer.

    Returns
    -------
    {"default", "pandas", "polars"} or None
        None if none was chosen.
    """
    return getattr(transformer, "_sklearn_output_config", {}).get("transform")


def is_inverse_check(fitted, X):
    """Return whether X is the sample used to check the inverse of a target's transformer.

    `TransformedTargetRegressor` fits a transformer to y, then transforms about ten rows of y and
    inverts the result. Rows next to each other in this sample are not neighbours in the series.

    Parameters
    ----------
    fitted : ndarray of shape (n_samples, n_features)
        The rows that the transformer was fitted to.
    X : ndarray of shape (n_rows, n_features)
        The rows passed to `transform`.

    Returns
    -------
    bool
    """
    sample = fitted[:: max(1, len(fitted) // 10)]
    return sample.shape == X.shape and np.array_equal(sample, X, equal_nan=True)


def check_parameters(estimator):
    """Check the parameters of an estimator by its constraints, as a decorated `fit` does.

    Parameters
    ----------
    estimator : estimator
        The estimator.

    Raises
    ------
    ValueError
        If a parameter violates its constraints.
    """
    estimator._validate_params()


def has_callbacks(estimator):
    """Return whether callbacks are set.

    Parameters
    ----------
    estimator : estimator
        The estimator.

    Returns
    -------
    bool
    """
    return bool(getattr(estimator, "_skl_callbacks", None))


@contextmanager
def fit_task(estimator, X):
    """Call an estimator's callbacks at the start and the end of a fit without subtasks.

    Parameters
    ----------
    estimator : estimator
        Estimator whose callbacks are called.
    X : array-like
        Data passed to `fit`.
    """
    if not has_callbacks(estimator):
        yield
        return
    # Private by name, but documented for estimators of other packages.
    context = estimator._init_callback_context()
    context.call_on_fit_task_begin(estimator=estimator, X=X)
    yield
    context.call_on_fit_task_end(
        estimator=estimator, X=X, reconstruction_attributes=lambda: vars(estimator)
    )


class EpochTasks:
    """Calls an estimator's callbacks at the start and the end of its fit and of each epoch.

    Parameters
    ----------
    estimator : estimator
        Estimator whose callbacks are called.
    max_epochs : int
        Maximum number of epochs of the fit.
    X, y : array-like
        Data passed to `fit`.
    metadata : dict
        Other data passed to `fit`, such as sample weights.
    """

    def __init__(self, estimator, max_epochs, X, y, metadata):
        self._data = {"estimator": estimator, "X": X, "y": y, "metadata": metadata}
        self.listening = has_callbacks(estimator)
        if self.listening:
            # Private by name, but documented for estimators of other packages.
            self._fit = estimator._init_callback_context(max_subtasks=max_epochs)
            self._fit.call_on_fit_task_begin(**self._data)
            self._begin_epoch()

    def _begin_epoch(self):
        self._epoch = self._fit.subcontext(task_name="epoch")
        self._epoch.call_on_fit_task_begin(**self._data)

    def end_epoch(self, fitted_attributes, *, last):
        """Call the callbacks at the end of an epoch.

        Parameters
        ----------
        fitted_attributes : callable
            Returns the fitted attributes that the estimator would have if it stopped here.
        last : bool
            Whether no epoch follows.

        Returns
        -------
        bool
            Whether a callback wants the fit to stop.
        """
        stop = self._epoch.call_on_fit_task_end(
            reconstruction_attributes=fitted_attributes, **self._data
        )
        if not (stop or last):
            self._begin_epoch()
        return stop

    def end_fit(self, fitted_attributes):
        """Call the callbacks at the end of the fit.

        Parameters
        ----------
        fitted_attributes : callable
            Returns the fitted attributes of the estimator.
        """
        if self.listening:
            self._fit.call_on_fit_task_end(
                reconstruction_attributes=fitted_attributes, **self._data
            )
