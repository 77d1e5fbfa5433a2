"""The intervals and quantiles that a backtest is asked for."""

import pytest

from skrnn.forecasting._backtest_quantiles import AskedQuantiles


@pytest.mark.parametrize(
    ("coverage", "alpha", "columns"),
    [
        (0.8, None, ["lower", "upper"]),
        ([0.8], None, ["lower_0.8", "upper_0.8"]),
        ((0.9, 0.5, 0.9), 0.75, ["lower_0.5", "upper_0.5", "lower_0.9", "upper_0.9"]),
        (None, [0.1], []),
    ],
)
def test_columns(coverage, alpha, columns):
    asked = AskedQuantiles.of(coverage, alpha)
    assert [name for ends in asked.ends.values() for name in ends] == columns
    assert list(asked.quantiles.values()) == (
        [] if alpha is None else [f"quantile_{0.75 if coverage else 0.1}"]
    )
