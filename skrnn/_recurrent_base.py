"""The base class of the recurrent estimators, which implements training and forecasting."""

from __future__ import annotations

from functools import partial
from numbers import Integral, Real
from typing import Any, Literal

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from ._byte_order import in_native_order
from ._categorical_input import CategoricalInput
from ._input import (
    check_columns,
    check_known_outputs,
    check_same_shapes,
    check_windows,
    count_missing_steps,
    select_samples,
)
from ._output import FittedNetwork, check_initial_state, check_steps, shape_forecast
from ._parameters import training_plan
from ._persistence import state_to_store, stored_state
from ._seeds import dropout_seeds, network_generators
from ._single_precision import lose_digits
from ._sklearn_compat import (
    CallbackSupportMixin,
    EpochTasks,
    HasMethods,
    Interval,
    StrOptions,
    with_callbacks,
)
from ._typing import ArrayLike, NDArray, Weights
from ._validation import JOBS, Count, NameOrObject, are_windows, without_mask
from ._version_0_1_0 import read_estimator
from .cells._activations import ACTIVATIONS
from .cells._cell import Cell
from .cells._named_cells import CELLS
from .engines._choice import ENGINES, MOST_SECONDS
from .network._architecture import Architecture
from .network._window_level import WindowLevel
from .training._data_warnings import (
    warn_about_digits,
    warn_of_forecasts_without_level,
    warn_of_keras_precision,
    warn_of_unknown_levels,
)
from .training._epoch_loop import TrainingInterrupted, train_epochs, train_once
from .training._history import PASSES_KEPT, with_losses
from .training._samples import split_last_block
from .training._trainer import TrainingState
from .training._training_run import TrainingRun, fitted_attributes
from .training._warm_start import check_same_targets, resumed_state
from .windows._completeness import (
    usual_gaps,
    warn_of_incomplete_rows,
    warn_of_skipped_rows,
    warn_of_unknown_end,
)
from .windows._paired_rows import warn_of_different_labels
from .windows._rows_before import FittedWindows, warn_of_doubt
from .windows._sequence_padding import count_leading_gaps, pad_sequences
from .windows._target_steps import check_equal_lengths
from .windows._views import are_consecutive

# Maximum number of window values that `partial_fit` remembers. It keeps each call short.
REMEMBERED_VALUES = 2**14
STATE_OF_ZEROS = (
    "The forecasts start from a zero state. Pass the state before X as initial_state; "
    "return_state=True returns the state after other rows."
)

RECURRENT_CONSTRAINTS = {
    "cell": [NameOrObject(CELLS, Cell, "MinimalGatedCell() or PeepholeLSTMCell() of skrnn.cells")],
    "units": [Count(1), tuple, list],
    "n_timesteps": [Count(1)],
    "activation": [StrOptions(set(ACTIVATIONS))],
    "recurrent_activation": [StrOptions(set(ACTIVATIONS))],
    "bidirectional": ["boolean"],
    "dropout": [Interval(Real, 0, 1, closed="left")],
    "recurrent_dropout": [Interval(Real, 0, 1, closed="left")],
    "autoregressive": ["boolean"],
    "return_sequences": ["boolean"],
    "stateful": ["boolean"],
    "categorical_features": [str, Integral, "array-like", None],
    "max_categories": [Count(1)],
    "optimizer": "no_validation",  # Keras defines the names, and it is not loaded yet
    "learning_rate": [
        Interval(Real, 0, np.inf, closed="neither"),
        HasMethods("get_config"),
        dict,
        None,
    ],
    "weight_decay": [Interval(Real, 0, np.inf, closed="left")],
    "l2": [Interval(Real, 0, np.inf, closed="left")],
    "clipnorm": [Interval(Real, 0, np.inf, closed="neither"), None],
    "epochs": [Count(1)],
    "batch_size": [Count(1)],
    "shuffle": ["boolean"],
    "missing": [StrOptions({"mask", "drop", "error"})],
    "early_stopping": ["boolean"],
    "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
    "n_iter_no_change": [Count(1)],
    "tol": [Interval(Real, 0, np.inf, closed="left")],
    "warm_start": ["boolean"],
    "n_networks": [Count(1)],
    "engine": [StrOptions(set(ENGINES))],
    "n_jobs": JOBS,
    "random_state": ["random_state"],
    "verbose": ["verbose"],
}
"""Constraints on the parameters that all estimators have."""


