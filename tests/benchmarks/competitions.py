"""M1, M3, Tourism and single series: skrnn's defaults, statistical methods and other networks.

``python -m tests.benchmarks.competitions`` prints and writes all tables of "How good is it". sMAPE
and MASE are computed as in the competitions; Naive2 must give the published sMAPE of 17.88 on M3
yearly and 6.30 on M3 other (Makridakis and Hibon, 2000). ``--training-parts`` compares on the last
rows of the training parts instead of the test parts, which is how settings are chosen.
"""

import argparse
import csv
import json
import time
from pathlib import Path

import numpy as np

from tests.benchmarks._competition_data import GROUPS, Group, load_group, scores
from tests.benchmarks._competition_forecasts import CONTENDERS, QUICK, fitted_auto, m4_network
from tests.benchmarks._single_series import seed_scores, single_scores

DOCS = Path(__file__).parents[2] / "docs" / "_static" / "benchmarks"
COVERAGES = (0.8, 0.95)
# sMAPE and MASE. Monash archive (Godahewa and others, 2021) for all but "M3 all", which is from
# Makridakis and Hibon (2000) and the R package Mcomp's comparison.
PUBLISHED = {
    "Theta (published)": {
        "M3 monthly": (13.86, 0.864),
        "M3 quarterly": (9.20, 1.117),
        "M3 yearly": (16.76, 2.774),
        "M3 other": (4.92, 2.271),
        "M3 all": (12.76, 1.39),
        "M1 monthly": (16.53, 1.091),
        "Tourism monthly": (19.90, 1.649),
        "Tourism quarterly": (15.37, 1.661),
    },
    "ETS (published)": {
        "M3 monthly": (14.14, 0.865),
        "M3 quarterly": (9.68, 1.170),
        "M3 yearly": (17.00, 2.860),
        "M3 other": (4.37, 1.814),
        "M3 all": (13.07, 1.43),
        "M1 monthly": (15.05, 1.074),
        "Tourism monthly": (19.02, 1.526),
        "Tourism quarterly": (15.07, 1.592),
    },
    "N-BEATS (published)": {
        "M3 monthly": (14.76, 0.934),
        "M3 quarterly": (9.47, 1.182),
        "M3 yearly": (17.03, 2.961),
        "M3 other": (4.97, 2.390),
        "M1 monthly": (16.77, 1.168),
        "Tourism monthly": (20.42, 1.574),
        "Tourism quarterly": (14.45, 1.475),
    },
    "DeepAR (published)": {
        "M3 monthly": (15.74, 1.167),
        "M3 quarterly": (9.93, 1.310),
        "M3 yearly": (17.24, 3.508),
        "M3 other": (5.57, 2.975),
        "M1 monthly": (17.16, 1.192),
        "Tourism monthly": (18.35, 1.409),
        "Tourism quarterly": (15.29, 1.597),
    },
}


def main():
    """Run what is asked for, and keep the figures of earlier runs for what is not."""
    arguments = command_line()
    name = "competitions-training" if arguments.training_parts else "competitions"
    path = Path(arguments.docs) / f"{name}.json"
    results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for part in arguments.groups:
        for contender, row in rows_of(part, arguments):
            print(f"{part:22} {contender:22} {row}", flush=True)
            results.setdefault(part, {})[contender] = row
            if not arguments.limit:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(json.dumps(results, indent=1), encoding="utf-8")
    results["M3 all"] = averages(results, "M3")
    for contender, row in results["M3 all"].items():
        print(f"{'M3 all':22} {contender:22} {row}")
    if not (arguments.training_parts or arguments.limit):
        path.write_text(json.dumps(results, indent=1), encoding="utf-8")
        write_tables(results, path.parent)


def rows_of(part, arguments):
    """Return an iterator over the names and the scores of a part."""
    if part == "single series":
        return single_scores(arguments.contenders, training_parts=arguments.training_parts)
    if part == "airline seeds":
        return seed_scores()
    if part == "M4 network":
        return m4_rows(arguments.limit or 50)
    return group_rows(part, arguments)


def command_line():
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parts = [*GROUPS, "single series", "airline seeds", "M4 network"]
    parser.add_argument("groups", nargs="*", default=parts, help="parts to run, default all")
    parser.add_argument(
        "--contenders", nargs="+", default=QUICK, choices=list(CONTENDERS), help="default: quick"
    )
    parser.add_argument("--limit", type=int, help="only the first series of each group")
    parser.add_argument("--training-parts", action="store_true", help="hold out training rows")
    parser.add_argument("--docs", default=DOCS, help="folder for the tables")
    parser.add_argument("--quick", action="store_true", help="the first 50 series of each group")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.limit = 50
    unknown = set(arguments.groups) - set(parts)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    return arguments


