"""Random parameters and arrays end in finite forecasts of the right shape or a clear error."""

import linecache
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse

from skrnn import RNNClassifier, RNNRegressor
from skrnn.engines.tensorflow._program import programs
from skrnn.windows._views import view_windows

# A program takes a second to compile, so networks are few: each with the shapes of one window
# and of one target.
NETWORKS = [
    ({"cell": "lstm", "units": 4}, (3, 2), ()),
    (
        {
            "cell": "simple",
            "units": (3, 2),
            "activation": "relu",
            "optimizer": "sgd",
            "autoregressive": True,
            "level_feature": 0,
        },
        (3, 2),
        (1,),
    ),
    (
        {
            "cell": "gru",
            "units": 3,
            "optimizer": "rmsprop",
            "loss": "quantile",
            "quantile": (0.1, 0.5, 0.9),
            "level_feature": -1,
        },
        (2, 2),
        (2,),
    ),
    ({"cell": "lstm", "units": 2, "stateful": True, "batch_size": 3}, (1, 1), ()),
    (
        {
            "cell": "gru",
            "units": [2],
            "bidirectional": True,
            "return_sequences": True,
            "loss": "huber",
            "clipnorm": 1.0,
        },
        (4, 1),
        (4, 2),
    ),
    (
        {
            "cell": "simple",
            "units": 3,
            "activation": "linear",
            "loss": "absolute_error",
            "n_networks": 2,
            "dropout": 0.3,
            "recurrent_dropout": 0.2,
        },
        (10, 1),
        (),
    ),
]
# With and without a mask, for fit and for the few steps of partial_fit; streams of one row.
MOST_PROGRAMS = 4 * len(NETWORKS) + 2

# Values that a program takes at run time.
RUN_TIME = {
    "learning_rate": st.sampled_from([None, 1e-9, 0.01, np.float32(0.5), 10, 1e6])
    | st.floats(1e-300, 1e300),
    "weight_decay": st.sampled_from([0, 1e-3, 100]) | st.floats(0, 1e300),
    "l2": st.sampled_from([0, 1e-3, np.float32(3)]) | st.floats(0, 1e300),
    "epochs": st.sampled_from([1, 2, np.int64(2)]),
    "shuffle": st.booleans(),
    "missing": st.sampled_from(["mask", "drop", "error"]),
    "early_stopping": st.booleans() | st.just(np.True_),
    "validation_fraction": st.floats(1e-6, 1 - 1e-6) | st.just(np.float32(0.25)),
    "n_iter_no_change": st.integers(1, 3),
    "tol": st.floats(0, 1e300),
    "warm_start": st.booleans(),
    "n_jobs": st.sampled_from([None, 1, 2, -1]),
    "random_state": st.integers(0, 2**32 - 1) | st.builds(np.random.RandomState, st.just(3)),
}
# Wrong for every parameter.
JUNK = [
    object(),
    "no such thing",
    b"bytes",
    float("nan"),
    -7,
    -0.5,
    1j,
    10**400 * -1,
    np.float32(-1),
    (),
    {},
    {"class_name": "Nothing", "config": None},
    np.array([[1.0]]),
    np.datetime64("1981-01-01"),
    print,
    RNNRegressor,
]
WRONG_PARAMETERS = st.dictionaries(
    st.sampled_from(sorted(RNNRegressor().get_params())),
    st.sampled_from(JUNK),
    min_size=1,
    max_size=2,
)
SCALES = [0.0, 1e-300, 1e-6, 1.0, 1e3, 1e12, 1e37]

# What turns a good array into a wrong one, mostly.
SPOILERS = [
    lambda a: put(a.astype(float), np.inf),
    lambda a: put(a.astype(float), -1e300),
    lambda a: put(a.astype(object), "cold"),
    lambda a: put(a.astype(object), None),
    lambda a: np.full(a.shape, "1981-01-01", "datetime64[D]"),
    lambda a: a + 1j,
    lambda a: sparse.csr_array(np.ones(a.shape).reshape(len(a), -1)),
    lambda a: a[:0],
    lambda a: a[:-1],
    lambda a: a[..., None, None],
    lambda a: a.ravel()[0],
    lambda a: None,
    lambda a: [[1.0], [2.0, 3.0]],
]


