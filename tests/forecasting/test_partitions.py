"""Long tables in parts: the same forecasts as in one piece."""

import dask
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest
from sktime.datatypes import check_is_mtype

from skrnn.forecasting import (
    PanelTheta,
    RNNForecaster,
    forecast_partitions,
    forecast_table,
    to_panel,
)
from skrnn.forecasting._partitions import _to_learn_from

FH = [1, 2, 3]
N_SERIES, N_MONTHS = 7, 30
CHEAP = {"lag": 4, "units": 2, "epochs": 1, "n_networks": 1, "random_state": 0, "sp": 1}


def make_table():
    random = np.random.default_rng(0)
    months = pd.date_range("2020-01-01", periods=N_MONTHS, freq="MS")
    return pd.DataFrame(
        {
            "unique_id": np.repeat([f"s{i}" for i in range(N_SERIES)], N_MONTHS),
            "ds": np.tile(months, N_SERIES),
            "y": 5 + random.random(N_SERIES * N_MONTHS),
        }
    )


TABLE = make_table()


@pytest.fixture(scope="module")
def pretrained():
    return RNNForecaster(**CHEAP).pretrain(TABLE, fh=FH)


@pytest.fixture
def frame():
    with dask.config.set(scheduler="synchronous"):
        parts = [TABLE[TABLE["unique_id"].isin(names)] for names in np.array_split(NAMES, 3)]
        yield dd.concat([dd.from_pandas(part, npartitions=1) for part in parts])


NAMES = TABLE["unique_id"].unique()


def assert_equal(table, wanted):
    table = table.sort_values(["unique_id", "ds"]).reset_index(drop=True)
    pd.testing.assert_frame_equal(table.astype(wanted.dtypes), wanted)


def test_a_pretrained_forecaster_forecasts_each_table_alike(pretrained, frame):
    whole = forecast_table(pretrained, TABLE, FH)
    y, _ = to_panel(TABLE)
    assert check_is_mtype(y, "pd-multiindex")
    direct = RNNForecaster(**CHEAP).pretrain(y, fh=FH).fit(y, fh=FH).predict()
    np.testing.assert_array_equal(whole["y"], direct["y"])
    found = forecast_partitions(pretrained, frame, FH)
    assert found.npartitions == frame.npartitions
    assert found.columns.tolist() == ["unique_id", "ds", "y"]
    assert_equal(found.compute(), whole)
    assert pretrained.state == "pretrained"


@pytest.mark.parametrize(("n_series", "names"), [(3, ["s0", "s3", "s5"]), (100, list(NAMES))])
def test_trains_on_a_sample_of_each_partition(frame, n_series, names):
    forecaster = RNNForecaster(**CHEAP)
    found = forecast_partitions(forecaster, frame, FH, n_series=n_series).compute()
    some = TABLE[TABLE["unique_id"].isin(names)]
    assert_equal(found, forecast_table(RNNForecaster(**CHEAP).pretrain(some, fh=FH), TABLE, FH))
    assert forecaster.state == "new"


def test_trains_on_a_sample_first_and_then_on_the_others_of_each_partition(frame):
    found = forecast_partitions(RNNForecaster(**CHEAP), frame, FH, n_series=None).compute()
    forecaster = RNNForecaster(**CHEAP)
    for names in (["s0", "s3", "s5"], ["s1", "s2"], ["s4"], ["s6"]):
        forecaster.pretrain(TABLE[TABLE["unique_id"].isin(names)], fh=FH)
    assert_equal(found, forecast_table(forecaster, TABLE, FH))


def test_categories_are_those_of_all_partitions(frame):
    kinds = frame.assign(kind="k" + frame["unique_id"].str[1])
    parts = [kinds.get_partition(i).to_delayed()[0] for i in range(3)]
    names = [np.asarray(part["unique_id"].unique().compute(), object) for part in kinds.partitions]
    first, *others = _to_learn_from(dask, parts, names, None)
    assert sorted(first["kind"].unique()) == ["k0", "k3", "k5"]
    assert [sorted(table["kind"].unique()) for table in others] == [["k1", "k2"], ["k4"], ["k6"]]
    empty = dask.delayed(TABLE[:0].assign(kind=[]))
    [only] = _to_learn_from(dask, [parts[0], empty], [names[0][:1], names[0][:0]], 1)
    assert only["kind"].unique().tolist() == ["k0"]


def test_calendar_and_static_columns(frame):
    kinds = TABLE.assign(kind="k" + TABLE["unique_id"].str[1])
    forecaster = RNNForecaster(**CHEAP, calendar=["month"], static=["kind"])
    parts = [kinds[kinds["unique_id"].isin(names)] for names in np.array_split(NAMES, 3)]
    divided = dd.concat([dd.from_pandas(part, npartitions=1) for part in parts])
    found = forecast_partitions(forecaster, divided, FH).compute()
    assert_equal(found, forecast_table(forecaster.clone().pretrain(kinds, fh=FH), kinds, FH))


