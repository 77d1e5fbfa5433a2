"""Forecasts of a dask dataframe with one worker and with two, and with one that is killed.

The workers are processes with one thread each. The forecaster is trained before. The time is that
of the forecasts of all partitions, including the tables that are sent back.
"""

import os
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

import dask.dataframe as dd
import numpy as np
import pandas as pd
from distributed import Client, LocalCluster

from tests.benchmarks._report import Report, command_line
from tests.benchmarks.many_series import HORIZON, N_MONTHS, make_values

N_SERIES, N_PARTITIONS, N_TRAINED = 50_000, 50, 500


def main():
    """Run the benchmark."""

    def more_options(parser):
        parser.add_argument("--series", type=int, default=N_SERIES)
        parser.add_argument("--partitions", type=int, default=N_PARTITIONS)

    arguments = command_line(__doc__.splitlines()[0], rounds=1, more_options=more_options)
    report = Report("many_machines", arguments)
    n_series = 2_000 if report.quick else arguments.series
    forecaster = train()
    with tempfile.TemporaryDirectory() as folder:
        write_partitions(Path(folder), n_series, arguments.partitions)
        cases = [
            ("one worker", 1, False),
            ("two workers", 2, False),
            ("one of two killed", 2, True),
        ]
        results = {
            name: forecast(forecaster, folder, n_workers, kills=kills)
            for name, n_workers, kills in cases
        }
    first = results["one worker"]
    for name, (seconds, values, tensorflow) in results.items():
        report.table(
            f"{n_series:,} series, {name}",
            {
                "seconds": seconds,
                "ratio to one worker": seconds / first[0],
                "values that differ": int((values != first[1]).sum()),
                "workers with TensorFlow": tensorflow,
            },
        )


def train():
    """Return a forecaster that was trained on other series."""
    from skrnn.forecasting import RNNForecaster

    table = long_table(make_values(N_TRAINED), 0)
    return RNNForecaster(random_state=0, epochs=1).pretrain(table, fh=range(1, HORIZON + 1))


def long_table(values, first):
    """Return series as a long table."""
    months = pd.date_range("2015-01-01", periods=N_MONTHS, freq="MS")
    return pd.DataFrame(
        {
            "unique_id": np.repeat(first + np.arange(len(values)), N_MONTHS),
            "ds": np.tile(months, len(values)),
            "y": values.ravel(),
        }
    )


def write_partitions(folder, n_series, n_partitions):
    """Write one file for each partition, as a job before would have done."""
    for i, part in enumerate(np.array_split(make_values(n_series), n_partitions)):
        long_table(part, i * n_series).to_parquet(folder / f"{i:04d}.parquet")


def forecast(forecaster, folder, n_workers, *, kills):
    """Return the seconds, the forecasts in the order of the series, and the workers with TF."""
    from skrnn.forecasting import forecast_partitions

    options = {"dashboard_address": None, "memory_limit": None, "threads_per_worker": 1}
    with LocalCluster(n_workers=n_workers, **options) as cluster, Client(cluster) as client:
        client.wait_for_workers(n_workers)
        warm_up(client, forecaster)
        frame = dd.read_parquet(folder, split_row_groups=False, aggregate_files=False)
        start = time.perf_counter()
        if kills:
            pid = next(iter(client.run(os.getpid).values()))
            threading.Timer(2, os.kill, (pid, signal.SIGKILL)).start()
        table = forecast_partitions(forecaster, frame, range(1, HORIZON + 1), freq="MS").compute()
        seconds = time.perf_counter() - start
        tensorflow = sum(client.run(_has_tensorflow).values())
    return seconds, table.sort_values(["unique_id", "ds"])["y"].to_numpy(), tensorflow


def warm_up(client, forecaster):
    """Let each worker import what it needs."""
    from skrnn.forecasting import forecast_table

    client.run(forecast_table, forecaster, long_table(make_values(3), 0), range(1, HORIZON + 1))


def _has_tensorflow():
    return "tensorflow" in sys.modules


if __name__ == "__main__":
    main()
