"""forecast with a target that is not, or may not be, a column of X."""

import numpy as np
import pytest

from skrnn import forecast
from tests._support.forecast_models import (
    DAYS,
    SHOP,
    encoder,
    linear,
)


def test_features_that_are_known_in_advance_must_be_given():
    X = SHOP[["demand", "kind", "stock"]]
    y = X["demand"] + 2.0 * (X["kind"] == "b")
    model = linear(1, encoder("kind"), known_features=[0, 1, 2]).fit(X[:60], y[:60])
    with pytest.raises(ValueError, match="Pass their values for the next 1 row"):
        forecast(model, X[:60], 1)
    with pytest.raises(ValueError, match=r"columns \['kind'\] in addition to the target"):
        forecast(model, X[:60], 1, X[["stock"]][60:], target="demand")
    with pytest.raises(ValueError, match=r"may depend on the columns \['kind'\]"):
        forecast(model, X[:60], 1, X[["stock"]][60:])
    known = X[["kind", "stock"]][60:]
    expected = model.predict(X.assign(demand=X["demand"].where(X.index < DAYS[60])))[60]
    np.testing.assert_allclose(forecast(model, X[:60], 1, known), [expected])


@pytest.mark.parametrize("horizon", [1, 3])
def test_y_that_is_no_column_of_x(horizon):
    """A category, a boolean and a sensor in X, and a target elsewhere."""
    X, y = SHOP[["stock", "open", "kind"]], SHOP["demand"]
    model = linear(horizon, encoder("open", "kind")).fit(X[:60], y[:60])
    expected = model.predict(X)[60:]  # later rows are not read
    for steps in range(1, horizon + 1):
        result = forecast(model, X[:60], steps)
        np.testing.assert_allclose(result, expected[:steps])
        assert result.index.equals(DAYS[60 : 60 + steps])
        assert result.name is None
        np.testing.assert_allclose(
            forecast(model, X[:60], steps, X[["kind"]][60:]), expected[:steps]
        )
    for future in (None, X[["kind"]][60:]):
        with pytest.raises(ValueError, match="not a column of X, forecast at most horizon="):
            forecast(model, X[:60], horizon + 1, future)
    for target in ([], ()):
        np.testing.assert_allclose(forecast(model, X[:60], 6, X[60:], target=target), expected)
        with pytest.raises(ValueError, match=r"since target=\[\].*columns \['stock', 'open'\]"):
            forecast(model, X[:60], horizon + 1, X[["kind"]][60:], target=target)


def test_a_column_that_is_far_from_the_forecasts_is_not_taken_in_silence():
    X, y = SHOP[["demand"]], 1000.0 + SHOP["demand"] * 100
    model = linear().fit(X[:60], y[:60])
    with pytest.warns(UserWarning, match=r"far from the columns \['demand'\].*target=\[\]"):
        forecast(model, X[:60], 2)
    forecast(model, X[:60], 2, target="demand")
    forecast(model, X[:60], 1)
    np.testing.assert_allclose(
        forecast(model, X[:60], 6, X[60:], target=[]), model.predict(X)[60:]
    )
