"""Categorical features among the input of the recurrent estimators."""

from dataclasses import replace

import numpy as np

from ._input import check_columns
from ._seeds import split_seed
from ._typing import NDArray
from ._validation import check_no_dates
from .training._unknown_category_rows import with_unknown_categories
from .windows._coded_steps import CodedSteps
from .windows._feature_words import columns_of_steps
from .windows._step_table import StepTable, may_hold_categories, windows_or_table
from .windows._window_categories import WindowCategories, find_categorical


class CategoricalInput:
    """The part of an estimator that replaces categories with indicators.

    The estimator has the parameters `categorical_features`, `max_categories`, `n_timesteps`,
    `random_state` and `stateful`.
    """

    is_categorical_: NDArray[np.bool_] | None
    categories_: dict[str, list[object]]

    _categories = None  # the `WindowCategories` of `fit`
    _coded_steps = None  # the windows of `fit` until the rows to fit on are known

    @property
    def _has_categories(self):
        return self._categories is not None or self._coded_steps is not None

    def _forget_categories(self):
        self._categories = self.is_categorical_ = None
        vars(self).pop("categories_", None)

    def _with_indicators(self, X, input_name, *, reset, columns_checked=False, names=None):
        """Return windows with indicators of categories, or X itself if it has no categories.

        `names` contains the names of the features if X was a list of tables. If `reset` is True,
        the categories are 0 until :meth:`_learn_categories` is called.
        """
        given, X = X, windows_or_table(X)
        if X is None:  # the checks of shapes that follow raise an error
            return given
        if not reset or may_hold_categories(X, self.categorical_features):
            check_no_dates(X, input_name)
            steps = StepTable.of(X, self.n_timesteps, input_name, names)
            places = (
                find_categorical(steps, self.categorical_features)
                if reset
                else self._categories.categories
            )
            if places:
                if not columns_checked:
                    check_columns(self, steps.given, input_name, reset=reset)
                coded = CodedSteps.of(steps, places, input_name)
                if not reset:
                    return self._categories.encoded(coded)
                self._coded_steps = coded
                return coded.without_categories()
        return X

    def _learn_categories(self, samples):
        """Learn the categories of the rows to fit on, and return samples with indicators.

        Which rows these are is known only after the windows have been checked.
        """
        steps = vars(self).pop("_coded_steps", None)
        if steps is None:
            return samples
        if not len(samples.rows):
            raise ValueError(
                "The first call to partial_fit defines the categories, but no row of X is left to "
                "learn them from: each row has a weight of zero, no known target or missing "
                "steps. Pass rows that contain each category in the first call, or call fit first."
            )
        found = self._categories = WindowCategories.of(steps, self.max_categories, samples.rows)
        self.is_categorical_ = np.isin(np.arange(len(found.names)), list(found.categories))
        self.categories_ = {str(own.name): list(own.values) for own in found.categories.values()}
        return replace(samples, windows=found.encoded(steps, warns=False))

    def _column_names(self, windows):
        """Return the columns of X of each step and feature that the network reads, or None."""
        names = getattr(self, "feature_names_in_", None)
        _, n_timesteps, n_features = windows.shape
        if self._categories is None:
            return columns_of_steps(names, n_features, n_timesteps)
        return self._categories.columns(names, n_timesteps)

    def _indicators(self):
        """Return the positions of the indicators among the features that the network reads."""
        groups = [] if self._categories is None else self._categories.groups
        return [place for group in groups for place in group]

    def _with_unknown_categories(self, run, *, goes_on, at_least=1):
        """Let the network learn what to forecast if a category is unknown."""
        if self._categories is None:
            return run
        if not goes_on:
            self._unknown_seed = split_seed(self.random_state)
        if self.stateful:  # a state is carried along the rows
            return run
        random_state = np.random.RandomState([self._unknown_seed, self.n_iter_ if goes_on else 0])
        samples = with_unknown_categories(
            run.samples, self._categories.groups, random_state, at_least=at_least
        )
        return replace(run, samples=samples)
