"""Warnings about data that train without an error, and from which little is learned."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

from skrnn import LagWindowTransformer, RNNRegressor, make_lag_windows
from skrnn._input import select_samples
from skrnn.losses import LogNormal, Tweedie
from skrnn.network._architecture import Architecture
from skrnn.training._data_warnings import warn_about_data
from skrnn.training._plan import TrainingPlan
from skrnn.training._training_run import TrainingRun

N_ROWS = 60
RNG = np.random.RandomState(0)
NOISE = RNG.normal(size=(N_ROWS, 2))
WALK = pd.Series(np.cumsum(NOISE[:, 0]) / 4, name="level")


def small(**parameters):
    return RNNRegressor(**{"units": 2, "epochs": 1, "random_state": 0} | parameters)


def warned(fit, *arguments, **metadata):
    """The words of all warnings of one fit."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit(*arguments, **metadata)
    return [str(warning.message) for warning in caught]


# Targets that stand in X.


@pytest.mark.parametrize(
    ("model", "X", "name"),
    [
        (small(), WALK.to_frame(), "Column 'level'"),
        (small(), WALK.to_numpy()[:, None], "Feature 0 (counted from 0)"),
        (small(), np.float32(WALK.to_numpy()[:, None]), "Feature 0 (counted from 0)"),
        (small(), pd.DataFrame({"noise": NOISE[:, 1], "level": WALK}), "Column 'level'"),
        (small(n_timesteps=2), pd.DataFrame({"a": WALK.shift(), "b": WALK}), "Column 'b'"),
        (
            make_pipeline(LagWindowTransformer(lag=3, horizon=0), small()),
            WALK.to_frame(),
            "Feature 0 (counted from 0)",
        ),
        (
            make_pipeline(
                LagWindowTransformer(lag=3, known_features=["level"]),
                small(missing="drop"),
            ),
            pd.DataFrame({"noise": NOISE[:, 1], "level": WALK}),
            "Feature 1 (counted from 0)",
        ),
    ],
)
def test_a_target_that_stands_in_x_is_named(model, X, name):
    (words,) = warned(model.fit, X, WALK)
    assert words.startswith(f"{name} of the last step of X equals y: X contains the target")


def test_a_target_in_x_is_found_among_missing_values_and_outputs():
    y = np.column_stack([NOISE[:, 1] ** 2, WALK])
    X = np.column_stack([WALK, NOISE[:, 0]])
    X[::7, 0], y[::5, 1] = np.nan, np.nan
    words, skipped = warned(small().fit, X, y)
    assert words.startswith("Feature 0 (counted from 0) of the last step of X equals y")
    assert skipped.startswith("9 of the 60 rows of X are left out of training")
    scaled = make_pipeline(
        StandardScaler(),
        LagWindowTransformer(lag=2, horizon=0),
        small(),
    )
    behind = TransformedTargetRegressor(scaled, transformer=StandardScaler())
    (words,) = warned(behind.fit, WALK.to_frame(), WALK)
    assert "equals y" in words


def test_sequences_whose_steps_are_the_targets():
    windows, _ = make_lag_windows(WALK, lag=4)
    assert len(warned(small(return_sequences=True).fit, windows, windows[..., 0])) == 1
    assert len(warned(small(return_sequences=True).fit, windows, windows)) == 1
    later = windows[1:, :, 0]
    assert warned(small(return_sequences=True).fit, windows[:-1], later) == []


@pytest.mark.parametrize(
    ("X", "y"),
    [
        (WALK.to_frame(), WALK.shift(-1)),
        (WALK.to_frame(), 2 * WALK),
        (WALK.to_frame(), WALK + 1e-3 * NOISE[:, 0]),
        (np.ones((N_ROWS, 1)), np.ones(N_ROWS)),  # a constant, which persistence forecasts too
        (np.zeros((N_ROWS, 2)), np.zeros(N_ROWS)),
        (np.arange(3.0)[:, None], np.arange(3.0)),  # too few to be no accident
        (np.round(NOISE[:, :1]), np.round(NOISE[:, 1])),
        (np.repeat([[0.0], [1.0]], 30, axis=0), np.repeat([0.0, 1.0], [29, 31])),
        (WALK.to_frame() * np.where(np.arange(N_ROWS) < N_ROWS - 1, 1, 2)[:, None], WALK),
    ],
)
def test_targets_that_only_resemble_x(X, y):
    assert warned(small().fit, X, y) == []
    assert warned(small().partial_fit, X, y) == []


