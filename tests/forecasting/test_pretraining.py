"""Networks that are trained on some series and forecast others."""

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