def test_features_of_the_horizon(frame):
    past = TABLE.assign(x=np.arange(len(TABLE)) % 5)
    months = pd.date_range(TABLE["ds"].max(), periods=4, freq="MS")[1:]
    future = pd.DataFrame({"unique_id": np.repeat(NAMES, 3), "ds": np.tile(months, len(NAMES))})
    future["x"] = np.arange(len(future)) % 5
    forecaster = RNNForecaster(**CHEAP).pretrain(past, fh=FH)
    whole = forecast_table(forecaster, past, FH, X=future)

    def split(table):
        parts = [table[table["unique_id"].isin(names)] for names in np.array_split(NAMES, 2)]
        return dd.concat([dd.from_pandas(part, npartitions=1) for part in parts])

    with dask.config.set(scheduler="synchronous"):
        found = forecast_partitions(forecaster, split(past), FH, X=split(future)).compute()
        assert_equal(found, whole)
        with pytest.raises(ValueError, match="X must have a partition for each of the 2"):
            forecast_partitions(forecaster, split(past), FH, X=dd.from_pandas(future, 1))


def test_an_empty_partition_and_one_of_few_rows(pretrained, frame):
    """The step is that of the whole frame: two rows of a series show none."""
    short = TABLE[TABLE["unique_id"] == "s0"].iloc[[0, 2, 3]].assign(unique_id="short")
    parts = [frame, dd.from_pandas(short, npartitions=1), dd.from_pandas(short[:0], npartitions=1)]
    found = forecast_partitions(pretrained, dd.concat(parts), FH).compute()
    assert len(found) == (N_SERIES + 1) * len(FH)
    last = found[found["unique_id"] == "short"]["ds"]
    assert last.tolist() == list(pd.date_range("2020-05-01", periods=3, freq="MS"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.repartition(npartitions=1).repartition(divisions=(0, 40, 209)), "the series"),
        (lambda f: f.rename(columns={"ds": "day"}), "frame must have the columns 'unique_id'"),
    ],
)
def test_refuses(pretrained, change, message):
    frame = dd.from_pandas(TABLE, npartitions=1)
    with (
        dask.config.set(scheduler="synchronous"),
        pytest.raises(ValueError, match=message),
    ):
        forecast_partitions(pretrained, change(frame), FH)


def test_statistical_forecasters_need_no_training(frame):
    theta = PanelTheta(sp=1)
    found = forecast_partitions(theta, frame, FH).compute()
    y, _ = to_panel(TABLE)
    np.testing.assert_array_equal(
        found.sort_values(["unique_id", "ds"])["y"], PanelTheta(sp=1).fit(y, fh=FH).predict()["y"]
    )


@pytest.mark.parametrize("fitted", [False, True])
def test_refuses_a_forecaster_that_was_not_pretrained(frame, fitted):
    forecaster = RNNForecaster(**CHEAP)
    if fitted:
        forecaster.fit(TABLE, fh=FH)
        with pytest.raises(ValueError, match="RNNForecaster was fitted, but not pretrained"):
            forecast_partitions(forecaster, frame, FH)
    with pytest.raises(ValueError, match=r"must be pretrained.*Call forecaster.pretrain"):
        forecast_table(forecaster, TABLE, FH)


def test_refuses_to_calibrate_on_each_partition(frame):
    forecaster = RNNForecaster(**CHEAP, loss="normal", calibrate=True)
    for forecast, data in ((forecast_table, TABLE), (forecast_partitions, frame)):
        with pytest.raises(ValueError, match="Set calibrate=False"):
            forecast(forecaster, data, FH)


@pytest.mark.parametrize("forecaster", [RNNForecaster, 3, None])
def test_refuses_what_is_no_forecaster(frame, forecaster):
    for forecast, data in ((forecast_table, TABLE), (forecast_partitions, frame)):
        with pytest.raises(TypeError, match="forecaster must be an sktime forecaster"):
            forecast(forecaster, data, FH)


@pytest.mark.parametrize("alpha", [0, 1.0, -0.1, [0.1, 2], "0.1", None, True, [np.nan], [None]])
def test_refuses_quantiles_that_are_none(frame, alpha):
    for forecast, data in ((forecast_table, TABLE), (forecast_partitions, frame)):
        with pytest.raises(ValueError, match="alpha must be a number between 0 and 1"):
            forecast(PanelTheta(sp=1), data, FH, alpha=alpha)


def test_one_quantile_as_a_number(frame):
    forecaster = RNNForecaster(**CHEAP, loss="normal").pretrain(TABLE, fh=FH)
    found = forecast_partitions(forecaster, frame, FH, alpha=0.1)
    wanted = forecast_table(forecaster, TABLE, FH, alpha=[0.1])
    assert found.columns.tolist() == wanted.columns.tolist() == ["unique_id", "ds", "y", "y-q-10"]
    assert_equal(found.compute(), wanted)


@pytest.mark.parametrize("n_series", [0, -1, 2.5, "all", True])
def test_refuses_a_number_of_series_that_is_none(frame, n_series):
    with pytest.raises(ValueError, match="'n_series' parameter of forecast_partitions"):
        forecast_partitions(RNNForecaster(**CHEAP), frame, FH, n_series=n_series)


def test_refuses_tables_of_the_other_kind(pretrained, frame):
    with pytest.raises(TypeError, match=r"frame must be .*from_pandas.* Got DataFrame"):
        forecast_partitions(pretrained, TABLE, FH)
    with pytest.raises(TypeError, match=r"X must be .*from_pandas.* Got DataFrame"):
        forecast_partitions(pretrained, frame, FH, X=TABLE)
    with pytest.raises(TypeError, match="X must be a pandas DataFrame"):
        forecast_table(pretrained, TABLE, FH, X=frame)
    with pytest.raises(ValueError, match="X must have the columns 'unique_id' and 'ds'"):
        forecast_table(pretrained, TABLE, FH, X=TABLE[["ds"]])
