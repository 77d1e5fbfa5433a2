"""Every private or version-dependent name of scikit-learn that skrnn uses, and the reason.

The other modules import these names from here. If a later scikit-learn renames one, this is the
place to mend, and ``tests/test_sklearn_names.py`` says which.
"""

from contextlib import contextmanager

import numpy as np

# Checks `_parameter_constraints` before `fit`, unless a meta-estimator has done so. There is no
# public way to the messages and to the skipping that all estimators of scikit-learn share.
from sklearn.base import _fit_context

# The constraints themselves, and the same check for functions and for a subset of parameters.
from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    StrOptions,
    validate_parameter_constraints,
    validate_params,
)

# `get_feature_names_out` and `sample_weight` are checked with the messages of every estimator.
from sklearn.utils.validation import _check_feature_names_in, _check_sample_weight

# scikit-learn has callbacks from version 1.9 on.
try:
    from sklearn.callback import CallbackSupportMixin, with_callbacks
except ImportError:

    class CallbackSupportMixin:
        """Stands in for the mixin of a later scikit-learn: no callback can be set."""

    def with_callbacks(method):
        """Return the method as it is: there is nobody to tell.

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
    "_check_sample_weight",
    "_fit_context",
    "fit_task",
    "is_inverse_check",
    "set_output_container",
    "validate_parameter_constraints",
    "validate_params",
    "with_callbacks",
]


def set_output_container(transformer, container):
    """Remember the container of a transformer whose output is no table at present.

    Its `set_output` is not available then, but a parameter that is set later may make the
    output a table.

    Parameters
    ----------
    transformer : transformer
        The transformer.
    container : {"default", "pandas", "polars"} or None
        As in `set_output`; None leaves it as it is.
    """
    if container is not None:
        # Private, but there is no public way: this is where `set_output` writes it.
        config = getattr(transformer, "_sklearn_output_config", {})
        transformer._sklearn_output_config = {**config, "transform": container}


def is_inverse_check(fitted, X):
    """Whether X is the sample on which a target's transformer is checked for its inverse.

    `TransformedTargetRegressor` fits a transformer to y, and lets about ten rows of y pass
    there and back: rows that follow each other in this sample do not in the series.

    Parameters
    ----------
    fitted : ndarray of shape (n_samples, n_features)
        What the transformer was fitted to.
    X : ndarray of shape (n_rows, n_features)
        What it is given.

    Returns
    -------
    bool
    """
    sample = fitted[:: max(1, len(fitted) // 10)]
    return sample.shape == X.shape and np.array_equal(sample, X, equal_nan=True)


@contextmanager
def fit_task(estimator, X):
    """Tell an estimator's callbacks of a fit that has no parts.

    Parameters
    ----------
    estimator : estimator
        Whose callbacks are told.
    X : array-like
        What it is fitted to.
    """
    if not getattr(estimator, "_skl_callbacks", None):
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
    """Tells an estimator's callbacks of its fit and of each epoch.

    Parameters
    ----------
    estimator : estimator
        Whose callbacks are told.
    max_epochs : int
        Most epochs of the fit.
    X, y : array-like
        What the estimator is fitted to.
    metadata : dict
        What else is, such as sample weights.
    """

    def __init__(self, estimator, max_epochs, X, y, metadata):
        self._estimator = estimator
        self._data = {"estimator": estimator, "X": X, "y": y, "metadata": metadata}
        self.listening = bool(getattr(estimator, "_skl_callbacks", None))
        if self.listening:
            # Private by name, but documented for estimators of other packages.
            self._fit = estimator._init_callback_context(max_subtasks=max_epochs)
            self._fit.call_on_fit_task_begin(**self._data)
            self._begin_epoch()

    def _begin_epoch(self):
        self._epoch = self._fit.subcontext(task_name="epoch")
        self._epoch.call_on_fit_task_begin(**self._data)

    def end_epoch(self, fitted_attributes, *, last):
        """Tell that an epoch is over.

        Parameters
        ----------
        fitted_attributes : callable
            Gives what the estimator would have if it stopped here.
        last : bool
            Whether no epoch follows.

        Returns
        -------
        bool
            Whether a callback wants the fit to stop.
        """
        if not self.listening:
            return False
        stop = self._epoch.call_on_fit_task_end(
            reconstruction_attributes=fitted_attributes, **self._data
        )
        if not (stop or last):
            self._begin_epoch()
        return stop

    def end_fit(self, fitted_attributes):
        """Tell that the fit is over.

        Parameters
        ----------
        fitted_attributes : callable
            Gives what the estimator now has.
        """
        if self.listening:
            self._fit.call_on_fit_task_end(
                reconstruction_attributes=fitted_attributes, **self._data
            )
