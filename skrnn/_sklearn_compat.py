"""scikit-learn's callbacks, where the installed version has them (1.9 and later)."""

from contextlib import contextmanager

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
