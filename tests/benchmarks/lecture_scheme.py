"""25 epochs with batches of one row, from arrays to a fitted network: skrnn and Keras.

LSTM(4), three lags as one step of three features, batches of one row, Adam, 25 epochs over the
first 2,000 days.
"""

from tests.benchmarks._measure import Contender, clock, clocked, in_new_process
from tests.benchmarks._peers import Network
from tests.benchmarks._report import Report, command_line
from tests.benchmarks._series import temperatures, windows_and_targets

NETWORK = Network("lstm", 4, n_timesteps=1, n_features=3, batch_size=1)
EPOCHS, QUICK_EPOCHS = 25, 3
# Keras takes minutes. Without --full it runs this many epochs, and the table gives one epoch.
KERAS_EPOCHS, QUICK_KERAS_EPOCHS = 3, 1


def main():
    """Run the benchmark."""
    report = Report("lecture_scheme", command_line(__doc__.splitlines()[0], rounds=3))
    epochs = QUICK_EPOCHS if report.quick else EPOCHS
    keras_epochs = QUICK_KERAS_EPOCHS if report.quick else KERAS_EPOCHS
    case = "One epoch of LSTM(4), 3 lags, batch 1, Adam"
    report.compare(case, contenders, epochs, epochs if report.full else keras_epochs)
    report.note(
        "Time of one epoch: the time of the fit divided by its epochs. Cold means in a new "
        "process; building and compiling count, imports do not. Keras is always warm, in its "
        "favour."
    )
    report.note(temperatures()[1])


def contenders(epochs, keras_epochs):
    """A new process and this one, where all is compiled before; and Keras, warm too."""
    windows, targets = data()
    NETWORK.skrnn().fit(windows, targets)
    warm = clocked(NETWORK.skrnn(epochs).fit, windows, targets)
    keras = NETWORK.keras()
    options = {"batch_size": NETWORK.batch_size, "verbose": 0}
    keras.fit(windows[:100], targets[:100], **options)
    keras_warm = clocked(keras.fit, windows, targets, epochs=keras_epochs, **options)
    cold = in_new_process(fit_skrnn, epochs)
    steps = f"epochs of {len(windows):,} steps"
    return [
        Contender("skrnn, warm", warm, epochs, f"{epochs} {steps}"),
        Contender("skrnn, cold", cold, epochs, f"{epochs} {steps}"),
        Contender("Keras fit, warm", keras_warm, keras_epochs, f"{keras_epochs} {steps}"),
    ]


def data():
    """Windows of one step that holds three lags, and targets."""
    windows, targets = windows_and_targets(3, 2000)
    return windows.reshape(-1, 1, 3), targets


def fit_skrnn(epochs):
    """Build and fit, where nothing is compiled yet."""
    import tensorflow

    from skrnn import RNNRegressor, build_network

    del tensorflow, RNNRegressor, build_network
    windows, targets = data()
    return clock(lambda: NETWORK.skrnn(epochs).fit(windows, targets))


if __name__ == "__main__":
    main()
