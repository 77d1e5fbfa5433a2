"""Transformations of the target, and back."""

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import FunctionTransformer, PowerTransformer, QuantileTransformer
from sktime.transformations.boxcox import BoxCoxTransformer, LogTransformer
from sktime.transformations.detrend import Deseasonalizer, Detrender

from skrnn.forecasting._panel import Panel
from skrnn.forecasting._transformations import check_transformer, make_transformation
from skrnn.windows._time_axis import TimeAxis

# sktime 1.2 announces a change whenever a forecaster is made, as in Detrender.
pytestmark = pytest.mark.filterwarnings("ignore:The default of config:FutureWarning")
TRANSFORMERS = {
    "log": lambda: "log",
    "boxcox": lambda: "boxcox",
    "a function": lambda: FunctionTransformer(np.sqrt, np.square, check_inverse=False),
    "PowerTransformer": PowerTransformer,
    "LogTransformer": LogTransformer,
    "BoxCoxTransformer": BoxCoxTransformer,
    "Detrender": Detrender,
    "Deseasonalizer": lambda: Deseasonalizer(sp=6),
}


@pytest.fixture
def laid_out():
    """Two series of different lengths and sizes, in months."""
    random = np.random.default_rng(0)
    parts = {}
    for name, first, size in [("small", 0, 1.0), ("large", 9, 1000.0)]:
        index = pd.period_range("2000-01", periods=60, freq="M", name="t")[first:]
        parts[name] = pd.DataFrame({"y": size * random.gamma(3, size=len(index))}, index)
    frame = pd.concat(parts, names=["series"])
    axis = TimeAxis.of(frame.index.get_level_values("t"))
    return Panel.of(frame, axis, 4), axis


@pytest.mark.parametrize("name", TRANSFORMERS)
def test_there_and_back(laid_out, name):
    panel, axis = laid_out
    check_transformer(TRANSFORMERS[name]())
    transformation = make_transformation(TRANSFORMERS[name](), axis).fit(panel, panel.values)
    there = transformation.transform(panel, panel.values)
    assert np.abs(there - panel.values)[panel.rows].max() > 0.01
    positions = np.tile(np.arange(40, 60), (2, 1))
    rows = panel.row_of(positions)
    cube = there[rows][..., None]
    back = transformation.inverse_transform(np.concatenate([cube, cube], axis=3), positions)
    expected = panel.values[rows]
    np.testing.assert_allclose(back, np.stack([expected, expected], axis=3), rtol=1e-5)


def test_names_are_those_of_the_field(laid_out):
    panel, axis = laid_out
    log = make_transformation("log", axis).fit(panel, panel.values)
    np.testing.assert_allclose(log.transform(panel, panel.values), np.log(panel.values))
    boxcox = make_transformation("boxcox", axis).fit(panel, panel.values)
    from scipy.stats import boxcox as reference

    expected, _ = reference(panel.values[panel.starts[1] : panel.ends[1], 0])
    ours = boxcox.transform(panel, panel.values)[panel.starts[1] : panel.ends[1], 0]
    np.testing.assert_allclose(ours, expected, rtol=1e-4)


def test_each_series_with_zeros_is_shifted_by_a_tenth_of_its_mean():
    series = {"some": [0.0, 4.0, np.nan, 2.0], "none": [3.0, 5.0], "all": [0.0, 0.0]}
    series |= {"unknown": [np.nan, np.nan]}
    frame = pd.concat({name: pd.DataFrame({"y": values}) for name, values in series.items()})
    panel = Panel.of(frame, TimeAxis(0), 2)
    log = make_transformation("log", TimeAxis(0)).fit(panel, panel.values)
    shift = {"some": 0.1 * 2, "none": 0.0, "all": 1.0, "unknown": 0.0}
    expected = [np.log(np.add(values, shift[name])) for name, values in series.items()]
    found = log.transform(panel, panel.values)[panel.rows, 0]
    np.testing.assert_allclose(found, np.concatenate(expected), rtol=1e-12)


