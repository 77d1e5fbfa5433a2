"""Aliases for the annotations of public functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["ArrayLike", "NDArray"]

Array: TypeAlias = Any
"""A NumPy array or a Keras tensor; the same equations work with both."""

Arrays: TypeAlias = list[Array]
Activation: TypeAlias = Callable[..., Any]
Namespace: TypeAlias = Any
"""``numpy`` or ``keras.ops``."""

Weights: TypeAlias = list[NDArray[np.float32]]

Integers: TypeAlias = NDArray[np.integer[Any]]
Floats: TypeAlias = NDArray[Any]
"""float32 or float64."""

States: TypeAlias = list[NDArray[Any]] | None
"""The states of a network. None means zeros, or that they were not requested."""

RandomState: TypeAlias = int | np.random.RandomState | None

Keywords: TypeAlias = Mapping[str, Any] | None
"""Keyword arguments for an artist of Matplotlib."""

Folder: TypeAlias = str | PathLike[str] | None

CellName: TypeAlias = Literal["simple", "gru", "lstm"]

LossName: TypeAlias = Literal[
    "squared_error",
    "absolute_error",
    "huber",
    "quantile",
    "poisson",
    "normal",
    "student_t",
    "log_normal",
    "gamma_likelihood",
    "negative_binomial",
    "zero_inflated_negative_binomial",
    "bernoulli",
]

Quantiles: TypeAlias = float | tuple[float, ...] | None

Optimizer: TypeAlias = Any
"""A name, a dict or a Keras optimizer, which has no annotations."""

LearningRate: TypeAlias = Any
"""A number or a Keras schedule, which has no annotations."""

Missing: TypeAlias = Literal["mask", "drop", "error"]

EngineName: TypeAlias = Literal["auto", "numpy", "tensorflow"]

KnownFeatures: TypeAlias = str | int | ArrayLike | None

Scaler: TypeAlias = Any
"""A name, or a scikit-learn transformer, which has no annotations."""

Horizon: TypeAlias = Any
"""Steps ahead, labels or a ForecastingHorizon of sktime, which has no annotations."""

Series: TypeAlias = Any
"""One series or a panel, in one of the containers of sktime, which has no annotations."""

Axes: TypeAlias = Any
"""Axes of Matplotlib, or an array of them: the forms differ between displays."""

Targets: TypeAlias = Literal["real", "counts", "nonnegative", "positive", "binary"]

Shape: TypeAlias = tuple[int, ...]

ExtraShape: TypeAlias = Sequence[int | Literal["units"]]

Function = TypeVar("Function", bound=Callable[..., Any])


class Decorator(Protocol):
    """A function whose result decorates functions and keeps their signatures."""

    def __call__(self, *args: Any, **kwargs: Any) -> Callable[[Function], Function]: ...
