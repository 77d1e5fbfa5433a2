"""Messages that say where text, or another value that is no number, is."""

import pickle
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pytest

from skrnn import (
    LagWindowTransformer,
    RNNClassifier,
    RNNRegressor,
    StepScaler,
    make_lag_windows,
)
from skrnn._text_among_numbers import error_on_text, text_is_located, where_text_is
from skrnn.forecasting import PanelRidge, PanelTheta, RNNForecaster
from skrnn.windows._category_columns import is_categorical

FRAME = pd.DataFrame({"p": [1.0, 2.0, 3.0], "q": [4.0, "off", 6.0]})
ARRAY = FRAME.to_numpy(object)
NUMBERS = np.arange(6.0).reshape(3, 2)
NETWORK = {"epochs": 1, "units": 2, "engine": "numpy"}


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (FRAME, "'off' in row 1, column 'q' (counted from 0)"),
        (pl.from_pandas(FRAME.astype({"q": str})), "'off' in row 1, column 'q' (counted from 0)"),
        (ARRAY, "'off' in row 1, feature 1 (counted from 0)"),
        (ARRAY.tolist(), "'off' in row 1, feature 1 (counted from 0)"),
        ([NUMBERS, ARRAY], "'off' in step 1 of sample 1, feature 1 (counted from 0)"),
        (np.array([["1", "2,5"]]), "'2,5' in row 0, feature 1 (counted from 0)"),
        ([["1", "2"]], "'1' in row 0, feature 0 (counted from 0)"),
        (np.array([["1", np.str_("2,5")]], object), "'2,5' in row 0, feature 1 (counted from 0)"),
        (NUMBERS, None),
        (["1", "off"], "'off' in row 1 (counted from 0)"),
        ([NUMBERS, ARRAY[:2]], None),
        (5, None),
    ],
    ids=range(12),
)
def test_where_text_is(data, where):
    assert where_text_is(data) == where


def test_other_errors_stay_as_they_are():
    with pytest.raises(ValueError, match=r"^of another kind$"), text_is_located(NUMBERS, "X"):
        raise ValueError("of another kind")
    assert str(error_on_text([NUMBERS], "X")) == "X must contain numbers."


@pytest.mark.parametrize("dtype", [np.float32, np.float64, int, bool, complex])
def test_numbers_are_not_searched(monkeypatch, dtype):
    """A search would take seconds if there are millions of them."""
    monkeypatch.delattr("skrnn._text_among_numbers._position_of_text")
    array = np.zeros((3, 2), dtype)
    mixed = pd.DataFrame(array).assign(i=1, b=True, f=np.float32(1), na=pd.array([1, None, 2]))
    for data in (array, mixed, [array, array], array.tolist(), pl.from_numpy(array.real)):
        assert where_text_is(data) is None


@pytest.mark.parametrize("value", ["7", "off"])
def test_errors_about_features_do_not_accuse_text(value):
    network = RNNRegressor(**NETWORK).fit(FRAME[["p"]], [1.0, 2.0, 3.0])
    windows = StepScaler().fit(np.zeros((2, 3, 1)))
    text = np.full((2, 3, 2), value, dtype=object)
    with pytest.raises(ValueError, match="feature names should match") as names:
        StepScaler().fit(FRAME[["p"]]).transform(FRAME[["p"]].assign(r=value))
    with pytest.raises(ValueError, match="convert" if value == "off" else "2 features") as numbers:
        windows.transform(text)
    with pytest.raises(ValueError, match="convert" if value == "off" else "names should") as wrong:
        network.predict(FRAME[["p"]].astype(str).assign(r=value))
    assert "must contain numbers" not in str(names.value)
    for caught in (numbers, wrong):
        assert ("must contain numbers" in str(caught.value)) == (value == "off")


RUNS = [NUMBERS, ARRAY, NUMBERS]
FRAMES = [FRAME[["p"]].assign(q=1.0), FRAME]


