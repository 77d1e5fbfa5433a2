"""LossCurveDisplay."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.ensemble import BaggingRegressor
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import RNNClassifier, RNNRegressor
from skrnn.plotting import LossCurveDisplay

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(24, 3)), RNG.normal(size=24)


def unfitted(**settings):
    return RNNRegressor("simple", units=2, random_state=0, **settings)


@pytest.fixture(scope="module")
def stopped():
    return unfitted(epochs=3, early_stopping=True).fit(X, Y)


@pytest.fixture(scope="module")
def plain():
    return unfitted(epochs=2).fit(X, Y)


@pytest.fixture(autouse=True)
def agg():
    mpl.use("Agg")
    yield
    plt.close("all")


def test_one_run(stopped):
    display = LossCurveDisplay.from_estimator(stopped)
    frame = display.frame()
    assert frame["loss"].tolist() == stopped.history_["loss"]
    assert frame["val_loss"].tolist() == stopped.history_["val_loss"]
    assert frame["epoch"].tolist() == [1, 2, 3]
    assert labels(display) == ["training", "validation"]
    assert display.ax_.get_ylabel() == "loss (squared error)"
    [line], [val_line] = display.lines_, display.val_lines_
    assert line.get_linestyle() != val_line.get_linestyle()
    assert line.get_color() != val_line.get_color()


@pytest.mark.parametrize("y", [Y > 0, np.tile(Y[:, None] > 0, 3)])
def test_a_classifier_and_a_tagger(y):
    model = RNNClassifier(
        "simple", 2, n_timesteps=3, return_sequences=y.ndim > 1, epochs=2, random_state=0
    )
    model.fit(X, y)
    display = LossCurveDisplay.from_estimator(make_pipeline(StandardScaler(), model).fit(X, y))
    assert display.ax_.get_ylabel() == "loss (cross-entropy)"
    np.testing.assert_array_equal(
        LossCurveDisplay.from_estimator(model).frame()["loss"], model.history_["loss"]
    )


def test_no_validation(plain):
    display = LossCurveDisplay.from_estimator(plain)
    assert display.val_lines_ == [None]
    assert display.frame()["val_loss"].isna().all()
    assert labels(display) == ["training"]


def test_several_runs_have_names(stopped, plain):
    display = LossCurveDisplay.from_estimator({"a": stopped, "b": plain})
    assert display.frame().groupby("run").size().to_dict() == {"a": 3, "b": 2}
    assert labels(display) == ["a, training", "a, validation", "b, training"]
    display = LossCurveDisplay.from_estimator([stopped, plain, plain])
    assert labels(display) == ["run 1", "run 2", "run 3", "training", "validation"]
    assert len({line.get_color() for line in display.lines_}) == 3


def test_an_ensemble_is_several_runs():
    bag = BaggingRegressor(unfitted(epochs=1), n_estimators=2).fit(X, Y)
    assert LossCurveDisplay.from_estimator(bag).names == ["1", "2"]
    display = LossCurveDisplay.from_estimator({"bag": bag})
    assert display.names == ["bag 1", "bag 2"]
    # A curve of one epoch is a point.
    assert [line.get_marker() for line in display.lines_] == ["o", "o"]


def test_losses_of_several_kinds_share_no_name(plain):
    other = unfitted(epochs=1, loss="huber").fit(X, Y)
    assert LossCurveDisplay.from_estimator([plain, other]).ax_.get_ylabel() == "loss"


def test_logarithmic_scale_and_styles(stopped):
    display = LossCurveDisplay.from_estimator(
        stopped, log_scale=True, train_kw={"color": "k"}, validation_kw={"lw": 5}
    )
    assert display.ax_.get_yscale() == "log"
    assert display.lines_[0].get_color() == "k"
    assert display.val_lines_[0].get_linewidth() == 5


@pytest.mark.parametrize("log_scale", [False, True])
def test_epochs_without_validation_are_gaps(log_scale):
    model = unfitted(epochs=2, warm_start=True).fit(X, Y)
    model.fit(X, Y, X_val=X, y_val=Y).partial_fit(X, Y)
    display = LossCurveDisplay.from_estimator(model, log_scale=log_scale)
    frame = display.frame()
    assert frame["epoch"].tolist() == [1, 2, 3, 4, 5]
    assert frame["val_loss"].isna().tolist() == [True, True, False, False, True]
    assert display.val_lines_[0].get_xdata().tolist() == [1, 2, 3, 4, 5]
    # A line shows two epochs in a row, but not a single one.
    assert display.val_lines_[0].get_marker() == "None"
    model.set_params(epochs=1).fit(X, Y, X_val=X, y_val=Y).fit(X, Y)
    assert LossCurveDisplay.from_estimator(model).val_lines_[0].get_marker() == "o"


def test_epochs_are_numbered_where_the_first_ones_were_not_kept():
    display = LossCurveDisplay(
        losses=[np.array([0.5, 0.4]), np.array([3.0])],
        val_losses=[None, None],
        names=["a", "b"],
        first_epochs=[11, 1],
    ).plot()
    assert display.frame()["epoch"].tolist() == [11, 12, 1]
    assert display.lines_[0].get_xdata().tolist() == [11, 12]


def test_refusals(plain):
    with pytest.raises(NotFittedError, match="RNNRegressor in estimator, an RNNRegressor, is not"):
        LossCurveDisplay.from_estimator(unfitted())
    with pytest.raises(
        NotFittedError, match="The RNNClassifier in estimator, an RNNClassifier, is"
    ):
        LossCurveDisplay.from_estimator(RNNClassifier())
    with pytest.raises(NotFittedError, match="The RNNClassifier in estimator, a Pipeline, is not"):
        LossCurveDisplay.from_estimator(make_pipeline(RNNClassifier()))
    with pytest.raises(TypeError, match="must be a fitted RNNRegressor or RNNClassifier, or a"):
        LossCurveDisplay.from_estimator(Ridge())
    with pytest.raises(NotFittedError, match=r"in estimator\['b'\]"):
        LossCurveDisplay.from_estimator({"a": plain, "b": unfitted()})
    with pytest.raises(TypeError, match=r"estimator\['run 2'\] must be a fitted .* Got Ridge"):
        LossCurveDisplay.from_estimator([plain, Ridge()])
    with pytest.raises(
        ValueError, match=r"estimator must contain at least one estimator, got \[\]"
    ):
        LossCurveDisplay.from_estimator([])


def labels(display):
    return [text.get_text() for text in display.ax_.get_legend().get_texts()]


def test_a_forecaster(make_forecaster, series):
    forecaster = make_forecaster(strategy="direct").fit(series, fh=[1, 2])
    frame = LossCurveDisplay.from_estimator(forecaster).frame()
    assert frame["run"].tolist() == ["1", "1", "2", "2"]
    expected = [loss for r in forecaster.networks_.regressors for loss in r.history_["loss"]]
    np.testing.assert_array_equal(frame["loss"], expected)
