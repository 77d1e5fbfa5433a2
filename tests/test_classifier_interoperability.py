"""RNNClassifier in the hands of software that we did not write."""

import pickle

import numpy as np
import onnxruntime
import pandas as pd
import pytest
import skops.io
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingClassifier
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedKFold,
    cross_val_predict,
    cross_val_score,
    cross_validate,
)
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sktime.datatypes import convert_to

from skrnn import RNNClassifier, pad_sequences

N_ROWS, LAG = 48, 4
X = np.random.RandomState(0).normal(size=(N_ROWS, LAG, 2))
THREE = np.digitize(X[:, -2:, 0].sum(axis=1), [-0.7, 0.7])
TWO = np.where(X[:, -2:, 0].sum(axis=1) > 0, "up", "down")
TABLE = X.reshape(N_ROWS, -1)
FOLDS = StratifiedKFold(3)


def small(**parameters):
    """Few shapes of networks, so that few compiled programs serve all tests."""
    settings = {"cell": "simple", "units": 4, "epochs": 30, "learning_rate": 0.03}
    return RNNClassifier(**settings | {"random_state": 0} | parameters)


def on_tables(**parameters):
    return small(n_timesteps=LAG, **parameters)


def test_grid_search_with_stratified_folds():
    grid = {"learning_rate": [1e-4, 0.03]}
    search = GridSearchCV(small(), grid, cv=FOLDS, scoring="neg_log_loss", error_score="raise")
    search.fit(X, TWO)
    assert search.best_params_ == {"learning_rate": 0.03}
    for k, (train, test) in enumerate(FOLDS.split(X, TWO)):
        fitted = small().fit(X[train], TWO[train])
        expected = -log_loss(TWO[test], fitted.predict_proba(X[test]))
        assert search.cv_results_[f"split{k}_test_score"][1] == pytest.approx(expected)
    np.testing.assert_array_equal(search.predict_proba(X), small().fit(X, TWO).predict_proba(X))


def test_cross_validation_and_scorers():
    scoring = ["accuracy", "roc_auc", "neg_log_loss", "f1_macro", "balanced_accuracy"]
    found = cross_validate(small(), X, TWO, cv=FOLDS, scoring=scoring, error_score="raise")
    for k, (train, test) in enumerate(FOLDS.split(X, TWO)):
        fitted = small().fit(X[train], TWO[train])
        score = roc_auc_score(TWO[test], fitted.decision_function(X[test]))
        assert found["test_roc_auc"][k] == score
        assert found["test_accuracy"][k] == fitted.score(X[test], TWO[test])
    areas = cross_val_score(small(), X, THREE, cv=FOLDS, scoring="roc_auc_ovr")
    assert areas.mean() > 0.7


def test_cross_val_predict_of_probabilities():
    found = cross_val_predict(small(), X, THREE, cv=FOLDS, method="predict_proba")
    for train, test in FOLDS.split(X, THREE):
        expected = small().fit(X[train], THREE[train]).predict_proba(X[test])
        np.testing.assert_array_equal(found[test], expected)


@pytest.mark.parametrize("ensemble", [True, False])
def test_calibration(ensemble):
    model = CalibratedClassifierCV(small(), cv=FOLDS, method="sigmoid", ensemble=ensemble)
    probabilities = model.fit(X, TWO).predict_proba(X)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    members = [clone(small()).fit(X[train], TWO[train]) for train, _ in FOLDS.split(X, TWO)]
    members = members if ensemble else [small().fit(X, TWO)]
    for member, calibrated in zip(members, model.calibrated_classifiers_, strict=True):
        inner = calibrated.estimator.predict_proba(X)
        np.testing.assert_array_equal(inner, member.predict_proba(X))
        # Calibration by a logistic function keeps the order of the rows.
        order = np.argsort(inner[:, 1])
        assert (np.diff(calibrated.predict_proba(X)[order, 1]) >= 0).all()


def test_stacking():
    members = [("rnn", on_tables()), ("logistic", LogisticRegression())]
    stack = StackingClassifier(members, LogisticRegression(), cv=FOLDS).fit(TABLE, TWO)
    inner = [
        cross_val_predict(model, TABLE, TWO, cv=FOLDS, method="predict_proba")[:, 1]
        for _, model in members
    ]
    last = LogisticRegression().fit(np.column_stack(inner), TWO)
    refitted = [clone(model).fit(TABLE, TWO).predict_proba(TABLE)[:, 1] for _, model in members]
    expected = last.predict_proba(np.column_stack(refitted))
    np.testing.assert_allclose(stack.predict_proba(TABLE), expected, rtol=1e-8)


