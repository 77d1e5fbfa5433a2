"""The columns of y in `fit`, to which those of later rows are matched by name."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


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
