"""What RNNRegressor refuses, each with its type and words, and what a refusal leaves as it was."""

from contextlib import contextmanager
from copy import deepcopy

import keras
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.exceptions import NotFittedError

from skrnn import RNNRegressor
from skrnn.windows._views import view_windows

N_ROWS = 24
X = np.random.RandomState(0).normal(size=(N_ROWS, 3, 2))
Y = 0.3 * X.sum(axis=(1, 2))
SEQUENCES = X[:, :, 0]
TABLE = X.reshape(N_ROWS, 6)
FRAME = pd.DataFrame(TABLE, columns=[f"{name}_lag{k}" for k in (3, 2, 1) for name in "ab"])
DAYS = pd.date_range("1981-01-01", periods=N_ROWS)
ONES = np.ones(N_ROWS)


def holding(array, value):
    """Copy of an array with one value in the middle of it."""
    array = array.copy()
    array.flat[array.size // 2] = value
    return array


def regressor(**parameters):
    return RNNRegressor(
        **{"units": 4, "epochs": 2, "batch_size": 8, "random_state": 0} | parameters
    )


@pytest.fixture(scope="module")
def fitted():
    """Two estimators, fitted on windows and on a named table; to be copied."""
    return {"windows": regressor().fit(X, Y), "table": regressor(n_timesteps=3).fit(FRAME, Y)}


# What X must not be, for any method: parameters, X, type and words of the error.
BAD_X = [
    ({}, X[:, 0, 0], ValueError, "Expected 2D array, got 1D array instead"),
    ({}, pd.Series(Y), ValueError, "Expected a 2-dimensional container but got .*Series"),
    ({}, 3.0, ValueError, "Expected 2D array, got scalar array instead"),
    ({}, None, ValueError, "Expected 2D array, got scalar array instead"),
    (
        {},
        X[:, None],
        ValueError,
        r"X has shape \(24, 1, 3, 2\), expected windows of shape \(n_samples, n_timesteps, "
        r"n_features\) or a table of shape \(n_samples, n_columns\)",
    ),
    ({}, X[:0], ValueError, r"0 sample\(s\), 3 step\(s\) and 2 feature\(s\).*minimum of 1"),
    ({}, TABLE[:0], ValueError, r"0 sample\(s\).*minimum of 1 is required by RNNRegressor"),
    ({}, X[:, :0], ValueError, r"24 sample\(s\), 0 step\(s\) and 2 feature\(s\)"),
    ({}, X[:, :, :0], ValueError, r"3 step\(s\) and 0 feature\(s\)"),
    ({}, TABLE[:, :0], ValueError, r"0 feature\(s\) \(shape=\(24, 0\)\)"),
    ({}, [[[1.0, 2.0], [3.0]]], ValueError, "inhomogeneous shape"),
    ({}, [[1.0, 2.0], [3.0]], ValueError, "unequal lengths"),
    ({}, holding(X, np.inf), ValueError, "Input X contains infinity"),
    ({}, holding(X, -np.inf), ValueError, "Input X contains infinity"),
    ({}, holding(X.astype(np.float32), np.inf), ValueError, "Input X contains infinity"),
    ({}, holding(TABLE, np.inf), ValueError, "Input X contains infinity"),
    ({}, view_windows(holding(np.ones((26, 2)), np.inf), 3), ValueError, "X contains infinity"),
    ({}, holding(X.astype(object), "cold"), ValueError, "could not convert string .*'cold'"),
    (
        {},
        FRAME.assign(a_lag1=["cold", *FRAME["a_lag1"][1:]]),
        ValueError,
        "could not convert string to float: 'cold'",
    ),
    ({}, "temperatures", ValueError, "could not convert string to float: 'temperatures'"),
    ({}, {"a": 1.0}, TypeError, "a real number, not 'dict'"),
    (
        {},
        holding(X.astype(object), DAYS[0]),
        ValueError,
        "X must contain numbers, got a column of",
    ),
    (
        {},
        np.full(X.shape, "1981-01-01", "datetime64[D]"),
        ValueError,
        "X must contain numbers, got a column of datetime64.*Make the dates the index of X",
    ),
    (
        {},
        np.full(TABLE.shape, 3, "timedelta64[D]"),
        ValueError,
        "X must contain numbers, got a column of timedelta64",
    ),
    ({}, FRAME.assign(day=DAYS), ValueError, "X must contain numbers, got a column of datetime64"),
    (
        {},
        FRAME.assign(day=DAYS.to_period("D")),
        ValueError,
        r"X must contain numbers, got a column of period\[D\]",
    ),
    ({}, sparse.csr_array(TABLE), TypeError, "Sparse data was passed"),
    ({}, X + 1j, ValueError, "Complex data not supported"),
    ({}, TABLE + 1j, ValueError, "Complex data not supported"),
    (
        {},
        holding(X, -1e39),
        ValueError,
        r"X contains a value of magnitude 1e\+39, too large for the float32 that networks "
        "compute in. Scale it first",
    ),
    ({}, holding(TABLE, 1e39), ValueError, r"X contains a value of magnitude 1e\+39"),
    ({}, holding(X, 1e200), ValueError, r"1e\+200, too large for .* Divide it by a constant"),
    (
        {},
        view_windows(holding(np.ones((26, 2)), 1e39), 3),
        ValueError,
        r"X contains a value of magnitude 1e\+39",
    ),
    ({"missing": "error"}, holding(X, np.nan), ValueError, "Input X contains NaN"),
    ({"missing": "error"}, holding(TABLE, np.nan), ValueError, "Input X contains NaN"),
    (
        {"n_timesteps": 2},
        X,
        ValueError,
        "X contains windows of 3 steps, but n_timesteps=2.*leave it at 1 for windows",
    ),
]


@pytest.mark.filterwarnings("ignore:X (has|does not have valid) feature names:UserWarning")
@pytest.mark.parametrize("method", ["fit", "partial_fit", "predict"])
@pytest.mark.parametrize(("parameters", "bad", "error", "words"), BAD_X)
def test_bad_windows(fitted, method, parameters, bad, error, words):
    model = regressor()
    if method == "predict":
        model = deepcopy(fitted["table" if getattr(bad, "ndim", 3) == 2 else "windows"])
    model.set_params(**parameters)
    with pytest.raises(error, match=words):
        getattr(model, method)(*([bad] if method == "predict" else [bad, Y]))


QUANTILES = "'quantile' parameter of RNNRegressor must be .*between 0 and 1.*increasing order"
OPTIMIZERS = "'optimizer' parameter of RNNRegressor must be a Keras optimizer, .*adadelta.*sgd"
SCHEDULES = "'learning_rate' parameter of RNNRegressor must be a positive number, .*Schedule"
UNITS = "'units' parameter of RNNRegressor must be an int of at least 1, or a non-empty tuple"

# What `fit` must not be given: parameters, arguments beside those that are right, words.
BAD_FIT = [
    # Targets.
    ({}, {"y": None}, r"requires y to be passed, but the target y is None.*\(n_samples,\)"),
    ({}, {"y": Y[:9]}, r"X and y have inconsistent numbers of samples: \[24, 9\]"),
    ({}, {"y": []}, r"X and y have inconsistent numbers of samples: \[24, 0\]"),
    ({}, {"y": 3.0}, r"y has shape \(\), expected \(n_samples,\) or \(n_samples, n_outputs\)"),
    ({}, {"y": X}, r"y has shape \(24, 3, 2\), expected \(n_samples,\) or \(n_samples, n_out"),
    ({}, {"y": X[:, 0, :0]}, r"y has shape \(24, 0\), expected \(n_samples,\) or"),
    ({}, {"y": Y * np.nan}, "No row of X is left to fit on: y is NaN throughout"),
    ({}, {"y": holding(Y, -np.inf)}, "Input y contains infinity"),
    ({}, {"y": holding(Y, 1e39)}, r"y contains a value of magnitude 1e\+39, too large for the f"),
    ({}, {"y": Y + 1j}, "Complex data not supported"),
    ({}, {"y": holding(Y.astype(object), "cold")}, "could not convert string to float: 'cold'"),
    (
        {},
        {"y": DAYS},
        "y must contain numbers, got a column of datetime64.*Make the dates the index",
    ),
    ({}, {"y": [[1.0], [1.0, 2.0]] * 12}, "unequal lengths"),
    (
        {"return_sequences": True},
        {},
        r"y has shape \(24,\), expected \(n_samples, n_timesteps\) or \(n_samples, n_timesteps, n",
    ),
    (
        {"return_sequences": True},
        {"y": X[:, :2, 0]},
        "y has 2 steps, but the windows have 3: with return_sequences=True every step has",
    ),
    ({"return_sequences": True}, {"y": X[:, None]}, r"y has shape \(24, 1, 3, 2\), expected"),
    ({"return_sequences": True}, {"y": X[:, :, :0]}, r"y has shape \(24, 3, 0\), expected"),
    ({"return_sequences": True}, {"y": holding(SEQUENCES, np.inf)}, "Input y contains infinity"),
    (
        {"return_sequences": True},
        {"y": SEQUENCES * np.nan},
        "No row of X is left to fit on: y is NaN throughout.$",
    ),
    # Rows that take part.
    (
        {},
        {"X": X * np.nan},
        "No row of X is left to fit on: each row has no known step, since X is NaN throughout",
    ),
    (
        {"missing": "drop"},
        {"X": np.where([[[True], [False], [False]]], np.nan, X)},
        "No row of X is left.* the first step of every window is NaN.* missing='drop' leaves out",
    ),
    (
        {"n_timesteps": 3},
        {"X": FRAME.assign(a_lag1=np.nan, a_lag2=np.nan, a_lag3=np.nan)},
        "column 'a_lag3' and 'a_lag2' and 'a_lag1' of X is NaN throughout",
    ),
    (
        {"n_timesteps": 3, "missing": "drop"},
        {"X": FRAME.assign(b_lag2=np.nan)},
        "column 'b_lag2' of X is NaN throughout and missing='drop' leaves out",
    ),
    # Weights.
    ({}, {"sample_weight": -ONES}, "sample_weight: Negative values"),
    ({}, {"sample_weight": holding(ONES, -1e-9)}, "sample_weight: Negative values"),
    ({}, {"sample_weight": ONES[:23]}, r"sample_weight.shape == \(23,\), expected \(24,\)"),
    ({}, {"sample_weight": X[:, :, 0]}, "sample_weight: Sample weights must be 1D array or sca"),
    ({}, {"sample_weight": 0 * ONES}, "(?i)sample.weight.*zero"),
    ({}, {"sample_weight": holding(ONES, np.nan)}, "Input sample_weight contains NaN"),
    ({}, {"sample_weight": holding(ONES, np.inf)}, "Input sample_weight contains infinity"),
    ({}, {"sample_weight": np.nan}, "Input sample_weight contains NaN"),
    ({}, {"sample_weight": -1.0}, "sample_weight: Negative values"),
    ({}, {"sample_weight": "balanced"}, "sample_weight: could not convert string .*'balanced'"),
    # The network.
    ({"cell": "rnn"}, {}, "'cell' parameter .* one of 'gru'.*Got 'rnn'"),
    ({"cell": None}, {}, "'cell' parameter .*Got None"),
    ({"units": 0}, {}, r"'units' parameter .* int in the range \[1, inf\), .*'tuple'.*Got 0"),
    ({"units": -3}, {}, "'units' parameter .*Got -3"),
    ({"units": 4.0}, {}, "'units' parameter .*Got 4.0"),
    ({"units": True}, {}, "'units' parameter .*Got True"),
    ({"units": "4"}, {}, "'units' parameter .*Got '4'"),
    ({"units": ()}, {}, UNITS + r".*Got \(\)"),
    ({"units": (4, 0)}, {}, UNITS + r".*Got \(4, 0\)"),
    ({"units": (4, 2.0)}, {}, UNITS + r".*Got \(4, 2.0\)"),
    ({"units": (True, 4)}, {}, UNITS + r".*Got \(True, 4\)"),
    ({"units": [4, (2,)]}, {}, UNITS + r".*Got \[4, \(2,\)\]"),
    ({"n_timesteps": 0}, {}, r"'n_timesteps' parameter .* int in the range \[1, inf\).*Got 0"),
    ({"n_timesteps": 3.0}, {}, "'n_timesteps' parameter .*Got 3.0"),
    (
        {"n_timesteps": 4},
        {"X": TABLE},
        "X has 6 columns, which n_timesteps=4 does not divide: a row of a table contains",
    ),
    ({"n_timesteps": 7}, {"X": TABLE}, "X has 6 columns, which n_timesteps=7 does not divide"),
    ({"activation": "tanhh"}, {}, "'activation' parameter .* among .*'tanh'.*Got 'tanhh'"),
    ({"activation": np.tanh}, {}, "'activation' parameter .* among .*Got <ufunc 'tanh'>"),
    ({"recurrent_activation": "softmax"}, {}, "'recurrent_activation' .*Got 'softmax'"),
    ({"bidirectional": "yes"}, {}, "'bidirectional' parameter .* 'bool'.*Got 'yes'"),
    ({"dropout": 1.0}, {}, r"'dropout' parameter .* range \[0.0, 1.0\).*Got 1.0"),
    ({"dropout": -0.1}, {}, "'dropout' parameter .*Got -0.1"),
    ({"recurrent_dropout": 1.0}, {}, r"'recurrent_dropout' .* range \[0.0, 1.0\).*Got 1.0"),
    ({"autoregressive": None}, {}, "'autoregressive' parameter .*Got None"),
    ({"level_feature": 2}, {}, "level_feature must be the name .* from -2 to 1; got 2"),
    ({"level_feature": -3}, {}, "level_feature must be the name .* from -2 to 1; got -3"),
    ({"level_feature": True}, {}, "level_feature must be the name .*; got True"),
    ({"level_feature": False}, {"X": X[:, :, :1]}, "level_feature must be .*; got False"),
    ({"level_feature": 1.0}, {}, "'level_feature' parameter .* 'int'.* 'str' or None. Got 1.0"),
    (
        {"level_feature": "a"},
        {},
        "level_feature names the feature 'a', but X has no feature names. Use positions, or pass",
    ),
    (
        {"level_feature": "c", "n_timesteps": 3},
        {"X": FRAME},
        "level_feature names the feature 'c', which is not among the features of X.*'a_lag1'",
    ),
    ({"return_sequences": 1.5}, {}, "'return_sequences' parameter .*Got 1.5"),
    ({"stateful": "auto"}, {}, "'stateful' parameter .*Got 'auto'"),
    (
        {"stateful": True, "bidirectional": True},
        {},
        "stateful=True and bidirectional=True contradict each other",
    ),
    # The loss.
    ({"loss": "mse"}, {}, "'loss' parameter .* one of .*'squared_error'.*Got 'mse'"),
    ({"loss": "quantile"}, {}, r"^loss=\S+ and .* got loss='quantile' and quantile=None"),
    ({"quantile": 0.5}, {}, r"^loss=\S+ and .* got loss='squared_error' and quantile=0.5"),
    ({"loss": "huber", "quantile": (0.5,)}, {}, r"got loss='huber' and quantile=\(0.5,\)"),
    ({"loss": "quantile", "quantile": 0.0}, {}, r"'quantile' .* range \(0.0, 1.0\).*Got 0.0"),
    ({"loss": "quantile", "quantile": 1}, {}, r"'quantile' .* range \(0.0, 1.0\).*Got 1 "),
    ({"loss": "quantile", "quantile": np.nan}, {}, "'quantile' parameter .*Got nan"),
    ({"loss": "quantile", "quantile": "median"}, {}, "'quantile' parameter .*Got 'median'"),
    ({"loss": "quantile", "quantile": ()}, {}, QUANTILES + r". Got \(\)"),
    ({"loss": "quantile", "quantile": (0.9, 0.1)}, {}, QUANTILES + r". Got \(0.9, 0.1\)"),
    ({"loss": "quantile", "quantile": (0.1, 0.1)}, {}, QUANTILES + r". Got \(0.1, 0.1\)"),
    ({"loss": "quantile", "quantile": (0.1, 1.0)}, {}, QUANTILES + r". Got \(0.1, 1.0\)"),
    ({"loss": "quantile", "quantile": (0.1, np.nan)}, {}, QUANTILES),
    ({"loss": "quantile", "quantile": (0.1, "a")}, {}, QUANTILES),
    ({"loss": "quantile", "quantile": [[0.1, 0.9]]}, {}, QUANTILES),
    # The optimizer.
    ({"optimizer": "adamm"}, {}, OPTIMIZERS + ".*Got 'adamm'"),
    ({"optimizer": ""}, {}, OPTIMIZERS + ".*Got ''"),
    ({"optimizer": "optimizer"}, {}, OPTIMIZERS + ".*Got 'optimizer'"),
    ({"optimizer": "LossScaleOptimizer"}, {}, OPTIMIZERS),
    ({"optimizer": None}, {}, OPTIMIZERS + ".*Got None"),
    ({"optimizer": 3}, {}, OPTIMIZERS + ".*Got 3"),
    ({"optimizer": keras.optimizers.Adam}, {}, OPTIMIZERS + ".*Got <class .*Adam'>"),
    ({"optimizer": keras.losses.Huber()}, {}, OPTIMIZERS + ".*Got .*huber"),
    ({"optimizer": {}}, {}, OPTIMIZERS + ".*Got {}"),
    ({"optimizer": {"class_name": "Adamm", "config": {}}}, {}, OPTIMIZERS + ".*Got .*Adamm"),
    (
        {"optimizer": keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam())},
        {},
        "'optimizer' .* must not wrap other optimizers, as LossScaleOptimizer does",
    ),
    (
        {"optimizer": keras.optimizers.Adam(-0.1)},
        {},
        "The optimizer's learning_rate must be positive and finite. Got -0.1",
    ),
    (
        {"optimizer": keras.optimizers.AdamW(weight_decay=-0.1)},
        {},
        "The optimizer's weight_decay must be finite, and not negative. Got -0.1",
    ),
    ({"learning_rate": 0}, {}, r"'learning_rate' .* range \(0.0, inf\).*Got 0"),
    ({"learning_rate": -0.1}, {}, "'learning_rate' parameter .*Got -0.1"),
    ({"learning_rate": np.nan}, {}, "'learning_rate' parameter .*Got nan"),
    ({"learning_rate": np.inf}, {}, "'learning_rate' parameter .*Got inf"),
    ({"learning_rate": "0.1"}, {}, "'learning_rate' parameter .*Got '0.1'"),
    ({"learning_rate": {}}, {}, SCHEDULES + ".*Got {}"),
    ({"learning_rate": {"class_name": "Cosine"}}, {}, SCHEDULES + ".*Got .*Cosine"),
    ({"learning_rate": {"class_name": "Adam", "config": {}}}, {}, SCHEDULES + ".*Got .*Adam"),
    ({"learning_rate": keras.optimizers.Adam()}, {}, SCHEDULES + ".*Got .*Adam"),
    ({"weight_decay": -0.1}, {}, r"'weight_decay' .* range \[0.0, inf\).*Got -0.1"),
    ({"weight_decay": np.inf}, {}, "'weight_decay' parameter .*Got inf"),
    ({"weight_decay": np.nan}, {}, "'weight_decay' parameter .*Got nan"),
    ({"l2": -0.1}, {}, r"'l2' parameter .* range \[0.0, inf\).*Got -0.1"),
    ({"l2": None}, {}, "'l2' parameter .*Got None"),
    ({"clipnorm": 0}, {}, r"'clipnorm' parameter .* range \(0.0, inf\) or None. Got 0"),
    ({"clipnorm": np.inf}, {}, "'clipnorm' parameter .*Got inf"),
    (
        {"clipnorm": 2.0, "optimizer": keras.optimizers.SGD(clipvalue=0.5)},
        {},
        "Only one of clipnorm, clipvalue, global_clipnorm can be set: got {'clipnorm': 2.0, "
        "'clipvalue': 0.5}",
    ),
    # The epochs.
    ({"epochs": 0}, {}, r"'epochs' parameter .* int in the range \[1, inf\).*Got 0"),
    ({"epochs": 2.0}, {}, "'epochs' parameter .*Got 2.0"),
    ({"epochs": True}, {}, "'epochs' parameter .*Got True"),
    ({"batch_size": 0}, {}, r"'batch_size' .* int in the range \[1, inf\).*Got 0"),
    ({"batch_size": None}, {}, "'batch_size' parameter .*Got None"),
    ({"shuffle": "no"}, {}, "'shuffle' parameter .*Got 'no'"),
    ({"missing": "impute"}, {}, "'missing' parameter .*'mask'.*Got 'impute'"),
    ({"warm_start": None}, {}, "'warm_start' parameter .*Got None"),
    ({"random_state": -1}, {}, "'random_state' parameter .*Got -1"),
    ({"random_state": "seed"}, {}, "'random_state' parameter .*Got 'seed'"),
    ({"verbose": -1}, {}, "'verbose' parameter .*Got -1"),
    # Validation and stopping.
    ({"early_stopping": "auto"}, {}, "'early_stopping' parameter .*Got 'auto'"),
    ({"validation_fraction": 0.0}, {}, r"'validation_fraction' .*\(0.0, 1.0\).*Got 0.0"),
    ({"validation_fraction": 1}, {}, r"'validation_fraction' .*\(0.0, 1.0\).*Got 1 "),
    ({"n_iter_no_change": 0}, {}, r"'n_iter_no_change' .* int in the range \[1.*Got 0"),
    ({"tol": -1e-4}, {}, r"'tol' parameter .* range \[0.0, inf\).*Got -0.0001"),
    ({}, {"X_val": X}, "X_val and y_val must be passed together: got X_val, but y_val=None"),
    ({}, {"y_val": Y}, "X_val and y_val must be passed together: got y_val, but X_val=None"),
    (
        {},
        {"sample_weight_val": ONES},
        "sample_weight_val was passed, but X_val and y_val are None",
    ),
    (
        {},
        {"X_val": X[:, :2], "y_val": Y},
        r"X_val contains windows of shape \(2, 2\) \(steps, features\), but X of shape \(3, 2\)",
    ),
    ({}, {"X_val": X[:, :, :1], "y_val": Y}, "X_val: X has 1 features, .* expecting 2 features"),
    ({}, {"X_val": TABLE, "y_val": Y}, "X_val: X has 6 features, .* expecting 2 features"),
    (
        {"n_timesteps": 3},
        {"X": FRAME, "X_val": FRAME[FRAME.columns[::-1]], "y_val": Y},
        "X_val: The feature names should match those that were passed during fit",
    ),
    ({}, {"X_val": X[:0], "y_val": Y[:0]}, r"0 sample\(s\), 3 step\(s\)"),
    ({}, {"X_val": holding(X, np.inf), "y_val": Y}, "Input X_val contains infinity"),
    ({}, {"X_val": holding(X, 1e39), "y_val": Y}, "X_val contains a value of magnitude"),
    ({}, {"X_val": X, "y_val": Y[:5]}, r"X_val and y_val have inconsistent numbers .*\[24, 5\]"),
    ({}, {"X_val": X, "y_val": X[:, 0]}, "y_val has 2 outputs, but y has 1"),
    ({}, {"X_val": X, "y_val": holding(Y, np.inf)}, "Input y_val contains infinity"),
    ({}, {"X_val": X, "y_val": Y * np.nan}, "No row of X_val .*: y_val is NaN throughout"),
    ({}, {"X_val": X, "y_val": holding(Y, 1e39)}, "y_val contains a value of magnitude"),
    ({}, {"X_val": X * np.nan, "y_val": Y}, "No row of X_val is left to validate on: each row"),
    (
        {"missing": "error"},
        {"X_val": holding(X, np.nan), "y_val": Y},
        "Input X_val contains NaN",
    ),
    (
        {},
        {"X_val": X, "y_val": Y, "sample_weight_val": -ONES},
        "sample_weight_val: Negative values",
    ),
    (
        {},
        {"X_val": X, "y_val": Y, "sample_weight_val": ONES[:5]},
        r"sample_weight_val: .*\(5,\), expected \(24,\)",
    ),
    (
        {"early_stopping": True},
        {"X": X[:1], "y": Y[:1]},
        "validation_fraction=0.1 holds out the last 1 of 1 rows that .* leaves 0 to train on",
    ),
    (
        {"early_stopping": True, "validation_fraction": 0.99},
        {},
        "validation_fraction=0.99 holds out the last 24 of 24 rows that .* leaves 0 to train on",
    ),
    (
        {"early_stopping": True},
        {"sample_weight": np.arange(N_ROWS) < 1},
        "holds out the last 1 of 1 rows that can be used, and leaves 0 to train on",
    ),
    # What cannot be learned: scaling, learning_rate and clipnorm are what to try.
    (
        {"cell": "simple", "activation": "relu", "learning_rate": 1e6},
        {},
        r"no longer finite after \d+ steps.* scale X and y .*StandardScaler.*, a lower "
        r"learning_rate \(now 1e\+06\), or clipnorm \(now None\)",
    ),
    (
        {"cell": "simple", "activation": "relu", "learning_rate": 1e39},
        {},
        r"no longer finite .*a lower learning_rate \(now 1e\+39\), or clipnorm",
    ),
    (
        {"cell": "simple", "activation": "relu", "weight_decay": 1e20, "l2": 1e30},
        {},
        r"no longer finite .* a lower weight_decay \(now 1e\+20\), a lower l2 \(now 1e\+30\), or",
    ),
    (
        {"loss": "poisson", "learning_rate": 1e39, "engine": "numpy"},
        {"y": np.arange(float(len(Y)))},
        r"no longer finite .*scale X \(not y, whose values the loss needs unchanged\) to",
    ),
    ({"cell": "simple", "activation": "relu"}, {"y": 1e30 * Y}, "no longer finite .* scale X and"),
    ({}, {"y": holding(Y.astype(object), DAYS[0])}, "y must contain numbers, got a column of"),
]
TYPE_ERRORS = [
    ({}, {"y": sparse.csr_array(Y[:, None])}, "Sparse data was passed for y, but dense data"),
    ({}, {"X": FRAME.rename(columns={"a_lag3": 3})}, "names are only supported if all input fea"),
]
REFUSALS = [(*case, ValueError) for case in BAD_FIT] + [(*case, TypeError) for case in TYPE_ERRORS]


