"""RNNRegressor in the hands of software that we did not write: each must get what it asks for."""

import pickle
import re
import subprocess
import sys
import textwrap
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import optuna
import pytest
from joblib import parallel_config
from mapie.regression import TimeSeriesRegressor
from mapie.subsample import BlockBootstrap
from scikeras.wrappers import KerasRegressor
from scipy.stats import loguniform
from skforecast.recursive import ForecasterRecursive
from sklearn import config_context
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import BaggingRegressor, StackingRegressor, VotingRegressor
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import make_scorer, r2_score, root_mean_squared_error
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    KFold,
    RandomizedSearchCV,
    TimeSeriesSplit,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
    validation_curve,
)
from sklearn.multioutput import MultiOutputRegressor, RegressorChain
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sktime.forecasting.compose import make_reduction

from skrnn import LagWindowTransformer, RNNRegressor, build_network, make_lag_windows
from skrnn.datasets import make_seasonal_series

LAG = 4
FOLDS = TimeSeriesSplit(3)
RMSE = "neg_root_mean_squared_error"


def small(**parameters):
    """One shape of network, so that one compiled program serves most tests."""
    settings = {"units": 3, "epochs": 5, "learning_rate": 0.01, "random_state": 0}
    return RNNRegressor(**settings | parameters)


def on_tables(**parameters):
    """The same network, for rows that hold the steps side by side."""
    return small(n_timesteps=LAG, **parameters)


def swap_axes():
    """From (row, feature, step) to (row, step, feature), or back."""
    return FunctionTransformer(np.swapaxes, kw_args={"axis1": 1, "axis2": 2})


def turn_round():
    """From columns of which the first is the latest step to columns in time order."""
    return FunctionTransformer(np.flip, validate=True, kw_args={"axis": 1})


def forecaster(**parameters):
    """The package's whole chain: from a series to forecasts on the scale of the series."""
    steps = [
        ("scale", StandardScaler()),
        ("windows", LagWindowTransformer(lag=LAG)),
        ("rnn", small(**parameters)),
    ]
    return TransformedTargetRegressor(Pipeline(steps), transformer=StandardScaler())


@pytest.fixture(scope="module")
def series():
    return make_seasonal_series(90, trend=0.0, random_state=0)


@pytest.fixture(scope="module")
def frame(series):
    return series.to_frame()


@pytest.fixture(scope="module")
def windows(series):
    return make_lag_windows(((series - series.mean()) / series.std()).to_numpy(), lag=LAG)


@pytest.fixture(scope="module")
def table(windows):
    X, y = windows
    return X.reshape(len(X), LAG), y


def fold_scores(model, X, y, cv=FOLDS, **parameters):
    """What a tool of scikit-learn should find, fold by fold, in the plainest way."""
    scores = []
    for train, test in cv.split(X):
        fitted = clone(model).set_params(**parameters).fit(X.iloc[train], y.iloc[train])
        error = root_mean_squared_error(y.iloc[test], fitted.predict(X.iloc[test]))
        scores.append(-error)
    return scores


def assert_scores_of_candidates(search, model, X, y):
    for split in range(FOLDS.n_splits):
        found = search.cv_results_[f"split{split}_test_score"]
        expected = [fold_scores(model, X, y, **p)[split] for p in search.cv_results_["params"]]
        np.testing.assert_array_equal(found, expected)
    assert len(set(search.cv_results_["mean_test_score"])) == len(found)