def put(array, value):
    array = array.copy()
    array.flat[array.size // 3] = value
    return array


@dataclass
class Case:
    """Parameters and arrays of one example."""

    parameters: dict
    X: object
    y: object
    weight: object
    validation: dict
    shape: tuple
    calls: list


@st.composite
def cases(draw):
    network, window, target = draw(st.sampled_from(NETWORKS))
    parameters = {"batch_size": 8, "epochs": 1} | network
    parameters |= draw(st.fixed_dictionaries({}, optional=RUN_TIME))
    rng = np.random.RandomState(draw(st.integers(0, 1000)))
    n_rows = draw(st.integers(1, 40))
    X, parameters["n_timesteps"] = draw_form(draw, draw_windows(draw, rng, n_rows, *window))
    y = draw_targets(draw, rng, (n_rows, *target))
    weight, weight_val = draw_weight(draw, rng, n_rows), draw_weight(draw, rng, n_rows)
    parameters |= seldom(draw, {}, WRONG_PARAMETERS)
    X, y = (seldom(draw, array, st.sampled_from(SPOILERS), spoil) for array in (X, y))
    validation = {"X_val": X, "y_val": y, "sample_weight_val": weight_val}
    validation = draw(st.sampled_from([{}, validation]))
    calls = draw(st.lists(st.sampled_from(["fit", "partial_fit"]), min_size=1, max_size=3))
    shape = target + np.shape(network.get("quantile"))
    return Case(parameters, X, y, weight, validation, shape, calls)


def seldom(draw, usual, unusual, change=lambda usual, unusual: unusual):
    """One time in ten something else."""
    return change(usual, draw(unusual)) if draw(st.integers(0, 9)) == 9 else usual


def spoil(array, spoiler):
    return spoiler(array) if isinstance(array, np.ndarray) else array


def draw_targets(draw, rng, shape):
    y = rng.normal(size=shape) * draw(st.sampled_from(SCALES))
    y[rng.uniform(size=shape) < draw(st.sampled_from([0.0, 0.0, 0.1, 0.9, 1.0]))] = np.nan
    return draw(st.sampled_from([y, y.astype(np.float32), y.tolist(), y.astype(object)]))


def draw_windows(draw, rng, n_rows, n_steps, n_features):
    dtype = draw(st.sampled_from([np.float64, np.float32, np.int16, bool, np.float16]))
    scale = draw(st.sampled_from(SCALES if np.dtype(dtype).itemsize > 2 else [1.0, 100.0]))
    if draw(st.booleans()):
        series = rng.normal(size=(n_rows + n_steps - 1, n_features)) * scale
        windows = view_windows(with_gaps(draw, rng, series.astype(dtype)), n_steps)
    else:
        windows = rng.normal(size=(n_rows, n_steps, n_features)) * scale
        windows = with_gaps(draw, rng, windows.astype(dtype))
    return windows


def with_gaps(draw, rng, values):
    share = draw(st.sampled_from([0.0, 0.0, 0.1, 0.7, 1.0]))
    if values.dtype.kind == "f":
        values[rng.uniform(size=values.shape) < share] = np.nan
    return values


def draw_form(draw, windows):
    """The windows as an array, lists, a table or a frame, and the steps that a row then holds."""
    n_steps = windows.shape[1]
    table = windows.reshape(len(windows), -1)
    return draw(
        st.sampled_from(
            [
                (windows, 1),
                (windows, n_steps),
                (np.asfortranarray(windows), 1),
                (windows.tolist(), 1),
                (windows.astype(object), 1),
                (table, n_steps),
                (pd.DataFrame(table), n_steps),
                (pd.DataFrame(table).add_prefix("x"), n_steps),
            ]
        )
    )


def draw_weight(draw, rng, n_rows):
    weight = rng.uniform(size=n_rows) * draw(st.sampled_from([1.0, 1e-310, 1e300]))
    zeros = weight * (rng.uniform(size=n_rows) < 0.5)
    wrong = [-weight, weight[:, None], np.append(weight, 1), weight * np.nan, "balanced", [None]]
    good = [None, weight, zeros, weight.tolist(), 3]
    return draw(st.sampled_from(good * 6 + wrong))


def outcome(case):
    """How an example ends: "forecast", or the type of the error."""
    model = RNNRegressor(**case.parameters)
    try:
        for call in case.calls:
            validation = case.validation if call == "fit" else {}
            getattr(model, call)(case.X, case.y, case.weight, **validation)
    except (ValueError, TypeError) as error:
        if is_clear(error):
            return type(error).__name__
        raise
    assert all(np.isfinite(w).all() for w in model.weights_)
    assert np.isfinite(model.history_["loss"]).all()
    if case.parameters.get("missing") == "error":
        assert not np.isnan(np.asarray(case.X, float)).any()
    try:
        forecast, state = model.predict(case.X, return_state=True)
        on = model.predict(case.X, initial_state=state)
    except ValueError as error:
        # What a step too large has done to the weights only shows in the next forecast.
        if is_clear(error) and "not finite" in str(error):
            return "diverged"
        if is_clear(error) and "mean level of the training rows, from which" in str(error):
            return "without a level"
        raise
    np.testing.assert_array_equal(model.predict(case.X), forecast)
    assert on.shape == forecast.shape == (len(case.X), *case.shape)
    assert np.isfinite(forecast).all()
    assert np.isfinite(on).all()
    return "forecast"


def is_clear(error):
    """Whether an error was meant: raised by a check, and no accident within the arithmetic."""
    trace = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    file = trace.tb_frame.f_code.co_filename
    line = linecache.getline(file, trace.tb_lineno).strip()
    meant = line.startswith("raise ") or "asarray(" in line or "sklearn" in file
    return meant and len(str(error)) > 20


@pytest.mark.filterwarnings(
    # Warnings about the data, which are of all scales, some small enough to be equal by accident.
    "ignore:.* has a mean of .* and a standard deviation of:UserWarning",
    "ignore:.* networks learn the logarithm of y:UserWarning",
    "ignore:.* contains text such as 'cold' among numbers:UserWarning",
    "ignore:.* rows of X.* have no complete window:UserWarning",
    "ignore:.* networks compute in float32:UserWarning",
    "ignore:.* no known value of the level_feature:UserWarning",
    "ignore:.*the network does not learn them:UserWarning",
    "ignore:It is not clear where the .* of X belong:UserWarning",
    "ignore:.* of the last step of X equals y:UserWarning",
    "ignore:.* is NaN (in|at) the last step.* of X:UserWarning",
    "ignore:.* contains text such as .* among numbers:UserWarning",
    "ignore:.* is far outside the range of the training data:UserWarning",
)
def test_random_parameters_and_arrays():
    outcomes, n_built = Counter(), programs.n_built

    @settings(
        max_examples=2_000,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def run(case):
        outcomes[outcome(case)] += 1

    run()
    assert outcomes.total() >= 2_000
    assert outcomes["forecast"] > 400
    assert outcomes["ValueError"] > 200
    assert outcomes["InvalidParameterError"] > 50
    assert outcomes["TypeError"] > 0
    assert programs.n_built - n_built <= MOST_PROGRAMS


# Networks that classify windows or steps, the shapes of one window and of one target, and labels.
CLASSIFIERS = [
    ({"cell": "simple", "units": 3}, (3, 2), (), ["low", "mid", "top"]),
    (
        {"cell": "simple", "units": 2, "return_sequences": True, "clipnorm": 1.0},
        (3, 2),
        (3,),
        [False, True],
    ),
]
# Two or three classes, with and without a mask, for fit and for the few steps of partial_fit.
MOST_CLASSIFIERS = 4 * (2 + 2)
WRONG_OF_CLASSIFIER = st.dictionaries(
    st.sampled_from(sorted(RNNClassifier().get_params())),
    st.sampled_from(JUNK),
    min_size=1,
    max_size=2,
)
CLASS_WEIGHTS = st.sampled_from(
    [None, "balanced", {}, {"low": 2, "mid": 0}, {True: 1e300}, {"low": -1}, {"left": 1}]
)


@st.composite
def labelled_cases(draw):
    network, window, target, labels = draw(st.sampled_from(CLASSIFIERS))
    parameters = {"batch_size": 8, "epochs": 1} | network
    parameters |= draw(st.fixed_dictionaries({}, optional=RUN_TIME))
    parameters["class_weight"] = draw(st.none() | CLASS_WEIGHTS)
    parameters["missing_label"] = draw(st.sampled_from([None, "top", -1, True]))
    rng = np.random.RandomState(draw(st.integers(0, 1000)))
    n_rows = draw(st.integers(1, 40))
    X, parameters["n_timesteps"] = draw_form(draw, draw_windows(draw, rng, n_rows, *window))
    y = np.array(labels, object)[rng.randint(len(labels), size=(n_rows, *target))]
    y[rng.uniform(size=y.shape) < draw(st.sampled_from([0.0, 0.0, 0.3, 1.0]))] = None
    y = draw(st.sampled_from([y, y.tolist(), np.where(pd.isna(y), -1, y == labels[-1])]))
    parameters |= seldom(draw, {}, WRONG_OF_CLASSIFIER)
    X = seldom(draw, X, st.sampled_from(SPOILERS), spoil)
    y = seldom(draw, y, st.sampled_from(SPOILERS), spoil_labels)
    weight = draw_weight(draw, rng, n_rows)
    validation = draw(st.sampled_from([{}, {"X_val": X, "y_val": y}]))
    calls = draw(st.lists(st.sampled_from(["fit", "partial_fit"]), min_size=1, max_size=3))
    return Case(parameters, X, y, weight, validation, target, calls)


def spoil_labels(labels, spoiler):
    """Spoil labels, unless they are text that cannot be spoilt in this way."""
    try:
        return spoil(labels, spoiler)
    except (TypeError, ValueError):
        return labels


def classes_in(y):
    """Return the classes in labels, or some others if the labels are spoilt."""
    try:
        labels = np.ravel(np.asarray(y, object))
        return list(set(labels[~pd.isna(labels)].tolist()))
    except (TypeError, ValueError):
        return [0, 1]


def outcome_of_labels(case):
    """How an example ends: "labels", or the type of the error."""
    model = RNNClassifier(**case.parameters)
    try:
        for call in case.calls:
            settings = {"sample_weight": case.weight}
            settings |= case.validation if call == "fit" else {}
            if call == "partial_fit" and not hasattr(model, "classes_"):
                settings["classes"] = classes_in(case.y)
            getattr(model, call)(case.X, case.y, **settings)
    except (ValueError, TypeError) as error:
        if is_clear(error):
            return type(error).__name__
        raise
    try:
        probabilities = model.predict_proba(case.X)
    except ValueError as error:
        if is_clear(error) and "not finite" in str(error):
            return "diverged"
        if is_clear(error) and "mean level of the training rows, from which" in str(error):
            return "without a level"
        raise
    n_classes = len(model.classes_)
    assert probabilities.shape == (len(case.X), *case.shape, n_classes)
    np.testing.assert_allclose(probabilities.sum(axis=-1), 1, rtol=1e-5)
    labels = model.predict(case.X)
    assert labels.shape == probabilities.shape[:-1]
    assert set(labels.ravel().tolist()) <= set(model.classes_.tolist())
    assert np.isfinite(model.predict_log_proba(case.X)).all()
    return "labels"


@pytest.mark.filterwarnings(
    "ignore:.* has a mean of .* and a standard deviation of:UserWarning",
    "ignore:.* rows of X.* have no complete window:UserWarning",
    "ignore:.* networks compute in float32:UserWarning",
    "ignore:.* no known value of the level_feature:UserWarning",
    "ignore:.*the network does not learn them:UserWarning",
    "ignore:The last .* rows of X have no complete window:UserWarning",
    "ignore:.* is NaN (in|at) the last step.* of X:UserWarning",
    "ignore:.* of X ha(s|ve) no known step:UserWarning",
    "ignore:.* is far outside the range of the training data:UserWarning",
    "ignore:A column-vector y was passed:sklearn.exceptions.DataConversionWarning",
)
def test_random_parameters_and_labels():
    outcomes, n_built = Counter(), programs.n_built

    @settings(
        max_examples=600,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(labelled_cases())
    def run(case):
        outcomes[outcome_of_labels(case)] += 1

    run()
    assert outcomes["labels"] > 100
    assert outcomes["ValueError"] > 100
    assert outcomes["InvalidParameterError"] > 10
    assert programs.n_built - n_built <= MOST_CLASSIFIERS
