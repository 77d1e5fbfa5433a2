"""The rows that early stopping of a forecaster holds out: those that can be used are counted."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import RNNForecaster

N_ROWS, N_LAGS = 80, 5


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("strategy", ["recursive", "direct"])
@pytest.mark.parametrize("n_unknown", [3, 20, 40])
def test_windows_are_held_out_where_features_end_before_the_series(strategy, n_unknown):
    """Without a known step in X, the last values of y belong to no window."""
    rng = np.random.default_rng(0)
    y = pd.Series(rng.normal(size=N_ROWS).cumsum())
    X = pd.DataFrame({"a": rng.normal(size=N_ROWS)})
    X.iloc[N_ROWS - n_unknown :] = np.nan
    settings = {"lag": N_LAGS, "units": 2, "epochs": 2, "n_networks": 1, "random_state": 0}
    model = RNNForecaster(
        **settings, strategy=strategy, early_stopping=True, target_scaler=None, transformer=None
    )
    until = y.copy()
    until[N_ROWS - n_unknown + N_LAGS :] = np.nan
    found, expected = (
        model.clone().fit(one, X=X, fh=[1]).networks_.regressors[0].history_ for one in (y, until)
    )
    assert len(found["val_loss"]) == 2
    for name, losses in expected.items():
        np.testing.assert_allclose(found[name], losses, rtol=1e-6)
