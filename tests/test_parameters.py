"""From parameters to the plan of a training."""

import numpy as np
import pandas as pd
import pytest

from skrnn import RNNRegressor
from skrnn._parameters import architecture_of, training_plan
from skrnn.losses import Huber
from skrnn.network._architecture import Architecture
from skrnn.training._samples import Samples


def samples(n_steps=3, n_features=2, n_outputs=1, n_target_steps=1):
    windows = np.zeros((5, n_steps, n_features))
    targets = np.zeros((5, n_target_steps, n_outputs + 1), np.float32)
    return Samples(windows, targets, np.arange(5), masked=False)


def settings(estimator=None, shapes=None, **parameters):
    estimator = estimator or RNNRegressor(**parameters)
    return architecture_of(estimator, samples(**shapes or {}), estimator._loss())


def test_defaults_and_shapes():
    architecture = settings(shapes={"n_steps": 5, "n_features": 4, "n_outputs": 3})
    assert architecture == Architecture("lstm", (32,), n_timesteps=5, n_features=4, n_outputs=3)


def test_every_setting_arrives():
    given = {
        "cell": "gru",
        "activation": "relu",
        "recurrent_activation": "hard_sigmoid",
        "bidirectional": True,
        "autoregressive": True,
        "level_feature": 1,
        "return_sequences": True,
        "dropout": 0.1,
        "recurrent_dropout": 0.2,
    }
    architecture = settings(units=[4, 2], **given)
    assert architecture == Architecture(
        units=(4, 2), n_timesteps=3, n_features=2, n_outputs=1, n_quantiles=0, **given
    )


@pytest.mark.parametrize(
    ("units", "expected"),
    [(4, (4,)), (np.int64(4), (4,)), ((4, 2), (4, 2)), ([4], (4,)), ((np.int32(3), 1), (3, 1))],
)
def test_units_become_plain_numbers(units, expected):
    architecture = settings(units=units)
    assert architecture.units == expected
    assert {type(n) for n in architecture.units} == {int}


def test_numbers_and_switches_become_plain_values():
    architecture = settings(
        bidirectional=np.True_, dropout=np.float32(0.5), level_feature=np.int64(-1)
    )
    assert architecture.bidirectional is True
    assert type(architecture.dropout) is float
    assert (type(architecture.level_feature), architecture.level_feature) == (int, 1)


def named(names, **parameters):
    estimator = RNNRegressor(**parameters)
    estimator.feature_names_in_ = np.array(names, dtype=object)
    return estimator


@pytest.mark.parametrize(
    ("level_feature", "names", "position"),
    [
        (0, None, 0),
        (-1, None, 1),
        (-2, ["temp", "wind"], 0),
        ("wind", ["temp", "wind"], 1),
        # The columns of a table of windows, step by step.
        ("temp", ["temp_lag2", "wind_lag2", "temp_lag1", "wind_lag1"], 0),
        ("wind", ["temp_lag2", "wind_lag2", "temp_lag1", "wind_lag1"], 1),
        ("wind_lag1", ["temp_lag2", "wind_lag2", "temp_lag1", "wind_lag1"], 1),
        # A name as it stands goes before one that lost its lag.
        ("temp", ["x", "x", "temp_lag1", "temp"], 1),
        ("a_lag_b", ["a_lag_b_lag1", "c_lag1"], 0),
    ],
)
def test_level_feature_by_position_or_name(level_feature, names, position):
    estimator = RNNRegressor(level_feature=level_feature)
    if names:
        estimator = named(names, level_feature=level_feature)
    assert settings(estimator).level_feature == position


@pytest.mark.parametrize("level_feature", ["temp_lag2", "rain", "lag1", "1"])
def test_level_feature_of_an_unknown_name(level_feature):
    names = ["temp_lag2", "wind_lag2", "temp_lag1", "wind_lag1"]
    with pytest.raises(ValueError, match=f"the feature '{level_feature}', which is not among"):
        settings(named(names, level_feature=level_feature))


@pytest.mark.parametrize("level_feature", [True, False, np.True_, 2, -3])
def test_level_feature_of_no_position(level_feature):
    with pytest.raises(ValueError, match=f"from -2 to 1; got {level_feature!r}"):
        settings(level_feature=level_feature)


def test_level_feature_of_a_frame_is_the_one_that_was_named():
    """The level of one name is subtracted, whichever way it is told."""
    rng = np.random.RandomState(0)
    columns = [f"{name}_lag{k}" for k in (2, 1) for name in ("temp", "wind")]
    frame = pd.DataFrame(rng.normal(size=(20, 4)), columns=columns)
    y = frame["wind_lag1"] + rng.normal(size=20)
    parameters = {"units": 2, "n_timesteps": 2, "epochs": 1, "random_state": 0}
    by_name = RNNRegressor(level_feature="wind", **parameters).fit(frame, y)
    by_position = RNNRegressor(level_feature=1, **parameters).fit(frame, y)
    np.testing.assert_array_equal(by_name.predict(frame), by_position.predict(frame))
    shifted = frame.copy()
    shifted[["wind_lag2", "wind_lag1"]] += 50
    difference = by_name.predict(shifted) - by_name.predict(frame)
    np.testing.assert_allclose(difference, 50, atol=1e-4)


def test_every_setting_of_training_is_a_plain_value():
    plan = training_plan(
        RNNRegressor(
            units=3,
            optimizer="rmsprop",
            learning_rate=np.float32(0.5),
            weight_decay=0.25,
            l2=np.float64(0.125),
            clipnorm=2,
            epochs=np.int32(7),
            batch_size=np.int64(5),
            shuffle=np.False_,
            early_stopping=np.True_,
            n_iter_no_change=np.int64(4),
            tol=1,
            verbose=True,
            loss="huber",
        ),
        samples(),
    )
    recipe = plan.optimizer
    assert (recipe.name, recipe.custom_class) == ("RMSprop", None)
    assert (recipe.learning_rate, recipe.weight_decay, recipe.clipnorm) == (0.5, 0.25, 2.0)
    found = vars(plan) | {"optimizer": None}
    assert found == {
        "architecture": Architecture("lstm", (3,), 3, 2, 1),
        "engine": "numpy",
        "loss": Huber(),
        "optimizer": None,
        "batch_size": 5,
        "epochs": 7,
        "shuffle": False,
        "stateful": False,
        "l2": 0.125,
        "early_stopping": True,
        "n_iter_no_change": 4,
        "tol": 1.0,
        "verbose": 1,
        "rate_falls": False,
    }
    plain = {type(value) for value in list(found.values())[3:]}
    assert plain == {str, int, bool, float}


@pytest.mark.parametrize(
    ("stateful", "one_pass", "batch_size"),
    [(False, False, 4), (False, True, 4), (True, False, 4), (True, True, 1)],
)
def test_rows_that_come_one_by_one_are_one_stream(stateful, one_pass, batch_size):
    estimator = RNNRegressor(stateful=stateful, batch_size=4)
    plan = training_plan(estimator, samples(), one_pass=one_pass)
    assert plan.batch_size == batch_size
