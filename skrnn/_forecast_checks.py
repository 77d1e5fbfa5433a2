"""Checks that forecast knows which columns of X contain the target."""

import numpy as np

from ._warnings import warn_user

# A column that is this many standard deviations away from the forecasts is not their target.
_FAR = 20.0


def check_target(rows, columns, n_outputs, horizon):
    """Check that the columns of the target have been found in X."""
    if rows.named == []:
        raise ValueError(
            "y is not a column of X, since target=[]. Forecasts of more than "
            f"horizon={horizon} row(s) read later values of the columns "
            f"{rows.names(rows.unknown)} of X: pass them in X_future, with NaN for unknown "
            "values, or fit the model with a larger horizon of LagWindowTransformer."
        )
    if len(columns) == n_outputs:
        return
    single = ""
    if n_outputs > 1:
        single = (
            " Several quantiles cannot be continued, since the next step needs a single value."
        )
    if rows.named is not None:
        raise ValueError(
            f"target lists {len(columns)} column(s) of X, {rows.names(columns)}, but the model "
            f"forecasts {n_outputs} value(s) for a row. List the columns of X that "
            f"contain the past of the target.{single}"
        )
    raise ValueError(
        f"The past of y was not found in X: the model forecasts {n_outputs} value(s) for a row, "
        f"but {len(columns)} column(s) of X, {rows.names(columns)}, are not in X_future. If y is "
        "a column of X, list it in target and pass the others in X_future. If y is not a "
        f"column of X, forecast at most horizon={horizon} row(s), or fit the model with a larger "
        "horizon of LagWindowTransformer or with y as a column of X, or pass target=[] and all "
        f"columns of X in X_future.{single}"
    )


def check_known(rows, columns, steps):
    """Check that the values of all columns except the target are known."""
    missing = [i for i in rows.unknown if i not in columns]
    if missing:
        raise ValueError(
            f"X has the columns {rows.names(missing)} in addition to the target. Pass their "
            f"values for the next {steps} row(s) as X_future, with NaN for unknown values."
        )


def warn_of_other_target(rows, columns, predicted):
    """Warn if forecasts are far from the columns that are used as the past of the target."""
    known = rows.table.iloc[: len(predicted), columns].to_numpy(float, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        error = np.abs(known - predicted)
    usable = ~np.isnan(error).any(axis=1)
    if usable.sum() < 10:
        return
    spread = np.ptp(known[usable], axis=0)
    far = (np.median(error[usable], axis=0) > _FAR * spread) & (spread > 0)
    if far.any():
        names = rows.names([column for column, off in zip(columns, far, strict=True) if off])
        warn_user(
            f"Forecasts of the rows of X are far from the columns {names} of X, which are used as "
            "the past of the target because X_future does not contain them. List the columns of "
            "the target in target; if y is not a column of X, pass target=[]."
        )
