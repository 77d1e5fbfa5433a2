"""Series cut into a past and a future, and forecasts that need no model."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._origins import Origins, change_before, naive_forecasts

NAN = np.nan


def panel_of(**series):
    """Series of one column by name: (first day, values)."""
    parts = {
        name: pd.DataFrame({"y": values}, pd.date_range(first, periods=len(values), name="day"))
        for name, (first, values) in series.items()
    }
    return pd.concat(parts, names=["id"])


# "a" has 6 known rows after an unknown one, "b" has 4 before an unknown one.
PANEL = panel_of(
    a=("2024-05-01", [NAN, 1, 2, NAN, 4, 5, 6.0]), b=("2024-05-03", [10, 30, 20, 40.0, NAN])
)


def origins_of(y=PANEL, X=None, steps=(1, 2), n_origins=2, step=1):
    return Origins.of(y, X, np.array(steps), n_origins, step)


def test_every_series_is_counted_from_its_own_last_known_value():
    origins = origins_of()
    np.testing.assert_array_equal(origins.first, [1, 7])
    # Rows of the panel: two after the last origin of each series, three after the first.
    np.testing.assert_array_equal(origins.cuts, [[4, 8], [5, 9]])
    assert origins.taking_part(0).tolist() == [True, True]
    assert origins_of(n_origins=3).taking_part(0).tolist() == [True, False]


def test_parts_follow_each_other():
    X = pd.DataFrame({"x": np.arange(12.0)}, PANEL.index)
    origins, both = origins_of(X=X), np.array([True, True])
    y, features = origins.past(0, both)
    np.testing.assert_array_equal(features["x"], [1, 2, 3, 7])
    np.testing.assert_array_equal(y["y"], [1, 2, NAN, 10])
    assert y.index.equals(features.index)
    y, features = origins.between(1, both)
    # The rows 4 and 8, and rows before until there are three or the series begins.
    np.testing.assert_array_equal(features["x"], [2, 3, 4, 7, 8])
    np.testing.assert_array_equal(y["y"], [2, NAN, 4, 10, 30])
    _, features = origins_of(X=X, step=4, steps=(1,)).between(1, both)
    np.testing.assert_array_equal(features["x"], [2, 3, 4, 5, 7, 8, 9])
    np.testing.assert_array_equal(origins.future(1, both)["x"], [5, 6, 9, 10])
    np.testing.assert_array_equal(origins.rows_ahead(1, both), [[5, 6], [9, 10]])
    np.testing.assert_array_equal(origins.future(1, np.array([False, True]))["x"], [9, 10])


def test_steps_may_be_missing():
    origins = origins_of(steps=(2,))
    np.testing.assert_array_equal(origins.rows_ahead(0, np.array([True, True])), [[5], [9]])
    assert origins.future(0, np.array([True, True])) is None


def test_one_series_keeps_its_frequency():
    y = pd.Series(np.arange(6.0), pd.date_range("2024-05-01", periods=6, freq="MS"))
    past, _ = origins_of(y).past(1, np.array([True]))
    pd.testing.assert_series_equal(past, y[:4])
    assert past.index.freq == "MS"


def test_features_in_another_order_or_with_more_rows():
    X = pd.DataFrame({"x": np.arange(12.0)}, PANEL.index)
    more = pd.concat([X, panel_of(c=("2024-05-01", [0.0])).rename(columns={"y": "x"})])
    both = np.array([True, True])
    for other in (X[::-1], more):
        expected = origins_of(X=X).past(0, both)[1]
        pd.testing.assert_frame_equal(origins_of(X=other).past(0, both)[1], expected)
    with pytest.raises(ValueError, match=r"X has no row for 2024-05-02 .* 'a'"):
        origins_of(X=X.drop(index=X.index[1]))


@pytest.mark.parametrize("n_origins", [5, 6])
def test_needs_one_series_that_is_long_enough(n_origins):
    message = f"need more than {n_origins + 1} rows, but the longest series has 6 from its first"
    with pytest.raises(ValueError, match=message):
        origins_of(n_origins=n_origins)


def test_naive_forecasts():
    both = np.array([True, True])
    naive, seasonal = naive_forecasts(origins_of(), 0, both, sp=2)
    # The last known value of "a" is 2, of the day before an unknown one.
    np.testing.assert_array_equal(naive, [[2, 2], [10, 10]])
    # Two days before the first step of "a" is 2; two before the second is unknown, four before, 1.
    np.testing.assert_array_equal(seasonal, [[2, 1], [10, 10]])


def test_seasonal_naive_forecast_several_seasons_ahead():
    y = pd.Series(np.arange(12.0))
    origins = origins_of(y, steps=range(1, 8), n_origins=1)
    _, seasonal = naive_forecasts(origins, 0, np.array([True]), sp=3)
    np.testing.assert_array_equal(seasonal[0], [2, 3, 4, 2, 3, 4, 2])


def test_scales_use_only_the_past():
    both = np.array([True, True])
    origins = origins_of()
    # Before the latest origin "a" is 1, 2, unknown, 4 and "b" is 10, 30.
    np.testing.assert_allclose(change_before(origins, 1, both, 1, 1), [1, 20])
    np.testing.assert_allclose(change_before(origins, 1, both, 2, 1), [2, 20])
    np.testing.assert_allclose(change_before(origins, 1, both, 2, 2), [2, 20])
    # One value has no change, and is not 0.
    np.testing.assert_array_equal(change_before(origins, 0, both, 1, 1), [1, NAN])


def test_root_of_squared_changes_of_series_of_any_size():
    y = panel_of(a=("2024-05-01", 1e12 * np.arange(9.0) ** 2), b=("2024-05-01", [0, 3, 7.0] * 3))
    [large, small] = change_before(origins_of(y), 1, np.array([True, True]), 1, 2)
    assert large == pytest.approx(1e12 * np.sqrt(np.mean(np.arange(1, 12, 2.0) ** 2)))
    assert small == pytest.approx(np.sqrt(np.mean(np.diff([0, 3, 7, 0, 3, 7, 0]) ** 2.0)))


def test_a_series_that_does_not_change_has_no_scale():
    y = pd.Series([1.0] * 9)
    assert np.isnan(change_before(origins_of(y), 1, np.array([True]), 3, 1)).all()


@pytest.mark.parametrize("end", ["2024-04-03 08:00", "2024-10-30 08:00"])
def test_days_follow_the_local_clock(end):
    # Clocks in Berlin changed on 31 March and on 27 October.
    index = pd.date_range(end=pd.Timestamp(end, tz="Europe/Berlin"), periods=24 * 14, freq="h")
    local = index.tz_localize(None)
    y = pd.Series(local.hour + 100.0 * (local.dayofweek == 0), index)
    origins = origins_of(y, steps=range(1, 25), n_origins=6, step=24)
    assert set(local[origins.cuts[:, 0]].hour) == {9}
    both = np.array([True])
    for sp, hours in [(24, 100), (168, 0)]:
        for origin in range(6):
            ahead = origins.rows_ahead(origin, both)[0]
            error = y.to_numpy()[ahead] - naive_forecasts(origins, origin, both, sp)[1][0]
            skipped = local[ahead].hour == 2  # which did not occur on 31 March
            assert np.isin(error[~skipped], [0, hours, -hours]).all()


def test_other_steps_are_counted_in_rows():
    index = pd.date_range("2024-03-29", periods=24 * 5, freq="h", tz="Europe/Berlin")
    origins = origins_of(pd.Series(np.arange(120.0), index), steps=[1], n_origins=5, step=17)
    np.testing.assert_array_equal(np.diff(origins.cuts[:, 0]), 17)


@pytest.mark.parametrize(("start", "behind"), [("2024-10-26 12:00", 49), ("2024-03-30 12:00", 47)])
def test_the_earliest_origin_is_counted_by_the_local_clock(start, behind):
    # A day is 25 hours long in Berlin on 27 October 2024, and 23 hours on 31 March.
    def cuts(n_rows):
        index = pd.date_range(start, periods=n_rows, freq="h", tz="Europe/Berlin")
        y = pd.Series(np.arange(1.0, n_rows + 1), index)
        return origins_of(y, steps=[24], step=24).cuts[:, 0].tolist()

    with pytest.raises(ValueError, match=f"more than {behind} rows, but .* has {behind} from"):
        cuts(behind)
    assert cuts(behind + 1) == [1, behind - 23]
