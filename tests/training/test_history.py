"""Losses stay aligned with epochs, whichever calls an estimator has seen."""

import itertools
import pickle

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.base import clone

from skrnn import RNNRegressor
from skrnn.plotting import LossCurveDisplay
from skrnn.training._history import with_losses

mpl.use("Agg")

NAN = float("nan")
RNG = np.random.RandomState(0)
X, Y = RNG.normal(size=(24, 2, 1)), RNG.normal(size=24)
CALLS = ("fit", "fit with validation", "fit with early stopping", "partial_fit", "nothing known")


def network(**parameters):
    settings = {"units": 2, "epochs": 2, "random_state": 0, "warm_start": True}
    return RNNRegressor("simple", **settings | parameters)


def call(model, name):
    """Epochs that a call adds, and whether validation measures them."""
    model.set_params(early_stopping=name == "fit with early stopping")
    if name == "partial_fit":
        model.partial_fit(X, Y)
        return 1, False
    if name == "nothing known":
        model.partial_fit(np.full_like(X[:1], NAN), Y[:1])
        return 0, False
    validation = {"X_val": X, "y_val": Y} if name == "fit with validation" else {}
    model.fit(X, Y, **validation)
    return 2, name != "fit"


@pytest.mark.parametrize("calls", [*itertools.product(CALLS, repeat=2), 7, 15])
def test_every_list_has_an_entry_for_each_epoch(calls):
    if isinstance(calls, int):
        calls = RNG.choice(CALLS, size=calls)
    model, measured = network(), []
    for name in calls:
        n_epochs, validates = call(model, name)
        measured += [validates] * n_epochs
        assert model.n_iter_ == len(model.history_["loss"]) == len(measured)
        assert np.isfinite(model.history_["loss"]).all()
        assert ("val_loss" in model.history_) is any(measured)
        if any(measured):
            np.testing.assert_array_equal(np.isfinite(model.history_["val_loss"]), measured)
        model = pickle.loads(pickle.dumps(model))
    if measured:
        frame = LossCurveDisplay.from_estimator(model).frame()
        plt.close("all")
        assert frame["epoch"].tolist() == list(range(1, len(measured) + 1))


def test_epochs_are_counted_over_all_calls():
    model = network(epochs=3)
    for _ in range(5):
        model.partial_fit(X, Y)
    passes = model.history_["loss"]
    assert (model.n_iter_, len(passes)) == (5, 5)
    model.fit(X, Y)
    assert model.n_iter_ == 8
    assert model.history_["loss"][:5] == passes
    assert model.set_params(warm_start=False).fit(X, Y).n_iter_ == 3
    assert len(model.history_["loss"]) == 3


def test_losses_of_partial_fit_are_those_of_epochs_in_order():
    whole = network(epochs=4, shuffle=False, batch_size=8).fit(X, Y)
    passes = clone(whole)
    for _ in range(4):
        passes.partial_fit(X, Y)
    np.testing.assert_allclose(passes.history_["loss"], whole.history_["loss"], rtol=1e-6)


def test_a_history_that_was_taken_is_not_changed_later():
    model = network().partial_fit(X, Y)
    taken = model.history_
    model.partial_fit(X, Y)
    assert len(taken["loss"]) == 1


def test_partial_fit_keeps_the_last_entries(monkeypatch):
    for module in ("skrnn._recurrent_base", "skrnn._persistence"):
        monkeypatch.setattr(f"{module}.PASSES_KEPT", 3)
    model = network(epochs=2).fit(X, Y, X_val=X, y_val=Y)
    losses = list(model.history_["loss"])
    for _ in range(2):
        losses += model.partial_fit(X, Y).history_["loss"][-1:]
    assert model.n_iter_ == 4
    assert model.history_["loss"] == losses[-3:]
    assert np.isnan(model.history_["val_loss"]).tolist() == [False, True, True]
    model.fit(X, Y)
    assert (model.n_iter_, len(model.history_["loss"])) == (6, 5)
    assert pickle.loads(pickle.dumps(model)).history_["loss"] == model.history_["loss"]


# The functions.


def test_nan_stands_where_nothing_was_measured():
    first = with_losses({}, {"loss": [3.0, 2.0]})
    second = with_losses(first, {"loss": [1.0], "val_loss": [5.0]})
    third = with_losses(second, {"loss": [0.5]})
    assert first == {"loss": [3.0, 2.0]}
    assert third["loss"] == [3.0, 2.0, 1.0, 0.5]
    np.testing.assert_array_equal(third["val_loss"], [NAN, NAN, 5.0, NAN])
    assert with_losses(third, {"loss": [0.1]}, most=2)["loss"] == [0.5, 0.1]
    assert with_losses({}, {"loss": []}) == {"loss": []}