@pytest.mark.filterwarnings("ignore:.* standard deviation of:UserWarning")
@pytest.mark.parametrize(("parameters", "arguments", "words", "error"), REFUSALS)
def test_bad_fit(parameters, arguments, words, error):
    model = regressor(**parameters)
    with pytest.raises(error, match=words):
        model.fit(**{"X": X, "y": Y} | arguments)
    assert not [name for name in vars(model) if name.endswith("_")]
    with pytest.raises(NotFittedError):
        model.predict(X)


# What a fitted network cannot go on with, by `warm_start` or `partial_fit`.
GOING_ON = [
    ({"units": 5}, {}, r"the network has changed: units from \(4,\) to \(5,\)"),
    ({"units": (4, 4)}, {}, r"units from \(4,\) to \(4, 4\). Set warm_start=False and call fit"),
    ({"cell": "gru"}, {}, "cell from 'lstm' to 'gru'"),
    ({"activation": "relu"}, {}, "activation from 'tanh' to 'relu'"),
    ({"bidirectional": True}, {}, "bidirectional from False to True"),
    ({"autoregressive": True}, {}, "autoregressive from False to True"),
    ({"level_feature": 1}, {}, "level_feature from None to 1"),
    ({"return_sequences": True}, {"y": SEQUENCES}, "return_sequences from False to True"),
    ({"loss": "quantile", "quantile": (0.1, 0.9)}, {}, "number of values of quantile from 0 to 2"),
    ({}, {"X": X[:, 0]}, "n_timesteps from 3 to 1"),
    ({}, {"X": X[:, :, :1]}, "X has 1 features, but RNNRegressor is expecting 2 features"),
    ({}, {"y": X[:, 0]}, "n_outputs from 1 to 2"),
    ({"optimizer": "sgd", "learning_rate": 1e30}, {"y": 1e30 * Y}, "no longer finite"),
    ({}, {"y": holding(Y, np.inf)}, "Input y contains infinity"),
    ({}, {"sample_weight": -ONES}, "sample_weight: Negative values"),
]