def test_zeros_have_logarithms_and_forecasts_are_not_negative(cheap, months):
    y = months - months.min()
    forecast = cheap(transformer="log").fit(y).predict(fh=range(1, 25))
    assert (forecast >= 0).all()
    assert np.isfinite(forecast).all()


@pytest.mark.parametrize("value", [0.0, -5.0])
def test_a_new_row_without_a_logarithm_counts_as_the_smallest_known_value(cheap, months, value):
    y = months - months.min() + 50
    forecaster = cheap(transformer="log", lag=3).fit(y[:50])
    new = y[50:53].copy()
    new.iloc[-1] = value
    forecaster.update(new, update_params=False)
    with pytest.warns(UserWarning, match=r"1 row\(s\) of y are zero or negative"):
        forecast = forecaster.predict(fh=[1, 2])
    new.iloc[-1] = y[:50].min()
    other = cheap(transformer="log", lag=3).fit(y[:50]).update(new, update_params=False)
    np.testing.assert_allclose(forecast, other.predict(fh=[1, 2]))


def test_missing_values_stay_missing(laid_out):
    panel, axis = laid_out
    values = panel.values.copy()
    values[panel.starts[0] + 5] = np.nan
    for make in TRANSFORMERS.values():
        transformation = make_transformation(make(), axis).fit(panel, values)
        there = transformation.transform(panel, values)
        np.testing.assert_array_equal(np.isnan(there), np.isnan(values))


@pytest.mark.parametrize("name", TRANSFORMERS)
def test_forecasts_are_in_units_of_the_series(cheap, months, name):
    y = 1000 + 100 * months
    forecast = cheap(transformer=TRANSFORMERS[name](), epochs=10).fit(y).predict(fh=[1, 2, 3])
    assert forecast.between(y.min() - np.ptp(y), y.max() + np.ptp(y)).all()


def test_quantiles_are_transformed_back(cheap, months):
    parameters = {"strategy": "multioutput", "loss": "quantile", "quantile": (0.1, 0.5, 0.9)}
    y = np.exp(months / months.max())
    logarithms = cheap(**parameters).fit(np.log(y), fh=[1, 3]).predict_quantiles(alpha=[0.1, 0.9])
    units = cheap(**parameters, transformer="log").fit(y, fh=[1, 3])
    np.testing.assert_allclose(
        units.predict_quantiles(alpha=[0.1, 0.9]), np.exp(logarithms), rtol=1e-6
    )


@pytest.mark.parametrize(
    "wrong", ["sqrt", 3, QuantileTransformer, FunctionTransformer, object(), np.log]
)
def test_wrong(cheap, months, wrong):
    with pytest.raises(ValueError, match="transformer must be 'auto', 'log', 'boxcox', None"):
        cheap(transformer=wrong).fit(months)


def test_negative_values_have_no_logarithms(cheap, months, panel):
    with pytest.raises(ValueError, match=r"not negative, but y has \d+ negative value"):
        cheap(transformer="log").fit(months - months.mean())
    with pytest.raises(ValueError, match="in the series 'a'"):
        cheap(transformer="log").fit(panel)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (7.0, r"no power for values that are all equal, as those of y are in the series 'small'"),
        (0.0, r"above zero, but y has 60 row\(s\) .* in the series 'small'.*transformer='log'"),
        (-1.0, r"above zero, but y has 60 row\(s\) .* in the series 'small'"),
    ],
)
def test_series_without_a_power_are_named(laid_out, value, message):
    panel, axis = laid_out
    values = panel.values.copy()
    values[panel.rows[panel.series == list(panel.instances).index("small")]] = value
    with pytest.raises(ValueError, match=f"transformer='boxcox' .*{message}"):
        make_transformation("boxcox", axis).fit(panel, values)
    if value <= 0:
        boxcox = make_transformation("boxcox", axis).fit(panel, panel.values)
        with pytest.raises(ValueError, match=f"transformer='boxcox' .*{message}"):
            boxcox.transform(panel, values)