def test_soft_voting_is_the_mean_of_probabilities():
    members = [(f"seed{seed}", small(random_state=seed)) for seed in range(3)]
    vote = VotingClassifier(members, voting="soft").fit(X, TWO)
    each = [clone(model).fit(X, TWO).predict_proba(X) for _, model in members]
    np.testing.assert_allclose(vote.predict_proba(X), np.mean(each, axis=0), rtol=1e-12)


def test_bagging():
    bag = BaggingClassifier(on_tables(), n_estimators=2, random_state=0).fit(TABLE, TWO)
    each = []
    for member, rows in zip(bag.estimators_, bag.estimators_samples_, strict=True):
        weight = np.bincount(rows, minlength=N_ROWS)
        codes = np.searchsorted(["down", "up"], TWO)
        by_hand = on_tables(random_state=member.random_state)
        each.append(by_hand.fit(TABLE, codes, sample_weight=weight).predict_proba(TABLE))
    np.testing.assert_allclose(bag.predict_proba(TABLE), np.mean(each, axis=0), rtol=1e-12)


def test_permutation_importance():
    found = permutation_importance(on_tables().fit(TABLE, TWO), TABLE, TWO, random_state=0)
    importance = found.importances_mean.reshape(LAG, 2)
    assert importance[-2:, 0].min() > 3 * np.abs(importance[:, 1]).max()


def test_one_versus_rest_and_one_versus_one():
    rest = OneVsRestClassifier(on_tables()).fit(TABLE, THREE)
    columns = [
        on_tables().fit(TABLE, (k == THREE).astype(int)).predict_proba(TABLE)[:, 1]
        for k in range(3)
    ]
    expected = np.column_stack(columns)
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(rest.predict_proba(TABLE), expected, rtol=1e-10)
    each = OneVsOneClassifier(on_tables()).fit(TABLE, THREE)
    assert accuracy_score(THREE, each.predict(TABLE)) > 0.8


def test_pickle_and_skops():
    model = small().fit(X, TWO)
    data = skops.io.dumps(model)
    restored = skops.io.loads(data, trusted=["skrnn._classifier.RNNClassifier"])
    for copy in (restored, pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(copy.predict(X), model.predict(X))
        assert copy.partial_fit(X, TWO).n_iter_ == model.n_iter_ + 1


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's
@pytest.mark.filterwarnings("ignore:In the future `np.object`:FutureWarning")  # of its export
@pytest.mark.parametrize("y", [TWO, THREE], ids=["two", "three"])
def test_onnx(y, tmp_path):
    model = small().fit(X, y)
    model.model_.export(tmp_path / "model.onnx", format="onnx", verbose=False)
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    [found] = session.run(None, {"windows": X.astype(np.float32)})
    probabilities = model.predict_proba(X)
    expected = probabilities if len(model.classes_) > 2 else probabilities[:, 1:]
    np.testing.assert_allclose(found, expected, atol=1e-5)


def to_windows(panel):
    """From any panel of sktime to windows."""
    return pad_sequences(convert_to(panel, "df-list"), n_timesteps=LAG)


def test_panels_of_sktime():
    frames = [pd.DataFrame(X[i, i % 3 :]).add_prefix("x") for i in range(N_ROWS)]
    windows = X.copy()
    for i in range(N_ROWS):
        windows[i, : i % 3] = np.nan
    expected = small().fit(windows, TWO).predict_proba(windows)
    for mtype in ("nested_univ", "pd-multiindex"):
        panel = convert_to(frames, mtype)
        np.testing.assert_array_equal(to_windows(panel), windows)
        model = make_pipeline(FunctionTransformer(to_windows), small()).fit(panel, TWO)
        np.testing.assert_array_equal(model.predict_proba(panel), expected)
    # numpy3D has the order (row, feature, step).
    swap = FunctionTransformer(np.swapaxes, kw_args={"axis1": 1, "axis2": 2})
    found = make_pipeline(swap, small()).fit(X.swapaxes(1, 2), TWO).predict(X.swapaxes(1, 2))
    np.testing.assert_array_equal(found, small().fit(X, TWO).predict(X))


def test_frames_keep_their_names():
    frame = pd.DataFrame(TABLE).add_prefix("x")
    model = make_pipeline(StandardScaler(), on_tables()).set_output(transform="pandas")
    model.fit(frame, pd.Series(TWO))
    assert list(model[-1].feature_names_in_) == list(frame.columns)
    assert model.predict(frame).dtype == object