@pytest.mark.filterwarnings("ignore:.* standard deviation of:UserWarning")
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@pytest.mark.parametrize(("parameters", "arguments", "words"), GOING_ON)
def test_bad_steps_further(fitted, method, parameters, arguments, words):
    model = deepcopy(fitted["windows"]).set_params(**parameters, warm_start=True)
    with refused_and_left_alone(model, fitted["windows"], ValueError, words):
        getattr(model, method)(**{"X": X, "y": Y} | arguments)


@pytest.mark.filterwarnings("ignore:.* standard deviation of:UserWarning")
@pytest.mark.parametrize(("parameters", "arguments", "words", "error"), REFUSALS)
def test_failed_fit_keeps_what_was_fitted(fitted, parameters, arguments, words, error):
    model = deepcopy(fitted["windows"]).set_params(**parameters)
    with refused_and_left_alone(model, fitted["windows"], error, words):
        model.fit(**{"X": X, "y": Y} | arguments)


@contextmanager
def refused_and_left_alone(model, original, error, words):
    """Expect an error, and that the estimator is afterwards what it was before."""
    before, content = vars(model).copy(), contents(model)
    with pytest.raises(error, match=words):
        yield
    assert vars(model).keys() == before.keys()
    assert all(vars(model)[name] is value for name, value in before.items())
    np.testing.assert_equal(contents(model), content)
    model.set_params(**original.get_params())
    np.testing.assert_array_equal(model.predict(X), original.predict(X))