@pytest.mark.filterwarnings("ignore:The default of config:FutureWarning")  # sktime's plans
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's
@pytest.mark.filterwarnings("ignore:In the future `np.object`:FutureWarning")  # of its export
def test_code_of_the_page_runs(tmp_path, monkeypatch):
    page = (Path(__file__).parents[1] / "docs" / "interoperability.rst").read_text("utf-8")
    blocks = re.findall(
        r"^( *)\.\. code-block:: python\n\n((?:\1    .*\n|\n)+)", page, re.MULTILINE
    )
    assert len(blocks) == page.count("code-block:: python")
    monkeypatch.chdir(tmp_path)
    names = {}
    for _, block in blocks:
        with warnings.catch_warnings():  # sktime changes what is shown for the whole process
            exec(compile(textwrap.dedent(block), "interoperability.rst", "exec"), names)
    X, by_hand = names["X"], names["fitted"].predict(names["frame"])
    folded = clone(names["on_tables"]).fit(names["table"], names["y"]).predict(names["table"])
    unfolded = clone(names["on_tables"]).set_params(n_timesteps=1).fit(X, names["y"]).predict(X)
    np.testing.assert_array_equal(folded, unfolded)
    np.testing.assert_array_equal(names["restored"].predict(names["frame"]), by_hand)
    np.testing.assert_allclose(names["network"](names["windows"])[:, 0], by_hand, atol=1e-5)
    np.testing.assert_allclose(names["forecast"][:, 0], by_hand, atol=1e-5)


# Searches and validation


def test_grid_search(series, frame):
    grid = {"regressor__rnn__epochs": [1, 20], "regressor__windows__lag": [LAG, 2]}
    search = GridSearchCV(forecaster(), grid, cv=FOLDS, scoring=RMSE, error_score="raise")
    search.fit(frame, series)
    assert_scores_of_candidates(search, forecaster(), frame, series)
    assert search.best_params_["regressor__rnn__epochs"] == 20
    refitted = forecaster().set_params(**search.best_params_).fit(frame, series)
    np.testing.assert_array_equal(search.predict(frame), refitted.predict(frame))


def test_randomized_search(series, frame):
    search = RandomizedSearchCV(
        forecaster(),
        {"regressor__rnn__learning_rate": loguniform(1e-4, 1e-1)},
        n_iter=3,
        cv=FOLDS,
        scoring=RMSE,
        error_score="raise",
        random_state=0,
    )
    search.fit(frame, series)
    assert_scores_of_candidates(search, forecaster(), frame, series)


def test_halving_search_over_epochs(series, frame):
    search = HalvingGridSearchCV(
        forecaster(),
        {"regressor__rnn__learning_rate": [1e-5, 1e-3, 1e-1]},
        resource="regressor__rnn__epochs",
        min_resources=2,
        max_resources=6,
        cv=FOLDS,
        scoring=RMSE,
        error_score="raise",
    )
    search.fit(frame, series)
    assert search.n_resources_ == [2, 6]
    results = search.cv_results_
    assert list(results["n_resources"]) == [2, 2, 2, 6]
    for split in range(FOLDS.n_splits):
        expected = [
            fold_scores(forecaster(), frame, series, **p)[split] for p in results["params"]
        ]
        np.testing.assert_array_equal(results[f"split{split}_test_score"], expected)
    assert search.best_params_ == {
        "regressor__rnn__learning_rate": 1e-1,
        "regressor__rnn__epochs": 6,
    }


def test_halving_search_over_rows_is_refused(series, frame):
    # It draws rows at random, and the rows of a series are no such thing.
    search = HalvingGridSearchCV(
        make_pipeline(LagWindowTransformer(lag=LAG), small()),
        {"rnnregressor__epochs": [1, 2]},
        cv=FOLDS,
        error_score="raise",
        random_state=0,
    )
    with pytest.raises(ValueError, match="not in time order"):
        search.fit(frame, series)


@pytest.mark.usefixtures("new_processes")
@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_parallel_search_gives_the_same_bits(series, frame, backend):
    grid = {"regressor__rnn__weight_decay": [0.0, 0.1], "regressor__rnn__l2": [0.0, 0.01]}
    search = GridSearchCV(forecaster(), grid, cv=FOLDS, scoring=RMSE, error_score="raise")
    alone = clone(search).fit(frame, series)
    with parallel_config(backend=backend, n_jobs=2):
        together = clone(search).fit(frame, series)
    for split in range(FOLDS.n_splits):
        name = f"split{split}_test_score"
        np.testing.assert_array_equal(alone.cv_results_[name], together.cv_results_[name])
    np.testing.assert_array_equal(alone.predict(frame), together.predict(frame))


