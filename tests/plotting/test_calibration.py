"""Quantiles of forecasts, and how many observed values lie below them."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from skrnn import RNNRegressor
from skrnn.plotting._calibration import check_quantiles, quantiles_of, share_below


def test_share_below():
    observed = [1.0, 2.0, np.nan, 3.0, 9.0]
    table = [[0.0, 2.0], [2.0, 3.0], [0.0, 9.0], [np.nan, 9.0], [1.0, 2.0]]
    share, n_values = share_below(observed, table, np.array([0.25, 0.75]))
    # The second value equals its first quantile.
    np.testing.assert_allclose(share, [0.5 / 3, 2 / 3])
    assert n_values == 3


def test_counts_are_calibrated_although_many_equal_a_quantile():
    random = np.random.default_rng(0)
    counts = random.poisson(0.7, size=20_000)
    share, _ = share_below(counts, np.tile([0.0, 1.0], (20_000, 1)), np.array([0.2, 0.6]))
    below = np.exp(-0.7) * np.array([0.5, 1 + 0.7 / 2])
    np.testing.assert_allclose(share, below, atol=0.01)


@pytest.mark.parametrize("quantile", [(), (0.5, 0.1), (0.0, 0.5), (0.5, 1.0), [[0.1, 0.2]]])
def test_refuses_quantiles(quantile):
    with pytest.raises(ValueError, match="quantile must contain increasing numbers"):
        check_quantiles(quantile)


def test_refuses_shapes():
    with pytest.raises(ValueError, match=r"y_pred must be of shape \(2, 1\)"):
        share_below([1.0, 2.0], np.ones((2, 3)), np.array([0.5]))
    with pytest.raises(ValueError, match="No row has both an observed value"):
        share_below([np.nan], np.ones((1, 1)), np.array([0.5]))


def test_a_regressor_has_its_own_quantiles():
    windows, targets = np.random.default_rng(0).normal(size=(2, 30, 2))
    rnn = RNNRegressor(units=2, epochs=1, loss="quantile", quantile=(0.1, 0.9), random_state=0)
    rnn.fit(windows[:, :, None], targets[:, 0])
    y_true, y_pred, quantile = quantiles_of(rnn, windows[:, :, None], targets[:, 0], None)
    assert (y_pred.shape, quantile) == ((30, 2), (0.1, 0.9))
    np.testing.assert_array_equal(y_true, targets[:, 0])
    with pytest.raises(ValueError, match=r"RNNRegressor has the quantiles \(0.1, 0.9\)"):
        quantiles_of(rnn, windows[:, :, None], targets[:, 0], [0.3])
    with pytest.raises(ValueError, match="Ridge has no quantiles"):
        quantiles_of(Ridge().fit(windows, targets[:, 0]), windows, targets[:, 0], None)


@pytest.fixture
def panel(series):
    parts = {"a": series.to_frame(), "b": 2 * series.to_frame()}
    return pd.concat(parts, names=["series", "t"])


def test_a_panel(make_forecaster, panel):
    from skrnn.forecasting import AutoRNNForecaster

    past = panel.groupby("series", group_keys=False).head(55)
    forecaster = AutoRNNForecaster(views={"one": make_forecaster()}).fit(past, fh=[1, 2, 3])
    y_true, y_pred, quantile = quantiles_of(forecaster, None, panel, (0.2, 0.8))
    assert y_true.index.equals(y_pred.index)
    assert len(y_true) == 6
    np.testing.assert_array_equal(y_pred, forecaster.predict_quantiles(alpha=list(quantile)))
    with pytest.raises(ValueError, match="None of the 110 rows of y is forecast"):
        quantiles_of(forecaster, None, past, None)
    with pytest.raises(ValueError, match="y must be a pandas Series or DataFrame"):
        quantiles_of(forecaster, None, panel.to_numpy(), None)
    with pytest.raises(ValueError, match="y must have one column"):
        quantiles_of(forecaster, None, panel.assign(other=1.0), None)
