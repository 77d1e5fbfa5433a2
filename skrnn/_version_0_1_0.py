"""Reads what version 0.1.0 stored: estimators, transformers, histories and optimizer slots.

``_renamed_modules`` finds the classes in its pickles.
"""

import math
from dataclasses import dataclass

import pandas as pd


def read_estimator(state):
    """Rename and add attributes of an estimator that an earlier version stored.

    Parameters
    ----------
    state : dict
        Attributes of the estimator, of any version. The dict is changed in place.

    Returns
    -------
    ndarray or None
        The windows of the first `fit`, which are now stored in another form.
    """
    state.setdefault("n_networks", 1)
    state.setdefault("n_jobs", None)
    if "_seed" in state:
        state["_seeds"], state["_draws"] = [state.pop("_seed")], [state["_draws"]]
    state.setdefault("engine", "auto")
    state.setdefault("categorical_features", "from_dtype")
    state.setdefault("max_categories", 50)
    if "weights_" in state:
        state.setdefault("engine_", "tensorflow")
    state.setdefault("_mean_level", math.nan)
    state.setdefault("_n_levels", 0)
    state.setdefault("_level_loses_digits", False)
    if len(state.get("_usual_gaps") or ()) == 2:
        state["_usual_gaps"] = (*state["_usual_gaps"], 0, 0)
    return state.pop("_first_windows", None)


def read_transformer(state):
    """Take the last rows and their labels from the attributes of a stored transformer.

    Parameters
    ----------
    state : dict
        The attributes. Those that only an earlier version had are removed.

    Returns
    -------
    rows : ndarray of shape (n_rows, n_features)
    labels : Index of shape (n_rows,) or None
        None if the series had no index.
    """
    del state["_head"]
    rows, end = state.pop("history_"), state.pop("_index_end")
    return rows, None if end is None or not len(rows) else end.last_labels(len(rows))


def aligned_history(history, n_iter, most):
    """Align a history of version 0.1.0, whose lists could be shorter than the number of epochs.

    Parameters
    ----------
    history : dict of list
        Losses by name. Each list ends with the last epoch.
    n_iter : int
        Number of epochs.
    most : int
        Number of entries that are kept.

    Returns
    -------
    dict of list
        NaN means that a loss is not known.
    """
    length = max([min(n_iter, most), *map(len, history.values())])
    return {name: [math.nan] * (length - len(values)) + values for name, values in history.items()}


def slots_without_padding(slots, owners, shapes, places):
    """Remove the padding of optimizer slots: version 0.1.0 stored those of a padded network.

    Parameters
    ----------
    slots : list of ndarray
        The stored slots.
    owners : list of int or None
        For each slot, the position of the weight whose shape it has.
    shapes : list of tuple
        Shapes of the weights of the padded network, and where `owners` is None, of the slots.
    places : list
        An index into each weight of the padded network.

    Returns
    -------
    list of ndarray or None
        Slots in the shapes of the user's network; None if the shapes of `slots` do not match.
    """
    if [slot.shape for slot in slots] != shapes:
        return None
    return [
        slot if owner is None else slot[places[owner]]
        for slot, owner in zip(slots, owners, strict=True)
    ]


@dataclass(frozen=True)
class IndexEnd:
    """End of an index, as version 0.1.0 stored it. It is only read.

    `RememberedIndex` has replaced it.

    Attributes
    ----------
    kind : str
        Kind of the labels: dates, durations, periods or integers.

    label : Timestamp, Timedelta, Period or int
        The last label.

    unit : {"label", "ordinal", "month", "weekday"}
        Unit of the distance between two labels.

    step : Timedelta, float or None
        Distance between two rows, in that unit. None if the index had only one row.

    freq : DateOffset or None
        The frequency that the index declares. None if it declares no frequency.
    """

    kind: str
    label: object
    unit: str
    step: object
    freq: object

    def last_labels(self, count):
        """Return labels that end with the last label, with the remembered step.

        Parameters
        ----------
        count : int
            Number of labels.

        Returns
        -------
        index : Index
            The labels, in time order.
        """
        end, step = {"end": self.label, "periods": count}, self.step or 1
        if self.kind.startswith("periods"):
            return pd.period_range(**end)
        if self.kind == "integers":
            return pd.RangeIndex(self.label - int(step) * (count - 1), self.label + 1, int(step))
        if self.kind == "durations":
            return pd.timedelta_range(**end, freq=self.step or "1s")
        if self.step is None and self.freq is None:
            return pd.DatetimeIndex([self.label])
        freq = self.step
        if self.unit == "month":
            freq = pd.DateOffset(months=int(step))
        elif self.unit == "weekday":
            freq = "B"
        return pd.date_range(**end, freq=self.freq or freq)

    def __setstate__(self, state):
        # The class is frozen, so that its attributes cannot be set one by one.
        vars(self).update({name: _from_plain(value) for name, value in state.items()})


def _from_plain(value):
    """Convert text and numbers, as version 0.1.0 stored them, to a label, step or frequency."""
    match value:
        case ["date", utc, None]:
            return pd.Timestamp(utc)
        case ["date", utc, zone]:
            return pd.Timestamp(utc, tz="UTC").tz_convert(zone)
        case ["duration", text]:
            return pd.Timedelta(text)
        case ["period", ordinal, freq]:
            return pd.Period(ordinal=ordinal, freq=freq)
        case ["offset", name]:
            return pd.tseries.frequencies.to_offset(name)
    return value
