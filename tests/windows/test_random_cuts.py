"""Random series that are cut at random places, against the obvious slow reference.

No window holds a row that is not its past, and no past that is known is lost without a warning.
"""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from skrnn import LagWindowTransformer

HOURS = pd.date_range("2024-03-04", periods=24 * 60, freq="h")
INDEXES = {
    "days": pd.date_range("2024-01-30", periods=120),
    "hours with a time zone": HOURS.tz_localize("UTC"),
    "months": pd.date_range("2015-01-31", periods=120, freq="ME"),
    "quarters": pd.period_range("2000Q2", periods=120, freq="Q"),
    "durations": pd.timedelta_range("1h", periods=120, freq="30min"),
    "integers": pd.RangeIndex(7, 7 + 5 * 120, 5),
    "business days": pd.bdate_range("2024-01-03", periods=120),
    "sessions of all days": HOURS[(HOURS.hour >= 9) & (HOURS.hour < 16)],
    "sessions of business days": HOURS[
        (HOURS.hour >= 9) & (HOURS.hour < 13) & (HOURS.dayofweek < 5)
    ],
}
SCALERS = {"none": None, "standard": StandardScaler, "minmax": MinMaxScaler}


@st.composite
def cut_series(draw):
    """Values, many of which may be equal, and where they are cut."""
    n = draw(st.integers(30, 90))
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    width = draw(st.integers(1, 2))
    kind = draw(st.sampled_from(["normal", "counts", "zeros at the start", "idle mornings"]))
    values = random.normal(size=(n, width))
    if kind == "counts":
        values = random.poisson(0.3, size=(n, width)).astype(float)
    elif kind == "zeros at the start":
        values[: draw(st.integers(1, n // 2))] = 0.0
    elif kind == "idle mornings":
        values[np.arange(n) % 8 < 5] = 0.0
    return values, draw(st.integers(2, n - 2))


def reference(values, lag, horizon):
    """The windows of all rows, one after another."""
    windows = np.full((len(values), lag, values.shape[1]), np.nan)
    for row in range(len(values)):
        for step in range(lag):
            past = row - horizon - lag + 1 + step
            if past >= 0:
                windows[row, step] = values[past]
    return windows


def transformer(lag, horizon, scaler, *, keeps_index=True):
    windows = LagWindowTransformer(lag=lag, horizon=horizon, flatten=True)
    if SCALERS[scaler] is None:
        return windows
    scale = SCALERS[scaler]()
    return make_pipeline(scale.set_output(transform="pandas") if keeps_index else scale, windows)


def windows_of(fitted, X, shape):
    """The windows, and whether there was a warning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = np.asarray(fitted.transform(X), float)
    return result.reshape(len(X), *shape), [str(w.message) for w in caught]


# With few rows, the night between two sessions may be a hole: that is said once, in fit.
@pytest.mark.filterwarnings("ignore:.* missing inside X, judging by the usual step of its index")
@settings(deadline=None)
@given(
    series=cut_series(),
    lag=st.integers(1, 9),
    horizon=st.integers(0, 3),
    kind=st.sampled_from(list(INDEXES)),
    scaler=st.sampled_from(list(SCALERS)),
    overlap=st.integers(0, 12),
    n_more=st.integers(1, 60),
)
def test_an_index_makes_the_cut_invisible(series, lag, horizon, kind, scaler, overlap, n_more):
    values, cut = series
    frame = pd.DataFrame(values, INDEXES[kind][: len(values)]).rename(columns=str)
    begin, end = max(cut - overlap, 0), min(cut + n_more, len(values))
    fitted = transformer(lag, horizon, scaler).fit(frame[:cut])
    rows = values if SCALERS[scaler] is None else fitted[0].transform(frame).to_numpy()
    expected = reference(rows, lag, horizon)[begin:end]
    result, _ = windows_of(fitted, frame[begin:end], expected.shape[1:])
    np.testing.assert_allclose(result, expected, atol=1e-12)


@settings(deadline=None)
@given(
    series=cut_series(),
    lag=st.integers(1, 9),
    horizon=st.integers(0, 3),
    kind=st.sampled_from([*INDEXES, "none"]),
    scaler=st.sampled_from(list(SCALERS)),
    start=st.integers(-90, 5),
    n_rows=st.integers(1, 60),
)
def test_without_an_index_no_window_is_wrong_and_no_loss_is_silent(
    series, lag, horizon, kind, scaler, start, n_rows
):
    values, cut = series
    frame = pd.DataFrame(values).rename(columns=str)
    repeats = len(np.unique(values[:cut], axis=0)) < cut
    if kind != "none":
        frame.index = INDEXES[kind][: len(values)]
    # A scaler that returns an array drops the index of a frame.
    X = frame if SCALERS[scaler] is not None else frame.to_numpy()
    begin = min(max(cut + min(start, 0), 0), len(values) - 1)
    end = min(begin + n_rows, len(values))
    if begin < cut and repeats:
        # Rows that repeat are a slice or the continuation: an overlap with the end needs an index.
        end = min(end, cut)
    # Rows that equal the fitted series are the fitted series, as `fit_transform` assumes.
    assume(begin == 0 or not np.array_equal(values[begin:end], values[:cut]))
    fitted = transformer(lag, horizon, scaler, keeps_index=False).fit(X[:cut])
    rows = fitted[0].transform(X) if SCALERS[scaler] is not None else values
    expected = reference(rows, lag, horizon)[begin:end]
    result, messages = windows_of(fitted, X[begin:end], expected.shape[1:])
    known = ~np.isnan(result)
    np.testing.assert_allclose(result[known], expected[known], atol=1e-12)
    if (np.isnan(result) & ~np.isnan(expected)).any():
        assert any("context=" in message for message in messages), messages