def contents(model):
    """Copies of all that training has left in an estimator."""
    found = {
        name: deepcopy(value)
        for name, value in vars(model).items()
        if name.startswith("_") or name.endswith("_")
    }
    return {**found, "_draws": [draws.get_state() for draws in found["_draws"]]}


def with_holes(*shape, share=0.4, seed=1):
    """Targets of which some are not known; those of the first row are."""
    rng = np.random.RandomState(seed)
    y = (Y[:, None] * np.arange(1, 3) + 0.1).reshape(N_ROWS, 2)[:, : int(np.prod(shape))].copy()
    y[rng.uniform(size=y.shape) < share] = np.nan
    y[0] = 0.1
    return y.reshape(N_ROWS, *shape)


TARGET_SHAPES = [(), (1,), (2,)]


@pytest.mark.parametrize("shape", TARGET_SHAPES)
@pytest.mark.parametrize("parameters", [{}, {"missing": "drop"}, {"level_feature": 0}])
@pytest.mark.parametrize("weighted", [False, True])
def test_rows_without_a_target_teach_what_no_rows_do(shape, parameters, weighted):
    y = with_holes(*shape)
    known = ~np.isnan(y.reshape(N_ROWS, -1)).all(axis=1)
    assert 4 < known.sum() < N_ROWS
    weight = np.random.RandomState(2).uniform(1, 2, N_ROWS) if weighted else None
    model = regressor(**parameters).fit(X, y, weight)
    fewer = regressor(**parameters).fit(X[known], y[known], weight[known] if weighted else None)
    np.testing.assert_array_equal(model.predict(X), fewer.predict(X))
    assert model.history_ == fewer.history_
    filled = np.where(known.reshape(-1, *[1] * len(shape)), y, 0.0)
    zeros = known * (weight if weighted else 1.0)
    zeros = regressor(**parameters).fit(X, filled, zeros)
    np.testing.assert_array_equal(model.predict(X), zeros.predict(X))


