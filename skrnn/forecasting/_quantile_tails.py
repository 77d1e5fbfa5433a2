"""The distribution that a few forecast quantiles stand for."""

from skrnn._warnings import warn_user
from skrnn.network._quantiles import all_quantiles

from ._summaries import equally_likely


def equally_likely_values(values, quantiles, n_values, bounds):
    """Return equally likely values of each target, between and beyond its quantiles.

    Parameters
    ----------
    values : ndarray of shape (n_series, n_steps, n_targets, n_quantiles)
        Forecasts.
    quantiles : tuple of float
        Their quantiles, two or more.
    n_values : int
        Number of values to return for each target.
    bounds : Bounds
        Of the series, whose sign no value leaves.

    Returns
    -------
    ndarray of shape (n_series, n_steps, n_targets, n_values)
        In increasing order.

    Warns
    -----
    UserWarning
        The tails of the distribution are assumed.
    """
    warn_user(
        f"The network forecasts the quantiles {quantiles}. Between and beyond them the "
        "distribution is assumed to be normal. Forecast more quantiles, or set loss to a "
        "likelihood, such as 'student_t', which determines the whole distribution."
    )
    return bounds.of_one_sign(all_quantiles(values, quantiles, equally_likely(n_values)))
