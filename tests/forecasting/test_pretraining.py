"""Networks that are trained on some series and forecast others."""

from copy import deepcopy

import numpy as np
import pandas as pd
import pytest


def test_new_series_by_networks_of_others(cheap, panel, months):
    forecaster = cheap(scale_by="series").pretrain(panel)
    weights = [w.copy() for w in forecaster.networks_.regressors[0].weights_]
    forecast = forecaster.fit(months).predict(fh=[1, 2])
    assert forecast.index.equals(pd.period_range("2005-01", periods=2, freq="M"))
    for now, then in zip(forecaster.networks_.regressors[0].weights_, weights, strict=True):
        np.testing.assert_array_equal(now, then)
    with pytest.raises(ValueError, match=r"y has 2 column\(s\) and X has \[\], but the networks"):
        forecaster.fit(pd.DataFrame({"a": months, "b": months}))


def test_later_fits_start_from_the_pretrained_networks(cheap, panel, months):
    forecaster = cheap(scale_by="series").pretrain(panel)
    expected = deepcopy(forecaster).fit(months).predict(fh=[1, 2])
    new = panel.loc[["c"]].tail(2).rename(index={25: 27, 26: 28}, level="t")
    again = deepcopy(forecaster).pretrain(panel).fit(months).predict(fh=[1])
    forecaster.fit(panel).update(new)
    pd.testing.assert_series_equal(forecaster.fit(months).predict(fh=[1, 2]), expected)
    # A second call to pretrain continues from the first one, whatever was fitted in between.
    forecaster.fit(panel).update(new)
    found = forecaster.pretrain(panel).fit(months).predict(fh=[1])
    pd.testing.assert_series_equal(found, again)


def test_columns_have_the_order_of_pretrain(cheap, panel, months):
    both = panel.assign(z=-panel["y"])
    forecaster = cheap(scale_by="series").pretrain(both)
    with pytest.raises(ValueError, match=r"y has the columns \['z', 'y'\], but the networks were"):
        forecaster.fit(both[["z", "y"]])
    renamed = forecaster.fit(pd.DataFrame({"a": months, "b": -months})).predict(fh=[1])
    assert renamed.columns.tolist() == ["a", "b"]
