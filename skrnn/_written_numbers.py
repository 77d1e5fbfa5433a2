"""Says how to convert numbers that are written as text."""

import re
from numbers import Number

# The first different texts decide, so that a long table takes no time.
_MOST_TEXTS = 1000
# Values of a column that may be something else, such as "n/a" or "-".
_SHARE = 0.9
_SIGN, _POWER = r"\s*[+-]?", r"([eE][+-]?\d+)?\s*"
_UNITS = r"[$€£¥%]"
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
    # A regular expression would miss no-break spaces in text that pandas 3 stores with Arrow.
    '.str.replace("\'", "").str.split().str.join("").str.replace(",", ".")': (
        rf"{_SIGN}(\d{{1,3}}([\s']\d{{3}})+|\d+)([.,]\d+)?\s*",
        r"\d[\s']\d{3}",
    ),
}
_SEPARATORS = {",": ("comma", '.str.replace(",", ".")'), ".": ("point", "")}


def conversion_of(values, column):
    """Return the code that converts a column of text to numbers.

    Parameters
    ----------
    values : iterable
        Values of the column. If numbers are among the text, the code leaves them as they are.
    column : str
        Code of the column, such as "frame['price']".

    Returns
    -------
    str or None
        If "2,376" may be a whole number or a fraction, the code for both. None if fewer than nine
        in ten values are numbers, or all are whole numbers, which may be codes.

    Examples
    --------
    >>> from skrnn._written_numbers import conversion_of
    >>> conversion_of(["13,6", "7", "8,25"], "frame.price")
    'pd.to_numeric(frame.price.str.replace(",", "."))'
    >>> conversion_of(["950", "2,376"], "frame.price")
    'pd.to_numeric(frame.price.str.replace(",", ""))'
    >>> conversion_of(["13,6", 7.5], "frame.price")
    'pd.to_numeric(frame.price.replace(",", ".", regex=True))'
    >>> conversion_of(["024", "7"], "frame.shop") is None
    True
    """
    values = list(values)
    numbers = [value for value in values if isinstance(value, Number) and str(value) != "nan"]
    written = dict.fromkeys(str(value) for value in values if isinstance(value, str))
    given = list(written)[:_MOST_TEXTS]
    bare = [re.sub(_UNITS, "", text) for text in given]
    has_units = bare != given and _best_way(bare)[1] > _best_way(given)[1]
    texts = bare if has_units else given
    units = f'.str.replace(r"{_UNITS}", "", regex=True)' * has_units
    best, n_numbers = _best_way(texts)
    whole = [str(number) for number in numbers[:_MOST_TEXTS] if isinstance(number, int)]
    readings = _readings_of_groups(texts + whole)
    certain = has_units or readings or any(re.search(_WAYS[best][1], text) for text in texts)
    if not certain or n_numbers < _SHARE * len(texts):
        return None
    errors = "" if n_numbers == len(texts) else ', errors="coerce"'
    change = _of_text_only if numbers else str
    return " or ".join(
        f"pd.to_numeric({column}{change(units + way)}{errors}){condition}"
        for way, condition in (readings or {best: ""}).items()
    )


def _of_text_only(code):
    """Return code that keeps values that are not text, which `.str` turns into NaN."""
    code = code.replace('.str.split().str.join("")', r'.str.replace(r"\s", "")')
    code = code.replace('.str.replace(".",', r'.str.replace(r"\.",').replace(", regex=True", "")
    return code.replace(".str.replace(", ".replace(").replace('")', '", regex=True)')


def _best_way(texts):
    """Return the way that reads most texts as numbers, and their number."""
    counts = {way: _matches(texts, pattern) for way, (pattern, _) in _WAYS.items()}
    best = max(counts, key=counts.get)
    return best, counts[best]


def _matches(texts, pattern):
    whole = re.compile(pattern)
    return sum(bool(whole.fullmatch(text)) and any(map(str.isdigit, text)) for text in texts)


def _readings_of_groups(texts):
    """Return the ways to read a separator that always precedes three digits, and conditions.

    It separates thousands or decimals. Whole numbers below 1,000 without a comma, or two
    separators, show that it separates thousands, and whole numbers above 1,000 that it does not.
    """
    separators = [separator for separator in _SEPARATORS if any(separator in t for t in texts)]
    if len(separators) != 1:
        return {}
    [separator] = separators
    name, decimal = _SEPARATORS[separator]
    group = re.escape(separator) + r"\d{3}"
    written = [text.strip().lstrip("+-") for text in texts]
    if not all(re.fullmatch(rf"[1-9]\d{{0,2}}({group})+", t) for t in written if separator in t):
        return {}
    thousands = f'.str.replace("{separator}", "")'
    if any(re.fullmatch(r"\d{4,}", text) for text in written):
        return {decimal: ""}
    if any(text.count(separator) > 1 for text in written):
        return {thousands: ""}
    if separator == "," and any(re.fullmatch(r"\d{1,3}", text) for text in written):
        return {thousands: ""}
    both = {
        thousands: f" if the {name} separates thousands",
        decimal: f" if the {name} separates decimals",
    }
    return both if separator == "," else dict(reversed(both.items()))
