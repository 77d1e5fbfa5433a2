"""Which views are tried."""

import numpy as np

from skrnn.forecasting._candidate_views import make_views

SETTINGS = {"n_networks": 1, "random_state": 0}


def views(values=(1.0, 2.0), lengths=(100,), periods=(12,), n_steps=8):
    return make_views(
        SETTINGS,
        values=np.array(values),
        n_known=np.array(lengths),
        periods=periods,
        n_steps=n_steps,
    )


def test_seasonal_and_positive():
    found = views()
    assert len(found) == 4
    settings = {(f.transformer, f.deseasonalize) for f in found.values()}
    assert settings == {("log", "auto"), (None, "auto"), ("log", False), (None, False)}
    assert all(f.n_networks == 1 and f.random_state == 0 for f in found.values())


def test_negative_values_have_no_logarithms():
    assert all(f.transformer is None for f in views(values=(-1.0, np.nan, 2.0)).values())
    assert all(f.transformer is None for f in views(values=(0.0, 0.0)).values())


def test_without_a_season_windows_differ():
    for found in (views(periods=()), views(lengths=(30, 35))):
        assert len(found) == 4
        assert len({(f.transformer, f.lag) for f in found.values()}) == 4
