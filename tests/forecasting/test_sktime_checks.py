"""sktime's own checks of every forecaster, all of them."""

import pytest
from sktime.utils.estimator_checks import check_estimator, parametrize_with_checks

from skrnn.forecasting import (
    AutoRNNForecaster,
    PanelBoosting,
    PanelRidge,
    PanelTheta,
    PanelTSB,
    RNNForecaster,
)

# What others warn of inside sktime's checks: its own defaults to come, of forecasters that its
# checks make beside ours, and pandas's of what the checks do to frames.
pytestmark = [
    pytest.mark.filterwarnings("ignore:[\\s\\S]*remember_data:FutureWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning:sktime"),
    pytest.mark.filterwarnings("ignore::UserWarning:sktime"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:skbase"),
    # Its short series give few errors, which AutoRNNForecaster says where they are too few.
    # RNNForecaster with loss="quantile" says which part of a distribution it assumes.
    pytest.mark.filterwarnings("ignore:The network forecasts the quantiles:UserWarning"),
    pytest.mark.filterwarnings("ignore:There are \\d+ held-out errors:UserWarning"),
]


# The other forecasters by smoothing differ from PanelTheta in their models alone.
FORECASTERS = [RNNForecaster, AutoRNNForecaster, PanelTheta, PanelRidge, PanelTSB, PanelBoosting]


@parametrize_with_checks(FORECASTERS, obj_varname="forecaster", check_varname="name")
def test_sktime(forecaster, name):
    check_estimator(forecaster, tests_to_run=name, raise_exceptions=True, verbose=False)


@pytest.mark.parametrize("forecaster", FORECASTERS)
def test_no_check_is_skipped(forecaster):
    assert not forecaster.get_class_tag("tests:skip_by_name")
    assert forecaster.get_class_tag("tests:vm", False) is False
