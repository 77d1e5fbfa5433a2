"""Recognises numbers that are written as text, and says how to convert them."""

from __future__ import annotations

import re
from numbers import Number
from typing import TYPE_CHECKING

import pandas as pd

from skrnn._warnings import warn_user

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

# Values of a column that may be something else, such as "n/a" or "-".
_SHARE = 0.9
_SIGN, _POWER = r"\s*[+-]?", r"([eE][+-]?\d+)?\s*"
# How numbers are written, with the conversion to text that pandas reads as numbers. The second
# entry says whether a text is certainly a number, not a code such as "00123" or "24.0".
_WAYS = {
    "": (rf"{_SIGN}(\d+\.?\d*|\.\d+){_POWER}", r"\.\d*[1-9]"),
    '.str.replace(",", ".")': (rf"{_SIGN}\d*(,\d+)?\s*", r",\d*[1-9]"),
    '.str.replace(",", "")': (rf"{_SIGN}(\d{{1,3}}(,\d{{3}})+|\d+)(\.\d+)?\s*", r",\d{3}"),
    '.str.replace(".", "").str.replace(",", ".")': (
        rf"{_SIGN}(\d{{1,3}}(\.\d{{3}})+|\d+)(,\d+)?\s*",
        r"\.\d{3}(,|\.)",
    ),
    '.str.replace(r"\\s", "", regex=True).str.replace(",", ".")': (
        rf"{_SIGN}(\d{{1,3}}(\s\d{{3}})+|\d+)([.,]\d+)?\s*",
        r"\d\s\d{3}",
    ),
}


def conversion_of(texts: Iterable[Any], column: str) -> str | None:
    """Return the code that converts a column of text to numbers.

    Parameters
    ----------
    texts : iterable
        Different values of the column. Those that are not text are written as text.
    column : str
        Code of the column, such as "frame['price']".

    Returns
    -------
    str or None
        None if fewer than nine in ten values are numbers, or all are whole numbers, which may be
        codes.

    Examples
    --------
    >>> from skrnn.windows._numbers_in_text import conversion_of
    >>> conversion_of(["13,6", "7", "8,25"], "frame.price")
    'pd.to_numeric(frame.price.str.replace(",", "."))'
    >>> conversion_of(["024", "7"], "frame.shop") is None
    True
    """
    texts = [str(text) for text in texts]
    best = max(_WAYS, key=lambda way: _matches(texts, _WAYS[way][0]), default="")
    n_numbers = _matches(texts, _WAYS[best][0])
    certain = any(re.search(_WAYS[best][1], text) for text in texts)
    if not certain or n_numbers < _SHARE * len(texts):
        return None
    errors = "" if n_numbers == len(texts) else ', errors="coerce"'
    return f"pd.to_numeric({column}{best}{errors})"


def _matches(texts, pattern):
    whole = re.compile(pattern)
    return sum(bool(whole.fullmatch(text)) and any(map(str.isdigit, text)) for text in texts)


def warn_of_numbers_in_text(name: Any, column: pd.Series[Any], table: str) -> None:
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
    UserWarning
        If the text is numbers, or is among numbers.
    """
    if warn_of_text_among_numbers(name, column, table):
        return
    if isinstance(column.dtype, pd.CategoricalDtype):
        return
    # The first values decide, so that a long table takes no time.
    texts = [value for value in column.dropna().unique()[:1000] if isinstance(value, str)]
    code = conversion_of(texts, f"{table}[{name!r}]") if texts else None
    if code is not None:
        example = next(text for text in texts if not text.strip().isdigit())
        warn_user(
            f"{table}[{name!r}] contains numbers as text, such as {example!r}, and each different "
            f"text is treated as a category. Convert the column: {table}[{name!r}] = {code}. If "
            f"they are categories, write {table}[{name!r}].astype('category')."
        )


def warn_of_text_among_numbers(name: Any, column: pd.Series[Any], table: str) -> bool:
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
    UserWarning
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
    warn_user(
        f"{code} contains text such as {text!r} among numbers such as {number!r}, and each "
        f"different value is treated as a category. Convert the column: {code} = "
        f"pd.to_numeric({code}, "
        f'errors="coerce"), which turns everything that is not numeric into NaN. If they are '
        f"categories, write {code}.astype('category')."
    )
    return True