def test_threads_that_fit_unlike_networks_at_once_do_not_meet(windows):
    X, y = windows
    models = [
        small(cell=cell, random_state=seed) for cell in ("simple", "gru") for seed in range(3)
    ]
    with ThreadPoolExecutor(len(models)) as pool:
        together = list(pool.map(lambda model: clone(model).fit(X, y).predict(X), models))
    for model, forecast in zip(models, together, strict=True):
        np.testing.assert_array_equal(forecast, clone(model).fit(X, y).predict(X))


def test_cross_validate(series, frame):
    found = cross_validate(
        forecaster(),
        frame,
        series,
        cv=FOLDS,
        scoring=RMSE,
        return_train_score=True,
        return_estimator=True,
        error_score="raise",
    )
    np.testing.assert_array_equal(found["test_score"], fold_scores(forecaster(), frame, series))
    for (train, _), model, score in zip(
        FOLDS.split(frame), found["estimator"], found["train_score"], strict=True
    ):
        forecast = model.predict(frame.iloc[train])
        assert score == -root_mean_squared_error(series.iloc[train], forecast)


def test_learning_curve(series, frame):
    # As a DataFrame the index comes through, and tells of the gap before the rows to forecast.
    scale = StandardScaler().set_output(transform="pandas")
    model = make_pipeline(scale, LagWindowTransformer(lag=LAG), small())
    sizes, _, scores = learning_curve(
        model, frame, series, train_sizes=[12, 20], cv=FOLDS, error_score="raise"
    )
    assert list(sizes) == [12, 20]
    for size, of_size in zip(sizes, scores, strict=True):
        for (train, test), score in zip(FOLDS.split(frame), of_size, strict=True):
            start = slice(0, size)
            fitted = clone(model).fit(frame[start], series[start])
            first_window = fitted[:-1].transform(frame.iloc[test])[0]
            assert np.isnan(first_window).all() == (size < len(train))
            expected = r2_score(series.iloc[test], fitted.predict(frame.iloc[test]))
            assert score == expected


def test_incremental_learning_curve(windows):
    X, y = windows
    sizes, _, scores = learning_curve(
        small(),
        X,
        y,
        train_sizes=[10, 20],
        cv=FOLDS,
        exploit_incremental_learning=True,
        error_score="raise",
    )
    for k, (train, test) in enumerate(FOLDS.split(X)):
        model = small().partial_fit(X[train[:10]], y[train[:10]])
        assert scores[0][k] == model.score(X[test], y[test])
        model.partial_fit(X[train[10:20]], y[train[10:20]])
        assert scores[1][k] == model.score(X[test], y[test])
    assert list(sizes) == [10, 20]


def test_validation_curve(series, frame):
    name, values = "regressor__rnn__epochs", [1, 15]
    train, test = validation_curve(
        forecaster(),
        frame,
        series,
        param_name=name,
        param_range=values,
        cv=FOLDS,
        scoring=RMSE,
        error_score="raise",
    )
    for value, scores in zip(values, test, strict=True):
        np.testing.assert_array_equal(
            scores, fold_scores(forecaster(), frame, series, **{name: value})
        )
    assert (train[1] > train[0]).all()


def test_optuna(series, frame):
    optuna.logging.set_verbosity(optuna.logging.WARNING)

    def score(**parameters):
        model = forecaster(units=3).set_params(**parameters)
        return cross_val_score(
            model, frame, series, cv=FOLDS, scoring=RMSE, error_score="raise"
        ).mean()

    def objective(trial):
        return score(
            regressor__rnn__learning_rate=trial.suggest_float(
                "regressor__rnn__learning_rate", 1e-4, 0.3, log=True
            ),
            regressor__rnn__weight_decay=trial.suggest_float(
                "regressor__rnn__weight_decay", 0.0, 1.0
            ),
        )

    def search():
        sampler = optuna.samplers.TPESampler(n_startup_trials=4, seed=0)
        study = optuna.create_study(sampler=sampler, direction="maximize")
        study.optimize(objective, n_trials=10)
        return study

    study = search()
    values = [trial.value for trial in study.trials]
    assert study.best_value == max(values) == score(**study.best_params)
    # What the sampler learned from the first four, which it draws blindly, helps the others.
    assert np.mean(values[4:]) > np.mean(values[:4])
    assert [trial.value for trial in search().trials] == values


