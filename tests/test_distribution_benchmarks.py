"""The scores in the benchmarks of distributions, against their definitions, and a short run."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.benchmarks import _distribution_peers as peers
from tests.benchmarks import distributions, distributions_peers


def test_crps_is_that_of_its_definition():
    random = np.random.default_rng(0)
    draws, y = random.normal(size=(5, 30)), random.normal(size=5)
    between = np.abs(draws[:, :, None] - draws[:, None, :]).mean(axis=(1, 2))
    expected = (np.abs(draws - y[:, None]).mean(axis=1) - between / 2).mean()
    assert distributions.crps(draws, y) == pytest.approx(expected)


@pytest.mark.parametrize("df", [None, 5])
def test_shocks_have_the_variance_of_the_spread(df):
    values, spread = distributions.changing_spread(20_000, df, seed=0)
    assert np.mean((values[1:] / spread[1:]) ** 2) == pytest.approx(1.0, abs=0.05)
    np.testing.assert_allclose(
        spread[1:] ** 2, 0.1 + 0.3 * values[:-1] ** 2 + 0.6 * spread[:-1] ** 2
    )


def test_the_weighted_quantile_loss_by_hand():
    # A median of 1 instead of 3, and the true value 5; the unknown value is ignored.
    quantiles = np.ones((1, 3, 9)) * np.array([1.0, 5.0, 7.0])[:, None]
    truth = np.array([[3.0, 5.0, np.nan]])
    loss = distributions_peers.weighted_quantile_loss(quantiles, truth)
    assert loss == pytest.approx(2 * np.mean(peers.LEVELS * 2) / 8)
    assert distributions_peers.coverage(quantiles, truth) == 0.5


def test_series_are_written_and_read(tmp_path):
    class Group:
        past = (np.array([1.0, 2.0]), np.array([3.0, np.nan, 5.0]))
        horizon = 4

        class source:
            freq, begin = "M", "2000-01"

    distributions_peers.write_series(tmp_path / "series.npz", Group)
    series, horizon, freq = peers.read_series(tmp_path / "series.npz")
    assert (horizon, freq) == (4, "M")
    assert [str(one.index[0]) for one in series] == ["2000-02", "2000-01"]
    table = peers.as_panel(series)
    np.testing.assert_array_equal(table["y"], [1.0, 2.0, 3.0, np.nan, 5.0])


def test_the_loss_suits_the_values_and_the_table_has_a_column_for_each_set(tmp_path):
    assert distributions_peers.likelihood_for(pd.Series([0.0, 0.0, 2.0])) == "negative_binomial"
    assert distributions_peers.likelihood_for(pd.Series([0.5, 3.0, 2.0])) == "student_t"
    table = {"one": {"a": "0.1 (2 s)", "b": "0.3 (4 s)"}, "two": {"b": "0.5 (6 s)"}}
    distributions_peers.write_table(table, ["a", "b"], tmp_path / "table.csv")
    expected = "forecaster,a,b\none,0.1 (2 s),0.3 (4 s)\ntwo,,0.5 (6 s)\n"
    assert (tmp_path / "table.csv").read_text("utf-8") == expected


def test_the_page_says_where_a_peer_is_better_and_slower():
    """The page shows the written table, and what it says about it follows from the table."""
    docs = Path(__file__).parent.parent / "docs"
    page = (docs / "user_guide" / "distributions.rst").read_text("utf-8")
    assert "_static/benchmarks/distributions.csv" in page
    sentences = " ".join(page.split())
    table = pd.read_csv(docs / "_static" / "benchmarks" / "distributions.csv", index_col=0)
    assert list(table.columns) == distributions_peers.SETS
    losses = table.map(lambda cell: float(str(cell).split(" ")[0]))
    seconds = table.map(lambda cell: float(str(cell).partition("(")[2].rstrip(" s)") or "nan"))
    peer, auto, network = "GluonTS DeepAR", "AutoRNNForecaster", "RNNForecaster"
    better = losses.columns[losses.loc[peer] < losses.loc[network]]
    assert list(better) == ["hospital", "M4 hourly"]
    assert (losses.loc[auto] < losses.loc[peer]).all()
    assert "has a lower loss than DeepAR on each of the datasets" in sentences
    slower = seconds.loc[auto] / seconds.loc[peer]
    assert f"took {slower['M4 hourly']:.1f} times as long as DeepAR" in sentences
    assert (slower.drop("M4 hourly") < 1).all()


def test_a_short_run(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["distributions", "--quick"])
    distributions.main()
    printed = capsys.readouterr().out
    assert printed.count("constant") == 8
    assert "negative_binomial" in printed
