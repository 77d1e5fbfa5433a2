"""The Keras learning-rate schedules, from their configurations, in NumPy.

They map a number of steps to a rate. ``skrnn/training/_step_count.py`` counts the steps.
"""

import math
from functools import partial


def schedule_from(config):
    """Return the schedule of a serialized configuration as a function of the step, or None.

    Parameters
    ----------
    config : dict
        Configuration, as Keras serializes it.

    Returns
    -------
    callable or None
        None if it is not a Keras schedule.
    """
    rule = SCHEDULES.get(config.get("class_name"))
    if rule is None or not config.get("module", "").startswith("keras.optimizers"):
        return None
    rate = partial(rule, **{k: v for k, v in config["config"].items() if k != "name"})
    rate(0)  # raises an error for settings that it does not have
    return rate


def ExponentialDecay(step, initial_learning_rate, decay_steps, decay_rate, staircase=False):
    """Multiply the rate by a constant every `decay_steps` steps."""
    passed = step / decay_steps
    return initial_learning_rate * decay_rate ** (math.floor(passed) if staircase else passed)


def PiecewiseConstantDecay(step, boundaries, values):
    """Use one value up to each boundary, and the last value after all boundaries."""
    pairs = zip(boundaries, values, strict=False)
    return next((value for boundary, value in pairs if step <= boundary), values[-1])


def PolynomialDecay(
    step, initial_learning_rate, decay_steps, end_learning_rate=0.0001, power=1.0, cycle=False
):
    """Decay to a final rate by a power of the remaining fraction of steps."""
    length = decay_steps
    if cycle:
        length *= max(math.ceil(step / decay_steps), 1)
    passed = (step if cycle else min(step, length)) / length
    left = (1 - passed) ** power
    return (initial_learning_rate - end_learning_rate) * left + end_learning_rate


def InverseTimeDecay(step, initial_learning_rate, decay_steps, decay_rate, staircase=False):
    """Divide the rate by a number that grows linearly."""
    passed = step / decay_steps
    return initial_learning_rate / (1 + decay_rate * (math.floor(passed) if staircase else passed))


def CosineDecay(
    step, initial_learning_rate, decay_steps, alpha=0.0, warmup_target=None, warmup_steps=0
):
    """Decay by a cosine, after a linear rise (Loshchilov and Hutter, 2017)."""
    if warmup_target is None:
        return initial_learning_rate * _cosine(min(step / decay_steps, 1), alpha)
    if step < warmup_steps:
        rise = warmup_target - initial_learning_rate
        return rise * step / warmup_steps + initial_learning_rate
    return warmup_target * _cosine(min((step - warmup_steps) / decay_steps, 1), alpha)


def CosineDecayRestarts(
    step, initial_learning_rate, first_decay_steps, t_mul=2.0, m_mul=1.0, alpha=0.0
):
    """Decay by a cosine, with restarts (Loshchilov and Hutter, 2017)."""
    passed, n_restarts = step / first_decay_steps, 0
    if t_mul == 1.0:
        n_restarts = math.floor(passed)
        passed -= n_restarts
    else:
        n_restarts = math.floor(math.log(1 - passed * (1 - t_mul)) / math.log(t_mul))
        before = (1 - t_mul**n_restarts) / (1 - t_mul)
        passed = (passed - before) / t_mul**n_restarts
    return initial_learning_rate * _cosine(passed, alpha, m_mul**n_restarts)


def _cosine(passed, alpha, size=1):
    return (1 - alpha) * (0.5 * size * (1 + math.cos(math.pi * passed))) + alpha


SCHEDULES = {
    rule.__name__: rule
    for rule in (
        ExponentialDecay,
        PiecewiseConstantDecay,
        PolynomialDecay,
        InverseTimeDecay,
        CosineDecay,
        CosineDecayRestarts,
    )
}
"""Functions that compute the rate of a step, by the names of Keras's classes."""