# Inspection


def test_permutation_importance(series, frame):
    rng = np.random.default_rng(0)
    both = frame.assign(noise=rng.normal(series.mean(), series.std(), len(frame)))
    model = forecaster(epochs=60).fit(both, series)
    found = permutation_importance(model, both, series, n_repeats=5, random_state=0)
    signal, noise = found.importances_mean
    assert signal > 0.3
    assert signal > 5 * abs(noise)


def test_partial_dependence(table):
    X, y = table
    model = on_tables(epochs=40).fit(X, y)
    latest = LAG - 1
    found = partial_dependence(model, X, [latest], grid_resolution=5, kind="both")
    [grid] = found["grid_values"]
    for value, mean, individual in zip(
        grid, found["average"][0], found["individual"][0].T, strict=True
    ):
        asked = X.copy()
        asked[:, latest] = value
        np.testing.assert_allclose(individual, model.predict(asked), rtol=1e-12)
        assert mean == pytest.approx(model.predict(asked).mean())
    assert (np.diff(found["average"][0]) > 0).all()


def test_html_of_a_fitted_estimator_shows_it_without_tensorflow(windows):
    fitted = make_pipeline(small()).fit(*windows)
    program = """
        import pickle, sys
        model = pickle.loads(sys.stdin.buffer.read())
        page = model._repr_html_()
        assert "RNNRegressor" in page and "learning_rate" in page
        assert "Not fitted" not in page and "Fitted" in page
        assert {"weights_", "history_"} <= set(dir(model[-1]))
        repr(model)
        print(*sorted({"tensorflow", "keras"} & set(sys.modules)))
        """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        input=pickle.dumps(fitted),
        capture_output=True,
        check=True,
    )
    assert run.stdout.split() == []


# Estimators made of estimators


def test_clone(series, frame):
    model = forecaster(units=(3, 2), loss="quantile", quantile=(0.1, 0.9))
    copy = clone(model)
    shown = [{k: v for k, v in m.get_params().items() if "__" in k} for m in (model, copy)]
    assert repr(shown[0]) == repr(shown[1])
    assert copy.regressor[-1] is not model.regressor[-1]
    one = clone(forecaster().fit(frame, series))
    assert not hasattr(one, "regressor_")
    again = one.fit(frame, series).predict(frame)
    np.testing.assert_array_equal(again, forecaster().fit(frame, series).predict(frame))


def test_transformed_target(series, frame):
    model = forecaster().fit(frame, series)
    scaler = StandardScaler().fit(frame)
    scaled = scaler.transform(frame)
    X = LagWindowTransformer(lag=LAG).fit_transform(scaled)
    inner = small().fit(X, scaled[:, 0])
    by_hand = scaler.inverse_transform(inner.predict(X)[:, None])[:, 0]
    np.testing.assert_allclose(model.predict(frame), by_hand, rtol=1e-12)


def test_bagging(table):
    X, y = table
    bag = BaggingRegressor(on_tables(), n_estimators=3, random_state=0).fit(X, y)
    alone = []
    for member, rows in zip(bag.estimators_, bag.estimators_samples_, strict=True):
        drawn = np.bincount(rows, minlength=len(y))
        by_hand = on_tables(random_state=member.random_state).fit(X, y, sample_weight=drawn)
        np.testing.assert_array_equal(member.predict(X), by_hand.predict(X))
        alone.append(by_hand.predict(X))
    np.testing.assert_allclose(bag.predict(X), np.mean(alone, axis=0), rtol=1e-12)
    unweighted = on_tables(random_state=member.random_state).fit(X, y)
    assert not np.array_equal(alone[-1], unweighted.predict(X))


