"""One network, one series, one number of steps: skrnn and the other installed packages.

LSTM(8), 15 lags, batches of 32 rows, Adam, on the daily temperatures of Melbourne. The time
includes everything else that `fit` does (validation, building, and compiling if the package does
so in each fit), because users have to wait for it. The notes name the packages that are not
installed.
"""

from importlib.util import find_spec

from tests.benchmarks._forecasters import darts_fit, neuralforecast_fit, skforecast_fit
from tests.benchmarks._measure import Contender
from tests.benchmarks._peers import Network, scikeras_regressor
from tests.benchmarks._processes import OwnProcess
from tests.benchmarks._report import Report, command_line
from tests.benchmarks._searches import mlp, quietly_fit
from tests.benchmarks._series import temperatures, windows_and_targets

NETWORK = Network("lstm", 8, 15)
EPOCHS, PEER_EPOCHS, QUICK_PEER_EPOCHS = 50, 5, 1


def main():
    """Run the benchmark."""
    report = Report("peers", command_line(__doc__.splitlines()[0], rounds=3))
    peer_epochs = QUICK_PEER_EPOCHS if report.quick else PEER_EPOCHS
    failed = []
    report.compare(f"One step of {NETWORK}, in a fit", contenders, peer_epochs, failed)
    report.note(f"skrnn: {EPOCHS} epochs per fit; all others: {peer_epochs}.")
    absent = [name for name, (package, _) in PEERS.items() if find_spec(package) is None]
    report.note(f"Not installed here, and left out: {', '.join(absent) or 'none'}.")
    if failed:
        report.note(f"Failed here, and left out: {'; '.join(failed)}.")
    report.note(temperatures()[1])


def contenders(peer_epochs, failed):
    """All that are installed, each in a separate process and after a first fit."""
    n_steps = len(data()[0]) // NETWORK.batch_size
    sides = []
    for name, (package, _) in PEERS.items():
        if find_spec(package) is None:
            continue
        epochs = EPOCHS if name == "skrnn" else peer_epochs
        try:
            run = OwnProcess(make_fit, name, epochs)
        except Exception as error:  # of any package; it is reported
            failed.append(f"{name} ({type(error).__name__}: {str(error)[:200]})")
            continue
        note = f"a fit of {epochs * n_steps:,} steps"
        sides.append(Contender(name, run, epochs * n_steps, note))
    return sides


def make_fit(name, epochs):
    """A function that fits once."""
    return PEERS[name][1](*data(), epochs)


def data():
    """Windows and targets that make whole batches."""
    windows, targets = windows_and_targets(NETWORK.n_timesteps)
    n_rows = len(windows) // NETWORK.batch_size * NETWORK.batch_size
    return windows[:n_rows], targets[:n_rows]


def skrnn_fit(windows, targets, epochs):
    """The regressor of this package."""
    return lambda: NETWORK.skrnn(epochs).fit(windows, targets)


def keras_fit(windows, targets, epochs, *, jit=False):
    """Keras's own loop, over a model that is built once."""
    fit = NETWORK.keras(jit=jit).fit
    return lambda: fit(windows, targets, epochs=epochs, batch_size=NETWORK.batch_size, verbose=0)


def keras_jit_fit(windows, targets, epochs):
    """The same, compiled."""
    return keras_fit(windows, targets, epochs, jit=True)


def scikeras_fit(windows, targets, epochs):
    """The wrapper of Keras for scikit-learn, which builds and compiles in each fit."""
    return lambda: scikeras_regressor(NETWORK, epochs).fit(windows, targets)


def torch_fit(windows, targets, epochs):
    """A plain loop in PyTorch, on one thread."""
    fit = NETWORK.torch(windows, targets, n_threads=1)
    return lambda: fit(epochs)


def mlp_fit(windows, targets, epochs):
    """A perceptron with as many hidden units: no recurrence, for comparison."""
    model = mlp(epochs, NETWORK.batch_size).set_params(hidden_layer_sizes=(NETWORK.units,))
    return lambda: quietly_fit(model, windows[:, :, 0], targets)


# The package that must be there, and what makes a fit.
PEERS = {
    "skrnn": ("skrnn", skrnn_fit),
    "Keras fit": ("keras", keras_fit),
    "Keras fit, jit": ("keras", keras_jit_fit),
    "scikeras": ("scikeras", scikeras_fit),
    "PyTorch, 1 thread": ("torch", torch_fit),
    "skforecast ForecasterRnn": ("skforecast", skforecast_fit),
    "neuralforecast LSTM": ("neuralforecast", neuralforecast_fit),
    "darts RNNModel": ("darts", darts_fit),
    "MLPRegressor": ("sklearn", mlp_fit),
}


if __name__ == "__main__":
    main()