@pytest.mark.parametrize("shape", TARGET_SHAPES)
def test_rows_without_a_target_are_passed_over_online(shape):
    y = with_holes(*shape)
    known = ~np.isnan(y.reshape(N_ROWS, -1)).all(axis=1)
    all_at_once, one_by_one, fewer = regressor(), regressor(batch_size=1), regressor()
    all_at_once.partial_fit(X, y)
    fewer.partial_fit(X[known], y[known])
    np.testing.assert_array_equal(all_at_once.predict(X), fewer.predict(X))
    for row in range(N_ROWS):
        before = one_by_one.predict(X) if row else None
        one_by_one.partial_fit(X[row : row + 1], y[row : row + 1])
        assert not row or known[row] != np.array_equal(before, one_by_one.predict(X))


def test_an_output_learns_from_the_rows_in_which_it_is_known():
    """What the other output lacks takes nothing away from it: plain SGD on a linear network."""
    y = with_holes(2, share=0.5)
    settings = {"optimizer": "sgd", "batch_size": N_ROWS, "epochs": 1, "shuffle": False}
    model = regressor(**settings)
    weights = model.partial_fit(X[:1], y[:1]).weights_
    forecast, learned = model.predict(X), deepcopy(model).fit(X, y)
    first_loss = np.nanmean((regressor(**settings).partial_fit(X[:1], y[:1]).predict(X) - y) ** 2)
    warm = deepcopy(model).set_params(warm_start=True).fit(X, y)
    assert warm.history_["loss"][-1] == pytest.approx(first_loss, rel=1e-5)
    # The gradient of the bias of an output: twice the mean error of its known targets.
    error = np.where(np.isnan(y), 0.0, forecast - y)
    step = 0.01 * 2 * error.sum(axis=0) / (~np.isnan(y)).sum()
    np.testing.assert_allclose(warm.weights_[-1], weights[-1] - step, rtol=1e-4)
    assert learned.n_outputs_ == 2


