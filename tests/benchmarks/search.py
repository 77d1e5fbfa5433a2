"""The lecture's search over the number of blocks: skrnn, scikeras and scikit-learn's MLP.

A grid search over LSTM(4, 6, 8, 10, 12) and five folds in time order, and the refit: 26 fits of
25 epochs, three lags as one step of three features, batches of ten rows, Adam.
"""

import warnings

from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.neural_network import MLPRegressor

from tests.benchmarks._measure import Contender, clock, clocked, in_new_process
from tests.benchmarks._report import Report, command_line
from tests.benchmarks._series import temperatures, windows_and_targets

UNITS = [4, 6, 8, 10, 12]
EPOCHS, QUICK_EPOCHS = 25, 2
BATCH_SIZE = 10


def main():
    """Run the benchmark."""
    arguments = command_line(__doc__.splitlines()[0], rounds=6)
    report = Report("search", arguments)
    epochs = QUICK_EPOCHS if report.quick else EPOCHS
    report.compare("cold: a new process, imports not counted", cold, epochs)
    report.compare("warm: all compiled before", warm, epochs, rounds=arguments.rounds + 1)
    report.note(temperatures()[1])


def cold(epochs):
    """Searches in new processes."""
    note = f"26 fits of {epochs} epochs"
    skrnn = in_new_process(search_cold, skrnn_search, epochs)
    scikeras = in_new_process(search_cold, scikeras_search, epochs)
    return [
        Contender("skrnn", skrnn, note=note),
        Contender("scikeras", scikeras, note=note, every=3),
    ]


def warm(epochs):
    """Searches in this process, where all has been compiled before."""
    makers = {"skrnn": skrnn_search, "MLPRegressor": mlp_search}
    note = f"26 fits of {epochs} epochs"
    return [Contender(name, search_warm(make, epochs), note=note) for name, make in makers.items()]


def grid_search(estimator, parameter):
    """Search over the number of units, as all sides do."""
    return GridSearchCV(
        estimator,
        parameter,
        cv=TimeSeriesSplit(5),
        scoring="neg_root_mean_squared_error",
        error_score="raise",
    )


def skrnn_search(epochs):
    """The search by skrnn."""
    from skrnn import RNNRegressor

    network = RNNRegressor("lstm", epochs=epochs, batch_size=BATCH_SIZE, random_state=0)
    return grid_search(network, {"units": UNITS})


def scikeras_search(epochs):
    """The search by scikeras's wrapper around the same network."""
    from scikeras.wrappers import KerasRegressor

    from skrnn import build_network

    network = KerasRegressor(
        build_network,
        model__cell="lstm",
        model__n_timesteps=1,
        model__n_features=3,
        model__mask_missing=False,
        loss="mse",
        optimizer="adam",
        epochs=epochs,
        batch_size=BATCH_SIZE,
        verbose=0,
    )
    return grid_search(network, {"model__units": UNITS})


def mlp_search(epochs):
    """The search by a perceptron with as many hidden units, which never stops early."""
    network = MLPRegressor(
        activation="tanh",
        solver="adam",
        alpha=0.0,
        batch_size=BATCH_SIZE,
        max_iter=epochs,
        tol=0.0,
        n_iter_no_change=10 * epochs,
        random_state=0,
    )
    return grid_search(network, {"hidden_layer_sizes": [(units,) for units in UNITS]})


def data(make):
    """Windows and targets; for the perceptron the three lags as columns of a table."""
    windows, targets = windows_and_targets(3, 2000)
    return windows.reshape((-1, 3) if make is mlp_search else (-1, 1, 3)), targets


def search_cold(make, epochs):
    """Search where nothing is compiled yet."""
    import keras
    import scikeras.wrappers
    import tensorflow

    from skrnn import RNNRegressor, build_network

    del keras, scikeras, tensorflow, RNNRegressor, build_network
    X, y = data(make)
    return clock(make(epochs).fit, X, y)


def search_warm(make, epochs):
    """Compile what there is to compile; then a function of no argument clocks the search."""
    X, y = data(make)
    make(1).fit(X, y)
    return clocked(quietly_fit, make(epochs), X, y)


def quietly_fit(search, X, y):
    """Fit; that a perceptron did not converge in so many epochs is no news."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        search.fit(X, y)


if __name__ == "__main__":
    main()
