"""sktime's own checks of every forecaster, all of them.

A check runs for all combinations of parameters, columns, indexes, and horizons, up to 432 of them.
Here it runs for few of them, in which every pair of such values occurs.
"""

import re
from collections import defaultdict

import pytest
from covering_array import few_with_all_pairs
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
    pytest.mark.filterwarnings("ignore::DeprecationWarning:sktime"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:skbase"),
    # Its short series give few errors, which AutoRNNForecaster says where they are too few.
    # RNNForecaster with loss="quantile" says which part of a distribution it assumes.
    pytest.mark.filterwarnings("ignore:The network forecasts the quantiles:UserWarning"),
    pytest.mark.filterwarnings("ignore:The number of held-out errors:UserWarning"),
]


# The other forecasters by smoothing differ from PanelTheta in their models alone.
FORECASTERS = [RNNForecaster, AutoRNNForecaster, PanelTheta, PanelRidge, PanelTSB, PanelBoosting]


# Cases of sktime's checks that do nothing, so that they cannot stand for a pair of values.
RETURNS_AT_ONCE = re.compile(r"timedelta|with_X.*fh=\[2 5\]")


@parametrize_with_checks(FORECASTERS, obj_varname="forecaster", check_varname="name")
def test_sktime(forecaster, name):
    names = few_with_each_pair(cases_of(forecaster, name))
    results = check_estimator(
        forecaster, fixtures_to_run=names, raise_exceptions=True, verbose=False
    )
    assert sorted(results) == sorted(names)


class Asked(list):
    """Names of the cases of which a check asks whether it is to run them. It runs none."""

    def __contains__(self, name):
        self.append(name)
        return False


def cases_of(forecaster, name):
    """Return the names of all cases of a check: parameters, columns, indexes, horizons..."""
    asked = Asked()
    check_estimator(forecaster, tests_to_run=name, fixtures_to_run=asked, verbose=False)
    assert asked
    return list(asked)


def few_with_each_pair(names):
    """Choose cases so that each pair of values, such as parameters and an index, occurs in one."""
    alike = defaultdict(dict)
    for name in names:
        values = values_in(name)
        alike[len(values), bool(RETURNS_AT_ONCE.search(name))][values] = name
    return [of[values] for of in alike.values() for values in few_with_all_pairs(list(of))]


def values_in(name):
    """Return the values in the name of a case; index, kind of horizon and relative are one value.

    >>> values_in("test_score[RNNForecaster-0-y:1cols-fh=-3-datetime-int-True]")
    ('test_score', 'RNNForecaster-0', 'y:1cols', 'fh=-3', 'datetime-int-True')
    """
    check, _, case = name.removesuffix("]").partition("[")
    return (check, *re.split(r"-(?=[A-Za-z])(?!(?:\w+-)?(?:True|False))", case))


@pytest.mark.parametrize("forecaster", FORECASTERS)
def test_no_check_is_skipped(forecaster):
    assert not forecaster.get_class_tag("tests:skip_by_name")
    assert forecaster.get_class_tag("tests:vm", False) is False