def test_an_output_that_is_never_known_is_refused_unless_it_was_known_before():
    y = np.column_stack([Y, np.full(N_ROWS, np.nan)])
    with pytest.raises(ValueError, match=r"^Output 1 \(counted from 0\) of y has no known target"):
        regressor().fit(X, y)
    late = np.where(np.arange(N_ROWS)[:, None] == N_ROWS - 1, 1.0, y)
    with pytest.raises(ValueError, match=r"Output 1 .* holds out its known rows, pass X_val and"):
        regressor(early_stopping=True).fit(X, late)
    with pytest.raises(ValueError, match="Column 'b' of y has no known target"):
        regressor().fit(X, pd.DataFrame(y, columns=["a", "b"]))
    model = regressor(warm_start=True).partial_fit(X, y).fit(X, y)
    assert model.n_outputs_ == 2


def test_forecasts_have_the_shape_of_the_latest_y():
    model, column = regressor(warm_start=True).fit(X, Y), Y[:, None]
    assert model.predict(X).shape == Y.shape
    assert model.fit(X, column).predict(X).shape == column.shape
    assert model.fit(X, Y, X_val=X, y_val=column).predict(X).shape == Y.shape


def test_held_out_rows_without_a_target_do_not_count():
    y = with_holes()
    known = ~np.isnan(y)
    later = slice(16, None)
    model = regressor(epochs=3).fit(X[:16], Y[:16], X_val=X[later], y_val=y[later])
    fewer = regressor(epochs=3).fit(
        X[:16], Y[:16], X_val=X[later][known[later]], y_val=y[later][known[later]]
    )
    np.testing.assert_allclose(model.history_["val_loss"], fewer.history_["val_loss"], rtol=1e-6)
    # Nor do they count among the rows of which early stopping holds out the last ones.
    stopping = {"epochs": 3, "early_stopping": True}
    stopped = regressor(**stopping, validation_fraction=1 / 3).fit(X, y)
    rows = np.flatnonzero(known)
    first, last = np.split(rows, [len(rows) - int(np.ceil(len(rows) / 3))])
    by_hand = regressor(**stopping).fit(X[first], y[first], X_val=X[last], y_val=y[last])
    np.testing.assert_allclose(stopped.history_["val_loss"], by_hand.history_["val_loss"])


