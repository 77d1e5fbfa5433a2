"""The rows that forecasters have seen, and the labels of the steps after them."""

import numpy as np
import pandas as pd
import pytest
from sktime.forecasting.base import ForecastingHorizon

from skrnn.forecasting import PanelTheta


@pytest.fixture
def forecaster(panel):
    return PanelTheta().fit(panel)


def test_all_rows_of_y_were_seen(forecaster, panel):
    pd.testing.assert_frame_equal(forecaster._seen(), panel, check_freq=False)
    new = pd.DataFrame({"y": [7.0]}, pd.Index([30], name="t"))
    new = pd.concat(dict.fromkeys("abc", new), names=["series"])
    seen = forecaster.update(new, update_params=False)._seen()
    assert seen.loc[[("b", 30)]].to_numpy().tolist() == [[7.0]]
    # The rows between the end of a series and the update are unknown.
    assert seen.loc["c"]["y"].isna().sum() == 30 - (5 + 22)


def test_steps_and_their_labels(forecaster):
    last, steps = forecaster._steps_of(ForecastingHorizon([1, 3]), forecaster._panel)
    assert last.tolist() == [29, 29, 26]
    # The horizon counts from the last row of all series.
    index = forecaster._index_of(last[:, None] + steps)
    assert index.names == ["series", "t"]
    assert index.tolist()[:2] == [("a", 30), ("a", 32)]
    assert forecaster._labels(np.array([[4], [6]])).tolist() == [4, 6]


def test_a_pickle_without_a_parameter_is_refused(forecaster):
    """As those of version 0.1.0 are. They failed with an AttributeError in `predict`."""
    state = vars(forecaster).copy()
    loaded = object.__new__(PanelTheta)
    loaded.__setstate__(state)
    pd.testing.assert_frame_equal(loaded.predict([1]), forecaster.predict([1]))
    name = PanelTheta.get_param_names()[-1]
    del state[name]
    with pytest.raises(ValueError, match=f"did not have the parameters {name}. .* fit it again"):
        object.__new__(PanelTheta).__setstate__(state)
