"""The lecture's first scheme, from arrays to a fitted network: skrnn and Keras.

LSTM(4), three lags as one step of three features, batches of one row, Adam, 25 epochs over the
first 2,000 days.
"""

from tests.benchmarks._measure import Contender, clock, clocked, in_new_process
from tests.benchmarks._peers import Network
from tests.benchmarks._report import Report, command_line
from tests.benchmarks._series import temperatures, windows_and_targets

NETWORK = Network("lstm", 4, n_timesteps=1, n_features=3, batch_size=1)
EPOCHS, QUICK_EPOCHS = 25, 3


def main():
    """Run the benchmark."""
    report = Report("lecture_scheme", command_line(__doc__.splitlines()[0], rounds=6))
    epochs = QUICK_EPOCHS if report.quick else EPOCHS
    report.compare("LSTM(4), 3 lags, batch 1, Adam", contenders, epochs)
    report.note("Cold: in a new process, building and compiling counted, imports not.")
    if report.quick:
        report.note(f"Quick: {epochs} epochs, not {EPOCHS}; compiling weighs the more.")
    report.note(temperatures()[1])


def contenders(epochs):
    """Network and data from nothing, and for skrnn also with all compiled before."""
    windows, targets = data()
    NETWORK.skrnn().fit(windows, targets)
    warm = clocked(NETWORK.skrnn(epochs).fit, windows, targets)
    steps = f"{epochs} epochs of {len(windows):,} steps"
    return [
        Contender("skrnn, cold", in_new_process(fit_skrnn, epochs), note=steps),
        Contender("skrnn, warm", warm, note=steps),
        Contender("Keras fit, cold", in_new_process(fit_keras, epochs), note=steps, every=3),
    ]


def data():
    """Windows of one step that holds three lags, and targets."""
    windows, targets = windows_and_targets(3, 2000)
    return windows.reshape(-1, 1, 3), targets


def fit_skrnn(epochs):
    """Build and fit, where nothing is compiled yet."""
    import_everything()
    windows, targets = data()
    return clock(lambda: NETWORK.skrnn(epochs).fit(windows, targets))


def fit_keras(epochs):
    """Build and fit, where nothing is compiled yet."""
    import_everything()
    options = {"epochs": epochs, "batch_size": NETWORK.batch_size, "verbose": 0}
    windows, targets = data()
    return clock(lambda: NETWORK.keras().fit(windows, targets, **options))


def import_everything():
    """Load what either side uses, before the clock runs."""
    import keras
    import tensorflow

    from skrnn import RNNRegressor, build_network

    return keras, tensorflow, RNNRegressor, build_network


if __name__ == "__main__":
    main()
