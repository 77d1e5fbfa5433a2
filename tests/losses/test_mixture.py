"""Mixtures, against formulas for two components and draws."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import nbinom, norm, poisson, t

from skrnn.losses import Mixture
from skrnn.losses._mixture import is_discrete, log_density

LEFT, RIGHT = norm([-1.0, 0.0], 0.5), norm([2.0, 0.0], [1.0, 3.0])
BOTH = Mixture([LEFT, RIGHT], [0.25, 0.75])
COUNTS = Mixture([poisson([0.0, 3.0]), nbinom(2.0, [0.1, 0.5])])


def test_density_and_probabilities_are_weighted_means():
    x = np.array([0.3, -0.2])
    assert BOTH.pdf(x) == pytest.approx(0.25 * LEFT.pdf(x) + 0.75 * RIGHT.pdf(x))
    assert BOTH.logpdf(x) == pytest.approx(np.log(BOTH.pdf(x)))
    assert BOTH.cdf(x) == pytest.approx(1 - BOTH.sf(x))
    assert COUNTS.logpmf([2, 4]) == pytest.approx(np.log(COUNTS.pmf([2, 4])))
    assert quad(lambda v: BOTH.pdf(v)[0], -20, 20)[0] == pytest.approx(1)


def test_moments_are_those_of_the_density():
    for moment, found in ((1, BOTH.mean()[0]), (2, BOTH.var()[0] + BOTH.mean()[0] ** 2)):
        expected = quad(lambda v, moment=moment: v**moment * BOTH.pdf(v)[0], -20, 20)[0]
        assert found == pytest.approx(expected)
    assert BOTH.std() == pytest.approx(np.sqrt(BOTH.var()))


@pytest.mark.parametrize("q", [1e-9, 0.05, 0.5, 0.999])
def test_quantiles_invert_the_distribution(q):
    assert BOTH.cdf(BOTH.ppf(q)) == pytest.approx(q)
    counts = COUNTS.ppf(q)
    assert (counts == np.rint(counts)).all()
    assert (COUNTS.cdf(counts) >= q).all()
    assert (COUNTS.cdf(counts - 1) < q).all()


APART = [norm(-40.0, 0.5), norm([2.0, 1e6], [1.0, 3.0]), t(3.0, [2.0, 0.0])]


@pytest.mark.parametrize("q", [1e-6, 1 / 3, 0.34, 0.6, 1 - 1e-6])
def test_quantiles_where_the_density_is_almost_zero(q):
    both = Mixture(APART)
    for i in range(2):

        def excess(x, i=i):
            return both.cdf(x)[i] - q

        expected = brentq(excess, -1e7, 1e7, xtol=1e-13)
        assert both.ppf(q)[i] == pytest.approx(expected, rel=1e-7 if q == 1 / 3 else 1e-9)


def test_quantiles_need_few_probabilities(monkeypatch):
    cdf, calls = Mixture.cdf, []
    monkeypatch.setattr(Mixture, "cdf", lambda self, x: calls.append(x) or cdf(self, x))
    both = Mixture([t(3.0, [1.0, 2.0]), norm(1.0, [1.0, 3.0])])
    quantiles = both.ppf([[0.05], [0.5], [0.95]])
    assert len(calls) < 15
    assert both.cdf(quantiles) == pytest.approx(
        np.full((3, 2), [[0.05], [0.5], [0.95]]), rel=1e-13
    )


def test_ends_medians_and_intervals():
    assert BOTH.ppf(0.0).tolist() == [-np.inf] * 2
    assert BOTH.ppf(1.0).tolist() == [np.inf] * 2
    assert COUNTS.ppf(1.0).tolist() == [np.inf] * 2
    assert BOTH.median() == pytest.approx(BOTH.ppf(0.5))
    low, high = BOTH.interval(0.8)
    assert (low, high) == (pytest.approx(BOTH.ppf(0.1)), pytest.approx(BOTH.ppf(0.9)))


def test_draws_have_the_moments_and_repeat():
    draws = BOTH.rvs(size=(40_000, 2), random_state=0)
    assert draws.mean(axis=0) == pytest.approx(BOTH.mean(), abs=0.06)
    assert draws.std(axis=0) == pytest.approx(BOTH.std(), abs=0.05)
    assert (draws == BOTH.rvs(size=(40_000, 2), random_state=0)).all()
    assert BOTH.rvs(random_state=0).shape == (2,)
    # Weights of their own for each value.
    own = Mixture([norm([0.0, 0.0]), norm([9.0, 9.0])], [[1.0, 0.0], [0.0, 1.0]])
    assert own.rvs(random_state=0) == pytest.approx([0.0, 9.0], abs=4.0)


def test_a_mixture_of_one_is_its_component():
    one = Mixture([t(5.0, [1.0, 2.0])])
    assert one.var() == pytest.approx(t(5.0).var())
    assert one.ppf(0.9) == pytest.approx(t(5.0, [1.0, 2.0]).ppf(0.9))


def test_only_continuous_mixtures_have_a_density():
    for mixture, has, has_not, advice in (
        (BOTH, "pdf", "pmf", "Use pdf or logpdf"),
        (COUNTS, "pmf", "pdf", "Use pmf or logpmf"),
        (Mixture([COUNTS]), "pmf", "pdf", "Use pmf or logpmf"),
    ):
        for prefix in ("", "log"):
            assert hasattr(mixture, prefix + has)
            assert not hasattr(mixture, prefix + has_not)
            with pytest.raises(AttributeError) as error:
                getattr(mixture, prefix + has_not)
            assert advice in str(error.value.__cause__ or error.value)


def test_log_density_knows_counts_from_numbers():
    assert is_discrete(Mixture([COUNTS]))
    assert not is_discrete(BOTH)
    assert log_density(COUNTS, 1) == pytest.approx(COUNTS.logpmf(1))
    assert log_density(LEFT, 1.0) == pytest.approx(LEFT.logpdf(1.0))
