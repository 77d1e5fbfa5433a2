"""Compiled programs: what they are kept by, and that they own nothing."""

import gc
import threading
import time
import weakref
from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf
from joblib import Parallel, delayed
from sklearn.base import clone

from skrnn import RNNRegressor
from skrnn.engines.tensorflow._program import ProgramCache, ProgramKey, TrainingProgram
from skrnn.keras_bridge._optimizers import optimizer_recipe
from skrnn.losses import SquaredError
from skrnn.network._architecture import Architecture


@pytest.fixture(scope="module")
def key():
    architecture = Architecture("simple", (2,), 2, 1, 1)
    return ProgramKey(architecture, SquaredError(), optimizer_recipe("adam"), 4, masked=False)


@pytest.fixture(scope="module")
def program(key):
    return TrainingProgram(key)


def call(program, vector, n_steps=3, rate=0.1):
    key = program.settings
    rng = np.random.RandomState(0)
    windows = rng.normal(size=(key.n_steps * 4, 2))
    rows = np.column_stack([windows, windows[:, 1], np.ones(len(windows))]).astype(np.float32)
    return program.run(np.float32([rate, 0, 0]), vector, rows, (n_steps, 0, 0))


def start(program):
    weights = program.settings.architecture.initial_weights(np.random.RandomState(0))
    layout = program.state_layout(program.settings.architecture)
    return layout.pack(weights, layout.initial_slots(weights))


def test_a_program_owns_nothing(program):
    vector = start(program)
    first, losses = call(program, vector)
    call(program, np.zeros_like(vector), n_steps=7)
    again, losses_again = call(program, vector)
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(losses, losses_again)
    assert losses.shape == (3, 1)


def test_a_program_that_is_dropped_leaves_no_graph(key):
    graph = weakref.ref(TrainingProgram(key)._session.graph)
    gc.collect()
    assert graph() is None


def test_one_layout_for_each_network(program, key):
    layout = program.state_layout(key.architecture)
    assert program.state_layout(replace(key.architecture)) is layout
    assert layout.slot_shapes == [s for s in key.architecture.weight_shapes() for _ in range(2)]


