"""Changes that are lost in float32."""

import warnings

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._panel import Panel
from skrnn.forecasting._precision_warnings import warn_about_lost_digits
from skrnn.windows._time_axis import TimeAxis

STEPS = 0.5 * np.arange(50)


def laid_out(columns):
    """Lay out series, each with a gap of unknown rows before it."""
    if not isinstance(columns, dict):
        frame = pd.DataFrame(columns)
    else:
        frame = pd.concat({name: pd.DataFrame(values) for name, values in columns.items()})
    return Panel.of(frame, TimeAxis(0), 3)


@pytest.mark.parametrize("offset", [1e8, -1e8, 1e12])
def test_changes_that_float32_does_not_hold(offset):
    meter = STEPS + offset
    meter[[3, 7, 8]] = np.nan
    panel = laid_out(np.column_stack([STEPS, meter]))
    with pytest.warns(UserWarning, match="the feature 'x', as it was scaled, has values near"):
        warn_about_lost_digits(panel, panel.values, ["y", "the feature 'x'"])


def test_the_series_are_named():
    panel = laid_out({"a": STEPS + 1e9, "b": STEPS, "c": STEPS[:20] + 1e9})
    with pytest.warns(UserWarning, match="y, as it was scaled, in the series 'a', 'c' has values"):
        warn_about_lost_digits(panel, panel.values, ["y"])


@pytest.mark.parametrize(
    "values",
    [STEPS, STEPS + 1e5, STEPS * 1e8, np.full(50, 1e9), 1e9 * (STEPS > 9), np.full(50, np.nan)],
)
def test_nothing_is_lost(values):
    panel = laid_out({"a": values, "b": -values})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_about_lost_digits(panel, panel.values, ["y"])


def test_columns_without_a_name_are_not_checked():
    panel = laid_out(STEPS + 1e9)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_about_lost_digits(panel, panel.values, [None])


OFFSETS = [1e3, 1e5, 1e8, 1e10, 1e12]
MONTHS = pd.period_range("2000-01", periods=60, freq="M", name="t")
WALK = np.random.default_rng(0).normal(size=60).cumsum()
SERIES = {"meter": 0.5 * np.arange(60), "walk": WALK}
KINDS = {
    "all at once": {},
    "recursive": {"strategy": "recursive"},
    "seasons": {"deseasonalize": True, "sp": 4},
    "direct": {"strategy": "direct"},
    "without a level": {"level": False},
    "differences": {"differencing": 1},
    "scaled by series": {"scale_by": "series"},
}


def forecast(cheap, y, X=None, **parameters):
    """Fit, update with ten further rows, and forecast three steps of the ten and after them."""
    parameters = {"target_scaler": "auto", "strategy": "multioutput"} | parameters
    forecaster = cheap(**parameters).fit(y[:50], X=None if X is None else X[:50], fh=[1, 2, 3])
    first = forecaster.predict(X=None if X is None else X[50:53])
    forecaster.update(y[50:57], X=None if X is None else X[50:57])
    second = forecaster.predict(X=None if X is None else X[57:])
    return np.concatenate([first, second])


def moved(values, offset):
    """Add an offset to a series with gaps."""
    values = values + offset
    values[[5, 20, 21, 48, 52]] = np.nan
    return pd.Series(values, MONTHS, name="y")


@pytest.mark.parametrize("kind", KINDS)
def test_forecasts_move_with_the_series(cheap, kind):
    """A meter at 1e8 had an error of 58 where it is 0.1 at 1e5."""
    for name, values in SERIES.items():
        near = forecast(cheap, moved(values, 0.0), **KINDS[kind])
        for offset in OFFSETS:
            far = forecast(cheap, moved(values, offset), **KINDS[kind])
            digits = 1e-3 + 100 * np.spacing(offset)
            np.testing.assert_allclose(far - offset, near, atol=digits, err_msg=name)


def test_forecasts_of_several_columns_and_features_move_with_them(cheap):
    def made(offset):
        y = pd.DataFrame({"y": WALK + offset, "z": SERIES["meter"] - 2 * offset}, MONTHS)
        X = pd.DataFrame({"x": np.roll(WALK, -1) + offset, "past": WALK - offset}, MONTHS)
        made = forecast(cheap, y, X, known_features="x", target_scaler="standard")
        return made - np.array([offset, -2 * offset])

    near = made(0.0)
    for offset in OFFSETS:
        np.testing.assert_allclose(made(offset), near, atol=2e-3 + 100 * np.spacing(offset))


def test_forecasts_of_a_panel_move_with_each_series(cheap):
    def made(offsets):
        parts = {
            name: moved(SERIES[kind], offset).to_frame()
            for name, kind, offset in zip("ab", SERIES, offsets, strict=True)
        }
        forecaster = cheap(target_scaler="auto", strategy="multioutput")
        forecaster.fit(pd.concat(parts, names=["series"]), fh=[1, 2, 3])
        return forecaster.predict().to_numpy().reshape(2, 3) - np.array(offsets)[:, None]

    near = made([0.0, 0.0])
    np.testing.assert_allclose(made([1e12, -1e8]), near, atol=0.02)


@pytest.mark.parametrize("offset", OFFSETS)
def test_logarithms_of_a_meter_far_from_zero(cheap, offset):
    y = moved(SERIES["meter"], offset)
    made = forecast(cheap, y, transformer="log", loss="absolute_error", epochs=40)
    truth = np.r_[50:53, 57:60] * 0.5
    assert np.abs(made - offset - truth).mean() < 1.0


def test_data_far_from_zero_without_a_scaling_gives_a_warning(cheap):
    X = pd.DataFrame({"x": WALK + 1e8}, MONTHS)
    forecaster = cheap(target_scaler=None, feature_scaler=None, level=False, epochs=1)
    with pytest.warns(UserWarning, match="as it was scaled, has values near 1e") as caught:
        forecaster.fit(moved(WALK, 1e8), X=X)
    starts = sorted(str(warning.message).partition(",")[0] for warning in caught)
    assert starts == ["the feature 'x'", "y"]
    assert all(warning.filename == __file__ for warning in caught)