class RecurrentEstimator(CategoricalInput, CallbackSupportMixin, BaseEstimator):
    """Train a recurrent network, and forecast with it.

    A subclass defines its parameters and these methods: `_loss` returns the loss to minimise,
    `_check_targets` converts y to numbers, and `_warn_about_data` warns about data from which a
    network learns little. It may override `_split`.
    """

    weights_: Weights
    engine_: Literal["numpy", "tensorflow"]
    history_: dict[str, list[float]]
    n_iter_: int
    n_outputs_: int
    n_features_in_: int
    feature_names_in_: NDArray[np.object_]

    # False for the networks of a forecaster, which scales the data and creates the windows itself.
    _warns_about_data = True
    # The networks of a forecaster may take longer if there are many series.
    _most_numpy_seconds = MOST_SECONDS
    # In `fit`, the learning rate of such networks may fall in the last epochs.
    _rate_falls = False

    def _forecast(
        self, X, initial_state=None, *, windows=None, with_state=False, raw=False, apart=False
    ):
        """Check X, and return forecasts in the shape of y, and the states after X.

        If `windows` are passed, X has been checked, and these are its windows.

        Forecasts before the link are logits, which have an axis of outputs. Apart from each other
        networks have outputs before the link, on an axis in front.
        """
        if not self.__sklearn_is_fitted__():  # check_is_fitted reads all tags first
            check_is_fitted(self)
        architecture = self._fitted_architecture
        if windows is None:
            windows = self._windows_to_forecast(X)
        if getattr(self, "_usual_gaps", None) is not None:
            self._warn_of_unknown_end(windows, architecture.level_feature)
        columns = self._column_names(windows)
        warn_of_forecasts_without_level(windows, architecture, self._mean_level, columns=columns)
        state = check_initial_state(initial_state, architecture, windows, stateful=self.stateful)
        network = FittedNetwork(self, architecture, self.weights_)
        if not self.stateful:
            forecast, state = network.forecast(
                windows, state, with_state=with_state, raw=raw, apart=apart
            )
        else:
            state = self._state_before(windows) if state is None else state
            forecast, state = network.forecast_in_order(windows, state, raw=raw, apart=apart)
        y_ndim = 2 if raw else self._y_ndim
        if apart:
            each = [shape_forecast(one, architecture, y_ndim, np.float64) for one in forecast]
            return np.stack(each), state
        return shape_forecast(forecast, architecture, y_ndim, windows.dtype), state

    def _state_before(self, windows):
        """Return the state before the windows of a stateful network; None means zeros."""
        fitted = FittedWindows(*self._remembered, self._architecture["n_timesteps"])
        start = fitted.find(windows)
        if start is None:
            warn_of_doubt(len(windows), STATE_OF_ZEROS)
        elif start == len(fitted.windows):
            return self._states or None
        elif start > 0:
            return FittedNetwork.of(self).forecast_in_order(fitted.windows[:start])[1]
        return None

    @property
    def _fitted_architecture(self):
        return Architecture.from_dict(self._architecture)

    @property
    def model_(self) -> Any:
        """Keras model that makes the same predictions, as probabilities if it is a classifier.

        Returns
        -------
        keras.Model
            A new model with the weights of the estimator.
        """
        check_is_fitted(self)
        from .keras_bridge._checks import check_weights
        from .keras_bridge._model import build_model, join_models, set_weights

        architecture, models = self._fitted_architecture, []
        if not architecture.needs_steps:
            architecture = architecture.reading(None)
        if self._level_loses_digits:
            warn_of_keras_precision(self._mean_level)
        unknown_level = None if np.isnan(self._mean_level) else self._mean_level
        for i, weights in enumerate(architecture.of_each_network(self.weights_)):
            name = f"network_{i}" if architecture.networks else None
            model = build_model(
                architecture.of_one_network, seed=0, name=name, unknown_level=unknown_level
            )
            check_weights(architecture, model.trainable_variables)
            set_weights(model, architecture, weights)
            models.append(model)
        return join_models(architecture, models) if architecture.networks else models[0]

    @with_callbacks
    def _fit(self, X, y, sample_weight, validation):
        goes_on = self.warm_start and hasattr(self, "weights_")
        run, start = self._begin_fit(X, y, sample_weight, validation, goes_on=goes_on)
        metadata = {} if sample_weight is None else {"sample_weight": sample_weight}
        tasks = EpochTasks(self, self.epochs, X, y, metadata)
        end_epoch = tasks.end_epoch if tasks.listening else None
        try:
            state, losses = train_epochs(
                run, start, seeds=self._seeds, draws=self._draws, end_epoch=end_epoch
            )
        except TrainingInterrupted as error:
            self._keep(run, *error.results, goes_on=goes_on)
            tasks.end_fit(partial(fitted_attributes, run, error.results[0]))
            error.fitted, error.results = self, None
            if self._warns_about_data:  # a forecaster is left as it was before
                error.add_note(f"This {type(self).__name__} is fitted with the epochs so far.")
            raise
        self._keep(run, state, losses, goes_on=goes_on)
        tasks.end_fit(partial(fitted_attributes, run, state))

    def _begin_fit(self, X, y, sample_weight, validation, *, goes_on):
        """Check the data, and return what to train on and the state to start from."""
        if goes_on:
            self._check_same_targets()
        samples = self._check_samples(X, y, sample_weight, reset=not goes_on)
        samples = self._learn_categories(samples)
        given, (samples, held_out) = samples, self._hold_out(samples, *validation)
        plan = training_plan(self, samples, goes_on=goes_on)
        run = TrainingRun(plan, samples, held_out)
        start = self._start(plan, goes_on=goes_on, any_number=are_windows(X))
        self._remember_levels(run, goes_on=False)
        if self._warns_about_data:
            if not goes_on:
                check_known_outputs(samples, y)
            self._warn_of_digits_and_levels(run, given)
            self._warn_about_data(run, None if validation[0] is None else held_out)
        self._remember_rows(samples.windows, goes_on=False)
        self._remember_gaps(samples)
        return self._with_unknown_categories(run, goes_on=goes_on), start

    def _partial_fit(self, X, y, sample_weight, *, goes_on):
        samples = self._check_samples(X, y, sample_weight, reset=not goes_on, may_be_empty=True)
        samples = self._learn_categories(samples)
        plan = training_plan(self, samples, goes_on=goes_on, one_pass=True)
        run = TrainingRun(plan, samples)
        state = self._start(plan, goes_on=goes_on, any_number=are_windows(X))
        self._remember_levels(run, goes_on=goes_on)
        if self._warns_about_data:
            self._warn_of_digits_and_levels(run)
        self._remember_rows(samples.windows, goes_on=goes_on)
        n_timesteps = self._architecture["n_timesteps"] if goes_on else samples.windows.shape[1]
        run = self._with_unknown_categories(run, goes_on=goes_on, at_least=0)
        state, losses = train_once(run, state, seeds=self._seeds)
        self._keep(run, state, losses, goes_on=goes_on, most=PASSES_KEPT)
        self._architecture["n_timesteps"] = n_timesteps  # a table always has this many

    def _keep(self, run, state, losses, *, goes_on, most=None):
        """Store the results of training as attributes."""
        history, n_iter = (self.history_, self.n_iter_) if goes_on else ({}, 0)
        vars(self).update(fitted_attributes(run, state))
        self.history_ = with_losses(history, losses, most=most)
        self.n_iter_ = n_iter + len(losses["loss"])

    def _hold_out(self, samples, X_val, y_val, sample_weight_val):
        """Return the samples to train on, and the samples to validate on or None."""
        if (X_val is None) != (y_val is None):
            given, absent = ("y_val", "X_val") if X_val is None else ("X_val", "y_val")
            raise ValueError(
                f"X_val and y_val must be passed together: got {given}, but {absent}=None."
            )
        if X_val is not None:
            held_out = self._check_samples(
                X_val, y_val, sample_weight_val, reset=False, name="_val"
            )
            check_same_shapes(samples, held_out)
            return samples, held_out
        if sample_weight_val is not None:
            raise ValueError("sample_weight_val was passed, but X_val and y_val are None.")
        if not self.early_stopping:
            return samples, None
        return self._split(samples)

    def _split(self, samples):
        """Divide the samples into those to train on and those to validate on."""
        return split_last_block(samples, self.validation_fraction)

    def _start(self, plan, *, goes_on, any_number):
        """Return the state from which training starts: a new one, or that of an earlier fit.

        If `any_number` is True, the windows may have another number of steps than before.
        """
        if goes_on:
            before = self._fitted_architecture
            if any_number and not before.needs_steps:
                before = before.reading(plan.architecture.n_timesteps)
            reached = TrainingState(self.weights_, self._slots, self._iteration, self._states)
            return resumed_state(plan, before, self._optimizer, reached)
        self._draws = network_generators(self.random_state, self.n_networks)
        weights = [plan.architecture.initial_weights(own) for own in self._draws]
        self._seeds = dropout_seeds(self._draws)
        return TrainingState(plan.architecture.joined(weights))

    def _check_same_targets(self):
        before = self._architecture["return_sequences"]
        check_same_targets(bool(self.return_sequences), before)

    def _remember_rows(self, windows, *, goes_on):
        """Keep the rows, so that `predict` can find its own rows among them."""
        if goes_on and self.stateful:
            before = FittedWindows(*self._remembered, self._architecture["n_timesteps"])
            self._remembered = before.extend(windows, REMEMBERED_VALUES) or self._remembered
        else:
            self._remembered = FittedWindows.to_store(windows if self.stateful else windows[:0])

    def _remember_levels(self, run, *, goes_on):
        """Keep the mean level of the training rows, for windows whose level is not known."""
        mean, count, lost = np.nan, 0, False
        if goes_on:
            mean, count, lost = self._mean_level, self._n_levels, self._level_loses_digits
        rule = WindowLevel.of(run.plan.architecture)
        if rule is not None and len(run.samples.rows):
            levels = rule.of_rows(run.samples.windows, run.samples.rows)
            lost |= not rule.factor and bool(lose_digits(levels))
            count += len(levels)
            mean = np.nan_to_num(mean) + (levels - np.nan_to_num(mean)).sum() / count
        self._mean_level, self._n_levels, self._level_loses_digits = float(mean), count, lost

    def _warn_of_digits_and_levels(self, run, given=None):
        """Warn about values that float32 cannot hold and, in `fit`, about rows without a level."""
        columns = self._column_names(run.samples.windows)
        warn_about_digits(run, columns=columns)
        if given is not None and self.missing != "drop":  # "drop" leaves out such rows
            warn_of_unknown_levels(given, run.plan.architecture, self._mean_level, columns=columns)

    def _remember_gaps(self, samples):
        """Warn about rows without a complete window, and remember the usual length of gaps."""
        self._usual_gaps, windows = (0, 0, 0, 0), samples.windows
        if samples.masked or len(samples.rows) < len(windows):
            self._usual_gaps = usual_gaps(windows)
            if self._warns_about_data and windows.shape[1] == 1 and self.missing == "mask":
                warn_of_skipped_rows(windows[:, 0])
        if samples.masked and self._warns_about_data:
            n_missing = count_missing_steps(windows)
            if not are_consecutive(windows):
                n_missing -= count_leading_gaps(windows)  # the padding of sequences
            warn_of_incomplete_rows(n_missing, windows.shape[1])

    def _warn_of_unknown_end(self, windows, level_feature):
        warn_of_unknown_end(
            windows,
            self._usual_gaps,
            columns=lambda: self._column_names(windows),
            level=level_feature,
            steps_ahead=not self.return_sequences and not hasattr(self, "classes_"),
            in_order=self.stateful,
        )

    def _check_windows(self, X, *, reset, name=""):
        input_name = f"X{name}"
        check_equal_lengths(X, input_name)
        X = in_native_order(without_mask(X))
        has_tables = isinstance(X, list | tuple) and hasattr(next(iter(X), None), "columns")
        if has_tables:
            table, X = X[0], pad_sequences(X)  # which joins the columns of tables by name
            check_columns(self, table, input_name, reset=reset)
        names = list(getattr(self, "feature_names_in_", ())) if has_tables or not reset else []
        # Windows in an array have no names, as those that pad_sequences returns.
        checked = has_tables or (names and are_windows(X) and np.shape(X)[2] == len(names))
        if reset:
            self._forget_categories()
        if reset or self._categories is not None:
            names = names * has_tables
            X = self._with_indicators(
                X, input_name, reset=reset, columns_checked=checked, names=names
            )
        return check_windows(
            self,
            X,
            n_timesteps=self.n_timesteps,
            allow_nan=self.missing != "error",
            reset=reset,
            input_name=input_name,
            columns_checked=checked or self._has_categories,
        )

    def network_input(self, X: ArrayLike) -> NDArray[Any]:
        """Return the windows that the network and `model_` read.

        They contain the values of `X`, except that each categorical feature is replaced, at its
        position, with its indicators. There is one for each category, in the order of
        `categories_`, followed by one for unknown categories.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_timesteps, n_features) or (n_samples, n_columns)
            Windows, as in `predict`.

        Returns
        -------
        windows : ndarray of shape (n_samples, n_timesteps, n_inputs)
            The windows.

        Raises
        ------
        NotFittedError, ValueError
            As in `predict`.
        """
        check_is_fitted(self)
        return self._windows_to_forecast(X)

    def _windows_to_forecast(self, X, *, any_number=True):
        """Check X as ``predict`` does, and return its windows (rows, steps, features).

        If `any_number` is False, the windows must have as many steps as in `fit`.
        """
        windows = self._check_windows(X, reset=False)
        check_steps(self, windows, any_number=any_number and are_windows(X))
        return windows

    def _check_samples(self, X, y, sample_weight, *, reset, name="", may_be_empty=False):
        windows = self._check_windows(X, reset=reset, name=name)
        warn_of_different_labels(X, y, name=name)
        return select_samples(
            windows,
            self._check_targets(y, windows, input_name=f"y{name}"),
            sample_weight,
            missing=self.missing,
            return_sequences=bool(self.return_sequences),
            may_be_empty=may_be_empty,
            name=name,
            columns=self._column_names(windows),
        )

    def __sklearn_is_fitted__(self):
        return hasattr(self, "weights_")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        tags.input_tags.allow_nan = self.missing != "error"
        return tags

    def __dir__(self):
        # Tab completion and the HTML display of scikit-learn read every attribute listed here.
        # `model_` is left out, since reading it would load TensorFlow.
        return [name for name in object.__dir__(self) if name != "model_" and hasattr(self, name)]

    def __getstate__(self):
        return state_to_store(super().__getstate__())

    def __setstate__(self, state):
        state = stored_state(state, type(self).__name__)
        first_windows = read_estimator(state)
        if first_windows is not None:
            state["_remembered"] = FittedWindows.to_store(first_windows)
        super().__setstate__(state)
