"""The Keras learning-rate schedules, from their configurations, in NumPy.

They map a number of steps to a rate. ``skrnn/training/_step_count.py`` counts the steps.
"""

import math

SCHEDULES = {}
"""Functions that compute the rate of a step, by the names of Keras's classes."""


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
    return rule(**{k: v for k, v in config["config"].items() if k != "name"})


def _schedule(make):
    SCHEDULES[make.__name__] = make
    return make


@_schedule
def ExponentialDecay(initial_learning_rate, decay_steps, decay_rate, staircase=False):
    """Multiply the rate by a constant every `decay_steps` steps."""

    def rate(step):
        passed = step / decay_steps
        return initial_learning_rate * decay_rate ** (math.floor(passed) if staircase else passed)

    return rate


@_schedule
def PiecewiseConstantDecay(boundaries, values):
    """Use one value up to each boundary, and the last value after all boundaries."""

    def rate(step):
        for boundary, value in zip(boundaries, values, strict=False):
            if step <= boundary:
                return value
        return values[-1]

    return rate


@_schedule
def PolynomialDecay(
    initial_learning_rate, decay_steps, end_learning_rate=0.0001, power=1.0, cycle=False
):
    """Decay to a final rate by a power of the remaining fraction of steps."""

    def rate(step):
        length = decay_steps
        if cycle:
            length *= max(math.ceil(step / decay_steps), 1)
        passed = (step if cycle else min(step, length)) / length
        return (initial_learning_rate - end_learning_rate) * (1 - passed) ** power + (
            end_learning_rate
        )

    return rate


@_schedule
def InverseTimeDecay(initial_learning_rate, decay_steps, decay_rate, staircase=False):
    """Divide the rate by a number that grows linearly."""

    def rate(step):
        passed = step / decay_steps
        return initial_learning_rate / (
            1 + decay_rate * (math.floor(passed) if staircase else passed)
        )

    return rate


def _cosine(passed, alpha):
    return (1 - alpha) * 0.5 * (1 + math.cos(math.pi * passed)) + alpha


@_schedule
def CosineDecay(initial_learning_rate, decay_steps, alpha=0.0, warmup_target=None, warmup_steps=0):
    """Decay by a cosine, after a linear rise (Loshchilov and Hutter, 2017)."""

    def rate(step):
        if warmup_target is None:
            return initial_learning_rate * _cosine(min(step / decay_steps, 1), alpha)
        if step < warmup_steps:
            rise = warmup_target - initial_learning_rate
            return rise * step / warmup_steps + initial_learning_rate
        return warmup_target * _cosine(min((step - warmup_steps) / decay_steps, 1), alpha)

    return rate


@_schedule
def CosineDecayRestarts(initial_learning_rate, first_decay_steps, t_mul=2.0, m_mul=1.0, alpha=0.0):
    """Decay by a cosine, with restarts (Loshchilov and Hutter, 2017)."""

    def rate(step):
        passed, n_restarts = step / first_decay_steps, 0
        if t_mul == 1.0:
            n_restarts = math.floor(passed)
            passed -= n_restarts
        else:
            n_restarts = math.floor(math.log(1 - passed * (1 - t_mul)) / math.log(t_mul))
            before = (1 - t_mul**n_restarts) / (1 - t_mul)
            passed = (passed - before) / t_mul**n_restarts
        return initial_learning_rate * _cosine_of_restart(passed, n_restarts, m_mul, alpha)

    return rate


def _cosine_of_restart(passed, n_restarts, m_mul, alpha):
    decayed = 0.5 * m_mul**n_restarts * (1 + math.cos(math.pi * passed))
    return (1 - alpha) * decayed + alpha
