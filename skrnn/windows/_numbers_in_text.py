"""Warns about numbers among categories that are written as text."""

from numbers import Number

import pandas as pd

from skrnn._warnings import warn_user
from skrnn._written_numbers import conversion_of


def warn_of_numbers_in_text(name, column, table):
    """Warn if a column of text that is treated as categorical contains numbers.

    Parameters
    ----------
    name : str
        Name of the column.
    column : Series
        Its values. A column of the dtype category was declared, and raises no warning.
    table : str
        Name of the table in the message.

    Warns
    -----
    SkrnnWarning
        If the text is numbers, or is among numbers.
    """
    if warn_of_text_among_numbers(name, column, table):
        return
    if isinstance(column.dtype, pd.CategoricalDtype):
        return
    values = column.dropna().unique()
    code = conversion_of(values, f"{table}[{name!r}]")
    if code is not None:
        texts = (text for text in values if isinstance(text, str))
        example = next(text for text in texts if not text.strip().isdigit())
        warn_user(
            f"{table}[{name!r}] contains numbers as text, such as {example!r}, and each different "
            f"text is treated as a category. Convert the column: {table}[{name!r}] = {code}. If "
            f"they are categories, write {table}[{name!r}].astype('category')."
        )


def warn_of_text_among_numbers(name, column, table):
    """Warn if a column that is treated as categorical contains text and numbers.

    Parameters
    ----------
    name, column, table
        As in `warn_of_numbers_in_text`.

    Returns
    -------
    bool
        Whether it does.

    Warns
    -----
    SkrnnWarning
        If it does.
    """
    if pd.api.types.infer_dtype(column, skipna=True) != "mixed-integer":
        return False
    values = column.dropna()
    text = next((value for value in values if isinstance(value, str)), None)
    number = next((value for value in values if isinstance(value, Number)), None)
    if text is None or number is None:
        return False
    code = f"{table}[{name!r}]"
    conversion = conversion_of(values, code) or f'pd.to_numeric({code}, errors="coerce")'
    coerced = ", which turns everything that is not numeric into NaN" * ("coerce" in conversion)
    warn_user(
        f"{code} contains text such as {text!r} among numbers such as {number!r}, and each "
        f"different value is treated as a category. Convert the column: {code} = {conversion}"
        f"{coerced}. If they are categories, write {code}.astype('category')."
    )
    return True
