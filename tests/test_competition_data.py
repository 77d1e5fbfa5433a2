"""Sets of the benchmark of the competitions: parts, subsets, weeks, and kept forecasts."""

import numpy as np
import pandas as pd
import pytest

from tests.benchmarks import _competition_data as data
from tests.benchmarks import _competition_tables as tables
from tests.benchmarks._competition_scores import Forecasts
from tests.benchmarks._forecast_cache import Store, forecast_once
from tests.benchmarks._published import M3_SMAPE, zero_shot

QUARTERS = data.Source("nowhere", 4, 2, "Q")


@pytest.fixture
def group():
    past = [np.arange(8.0 + i) for i in range(5)]
    return data.Group("quarters", QUARTERS, past, [np.array([1.0, 2.0])] * 5)


def test_held_back_takes_the_last_horizon_of_training_parts_that_are_long_enough(group):
    group.past[0] = group.past[0][:7]
    found = group.held_back()
    assert [len(past) for past in found.past] == [7, 8, 9, 10]
    np.testing.assert_array_equal(found.future[0], [7, 8])
    assert not np.isin([1.0, 2.0], found.future[0]).any()


def test_an_earlier_window_is_held_back_without_the_rows_after_it(group):
    found = group.held_back(2)
    assert [len(past) for past in found.past] == [6, 7, 8]
    np.testing.assert_array_equal(found.future[0], [6, 7])
    assert found.name != group.held_back().name


def test_subsets_are_evenly_spread(group):
    assert group.spread(3).places.tolist() == [0, 2, 4]
    assert [len(past) for past in group.spread(3).past] == [8, 10, 12]
    assert group.spread(9) is group


def test_series_of_a_panel_end_together(group):
    panel = group.panel()["y"]
    assert len(panel) == 8 + 9 + 10 + 11 + 12
    assert {part.index[-1][1] for _, part in panel.groupby("series")} == {pd.Period("1902Q4")}
    assert panel.loc["s0000"].tolist() == list(range(8))


def test_files_are_found_by_an_environment_variable(tmp_path, monkeypatch):
    monkeypatch.setenv("SKRNN_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"SKRNN_DATA.*panels/hospital\.npz"):
        data.load_group("hospital")
    (tmp_path / "panels").mkdir()
    np.savez(
        tmp_path / "panels" / "hospital.npz",
        train=[np.nan, 1.0, np.nan, 2.0, 3.0],
        lengths=[4, 1],
        test=np.ones((2, 12)),
    )
    found = data.load_group("hospital")
    np.testing.assert_array_equal(found.past[0], [1, np.nan, 2])
    np.testing.assert_array_equal(found.past[1], [3])


def test_unknown_days_of_a_week_are_medians_of_the_weekday_in_the_training_part():
    days = np.ones((5, 7))
    days[:, 3] = [2, 4, 9, 100, 100]
    days[0, 3] = days[4, 3] = np.nan
    past, future = days[:4].ravel(), days[4].ravel()
    weeks, test = data._weeks([past], [future], 2)
    # The training part knows 4, 9 and 100 of the fourth weekday.
    np.testing.assert_array_equal(weeks[0], [6 + 9, 6 + 4, 6 + 9])
    np.testing.assert_array_equal(test[0], [6 + 100, 6 + 9])


def test_a_forecast_is_made_once(group, tmp_path):
    calls = []

    def way(part):
        calls.append(part.places.tolist())
        point = np.array([past[-2:] for past in part.past])
        return Forecasts(point, {0.8: (point - 1, point + 1)})

    forecast_once(tmp_path, group.spread(3), "last", way)
    found, seconds = forecast_once(tmp_path, group, "last", way)
    assert calls == [[0, 2, 4], [1, 3]]
    assert seconds > 0
    np.testing.assert_array_equal(found.point[:, 1], [7, 8, 9, 10, 11])
    np.testing.assert_array_equal(found.intervals[0.8][1], found.point + 1)
    group.past[1] = group.past[1] + 1  # another training part: its forecast is of no use
    assert Store(tmp_path, group, "last").known().tolist() == [True, False, True, True, True]


def test_both_means_of_m3():
    results = {
        name: {"AutoETS": {"sMAPE": smape, "MASE": 1.0, "seconds": 1.0, "series": n}}
        for name, smape, n in zip(
            tables.M3_GROUPS, M3_SMAPE["Theta"], tables.M3_SIZES, strict=True
        )
    }
    tables.add_averages(results)
    # Published for Theta: 13.01 over forecasts (Makridakis and Hibon, 2000).
    assert results["M3 all"]["AutoETS"]["sMAPE over forecasts"] == pytest.approx(13.01, abs=0.006)
    assert results["M3 all"]["AutoETS"]["sMAPE"] == pytest.approx(12.73, abs=0.006)


def test_relative_mase_is_a_geometric_mean():
    results = {
        name: {"AutoETS": {"MASE": ours}, "seasonal naive": {"MASE": 2.0}}
        for name, ours in (("hospital", 1.0), ("M4 hourly", 4.0))
    }
    assert tables.relative(results, "AutoETS", ["hospital", "M4 hourly"]) == pytest.approx(1)
    assert tables.relative(results, "AutoETS", ["hospital", "M3 other"]) is None


def test_published_figures_are_relative_to_published_seasonal_naive():
    [tirex] = [row for row in zero_shot() if row["method"] == "TiRex"]
    eight = tables.ZERO_SHOT[:8]
    assert tables.published_relative(tirex, eight) == pytest.approx(0.821, abs=5e-4)


def test_coverage_of_all_sets_together(capsys):
    rows = [
        {"covered by 80%": share, "covered by 95%": 0.95, "MSIS 80%": score, "MSIS": 3.0}
        for share, score in ((0.7, 1.0), (0.8, 4.0))
    ]
    results = {"a": {"AutoETS": rows[0]}, "b": {"AutoETS": rows[1], "zero": {"MASE": 1.0}}}
    tables.print_coverage(results, ["a", "b", "c"])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()[2:]]
    assert lines[0] == ["AutoETS", "80%", "of", "2", "sets:", "0.750,", "0.050,", "2.000"]
    assert lines[1] == ["AutoETS", "95%", "of", "2", "sets:", "0.950,", "0.000,", "3.000"]
    assert len(lines) == 2
