"""Monthly sea surface temperatures of the eastern Pacific, from a table in statsmodels."""

from __future__ import annotations

import pandas as pd


def load_sea_surface_temperatures() -> pd.Series[float]:
    """Load the monthly sea surface temperatures off Peru and Ecuador, 1950-2010.

    The series is the mean temperature of the sea surface in the region Niño 1+2 (0-10° S, 80-90°
    W), where El Niño is first visible. It has a strong yearly cycle, whose amplitude varies from
    year to year. The table is part of statsmodels, so nothing is downloaded.

    Returns
    -------
    temperature : pandas.Series of shape (732,)
        Temperatures in degrees Celsius, float64, without gaps, named
        ``"sea_surface_temperature"``. The index contains the first day of each month from January
        1950 to December 2010, as a `pandas.DatetimeIndex` of frequency ``"MS"``.

    Raises
    ------
    ImportError
        If statsmodels is not installed. The message states which extra installs it.

    See Also
    --------
    fetch_melbourne_temperatures : A longer, daily series.

    Notes
    -----
    Source: National Oceanic and Atmospheric Administration, dataset ERSST.V3B (Smith et al.,
    2008), in the public domain, available as `statsmodels.datasets.elnino`.

    References
    ----------
    .. [1] T. M. Smith, R. W. Reynolds, T. C. Peterson and J. Lawrimore, "Improvements to
       NOAA's historical merged land-ocean surface temperature analysis (1880-2006)",
       Journal of Climate 21(10), 2008.

    Examples
    --------
    >>> from skrnn.datasets import load_sea_surface_temperatures
    >>> load_sea_surface_temperatures().head(3)
    date
    1950-01-01    23.11
    1950-02-01    24.20
    1950-03-01    25.37
    Freq: MS, Name: sea_surface_temperature, dtype: float64
    """
    try:
        from statsmodels.datasets import elnino
    except ImportError as error:
        raise ImportError(
            "load_sea_surface_temperatures reads a table that ships with statsmodels, which "
            "cannot be imported. The extra 'examples' installs it: pip install 'skrnn[examples]'"
        ) from error
    by_year = elnino.load_pandas().data.set_index("YEAR")
    first_month = pd.Timestamp(int(by_year.index[0]), 1, 1)
    months = pd.date_range(first_month, periods=by_year.size, freq="MS", name="date")
    return pd.Series(
        by_year.to_numpy(dtype="float64").ravel(), index=months, name="sea_surface_temperature"
    )