@pytest.mark.parametrize(
    ("runs", "message"),
    [
        (RUNS, r"^X\[1\] must contain numbers, but has 'off' in step 1, feature 1 "),
        (FRAMES, r"^X\[1\] must contain numbers, but has 'off' in step 1, column 'q' "),
        (
            [pd.DataFrame({"p": [1.0, 2.0], "q": ["1,5", "2"]})],
            r"^X\[0\] must contain numbers, but has '1,5' in step 0, column 'q' .* Convert it",
        ),
    ],
)
def test_the_scaler_names_the_sequence_the_step_and_the_column(runs, message):
    with pytest.raises(ValueError, match=message):
        StepScaler().fit(runs)
    fitted = StepScaler().fit([NUMBERS] * 2)
    if runs is RUNS:
        with pytest.raises(ValueError, match=message):
            fitted.transform(runs)


@pytest.mark.parametrize("kind", [RNNRegressor, RNNClassifier])
@pytest.mark.parametrize("runs", [RUNS, FRAMES + FRAMES[:1]], ids=["arrays", "frames"])
def test_estimators_name_the_sample_the_step_and_the_feature(kind, runs):
    message = r"'off'\. X must contain numbers, but has 'off' in step 1 of sample 1, feature 1"
    with pytest.raises(ValueError, match=message):
        kind(**NETWORK).fit(runs, [0, 1, 0])


def test_a_numeric_column_beside_categories():
    X = pd.DataFrame({"kind": ["a", "b", "a"], "q": [1.0, 2.0, 3.0]})
    network = RNNRegressor(**NETWORK).fit(X, [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="but has 'off' in row 1, column 'q'"):
        network.predict(X.assign(q=FRAME["q"]))
    windows = np.array([[["a", 1.0], ["b", 2.0]]] * 3, dtype=object)
    network.fit(windows, [1.0, 2.0, 3.0])
    windows[2, 1, 1] = "off"
    with pytest.raises(ValueError, match="'off' in step 1 of sample 2, column 'x1'"):
        network.predict(windows)


STEPS = [[0.0, "a", 1.0, "b", 2.0, "a"], [3.0, "b", 4.0, "a", 5.0, "b"]] * 2


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        (pd.DataFrame, "'off' in row 3, column 'v1'"),
        (pl.DataFrame, "'off' in row 3, column 'v1'"),
        (np.array, "'off' in row 3, feature 2"),
    ],
)
def test_a_row_of_several_steps(kind, where):
    names = ["v0", "k0", "v1", "k1", "v2", "k2"]

    def table(rows):
        if kind is np.array:
            return np.array(rows, dtype=object)
        frame = pd.DataFrame(rows, columns=names)
        return frame if kind is pd.DataFrame else pl.from_pandas(frame.astype({"v1": str}))

    def learnt():
        frame = pd.DataFrame(STEPS, columns=names)
        return frame.to_numpy(object) if kind is np.array else kind(frame.to_dict("list"))

    network = RNNRegressor(**NETWORK, n_timesteps=3).fit(learnt(), np.arange(4.0))
    rows = [list(row) for row in STEPS]
    rows[3][2] = "off"
    with pytest.raises(ValueError, match=re.escape(f"has {where} (counted from 0)")):
        network.predict(table(rows))


def test_a_transformer_names_the_row_and_the_column():
    with pytest.raises(ValueError, match="but has 'off' in row 1, column 'q'"):
        StepScaler().fit(FRAME)
    windows = np.zeros((4, 3, 2), dtype=object)
    windows[2, 1, 0] = "off"
    message = r"^could not [^.]*\. X must contain numbers, but has 'off' in step 1 of sample 2"
    with pytest.raises(ValueError, match=message) as caught:
        StepScaler().fit(windows)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    with pytest.raises(ValueError, match="but has 'off' in row 1, feature 1"):
        LagWindowTransformer(lag=1).fit(ARRAY)


TWICE = pd.DataFrame(NUMBERS, columns=["p", "p"])


