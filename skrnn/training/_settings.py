"""Get the architecture and the loss from the parameters of an estimator."""

from itertools import pairwise
from numbers import Real

import numpy as np

from skrnn._validation import Count, check_features, is_position
from skrnn.network._architecture import Architecture
from skrnn.network._losses import Loss


def architecture_of(estimator, samples, n_quantiles, link="identity", n_classes=0):
    """Return the architecture of an estimator's network for the given samples.

    Parameters
    ----------
    estimator : RNNRegressor
        The estimator, which contains the parameters.
    samples : Samples
        The samples, which determine the shapes.
    n_quantiles : int
        Length of the axis of quantiles; 0 for a loss without this axis.
    link : str, default="identity"
        Link of the loss.
    n_classes : int, default=0
        Number of classes, or 0 for a loss without classes.

    Returns
    -------
    Architecture

    Raises
    ------
    ValueError
        If parameters contradict each other or the samples.
    """
    if estimator.stateful and estimator.bidirectional:
        raise ValueError(
            "stateful=True and bidirectional=True contradict each other: the backward "
            "layer starts from rows that belong to a later window. Set one of them to False."
        )
    _, n_timesteps, n_features = samples.windows.shape
    n_targets = samples.targets.shape[2] - 1
    return Architecture(
        cell=estimator.cell,
        units=check_units(estimator.units, type(estimator).__name__),
        n_timesteps=n_timesteps,
        n_features=n_features,
        n_outputs=n_classes if link == "multinomial_logit" else n_targets,
        activation=estimator.activation,
        recurrent_activation=estimator.recurrent_activation,
        bidirectional=bool(estimator.bidirectional),
        autoregressive=bool(estimator.autoregressive),
        level_feature=_check_level_feature(estimator, n_features),
        return_sequences=bool(estimator.return_sequences),
        n_quantiles=n_quantiles,
        dropout=float(estimator.dropout),
        recurrent_dropout=float(estimator.recurrent_dropout),
        link=link,
        n_networks=int(estimator.n_networks),
    )


def loss_of(estimator):
    """Return the loss of an estimator, and check its quantiles."""
    if (estimator.loss == "quantile") != (estimator.quantile is not None):
        raise ValueError(
            "loss='quantile' and quantile go together: got "
            f"loss={estimator.loss!r} and quantile={estimator.quantile!r}. Set both or neither."
        )
    if estimator.quantile is None:
        return Loss(estimator.loss)
    quantiles = np.atleast_1d(np.asarray(estimator.quantile, dtype=object))
    valid = quantiles.ndim == 1 and len(quantiles) and all(_is_quantile(q) for q in quantiles)
    if not valid or any(a >= b for a, b in pairwise(quantiles)):
        raise ValueError(
            "The 'quantile' parameter of RNNRegressor must be a number between 0 and 1, or "
            f"several in increasing order. Got {estimator.quantile!r} instead."
        )
    values = tuple(float(q) for q in quantiles)
    return Loss(estimator.loss, values if np.ndim(estimator.quantile) else values[0])


def _is_quantile(value):
    return isinstance(value, Real) and 0 < value < 1


def check_units(units, estimator_name="RNNRegressor"):
    """Check the units of the layers, and return them as a tuple of int."""
    layers = tuple(units) if isinstance(units, tuple | list) else (units,)
    if not layers or not all(map(Count(1).is_satisfied_by, layers)):
        raise ValueError(
            f"The 'units' parameter of {estimator_name} must be an int of at least 1, or a "
            f"non-empty tuple of such integers. Got {units!r} instead."
        )
    return tuple(int(n) for n in layers)


def _check_level_feature(estimator, n_features):
    """Return the position of the level feature in a step."""
    feature = getattr(estimator, "level_feature", None)  # a classifier has none
    if feature is None:
        return None
    names = getattr(estimator, "feature_names_in_", None)
    if names is not None:
        # Columns of the last step. A table of windows has names such as "temp_lag1".
        names = [str(name) for name in names[-n_features:]]
        if isinstance(feature, str) and feature not in names:
            bare = [name.rsplit("_lag", 1)[0] for name in names]
            names = bare if feature in bare else names
    if not (isinstance(feature, str) or is_position(feature, n_features)):
        raise ValueError(
            "level_feature must be the name of a feature or its position in a step, from "
            f"{-n_features} to {n_features - 1}; got {feature!r}."
        )
    positions = check_features(feature, param="level_feature", n_features=n_features, names=names)
    return int(positions[0])
