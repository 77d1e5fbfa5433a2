"""The intervals and quantiles of a backtest: what is asked for, and the names of the columns."""

from dataclasses import dataclass
from numbers import Real

import numpy as np

from skrnn._sklearn_compat import Interval, validate_parameter_constraints

_SHARE = [Interval(Real, 0, 1, closed="neither")]


@dataclass(frozen=True)
class AskedQuantiles:
    """The coverages of intervals and the quantiles that a backtest forecasts and judges.

    Attributes
    ----------
    coverage : float, tuple of float or None
        Coverages of intervals. With a single number, the names of columns contain no number.
    alpha : tuple of float
        Quantiles.

    Examples
    --------
    >>> from skrnn.forecasting._backtest_quantiles import AskedQuantiles
    >>> asked = AskedQuantiles.of(coverage=[0.95, 0.8], alpha=0.75)
    >>> asked.ends
    {0.8: ('lower_0.8', 'upper_0.8'), 0.95: ('lower_0.95', 'upper_0.95')}
    >>> asked.quantiles
    {0.75: 'quantile_0.75'}
    """

    coverage: object = None
    alpha: tuple = ()

    @classmethod
    def of(cls, coverage, alpha):
        """Check the parameters of a backtest, and sort them.

        Parameters
        ----------
        coverage, alpha : float, list of float or None
            Parameters of :func:`~skrnn.forecasting.backtest`.

        Returns
        -------
        AskedQuantiles

        Raises
        ------
        ValueError
            If they are not numbers between 0 and 1.
        """
        coverages, alphas = _shares("coverage", coverage), _shares("alpha", alpha)
        single = np.ndim(coverage) == 0 and coverage is not None
        return cls(float(coverage) if single else coverages or None, alphas)

    @property
    def ends(self):
        """Columns of the lower and upper ends of the intervals, by coverage."""
        if self.coverage is None:
            return {}
        if isinstance(self.coverage, float):
            return {self.coverage: ("lower", "upper")}
        return {share: (f"lower_{share}", f"upper_{share}") for share in self.coverage}

    @property
    def quantiles(self):
        """Columns of the quantiles, by their share."""
        return {share: f"quantile_{share}" for share in self.alpha}

    def columns_of(self, forecaster, steps, X):
        """Yield names of columns, and a frame with the forecasts of these columns.

        Parameters
        ----------
        forecaster : sktime forecaster
            Fitted.
        steps : ndarray of int
            The horizon.
        X : DataFrame or None
            Features of the horizon.
        """
        if self.ends:
            names = [name for pair in self.ends.values() for name in pair]
            yield names, _intervals(forecaster, steps, X, list(self.ends))
        if self.alpha:
            names = list(self.quantiles.values())
            yield names, forecaster.predict_quantiles(steps, X=X, alpha=list(self.alpha))

    def can_be_forecast_by(self, forecaster):
        """Return what a forecaster can forecast: without intervals no coverage is judged.

        A forecaster of a single quantile can forecast this one.

        Raises
        ------
        ValueError
            If it cannot forecast the quantiles.
        """
        if forecaster.get_tag("capability:pred_int", raise_error=False):
            return self
        only = getattr(forecaster, "_only_quantile", None)
        if self.alpha and only is not None and self.alpha == (only(),):
            return AskedQuantiles(alpha=self.alpha)
        if self.alpha:
            name = type(forecaster).__name__
            raise ValueError(
                f"alpha={list(self.alpha)} needs a forecaster with quantiles, but this {name} "
                "forecasts only one value for each step. AutoRNNForecaster(views={'one': "
                f"{name}(...)}}) adds quantiles to any forecaster."
            )
        return AskedQuantiles()


def _shares(name, value):
    """Return numbers between 0 and 1 in increasing order, each of them once."""
    if value is None:
        return ()
    several = isinstance(value, list | tuple | np.ndarray)
    if several and not len(value):
        raise ValueError(
            f"{name} must be a number between 0 and 1, a list of such numbers, or None. Got "
            f"{value!r}."
        )
    for share in value if several else [value]:
        validate_parameter_constraints({name: _SHARE}, {name: share}, "backtest")
    return tuple(sorted({float(share) for share in (value if several else [value])}))


def _intervals(forecaster, steps, X, coverage):
    try:
        return forecaster.predict_interval(steps, X=X, coverage=coverage)
    except Exception as error:  # of any forecaster; it is raised again
        error.add_note("The backtest does not need intervals: set coverage=None.")
        raise
