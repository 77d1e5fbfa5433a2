"""Tables and figures of the docs, from the reports of the benchmarks."""

import csv
from itertools import cycle

from tests.benchmarks._report import readable, three_digits

STYLE = {
    "font.size": 9,
    "svg.fonttype": "none",
    # Neither black nor white: pages are light or dark.
    **dict.fromkeys(
        ["text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"], "0.5"
    ),
    "svg.hashsalt": "skrnn",  # the same picture gives the same file
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}
# Okabe and Ito's colours, which colour-blind readers can distinguish; markers help too.
LOOKS = [("#0072B2", "o"), ("#E69F00", "s"), ("#009E73", "^"), ("#CC79A7", "D"), ("0.5", "v")]
LABELS = {"units": "units", "lag": "steps of a window", "batch": "rows of a batch"}


def write_pages(reports, folder):
    """Write a table of each report, of the machine, and the figures.

    Parameters
    ----------
    reports : dict of dict
        By the name of the benchmark, what it wrote as JSON.
    folder : Path
        Where to.
    """
    import matplotlib as mpl

    for name, report in reports.items():
        write_table(report, folder / f"{name}.csv")
    if reports:
        write_environment(next(iter(reports.values())), folder / "environment.csv")
        notes = [[name, note] for name, report in reports.items() for note in report["notes"]]
        _write(folder / "notes.csv", [["benchmark", "note"], *notes])
    with mpl.rc_context(STYLE):
        if "sizes" in reports:
            for against in LABELS:
                draw_sizes(reports["sizes"]["results"], against, folder / f"{against}.svg")
        if "peers" in reports:
            draw_peers(reports["peers"]["results"], folder / "peers.svg")


def write_table(report, path):
    """Write times or plain numbers, one for each line; only the first line names the case."""
    times = [
        [r["case"], r["contender"], *_times(r), three_digits(r["ratio"]), r["note"]]
        for r in report["results"]
    ]
    numbers = [
        [case, name, three_digits(value)]
        for case, values in report["tables"].items()
        for name, value in values.items()
    ]
    titles = ["case", "side", "median", "fastest", "slowest", "ratio", "a round"]
    lines = [titles, *times] if times else [["case", "what", "value"], *numbers]
    before = None
    for line in lines:
        line[0], before = ("" if line[0] == before else line[0]), line[0]
    _write(path, lines)


def _times(result):
    return [readable(result[name]) for name in ("median", "fastest", "slowest")]


def write_environment(report, path):
    """The machine, and what is compared."""
    environment = report["environment"]
    versions = {k: v or "not installed" for k, v in environment["versions"].items()}
    facts = {
        "time": report["time"],
        "kind of run": "quick, to try it out" if report["quick"] else "whole",
        "processor": environment["processor"],
        "cores": environment["cores"],
        "load before": f"{environment['load_before']:.1f}",
        "system": environment["system"],
        **versions,
    }
    _write(path, facts.items())


def _write(path, lines):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


def draw_sizes(results, against, path):
    """Microseconds of a step against one size, a line for each contender."""
    fig, ax = _figure(height=3.0)
    lines = {}
    for r in results:
        kind, _, rest = r["case"].partition(" ")
        if kind == against:
            lines.setdefault(r["contender"], []).append((int(rest.partition(":")[0]), r))
    for (name, points), (color, marker) in zip(lines.items(), cycle(LOOKS), strict=False):
        sizes = [size for size, _ in points]
        times = {k: [1e6 * r[k] for _, r in points] for k in ("median", "fastest", "slowest")}
        ax.plot(sizes, times["median"], marker=marker, color=color, label=name, markersize=4)
        ax.fill_between(sizes, times["fastest"], times["slowest"], color=color, alpha=0.2)
    ax.set(xscale="log", yscale="log", xlabel=LABELS[against], ylabel="one step, microseconds")
    all_sizes = sorted({size for points in lines.values() for size, _ in points})
    ax.set_xticks(all_sizes, all_sizes)
    ax.minorticks_off()
    fig.legend(loc="outside right center")
    _save(fig, path)


def draw_peers(results, path):
    """Time of a step of each side, from the fastest to the slowest."""
    results = sorted(results, key=lambda r: -r["median"])
    fig, ax = _figure(height=0.4 + 0.3 * len(results))
    names = [r["contender"] for r in results]
    medians = [1e6 * r["median"] for r in results]
    bars = ax.barh(
        names, medians, color=[LOOKS[0][0] if name == "skrnn" else "0.7" for name in names]
    )
    ax.bar_label(bars, [f" {readable(r['median'])}" for r in results])
    ax.set(xscale="log", xlabel="one step in a fit, microseconds")
    ax.set_xlim(right=4 * max(medians))
    _save(fig, path)


def _figure(height):
    # Without pyplot, which would look for a screen.
    from matplotlib.figure import Figure

    fig = Figure(figsize=(7, height), layout="constrained")
    return fig, fig.add_subplot()


def _save(fig, path):
    fig.savefig(path, transparent=True, metadata={"Date": None})
