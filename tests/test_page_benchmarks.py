"""The benchmarks behind figures on pages: which code they run, and a short run."""

import re
from pathlib import Path

import numpy as np
import pytest

from skrnn import RNNRegressor
from tests.benchmarks import _pages, counts, page_figures, promotions, running_times


def test_the_code_of_a_page_is_run_up_to_a_text(tmp_path, monkeypatch):
    monkeypatch.setattr(_pages, "DOCS", tmp_path)
    (tmp_path / "page.rst").write_text(">>> a = 1\n>>> a + 1\n2\n\nText.\n\n>>> a = 3\n")
    assert _pages.run_page("page")["a"] == 3
    assert _pages.run_page("page", until="a = 3")["a"] == 1
    with pytest.raises(ValueError, match="No example on the page page contains 'b ='"):
        _pages.run_page("page", until="b =")


def test_rows_are_forecast_before_the_network_learns_from_them():
    X = np.zeros((30, 2, 1))
    y = np.r_[np.zeros(20), np.ones(10)]
    rnn = RNNRegressor("gru", units=1, epochs=1, random_state=0).fit(X[:10], y[:10])
    frozen = page_figures.forecast_and_learn(rnn, X, y, None)
    np.testing.assert_array_equal(frozen, rnn.predict(X))
    learned = page_figures.forecast_and_learn(rnn, X, y, 0.1)
    assert learned[0] == frozen[0]
    assert learned[20] < 0.5  # the first row of ones
    assert learned[-1] > learned[20]


def test_sign_and_level_change_at_once():
    X, y = page_figures.make_change()
    change = page_figures.CHANGE - page_figures.LAG
    before, after = y[:change], y[change:]
    assert after.mean() - before.mean() == pytest.approx(0.5, abs=0.15)
    np.testing.assert_array_equal(X[1:, -1, 0], y[:-1])
    same_month = np.corrcoef(before[-600:], after[:600])[0, 1]
    assert same_month < -0.8


def test_promotions_and_weekdays_multiply_the_sales():
    table = promotions.make_sales(2, 400, 5, 50)
    table["weekday"] = table["ds"].dt.dayofweek
    means = table["mean"] * table["price"] ** 2
    means /= promotions.WEEKDAYS[table["weekday"]]
    by_product = means.groupby([table["unique_id"], table["promotion"]]).agg(["min", "max"])
    np.testing.assert_allclose(by_product["min"], by_product["max"])
    levels = by_product["min"].unstack()
    np.testing.assert_allclose(levels[1.0] / levels[0.0], promotions.EFFECT)


def test_shares_of_forecasts_that_repeat_the_known_means():
    table = promotions.make_sales(2, 100, 5, 50)

    class Half:
        """Forecast half of the true means."""

        def fit(self, known, fh):
            assert set(known["ds"]).isdisjoint(table["ds"].unique()[-promotions.HORIZON :])
            assert len(fh) == promotions.HORIZON

        def predict(self, X):
            both = X.merge(table, on=["unique_id", "ds"])
            return both[["unique_id", "ds"]].assign(y=both["mean"] / 2)

    found = promotions.measure(Half(), table)
    assert found["share on days with a promotion"] == pytest.approx(0.5, abs=0.1)
    assert found["share on other days"] == pytest.approx(0.5, abs=0.1)
    coming = table[table["ds"].isin(table["ds"].unique()[-promotions.HORIZON :])]
    assert found["distance from the mean"] == pytest.approx(coming["mean"].mean() / 2)


@pytest.mark.parametrize("module", [page_figures, running_times])
def test_pages_contain_the_texts_up_to_which_they_are_run(module):
    source = Path(module.__file__).read_text("utf-8")
    found = re.findall(r'run_page\("([^"]+)", until="([^"]+)"\)', source)
    assert found
    for page, text in found:
        examples = (_pages.DOCS / f"{page}.rst").read_text("utf-8")
        assert re.search(rf"^(>>>|\.\.\.) .*{re.escape(text)}", examples, re.MULTILINE), text


def test_a_threshold_decides_which_means_are_rounded_up():
    means = np.array([0.0, 0.49, 0.52, 0.57, 0.61, 2.58])
    np.testing.assert_array_equal(counts.up_from(means, 0.5), [0, 0, 1, 1, 1, 3])
    np.testing.assert_array_equal(counts.up_from(means, 0.55), [0, 0, 0, 1, 1, 3])
    np.testing.assert_array_equal(counts.up_from(means, 0.6), [0, 0, 0, 0, 1, 2])


def test_more_patients_arrive_on_holidays():
    y, X = counts.make_arrivals()
    assert X["holiday"].sum() == counts.N_HOLIDAYS * counts.DAY
    ratio = y[X["holiday"] == 1].mean() / y[X["holiday"] == 0].mean()
    assert ratio == pytest.approx(1.3, abs=0.15)