@pytest.mark.parametrize(
    "fit",
    [
        lambda: RNNRegressor(**NETWORK).fit(TWICE, [1.0, 2.0, 3.0]),
        lambda: RNNRegressor(**NETWORK).fit(TWICE.assign(kind="a"), [1.0, 2.0, 3.0]),
        lambda: RNNClassifier(**NETWORK).fit(TWICE, [0, 1, 0]),
        lambda: LagWindowTransformer(lag=1).fit(TWICE),
        lambda: LagWindowTransformer(lag=1).fit(TWICE.assign(kind="a")),
        lambda: StepScaler().fit(TWICE),
        lambda: StepScaler().fit([TWICE, TWICE]),
    ],
    ids=["regressor", "with text", "classifier", "windows", "windows of text", "table", "runs"],
)
def test_columns_of_the_same_name(fit):
    with pytest.raises(ValueError, match="must have different names: 'p' occurs more than once"):
        fit()


WRITTEN = pd.Series(["950.00", "1,429.46", "2,376.10"], name="sold")


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda y: make_lag_windows(y, 1), "series = pd.to_numeric(series.str"),
        (lambda y: make_lag_windows(list(y), 1), "series = pd.to_numeric(pd.Series(series).str"),
        (
            lambda y: make_lag_windows(y.to_frame(), 1),
            "series['sold'] = pd.to_numeric(series['sold'].str",
        ),
        (lambda y: StepScaler().fit(y.to_frame()), "X['sold'] = pd.to_numeric(X['sold'].str"),
        (
            lambda y: StepScaler().fit(y.to_frame().to_numpy()),
            "X[:, 0] = pd.to_numeric(pd.Series(X[:, 0]).str",
        ),
        (
            lambda y: StepScaler().fit(y.to_frame().to_numpy(str)),
            "X = pd.DataFrame(X); X[0] = pd.to_numeric(X[0].str",
        ),
        (lambda y: RNNRegressor(**NETWORK).fit(FRAME[["p"]], y), "y = pd.to_numeric(y.str"),
    ],
    ids=range(7),
)
def test_the_advice_converts_written_numbers(call, line):
    with pytest.raises(ValueError, match=r"'1,429.46' in row 1.* Convert the text: ") as caught:
        call(WRITTEN)
    assert f'Convert the text: {line}.replace(",", "")).' in str(caught.value)


MIXED = [i + 0.25 if i % 3 else f"{i},5" for i in range(20)]
DAYS = pd.date_range("2024", periods=20)


@pytest.mark.parametrize(
    "data",
    [
        MIXED,
        np.array(MIXED, object),
        pd.Series(MIXED),
        pd.DataFrame({"sold": MIXED}),
        [[1.0, value] for value in MIXED],
        np.array([[1.0, value] for value in MIXED], object),
        np.array([["1", f"{i},25"] for i in range(20)]),
        pd.Series(MIXED, DAYS),
        pd.DataFrame({"sold": MIXED}, DAYS),
    ],
    ids=range(9),
)
def test_the_advised_code_runs_and_keeps_each_value(data):
    def fit(y):
        if isinstance(getattr(y, "index", None), pd.DatetimeIndex):
            return RNNForecaster(lag=2, **NETWORK).fit(y, fh=[1])
        return RNNRegressor(**NETWORK).fit(np.zeros((20, 1)), y)

    with pytest.raises((TypeError, ValueError)) as caught:
        fit(data)
    line = str(caught.value).partition("Convert the text: ")[2].removesuffix(".")
    line = line or "y = " + str(caught.value).partition("Convert them: ")[2].removesuffix(".")
    names = {"pd": pd, "y": data.copy() if hasattr(data, "copy") else data}
    exec(line, names)
    written = np.asarray(data, object).reshape(20, -1)[:, -1]
    expected = [float(str(value).replace(",", ".")) for value in written]
    found = np.asarray(names["y"], np.float64).reshape(20, -1)[:, -1]
    np.testing.assert_array_equal(found, expected)


