"""Finds the loss for the parameters of an estimator.

Losses without a name are passed as instances, and need no entry here.
"""

from skrnn._validation import NameOrObject

from ._continuous_likelihoods import GammaLikelihood, LogNormal, Normal, StudentT
from ._discrete_likelihoods import Bernoulli, NegativeBinomial, ZeroInflatedNegativeBinomial
from ._loss import Loss
from ._positive import Poisson
from ._quantile import Pinball
from ._regression import AbsoluteError, Huber, SquaredError

LOSSES = {
    "squared_error": SquaredError(),
    "absolute_error": AbsoluteError(),
    "huber": Huber(),
    "quantile": None,  # needs the parameter `quantile`
    "poisson": Poisson(),
    "normal": Normal(),
    "student_t": StudentT(),
    "log_normal": LogNormal(),
    "gamma_likelihood": GammaLikelihood(),
    "negative_binomial": NegativeBinomial(),
    "zero_inflated_negative_binomial": ZeroInflatedNegativeBinomial(),
    "bernoulli": Bernoulli(),
}
"""The losses that have a name."""

NAMES = {loss: name for name, loss in LOSSES.items() if loss is not None}
"""The name of each loss that has one."""

LOSS_CONSTRAINT = [
    NameOrObject(LOSSES, Loss, "Expectile(), Gamma(), LogCosh() or Tweedie() of skrnn.losses")
]
"""Constraint on the parameter `loss`."""


def resolve_loss(loss, quantile=None, *, owner="RNNRegressor"):
    """Return the loss for a name, or the loss itself.

    Parameters
    ----------
    loss : str or Loss
        The parameter `loss`.
    quantile : float, tuple of float or None, default=None
        The parameter `quantile`, which belongs to the name "quantile".
    owner : str, default="RNNRegressor"
        Class of the estimator, for messages.

    Returns
    -------
    Loss

    Raises
    ------
    ValueError
        If the two parameters contradict each other, or a quantile is not valid.

    Examples
    --------
    >>> from skrnn.losses._named_losses import resolve_loss
    >>> resolve_loss("huber"), resolve_loss("quantile", [0.1, 0.9])
    (Huber(delta=1.0), Pinball(quantile=(0.1, 0.9)))
    """
    by_name = isinstance(loss, str)
    if (by_name and loss == "quantile") != (quantile is not None):
        raise ValueError(
            "loss='quantile' and quantile go together: got "
            f"loss={loss!r} and quantile={quantile!r}. Set both, for example "
            "quantile=(0.05, 0.5, 0.95), or neither."
        )
    if quantile is None:
        return LOSSES[loss] if by_name else loss
    try:
        return Pinball(quantile)
    except ValueError as error:
        rule = str(error).removeprefix("quantile ")
        raise ValueError(f"The 'quantile' parameter of {owner} {rule}") from None


def with_new_losses(loss, params):
    """Return parameters for `set_params`, with a new loss instead of parameters of a loss.

    A loss cannot be changed, so ``loss__delta=2`` sets ``loss`` to another loss.

    Parameters
    ----------
    loss : str or Loss
        The current value of the parameter `loss`.
    params : dict
        Arguments of `set_params`.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If the loss has no parameter of this name.
    """
    own = {name: value for name, value in params.items() if not name.startswith("loss__")}
    nested = {name.removeprefix("loss__"): params[name] for name in params.keys() - own.keys()}
    if not nested:
        return params
    loss = own.get("loss", loss)
    loss = LOSSES.get(loss) if isinstance(loss, str) else loss
    names = [] if loss is None else list(loss.get_params())
    for name in nested:
        if name not in names:
            raise ValueError(
                f"Invalid parameter {name!r} for {type(loss).__name__}. Valid parameters are: "
                f"{names!r}."
            )
    return {**own, "loss": loss.with_params(**nested)}
