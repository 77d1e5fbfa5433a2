"""
A search on many machines
=========================

**In short**: a search can run on a cluster without changes to its code, and the result is
bit-identical.

The fits of a search are independent of each other, so they can run on several machines.
scikit-learn passes them to joblib, and joblib can pass them to a `dask cluster
<https://distributed.dask.org>`_. The code of the search does not change, and neither does its
result, not even in the last bit.

In this example, the cluster consists of two processes on this machine. With
``Client("tcp://address-of-the-scheduler:8786")`` instead of ``LocalCluster``, it can consist of
many machines. The example needs the ``dask`` extra, which you can install with
``pip install '.[dask]'`` in a checkout.
"""

# sphinx_gallery_thumbnail_path = '_static/thumbnails/cluster.svg'

# %%
# The search
# ----------
#
# The pipeline forecasts each row of a series, and the search tunes the lag and the size of the
# network.

# sphinx_gallery_start_ignore
# TensorFlow logs many lines when it is loaded, before the first fit. This silences most of them.
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# sphinx_gallery_end_ignore
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
    """Tune the lag and the units, and return the fitted search and the seconds it took."""
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
# ``scatter`` sends all the data that the fits need, which are the series and the rows of each
# fold, to every worker in advance. ``client.amm.stop()`` stops dask's memory manager, which would
# drop some of the copies. If a worker then dies in the middle of the search, other workers can
# repeat its fits, because they also have the data.


def search_on_cluster(X, y, splits):
    """Run the same search in two processes."""
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
# The processes of a local cluster are new interpreters that also import this script. Code that
# they must not run is placed under ``if __name__ == "__main__"``.

if __name__ == "__main__":
    series = load_sea_surface_temperatures()
    X = series.to_frame()
    splits = list(TimeSeriesSplit(5).split(X))

    here, seconds_here = search(X, series, splits)
    there, seconds_there = search_on_cluster(X, series, splits)

    same = np.array_equal(
        here.cv_results_["mean_test_score"], there.cv_results_["mean_test_score"]
    )
    print(f"{here.n_splits_ * len(here.cv_results_['params'])} fits, and a refit of the best one")
    print(f"in this process    {seconds_here:6.1f} s")
    print(f"on two workers     {seconds_there:6.1f} s, including importing TensorFlow")
    print(f"identical scores   {same}")
    best = {name.rpartition("__")[2]: value for name, value in there.best_params_.items()}
    print(f"best               {best}, {-there.best_score_:.3f} degrees")

# %%
# This search is so small that starting the workers takes longer than the search itself. A cluster
# pays off if it has more than one machine and the fits take minutes.