def test_rows_that_come_later_are_not_looked_at():
    assert warned(small().partial_fit, WALK.to_frame(), WALK) == []
    assert warned(small().partial_fit, 1e5 * NOISE, 1e5 * NOISE[:, 0] ** 2) == []


# Scales.

Y = NOISE @ [0.5, -0.5]
SCALES_OF_Y = [
    (49_000 + 5_000 * Y, True),
    (1e6 * Y, True),
    (1_013 + Y, True),
    (1e-5 * Y, True),
    (0.5 + 1e-5 * Y, True),
    (np.full(N_ROWS, 5e4), True),  # a constant far away is not reached either
    (Y, False),
    (0.02 * Y, False),
    (11 + 4 * Y, False),  # temperatures
    (20 + 10 * Y, False),
    (50 + 30 * Y, True),
    (np.zeros(N_ROWS), False),
    (np.ones(N_ROWS), False),
    ((Y > 0).astype(float), False),
    (MinMaxScaler().fit_transform(Y[:, None]), False),
]


@pytest.mark.parametrize(("y", "hopeless"), SCALES_OF_Y)
def test_a_scale_of_y_that_networks_do_not_reach(y, hopeless):
    found = warned(small().fit, NOISE, y)
    assert len(found) == hopeless
    for words in found:
        assert words.startswith("y has a mean of ")
        assert "StandardScaler" in words
        assert "TransformedTargetRegressor" in words
    behind = TransformedTargetRegressor(small(), transformer=StandardScaler())
    assert warned(behind.fit, NOISE, y) == []


AMOUNTS = np.exp(NOISE[:, 0]) / np.exp(NOISE[:, 0]).mean()


@pytest.mark.parametrize(
    ("loss", "y", "remedies"),
    [
        ("negative_binomial", np.rint(1e4 * AMOUNTS), {"level_feature", "poisson"}),
        ("zero_inflated_negative_binomial", np.rint(400 * AMOUNTS), {"level_feature", "poisson"}),
        ("gamma_likelihood", 1e4 * AMOUNTS, {"level_feature", "divide it by 1e+04 "}),
        (Tweedie(1.5), 400 * AMOUNTS, {"level_feature", "divide it by 400 "}),
        ("log_normal", 1e-3 * AMOUNTS, {"divide it by 0.001 "}),
        ("log_normal", 99 * AMOUNTS, set()),
        ("log_normal", 0.01 * AMOUNTS, set()),
        ("negative_binomial", np.arange(N_ROWS) == 7, set()),
        (Tweedie(1.5), 1e-3 * AMOUNTS, set()),
        ("poisson", 1e4 * AMOUNTS, set()),
    ],
)
def test_a_mean_of_y_whose_logarithm_networks_do_not_reach(loss, y, remedies):
    found = warned(small(loss=loss, engine="numpy").fit, NOISE, y)
    assert len(found) == bool(remedies)
    for words in found:
        assert words.startswith("y has a mean of ")
        assert all(each in words for each in remedies)
        assert words.count("; or") == len(remedies)
    level = np.column_stack([NOISE[:, 1], y * AMOUNTS[::-1]])
    of_level = warned(small(loss=loss, level_feature=1, engine="numpy").fit, level, y)
    assert not any(words.startswith("y has a mean") for words in of_level)


@pytest.mark.parametrize(
    ("mean", "n_updates", "hopeless"),
    [(1e3, 500, 1), (1e3, 3200, 0), (1e4, 3200, 1), (1e-3, 3200, 0), (1e9, 10**9, 0)],
)
def test_a_mean_of_y_is_reached_after_enough_updates(mean, n_updates, hopeless):
    y = np.column_stack([AMOUNTS, mean * AMOUNTS])
    samples = select_samples(NOISE[:, None], y, None, missing="error")
    architecture = Architecture("simple", (2,), n_timesteps=1, n_features=2, n_outputs=2)
    plan = TrainingPlan(architecture, LogNormal(), None, batch_size=N_ROWS, epochs=n_updates)
    found = warned(warn_about_data, TrainingRun(plan, samples))
    assert len(found) == hopeless
    for words in found:
        assert words.startswith("Output 1 (counted from 0) of y has a mean of ")
        assert f" {n_updates} updates" in words
        assert "level_feature" not in words


