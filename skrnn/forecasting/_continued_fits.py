"""Fits that continue from the weights of a fit to fewer rows, instead of random weights."""

import numpy as np

from ._auto_settings import FittedSettings
from ._forecaster_plan import ForecasterPlan
from ._network_training import ROWS_OF_LONG_FITS, has_lower_rate, train_further, train_on_new_rows
from ._series_frames import series_lengths


class ContinuedFits:
    """The part of :class:`RNNForecaster` that fits to all rows after a trial on some of them."""

    def _can_learn_further(self, n_steps):
        """Return whether :meth:`_learn_further` can replace a fit for steps from the next row on.

        Short fits take little time. Features would have to be encoded again. Without a learning
        rate as a number, there is none to lower.
        """
        networks = self.networks_
        return (
            len(self._panel.rows) >= ROWS_OF_LONG_FITS
            and networks.steps == list(range(1, n_steps + 1))
            and not (networks.unlearned or networks.feature_names or networks.stateful)
            and not networks.recursive
            and networks.regressors[0].engine_ == "tensorflow"
            and has_lower_rate(networks)
            and not (self.early_stopping or self.verbose or self.calibrate)
        )

    def _would_choose_alike(self, y):
        """Return whether a fit to `y` for the same steps would choose the same settings.

        Otherwise, its networks would be others, and :meth:`_learn_further` cannot replace it.
        """
        if self._settings is None:  # pretrained
            return False
        settings = self._settings_for(y, np.asarray(self.networks_.horizon))
        return settings.is_like(self._settings)

    def _settings_for(self, y, steps):
        """Return the settings that the rows of series and the horizon determine."""
        lengths, values = series_lengths(y, "y"), y.to_numpy(np.float64)
        return FittedSettings.of(ForecasterPlan.of(self), self._axis, lengths, values, steps)

    def _learn_further(self, y):
        """Fit to more rows of the same series, from the weights of the last fit.

        The networks see all rows again, but fewer times than in a fit from random weights.

        Parameters
        ----------
        y : DataFrame
            All rows, including those of `fit`.

        Returns
        -------
        self : RNNForecaster
            The forecaster.
        """
        self.update(y, update_params=False)
        self._moved = np.ones(self._panel.n_series, bool)
        learned = self._panel.trimmed(self.networks_.n_targets)
        self.networks_.fit_scalings(learned)
        train_further(self.networks_, learned, n_jobs=self.n_jobs)
        return self


def learn_fresh_rows(networks, panel, new, before, *, automatic_rate=False):
    """Train networks on the rows that were added, once.

    Parameters
    ----------
    networks : ForecasterNetworks
        The networks.
    panel : Panel
        All rows that are known now. Series begin with a known row.
    new : Panel
        The rows that were added.
    before : Panel
        The rows that were known before. They are not learned again.
    automatic_rate : bool, default=False
        Whether the learning rate is automatic, and can therefore be lowered.
    """
    fresh = panel.fresh_rows(new, before, networks.n_targets)
    if not fresh.any():
        return
    age = panel.known_age(networks.n_targets)
    marked = panel.with_values(np.column_stack([panel.values, fresh, age]))
    n_rows = int(panel.remaining()[fresh].max()) + 1
    cut = marked.tail(n_rows + networks.history + max(networks.steps), panel.last + 1)
    values, fresh, age = np.split(cut.values, [-2, -1], axis=1)
    train_on_new_rows(
        networks,
        cut.with_values(values),
        fresh[:, 0] == 1.0,
        age[:, 0],
        automatic_rate=automatic_rate,
    )
