"""Warns if a forecaster chooses other settings in a backtest than in a fit to all rows.

Only the settings are computed. Nothing is trained.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from skrnn._warnings import warn_user

from ._aggregated_trend import PanelAggregatedTrend
from ._auto_forecaster import AutoRNNForecaster
from ._auto_settings import FittedSettings
from ._forecaster import RNNForecaster
from ._forecaster_parameters import is_auto
from ._forecaster_plan import ForecasterPlan
from ._panel import Panel
from ._season_factors import SeasonFactors
from ._season_removal import CYCLES, Seasons
from ._smoothing_forecasters import PanelDampedTrend, PanelTheta
from ._transformations import Logarithm

# Numbers that differ by less than this factor are choices of the same kind.
_ALIKE = 1.25
# A season that is removed from more than this share of the series is another choice.
_SHARE_OF_SERIES = 0.25
# Settings that FittedSettings stores, and the rule behind each.
_RULES = {
    "lag": "a window covers at most a quarter of the longest series",
    "transformer": "logarithms need positive values, with at most 1% of zeros",
    "scale_by": "it depends on how much the changes of the series differ",
    "batch_size": "it depends on the number of windows",
    "weight_decay": "it depends on the number of windows",
}
_SET = "To use the same in both, set"
_SMOOTHING = PanelTheta, PanelDampedTrend, PanelAggregatedTrend
_WITH_CHOICES = AutoRNNForecaster, RNNForecaster, *_SMOOTHING


def warn_of_changed_choices(forecaster, origins, numbers):
    """Warn if the automatic choices at an origin differ from those for all rows.

    Parameters
    ----------
    forecaster : sktime forecaster
        Forecasters of other packages have no such choices.
    origins : Origins
        The rows.
    numbers : list of int
        The origins at which the forecaster is fitted.
    """
    if not isinstance(forecaster, _WITH_CHOICES):
        return
    for origin in numbers:
        series = origins.taking_part(origin)
        there, all_rows = (
            Panel.of(pd.DataFrame(y), origins.axis, 0)
            for y in (origins.past(origin, series)[0], origins.whole(series))
        )
        found = _choices(forecaster, there, origins)
        later = _choices(forecaster, all_rows, origins)
        changed = [name for name in found if name in later and _differ(found[name], later[name])]
        if changed:
            which = f"origin {origin + 1}" if len(numbers) > 1 else "the first origin"
            longest = [int(panel.n_known(1).max()) for panel in (there, all_rows)]
            _warn(which, longest, {name: (found[name], later[name]) for name in changed})
            return


@dataclass(frozen=True)
class SeasonsFound:
    """The periodicity that is removed from each series, and those that were looked for.

    Attributes
    ----------
    of_series : ndarray of int of shape (n_series,)
        The periodicities, 0 for none.
    periods : tuple of int
        Those that were looked for.
    """

    of_series: np.ndarray
    periods: tuple

    def __str__(self):
        n_seasonal, n = int((self.of_series > 0).sum()), len(self.of_series)
        if n > 1:
            return f"a season from {n_seasonal} of {n} series"
        return f"a season of {self.of_series[0]} rows" if n_seasonal else "no season"


def _differ(one, other):
    """Return whether two choices are not of the same kind."""
    if isinstance(one, SeasonsFound):
        return bool(np.mean(one.of_series != other.of_series) > _SHARE_OF_SERIES)
    if all(isinstance(value, int | float) for value in (one, other)):
        return max(one, other) > _ALIKE * min(one, other)
    return one is not other and one != other


def _choices(forecaster, panel, origins):
    """Return the automatic choices of a forecaster for a panel, by parameter, as far as known."""
    if isinstance(forecaster, AutoRNNForecaster):
        return _of_views(forecaster, panel, origins)
    if isinstance(forecaster, RNNForecaster):
        return _of_networks(forecaster, panel, origins)
    if isinstance(forecaster, _SMOOTHING):
        return _of_smoothing(forecaster, panel, origins)
    return {}


def _of_networks(forecaster, panel, origins):
    if panel.n_series > 1 and (forecaster.pooling == "local" or forecaster.stateful):
        return {}  # a copy for each series chooses its own
    plan, values = ForecasterPlan.of(forecaster), panel.values[panel.rows]
    settings = FittedSettings.of(plan, origins.axis, panel.lengths, values, origins.steps)
    found = {
        "lag": settings.lag,
        "transformer": settings.transformer,
        "scale_by": "series" if settings.by_series else "panel",
        "batch_size": settings.training["batch_size"],
        "weight_decay": settings.training["weight_decay"],
    }
    given = forecaster.get_params(deep=False)
    choices = {name: value for name, value in found.items() if is_auto(given[name])}
    if settings.periods:
        seasons = Seasons(settings.periods, conditional=is_auto(plan.deseasonalize))
        seasons.fit(panel, _transformed(settings.transformer, panel))
        choices["deseasonalize"] = SeasonsFound(seasons.periods_found[:, 0], settings.periods)
    return choices


def _transformed(transformer, panel):
    """Return the values in which a season is looked for. Only logarithms are taken here.

    Rows after the origins may be negative even if a forecaster that takes logarithms was fitted.
    """
    takes_logarithms = isinstance(transformer, str) and transformer == "log"
    if not takes_logarithms or (panel.values < 0).any():
        return panel.values
    return Logarithm().fit(panel, panel.values).transform(panel, panel.values)


def _of_smoothing(forecaster, panel, origins):
    forecaster = forecaster.clone()
    forecaster._axis = origins.axis
    periods = forecaster._periods()
    if not periods:
        return {}
    factors = SeasonFactors(periods).fit(panel, panel.values[:, 0])
    return {"sp": SeasonsFound(factors.periods_found, periods)}


def _of_views(forecaster, panel, origins):
    """Return the names of automatic views, or the choices of each view that was passed."""
    forecaster = forecaster.clone()
    forecaster._axis, forecaster._panel = origins.axis, panel
    trials = forecaster._make_trials(int(origins.steps[-1]), with_X=origins.X is not None)
    if forecaster.views is None:
        return {"views": {trial.name for trial in trials}}
    return {
        f"views[{trial.name!r}].{name}": choice
        for trial in trials
        for name, choice in _choices(trial.forecaster, panel, origins).items()
    }


def _warn(which, longest, changed):
    texts = [_described(name, *choices, longest) for name, choices in changed.items()]
    warn_user(
        f"At {which}, the automatic choices differ from those for all rows, so the forecaster "
        "that is evaluated is not the one that would be fitted to all rows. If the scores should "
        "be those of the later forecaster, set these parameters as stated; otherwise, nothing "
        "needs to be done. The longest series "
        f"has {longest[0]} known rows there, and {longest[1]} in total. {' '.join(texts)} With "
        "fewer origins, there are more rows before the first one."
    )


def _described(name, there, later, longest):
    """Return a sentence with both values of a setting, the rule, and what may be set."""
    if isinstance(there, SeasonsFound):
        usable = [sum(CYCLES * period <= n for period in there.periods) for n in longest]
        rows = ", ".join(str(CYCLES * period) for period in there.periods)
        rule, ways = "a statistical test decides", "True or False"
        if usable[0] < usable[1]:
            ways = "False"
            rule = f"a season of {' or '.join(map(str, there.periods))} rows needs {CYCLES} "
            rule += f"cycles, {rows} rows"
        way = "sp=1" if name.endswith("sp") else f"{name}={ways}"
        return f"{name} removes {there} there, but {later} from all rows ({rule}). {_SET} {way}."
    if isinstance(there, set):
        only = [
            f"the views {sorted(one - other)} only {where}"
            for one, other, where in (
                (there, later, "there"),
                (later, there, "with all rows"),
            )
            if one - other
        ]
        return (
            f"It tries {', and '.join(only)} (they depend on the lengths of the series). {_SET} "
            f"{name}={{...}}."
        )
    rule = _RULES[name.rpartition(".")[2]]
    return (
        f"{name} is {there!r} there, but {later!r} for all rows ({rule}). {_SET} {name}={later!r}."
    )
