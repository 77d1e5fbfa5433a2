"""The searches that are compared, not fitted."""

import warnings

from joblib import parallel_config
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.neural_network import MLPRegressor

from tests.benchmarks._peers import Network, scikeras_regressor

UNITS = [4, 6, 8, 10, 12]
LARGE_GRID = {
    "units": [4, 8, 12, 16],
    "weight_decay": [0.0, 0.01, 0.1, 1.0],
    "learning_rate": [3e-4, 1e-3, 3e-3],
}
NETWORK = Network("lstm", 8, n_timesteps=1, n_features=3, batch_size=10)
N_FOLDS = 5


def grid_search(estimator, parameters, **options):
    """Search as all sides do."""
    return GridSearchCV(
        estimator,
        parameters,
        cv=TimeSeriesSplit(N_FOLDS),
        scoring="neg_root_mean_squared_error",
        error_score="raise",
        **options,
    )


def skrnn_search(epochs):
    """The search over the units by skrnn."""
    return grid_search(NETWORK.skrnn(epochs), {"units": UNITS})


class OnThreads:
    """A search that runs its fits on two threads.

    Parameters
    ----------
    search : GridSearchCV
        The search, not fitted.
    """

    def __init__(self, search):
        self._search = search

    def fit(self, X, y):
        """Fit the search."""
        with parallel_config(backend="threading", n_jobs=2):
            return self._search.fit(X, y)


def skrnn_search_on_threads(epochs):
    """The search over the units by skrnn, on two threads."""
    return OnThreads(skrnn_search(epochs))


def large_search(epochs):
    """The search of 240 fits by skrnn."""
    return grid_search(NETWORK.skrnn(epochs), LARGE_GRID)


def scikeras_search(epochs, full=False):
    """The search by scikeras's wrapper around the same network; or one candidate of it."""
    units = UNITS if full else [NETWORK.units]
    return grid_search(scikeras_regressor(NETWORK, epochs), {"model__units": units}, refit=full)


def mlp_search(epochs):
    """The search by a perceptron with as many hidden units."""
    sizes = {"hidden_layer_sizes": [(units,) for units in UNITS]}
    return grid_search(mlp(epochs, NETWORK.batch_size), sizes)


def mlp(epochs, batch_size):
    """A perceptron, which never stops early."""
    return MLPRegressor(
        activation="tanh",
        solver="adam",
        alpha=0.0,
        batch_size=batch_size,
        max_iter=epochs,
        tol=0.0,
        n_iter_no_change=10 * epochs,
        random_state=0,
    )


def quietly_fit(search, X, y):
    """Fit; that a perceptron did not converge in so many epochs is no news."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        search.fit(X, y)
