"""Losses that networks minimise, and the base classes for your own losses."""

from ._check_loss import check_loss
from ._continuous_likelihoods import GammaLikelihood, LogNormal, Normal, StudentT
from ._cross_entropy import CrossEntropy
from ._discrete_likelihoods import Bernoulli, NegativeBinomial, ZeroInflatedNegativeBinomial
from ._likelihood import Likelihood
from ._loss import Loss
from ._mixture import Mixture
from ._positive import Gamma, Poisson, Tweedie
from ._quantile import Pinball
from ._regression import AbsoluteError, Expectile, Huber, LogCosh, SquaredError

__all__ = [
    "AbsoluteError",
    "Bernoulli",
    "CrossEntropy",
    "Expectile",
    "Gamma",
    "GammaLikelihood",
    "Huber",
    "Likelihood",
    "LogCosh",
    "LogNormal",
    "Loss",
    "Mixture",
    "NegativeBinomial",
    "Normal",
    "Pinball",
    "Poisson",
    "SquaredError",
    "StudentT",
    "Tweedie",
    "ZeroInflatedNegativeBinomial",
    "check_loss",
]
