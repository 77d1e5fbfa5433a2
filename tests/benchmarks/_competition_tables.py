"""The tables of the competitions: averages over sets, relative errors, and files for the docs."""

import csv

import numpy as np

from tests.benchmarks._competition_data import SETS
from tests.benchmarks._competition_forecasts import CONTENDERS, OURS
from tests.benchmarks._competition_scores import COVERAGES, geometric_mean, owa
from tests.benchmarks._published import M3_SMAPE, M4, MONASH, TOURISM_MAPE, zero_shot

M3_GROUPS = ("M3 yearly", "M3 quarterly", "M3 monthly", "M3 other")
TOURISM_GROUPS = ("Tourism yearly", "Tourism quarterly", "Tourism monthly")
# Their sizes weigh the published figures.
M3_SIZES = (645, 756, 1428, 174)
# The sets of the Chronos zero-shot benchmark, without and with M4 hourly and weekly.
ZERO_SHOT = (
    "M1 monthly",
    "M1 quarterly",
    "M1 yearly",
    "M3 monthly",
    "M3 quarterly",
    "M3 yearly",
    "Tourism monthly",
    "Tourism quarterly",
    "hospital",
    "car parts",
    "NN5 daily",
    "NN5 weekly",
)
WITH_M4 = (*ZERO_SHOT, "M4 hourly", "M4 weekly")
_SECONDS_TWICE = "AutoRNNForecaster, all cores"  # the same errors in less time


def add_averages(results):
    """Add the scores over all series of M3, for methods that forecast every group."""
    rows = {}
    for method in CONTENDERS:
        parts = [results.get(name, {}).get(method) for name in M3_GROUPS]
        if None in parts:
            continue
        counts = np.array([part["series"] for part in parts])
        horizons = np.array([SETS[name].horizon for name in M3_GROUPS])
        smapes = [part["sMAPE"] for part in parts]
        rows[method] = {
            "sMAPE": round(weighted(smapes, counts), 3),
            "sMAPE over forecasts": round(weighted(smapes, counts * horizons), 3),
            "MASE": round(weighted([part["MASE"] for part in parts], counts), 3),
            "seconds": round(sum(part["seconds"] for part in parts), 1),
            "series": int(counts.sum()),
        }
    results["M3 all"] = rows


def weighted(values, weights):
    """Mean with weights."""
    return float(np.average(values, weights=weights))


def add_owa(rows):
    """Add the OWA of M4 to the rows of a set, if Naive2 is among them."""
    naive2 = rows.get("Naive2")
    for row in rows.values():
        if naive2 and row["series"] == naive2["series"]:
            row["OWA"] = round(owa(row, naive2), 4)


def relative(results, method, sets):
    """Return the geometric mean of MASE relative to seasonal naive; None if a set is missing."""
    pairs = [
        (results.get(s, {}).get(method), results.get(s, {}).get("seasonal naive")) for s in sets
    ]
    if not pairs or any(None in pair for pair in pairs):
        return None
    return geometric_mean([ours["MASE"] / naive["MASE"] for ours, naive in pairs])


def published_relative(row, sets):
    """Return the same of a published row."""
    naive = next(row for row in zero_shot() if row["method"] == "seasonal naive")
    if not all(name in row for name in sets):
        return None
    return geometric_mean([row[name] / naive[name] for name in sets])


def print_relative(results, sets, *, published):
    """Print the relative MASE of all methods on some sets, and published ones if asked for."""
    rows = {method: relative(results, method, sets) for method in CONTENDERS}
    print(f"\nMASE relative to seasonal naive, geometric mean of {len(sets)} sets")
    for method, value in _sorted(rows):
        print(f"  {method:32}{value:7.3f}")
    common = [name for name in sets if name in WITH_M4]
    if common and published:
        rows = {row["method"]: published_relative(row, common) for row in zero_shot()}
        rows |= {f"here: {m}": relative(results, m, common) for m in CONTENDERS}
        print(f"with published figures ({len(common)} sets that are in them)")
        for method, value in _sorted(rows):
            print(f"  {method:32}{value:7.3f}")


