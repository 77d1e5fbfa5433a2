"""Chooses the engine that trains a plan."""

from dataclasses import replace
from functools import lru_cache
from importlib.util import find_spec

from ._zero_units import padded_architecture
from .numpy._engine import NumpyEngine
from .numpy._recipes_without_keras import recipe_without_keras
from .numpy._support import unsupported_setting, work_of_fit
from .tensorflow._forking import check_not_forked

ENGINES = ("auto", "numpy", "tensorflow")

MOST_SECONDS = 0.3
"""Seconds that a fit may take in NumPy, as estimated by :func:`work_of_fit`, for "auto" to choose
NumPy. Importing TensorFlow and compiling a program take about twenty times as long, but one
program can be used for all fits of a search. Two dozen fits at the limit take equally long with
both engines."""


def recipe_of(optimizer, learning_rate, weight_decay, clipnorm, *, estimator_name):
    """Make the recipe of an optimizer, with Keras only if it is needed.

    Parameters
    ----------
    optimizer, learning_rate, weight_decay, clipnorm
        Parameters of an estimator.
    estimator_name : str
        Name of the estimator in error messages.

    Returns
    -------
    OptimizerRecipe

    Raises
    ------
    ValueError
        If the optimizer or a setting is not supported.
    ImportError
        If Keras is needed and not installed.
    """
    values = optimizer, learning_rate, weight_decay, clipnorm
    recipe = recipe_without_keras(*values, estimator_name=estimator_name)
    if recipe is not None:
        return recipe
    _check_installed(f"optimizer={optimizer!r} with learning_rate={learning_rate!r}")
    from skrnn.keras_bridge._optimizers import optimizer_recipe

    return optimizer_recipe(*values, estimator_name=estimator_name)


def choose_engine(
    wanted,
    architecture,
    loss,
    recipe,
    *,
    batch_size,
    n_rows,
    epochs,
    before=None,
    most_seconds=MOST_SECONDS,
):
    """Return the name of the engine that trains a network.

    The choice only depends on the amount of work, so the same fit is bit-identical on every
    machine. If TensorFlow is not installed, NumPy trains everything that it supports.

    Parameters
    ----------
    wanted : {"auto", "numpy", "tensorflow"}
        The parameter `engine` of an estimator.
    architecture : Architecture
        Architecture of the networks.
    loss : Loss
        The loss.
    recipe : OptimizerRecipe
        Recipe of the optimizer.
    batch_size, n_rows, epochs : int
        Rows of a batch, rows to train on, and the largest number of epochs.
    before : {"numpy", "tensorflow"} or None, default=None
        The engine that has trained the network before, with which "auto" continues.
    most_seconds : float, default=MOST_SECONDS
        Seconds that the fit may take in NumPy for "auto" to choose it.

    Returns
    -------
    {"numpy", "tensorflow"}

    Raises
    ------
    ValueError
        If "numpy" is requested, but does not support a setting.
    ImportError
        If TensorFlow is needed and not installed.
    """
    reason = unsupported_setting(architecture, loss, recipe)
    if wanted == "numpy" and reason:
        raise ValueError(
            f"engine='numpy' does not support {reason}. Set engine='tensorflow' or 'auto'."
        )
    if wanted == "tensorflow":
        _check_installed("engine='tensorflow'")
    if wanted != "auto":
        return wanted
    if reason:
        _check_installed(reason, _WITHOUT_DROPOUT if reason == "dropout" else "")
        return "tensorflow"
    if before is None:
        seconds = work_of_fit(architecture, batch_size=batch_size, n_rows=n_rows, epochs=epochs)
        is_short = seconds <= most_seconds
    else:
        is_short = before == "numpy"
    return "numpy" if is_short or not _is_installed() else "tensorflow"


_WITHOUT_DROPOUT = (
    ", or train without dropout, which needs only NumPy: after "
    "set_params(dropout=0.0, recurrent_dropout=0.0), partial_fit continues with the fitted weights"
)


_numpy_engine = lru_cache(maxsize=64)(NumpyEngine)


def engine_for(settings, name):
    """Return an engine for some settings.

    Parameters
    ----------
    settings : EngineSettings
        The settings. A compiled program may have a larger network, with zero units.
    name : {"numpy", "tensorflow"}
        Name of the engine.

    Returns
    -------
    Engine
    """
    if name == "numpy":
        return _numpy_engine(settings)
    check_not_forked()
    from .tensorflow._program import ProgramKey, programs

    padded = padded_architecture(settings.architecture, settings.optimizer)
    return programs.get(ProgramKey.of(replace(settings, architecture=padded)))


def _is_installed():
    """Whether TensorFlow and Keras can be imported, without importing them."""
    try:
        return all(find_spec(name) is not None for name in ("tensorflow", "keras"))
    except ImportError:
        return False


def _check_installed(setting, otherwise=""):
    if not _is_installed():
        raise ImportError(
            f"{setting} needs TensorFlow and Keras, which are not installed. Install them with "
            f"pip install tensorflow keras{otherwise}."
        )
