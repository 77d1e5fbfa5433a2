"""Distributions of RNNForecaster's forecasts, against SciPy's and against draws."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from sklearn.preprocessing import PowerTransformer
from sktime.exceptions import NotFittedError

from skrnn import SkrnnWarning
from skrnn.forecasting import RNNForecaster
from skrnn.forecasting._forecast_limits import Bounds
from skrnn.forecasting._network_intervals import equally_likely_values

ALPHA = [0.05, 0.3, 0.5, 0.9]
FH = [1, 2, 5]
QUANTILES = {"strategy": "multioutput", "loss": "quantile", "quantile": (0.1, 0.5, 0.9)}
AT_ONCE = {"strategy": "multioutput", "loss": "normal"}


def counts(n=60):
    index = pd.period_range("2000-01", periods=n, freq="M")
    return pd.Series(np.random.RandomState(0).poisson(2.0, size=n).astype(float), index, name="y")


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"strategy": "direct"},
        {"target_scaler": "auto"},
        {"target_scaler": "standard", "scale_by": "series", "level": False},
        {"deseasonalize": True, "sp": 12},
    ],
    ids=str,
)
def test_shifted_and_scaled_normal_distributions_are_exact(cheap, months, parameters):
    forecaster = cheap(**AT_ONCE | parameters).fit(months, fh=FH)
    mean, var = forecaster.predict().to_numpy(), forecaster.predict_var().to_numpy()[:, 0]
    quantiles = forecaster.predict_quantiles(alpha=ALPHA).to_numpy()
    expected = norm(mean[:, None], np.sqrt(var)[:, None]).ppf(ALPHA)
    np.testing.assert_allclose(quantiles, expected, rtol=1e-6, atol=1e-9)
    interval = forecaster.predict_interval(coverage=0.4).to_numpy()
    np.testing.assert_allclose(interval[:, 0], quantiles[:, 1])
    distribution = forecaster.predict_proba()
    np.testing.assert_allclose(distribution.mean().to_numpy()[:, 0], mean, atol=1e-6)
    np.testing.assert_allclose(distribution.var().to_numpy()[:, 0], var, rtol=0.02)


def test_the_spread_is_in_the_units_of_the_series(cheap, months):
    one = cheap(**AT_ONCE).fit(months, fh=FH)
    large = cheap(**AT_ONCE).fit(1000.0 * months + 7.0, fh=FH)
    np.testing.assert_allclose(large.predict_var(), 1e6 * one.predict_var(), rtol=1e-4)


@pytest.mark.parametrize(
    ("method", "parameters"), [("predict_var", {"cov": True}), ("predict_proba", {})]
)
def test_that_fit_is_needed_is_said_first(method, parameters):
    with pytest.raises(NotFittedError):
        getattr(RNNForecaster(**AT_ONCE), method)(fh=[1], **parameters)


@pytest.mark.parametrize(
    ("transformer", "transform"),
    [("log", np.log), (PowerTransformer("yeo-johnson", standardize=False), None)],
)
def test_quantiles_of_transformed_series_are_transformed_back(
    cheap, months, transformer, transform
):
    y = np.exp(months / 4)
    forecaster = cheap(transformer=transformer, **AT_ONCE).fit(y, fh=FH)
    quantiles = forecaster.predict_quantiles(alpha=ALPHA)
    if transform is None:
        own = PowerTransformer("yeo-johnson", standardize=False).fit(y.to_numpy()[:, None])
        scaled = np.column_stack([own.transform(q[:, None]) for q in quantiles.to_numpy().T])
    else:
        scaled = transform(quantiles.to_numpy())
    z = norm.ppf(ALPHA)
    center, spread = scaled[:, 2:3], (scaled[:, 3:] - scaled[:, 2:3]) / z[3]
    np.testing.assert_allclose(scaled, center + spread * z, rtol=1e-6, atol=1e-8)
    if transform is np.log:
        expected = (np.exp(spread**2) - 1) * np.exp(2 * center + spread**2)
        np.testing.assert_allclose(forecaster.predict_var(), expected, rtol=0.02)


def test_several_networks_are_a_mixture(cheap, months):
    forecaster = cheap(n_networks=2, **AT_ONCE).fit(months, fh=FH)
    whole, moments = forecaster.networks_, []
    variance = forecaster.predict_var().to_numpy()
    for member in whole.each_member():
        forecaster.networks_ = member
        moments.append((forecaster.predict().to_numpy()[:, None], forecaster.predict_var()))
    means = np.array([mean for mean, _ in moments])
    expected = np.mean([var + mean**2 for mean, var in moments], axis=0) - means.mean(axis=0) ** 2
    np.testing.assert_allclose(variance, expected)
    assert means.std(axis=0).max() > 0


def test_paths_of_one_step_have_the_distribution_of_the_step(cheap, months):
    recursive = cheap(loss="normal", n_networks=2).fit(months, fh=[1])
    exact = cheap(loss="normal", n_networks=2, strategy="direct").fit(months, fh=[1])
    std = np.sqrt(exact.predict_var().to_numpy())
    found, expected = (f.predict_quantiles(alpha=ALPHA) for f in (recursive, exact))
    assert (np.abs(found - expected) < 0.25 * std).all(axis=None)
    assert found.equals(recursive.predict_quantiles(alpha=ALPHA))
    assert np.sqrt(recursive.predict_var()).to_numpy() == pytest.approx(std, rel=0.15)


def test_steps_of_a_path_add_up(cheap):
    # Differences that a network cannot forecast: the walk's variance grows with the steps.
    changes = np.random.RandomState(1).normal(size=200)
    walk = pd.Series(changes.cumsum(), pd.RangeIndex(200))
    forecaster = cheap(loss="normal", differencing=1, level=False, epochs=40).fit(walk)
    var = forecaster.predict_var(fh=[1, 4, 9]).to_numpy().ravel()
    assert var[1] / var[0] == pytest.approx(4.0, rel=0.35)
    assert var[2] / var[0] == pytest.approx(9.0, rel=0.35)
    joint = forecaster.predict_proba(fh=[1, 2, 9], marginal=False)
    paths = joint.spl.to_numpy().reshape(-1, 3)
    assert np.corrcoef(paths[:, 0], paths[:, 1])[0, 1] > 0.5
    np.testing.assert_allclose(joint.var().to_numpy()[2], var[2], rtol=1e-6)


@pytest.mark.parametrize("loss", ["negative_binomial", "zero_inflated_negative_binomial"])
@pytest.mark.parametrize("strategy", ["recursive", "multioutput"])
def test_counts_have_whole_quantiles(cheap, loss, strategy):
    parameters = {"loss": loss, "strategy": strategy, "target_scaler": "auto"}
    forecaster = cheap(**parameters).fit(counts(), fh=FH)
    quantiles = forecaster.predict_proba().quantile(ALPHA).to_numpy()
    assert (quantiles >= 0).all()
    assert (quantiles == np.rint(quantiles)).all()
    assert (forecaster.predict_var() > 0).all(axis=None)


@pytest.mark.parametrize("strategy", ["recursive", "multioutput"])
def test_events_have_probabilities_and_no_level(cheap, strategy):
    y = (counts() > 2).astype(float)
    parameters = {"loss": "bernoulli", "strategy": strategy, "target_scaler": "auto"}
    forecaster = cheap(**parameters).fit(y, fh=FH)
    assert forecaster.predict().between(0, 1).all()
    assert forecaster.predict_quantiles(alpha=ALPHA).isin([0.0, 1.0]).all(axis=None)
    with pytest.raises(ValueError, match=r"level=True contradict each other.*level='auto'"):
        cheap(level=True, **parameters).fit(y, fh=FH)


def test_panels_and_wide_frames(cheap, months, panel):
    frame = pd.DataFrame({"a": months, "b": -months})
    for y, n_rows, n_columns in ((panel, 9, 1), (frame, 3, 2)):
        forecaster = cheap(**AT_ONCE).fit(y, fh=FH)
        index = forecaster.predict().index
        quantiles = forecaster.predict_quantiles(alpha=[0.1, 0.9])
        assert quantiles.shape == (n_rows, 2 * n_columns)
        low, high = quantiles.to_numpy().reshape(n_rows, n_columns, 2).transpose(2, 0, 1)
        assert (low < high).all()
        for result in (quantiles, forecaster.predict_var(), forecaster.predict_proba().mean()):
            assert result.index.equals(index)


def test_series_that_sktime_forecasts_apart(cheap, panel):
    forecaster = cheap(pooling="local", loss="normal").fit(panel, fh=[1, 2])
    distribution, var = forecaster.predict_proba(), forecaster.predict_var()
    assert distribution.mean().index.equals(forecaster.predict().index)
    np.testing.assert_allclose(distribution.var(), var, rtol=1e-6)


def test_states_and_updates(cheap, months):
    forecaster = cheap(loss="normal", stateful=True, shuffle=False).fit(months[:50], fh=FH)
    before = forecaster.predict_var()
    assert (before > 0).all(axis=None)
    forecaster.update(months[50:], update_params=False)
    assert forecaster.predict_quantiles(alpha=[0.1]).index[0] == pd.Period("2005-01")


@pytest.mark.parametrize("strategy", ["recursive", "multioutput"])
def test_rows_in_sample_have_the_distribution_of_one_step(cheap, months, strategy):
    forecaster = cheap(loss="normal", strategy=strategy).fit(months, fh=[-2, 0, 1])
    mean, var = forecaster.predict().to_numpy(), forecaster.predict_var().to_numpy()[:, 0]
    quantiles = forecaster.predict_quantiles(alpha=[0.2, 0.8]).to_numpy()
    expected = norm(mean[:2, None], np.sqrt(var)[:2, None]).ppf([0.2, 0.8])
    np.testing.assert_allclose(quantiles[:2], expected, rtol=0.02, atol=0.02)


def test_series_that_never_change_have_no_width_and_a_warning(cheap, panel):
    constant = panel.loc[["a"]].assign(y=5.0).rename({"a": "z"})
    forecaster = cheap(loss="normal", engine="numpy", strategy="multioutput")
    forecaster.fit(pd.concat([panel, constant]), fh=[1])
    with pytest.warns(UserWarning, match=r"of 1 of 4 series \('z'\) never change"):
        widths = forecaster.predict_interval().diff(axis=1).iloc[:, 1]
    assert (widths == 0).tolist() == [False, False, False, True]


def test_only_a_series_whose_columns_are_all_constant_is_said_never_to_change(cheap, months):
    y = months.to_frame("a").assign(b=5.0)
    forecaster = cheap(loss="normal", engine="numpy", strategy="multioutput").fit(y, fh=[1])
    with warnings.catch_warnings():
        warnings.simplefilter("error", SkrnnWarning)
        forecaster.predict_interval()
    forecaster.fit(y.assign(a=7.0), fh=[1])
    with pytest.warns(SkrnnWarning, match="values of y never change"):
        forecaster.predict_interval()


def test_what_cannot_be_forecast_is_unknown(cheap, months):
    y = months.copy()
    y[-4:] = np.nan
    forecaster = cheap(lag=3, loss="normal", strategy="multioutput").fit(y, fh=[1])
    with pytest.warns(UserWarning, match="last known value"):
        quantiles = forecaster.predict_quantiles(alpha=[0.1, 0.5])
    assert quantiles.isna().to_numpy().tolist() == [[True, False]]


@pytest.mark.parametrize(
    ("parameters", "cause"),
    [
        ({}, "forecast no distributions, because loss='squared_error'"),
        ({"loss": "quantile", "quantile": (0.1, 0.5)}, "feeds back the median"),
        ({"loss": "quantile", "quantile": 0.9, "strategy": "direct"}, "only one quantile"),
        ({"loss": "normal", "differencing": 1, "strategy": "direct"}, "of their sum"),
    ],
)
def test_what_has_no_distribution_says_which_setting_has_one(cheap, months, parameters, cause):
    forecaster = cheap(**parameters).fit(months, fh=[1])
    for method in (forecaster.predict_var, forecaster.predict_proba):
        with pytest.raises(ValueError, match=f"{cause}.*Set loss to a likelihood.*'recursive'"):
            method()


@pytest.mark.parametrize("pooling", ["global", "local"])
def test_a_single_quantile_is_the_forecast(cheap, months, pooling):
    table = pd.concat({"a": months, "b": months + 1}, names=["id"]).rename("sold").to_frame()
    settings = {"loss": "quantile", "quantile": 0.9, "strategy": "multioutput"}
    for y in (months.rename(None), table):
        forecaster = cheap(pooling=pooling, engine="numpy", **settings).fit(y, fh=[1, 2])
        quantiles = forecaster.predict_quantiles(alpha=0.9)
        name = 0 if y is not table else "sold"
        assert quantiles.columns.tolist() == [(name, 0.9)]
        expected = pd.DataFrame(forecaster.predict())
        np.testing.assert_array_equal(quantiles, expected)
        assert quantiles.index.equals(expected.index)
        with pytest.raises(ValueError, match=r"forecast only one quantile, quantile=0\.9"):
            forecaster.predict_quantiles(alpha=[0.5, 0.9])
    long = pd.DataFrame({"unique_id": "a", "ds": months.index.to_timestamp(), "y": months.array})
    forecaster = cheap(engine="numpy", **settings).fit(long, fh=[1, 2])
    assert forecaster.predict_quantiles(alpha=[0.9]).columns.tolist()[-1] == "y-q-90"
    recursive = cheap(engine="numpy", **settings | {"strategy": "recursive"}).fit(months)
    with pytest.raises(ValueError, match="forecast only one quantile"):
        recursive.predict_quantiles(fh=[1], alpha=0.9)


@pytest.mark.parametrize("loss", ["poisson", "normal"])
def test_the_variance_is_that_of_the_distribution_within_the_bounds(cheap, loss):
    """The variance was 5 although all quantiles were those of a constant."""
    y = pd.Series(5.0, pd.period_range("2000-01", periods=30, freq="M"), name="y")
    forecaster = cheap(loss=loss, strategy="multioutput", target_scaler="auto").fit(y, fh=FH)
    with pytest.warns(UserWarning, match="values of y never change, so their intervals"):
        distribution = forecaster.predict_proba()
    with pytest.warns(UserWarning, match="values of y never change, so their intervals"):
        variance = forecaster.predict_var()
    np.testing.assert_allclose(distribution.var(), variance, atol=1e-12)
    np.testing.assert_allclose(variance, 0.0, atol=1e-12)


def test_what_is_joint_needs_paths(cheap, months):
    forecaster = cheap(**AT_ONCE).fit(months, fh=FH)
    with pytest.raises(ValueError, match=r"marginal=False.*Set strategy='recursive', or draw"):
        forecaster.predict_proba(marginal=False)
    with pytest.raises(ValueError, match="cov=True requests covariances"):
        forecaster.predict_var(cov=True)


@pytest.mark.parametrize("transformer", [None, "log"])
def test_the_distribution_of_some_quantiles(cheap, months, transformer):
    quantiles, y = (0.1, 0.5, 0.8), np.exp(months / 4)
    loss = {"loss": "quantile", "quantile": quantiles, "strategy": "multioutput"}
    forecaster = cheap(transformer=transformer, **loss).fit(y, fh=FH)
    values = forecaster.predict_quantiles(alpha=list(quantiles)).to_numpy()
    z, scores = norm.ppf(quantiles), norm.ppf((np.arange(200) + 0.5) / 200)
    with pytest.warns(UserWarning, match=r"quantiles \(0.1, 0.5, 0.8\).*assumed to be normal"):
        distribution = forecaster.predict_proba()
    below = values[:, [1]] + (values[:, [1]] - values[:, [0]]) / -z[0] * scores
    above = values[:, [1]] + (values[:, [2]] - values[:, [1]]) / z[2] * scores
    expected = np.maximum(np.where(scores < 0, below, above), 0.0)
    np.testing.assert_allclose(distribution.spl.to_numpy().reshape(200, 3).T, expected, rtol=1e-5)
    with pytest.warns(UserWarning, match="assumed to be normal"):
        variance = forecaster.predict_var()
    np.testing.assert_allclose(variance, distribution.var(), rtol=0.02)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"loss": "normal"}, True),
        ({"loss": "poisson", "strategy": "recursive"}, True),
        ({"loss": "normal", "differencing": 1}, False),
        ({"loss": "normal", "differencing": 1, "strategy": "recursive"}, True),
        ({"loss": "huber"}, False),
    ],
)
def test_sktime_knows_what_has_distributions(parameters, expected):
    forecaster = RNNForecaster(**parameters)
    assert forecaster.get_tag("capability:pred_int") == expected
    assert not forecaster.get_tag("requires-fh-in-fit")


def test_wide_distributions_do_not_warn_of_bounds(cheap):
    y = pd.Series(np.random.RandomState(0).standard_t(2, size=80))
    forecaster = cheap(loss="student_t", strategy="multioutput").fit(y, fh=FH)
    assert np.isfinite(forecaster.predict_quantiles(alpha=[1e-6, 0.999999])).all(axis=None)


def test_interval_and_quantiles(cheap, months):
    forecaster = cheap(**QUANTILES).fit(months, fh=[1, 2, 3])
    interval = forecaster.predict_interval(coverage=0.8)["y", 0.8]
    quantiles = forecaster.predict_quantiles(alpha=[0.1, 0.3, 0.5, 0.9])["y"]
    np.testing.assert_allclose(interval["lower"], quantiles[0.1])
    np.testing.assert_allclose(interval["upper"], quantiles[0.9])
    np.testing.assert_allclose(forecaster.predict(), quantiles[0.5])
    assert (np.diff(quantiles, axis=1) >= 0).all()
    with pytest.raises(
        ValueError, match=r"quantiles \(0.1, 0.5, 0.9\); 0.025 is outside their range"
    ):
        forecaster.predict_interval(coverage=0.95)


@pytest.mark.parametrize(
    ("parameters", "cause"),
    [
        ({}, "because loss='squared_error'"),
        ({"loss": "quantile", "quantile": 0.5}, "only one quantile, quantile=0.5"),
        ({**QUANTILES, "strategy": "recursive"}, "feeds back the median"),
    ],
)
def test_no_intervals_without_quantiles_of_every_step(cheap, months, parameters, cause):
    forecaster = cheap(**parameters).fit(months, fh=[1])
    for method in (forecaster.predict_interval, forecaster.predict_quantiles):
        with pytest.raises(NotImplementedError, match=f"{cause}.*multioutput.*ConformalIntervals"):
            method()
    for method in (forecaster.predict_var, forecaster.predict_proba):
        with pytest.raises(NotImplementedError, match="Set loss to a likelihood, such as"):
            method()


def test_an_interval_wider_than_the_quantiles(cheap, months):
    forecaster = cheap(**QUANTILES).fit(months, fh=[1])
    with pytest.raises(ValueError, match=r"coverage=0.9 needs 0.05 and 0.95 .* at most 0.8"):
        forecaster.predict_interval()


LEVELS = (np.arange(1000) + 0.5) / 1000


def bounds(low):
    ones = np.ones((1, 1))
    return Bounds(low * ones, 9.0 * ones, ones, 0.0 * ones)


@pytest.mark.parametrize("quantiles", [(0.1, 0.5, 0.9), (0.05, 0.95)])
def test_quantiles_of_a_normal_distribution(quantiles):
    values = norm(2.0, 3.0).ppf(quantiles)[None, None, None]
    with pytest.warns(UserWarning, match="assumed to be normal"):
        found = equally_likely_values(values, quantiles, 1000, bounds(-1.0))
    np.testing.assert_allclose(found[0, 0, 0], norm(2.0, 3.0).ppf(LEVELS), atol=1e-9)
    with pytest.warns(UserWarning, match="assumed to be normal"):
        found = equally_likely_values(values, quantiles, 1000, bounds(0.0))
    np.testing.assert_allclose(found[0, 0, 0], np.maximum(norm(2.0, 3.0).ppf(LEVELS), 0.0))


def test_what_is_unknown_stays_unknown():
    with pytest.warns(UserWarning, match="assumed to be normal"):
        found = equally_likely_values(np.full((1, 1, 1, 2), np.nan), (0.1, 0.9), 5, bounds(0.0))
    assert np.isnan(found).all()
