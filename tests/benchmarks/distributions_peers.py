"""Distributions of skrnn's forecasters, and of recurrent networks of GluonTS and neuralforecast.

All have their defaults, and forecast the quantiles from 0.1 to 0.9. Their error is the mean
weighted quantile loss: for each quantile twice the sum of the pinball losses, divided by the sum
of the absolute values, averaged over the quantiles. Each method runs in its own process, and the
peers with the interpreter that ``--peers-python`` names: their packages need not be installed
beside skrnn. Forecasts are kept in the folder ``--keep``, so that a run can go on where it
stopped.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

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
    for name in arguments.sets:
        group = load_group(name)
        group = (group if arguments.test else group.held_back()).spread(arguments.series)
        print(f"\n{group.name}, {len(group.past)} series, {group.horizon} steps", flush=True)
        print(f"{'':22s} {'loss':>7s} {'seconds':>8s} {'cpu':>8s}")
        for method in [one for one in arguments.methods or methods if one in methods]:
            quantiles, seconds = forecast(method, group, arguments)
            loss = weighted_quantile_loss(quantiles, np.array(group.future))
            print(f"{method:22s} {loss:7.4f} {seconds[0]:8.0f} {seconds[1]:8.0f}", flush=True)


def command_line():
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.distributions_peers", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--series", type=int, default=100, help="number of series of each set")
    parser.add_argument("--sets", nargs="*", default=SETS, help="names of the sets")
    parser.add_argument("--methods", nargs="*", help="names of the methods; default all")
    parser.add_argument("--peers-python", help="interpreter that has GluonTS and neuralforecast")
    parser.add_argument("--keep", help="folder of the forecasts; default none")
    parser.add_argument("--test", action="store_true", help="forecast the test parts")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    return parser.parse_args()


def forecast(method, group, arguments):
    """Return quantiles ``(n_series, n_steps, n_levels)``, and wall and processor time."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(arguments.keep or folder).resolve()
        kept.mkdir(parents=True, exist_ok=True)
        source = Path(folder) / "series.npz"
        target = kept / f"{group.name}, {len(group.past)}, {method}.npz".replace(" ", "_")
        if not target.exists():
            write_series(source, group)
            run(method, source, target, arguments.peers_python, folder)
        with np.load(target) as data:
            return data["quantiles"], data["seconds"]


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
    forecasters = {
        "AutoRNNForecaster": AutoRNNForecaster(random_state=0),
        "RNNForecaster": RNNForecaster(loss="student_t", random_state=0),
    }
    forecaster = forecasters[method].fit(panel, fh=np.arange(1, horizon + 1))
    table = forecaster.predict_quantiles(alpha=peers.LEVELS.tolist()).to_numpy()
    seconds = time.perf_counter() - start[0], time.process_time() - start[1]
    quantiles = table.reshape(len(series), horizon, -1)
    np.savez(target, quantiles=quantiles, seconds=np.array(seconds))


def weighted_quantile_loss(quantiles, truth):
    """Return the mean weighted quantile loss of the known true values, ``(n_series, n_steps)``."""
    error = truth[..., None] - quantiles
    pinball = np.maximum(peers.LEVELS * error, (peers.LEVELS - 1) * error)
    return float(2 * np.nansum(pinball) / np.nansum(np.abs(truth)) / len(peers.LEVELS))


if __name__ == "__main__":
    main()