@pytest.mark.parametrize("weighted", [False, True])
def test_the_score_is_that_of_the_rows_with_a_target(weighted):
    y = with_holes()
    known = ~np.isnan(y)
    weight = np.random.RandomState(2).uniform(1, 2, N_ROWS)
    model = regressor().fit(X, y)
    given = (weight, weight[known]) if weighted else (None, None)
    expected = model.score(X[known], y[known], given[0] if given[0] is None else given[1])
    assert model.score(X, y, given[0]) == pytest.approx(expected)
    assert model.score(X, pd.Series(y), given[0]) == pytest.approx(expected)


def test_not_fitted():
    model = regressor()
    for use in (model.predict, lambda X: model.score(X, Y), lambda X: model.model_):
        with pytest.raises(NotFittedError, match="RNNRegressor instance is not fitted yet"):
            use(X)


BAD_PREDICT = [
    (
        "windows",
        X[:, 0],
        r"windows of 1 steps and 2 features, but .* on 3 steps.* list of .* \[X\]",
    ),
    ("windows", X[:, :, :1], "X has 1 features, but RNNRegressor is expecting 2 features"),
    ("windows", TABLE, "X has 6 features, but RNNRegressor is expecting 2 features"),
    ("table", X, "X has 2 features, but RNNRegressor is expecting 6 features"),
    ("table", TABLE[:, :3], "X has 3 features, but RNNRegressor is expecting 6 features"),
    ("table", FRAME[FRAME.columns[::-1]], "(?s)feature names should match.* in the same order"),
    ("table", FRAME.rename(columns={"a_lag1": "z"}), "(?s)feature names should match.*- z"),
    ("table", FRAME.drop(columns="a_lag1"), "(?s)feature names should match.*missing:.*- a_lag1"),
]


