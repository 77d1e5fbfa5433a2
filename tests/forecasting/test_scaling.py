"""Scaling of all series alike, and of each on its own."""

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import FunctionTransformer, RobustScaler, StandardScaler

from skrnn.forecasting._panel import Panel
from skrnn.forecasting._scaling import CommonScaling, SeriesScaling, check_scaler
from skrnn.windows._time_axis import TimeAxis


@pytest.fixture
def panel():
    random = np.random.default_rng(0)
    lengths = [5, 40, 7, 33]
    index = pd.MultiIndex.from_tuples([(s, t) for s, n in enumerate(lengths) for t in range(n)])
    values = random.normal(size=(sum(lengths), 2)) * [1, 100] + [0, 1000]
    values[3] = np.nan
    return Panel.of(pd.DataFrame(values, index=index), TimeAxis(0), gap=2)


@pytest.mark.parametrize("name", ["standard", "minmax", RobustScaler()])
def test_each_series_as_scikit_learn_scales_it(panel, name):
    scaling = SeriesScaling(check_scaler(name, "target_scaler")).fit(panel, panel.values)
    scaled = scaling.transform(panel, panel.values)
    for start, end in zip(panel.starts, panel.ends, strict=True):
        alone = check_scaler(name, "target_scaler").fit_transform(panel.values[start:end])
        np.testing.assert_allclose(scaled[start:end], alone, atol=1e-12)
    back = scaling.inverse_transform(panel, scaled)
    np.testing.assert_allclose(back[panel.rows], panel.values[panel.rows])


def test_other_rows_of_the_same_series(panel):
    scaling = SeriesScaling(StandardScaler()).fit(panel, panel.values)
    tail = panel.tail(3, np.full(4, 5))
    scaled, whole = scaling.transform(tail, tail.values), scaling.transform(panel, panel.values)
    np.testing.assert_allclose(scaled[3:6], whole[panel.starts[1] + 2 : panel.starts[1] + 5])


def test_all_series_alike(panel):
    scaling = CommonScaling(StandardScaler()).fit(panel, panel.values)
    scaled = scaling.transform(panel, panel.values)
    np.testing.assert_allclose(np.nanmean(scaled, axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(np.nanstd(scaled, axis=0), 1)
    np.testing.assert_allclose(scaling.inverse_transform(panel, scaled), panel.values)


@pytest.mark.parametrize("scaling", [CommonScaling(None), SeriesScaling(None)])
def test_no_scaling(panel, scaling):
    assert scaling.fit(panel, panel.values).transform(panel, panel.values) is panel.values
    assert scaling.inverse_transform(panel, panel.values) is panel.values


@pytest.mark.parametrize("scaling", [CommonScaling, SeriesScaling])
@pytest.mark.parametrize("name", ["standard", "minmax"])
def test_nothing_known(panel, scaling, name):
    values = np.full_like(panel.values, np.nan)
    scaled = scaling(check_scaler(name, "x")).fit(panel, values).transform(panel, values)
    assert np.isnan(scaled).all()


def test_the_scaler_given_is_left_alone(panel):
    given = StandardScaler()
    CommonScaling(check_scaler(given, "target_scaler")).fit(panel, panel.values)
    SeriesScaling(given).fit(panel, panel.values)
    assert not hasattr(given, "mean_")


def test_functions():
    log = FunctionTransformer(np.log, np.exp)
    y = pd.DataFrame({"y": [1.0, 10.0, 100.0]})
    panel = Panel.of(y, TimeAxis(0), gap=1)
    scaling = SeriesScaling(check_scaler(log, "target_scaler")).fit(panel, panel.values)
    scaled = scaling.transform(panel, panel.values)
    np.testing.assert_allclose(scaled[1:, 0], np.log(y["y"]))


@pytest.mark.parametrize("given", ["robust", 3, StandardScaler])
def test_bad_scaler(given):
    with pytest.raises(ValueError, match="feature_scaler must be 'standard', 'minmax', None or"):
        check_scaler(given if given != StandardScaler else object(), "feature_scaler")
