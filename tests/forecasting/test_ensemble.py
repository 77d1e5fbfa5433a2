"""Several networks that forecast together."""

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config


def test_the_forecast_is_the_median(cheap, months):
    fh = [1, 2, 5]
    parameters = {"strategy": "multioutput", "deseasonalize": False}
    together = cheap(n_networks=3, **parameters).fit(months, fh=fh)
    seeds = [r.random_state for r in together.networks_.regressors]
    apart = [cheap(random_state=s, **parameters).fit(months, fh=fh).predict() for s in seeds]
    np.testing.assert_allclose(together.predict(), np.median(apart, axis=0))
    assert np.std(apart, axis=0).max() > 0


@pytest.mark.parametrize("strategy", ["recursive", "direct", "multioutput"])
def test_the_first_network_is_that_of_a_single_one(cheap, months, strategy):
    one = cheap(strategy=strategy).fit(months, fh=[1, 2])
    three = cheap(strategy=strategy, n_networks=3).fit(months, fh=[1, 2])
    n = three.networks_.n_networks
    assert n == 3
    for i, single in enumerate(one.networks_.regressors):
        first = three.networks_.regressors[i * n]
        for ours, theirs in zip(first.weights_, single.weights_, strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_states_are_carried_by_each_network(cheap, months):
    parameters = {"stateful": True, "lag": 1, "epochs": 1, "n_networks": 2, "shuffle": False}
    whole = cheap(**parameters).fit(months[:50])
    forecast = whole.predict(fh=[1, 2, 3])
    networks = whole.networks_.regressors
    assert len(networks) == 2
    alone = []
    for regressor in networks:
        seed = regressor.random_state
        alone.append(
            cheap(**{**parameters, "n_networks": 1, "random_state": seed})
            .fit(months[:50])
            .predict(fh=[1])
        )
    np.testing.assert_allclose(forecast[:1], np.median(alone, axis=0))


def test_update_trains_all_networks(cheap, months):
    forecaster = cheap(n_networks=2).fit(months[:50])
    before = [r.weights_[0].copy() for r in forecaster.networks_.regressors]
    forecaster.update(months[50:])
    after = [r.weights_[0] for r in forecaster.networks_.regressors]
    assert all(np.abs(a - b).max() > 0 for a, b in zip(after, before, strict=True))


@pytest.mark.parametrize("seed", [0, np.random.RandomState])
@pytest.mark.parametrize("strategy", ["direct", "multioutput"])
def test_forecasts_do_not_depend_on_the_number_of_jobs(cheap, months, strategy, seed):
    """Also if the networks share their draws, or the number comes from joblib's context."""

    def fitted(n_jobs):
        random_state = seed if isinstance(seed, int) else seed(0)
        forecaster = cheap(
            strategy=strategy, n_networks=1 if strategy == "direct" else 3, n_jobs=n_jobs
        )
        return forecaster.set_params(random_state=random_state).fit(months, fh=[1, 2]).predict()

    one = fitted(None)
    pd.testing.assert_series_equal(fitted(2), one)
    with parallel_config(backend="threading", n_jobs=2):
        pd.testing.assert_series_equal(fitted(None), one)
