"""Errors of new combinations of categories, with the categories and without, on made series.

The strength of the season depends on the region, the trend on the brand, and the effect of a
promotion, which is known in advance, on the kind of shop. A tenth of the combinations is left out
of the panel that the networks learn from. Of these new series eight weeks are known, and the
following thirteen are forecast. Errors are relative to the mean of each series.
"""

import time

import numpy as np
import pandas as pd

from tests.benchmarks._report import Report, command_line

N_WEEKS, N_KNOWN, HORIZON, SEASON = 130, 8, 13, 52
STATIC = ["region", "kind", "brand"]
SEASONS = {"north": 0.0, "east": 0.3, "south": 0.6, "west": 0.9, "coast": -0.6}
PROMOTIONS = {"city": 0.2, "village": 0.6, "station": 1.0, "airport": -0.2}
TRENDS = {"alpha": -0.006, "beta": -0.003, "gamma": 0.0, "delta": 0.003, "omega": 0.006}


def main():
    """Run the benchmark."""

    def more_options(parser):
        parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])

    arguments = command_line(__doc__.splitlines()[0], rounds=1, more_options=more_options)
    report = Report("static_categories", arguments)
    for seed in arguments.seeds:
        table, unseen = make_table(seed)
        start = time.process_time()
        errors = {
            name: error_of(table.drop(columns=left_out), unseen, seed, quick=report.quick)
            for name, left_out in (("with", []), ("without", STATIC))
        }
        report.table(
            f"seed {seed}, {len(unseen)} series of unseen combinations",
            {
                "relative MAE with the categories": errors["with"],
                "relative MAE without them": errors["without"],
                "ratio": errors["with"] / errors["without"],
                "relative MAE of the last value": naive_error(table, unseen),
                "processor s": time.process_time() - start,
            },
        )


def make_table(seed):
    """Return a long table, and the names of the series of unseen combinations."""
    random = np.random.default_rng(seed)
    weeks = pd.date_range("2022-01-03", periods=N_WEEKS, freq="W-MON")
    t, rows, names = np.arange(N_WEEKS), [], []
    for region, season in SEASONS.items():
        for kind, promotion in PROMOTIONS.items():
            for brand, trend in TRENDS.items():
                level = random.normal(4, 0.5)
                promoted = (random.random(N_WEEKS) < 0.2).astype(float)
                signal = season * np.sin(2 * np.pi * t / SEASON) + trend * t + promotion * promoted
                y = np.exp(level + signal + random.normal(0, 0.05, N_WEEKS))
                names.append(f"{region}/{kind}/{brand}")
                rows.append(
                    pd.DataFrame(
                        {
                            "unique_id": names[-1],
                            "ds": weeks,
                            "y": y,
                            "promotion": promoted,
                            "region": region,
                            "kind": kind,
                            "brand": brand,
                        }
                    )
                )
    unseen = random.choice(names, len(names) // 10, replace=False)
    return pd.concat(rows, ignore_index=True), sorted(unseen)


def parts_of(table, unseen):
    """Return the rows to learn from, the known rows of new series, and the rows to forecast."""
    weeks = np.sort(table["ds"].unique())
    new, begin, end = table["unique_id"].isin(unseen), *weeks[[-HORIZON - N_KNOWN, -HORIZON]]
    old = table[~new & (table["ds"] < end)]
    return (
        old,
        table[new & (table["ds"] >= begin) & (table["ds"] < end)],
        table[new & (table["ds"] >= end)],
    )


def error_of(table, unseen, seed, *, quick):
    """Return the mean over series of the MAE, divided by the mean of each series."""
    from skrnn.forecasting import RNNForecaster

    old, new, coming = parts_of(table, unseen)
    settings = {"epochs": 1, "n_networks": 1} if quick else {}
    forecaster = RNNForecaster(
        known_features=["promotion"],
        transformer="log",
        deseasonalize=False,
        random_state=seed,
        **settings,
    )
    fh = list(range(1, HORIZON + 1))
    forecaster.pretrain(old, fh=fh).fit(new, fh=fh)
    found = forecaster.predict(X=coming.drop(columns="y"))
    return relative_error(coming, found)


def naive_error(table, unseen):
    """Return the error of the last known value."""
    _, new, coming = parts_of(table, unseen)
    last = new.groupby("unique_id")["y"].last()
    return relative_error(coming, coming.assign(y=coming["unique_id"].map(last)))


def relative_error(coming, found):
    """Return the mean over series of the MAE, divided by the mean of the series."""
    both = coming.merge(found, on=["unique_id", "ds"], suffixes=("", "_found"))
    assert len(both) == len(coming)
    by_series = both.assign(error=(both["y"] - both["y_found"]).abs()).groupby("unique_id")
    return float((by_series["error"].mean() / by_series["y"].mean()).mean())


if __name__ == "__main__":
    main()
