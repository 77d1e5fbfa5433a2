"""The plan of a training: all its settings, as plain values."""

from dataclasses import dataclass
from typing import Literal

from skrnn._optimizer_recipe import OptimizerRecipe
from skrnn.losses import Loss
from skrnn.network._architecture import Architecture


@dataclass(frozen=True)
class TrainingPlan:
    """The settings of a training.

    An estimator turns its parameters into a plan. Training reads only the plan, not the estimator.

    Attributes
    ----------
    architecture : Architecture
        Architecture of the networks.
    loss : Loss
        The loss to minimise.
    optimizer : OptimizerRecipe
        Recipe of the optimizer, with its learning rate and weight decay.
    engine : {"numpy", "tensorflow"}
        Engine that computes the steps.
    batch_size : int
        Number of rows in a batch; for a stateful network, number of streams.
    epochs : int
        Maximum number of epochs.
    shuffle : bool
        Whether the rows are shuffled in each epoch.
    stateful : bool
        Whether the state after a row is passed to the next row.
    l2 : float
        Factor of the penalty on the squares of the kernels.
    early_stopping : bool
        Whether training stops when the loss of the held-out rows no longer improves.
    n_iter_no_change : int
        Number of epochs without improvement after which training stops.
    tol : float
        A loss is an improvement if it is lower than the best loss by more than this.
    verbose : int
        0 shows no progress.
    rate_falls : bool
        Whether the learning rate falls in the last third of the epochs: to almost zero if there
        are many, to a quarter if there are 3 to 5, and not at all if there are only 1 or 2.
    """

    architecture: Architecture
    loss: Loss
    optimizer: OptimizerRecipe
    engine: Literal["numpy", "tensorflow"] = "tensorflow"
    batch_size: int = 32
    epochs: int = 1
    shuffle: bool = True
    stateful: bool = False
    l2: float = 0.0
    early_stopping: bool = False
    n_iter_no_change: int = 10
    tol: float = 0.0
    verbose: int = 0
    rate_falls: bool = False
