"""Turns the parameters of an estimator into the plan of its training."""

from ._validation import Count, check_features, is_position
from .engines._choice import choose_engine, recipe_of
from .losses._likelihood import Likelihood
from .network._architecture import Architecture
from .training._plan import TrainingPlan
from .windows._step_table import names_with


def training_plan(estimator, samples, *, goes_on=False, one_pass=False):
    """Return the plan of an estimator's training on some samples.

    Parameters
    ----------
    estimator : RNNRegressor or RNNClassifier
        The estimator, which contains the parameters.
    samples : Samples
        The samples, which determine the shapes of the network.
    goes_on : bool, default=False
        Whether training continues, with the engine that has trained the network before.
    one_pass : bool, default=False
        Whether the rows are passed once, as in online learning. The rows of a stateful network
        are then one stream.

    Returns
    -------
    TrainingPlan

    Raises
    ------
    ValueError
        If parameters contradict each other or the samples.
    ImportError
        If a setting needs TensorFlow, which is not installed.
    """
    recipe = recipe_of(
        estimator.optimizer,
        estimator.learning_rate,
        estimator.weight_decay,
        estimator.clipnorm,
        estimator_name=type(estimator).__name__,
    )
    loss, stateful = estimator._loss(), bool(estimator.stateful)
    architecture = architecture_of(estimator, samples, loss)
    batch_size = 1 if one_pass and stateful else int(estimator.batch_size)
    engine = choose_engine(
        estimator.engine,
        architecture,
        loss,
        recipe,
        batch_size=batch_size,
        n_rows=len(samples.rows),
        epochs=1 if one_pass else int(estimator.epochs),
        before=estimator.engine_ if goes_on else None,
        most_seconds=estimator._most_numpy_seconds,
    )
    return TrainingPlan(
        architecture=architecture,
        loss=loss,
        optimizer=recipe,
        engine=engine,
        batch_size=batch_size,
        epochs=int(estimator.epochs),
        shuffle=bool(estimator.shuffle),
        stateful=stateful,
        l2=float(estimator.l2),
        early_stopping=bool(estimator.early_stopping),
        n_iter_no_change=int(estimator.n_iter_no_change),
        tol=float(estimator.tol),
        verbose=int(estimator.verbose),
        rate_falls=estimator._rate_falls,
    )


def architecture_of(estimator, samples, loss):
    """Return the architecture of an estimator's network for the given samples.

    Parameters
    ----------
    estimator : RNNRegressor or RNNClassifier
        The estimator, which contains the parameters.
    samples : Samples
        The samples, which determine the shapes.
    loss : Loss
        The loss, which determines the outputs.

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
    if loss.link == "logit" and getattr(estimator, "level_feature", None) is not None:
        raise ValueError(
            f"loss={loss!r} and level_feature={estimator.level_feature!r} contradict each other: "
            "a level cannot be added to a probability. Set level_feature=None."
        )
    _, n_timesteps, n_features = samples.windows.shape
    n_targets = samples.targets.shape[2] - 1
    return Architecture(
        cell=estimator.cell,
        units=check_units(estimator.units, type(estimator).__name__),
        n_timesteps=n_timesteps,
        n_features=n_features,
        n_outputs=loss.n_parameters if loss.n_classes else n_targets,
        activation=estimator.activation,
        recurrent_activation=estimator.recurrent_activation,
        bidirectional=bool(estimator.bidirectional),
        autoregressive=bool(estimator.autoregressive),
        level_feature=_place_of_level(estimator, n_features),
        return_sequences=bool(estimator.return_sequences),
        n_quantiles=loss.n_quantiles,
        dropout=float(estimator.dropout),
        recurrent_dropout=float(estimator.recurrent_dropout),
        link=loss.link,
        n_networks=int(estimator.n_networks),
        likelihood=loss if isinstance(loss, Likelihood) and loss.n_parameters > 1 else None,
    )


def _place_of_level(estimator, n_features):
    """Return the position of the level feature among the features that the network reads."""
    feature, categories = getattr(estimator, "level_feature", None), estimator._categories
    if feature is None:  # as in a classifier
        return None
    names = getattr(estimator, "feature_names_in_", None)
    if categories is None:
        return level_position(feature, n_features, names)
    position = level_position(feature, len(categories.names), names)
    return categories.place_of_number(position, "level_feature")


def check_units(units, estimator_name="RNNRegressor"):
    """Check the units of the layers, and return them as a tuple of int."""
    layers = tuple(units) if isinstance(units, tuple | list) else (units,)
    if not layers or not all(map(Count(1).is_satisfied_by, layers)):
        raise ValueError(
            f"The 'units' parameter of {estimator_name} must be an int of at least 1, or a "
            f"non-empty tuple of such integers. Got {units!r} instead."
        )
    return tuple(int(n) for n in layers)


def level_position(feature, n_features, columns=None):
    """Return the position of the level feature in a step.

    Parameters
    ----------
    feature : int or str
        Position or name of the feature.
    n_features : int
        Number of features of a step.
    columns : array-like of str or None, default=None
        Names of the columns of X, if X was a table.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If there is no such feature.
    """
    if not (isinstance(feature, str) or is_position(feature, n_features)):
        raise ValueError(
            "level_feature must be the name of a feature or its position in a step, from "
            f"{-n_features} to {n_features - 1}; got {feature!r}."
        )
    names = None
    if columns is not None:
        names = names_with({feature}, [str(name) for name in columns[-n_features:]])
    positions = check_features(feature, param="level_feature", n_features=n_features, names=names)
    return int(positions[0])
