"""Forecasts of simulated daily sales with promotions that are known in advance, and their times.

The sales of each product depend on a level of its own, the weekday and its promotions, and are
Poisson counts. "share on days with a promotion" is the sum of the forecasts for these days,
divided by the sum of the sales. "distance from the mean" is the mean absolute difference between
the forecasts and the true means. In the panel "orders" nearly half of the values are zero.
"""

import time
import warnings

import numpy as np
import pandas as pd

from tests.benchmarks._report import Report, command_line

HORIZON = 28
CALENDAR = ["weekday"]
#        products, days, smallest and largest level
PANELS = {"orders": (80, 365, 0.15, 2.5), "sales": (40, 365, 5, 50)}
WEEKDAYS = np.array([0.8, 0.8, 0.9, 1.0, 1.3, 1.5, 0.7])
EFFECT = 2.5


def main():
    """Run the benchmark."""

    def more_options(parser):
        parser.add_argument("--panels", nargs="+", default=list(PANELS), choices=list(PANELS))

    arguments = command_line(__doc__.splitlines()[0], rounds=1, more_options=more_options)
    report = Report("promotions", arguments)
    for name in arguments.panels:
        n_products, n_days, *levels = PANELS[name]
        if report.quick:
            n_products, n_days = 2, 70
        table = make_sales(n_products, n_days, *levels)
        for title, forecaster in forecasters(report.quick).items():
            report.table(f"{name}, {title}", measure(forecaster, table))


def make_sales(n_products, n_days, low, high, seed=0):
    """Return a long table of sales `y`, their true means, promotions and prices."""
    random = np.random.default_rng(seed)
    days = pd.date_range("2023-01-02", periods=n_days, freq="D")
    levels = np.exp(random.uniform(np.log(low), np.log(high), n_products))
    tables = []
    for number, level in enumerate(levels):
        promotion = (random.random(n_days) < 0.1).astype(float)
        price = np.repeat(random.uniform(0.9, 1.1, n_days // 14 + 1), 14)[:n_days]
        mean = level * WEEKDAYS[days.dayofweek] * price**-2 * EFFECT**promotion
        columns = {"ds": days, "y": random.poisson(mean).astype(float), "mean": mean}
        columns |= {"promotion": promotion, "price": price}
        tables.append(pd.DataFrame({"unique_id": f"product {number:02}", **columns}))
    return pd.concat(tables, ignore_index=True)


def forecasters(quick):
    """Return the forecasters that are compared, by name."""
    from skrnn.forecasting import AutoRNNForecaster, PanelTSB, RNNForecaster

    settings = {"calendar": CALENDAR, "random_state": 0}
    short = {"epochs": 1, "n_networks": 1} if quick else {}
    views = {"network": RNNForecaster(**settings, **short), "TSB": PanelTSB()} if quick else None
    counts = RNNForecaster(loss="negative_binomial", **settings, **short)
    return {
        "AutoRNNForecaster": AutoRNNForecaster(views=views, **({} if quick else settings)),
        "RNNForecaster": RNNForecaster(**settings, **short),
        "RNNForecaster, negative binomial": counts,
    }


def measure(forecaster, table):
    """Return errors and times of the forecasts of the last rows of each product, by name."""
    last = table["ds"].max() - pd.Timedelta(days=HORIZON)
    known, coming = table[table["ds"] <= last], table[table["ds"] > last]
    start, processor = time.perf_counter(), time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        forecaster.fit(known.drop(columns="mean"), fh=np.arange(1, HORIZON + 1))
        fitted = time.perf_counter() - start, time.process_time() - processor
        found = forecaster.predict(X=coming.drop(columns=["y", "mean"]))
    both = coming.merge(found, on=["unique_id", "ds"], suffixes=("", "_found"))
    promoted = both[both["promotion"] == 1]
    return {
        "zeros": float((known["y"] == 0).mean()),
        "share on days with a promotion": promoted["y_found"].sum() / promoted["y"].sum(),
        "share on other days": both.loc[both["promotion"] == 0, "y_found"].sum()
        / both.loc[both["promotion"] == 0, "y"].sum(),
        "distance from the mean": float((both["y_found"] - both["mean"]).abs().mean()),
        "mean absolute error": float((both["y_found"] - both["y"]).abs().mean()),
        "fit, s": fitted[0],
        "fit, processor s": fitted[1],
    }


if __name__ == "__main__":
    main()
