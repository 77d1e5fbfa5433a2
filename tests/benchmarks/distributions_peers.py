"""Distributions of skrnn's forecasters, and of recurrent networks of GluonTS and neuralforecast.

All have their defaults, and forecast the quantiles from 0.1 to 0.9. Only the loss of
``RNNForecaster`` is set: a t distribution as in the peers, and a negative binomial one for counts
with many zeros, as a warning of ``RNNForecaster`` advises. The error is the mean weighted quantile
loss: for each quantile twice the sum of the pinball losses, divided by the sum of the absolute
values, averaged over the quantiles. The column "inside" is the share of true values in the 80 %
interval. Each method runs in its own process, and the peers with the interpreter that
``--peers-python`` names: their packages need not be installed beside skrnn. Forecasts are kept in
the folder ``--keep``, so that a run can go on where it stopped.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from skrnn.losses._many_zeros import is_intermittent
from tests.benchmarks import _distribution_peers as peers
from tests.benchmarks._competition_data import load_group

SETS = ["M3 monthly", "hospital", "car parts", "M4 hourly"]
OWN = ["AutoRNNForecaster", "RNNForecaster"]


def main():
    """Forecast the sets with all methods, and print their losses and times."""
    arguments = command_line()
    if arguments.one:
        forecast_own(*arguments.one)
        return
    methods = [*OWN, *(peers.METHODS if arguments.peers_python else [])]
    table = {}
    for name in arguments.sets:
        group = load_group(name)
        group = (group if arguments.test else group.held_back()).spread(arguments.series)
        print(f"\n{group.name}, {len(group.past)} series, {group.horizon} steps", flush=True)
        print(f"{'':22s} {'loss':>7s} {'inside':>7s} {'seconds':>8s} {'cpu':>8s}")
        for method in arguments.methods or methods:
            if arguments.only_kept and not kept_file(arguments.keep, group, method).exists():
                continue
            quantiles, seconds = forecast(method, group, arguments)
            truth = np.array(group.future)
            loss, inside = weighted_quantile_loss(quantiles, truth), coverage(quantiles, truth)
            print(f"{method:22s} {loss:7.4f} {inside:7.3f}", end=" ")
            print(f"{seconds[0]:8.0f} {seconds[1]:8.0f}", flush=True)
            table.setdefault(method, {})[name] = f"{loss:.4f} ({seconds[1]:.0f} s)"
    if arguments.table:
        write_table(table, arguments.sets, arguments.table)


def command_line():
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.distributions_peers", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--series", type=int, default=100, help="number of series of each set")
    parser.add_argument("--sets", nargs="*", default=SETS, help="names of the sets")
    parser.add_argument(
        "--methods", nargs="*", help="names of the methods, also 'RNNForecaster LOSS'; default all"
    )
    parser.add_argument("--peers-python", help="interpreter that has GluonTS and neuralforecast")
    parser.add_argument("--keep", help="folder of the forecasts; default none")
    parser.add_argument("--only-kept", action="store_true", help="run nothing that is not in KEEP")
    parser.add_argument("--table", help="write the losses and processor times to this CSV file")
    parser.add_argument("--test", action="store_true", help="forecast the test parts")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    return parser.parse_args()


def forecast(method, group, arguments):
    """Return quantiles ``(n_series, n_steps, n_levels)``, and wall and processor time."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(arguments.keep or folder).resolve()
        kept.mkdir(parents=True, exist_ok=True)
        source = Path(folder) / "series.npz"
        target = kept_file(kept, group, method)
        if not target.exists():
            write_series(source, group)
            run(method, source, target, arguments.peers_python, folder)
        with np.load(target) as data:
            return data["quantiles"], data["seconds"]


def kept_file(folder, group, method):
    """Return the path of the forecasts of a method."""
    return Path(folder) / f"{group.name}, {len(group.past)}, {method}.npz".replace(" ", "_")


def write_series(path, group):
    """Write the training parts into a file. All of them end at the same time."""
    np.savez(
        path,
        values=np.concatenate(group.past),
        lengths=[len(past) for past in group.past],
        horizon=group.horizon,
        freq=group.source.freq,
        begin=group.source.begin,
    )


def run(method, source, target, python, folder):
    """Forecast a file in a new process."""
    end = [method, str(source), str(target)]
    if method in peers.METHODS:
        command = [python, peers.__file__, *end]
    else:
        command = [sys.executable, "-m", __spec__.name, "--one", *end]
    # Peers write checkpoints into the folder that they are called from.
    where = folder if method in peers.METHODS else None
    subprocess.run(command, check=True, cwd=where, stdout=subprocess.DEVNULL, env=os.environ)


def forecast_own(method, source, target):
    """Forecast a file with a forecaster of skrnn."""
    from skrnn.forecasting import AutoRNNForecaster, RNNForecaster

    series, horizon, _ = peers.read_series(source)
    panel = peers.as_panel(series)
    start = time.perf_counter(), time.process_time()
    name, _, loss = method.partition(" ")
    forecaster = AutoRNNForecaster(random_state=0)
    if name == "RNNForecaster":
        loss = loss or likelihood_for(panel["y"])
        quantiles = tuple(peers.LEVELS.tolist()) if loss == "quantile" else None
        forecaster = RNNForecaster(loss=loss, quantile=quantiles, random_state=0)
    forecaster.fit(panel, fh=np.arange(1, horizon + 1))
    table = forecaster.predict_quantiles(alpha=peers.LEVELS.tolist()).to_numpy()
    seconds = time.perf_counter() - start[0], time.process_time() - start[1]
    quantiles = table.reshape(len(series), horizon, -1)
    np.savez(target, quantiles=quantiles, seconds=np.array(seconds))


def likelihood_for(values):
    """Return the name of a likelihood that suits the values of all series."""
    return "negative_binomial" if is_intermittent(values.to_numpy()) else "student_t"


def write_table(table, sets, path):
    """Write a table with a row for each method, and a column for each set."""
    with Path(path).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["forecaster", *sets])
        writer.writerows(
            [method, *(cells.get(name, "") for name in sets)] for method, cells in table.items()
        )


def weighted_quantile_loss(quantiles, truth):
    """Return the mean weighted quantile loss of the known true values, ``(n_series, n_steps)``."""
    error = truth[..., None] - quantiles
    pinball = np.maximum(peers.LEVELS * error, (peers.LEVELS - 1) * error)
    return float(2 * np.nansum(pinball) / np.nansum(np.abs(truth)) / len(peers.LEVELS))


def coverage(quantiles, truth):
    """Return the share of the known true values between the quantiles 0.1 and 0.9."""
    inside = (quantiles[..., 0] <= truth) & (truth <= quantiles[..., -1])
    return float(inside[~np.isnan(truth)].mean())


if __name__ == "__main__":
    main()
