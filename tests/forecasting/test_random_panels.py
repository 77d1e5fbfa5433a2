"""Random panels, by both forecasters, alone and together: one rule for one series and many."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skrnn.forecasting import AutoRNNForecaster, RNNForecaster
from skrnn.forecasting._network_training import NothingToLearnError

FH = [1, 2]
# One shape, so that one compiled program trains all of them.
SHAPE = {"lag": 3, "units": 2, "cell": "simple", "epochs": 1, "batch_size": 32, "n_networks": 1}
ONE = RNNForecaster(**SHAPE, learning_rate=0.005, weight_decay=0.0, random_state=0)
LOCAL = ONE.clone().set_params(pooling="local")
AUTO = AutoRNNForecaster(views={"one": ONE, "raw": ONE.clone().set_params(transformer=None)})

KINDS = {
    "walk": lambda random, n: random.normal(size=n).cumsum(),
    "constant": lambda random, n: np.full(n, 7.0),
    "zeros": lambda random, n: np.zeros(n),
    "counts": lambda random, n: random.poisson(0.4, size=n).astype(float),
    "integers": lambda random, n: random.integers(1, 9, size=n).astype(float),
    "offset": lambda random, n: 1e6 + random.normal(size=n).cumsum(),
    "growth": lambda random, n: np.exp(0.05 * random.normal(1, size=n).cumsum()),
    "season": lambda random, n: 50 + 9 * np.sin(np.arange(n) * np.pi / 6) + random.normal(size=n),
}


@st.composite
def one_series(draw):
    """Values of a series of 1 to 60 months with gaps anywhere, also at both ends."""
    n = draw(st.integers(1, 60))
    random = np.random.default_rng(draw(st.integers(0, 9)))
    values = KINDS[draw(st.sampled_from(sorted(KINDS)))](random, n)
    for start, width in draw(
        st.lists(st.tuples(st.integers(0, n), st.integers(1, 30)), max_size=3)
    ):
        values[start : start + width] = np.nan
    return values


@st.composite
def panels(draw, min_size=1):
    """Panels whose series begin at any time."""
    parts = {}
    for name in "abcd"[: draw(st.integers(min_size, 4))]:
        values = draw(one_series())
        first = pd.Period("2000-01", "M") + draw(st.integers(0, 12))
        parts[name] = pd.DataFrame({"y": values}, pd.period_range(first, periods=len(values)))
    return pd.concat(parts, names=["series", "month"])


def of_each(panel):
    return {name: part.droplevel(0)["y"] for name, part in panel.groupby(level=0)}


def forecast(forecaster, y):
    """Fit and forecast; warnings say what is wrong with such data."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return forecaster.clone().fit(y, fh=FH).predict()


def assert_inside(values, known):
    """Check that forecasts of two steps lie within the documented bounds."""
    known = known.dropna().to_numpy()
    if not len(known):
        assert np.isnan(values).all()
        return
    low, high = known.min(), known.max()
    margin = (high - low) * (1 + 2 / len(known))
    growth = high * (high / low) ** 0.25 if low > 0 else high
    slack = 1e-6 * max(abs(low), abs(high))
    assert values.max() <= max(high + margin, growth) + slack
    assert values.min() >= low - margin - slack


SETTINGS = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@SETTINGS
@given(panels())
def test_auto_forecasts_everything(panel):
    together = forecast(AUTO, panel)
    assert together.index.names == ["series", "month"]
    for name, y in of_each(panel).items():
        alone = forecast(AUTO, y)
        for values in (alone, together.loc[name, "y"]):
            assert values.index.equals(pd.period_range(y.index[-1] + 1, periods=2, name="month"))
            assert_inside(values, y)
        if y.notna().any():
            assert alone.notna().all()
            assert together.loc[name, "y"].notna().all()


@SETTINGS
@given(panels())
def test_the_same_values_alone_and_in_a_panel_of_networks_of_their_own(panel):
    alone, failed = {}, False
    for name, y in of_each(panel).items():
        try:
            alone[name] = forecast(ONE, y)
        except NothingToLearnError:
            failed = True
            continue
        assert alone[name].notna().all()
        assert_inside(alone[name], y)
    if failed:
        with pytest.raises(NothingToLearnError, match=r"too short|consecutive known rows"):
            forecast(LOCAL, panel)
        panel = panel[panel.index.get_level_values(0).isin(list(alone))]
    if alone:
        together = forecast(LOCAL, panel)
        for name, values in alone.items():
            np.testing.assert_array_equal(together.loc[name, "y"], values)


@SETTINGS
@given(panels(min_size=2))
def test_a_panel_on_common_dates_is_the_panel(panel):
    months = panel.index.get_level_values("month")
    dates = pd.period_range(months.min(), months.max(), name="month")
    wide = panel["y"].unstack(0).reindex(dates)
    common = wide.T.stack(future_stack=True).to_frame("y")
    try:
        before = ONE.clone().fit(panel, fh=FH)
    except NothingToLearnError:
        with pytest.raises(NothingToLearnError):
            ONE.clone().fit(common, fh=FH)
        return
    after = ONE.clone().fit(common, fh=FH)
    for ours, theirs in zip(
        before.networks_.regressors[0].weights_,
        after.networks_.regressors[0].weights_,
        strict=True,
    ):
        np.testing.assert_array_equal(ours, theirs)