@pytest.mark.parametrize(
    ("change", "hopeless"),
    [
        (lambda x: 1e5 * x, True),
        (lambda x: 2_005 + 9 * x, True),  # years
        (lambda x: 1.0 + 1e-3 * x, True),
        (lambda x: 1e-5 * x, True),
        (lambda x: np.full_like(x, 1e6), True),
        (lambda x: x, False),
        (lambda x: 300 + 100 * x, False),
        (lambda x: 0.02 * x, False),
        (np.ones_like, False),
        (np.zeros_like, False),
        (lambda x: np.arange(N_ROWS) % 24, False),
        (lambda x: np.arange(N_ROWS) == 7, False),
        (lambda x: 15 + 4 * x, False),
    ],
)
@pytest.mark.parametrize("named", [False, True])
def test_a_scale_of_x_that_saturates_the_network(change, hopeless, named):
    X = np.column_stack([NOISE[:, 0], change(NOISE[:, 1])])
    if named:
        X = pd.DataFrame(X, columns=["good", "bad"])
    found = warned(small().fit, X, Y)
    assert len(found) == hopeless
    for words in found:
        name = "Column 'bad'" if named else "Feature 1 (counted from 0)"
        assert words.startswith(f"{name} of X has a mean of ")
        assert "StandardScaler" in words
    scaled = make_pipeline(StandardScaler(), LagWindowTransformer(lag=2), small())
    assert warned(scaled.fit, X, Y) == []


def test_the_network_indeed_learns_nothing_from_such_scales():
    """The thresholds lie where the default network fails, and not where it works."""
    t = np.arange(350)
    series = np.sin(t / 4) + 0.5 * np.sin(t / 17) + 0.2 * np.random.RandomState(0).normal(size=350)
    series = (series - series.mean()) / series.std()
    windows, y = make_lag_windows(series, lag=8)
    first, later = slice(0, 150), slice(150, None)

    def score(windows, y):
        model = RNNRegressor(random_state=0)
        n_warnings = len(warned(model.fit, windows[first], y[first]))
        return model.score(windows[later], y[later]), n_warnings

    for windows_, y_ in [(windows, y), (10 * windows, y), (windows, 10 * y), (windows + 10, y)]:
        r2, n_warnings = score(windows_, y_)
        assert r2 > 0.7
        assert n_warnings == 0
    for windows_, y_ in [(windows, 110 + y), (windows, 1e4 * y), (2_000 + windows, y)]:
        r2, n_warnings = score(windows_, y_)
        assert r2 < 0.1
        assert n_warnings == 1


def test_a_level_takes_the_offset_away():
    prices = 49_000 + np.cumsum(NOISE[:, 0])
    windows, y = make_lag_windows(prices, lag=3)
    assert len(warned(small().fit, windows, y)) == 2
    assert warned(small(level_feature=0).fit, windows, y) == []
    (words,) = warned(small(level_feature=0).fit, windows, 1e5 + y)
    assert words.startswith("y, less the level, has a mean of")


def test_a_level_on_another_scale_than_y():
    X = 50 + 5 * NOISE[:, :1]
    model = TransformedTargetRegressor(
        small(level_feature=0, engine="numpy"), transformer=StandardScaler()
    )
    [words] = warned(model.fit, X, 50 + 5 * NOISE[:, 1])
    assert words.startswith("y, less the level, has a mean of -5")
    assert "scale both in the same way" in words
    assert "TransformedTargetRegressor" not in words


WITH_GAPS = np.where(np.arange(N_ROWS) < 3, np.nan, Y)


@pytest.mark.parametrize(
    ("y", "remedy"),
    [
        (83 + 42 * WITH_GAPS, r"\(y - 7\d\.\d\) / 3.*by \* 3.* \+ 7"),
        (-83 + 42 * WITH_GAPS, r"\(y \+ 8\d\.\d\) / 3.*by \* 3.* - 8"),
        (1e4 * WITH_GAPS, r"Pass y / \S+ to fit"),
        (5e4 + 0 * WITH_GAPS, r"Pass y / 5e.04 to fit"),
    ],
)
def test_targets_with_gaps_are_scaled_by_hand(y, remedy):
    (words,) = warned(small().fit, NOISE, y)
    assert re.search(remedy, words), words
    assert "regressor=..." not in words
    (words,) = warned(small().fit, NOISE, np.where(np.isnan(y), np.nan, 1e6 + 1e-3 * Y))
    assert "Subtract a constant from y in float64" in words


def test_sequences_of_targets_are_scaled_by_hand():
    X = NOISE[:20].reshape(4, 5, 2)
    (words,) = warned(small(return_sequences=True).fit, X, 83 + 42 * Y[:20].reshape(4, 5))
    assert "Pass (y - 92" in words


def test_rows_without_weight_or_target_do_not_count():
    y, weight = Y.copy(), np.ones(N_ROWS)
    y[:20], weight[:20] = 1e6, 0
    assert warned(small().fit, NOISE, y, weight) == []
    y[:20] = np.nan
    assert warned(small().fit, NOISE, y) == []


