"""Daily minimum temperatures in Melbourne: read from this machine, or downloaded once."""

from __future__ import annotations

import hashlib
import os
from io import BytesIO
from pathlib import Path

import pandas as pd

from skrnn._typing import Folder

_FILE = "daily-min-temperatures.csv"
_SHA256 = "a29a71f38cf548a0b12bee44ceb510919a8cef450e19019261d534208c884fa2"
# A commit, not a branch, so that the file at this address cannot change.
_URL = (
    "https://raw.githubusercontent.com/selva86/datasets/"
    f"2c23babe54dcd12ebcf93f31d6605bd8366e91d3/{_FILE}"
)
# Seconds to wait for a connection, per address of the host, and for each piece of the answer.
_TIMEOUT = (3.05, 10.0)


def fetch_melbourne_temperatures(
    *, data_home: Folder = None, download_if_missing: bool = True
) -> pd.Series[float]:
    """Fetch the daily minimum temperatures in Melbourne, 1981-1990.

    The file ``daily-min-temperatures.csv`` is looked for in `data_home`, then in the folder given
    by the environment variable ``SKRNN_DATA``, and then in the user's pooch cache. If it is in
    none of these, it is downloaded once. Without a network connection, this fails within seconds.

    Parameters
    ----------
    data_home : str or path-like, default=None
        Folder to search first, and to download to. By default, the file is downloaded to the
        user's cache.
    download_if_missing : bool, default=True
        If False, raise an error instead of downloading a file that is not on this machine.

    Returns
    -------
    temperature : pandas.Series of shape (3650,)
        Temperatures in degrees Celsius, float64, named ``"minimum_temperature"``. The index
        contains the days from 1 January 1981 to 31 December 1990, as a `pandas.DatetimeIndex`
        without a frequency, because 31 December is missing in the leap years 1984 and 1988. If you
        make windows of these rows, the two missing days are ignored, and a warning is issued;
        ``temperature.asfreq("D")`` inserts them as NaN.

    Raises
    ------
    OSError
        If the file is not on this machine and cannot, or must not, be downloaded; or if the
        SHA-256 hash of the file that was found or downloaded is not the expected one.
    ImportError
        If the file has to be downloaded and pooch is not installed. The message states which extra
        installs it.

    See Also
    --------
    load_sea_surface_temperatures : A monthly series that does not require a download.

    Notes
    -----
    Source: Australian Bureau of Meteorology, from the Time Series Data Library
    (R. J. Hyndman).

    Examples
    --------
    >>> from skrnn.datasets import fetch_melbourne_temperatures
    >>> fetch_melbourne_temperatures().head(3)
    date
    1981-01-01    20.7
    1981-01-02    17.9
    1981-01-03    18.8
    Name: minimum_temperature, dtype: float64
    """
    path = _find(data_home)
    if path is None:
        if not download_if_missing:
            raise OSError(f"{_FILE} is not on this machine. {_advice(data_home)}")
        path = _download(data_home)
    table = pd.read_csv(BytesIO(_read_checked(path)), parse_dates=["Date"])
    dates = pd.DatetimeIndex(table["Date"], name="date")
    return pd.Series(table["Temp"].to_numpy("float64"), index=dates, name="minimum_temperature")


def _folders(data_home):
    """Name the folders to look in, in order."""
    if data_home is not None:
        yield Path(data_home).expanduser()
    if folder := os.environ.get("SKRNN_DATA"):
        yield Path(folder).expanduser()
    try:
        import pooch
    except ImportError:
        return  # only pooch knows where its cache is
    yield Path(pooch.os_cache("skrnn"))


def _find(data_home):
    paths = (folder / _FILE for folder in _folders(data_home))
    return next((path for path in paths if path.is_file()), None)


def _download(data_home):
    try:
        import pooch
    except ImportError as error:
        raise ImportError(
            f"{_FILE} is not on this machine, and pooch, which would download it, cannot be "
            "imported. The extra 'examples' installs it: pip install 'skrnn[examples]'. Or "
            f"provide the file yourself. {_advice(data_home)}"
        ) from error
    folder = Path(pooch.os_cache("skrnn") if data_home is None else data_home).expanduser()
    # Not streamed: a download that breaks off would leave its connection open.
    downloader = pooch.HTTPDownloader(timeout=_TIMEOUT, stream=False)
    try:
        return Path(
            pooch.retrieve(
                _URL, f"sha256:{_SHA256}", fname=_FILE, path=folder, downloader=downloader
            )
        )
    # ValueError: a different file was received, such as a login page.
    except (OSError, ValueError) as error:
        raise OSError(
            f"{_FILE} could not be downloaded to {folder}: {error}. {_advice(data_home)}"
        ) from error


def _advice(data_home):
    searched = ", ".join(str(folder) for folder in _folders(data_home)) or "nowhere"
    return (
        f"Fetch {_URL} on a machine with a network and put the file in a folder specified "
        f"by `data_home` or by the environment variable SKRNN_DATA. Searched: {searched}."
    )


def _read_checked(path):
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != _SHA256:
        raise OSError(
            f"{path} is not the expected file: its SHA-256 is {found}, not {_SHA256}. It may be "
            "damaged; remove it, and it will be downloaded again."
        )
    return content
