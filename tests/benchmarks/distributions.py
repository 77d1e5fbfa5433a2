"""Are the distributions that networks forecast right? Coverage on made series, CRPS on counts.

The first part makes series whose spread changes, as that of stock returns does, with shocks from a
normal and from a t distribution. Intervals of a network with the same likelihood are compared with
a constant one, for calm, usual and volatile thirds of the test part. The second part makes counts,
most of which are zero, with a period of 38 steps.
"""

import argparse

import numpy as np

from skrnn import RNNRegressor, make_lag_windows

COVERAGES = (0.5, 0.8, 0.95, 0.99)
SHOCKS = {"normal": None, "student_t": 5}
COUNT_LOSSES = ("poisson", "negative_binomial", "zero_inflated_negative_binomial")


def main():
    """Run both parts."""
    arguments = command_line()
    n_rows, share = (1500, 0.1) if arguments.quick else (60_000, 1.0)
    for seed in range(arguments.seeds):
        for loss, df in SHOCKS.items():
            volatility(loss, df, n_rows, share, seed)
        counts(n_rows // 5, share, seed)


def command_line():
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.distributions", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--quick", action="store_true", help="fewer rows and epochs")
    parser.add_argument("--seeds", type=int, default=1, help="number of series of each kind")
    return parser.parse_args()


def volatility(loss, df, n_rows, share, seed):
    """Print the coverage of intervals for values whose spread changes."""
    values, spread = changing_spread(n_rows, df, seed)
    inputs = np.column_stack([values, np.abs(values)])
    X, targets = make_lag_windows(inputs, lag=10)
    y, spread, k = targets[:, 0], spread[10:], len(X) // 2
    rnn = fitted(RNNRegressor("gru", 8, loss=loss, batch_size=64), X[:k], y[:k], 12, share, seed)
    distribution = rnn.predict_dist(X[k:])
    thirds = np.digitize(spread[k:], np.quantile(spread[k:], [1 / 3, 2 / 3]))
    print(f"\nshocks: {loss}, seed {seed}; coverage of all; of the calm third, ..., the volatile")
    for coverage in COVERAGES:
        tails = 0.5 - coverage / 2, 0.5 + coverage / 2
        for name, (low, high) in {
            loss: distribution.interval(coverage),
            "constant": np.quantile(y[:k], tails),
        }.items():
            inside = (low <= y[k:]) & (y[k:] <= high)
            each = " ".join(f"{inside[thirds == third].mean():.3f}" for third in range(3))
            print(f"{coverage:6.2f} {name:10s} {inside.mean():.3f}; {each}")


def changing_spread(n_rows, df, seed):
    """Make a GARCH(1, 1) series (Bollerslev, 1986), and return it with its spread."""
    random = np.random.RandomState(seed)
    shocks = random.normal(size=n_rows)
    if df is not None:
        shocks = random.standard_t(df, size=n_rows) * np.sqrt((df - 2) / df)
    values, variance = np.zeros(n_rows), np.ones(n_rows)
    for t in range(1, n_rows):
        variance[t] = 0.1 + 0.3 * values[t - 1] ** 2 + 0.6 * variance[t - 1]
        values[t] = np.sqrt(variance[t]) * shocks[t]
    return values, np.sqrt(variance)


def counts(n_rows, share, seed):
    """Print the CRPS of forecasts of counts, and of the distribution of the training part."""
    random = np.random.RandomState(seed)
    mean = np.exp(0.3 + np.sin(2 * np.pi * np.arange(n_rows) / 38))
    values = random.negative_binomial(0.8, 0.8 / (0.8 + mean)).astype(float)
    values[random.uniform(size=n_rows) < 0.27] = 0.0
    X, y = make_lag_windows(values, lag=38)
    k = 3 * len(X) // 4
    print(f"\ncounts, seed {seed}, {(values == 0).mean():.0%} zeros; CRPS")
    levels = (np.arange(1000) + 0.5) / 1000
    past = np.quantile(y[:k], levels, method="inverted_cdf")
    print(f"{'training part':33s} {crps(np.tile(past, (len(y) - k, 1)), y[k:]):.4f}")
    for loss in COUNT_LOSSES:
        rnn = fitted(RNNRegressor("gru", 8, loss=loss), X[:k], y[:k], 6, share, seed)
        draws = rnn.sample(X[k:], 1000, random_state=0)
        print(f"{loss:33s} {crps(draws, y[k:]):.4f}")


def fitted(rnn, X, y, epochs, share, seed):
    """Train a network with a learning rate that falls.

    With a constant one, the last steps still change the spread by some percent.
    """
    rnn.set_params(engine="numpy", warm_start=True, random_state=seed)
    for rate, part in ((0.01, 1.0), (0.001, 0.4), (0.0001, 0.4)):
        rnn.set_params(learning_rate=rate, epochs=max(int(part * share * epochs), 1)).fit(X, y)
    return rnn


def crps(draws, y):
    """Return the mean CRPS of draws ``(n_rows, n_draws)``, computed exactly from sorted ones."""
    draws = np.sort(draws, axis=1)
    n = draws.shape[1]
    ranks = 2 * np.arange(1, n + 1) - n - 1
    between = (draws * ranks).sum(axis=1) / n**2
    return float((np.abs(draws - y[:, None]).mean(axis=1) - between).mean())


if __name__ == "__main__":
    main()
