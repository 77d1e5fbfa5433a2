"""Settings that are worth a search, and the searches that take them."""

import numpy as np
import pytest
from sktime.forecasting.model_selection import (
    ForecastingGridSearchCV,
    ForecastingOptunaSearchCV,
    ForecastingRandomizedSearchCV,
)
from sktime.split import SingleWindowSplitter

from skrnn.forecasting import RNNForecaster, search_space
from skrnn.forecasting._forecaster_parameters import check_parameters
from skrnn.forecasting._forecaster_plan import ForecasterPlan

# What sktime's own forecasters warn of when the search makes one.
pytestmark = [
    pytest.mark.filterwarnings("ignore:[\\s\\S]*remember_data:FutureWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning:sktime"),
    pytest.mark.filterwarnings("ignore::UserWarning:sktime"),
    pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning"),
]


def few(space):
    """Keep what costs no further compilation."""
    return {name: space[name] for name in ("deseasonalize", "transformer", "weight_decay")}


@pytest.mark.parametrize("kind", ["grid", "random", "optuna"])
def test_a_search_of_sktime(cheap, months, kind):
    fh = [1, 2]
    forecaster, cv = cheap(strategy="auto"), SingleWindowSplitter(fh=fh)
    space = few(search_space(kind))
    if kind == "grid":
        search = ForecastingGridSearchCV(forecaster, cv, space)
    elif kind == "random":
        search = ForecastingRandomizedSearchCV(forecaster, cv, space, n_iter=2, random_state=0)
    else:
        search = ForecastingOptunaSearchCV(forecaster, cv, space, n_evals=2)
    search.fit(months - months.min() + 1, fh=fh)
    assert search.predict().notna().all()
    assert set(search.best_params_) == set(space)


def test_all_values_are_allowed():
    for name, values in search_space().items():
        for value in values:
            check_parameters(ForecasterPlan.of(RNNForecaster(**{name: value})))
    random = np.random.default_rng(0)
    for name, values in search_space("random").items():
        value = values[-1] if isinstance(values, list) else values.rvs(random_state=random)
        check_parameters(ForecasterPlan.of(RNNForecaster(**{name: value})))
    assert set(search_space("optuna")) == set(search_space("random"))


def test_names_of_a_pipeline():
    names = search_space(prefix="forecaster__")
    assert set(names) == {f"forecaster__{name}" for name in search_space()}


def test_unknown_kind():
    with pytest.raises(ValueError, match="kind must be one of 'grid', 'random', 'optuna'"):
        search_space(3)
