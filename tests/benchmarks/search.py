"""Searches: one over the number of units, and one of 240 fits.

The first search has LSTM(4, 6, 8, 10, 12), five folds in time order and the refit: 26 fits of 25
epochs, three lags as one step of three features, batches of ten rows, Adam. The second search has
4 numbers of units, 4 decays, 3 rates and the same folds.
"""

import tempfile

from tests.benchmarks._measure import Contender, clock, clocked, in_new_process
from tests.benchmarks._report import Report, command_line
from tests.benchmarks._searches import (
    N_FOLDS,
    UNITS,
    large_search,
    mlp_search,
    quietly_fit,
    scikeras_search,
    skrnn_search,
    skrnn_search_on_threads,
)
from tests.benchmarks._series import temperatures, windows_and_targets

EPOCHS, QUICK_EPOCHS = 25, 2


def main():
    """Run the benchmark."""
    report = Report("search", command_line(__doc__.splitlines()[0], rounds=3))
    epochs = QUICK_EPOCHS if report.quick else EPOCHS
    case = f"One fit of a search over the units, {epochs} epochs"
    with tempfile.TemporaryDirectory() as folder:
        cold_case = f"{case}, new process, imports not counted"
        report.compare(cold_case, cold, epochs, folder, report.full)
        report.compare(f"{case}, warm", warm, epochs)
        case = f"One fit of a search of 240, {epochs} epochs, new process"
        report.compare(case, large, epochs, rounds=1)
    report.note(
        "Time of one fit and the forecast of its test rows: the time of the search divided by the "
        f"number of fits. scikeras runs only the {N_FOLDS} fits of one candidate, unless --full "
        "is given."
    )
    report.note(temperatures()[1])


def cold(epochs, folder, full):
    """The search over the units in new processes; the second run of skrnn finds a filled cache."""
    new = in_new_process(search_cold, skrnn_search, epochs, "")
    second = in_new_process(search_cold, skrnn_search, epochs, folder)
    second()
    threads = in_new_process(search_cold, skrnn_search_on_threads, epochs, "")
    scikeras = in_new_process(search_cold, scikeras_search, epochs, "", full)
    n_sampled = n_fits(UNITS) if full else N_FOLDS
    return [
        contender("skrnn", new, n_fits(UNITS)),
        contender("skrnn, second process", second, n_fits(UNITS)),
        contender("skrnn, two threads", threads, n_fits(UNITS)),
        contender("scikeras", scikeras, n_sampled, every=3),
    ]


def warm(epochs):
    """The search over the units in this process, with all programs compiled."""
    makers = {
        "skrnn": skrnn_search,
        "skrnn, two threads": skrnn_search_on_threads,
        "MLPRegressor": mlp_search,
    }
    return [
        contender(name, search_warm(make, epochs), n_fits(UNITS)) for name, make in makers.items()
    ]


def large(epochs):
    """The search of 240 fits, and a sample of scikeras's."""
    count = N_FOLDS * 4 * 4 * 3 + 1
    scikeras = in_new_process(search_cold, scikeras_search, epochs, "")
    return [
        contender("skrnn", in_new_process(search_cold, large_search, epochs, ""), count),
        contender("scikeras", scikeras, N_FOLDS),
    ]


def contender(name, run, count, every=1):
    """A side, and how many fits it does."""
    return Contender(name, run, count, f"{count} fits", every)


def n_fits(candidates):
    """Fits of a search, and the refit."""
    return N_FOLDS * len(candidates) + 1


def data(make):
    """Windows and targets; for the perceptron the three lags as columns of a table."""
    windows, targets = windows_and_targets(3, 2000)
    return windows.reshape((-1, 3) if make is mlp_search else (-1, 1, 3)), targets


def search_cold(make, epochs, folder, *options):
    """Search where nothing is compiled yet but what an earlier process left in a folder."""
    import tensorflow

    from skrnn import RNNRegressor, build_network, enable_disk_cache

    if make is scikeras_search:
        import scikeras.wrappers

        del scikeras
    del tensorflow, RNNRegressor, build_network
    X, y = data(make)

    def search():
        if folder:
            enable_disk_cache(folder)
        make(epochs, *options).fit(X, y)

    return clock(search)


def search_warm(make, epochs):
    """Compile all programs; return a function without arguments that clocks the search."""
    X, y = data(make)
    quietly_fit(make(1), X, y)
    return clocked(quietly_fit, make(epochs), X, y)


if __name__ == "__main__":
    main()
