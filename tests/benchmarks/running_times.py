"""Running times that pages of the documentation state, each in a new process.

``python -m tests.benchmarks.running_times`` prints seconds on the clock and seconds of processor
time. The times of whole pages include all imports; those of a fit include importing TensorFlow and
compiling, if the fit needs them, and nothing else. On a busy machine, look at the processor time.
"""

import os
import tempfile

import numpy as np

from tests.benchmarks._measure import clock, in_new_process
from tests.benchmarks._pages import run_page
from tests.benchmarks._report import Report, command_line

PAGES = ("retail", "energy", "finance", "machines", "symbols")


def main():
    """Run the benchmark."""
    arguments = command_line(__doc__.splitlines()[0], rounds=1)
    report = Report("running_times", arguments)
    for name, make in CASES.items():
        if arguments.only in name:
            spent = in_new_process(make)()
            report.table(name, {"s": spent.wall, "processor s": spent.cpu})
    for page in PAGES:
        if arguments.only in f"page on {page}":
            spent = in_new_process(time_of_page, f"start_here/{page}")()
            report.table(f"page on {page}", {"s": spent.wall, "processor s": spent.cpu})


def time_of_page(name):
    """Return the time that the code of a page takes; it may write files."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        return clock(run_page, name)


def retail_rows():
    """Time the networks of the page on retail on 10,000 rows."""
    import pandas as pd

    page = run_page("start_here/retail", until="forecaster.fit(")
    table = pd.concat([page["product"](number, 80) for number in range(125)])
    assert len(table) == 10_000
    return clock(page["forecaster"].clone().fit, table, fh=range(1, 4))


def trees():
    """Time the trees of the page on energy on 8,000 rows."""
    page = run_page("start_here/energy", until="AutoRNNForecaster(")
    y, X = page["y"][-8000:], page["X"][-8000:]
    return clock(page["PanelBoosting"](calendar=["hour", "weekday"]).fit, y, X, fh=range(1, 25))


def returns():
    """Time the five networks of the page on finance."""
    page = run_page("start_here/finance", until="model = model.fit")
    windows, train = page["windows"][page["train"]], page["returns"][20:][page["train"]]
    return clock(page["model"].fit, windows, train)


def recordings(copies=1):
    """Time the classifier of the page on machines on 40 recordings, or on copies of them."""
    page = run_page("start_here/machines", until="model = model.fit")
    X = np.tile(page["windows"](page["recordings"]), (copies, 1, 1))
    return clock(page["model"].fit, X, np.tile(page["y"], copies))


def thousand_recordings():
    """Time the classifier of the page on machines on 1,000 recordings."""
    return recordings(25)


def lives():
    """Time the cross-validation of the page on machines."""
    page = run_page("start_here/machines", until="forecast = cross_val_predict")
    return clock(
        page["cross_val_predict"],
        page["life"],
        list(page["runs"]),
        page["y_life"],
        groups=page["machine"],
        cv=page["GroupKFold"](4),
    )


def visits(n_visits=400):
    """Time the classifier of the page on symbols."""
    page = run_page("start_here/symbols", until="model = model.fit")
    X, y = (np.resize(v, (n_visits, *v.shape[1:])) for v in (page["X"], page["fraud"]))
    return clock(page["model"].fit, X, y)


def thousand_visits():
    """Time the classifier of the page on symbols on 1,000 visits."""
    return visits(1000)


def airline():
    """Time the default forecaster on a year of airline passengers, imports included."""
    from sktime.datasets import load_airline

    from skrnn.forecasting import AutoRNNForecaster

    return clock(AutoRNNForecaster(random_state=0).fit, load_airline(), fh=range(1, 13))


def half_a_year_of_hours():
    """Time the default forecaster on load with temperature and working days, two days ahead."""
    from skrnn.forecasting import AutoRNNForecaster
    from tests.benchmarks.half_hourly_load import load

    y, X = (table.resample("h").mean()[: 24 * 182] for table in load())
    return clock(AutoRNNForecaster(random_state=0).fit, y, X=X, fh=range(1, 49))


CASES = {
    "airline passengers, 12 months": airline,
    "half a year of hours with features, 48 steps": half_a_year_of_hours,
    "retail, 10,000 rows": retail_rows,
    "energy, trees on 8,000 rows": trees,
    "finance, five networks on 1,000 days": returns,
    "machines, 40 recordings": recordings,
    "machines, 1,000 recordings": thousand_recordings,
    "machines, cross-validation": lives,
    "symbols, 400 visits": visits,
    "symbols, 1,000 visits": thousand_visits,
}


if __name__ == "__main__":
    main()
