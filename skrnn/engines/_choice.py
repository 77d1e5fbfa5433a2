"""Chooses the engine that trains a plan."""

from dataclasses import replace

from ._padding import padded_architecture
from .tensorflow._forking import check_not_forked


def check_can_train():
    """Check that this process can train.

    Raises
    ------
    RuntimeError
        If the process was forked after TensorFlow had started.
    """
    check_not_forked()


def engine_for(settings):
    """Return an engine for some settings, for a network that may be padded with zero units.

    Parameters
    ----------
    settings : EngineSettings
        The settings.

    Returns
    -------
    Engine
    """
    from .tensorflow._program import ProgramKey, programs

    padded = padded_architecture(settings.architecture, settings.optimizer)
    return programs.get(ProgramKey.of(replace(settings, architecture=padded)))
