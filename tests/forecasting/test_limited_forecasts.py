"""The warning about forecasts that went far beyond the values of their series."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import AutoRNNForecaster, PanelTheta, RNNForecaster, backtest
from skrnn.forecasting._backtest import _Run
from skrnn.forecasting._backtest_quantiles import AskedQuantiles
from skrnn.forecasting._limited_forecasts import (
    OriginWarnings,
    are_counts,
    collected_warnings,
    report_limited,
    warn_of_collected,
    warn_of_limited_origins,
    warn_or_collect,
)
from skrnn.forecasting._origins import Origins

NAMES = pd.Index(list("abcd"))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 3, np.nan], True),
        ([1, 3], False),
        ([0, 2.5], False),
        ([-1, 0], False),
        ([np.nan], False),
    ],
)
def test_counts_have_zeros(values, expected):
    assert are_counts(np.array(values, float)) == expected


@pytest.mark.parametrize(
    ("instances", "recursive", "counts", "message"),
    [
        (
            None,
            True,
            False,
            "^The forecast of y went .* use strategy='direct' or 'multioutput', a",
        ),
        (NAMES, False, False, "of 4 series .'a', 'b', 'c', .... went .* use a smaller learning_r"),
        (NAMES[:1], False, True, "of 1 series .'a'. went .* use loss='negative_binomial', which"),
    ],
)
def test_the_advice_depends_on_what_is_in_use(instances, recursive, counts, message):
    with pytest.warns(UserWarning, match=message):
        report_limited(instances, recursive=recursive, counts=counts)


@pytest.mark.parametrize(
    ("collected", "message"),
    [
        ([[], [(None, False, False)]], "^The forecast of y at 1 of 2 origins went far"),
        (
            [[(NAMES[:1], True, False), (NAMES[1:2], True, True)], [(NAMES[1:], False, False)]],
            "of 4 series .'a', 'b', 'c', .... at 2 of 2 origins .*negative_binomial.*direct",
        ),
    ],
)
def test_origins_are_summarised(collected, message):
    with pytest.warns(UserWarning, match=message) as caught:
        warn_of_limited_origins(collected, 2)
    assert len(caught) == 1


def test_without_limited_forecasts_there_is_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_limited_origins([[], []], 2)
        with collected_warnings() as found:
            report_limited(NAMES, recursive=True, counts=False)
    assert found == OriginWarnings(limited=[(NAMES, True, False)])


class Wild(RNNForecaster):
    """Forecasts as if each forecast had been limited."""

    def _predict(self, fh, X):
        report_limited(None, recursive=False, counts=False)
        return super()._predict(fh, X)


def test_other_processes_return_what_was_limited():
    y = pd.Series(np.arange(40.0) % 7, pd.date_range("2024", periods=40, freq="D"))
    wild = Wild(cell="gru", units=2, lag=3, epochs=1, n_networks=1, random_state=0)
    origins = Origins.of(y, None, np.array([1, 2]), 3, 2)
    there = pickle.loads(pickle.dumps(_Run(wild, origins, 7, AskedQuantiles.of(None, None))))
    table, found = pickle.loads(pickle.dumps(there._fit_and_forecast(1, np.array([True]))))
    assert set(table["origin"]) == {2}
    assert found == OriginWarnings(limited=[(None, False, False)])


@pytest.mark.parametrize("refit", [True, False])
def test_a_back_test_warns_once(refit):
    y = pd.Series(np.arange(40.0) % 7, pd.date_range("2024", periods=40, freq="D"))
    wild = Wild(cell="gru", units=2, lag=3, epochs=1, n_networks=1, random_state=0)
    with pytest.warns(UserWarning, match="forecast of y at 3 of 3 origins went far") as caught:
        backtest(wild, y, fh=[1, 2], n_origins=3, refit=refit)
    assert sum("went far beyond" in str(one.message) for one in caught) == 1


def test_intervals_without_width_are_reported_once():
    y = pd.Series(5.0, pd.date_range("2024", periods=40, freq="D"))
    view = AutoRNNForecaster(views={"theta": PanelTheta()})
    with pytest.warns(UserWarning, match="never change.* applies to 3 of 3 origins") as caught:
        backtest(view, y, fh=[1, 2], n_origins=3, coverage=[0.8])
    assert sum("never change" in str(one.message) for one in caught) == 1


def test_other_warnings_are_issued_once_for_all_origins():
    with collected_warnings() as found:
        for message in ("First.", "First.", "Second."):
            warn_or_collect(message)
    assert found == OriginWarnings(texts=["First.", "Second."])
    limits = OriginWarnings(limited=[(NAMES[:1], False, False)], texts=["Second."])
    with pytest.warns(UserWarning, match="origins") as caught:
        warn_of_collected([found, limits, OriginWarnings()], 3)
    first, second, limited = [str(each.message) for each in caught]
    assert first == "First. This warning applies to 1 of 3 origins."
    assert second == "Second. This warning applies to 2 of 3 origins."
    assert "1 series ('a') at 1 of 3 origins" in limited