def test_the_score_names_text():
    network = RNNRegressor(**NETWORK).fit(FRAME[["p"]], [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="y must contain numbers, but has 'off' in row 1"):
        network.score(FRAME[["p"]], ["1", "off", "2"])


# Values of an array of objects that are not plain numbers, with the start of the advice of a
# forecaster; None if the value is just unknown.
ODD_VALUES = {
    "True": (True, r"Convert them: y = y.astype\(float\)"),
    "np.True_": (np.True_, r"Convert them: y = y.astype\(float\)"),
    "Decimal": (Decimal("1.5"), r"Convert them: y = y.astype\(float\)"),
    "Fraction": (Fraction(3, 2), r"Convert them: y = y.astype\(float\)"),
    "text": ("off", "Convert it to a number, or set it to NaN"),
    "number in text": ("1.5", r"Convert them: pd.to_numeric\(y\)"),
    "complex": (1j, "Convert it to a number, or set it to NaN"),
    "list": ([1.0], "Convert it to a number, or set it to NaN"),
    "large integer": (10**400, "Convert it to a number, or set it to NaN"),
    "date": (pd.Timestamp("2024-05-01"), "Convert it to a number, or set it to NaN"),
    "unknown date": (pd.NaT, "Convert it to a number, or set it to NaN"),
}


def among_numbers(value):
    values = np.arange(8.0).astype(object)
    values[3], values[5] = value, np.nan
    return values


@pytest.mark.parametrize("kind", ODD_VALUES)
def test_forecasters_name_the_value_that_is_no_plain_number(kind):
    """As it came, with its row, and not one of the numbers around it."""
    value, advice = ODD_VALUES[kind]
    y = pd.Series(among_numbers(value), name="y")
    words = re.escape(repr(value)[:60])
    with pytest.raises(TypeError, match=rf"contains {words}.* in row 3 \(counted .*\. {advice}"):
        PanelTheta().fit(y, fh=[1])
    X = pd.DataFrame({"a": y.to_numpy(), "b": 0.0})
    if not is_categorical(X["a"]):
        with pytest.raises(TypeError, match=rf"X\['a'\] .* contains {words}.* in row 3"):
            PanelRidge().fit(pd.Series(np.arange(8.0)), X=X, fh=[1])


@pytest.mark.parametrize("kind", ODD_VALUES)
def test_networks_name_the_value_that_is_no_number(kind):
    value, _ = ODD_VALUES[kind]
    y, X = among_numbers(value), NUMBERS[:1].repeat(8, axis=0)
    if kind in ("True", "np.True_", "Decimal", "Fraction", "number in text"):
        RNNRegressor(**NETWORK).fit(X, y)  # NumPy converts them
        return
    if kind == "list":  # for NumPy, this is a question of shapes
        with pytest.raises(ValueError, match="sequence"):
            RNNRegressor(**NETWORK).fit(X, y)
        return
    words = re.escape(repr(value)[:60])
    error = TypeError if kind == "complex" else ValueError  # as in NumPy
    with pytest.raises(error, match=rf"y must contain numbers, .*{words}.* in row 3") as caught:
        RNNRegressor(**NETWORK).fit(X, y)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), str(again)) == (error, str(caught.value))


@pytest.mark.parametrize("unknown", [None, pd.NA, np.nan])
def test_unknown_values_among_objects_are_not_blamed(unknown):
    y = pd.Series(among_numbers(unknown))
    with pytest.raises(TypeError, match=r"its values are numbers\. Convert it: (.*)\.$") as caught:
        PanelTheta().fit(y, fh=[1])
    advised = {"y": y}
    exec(re.search(r"Convert it: (.*)\.$", str(caught.value))[1], advised)
    np.testing.assert_array_equal(advised["y"].isna(), y.isna())
    PanelTheta().fit(advised["y"], fh=[1])


def test_labels_that_are_no_labels_are_shown():
    y = np.array([1, Decimal("1.5"), 2], dtype=object)
    with pytest.raises(ValueError, match=r"got a Decimal: Decimal\('1\.5'\)"):
        RNNClassifier(**NETWORK).fit(NUMBERS[:1].repeat(3, axis=0), y)
