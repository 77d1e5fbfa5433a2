"""Defines PanelTSB, a forecaster of intermittent demand."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING

import numpy as np

from skrnn._sklearn_compat import Interval, validate_parameter_constraints

from ._series_names import label_of, name_of_rows
from ._smoothing import Parameters, states, tables
from ._statistical import StatisticalForecaster

if TYPE_CHECKING:
    from typing import Any


class IntermittentModel:
    """Smooths the probability of demand, and the size of the demand at rows with demand.

    Parameters
    ----------
    alpha, beta : float
        Fraction of an error that is added to the size and to the probability.
    """

    def __init__(self, alpha, beta):
        self._parameters = [Parameters.grid((share,)) for share in (beta, alpha)]

    def fit(self, panel):
        """Take the means of each series as its first probability and size."""
        begins = panel.begins()
        self._first = []
        for values in _probability_and_size(panel):
            known = ~np.isnan(values[panel.rows])
            total = np.add.reduceat(np.where(known, values[panel.rows], 0.0), begins)
            count = np.add.reduceat(known.astype(int), begins)
            self._first.append(total / np.maximum(count, 1))
        return self

    def run(self, panel):
        """Return the expected demand after each row of a panel, ``(n_rows,)``.

        The panel has the series of `fit`, with any number of rows after them.
        """
        expected = np.ones(len(panel.values))
        for values, first, parameters in zip(
            _probability_and_size(panel), self._first, self._parameters, strict=True
        ):
            smoothed = np.full(len(panel.values), np.nan)
            for table in tables(panel, values):
                level = first[table.series]
                by_column, _ = states(table, level, 0 * level, parameters)
                # Before the first demand of a series, the mean size in fit is used.
                by_column = np.where(np.isnan(by_column), level, by_column)
                table.laid_out(by_column, panel, smoothed)
            expected *= smoothed
        return expected

    def forecast(self, panel, run, origins, ahead):
        """Return forecasts, as :meth:`SmoothingModel.forecast` does; the same for every step."""
        row = panel.row_of(origins)
        begun = origins >= panel.begun(1).first[:, None]
        return np.where((row >= 0) & begun, run[row], np.nan)


class PanelTSB(StatisticalForecaster):
    """Forecasts of intermittent demand, for one series or many.

    Demand is intermittent if it is zero most of the time, as for many spare parts. The method of
    Teunter, Syntetos and Babai [1]_ smooths the probability of demand, which it updates at every
    row, and the size of the demand, which it updates only at rows with demand. Their product is
    the expected demand, which is the forecast for every step. Unlike in Croston's method,
    forecasts fall as long as there is no demand. All series of a panel are smoothed at the same
    time.

    Parameters
    ----------
    alpha : float, default=0.2
        Fraction of the difference between the demand at a row and the smoothed size that is added
        to the smoothed size.

    beta : float, default=0.05
        The corresponding fraction for the probability, which changes at every row.

    See Also
    --------
    AutoRNNForecaster : Uses these forecasts if the series are counts with many zeros.

    Notes
    -----
    Smoothing starts from the means of each series. Forecasts are expected values, not whole
    numbers, and are below 1 if demand is rare. An unknown value (NaN) does not change the
    forecast. `fit` and `update` raise an error for negative values.

    References
    ----------
    .. [1] Teunter, Syntetos and Babai, "Intermittent demand: Linking forecasting to inventory
       obsolescence", European Journal of Operational Research, 2011.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.forecasting import PanelTSB
    >>> y = pd.Series([0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 0, 3.0])
    >>> PanelTSB().fit(y).predict(fh=[1, 2]).round(2).tolist()
    [0.77, 0.77]
    """

    def __init__(self, alpha: float = 0.2, beta: float = 0.05) -> None:
        self.alpha = alpha
        self.beta = beta
        super(StatisticalForecaster, self).__init__()

    def _check_parameters(self, names=None):
        share = [Interval(Real, 0, 1, closed="right")]
        parameters = {"alpha": self.alpha, "beta": self.beta}
        constraints = dict.fromkeys(parameters, share)
        validate_parameter_constraints(constraints, parameters, type(self).__name__)

    def _make_model(self):
        return IntermittentModel(self.alpha, self.beta)

    def _lay_out(self, y, X, *, later=False):
        _check_not_negative(y, name_of_rows(later))
        return super()._lay_out(y, X, later=later)

    @classmethod
    def get_test_params(cls, parameter_set: str = "default") -> list[dict[str, Any]]:
        """Return the parameters with which sktime tests this class.

        Parameters
        ----------
        parameter_set : str, default="default"
            The only set is "default".

        Returns
        -------
        params : list of dict
            The parameters of each forecaster.
        """
        return [{}, {"alpha": 0.1, "beta": 0.1}]


def _probability_and_size(panel):
    """Return whether there is a demand at each row, and the demand where there is one."""
    values = panel.values[:, 0]
    return np.where(np.isnan(values), np.nan, values > 0), np.where(values > 0, values, np.nan)


def _check_not_negative(y, name):
    """Check that no demand is negative."""
    negative = (y.to_numpy(np.float64) < 0).any(axis=1)
    if negative.any():
        raise ValueError(
            f"PanelTSB forecasts demand, which is not negative, but {int(negative.sum())} row(s) "
            f"of {name} are, the first of them {label_of(y.index, int(negative.argmax()))}."
        )