def group_rows(name, arguments):
    """Yield the scores of each contender on a group."""
    group = load_group(name, arguments.limit)
    if arguments.training_parts:
        group = group.held_back()
    for contender in arguments.contenders:
        start = time.perf_counter()
        coverage = {}
        if contender == "AutoRNNForecaster":
            forecaster = fitted_auto(group)
            forecasts = forecaster.predict()["y"].to_numpy().reshape(-1, group.horizon)
            seconds = time.perf_counter() - start
            coverage = covered(forecaster, group)
        else:
            forecasts = CONTENDERS[contender](group)
            seconds = time.perf_counter() - start
        smape, mase = scores(group, forecasts)
        yield (
            contender,
            {
                "sMAPE": round(smape, 3),
                "MASE": round(mase, 4),
                "seconds": round(seconds, 1),
                "series": len(group.past),
                **coverage,
            },
        )


def covered(forecaster, group):
    """Return the share of test rows inside the intervals of each coverage."""
    truth = np.concatenate(group.future)
    intervals = forecaster.predict_interval(coverage=list(COVERAGES))
    shares = {}
    for coverage in COVERAGES:
        lower, upper = (intervals["y", coverage, side] for side in ("lower", "upper"))
        inside = (truth >= lower.to_numpy()) & (truth <= upper.to_numpy())
        shares[f"covered by {coverage:.0%}"] = round(float(np.mean(inside)), 3)
    return shares


def averages(results, competition):
    """Return the scores over all series of a competition, of those who forecast every group."""
    groups = [name for name in GROUPS if name.startswith(competition) and name in results]
    rows = {}
    for contender in CONTENDERS:
        parts = [results[name].get(contender) for name in groups]
        if not groups or None in parts:
            continue
        counts = np.array([part["series"] for part in parts])
        rows[contender] = {
            key: round(float(np.average([part[key] for part in parts], weights=counts)), 3)
            for key in ("sMAPE", "MASE")
        }
        rows[contender]["seconds"] = round(sum(part["seconds"] for part in parts), 1)
        rows[contender]["series"] = int(counts.sum())
    return rows


def m4_rows(limit):
    """Yield the scores of M4's network and of ours on the same series of M3."""
    every = load_group("M3 monthly")
    chosen = np.linspace(0, len(every.past) - 1, limit).astype(int)
    group = Group(
        every.name,
        every.sp,
        every.horizon,
        [every.past[i] for i in chosen],
        [every.future[i] for i in chosen],
    )
    ways = {"M4's network": m4_network, "AutoRNNForecaster": CONTENDERS["AutoRNNForecaster"]}
    for name, way in ways.items():
        start = time.perf_counter()
        smape, mase = scores(group, way(group))
        seconds = round(time.perf_counter() - start, 1)
        yield name, {"sMAPE": round(smape, 3), "MASE": round(mase, 4), "seconds": seconds}


def write_tables(results, folder):
    """Write one CSV file for each competition, and for the single series."""
    for competition in ("M3", "M1", "Tourism"):
        groups = [name for name in [*GROUPS, "M3 all"] if name.startswith(competition)]
        groups = [name for name in groups if name in results]
        header = ["sMAPE / MASE", *(name.removeprefix(f"{competition} ") for name in groups)]
        rows = [
            [contender, *(_cell(results[name].get(contender)) for name in groups)]
            for contender in CONTENDERS
            if contender != "AutoRNNForecaster, all cores"  # the same errors in less time
        ]
        rows += [
            [source, *(_published(figures.get(name)) for name in groups)]
            for source, figures in PUBLISHED.items()
        ]
        _write(folder / f"{competition.lower()}.csv", header, rows)
    for part in ("single series", "M4 network"):
        if part in results:
            columns = list(next(iter(results[part].values())))
            rows = [[name, *row.values()] for name, row in results[part].items()]
            _write(folder / f"{part.lower().replace(' ', '_')}.csv", ["", *columns], rows)
    coverage = [
        [name, *(rows["AutoRNNForecaster"][f"covered by {c:.0%}"] for c in COVERAGES)]
        for name, rows in results.items()
        if "covered by 80%" in rows.get("AutoRNNForecaster", {})
    ]
    _write(folder / "coverage.csv", ["", *(f"{c:.0%} interval" for c in COVERAGES)], coverage)


def _cell(row):
    return "" if row is None else f"{row['sMAPE']:.2f} / {row['MASE']:.3f}"


def _published(figures):
    return "" if figures is None else f"{figures[0]:.2f} / {figures[1]:.3f}"


def _write(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [header, *(row for row in rows if any(row[1:]))]
        )


if __name__ == "__main__":
    main()