def test_threads_do_not_disturb_each_other(program):
    vector, results = start(program), {}

    def work(rate):
        for _ in range(20):
            results.setdefault(rate, []).append(call(program, vector, rate=rate)[0])

    threads = [threading.Thread(target=work, args=(rate,)) for rate in (0.1, 0.2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for rate, vectors in results.items():
        alone, _ = call(program, vector, rate=rate)
        for found in vectors:
            np.testing.assert_array_equal(found, alone)


def test_rates_are_no_part_of_a_key(key):
    other = replace(key, optimizer=optimizer_recipe("adam", 0.5, 0.1))
    assert other == key
    assert hash(other) == hash(key)
    assert replace(key, optimizer=optimizer_recipe("sgd")) != key
    assert replace(key, optimizer=optimizer_recipe("adam", clipnorm=1.0)) != key


@pytest.mark.parametrize(
    ("batch_size", "n_timesteps", "n_features", "n_networks", "expected"),
    [
        (1, 1, 1, 1, 2**14),
        (32, 30, 1, 1, 2**8),
        (32, 100, 5, 1, 32),
        (32, 30, 1, 10, 32),
        (1024, 100, 5, 1, 8),
    ],
)
def test_steps_of_a_call_fill_a_bounded_array(
    key, batch_size, n_timesteps, n_features, n_networks, expected
):
    architecture = replace(
        key.architecture,
        n_timesteps=n_timesteps,
        n_features=n_features,
        n_networks=n_networks,
    )
    key = replace(key, architecture=architecture, batch_size=batch_size)
    steps = key.n_steps
    assert steps == expected
    size = steps * key.step_rows * key.rows.size
    assert steps == 8 or size <= 2**18 or (steps == 32 and size <= 2**20)


def test_least_recently_used_program_goes_first(key, monkeypatch):
    monkeypatch.setattr("skrnn.engines.tensorflow._program.TrainingProgram", lambda key: object())
    cache = ProgramCache(maximum=2)
    keys = [replace(key, batch_size=n) for n in (1, 2, 3)]
    first = cache.get(keys[0])
    second = cache.get(keys[1])
    assert cache.get(keys[0]) is first
    cache.get(keys[2])
    assert cache.get(keys[0]) is first
    assert cache.get(keys[1]) is not second
    assert cache.n_built == 4


def test_threads_that_need_the_same_program_build_it_once(key, monkeypatch):
    started = threading.Barrier(4)

    def build(key):
        time.sleep(0.05)
        return object()

    monkeypatch.setattr("skrnn.engines.tensorflow._program.TrainingProgram", build)
    cache, found = ProgramCache(maximum=2), []

    def work():
        started.wait()
        found.append(cache.get(key))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.n_built == 1
    assert len(found) == 4
    assert len(set(map(id, found))) == 1


def test_a_program_is_used_while_another_one_is_built(key, monkeypatch):
    other, go_on = replace(key, batch_size=7), threading.Event()

    def build(key):
        assert key != other or go_on.wait(10)
        return object()

    monkeypatch.setattr("skrnn.engines.tensorflow._program.TrainingProgram", build)
    cache = ProgramCache(maximum=2)
    thread = threading.Thread(target=cache.get, args=(other,))
    thread.start()
    assert cache.get(key) is cache.get(key)
    assert cache.n_built == 1
    go_on.set()
    thread.join()
    assert cache.n_built == 2


def test_a_program_that_cannot_be_built_is_not_kept(key, monkeypatch):
    def fail(key):
        raise MemoryError("no room")

    cache = ProgramCache(maximum=2)
    monkeypatch.setattr("skrnn.engines.tensorflow._program.TrainingProgram", fail)
    with pytest.raises(MemoryError):
        cache.get(key)
    monkeypatch.setattr("skrnn.engines.tensorflow._program.TrainingProgram", lambda key: "built")
    assert cache.get(key) == "built"


def test_too_little_memory_leaves_the_former_fit(monkeypatch):
    X, y = np.ones((20, 2, 1)), np.ones(20)
    model = RNNRegressor("simple", 2, epochs=1, batch_size=4, random_state=0, engine="tensorflow")
    model.fit(X, y)
    before = model.predict(X)

    def fail(*arguments):
        raise MemoryError("no room")

    monkeypatch.setattr(TrainingProgram, "run", fail)
    with pytest.raises(MemoryError):
        model.fit(X, 2 * y)
    np.testing.assert_array_equal(model.predict(X), before)
    with pytest.raises(MemoryError):
        RNNRegressor("simple", 2, epochs=1, batch_size=4, engine="tensorflow").fit(X, y)


def test_fits_on_threads_have_the_bits_of_fits_one_after_the_other():
    rng = np.random.RandomState(0)
    X, y = rng.normal(size=(60, 3, 1)), rng.normal(size=60)
    models = [
        RNNRegressor(cell, 4, epochs=3, batch_size=8, random_state=seed)
        for seed in range(6)
        for cell in ("gru", "simple")
    ]
    alone = [clone(model).fit(X, y).weights_ for model in models]
    fits = [delayed(clone(model).fit)(X, y) for _ in range(17) for model in models]
    together = Parallel(n_jobs=4, backend="threading")(fits)
    for model, weights in zip(together, 17 * alone, strict=True):
        for a, b in zip(model.weights_, weights, strict=True):
            np.testing.assert_array_equal(a, b)


def test_programs_use_no_gpu(key, monkeypatch):
    session, used = tf.compat.v1.Session, []

    def remembering(**settings):
        used.append(settings["config"])
        return session(**settings)

    monkeypatch.setattr(tf.compat.v1, "Session", remembering)
    program = TrainingProgram(key)
    call(program, start(program))
    assert [dict(config.device_count) for config in used] == [{"GPU": 0}]