def print_coverage(results, sets):
    """Print, for all sets together, how far the coverage of intervals is from the nominal one.

    Interval scores are geometric means over the sets.
    """
    print("\nIntervals: coverage, its mean absolute distance from the nominal one, MSIS")
    for method in CONTENDERS:
        rows = [results.get(name, {}).get(method, {}) for name in sets]
        rows = [row for row in rows if "MSIS" in row]
        for coverage in COVERAGES if rows else ():
            shares = np.array([row[f"covered by {coverage:.0%}"] for row in rows])
            name = "MSIS" if coverage == max(COVERAGES) else f"MSIS {coverage:.0%}"
            score = geometric_mean([row[name] for row in rows if name in row] or [np.nan])
            print(
                f"  {method:24}{coverage:4.0%} of {len(rows)} sets: {shares.mean():.3f}, "
                f"{np.abs(shares - coverage).mean():.3f}, {score:.3f}"
            )


def _sorted(rows):
    return sorted((item for item in rows.items() if item[1] is not None), key=lambda row: row[1])


def write_tables(results, folder):
    """Write a CSV file for each competition and for each kind of score."""
    for competition in ("M3", "M1", "Tourism", "M4"):
        names = [name for name in [*SETS, "M3 all"] if name.startswith(competition)]
        _write_pairs(folder / f"{competition.lower()}.csv", results, names, f"{competition} ")
    _write_pairs(folder / "other_sets.csv", results, ["hospital", "NN5 daily", "NN5 weekly"], "")
    _write(folder / "m3_averages.csv", *_m3_averages(results))
    _write(folder / "tourism_mape.csv", *_tourism_mape(results))
    _write(folder / "m4_owa.csv", *_m4_owa(results))
    _write(folder / "car_parts.csv", *_counts(results))
    _write(folder / "relative_mase.csv", *_relative_table(results))
    _write(folder / "coverage.csv", *_coverage(results))
    _write(folder / "looks.csv", *_looks(results.get("looks", {})))
    for part in ("single series", "M4 network"):
        if part in results:
            columns = list(next(iter(results[part].values())))
            rows = [[n, *(row.get(c, "") for c in columns)] for n, row in results[part].items()]
            _write(folder / f"{part.lower().replace(' ', '_')}.csv", ["", *columns], rows)


def _methods(rows):
    return [method for method in CONTENDERS if method in rows and method != _SECONDS_TWICE]


def _write_pairs(path, results, names, prefix):
    """Write sMAPE and MASE, those that were published as well."""
    names = [name for name in names if results.get(name)]
    header = ["sMAPE / MASE", *(_label(results, name, prefix) for name in names)]
    ours = [method for method in CONTENDERS if method != _SECONDS_TWICE]
    rows = [[m, *(_pair(results[name].get(m)) for name in names)] for m in ours]
    rows += [
        [source, *(_two(*figures[name]) if name in figures else "" for name in names)]
        for source, figures in MONASH.items()
        if prefix != "M4 "
    ]
    _write(path, header, rows)


def _label(results, name, prefix=""):
    """Return the name of a set, and how many of its series were forecast, if not all."""
    row = next(iter(results.get(name, {}).values()), {})
    n, n_all = row.get("series"), row.get("of")
    subset = f" ({n} of {n_all} series)" if n_all and n < n_all else ""
    return name.removeprefix(prefix) + subset


def _pair(row):
    return "" if row is None else _two(row["sMAPE"], row["MASE"])


def _two(smape, mase):
    return " / ".join(("--" if smape is None else f"{smape:.2f}", f"{mase:.3f}"))