# Held-out rows.


def far(y_val, **parameters):
    return warned(small(**parameters).fit, NOISE, Y, X_val=NOISE, y_val=y_val)


@pytest.mark.parametrize("y_val", [49_000 + Y, 11 + 4 * Y, 100 * Y, -10 + Y])
@pytest.mark.parametrize("early_stopping", [False, True])
def test_y_val_of_another_scale(y_val, early_stopping):
    (words,) = far(y_val, early_stopping=early_stopping)
    assert words.startswith("y_val is far outside the range of the training data")
    assert "TransformedTargetRegressor scales y, but not y_val" in words


def test_y_val_that_is_scaled_where_y_is_not():
    (words,) = warned(small().fit, NOISE, 20 + 2 * Y, X_val=NOISE, y_val=Y)
    assert words.startswith("y_val is far outside")


@pytest.mark.parametrize("y_val", [Y, 2 * Y, Y + 2, np.where(np.arange(N_ROWS) < 9, 99, Y)])
def test_y_val_that_goes_its_own_way(y_val):
    assert far(y_val) == []


def test_a_trend_goes_on_beyond_its_range():
    trend = np.arange(120) / 60 + 0.1 * np.random.RandomState(0).normal(size=120)
    windows, y = make_lag_windows(trend, lag=3)
    held_out = {"X_val": windows[100:], "y_val": y[100:]}
    assert warned(small().fit, windows[:100], y[:100], **held_out) == []


def test_x_val_that_no_scaler_has_seen():
    (words,) = warned(small().fit, NOISE, Y, X_val=1_013 + NOISE * [1, 0], y_val=Y)
    assert words.startswith("Feature 0 (counted from 0) of X_val is far outside the range")
    assert "transform_input=['X_val']" in words


PRESSURE = pd.Series(np.sin(np.arange(150) / 5) + 0.1 * RNG.normal(size=150)) * 30 + 1_013
TRAIN, LATER = slice(0, 100), slice(100, None)
STOPPING = {"units": 4, "epochs": 8, "learning_rate": 0.01, "early_stopping": True}


def flagship(**metadata):
    """Fit scale -> windows -> network, and scale the target; held-out rows pass through."""
    with config_context(enable_metadata_routing=True):
        rnn = small(**STOPPING).set_fit_request(X_val=True, y_val=True)
        pipe = Pipeline(
            [("scale", StandardScaler()), ("windows", LagWindowTransformer(lag=6)), ("rnn", rnn)],
            transform_input=["X_val"],
        )
        model = TransformedTargetRegressor(regressor=pipe, transformer=StandardScaler())
        X = PRESSURE.to_frame()
        return model.fit(X[TRAIN], PRESSURE[TRAIN], X_val=X[LATER], **metadata)


def test_the_way_to_validate_the_flagship_pipeline():
    """What ``stopping.rst`` shows gives the losses of windows and targets scaled by hand."""
    values = PRESSURE.to_numpy()[:, None]
    scaler = StandardScaler().fit(values[TRAIN])
    scaled = scaler.transform(values)
    model = flagship(y_val=scaled[LATER, 0])
    windows = LagWindowTransformer(lag=6).fit_transform(scaled)
    by_hand = small(**STOPPING).fit(
        windows[TRAIN], scaled[TRAIN, 0], X_val=windows[LATER], y_val=scaled[LATER, 0]
    )
    history = model.regressor_[-1].history_
    np.testing.assert_allclose(history["val_loss"], by_hand.history_["val_loss"], rtol=1e-5)
    np.testing.assert_allclose(history["loss"], by_hand.history_["loss"], rtol=1e-5)
    assert history["val_loss"][-1] < 1


def test_the_flagship_pipeline_warns_if_the_held_out_targets_are_not_scaled():
    with pytest.warns(UserWarning, match="y_val is far outside") as caught:
        model = flagship(y_val=PRESSURE[LATER])
    assert len(caught) == 1
    assert model.regressor_[-1].history_["val_loss"][0] > 1e5


def test_the_shapes_of_x_val_tell_that_it_missed_the_steps():
    pipe = make_pipeline(FunctionTransformer(), LagWindowTransformer(lag=6), small())
    X = (PRESSURE.to_numpy()[:, None] - 1_013) / 30
    held_out = {"rnnregressor__X_val": X[LATER], "rnnregressor__y_val": X[LATER, 0]}
    with pytest.raises(ValueError, match="X_val must pass through the same steps as X, such as"):
        pipe.fit(X[TRAIN], X[TRAIN, 0], **held_out)
