"""LossCurveDisplay: the losses of one or several fits, epoch by epoch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from skrnn._recurrent_base import RecurrentEstimator
from skrnn._typing import Axes, Keywords, NDArray

from ._axes import Display, check_support, style
from ._find_networks import find_networks

if TYPE_CHECKING:
    from matplotlib.lines import Line2D


@dataclass(kw_only=True, eq=False)
class LossCurveDisplay(Display):
    """Training and validation loss of networks, epoch by epoch.

    Create it with :meth:`from_estimator`. A validation loss that rises while the training loss
    falls is a sign of overfitting. If both curves are flat, the learning rate is too low, or the
    network has learned all that it can.

    Parameters
    ----------
    losses : list of ndarray of shape (n_epochs,)
        Training loss of each run.

    val_losses : list of ndarray of shape (n_epochs,) or None
        Validation loss of each run, or None if there was no validation.

    names : list of str
        Names of the runs.

    loss_name : str, default=None
        Name of the loss, for the label of the vertical axis.

    first_epochs : list of int, default=None
        Number of the first epoch of each run, if earlier ones were not kept. If None, every run
        starts with epoch 1.

    Attributes
    ----------
    lines_ : list of Line2D
        Solid curve of the training loss of each run.

    val_lines_ : list of Line2D or None
        Dashed curve of the validation loss of each run.

    ax_ : Axes
        Axes with the curves.

    axes_ : ndarray of Axes of shape (1,)
        These axes.

    figure_ : Figure
        Figure that contains the axes.

    See Also
    --------
    sklearn.model_selection.LearningCurveDisplay : Scores as a function of the number of rows.

    References
    ----------
    .. [1] Goodfellow, Bengio and Courville, "Deep Learning", MIT Press, 2016, sections 7.8 and
       11.4.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skrnn import LagWindowTransformer, RNNRegressor
    >>> from skrnn.datasets import make_seasonal_series
    >>> from skrnn.plotting import LossCurveDisplay
    >>> series = make_seasonal_series(80, random_state=0)
    >>> network = RNNRegressor("gru", units=4, epochs=3, random_state=0)
    >>> model = make_pipeline(LagWindowTransformer(lag=4), network)
    >>> model.fit(series.to_frame(), series)
    Pipeline(...)
    >>> display = LossCurveDisplay.from_estimator(model)
    >>> display.frame()["epoch"].tolist()
    [1, 2, 3]
    """

    losses: list[NDArray[Any]]
    val_losses: list[NDArray[Any] | None]
    names: list[str]
    loss_name: str | None = None
    first_epochs: list[int] | None = None
    if TYPE_CHECKING:
        lines_: list[Line2D] = field(init=False)
        val_lines_: list[Line2D | None] = field(init=False)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        *,
        ax: Axes = None,
        log_scale: bool = False,
        train_kw: Keywords = None,
        validation_kw: Keywords = None,
    ) -> Self:
        """Draw the losses of one or several fitted estimators.

        Parameters
        ----------
        estimator : estimator, dict of str to estimator, or list of estimator
            A fitted RNNRegressor or RNNClassifier, or a pipeline, target regressor, search,
            ensemble or RNNForecaster that contains one at any depth. For a search, the best
            estimator is used. Each network of an ensemble or forecaster is a separate run. The
            keys of a dict are used as the names of the runs.

        ax : Axes, default=None
            Axes to draw on. If None, a new figure is created.

        log_scale : bool, default=False
            Whether the losses are drawn on a logarithmic scale.

        train_kw, validation_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the curves.

        Returns
        -------
        display : LossCurveDisplay
            The display, already drawn.

        Raises
        ------
        NotFittedError
            If a network is not fitted.
        TypeError
            If an estimator does not contain a network, or `ax` is not an Axes.
        ValueError
            If `estimator` is an empty dict or list.
        ImportError
            If matplotlib is not installed.
        """
        check_support(f"{cls.__name__}.from_estimator")
        runs = _named_networks(estimator)
        histories = [network.history_ for network in runs.values()]
        kinds = {str(getattr(network, "loss", "cross-entropy")) for network in runs.values()}
        display = cls(
            losses=[np.array(history["loss"], float) for history in histories],
            val_losses=[
                np.array(history["val_loss"], float) if "val_loss" in history else None
                for history in histories
            ],
            names=list(runs),
            loss_name=kinds.pop().replace("_", " ") if len(kinds) == 1 else None,
            first_epochs=[
                network.n_iter_ - len(history["loss"]) + 1
                for network, history in zip(runs.values(), histories, strict=True)
            ],
        )
        return display.plot(
            ax, log_scale=log_scale, train_kw=train_kw, validation_kw=validation_kw
        )

    def plot(
        self,
        ax: Axes = None,
        *,
        log_scale: bool = False,
        train_kw: Keywords = None,
        validation_kw: Keywords = None,
    ) -> Self:
        """Draw the losses.

        Parameters
        ----------
        ax : Axes, default=None
            Axes to draw on. If None, a new figure is created.

        log_scale : bool, default=False
            Whether the losses are drawn on a logarithmic scale.

        train_kw, validation_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the curves.

        Returns
        -------
        display : LossCurveDisplay
            The display itself.

        Raises
        ------
        TypeError
            If `ax` is not an Axes.
        ImportError
            If matplotlib is not installed.
        """
        self._take_axes(ax, [["losses"]])
        from matplotlib.ticker import MaxNLocator

        ax, self.lines_, self.val_lines_ = self.ax_, [], []
        for run in range(len(self.names)):
            line, val_line = self._draw_run(run, train_kw, validation_kw)
            self.lines_.append(line)
            self.val_lines_.append(val_line)
        what = "loss" if self.loss_name is None else f"loss ({self.loss_name})"
        ax.set(xlabel="epoch", ylabel=what, yscale="log" if log_scale else "linear")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        self._show_legend()
        return self

    def __repr__(self) -> str:
        runs = [
            f"{f'{name}: ' if name else ''}{len(loss)} epochs, last loss {loss[-1]:.4g}"
            + ("" if val_loss is None else f", last validation loss {val_loss[-1]:.4g}")
            for name, loss, val_loss in zip(self.names, self.losses, self.val_losses, strict=True)
            if len(loss)
        ]
        more = f"; and {len(runs) - 5} more runs" if len(runs) > 5 else ""
        return f"{type(self).__name__}({'; '.join(runs[:5])}{more})"

    def frame(self) -> pd.DataFrame:
        """Return the losses as a table.

        Returns
        -------
        frame : DataFrame
            One row for each epoch of each run, with the columns ``run``, ``epoch``, ``loss`` and
            ``val_loss``. NaN means that a loss was not computed.
        """
        parts = [
            pd.DataFrame(
                {
                    "run": name,
                    "epoch": self._epochs(run),
                    "loss": self.losses[run],
                    "val_loss": np.nan if self.val_losses[run] is None else self.val_losses[run],
                }
            )
            for run, name in enumerate(self.names)
        ]
        return pd.concat(parts, ignore_index=True)

    def _draw_run(self, run, train_kw, validation_kw):
        """Draw the one or two curves of a run."""
        color, val_loss = self._color(run), self.val_losses[run]
        train = {"color": color, "linestyle": "-", "label": "training"}
        line = self._draw_line(run, self.losses[run], train, train_kw, "train_kw")
        if val_loss is None:
            return line, None
        color = "C1" if len(self.names) == 1 else color
        validation = {"color": color, "linestyle": "--", "label": "validation"}
        return line, self._draw_line(run, val_loss, validation, validation_kw, "validation_kw")

    def _draw_line(self, run, losses, defaults, given, name):
        if len(self.names) > 1:
            defaults["label"] = f"{self.names[run]}, {defaults['label']}"
        drawn = style({**defaults, "marker": _marker(losses)}, given, name)
        [line] = self.ax_.plot(self._epochs(run), losses, **drawn)
        return line

    def _epochs(self, run):
        """Return the numbers of the epochs of a run."""
        first = 1 if self.first_epochs is None else self.first_epochs[run]
        return np.arange(first, first + len(self.losses[run]))

    def _color(self, run):
        """Return one of two distinct colours, or one from a scale from dark to light."""
        n_runs = len(self.names)
        if n_runs <= 2:
            return f"C{run}"
        from matplotlib import colormaps

        return colormaps["viridis"](0.92 * run / (n_runs - 1))

    def _show_legend(self):
        """Show one entry for each curve, or for each colour and line style if there are many."""
        drawn = [line for line in self.val_lines_ if line is not None]
        if len(self.names) <= 2:
            self.ax_.legend(fontsize="small")
            return
        from matplotlib.lines import Line2D

        handles = [
            Line2D([], [], color=line.get_color(), label=name)
            for name, line in zip(self.names, self.lines_, strict=True)
        ]
        styles = [("training", "-"), ("validation", "--")] if drawn else []
        handles += [
            Line2D([], [], color="0.4", linestyle=linestyle, label=label)
            for label, linestyle in styles
        ]
        n_columns = 1 + (len(handles) > 8)
        self.ax_.legend(handles=handles, fontsize="small", ncols=n_columns)


def _marker(losses):
    """Return a marker if an epoch has no neighbours, since a line does not show it."""
    known = np.pad(np.isfinite(losses), 1)
    alone = known[1:-1] & ~known[:-2] & ~known[2:]
    return "o" if alone.any() else None


def _named_networks(estimator):
    """Return the networks to draw as a dict of str to fitted RNNRegressor."""
    runs = estimator if isinstance(estimator, dict) else {"": estimator}
    if isinstance(estimator, list | tuple):
        runs = {f"run {i}": part for i, part in enumerate(estimator, start=1)}
    if not runs:
        raise ValueError(f"estimator must contain at least one estimator, got {estimator!r}.")
    named = {}
    for key, part in runs.items():
        name = str(key)
        name_of_part = f"estimator[{name!r}]" if name else "estimator"
        networks = find_networks(part, name=name_of_part, kind=RecurrentEstimator)
        for i, network in enumerate(networks, start=1):
            numbered = f"{name} {i}".strip() if len(networks) > 1 else name
            named[numbered] = network
    return named
