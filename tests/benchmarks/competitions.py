"""Series of competitions and single series: skrnn's defaults, statistical methods, networks.

``python -m tests.benchmarks.competitions`` prints and writes all tables of "How good is it".

- ``--held-out`` compares on the last rows of the training parts instead of the test parts, which
  is how settings are chosen; ``--held-out 2`` on the rows of the horizon before. Coverage and
  scores of the intervals are printed for each set and for all of them. Every other run of a method
  of skrnn is a look at a test part. The file ``competitions.json`` counts them.
- ``--series 200`` takes that many series of each set, evenly spread.
- All scores come from one fit. The forecasts are kept in a folder: other methods than those of
  skrnn run once, and ``--stored`` scores again without a fit.

sMAPE and MASE are computed as in the competitions. Naive2 must give the published sMAPE: 17.88 on
M3 yearly, 6.30 on M3 other (Makridakis and Hibon, 2000), 18.38 on M4 hourly, 9.16 on M4 weekly.
"""

import argparse
import json
import time
from pathlib import Path

from tests.benchmarks._competition_data import SETS, load_group
from tests.benchmarks._competition_forecasts import (
    CONTENDERS,
    OURS,
    QUICK,
    can_forecast,
    m4_network,
)
from tests.benchmarks._competition_scores import scores
from tests.benchmarks._competition_tables import (
    add_averages,
    add_owa,
    print_coverage,
    print_relative,
    write_tables,
)
from tests.benchmarks._forecast_cache import FOLDER, Store, forecast_once
from tests.benchmarks._single_series import seed_scores, single_scores

DOCS = Path(__file__).parents[2] / "docs" / "_static" / "benchmarks"
OTHERS = ("single series", "airline seeds", "M4 network")


def main():
    """Run what is asked for, and keep the figures of earlier runs for what is not."""
    arguments = command_line()
    record = None if arguments.held_out else Record(Path(arguments.docs))
    results = {}
    for part in arguments.sets:
        for method, row in rows_of(part, arguments):
            results.setdefault(part, {})[method] = row
            if part.startswith("M4 ") and part in SETS:
                add_owa(results[part])
            print(f"{part:18} {method:22} {_text(row)}", flush=True)
            if record:
                record.add(part, method, row, fitted=not arguments.stored)
    add_averages(results)
    for method, row in results["M3 all"].items():
        print(f"{'M3 all':18} {method:22} {_text(row)}")
    sets = [name for name in arguments.sets if name in SETS]
    print_relative(results, sets, published=not arguments.held_out)
    print_coverage(results, sets)
    if record:
        record.write_tables()


class Record:
    """The scores on test parts, and how many times each method of skrnn has seen them.

    Parameters
    ----------
    folder : Path
        Folder of ``competitions.json`` and of the tables.
    """

    def __init__(self, folder):
        self.path = folder / "competitions.json"
        folder.mkdir(parents=True, exist_ok=True)
        exists = self.path.exists()
        self.results = json.loads(self.path.read_text(encoding="utf-8")) if exists else {}

    def add(self, part, method, row, *, fitted):
        """Record a row, drop those of other series of the same set, and count the look."""
        rows = self.results.setdefault(part, {})
        for other in [m for m, r in rows.items() if r.get("series") != row.get("series")]:
            del rows[other]
        rows[method] = row
        if method in OURS and fitted:
            looks = self.results.setdefault("looks", {}).setdefault(part, {})
            name = method.split(",")[0]
            looks[name] = looks.get(name, 0) + 1
        self._write()

    def write_tables(self):
        """Add the averages of M3, and write the tables."""
        add_averages(self.results)
        self._write()
        write_tables(self.results, self.path.parent)

    def _write(self):
        self.path.write_text(json.dumps(self.results, indent=1) + "\n", encoding="utf-8")


def command_line():
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = {_simple(name): name for name in (*SETS, *OTHERS)}
    choices = {_simple(name): name for name in CONTENDERS}

    def one_of(known):
        def read(text):
            if _simple(text) not in known:
                raise argparse.ArgumentTypeError(f"{text}; there are {', '.join(known)}")
            return known[_simple(text)]

        return read

    parser.add_argument(
        "--sets", nargs="+", type=one_of(names), default=[*names.values()], help="default: all"
    )
    parser.add_argument(
        "--methods", nargs="+", type=one_of(choices), default=QUICK, help="default: the quick ones"
    )
    parser.add_argument("--series", type=int, help="number of series of each set, default all")
    parser.add_argument(
        "--held-out",
        nargs="?",
        type=int,
        const=1,
        metavar="WINDOW",
        help="hold out training rows: the last horizon, or an earlier one",
    )
    parser.add_argument(
        "--stored", action="store_true", help="score the forecasts of the last run"
    )
    parser.add_argument("--docs", default=DOCS, help="folder for the tables")
    parser.add_argument("--cache", default=FOLDER, help="folder for the forecasts")
    return parser.parse_args()


def _simple(name):
    return name.lower().replace(",", "").replace(" ", "-").replace("_", "-")


def rows_of(part, arguments):
    """Return an iterator over the names and the scores of a part."""
    if part == "single series":
        return single_scores(arguments.methods, training_parts=arguments.held_out)
    if part == "airline seeds":
        return seed_scores()
    if part == "M4 network":
        return m4_rows(arguments.series or 50, arguments.held_out)
    return set_rows(part, arguments)


def set_rows(name, arguments):
    """Yield the scores of each method on a set. Seasonal naive, and Naive2 of M4, come first."""
    group = load_group(name)
    group = (group.held_back(arguments.held_out) if arguments.held_out else group).spread(
        arguments.series
    )
    first = ["Naive2", "seasonal naive"] if name.startswith("M4") else ["seasonal naive"]
    for method in dict.fromkeys([*first, *arguments.methods]):
        if not can_forecast(method, name, group.source):
            continue
        store = Store(arguments.cache, group, method)
        if arguments.stored and not store.known().all():
            continue
        if arguments.stored:
            forecasts, seconds = store.read()
        elif method in OURS or method.startswith("neuralforecast"):
            start = time.perf_counter()
            forecasts = CONTENDERS[method](group)
            seconds = time.perf_counter() - start
            store.write(forecasts, seconds)
        else:
            way = CONTENDERS[method]
            forecasts, seconds = forecast_once(arguments.cache, group, method, way)
        row = scores(group, forecasts)
        counts = {"series": len(group.past), "of": group.n_all}
        yield method, {**row, "seconds": round(seconds, 1), **counts}


def m4_rows(n, held_out):
    """Yield the scores of M4's network and of ours on the same series of M3."""
    group = load_group("M3 monthly")
    group = (group.held_back(held_out) if held_out else group).spread(n)
    ways = {"M4's network": m4_network, "AutoRNNForecaster": CONTENDERS["AutoRNNForecaster"]}
    for name, way in ways.items():
        start = time.perf_counter()
        row = scores(group, way(group))
        seconds = round(time.perf_counter() - start, 1)
        yield name, {"sMAPE": row["sMAPE"], "MASE": row["MASE"], "seconds": seconds}


def _text(row):
    return "  ".join(f"{name} {value}" for name, value in row.items())


if __name__ == "__main__":
    main()