def _m3_averages(results):
    sizes = np.array(M3_SIZES)
    horizons = np.array([SETS[name].horizon for name in M3_GROUPS])
    rows = [
        [name, weighted(groups, sizes), weighted(groups, sizes * horizons)]
        for name, groups in M3_SMAPE.items()
    ]
    every = results.get("M3 all", {})
    rows += [[m, every[m]["sMAPE"], every[m]["sMAPE over forecasts"]] for m in _methods(every)]
    rows = [[name, f"{a:.2f}", f"{b:.2f}"] for name, a, b in sorted(rows, key=lambda row: row[1])]
    return ["sMAPE", "mean over series", "mean over forecasts"], rows


def _tourism_mape(results):
    header = ["MAPE", *(_label(results, name, "Tourism ") for name in TOURISM_GROUPS)]
    found = [results.get(name, {}) for name in TOURISM_GROUPS]
    rows = [[m, *(_number(r.get(m, {}).get("MAPE")) for r in found)] for m in CONTENDERS]
    rows = [row for row in rows if row[0] != _SECONDS_TWICE]
    rows += [[f"{n} (published)", *map(_number, row)] for n, row in TOURISM_MAPE.items()]
    return header, rows


def _m4_owa(results):
    names = ("M4 hourly", "M4 weekly")
    found = [results.get(name, {}) for name in names]
    rows = [[m, *(_number(r.get(m, {}).get("OWA"), 3) for r in found)] for m in CONTENDERS]
    rows += [[m, *(_number(f.get(n, (None,) * 3)[2], 3) for n in names)] for m, f in M4.items()]
    header = ["OWA", *(_label(results, name, "M4 ") for name in names)]
    return header, [row for row in rows if row[0] != _SECONDS_TWICE]


def _number(value, digits=2):
    return "" if value is None else f"{value:.{digits}f}"


def _counts(results):
    rows = results.get("car parts", {})
    header = [
        _label(results, "car parts"),
        "MASE",
        "bias in %",
        "forecasts below 0",
        "lower bounds below 0",
    ]
    return header, [
        [
            method,
            f"{rows[method]['MASE']:.3f}",
            f"{rows[method]['bias']:+.1f}",
            f"{rows[method]['negative']:.1%}",
            f"{rows[method]['lower negative']:.1%}" if "lower negative" in rows[method] else "",
        ]
        for method in _methods(rows)
    ]


def _relative_table(results):
    """Compare the methods on the sets that AutoRNNForecaster has forecast."""
    known = [name for name in WITH_M4 if "AutoRNNForecaster" in results.get(name, {})]
    choices = [[name for name in known if name in ZERO_SHOT], known]
    choices = choices if len(choices[0]) < len(known) else choices[:1]
    rows = [
        (m, "here", *(relative(results, m, sets) for sets in choices))
        for m in CONTENDERS
        if m != _SECONDS_TWICE
    ]
    rows += [
        (r["method"], r["note"], *(published_relative(r, sets) for sets in choices))
        for r in zero_shot()
        if r["kind"] == "zero-shot" or r["method"].startswith("Auto")
    ]
    rows = sorted((row for row in rows if row[2] is not None), key=lambda row: row[2])
    header = ["relative MASE", "", *(f"{len(sets)} sets" for sets in choices)]
    return header, [[*row[:2], *(_number(value, 3) for value in row[2:])] for row in rows]


def _coverage(results):
    names = [f"covered by {c:.0%}" for c in COVERAGES]
    header = ["", *(f"{m}, {c:.0%}" for m in ("AutoRNNForecaster", "AutoETS") for c in COVERAGES)]
    rows = []
    for name in SETS:
        ours, ets = (results.get(name, {}).get(m, {}) for m in ("AutoRNNForecaster", "AutoETS"))
        if names[0] in ours:
            rows.append(
                [
                    _label(results, name),
                    *([_number(row.get(n), 3) for row in (ours, ets) for n in names]),
                ]
            )
    return header, rows


def _looks(looks):
    methods = [method for method in OURS if method != _SECONDS_TWICE]
    rows = [[name, *(found.get(m, 0) for m in methods)] for name, found in looks.items()]
    return ["test set", *methods], rows


def _write(path, header, rows):
    rows = [row for row in rows if any(row[1:])]
    if rows:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