@pytest.mark.filterwarnings("ignore:X does not have valid feature names:UserWarning")
@pytest.mark.parametrize(("name", "bad", "words"), BAD_PREDICT)
def test_predict_differs_from_fit(fitted, name, bad, words):
    with pytest.raises(ValueError, match=words):
        fitted[name].predict(bad)


STATE = [np.zeros((N_ROWS, 4)), np.zeros((N_ROWS, 4))]
BAD_STATES = [
    (STATE[:1], r"Got \[\(24, 4\)\]"),
    ([STATE[0], STATE[1][:5]], r"Got \[\(24, 4\), \(5, 4\)\]"),
    ([STATE[0][:, :2], STATE[1]], r"Got \[\(24, 2\), \(24, 4\)\]"),
    ([STATE[0][0], STATE[1][0]], r"Got \[\(4,\), \(4,\)\]"),
    ([STATE[0], holding(STATE[1], np.nan)], "Got values that are not finite"),
    ([STATE[0], holding(STATE[1], -np.inf)], "Got values that are not finite"),
    ([STATE[0], STATE[1] + 1j], "Got .*j"),
    ([None, None], r"Got \[None, None\]"),
    ("zeros", "Got 'zeros'"),
    (0.0, r"Got 0\.0"),
]


@pytest.mark.parametrize(("state", "words"), BAD_STATES)
def test_bad_initial_state(fitted, state, words):
    expected = r"initial_state must be a list of finite arrays of the shapes \[\(24, 4\), "
    with pytest.raises(ValueError, match=f"(?s){expected}.*{words}"):
        fitted["windows"].predict(X, initial_state=state)


def test_a_forecast_beyond_its_type_is_an_error(fitted):
    model = deepcopy(fitted["windows"])
    model.weights_[-1] = np.array([1e39])
    assert model.predict(X) == pytest.approx(1e39)
    with pytest.raises(ValueError, match="forecast of row 0 is not finite: the values of X are"):
        model.predict(X.astype(np.float32))


BAD_SCORES = [
    ({}, {"y": Y[:5]}, "inconsistent numbers of samples"),
    ({}, {"y": X}, r"y has shape \(24, 3, 2\), but the forecast \(24,\)"),
    ({}, {"y": X[:, 0]}, r"y has shape \(24, 2\), but the forecast \(24,\)"),
    ({}, {"y": holding(Y, np.inf)}, "Input y contains infinity"),
    ({}, {"y": Y * np.nan}, "y has no known target: no score can be computed"),
    ({}, {"y": DAYS}, "y must contain numbers, got a column of datetime64"),
    ({}, {"y": ["cold"] * N_ROWS}, "could not convert string to float"),
    ({}, {"sample_weight": ONES[:5]}, r"sample_weight.shape == \(5,\), expected \(24,\)"),
    ({"quantile": (0.1, 0.9)}, {}, r"go together: .*quantile=\(0.1, 0.9\)"),
    (
        {"loss": "quantile", "quantile": (0.1, 0.9)},
        {},
        r"quantile=\(0.1, 0.9\)\) differs from the single forecast\(s\) .*: fit it again",
    ),
    ({"loss": "poisson"}, {}, "Poisson.* the link 'identity', .* fitted with: fit it again"),
]


@pytest.mark.parametrize(("parameters", "arguments", "words"), BAD_SCORES)
def test_bad_score(fitted, parameters, arguments, words):
    model = deepcopy(fitted["windows"]).set_params(**parameters)
    with pytest.raises(ValueError, match=words):
        model.score(**{"X": X, "y": Y} | arguments)


def test_statefulness_may_change_after_the_fit(fitted):
    model = deepcopy(fitted["windows"]).set_params(stateful=True)
    first = fitted["windows"].predict(X[:1])
    # From a state of zeros; rows of a stream are computed together, hence the last digit.
    np.testing.assert_allclose(model.predict(X)[:1], first, rtol=1e-12)
    model.partial_fit(X[:3], Y[:3])
    assert model.predict(X[5:]).shape == (N_ROWS - 5,)


def test_there_are_cases_enough():
    assert len(BAD_X) + len(REFUSALS) + len(GOING_ON) + len(BAD_PREDICT) + len(BAD_STATES) >= 80


@pytest.mark.parametrize("n_batches", [1, 4, 5])
def test_a_pass_that_diverges_says_what_to_try_and_keeps_the_former_weights(n_batches):
    # Of four batches the program runs when it is full, and not at the end.
    rng = np.random.RandomState(0)
    X, y = rng.normal(size=(2 * n_batches, 3, 1)), rng.normal(size=2 * n_batches)
    model = RNNRegressor("simple", 2, batch_size=2, optimizer="sgd", random_state=0)
    before = model.partial_fit(X, y).predict(X)
    model.set_params(learning_rate=1e38)
    with pytest.raises(ValueError, match="no longer finite"):
        model.partial_fit(X, 1e30 * y)
    np.testing.assert_array_equal(model.predict(X), before)
