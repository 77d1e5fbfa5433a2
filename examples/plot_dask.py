"""
A search on many machines
=========================

The fits of a search know nothing of each other, so they may run anywhere. scikit-learn hands them
to joblib, and joblib hands them to a `dask cluster <https://distributed.dask.org>`_ when it is
asked to: nothing of the search changes, and neither does its result, to the last bit.

Here the cluster is two processes of this machine. With
``Client("tcp://address-of-the-scheduler:8786")`` in place of ``LocalCluster`` it is as many
machines as there are. This needs the extra ``dask``: ``pip install 'skrnn[dask]'``.
"""

# %%
# The search
# ----------
#
# The chain goes from the rows of a series to forecasts of them, and the search tunes all of it:
# how far back to look, and how large the network is.

import time
from itertools import chain

import joblib
import numpy as np
from dask.distributed import Client, LocalCluster
from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import LagWindowTransformer, RNNRegressor
from skrnn.datasets import load_sea_surface_temperatures

GRID = {"regressor__windows__lag": [6, 12], "regressor__rnn__units": [4, 8]}


def search(X, y, splits):
    """Tune lag and units, and return the fitted search and the seconds that it took."""
    network = RNNRegressor("gru", epochs=20, learning_rate=0.01, random_state=0)
    pipe = Pipeline(
        [("scale", StandardScaler()), ("windows", LagWindowTransformer()), ("rnn", network)]
    )
    model = TransformedTargetRegressor(pipe, transformer=StandardScaler())
    start = time.perf_counter()
    fitted = GridSearchCV(
        model, GRID, cv=splits, scoring="neg_root_mean_squared_error", error_score="raise"
    ).fit(X, y)
    return fitted, time.perf_counter() - start


# %%
# The cluster
# -----------
#
# All that the fits read is given to every worker beforehand, by ``scatter``: the series, and the
# rows of each fold; and dask's memory manager is told to keep all copies. A worker may then die in
# the middle of the search. Its fits are done again by others, which have the data too.


def search_on_cluster(X, y, splits):
    """The same search on two processes."""
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        client.amm.stop()
        with joblib.parallel_config(backend="dask", scatter=[X, y, *chain(*splits)]):
            return search(X, y, splits)


# %%
# Side by side
# ------------
#
# The processes of a local cluster are new interpreters that read this script, too. What they are
# not to do stands behind ``if __name__ == "__main__"``.

if __name__ == "__main__":
    series = load_sea_surface_temperatures()
    X = series.to_frame()
    splits = list(TimeSeriesSplit(5).split(X))

    here, seconds_here = search(X, series, splits)
    there, seconds_there = search_on_cluster(X, series, splits)

    same = np.array_equal(
        here.cv_results_["mean_test_score"], there.cv_results_["mean_test_score"]
    )
    print(f"{here.n_splits_ * len(here.cv_results_['params'])} fits, and that of the best again")
    print(f"in this process    {seconds_here:6.1f} s")
    print(f"on two workers     {seconds_there:6.1f} s, the import of TensorFlow in each included")
    print(f"the same scores    {same}")
    best = {name.rpartition("__")[2]: value for name, value in there.best_params_.items()}
    print(f"best               {best}, {-there.best_score_:.3f} degrees")

# %%
# So small a search is over before the workers have loaded TensorFlow. What they gain shows where
# the fits take minutes, and with more than one machine.