def test_stacking(table):
    X, y = table
    members = {"rnn": on_tables(), "ridge": Ridge()}
    cv = KFold(3)
    stack = StackingRegressor(list(members.items()), LinearRegression(), cv=cv).fit(X, y)
    held_out = [cross_val_predict(model, X, y, cv=cv) for model in members.values()]
    last = LinearRegression().fit(np.column_stack(held_out), y)
    fitted = [clone(model).fit(X, y).predict(X) for model in members.values()]
    np.testing.assert_allclose(stack.predict(X), last.predict(np.column_stack(fitted)), rtol=1e-10)


def test_stacking_of_whole_chains_on_rows_that_they_have_not_seen(series, frame):
    # cv="prefit" is the way for a series: each row is held out once, and none before its past.
    early, late = slice(0, 60), slice(60, None)
    chain = forecaster().fit(frame[early], series[early])
    ridge = make_pipeline(
        LagWindowTransformer(lag=2, flatten=True), FunctionTransformer(np.nan_to_num), Ridge()
    )
    ridge.fit(frame[early], series[early])
    stack = StackingRegressor(
        [("rnn", chain), ("ridge", ridge)], LinearRegression(), cv="prefit"
    ).fit(frame[late], series[late])
    members = np.column_stack([chain.predict(frame[late]), ridge.predict(frame[late])])
    by_hand = LinearRegression().fit(members, series[late]).predict(members)
    np.testing.assert_allclose(stack.predict(frame[late]), by_hand, rtol=1e-10)


def test_voting(series, frame):
    members = [(f"rnn{seed}", forecaster(random_state=seed)) for seed in range(3)]
    vote = VotingRegressor(members, weights=[1, 2, 1]).fit(frame, series)
    alone = [clone(model).fit(frame, series).predict(frame) for _, model in members]
    by_hand = np.average(alone, axis=0, weights=[1, 2, 1])
    np.testing.assert_allclose(vote.predict(frame), by_hand, rtol=1e-12)
    assert not np.array_equal(alone[0], alone[1])


def test_multi_output(windows):
    X, y = windows
    two = np.column_stack([y, np.cos(y)])
    found = MultiOutputRegressor(small()).fit(X, two).predict(X)
    alone = [small().fit(X, column).predict(X) for column in two.T]
    np.testing.assert_array_equal(found, np.column_stack(alone))


def test_regressor_chain(table):
    # A chain appends each target to the columns: one step of ever more features.
    X, y = table
    two = np.column_stack([y, np.cos(y)])
    found = RegressorChain(small(), order=[1, 0]).fit(X, two).predict(X)
    first = small().fit(X, two[:, 1])
    second = small().fit(np.column_stack([X, two[:, 1]]), y)
    expected = first.predict(X)
    np.testing.assert_allclose(found[:, 1], expected, rtol=1e-12)
    with_first = np.column_stack([X, expected])
    np.testing.assert_allclose(found[:, 0], second.predict(with_first), rtol=1e-6)


# What is routed and configured


def test_sample_weight_is_routed_through_a_pipeline(windows):
    X, y = windows
    weight = np.linspace(0.0, 2.0, len(y))
    with config_context(enable_metadata_routing=True):
        model = small().set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        pipe = make_pipeline(swap_axes(), swap_axes(), model)
        pipe.fit(X, y, sample_weight=weight)
        routed = pipe.predict(X)
        score = pipe.score(X, y, sample_weight=weight)
        search = GridSearchCV(
            pipe,
            {"rnnregressor__l2": [0.0]},
            cv=FOLDS,
            scoring=make_scorer(r2_score).set_score_request(sample_weight=True),
            error_score="raise",
        )
        search.fit(X, y, sample_weight=weight)
        unasked = make_pipeline(small().set_fit_request(sample_weight=False))
        with pytest.raises(TypeError, match="sample_weight"):
            unasked.fit(X, y, sample_weight=weight)
    expected = small().fit(X, y, sample_weight=weight)
    np.testing.assert_array_equal(routed, expected.predict(X))
    assert not np.array_equal(routed, small().fit(X, y).predict(X))
    assert score == expected.score(X, y, sample_weight=weight)
    assert score != expected.score(X, y)
    train, test = next(FOLDS.split(X))
    fold = small().fit(X[train], y[train], sample_weight=weight[train])
    assert search.cv_results_["split0_test_score"][0] == fold.score(
        X[test], y[test], sample_weight=weight[test]
    )


