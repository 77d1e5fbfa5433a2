"""Counts the steps of the optimizer, on which learning-rate schedules depend.

An epoch has a step for each batch. All networks that are trained together share the count.
"""


class StepCount:
    """The number of steps that the optimizer has taken in all calls to `fit` and `partial_fit`.

    Parameters
    ----------
    reached : int
        Number of steps before this call.

    Attributes
    ----------
    reached : int
        Number of steps so far.
    """

    def __init__(self, reached):
        self.reached = reached

    def restart(self):
        """Start again at zero, as the optimizer does if its slots are lost."""
        self.reached = 0

    def add(self, n_steps):
        """Count the steps of a call of the engine, one for each batch."""
        self.reached += n_steps


def continued_count(reached, *, same_optimizer):
    """Return the count from which training continues: zero for another optimizer."""
    return reached if same_optimizer else 0


def count_of_best(counts):
    """Return the count for networks whose best epochs differ: the largest one.

    If training continues from these epochs, a schedule resumes at this step.
    """
    return max(counts)
