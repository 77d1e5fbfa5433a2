"""Matches the columns of later rows of y, and their labels, to those that are expected."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from skrnn.windows._label_advice import advice_on_index


@dataclass(frozen=True)
class ColumnsOfY:
    """The columns of a frame of series.

    Attributes
    ----------
    number : int or None
        Their number. None if it is not known for this type of data.
    names : list or None
        Their names. None if they have none, such as those of an array.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.forecasting._columns_of_y import ColumnsOfY
    >>> columns = ColumnsOfY.of(pd.DataFrame({"low": [1.0], "high": [2.0]}))
    >>> columns.ordered(pd.DataFrame({"high": [3.0], "low": [2.0]})).columns.tolist()
    ['low', 'high']
    """

    number: int | None
    names: list | None

    @classmethod
    def of(cls, y):
        """Return the columns of series, of a panel, or of a list of the series of a panel."""
        if isinstance(y, list | tuple) and y:
            y = y[0]
        if isinstance(y, pd.Series):
            return cls(1, None)
        if isinstance(y, np.ndarray):  # (n_series, n_columns, n_rows) in a panel
            return cls(1 if y.ndim == 1 else y.shape[1], None)
        if isinstance(y, pd.DataFrame):
            return cls(y.shape[1], list(y.columns))
        return cls(None, None)

    def ordered(self, y, name="y in update"):
        """Return later rows with the columns in this order.

        A single column may have any name.

        Parameters
        ----------
        y : object
            The rows.
        name : str, default="y in update"
            Name of the rows in errors.

        Returns
        -------
        object
            The same if they are in this order.

        Raises
        ------
        ValueError
            If there are other columns, or more or fewer of them.
        """
        if isinstance(y, list | tuple):
            return type(y)(self.ordered(part, name) for part in y)
        given = ColumnsOfY.of(y)
        if None in (given.number, self.number):
            return y
        if given.names is None or self.names is None or given.number == self.number == 1:
            if given.number != self.number:
                raise ValueError(
                    f"{name} has {given.number} column(s), but y in fit had {self.number}."
                )
            return y
        if given.names == self.names:
            return y
        if given.number != self.number or set(given.names) != set(self.names):
            raise ValueError(
                f"{name} has the columns {given.names}, but y in fit had {self.names}. Pass the "
                "same columns, in any order. Values that are not known may be NaN."
            )
        return y[self.names]


def in_order_of(index, y):
    """Return true values in the order of their forecasts.

    Parameters
    ----------
    index : Index or None
        The labels of the forecasts.
    y : object
        The true values. Without labels, they are returned unchanged.

    Returns
    -------
    object

    Raises
    ------
    ValueError
        If the rows of y are not those of the forecasts, or their times are of another kind.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.forecasting._columns_of_y import in_order_of
    >>> index = pd.MultiIndex.from_product([["a", "b"], [7]])
    >>> in_order_of(index, pd.DataFrame({"y": [1.0, 2.0]}, index[::-1]))["y"].tolist()
    [2.0, 1.0]
    """
    if index is None or not isinstance(y, pd.Series | pd.DataFrame) or y.index.equals(index):
        return y
    advice = advice_on_index(y.index, index, "y in score")
    if advice:
        raise ValueError(advice)
    missing, further = index[~index.isin(y.index)], y.index[~y.index.isin(index)]
    if len(missing) or len(further):
        [label, *_] = [*missing[:1].tolist(), *further[:1].tolist()]
        what = f"no row for {label!r}" if len(missing) else f"also a row for {label!r}"
        raise ValueError(
            f"y in score must contain the rows that are forecast, and no others. It has {what}."
        )
    return y.loc[index]