def test_sample_weight_is_routed_through_a_transformed_target(windows):
    X, y = windows
    weight = np.linspace(0.0, 2.0, len(y))
    inner = {"old": small(), "routed": small()}
    with config_context(enable_metadata_routing=True):
        inner["routed"].set_fit_request(sample_weight=True)
        model = TransformedTargetRegressor(inner["routed"], transformer=StandardScaler())
        routed = model.fit(X, y, sample_weight=weight).predict(X)
    model = TransformedTargetRegressor(inner["old"], transformer=StandardScaler())
    np.testing.assert_array_equal(routed, model.fit(X, y, sample_weight=weight).predict(X))
    assert not np.array_equal(routed, model.fit(X, y).predict(X))


def test_held_out_series_passes_through_the_pipeline(series, frame):
    train, held_out = slice(0, 60), slice(60, None)
    scale = float(series.std())
    y = series / scale
    settings = {"early_stopping": True, "n_iter_no_change": 2, "epochs": 40}
    with config_context(enable_metadata_routing=True):
        pipe = Pipeline(
            [
                ("scale", StandardScaler()),
                ("windows", LagWindowTransformer(lag=LAG)),
                ("rnn", small(**settings).set_fit_request(X_val=True, y_val=True)),
            ],
            transform_input=["X_val"],
        )
        pipe.fit(frame[train], y[train], X_val=frame[held_out], y_val=y[held_out])
        forecast = pipe.predict(frame)
    before = Pipeline(pipe.steps[:-1])
    before = clone(before).fit(frame[train])
    X, X_val = before.transform(frame[train]), before.transform(frame[held_out])
    assert np.isfinite(X_val).all()  # the past of its first rows is the end of the training rows
    by_hand = small(**settings).fit(X, y[train], X_val=X_val, y_val=y[held_out])
    assert pipe[-1].history_ == by_hand.history_
    assert len(by_hand.history_["val_loss"]) == by_hand.n_iter_
    np.testing.assert_array_equal(forecast, by_hand.predict(before.transform(frame)))


def test_set_output(series, frame):
    model = make_pipeline(
        StandardScaler(), LagWindowTransformer(lag=LAG, flatten=True), on_tables()
    )
    plain = clone(model).fit(frame, series).predict(frame)
    model.set_output(transform="pandas").fit(frame, series)
    [name] = frame.columns
    assert list(model[-1].feature_names_in_) == [f"{name}_lag{k}" for k in (4, 3, 2, 1)]
    np.testing.assert_array_equal(model.predict(frame), plain)
    reordered = model[:-1].transform(frame)[model[-1].feature_names_in_[::-1]]
    with pytest.raises(ValueError, match="same order"):
        model[-1].predict(reordered)


# Other packages


def recursive_forecasts(model, values, steps):
    """Forecast after forecast, each one a step of the next window."""
    values = list(values)
    for _ in range(steps):
        window = np.array(values[-LAG:]).reshape(1, LAG, 1)
        values.append(model.predict(window)[0])
    return values[-steps:]


@pytest.fixture(scope="module")
def standard(series):
    return (series - series.mean()) / series.std()


def test_skforecast(standard):
    X, y = make_lag_windows(standard.to_numpy(), lag=LAG)
    expected = recursive_forecasts(small().fit(X, y), standard, steps=6)
    # It hands over the latest lag first: turned round, the network reads forward in time.
    model = ForecasterRecursive(make_pipeline(turn_round(), on_tables()), lags=LAG)
    model.fit(y=standard)
    np.testing.assert_allclose(model.predict(steps=6), expected, rtol=1e-10)
    backward = ForecasterRecursive(on_tables(), lags=LAG)
    backward.fit(y=standard)
    assert not np.allclose(backward.predict(steps=6), expected, rtol=1e-3)


