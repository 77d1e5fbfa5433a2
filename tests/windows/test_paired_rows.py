"""A warning if X and y are pandas objects whose labels do not belong together.

Every warning is an error in these tests, so a call outside of ``pytest.warns`` checks that there
is none.
"""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, KFold, TimeSeriesSplit, train_test_split
from sklearn.pipeline import make_pipeline

from skrnn import LagWindowTransformer, RNNClassifier, RNNRegressor, SkrnnWarning
from skrnn.forecasting import RNNForecaster
from skrnn.windows._paired_rows import warn_of_different_labels

N = 40
DAYS = pd.date_range("2024-01-01", periods=N + 1)
VALUES = np.random.default_rng(0).normal(size=N)
INDEXES = {
    "dates": DAYS,
    "local dates": DAYS.tz_localize("Europe/Madrid"),
    "periods": DAYS.to_period(),
    "durations": DAYS - DAYS[0],
    "integers": pd.Index(range(100, 101 + N)),
    "levels": pd.MultiIndex.from_product([["a"], DAYS]),
    "names": pd.Index([f"row {i}" for i in range(N + 1)]),
    "arrow dates": pd.Index(DAYS.astype("timestamp[ns][pyarrow]")),
}
SETTINGS = {"units": 2, "epochs": 1, "random_state": 0}


def frame(index):
    return pd.DataFrame({"x": VALUES}, index)


def series(index):
    return pd.Series(VALUES**2, index, name="y")


def model(**settings):
    return make_pipeline(
        LagWindowTransformer(lag=2, **settings), RNNRegressor("simple", **SETTINGS)
    )


@pytest.mark.parametrize("kind", INDEXES)
@pytest.mark.parametrize("horizon", [0, 1])
def test_labels_that_are_a_row_apart(kind, horizon):
    index = INDEXES[kind]
    with pytest.warns(SkrnnWarning, match=f"{N} of {N} labels differ, the first of them in row 0"):
        warn_of_different_labels(frame(index[1:]), series(index[:-1]), horizon=horizon)
    warn_of_different_labels(frame(index[1:]), series(index[1:].copy()), horizon=horizon)


@pytest.mark.parametrize(
    "kind", ["dates", "local dates", "periods", "durations", "integers", "levels"]
)
def test_targets_that_are_later(kind):
    """They are usual for features that are known by then, but not for windows made before it."""
    index = INDEXES[kind]
    warn_of_different_labels(frame(index[:-1]), series(index[1:]))
    with pytest.warns(SkrnnWarning, match="do not shift y, but increase horizon"):
        warn_of_different_labels(frame(index[:-1]), series(index[1:]), horizon=1)


def test_another_order():
    mixed = series(DAYS[:-1]).sample(frac=1, random_state=0)
    with pytest.warns(SkrnnWarning, match=r"write y = y\.loc\[X\.index\]\. If the positions"):
        warn_of_different_labels(frame(DAYS[:-1]), mixed)


def test_the_remedies_work():
    X, y = frame(DAYS[1:]), series(DAYS[:-1])
    with pytest.warns(SkrnnWarning, match=r'X, y = X\.align\(y, join="inner", axis=0\)'):
        warn_of_different_labels(X, y)
    warn_of_different_labels(X, y.to_numpy())
    X, y = X.align(y, join="inner", axis=0)
    assert len(X) == N - 1
    warn_of_different_labels(X, y)


@pytest.mark.parametrize(
    ("of_X", "of_y"),
    [
        (DAYS[:3], DAYS[10:7:-1]),
        (DAYS[[0, 0, 1]], DAYS[[0, 2, 1]]),
        (DAYS[[0, 1, 2]], DAYS[[0, 2, 2]]),
        (DAYS[[0, 1, 2]], DAYS[[1, 2, 3]]),
        (DAYS[[0, 0, 1]], DAYS[[1, 0, 3]]),
        (DAYS[[0, 1, 1]], DAYS[[1, 1, 0]]),
    ],
)
def test_the_advice_can_be_followed(of_X, of_y):
    """Pandas neither aligns rows whose labels are repeated, nor rows without common labels."""
    X, y = pd.DataFrame({"x": 1.0}, of_X), pd.Series(1.0, of_y)
    with pytest.warns(SkrnnWarning, match=r"pass y\.to_numpy\(\)\.$") as caught:
        warn_of_different_labels(X, y, horizon=1)
    message = str(caught[0].message)
    if ".align" in message:
        X, y = X.align(y, join="inner", axis=0)
    elif ".loc" in message:
        y = y.loc[X.index]
    else:
        y = y.to_numpy()
    assert len(X) == len(y) > 0
    warn_of_different_labels(X, y, horizon=1)