sktime_plans = pytest.mark.filterwarnings("ignore:The default of config:FutureWarning")
reduction_kinds = pytest.mark.parametrize(
    ("scitype", "estimator"),
    [
        ("tabular-regressor", on_tables()),
        # Its panels are (row, feature, step).
        ("time-series-regressor", make_pipeline(swap_axes(), small())),
    ],
)


@sktime_plans
@reduction_kinds
def test_sktime_recursive_reduction(standard, scitype, estimator):
    model = make_reduction(estimator, "recursive", window_length=LAG, scitype=scitype)
    found = model.fit(standard).predict(fh=[1, 2, 3])
    X, y = make_lag_windows(standard.to_numpy(), lag=LAG)
    expected = recursive_forecasts(small().fit(X, y), standard, steps=3)
    np.testing.assert_allclose(found, expected, rtol=1e-10)
    assert list(found.index) == list(standard.index.shift(3)[-3:])


@sktime_plans
@reduction_kinds
def test_sktime_direct_reduction(standard, scitype, estimator):
    model = make_reduction(estimator, "direct", window_length=LAG, scitype=scitype)
    found = model.fit(standard, fh=[2]).predict()
    X, y = make_lag_windows(standard.to_numpy(), lag=LAG, horizon=2)
    last = standard.to_numpy()[-LAG:].reshape(1, LAG, 1)
    np.testing.assert_allclose(found, small().fit(X, y).predict(last), rtol=1e-10)


def test_scikeras(windows):
    X, y = windows
    X = np.ascontiguousarray(X, np.float32)
    neighbour = KerasRegressor(
        model=build_network,
        model__cell="gru",
        model__units=3,
        model__n_timesteps=LAG,
        optimizer="adam",
        optimizer__learning_rate=0.01,
        loss="mean_squared_error",
        epochs=60,
        verbose=0,
    )
    ours = small(cell="gru", epochs=60).fit(X, y)
    # Two draws of the first weights: alike, not the same.
    assert neighbour.fit(X, y).score(X, y) == pytest.approx(ours.score(X, y), abs=0.1)
    assert ours.score(X, y) > 0.8
    neighbour.model_.set_weights(ours.weights_)
    np.testing.assert_allclose(neighbour.predict(X), ours.predict(X), atol=1e-5)


def test_river_learns_and_forecasts_row_by_row(table):
    from river import compat, stream

    X, y = table
    rows = slice(40, 60)
    fitted = on_tables(engine="numpy").fit(X[:40], y[:40]).set_params(learning_rate=0.001)
    model, errors = compat.convert_sklearn_to_river(pickle.loads(pickle.dumps(fitted))), []
    for row, target in stream.iter_array(np.asarray(X)[rows], np.asarray(y)[rows]):
        errors.append(target - model.predict_one(row))
        model.learn_one(row, target)
    for i, error in zip(range(40, 60), errors, strict=True):
        assert error == y[i] - fitted.predict(X[i : i + 1])[0]
        fitted.partial_fit(X[i : i + 1], y[i : i + 1])


def test_mapie_intervals_for_time_series():
    X, y = make_lag_windows(noisy_wave(400), lag=LAG)
    train, test = slice(0, 250), slice(250, None)
    model = TimeSeriesRegressor(
        small(epochs=15),
        method="enbpi",
        cv=BlockBootstrap(n_resamplings=20, length=25, random_state=0),
    )
    model.fit(X[train], y[train])
    widths = []
    for level in (0.5, 0.9):
        forecast, interval = model.predict(X[test], ensemble=True, confidence_level=level)
        low, high = interval[:, :, 0].T
        assert abs(np.mean((low <= y[test]) & (y[test] <= high)) - level) < 0.12
        assert ((low < forecast) & (forecast < high)).all()
        widths.append(np.mean(high - low))
    assert 1.5 * widths[0] < widths[1] < np.ptp(y) / 2


def noisy_wave(n):
    return np.sin(np.arange(n) / 4) + np.random.default_rng(0).normal(0, 0.2, n)