def test_labels_that_read_the_same():
    X, y = frame([*range(N - 1), "1"]), series([*range(N - 1), 1])
    with pytest.warns(SkrnnWarning, match="row 39: '1' in X, 1 in y"):
        warn_of_different_labels(X, y.set_axis(y.index.astype(object)))


@pytest.mark.parametrize("order", [1, -1])
def test_parts_of_rows_that_only_x_names(order):
    """In a part of the rows, row numbers do not start at 0, or are in another order."""
    X, y = frame(np.arange(1000, 1000 + N)[::order]), series(None)
    parts = [train for train, _ in KFold(4).split(X)]
    parts += [test for _, test in KFold(4, shuffle=True, random_state=0).split(X)]
    parts.append(train_test_split(np.arange(N), random_state=0)[0])
    for rows in parts:
        warn_of_different_labels(X.iloc[rows], y.iloc[rows], horizon=1)
        warn_of_different_labels(
            X.reset_index(drop=True).iloc[rows], y.set_axis(X.index).iloc[rows], horizon=1
        )


@pytest.mark.parametrize(
    ("of_X", "of_y"),
    [
        (DAYS[:-1], pd.RangeIndex(N)),
        (pd.RangeIndex(N), DAYS[:-1]),
        (pd.RangeIndex(10, 10 + N), pd.Index(range(N))),
        (pd.Index(range(N)), pd.RangeIndex(N)),
        (DAYS[:-1], DAYS[:-1].to_period()),
        (DAYS[:-1], DAYS[:-1].tz_localize("Asia/Tokyo")),
        (DAYS[:-1].tz_localize("UTC"), DAYS[:-1].tz_localize("UTC").tz_convert("Asia/Tokyo")),
        (DAYS[:-1].as_unit("s"), DAYS[:-1].as_unit("ns")),
        (INDEXES["arrow dates"][:-1], DAYS[:-1]),
        (pd.Index(np.arange(N) / 7), pd.Index(np.arange(N) / 3)),
        (INDEXES["levels"][:-1], DAYS[:-1]),
        (INDEXES["levels"][:-1], pd.MultiIndex.from_product([["a"], range(N)])),
    ],
)
def test_labels_that_cannot_be_compared_or_are_equal(of_X, of_y):
    warn_of_different_labels(frame(of_X), series(of_y))


def test_other_lengths_and_types():
    warn_of_different_labels(frame(DAYS[1:])[:10], series(DAYS[:-1]))
    warn_of_different_labels(frame(DAYS[1:]).to_numpy(), series(DAYS[:-1]))
    warn_of_different_labels(frame(DAYS[1:]), None)


def test_pipelines_and_regressors():
    X, y = frame(DAYS[1:]), series(DAYS[:-1])
    with pytest.warns(SkrnnWarning, match="paired by position"):
        model().fit(X, y)
    with pytest.warns(SkrnnWarning, match="paired by position"):
        model(horizon=0).fit(X, y)
    regressor = RNNRegressor("simple", **SETTINGS)
    with pytest.warns(SkrnnWarning, match="paired by position"):
        regressor.fit(X, y)
    with pytest.warns(SkrnnWarning, match="paired by position"):
        regressor.partial_fit(X, y)
    with pytest.warns(SkrnnWarning, match="The rows of X_val and y_val are paired by position"):
        regressor.fit(X, y.to_numpy(), X_val=X, y_val=y)
    with pytest.warns(SkrnnWarning, match="paired by position"):
        RNNClassifier("simple", **SETTINGS).fit(X, (y > y.median()))
    table = LagWindowTransformer(lag=2, flatten=True).set_output(transform="pandas")
    with pytest.warns(SkrnnWarning, match="paired by position"):
        make_pipeline(table, SimpleImputer(), LinearRegression()).fit(X, y)


def test_splits_of_scikit_learn():
    X, y = frame(DAYS[:-1]), series(DAYS[:-1])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        search = GridSearchCV(
            model(), {"lagwindowtransformer__lag": [1, 2]}, cv=TimeSeriesSplit(2)
        )
        search.fit(X, y.shift(-1).ffill())
        for rows in (X, X.reset_index(drop=True)):
            X_train, _, y_train, _ = train_test_split(rows, y.set_axis(rows.index))
            RNNRegressor("simple", **SETTINGS).fit(X_train, y_train)


def test_the_forecaster_refuses_them():
    """It pairs rows by their labels, so nothing is paired in silence."""
    forecaster = RNNForecaster(lag=2, units=2, epochs=1, n_networks=1)
    with pytest.raises(ValueError, match="X has no row for 2024-01-01"):
        forecaster.fit(series(DAYS[:-1]), frame(DAYS[1:]), fh=[1])
