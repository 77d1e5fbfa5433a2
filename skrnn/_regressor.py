"""RNNRegressor: a recurrent network as an ordinary scikit-learn regressor."""

from functools import partial
from inspect import signature
from numbers import Integral, Real
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from ._data_warnings import warn_about_data
from ._input import (
    check_same_shapes,
    check_targets,
    check_windows,
    count_missing_steps,
    select_samples,
    split_last_block,
)
from ._output import check_initial_state, check_steps, score, shaped
from ._persistence import state_to_store, stored_state
from ._sklearn_compat import (
    CallbackSupportMixin,
    EpochTasks,
    HasMethods,
    Interval,
    StrOptions,
    _fit_context,
    with_callbacks,
)
from ._validation import Count
from .network._activations import ACTIVATIONS
from .network._architecture import GATES, Architecture
from .network._forward import predict_stream, predict_windows
from .training._batches import TrainingState
from .training._history import PASSES_KEPT, with_losses
from .training._loop import train_epochs, train_once
from .training._training_run import (
    TrainingRun,
    all_or_nothing,
    fitted_attributes,
)
from .training._warm_start import check_same_targets, resumed_state
from .windows._completeness import (
    runs_without_last_step,
    warn_of_incomplete_rows,
    warn_of_unknown_end,
)
from .windows._context import FittedWindows, warn_of_doubt

# As many values of windows that come by `partial_fit` are remembered, so that a call stays short.
REMEMBERED_VALUES = 2**14
STATE_OF_ZEROS = (
    "The forecasts start from a state of zeros. Pass the state before X as initial_state; "
    "return_state=True gives the state after some rows."
)


class RNNRegressor(CallbackSupportMixin, RegressorMixin, BaseEstimator):
    """Recurrent network regressor: SimpleRNN, GRU or LSTM.

    Learns the next value of a series from windows of its past. It is trained by Keras's own
    layers and optimizers, whole epochs compiled into one program, and predicts in plain NumPy: a
    fitted estimator needs no TensorFlow.

    Parameters
    ----------
    cell : {"simple", "gru", "lstm"}, default="lstm"
        The recurrence of every layer.

    units : int or tuple of int, default=32
        Units of the network; a tuple has one entry a layer, the first nearest to the input.

    n_timesteps : int, default=1
        Steps that a row of a two-dimensional X holds; it must divide the number of columns.
        Windows of three dimensions bring their own.

    activation : str, default="tanh"
        Activation of the state, by Keras's name: "elu", "gelu", "hard_sigmoid", "hard_tanh",
        "linear", "relu", "selu", "sigmoid", "silu", "softplus", "softsign" or "tanh".

    recurrent_activation : str, default="sigmoid"
        Activation of the gates, of the same names. A simple cell has none.

    bidirectional : bool, default=False
        Whether each layer reads the window in both directions.

    dropout, recurrent_dropout : float, default=0.0
        Share of the inputs of each layer, and of its states, that a step of training leaves out.

    autoregressive : bool, default=False
        Whether a linear path leads from all steps of the window to the output, beside the
        recurrence [4]_. Its kernel decays like the others.

    level_feature : int or str, default=None
        Position or name of the feature that is the target's own past, on the target's own scale.
        Its last known value in the window is subtracted from it and from y, and added to the
        forecast [5]_: a network cannot follow a trend beyond the values it was trained on. With
        sequences it is the first known value, since the last would tell earlier steps their
        future.

    return_sequences : bool, default=False
        Whether every step of a window has a target (many to many) and not the last alone.

    stateful : bool, default=False
        Whether the state is carried from each row to the next. `fit` cuts the rows in
        `batch_size` contiguous streams, unshuffled, and starts each epoch from states of zeros.
        The state that is kept is that after the last row given to `fit`, held out or not.

    loss : {"squared_error", "absolute_error", "huber", "quantile"}, default="squared_error"
        What is minimised: ``sum(w * e) / sum(w)`` over the rows of a batch, the mean over outputs.
        "huber" is quadratic up to an error of one, then linear.

    quantile : float or tuple of float, default=None
        With ``loss="quantile"``: the quantile to forecast, or several in increasing order, which
        then have an axis of their own, the last of a forecast, and never cross.

    optimizer : str, dict or keras.optimizers.Optimizer, default="adam"
        Name of any Keras optimizer, such as "adam", "rmsprop", "sgd" or "adadelta", in any case;
        or an instance, or its serialized configuration, of which a copy is used. A pickled
        estimator holds the configuration.

    learning_rate : float or keras.optimizers.schedules.LearningRateSchedule, default=None
        Step size. None keeps Keras's default, and for "adadelta" the 1.0 of its publication. A
        pickled estimator holds the configuration of a schedule.

    weight_decay : float, default=0.0
        Decoupled decay of all kernels, never of a bias, for every optimizer:
        ``w <- (1 - learning_rate * weight_decay) * w - step``. Where it is 0, that of an
        `optimizer` instance is taken over.

    l2 : float, default=0.0
        Adds ``l2 * sum(w ** 2)`` over all kernels to the loss. Under plain "sgd" it equals a
        weight decay of ``2 * l2``; under the others it does not.

    clipnorm : float, default=None
        Largest norm of the gradient of each weight, as in Keras.

    epochs : int, default=100
        Passes over the rows; with early stopping the most of them.

    batch_size : int, default=32
        Rows of one step of the optimizer.

    shuffle : bool, default=True
        Whether each epoch draws its own order of the rows.

    missing : {"mask", "drop", "error"}, default="mask"
        What a NaN in X means. "mask": the step that holds it is skipped, the state carried over
        it; a row without any known step takes no part in `fit`. "drop": a row that holds one
        takes no part in `fit`. "error": it is an error. In `predict`, "mask" and "drop" both
        skip such steps. Infinity is always an error.

    early_stopping : bool, default=False
        Whether to stop when the validation loss no longer improves, and keep the best weights.
        Without `X_val` the last block of the rows is held out.

    validation_fraction : float, default=0.1
        Share of the rows that early stopping holds out.

    n_iter_no_change : int, default=10
        Epochs without an improvement after which to stop.

    tol : float, default=1e-4
        An improvement lowers the best validation loss by more than this.

    warm_start : bool, default=False
        Whether `fit` goes on from where it stopped: weights, optimizer and draws. Parameters
        may be changed in between, see the notes.

    random_state : int, RandomState instance or None, default=None
        Draws the initial weights, the order of the rows and dropout. The same seed gives the same
        bits.

    verbose : int, default=0
        Whether a progress bar tells epoch, loss and time left.

    Attributes
    ----------
    weights_ : list of ndarray
        Weights in the order and layout of ``keras.Model.get_weights``: kernel, recurrent kernel
        and bias of each layer, kernel and bias of the output.

    model_ : keras.Model
        A Keras model that predicts the same. Built anew each time it is asked for.

    history_ : dict of list of float
        ``"loss"``, and ``"val_loss"`` if there was validation: the mean of each epoch, the penalty
        included, as in Keras. Each list has one entry for each of the `n_iter_` epochs, NaN where
        nothing was measured. Of more than 10,000 entries `partial_fit` keeps the last 10,000.

    n_iter_ : int
        Epochs done since training last started anew, by `fit` and `partial_fit`. A call of
        `partial_fit` is one epoch, unless no row takes part.

    n_outputs_ : int
        Number of outputs.

    n_features_in_ : int
        Number of features of a step, or of columns of a table, seen in `fit`.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns seen in `fit`, where X has names that are all strings.

    See Also
    --------
    LagWindowTransformer : Makes the windows.
    build_network : The same network as a Keras model.

    Notes
    -----
    Networks compute in float32, and learn well only from values of the order of one: put a
    scaler before the windows, and one around the target by ``TransformedTargetRegressor``.

    Parameters may be changed before training goes on by `partial_fit`, or by `fit` with
    ``warm_start=True``. Those that make another network, such as `cell` or `units`, are then an
    error; dropout is not. Rates, penalties and `clipnorm` keep what the optimizer remembers, and
    a schedule of rates counts all its steps. Another optimizer, or one with other settings,
    starts with a memory of its own at step 0. `random_state` is read when training starts anew.
    `predict` forecasts with the network that was fitted, whatever its parameters are now; only
    `n_timesteps`, `missing` and `stateful` say how it reads X.

    References
    ----------
    .. [1] Hochreiter and Schmidhuber, "Long Short-Term Memory", Neural Computation, 1997.
    .. [2] Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for
       Statistical Machine Translation", EMNLP, 2014.
    .. [3] Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR, 2019.
    .. [4] Lai, Chang, Yang and Liu, "Modeling Long- and Short-Term Temporal Patterns with Deep
       Neural Networks", SIGIR, 2018.
    .. [5] Hewamalage, Bergmeir and Bandara, "Recurrent Neural Networks for Time Series
       Forecasting", International Journal of Forecasting, 2021.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skrnn import LagWindowTransformer, RNNRegressor
    >>> from skrnn.datasets import make_seasonal_series
    >>> series = make_seasonal_series(120, random_state=0)
    >>> model = make_pipeline(
    ...     LagWindowTransformer(lag=12), RNNRegressor("gru", units=4, random_state=0)
    ... )
    >>> model.fit(series.to_frame(), series).predict(series.to_frame()).shape
    (120,)
    """

    _parameter_constraints: ClassVar = {
        "cell": [StrOptions(set(GATES))],
        "units": [Count(1), tuple, list],
        "n_timesteps": [Count(1)],
        "activation": [StrOptions(set(ACTIVATIONS))],
        "recurrent_activation": [StrOptions(set(ACTIVATIONS))],
        "bidirectional": ["boolean"],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "recurrent_dropout": [Interval(Real, 0, 1, closed="left")],
        "autoregressive": ["boolean"],
        "level_feature": [Integral, str, None],
        "return_sequences": ["boolean"],
        "stateful": ["boolean"],
        "loss": [StrOptions({"squared_error", "absolute_error", "huber", "quantile"})],
        "quantile": [Interval(Real, 0, 1, closed="neither"), "array-like", None],
        "optimizer": "no_validation",  # the names are Keras's, which is not loaded yet
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
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        cell="lstm",
        units=32,
        *,
        n_timesteps=1,
        activation="tanh",
        recurrent_activation="sigmoid",
        bidirectional=False,
        dropout=0.0,
        recurrent_dropout=0.0,
        autoregressive=False,
        level_feature=None,
        return_sequences=False,
        stateful=False,
        loss="squared_error",
        quantile=None,
        optimizer="adam",
        learning_rate=None,
        weight_decay=0.0,
        l2=0.0,
        clipnorm=None,
        epochs=100,
        batch_size=32,
        shuffle=True,
        missing="mask",
        early_stopping=False,
        validation_fraction=0.1,
        n_iter_no_change=10,
        tol=1e-4,
        warm_start=False,
        random_state=None,
        verbose=0,
    ):
        self.cell = cell
        self.units = units
        self.n_timesteps = n_timesteps
        self.activation = activation
        self.recurrent_activation = recurrent_activation
        self.bidirectional = bidirectional
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.autoregressive = autoregressive
        self.level_feature = level_feature
        self.return_sequences = return_sequences
        self.stateful = stateful
        self.loss = loss
        self.quantile = quantile
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.l2 = l2
        self.clipnorm = clipnorm
        self.epochs = epochs
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.missing = missing
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.warm_start = warm_start
        self.random_state = random_state
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None, *, X_val=None, y_val=None, sample_weight_val=None):
        """Train the network.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_timesteps, n_features) or (n_samples, n_columns)
            Windows, or a table of which `n_timesteps` folds each row. Windows that are views of a
            series are never copied whole.

        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets. For sequences of shape (n_samples, n_timesteps) or (n_samples, n_timesteps,
            n_outputs). NaN is a target that is not known: it takes no part, nor does a row of
            which no target is known.

        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each row. A row of weight zero takes no part.

        X_val, y_val : array-like, default=None
            Held-out windows and targets, in the shapes of `X` and `y`, whose loss is recorded
            after each epoch, and which early stopping watches.

        sample_weight_val : array-like, default=None
            Weights of the held-out rows.

        Returns
        -------
        self : RNNRegressor
            The fitted estimator.

        Raises
        ------
        ValueError
            If a parameter, a shape or a value is wrong, no row is left to fit on, or the loss is
            no longer finite. What was fitted before is then kept.

        Warns
        -----
        UserWarning
            If y is equal to a feature of the last step of X, if the scale of X or y is one that
            networks cannot learn from, or if `X_val` or `y_val` lies far outside the range of
            `X` or `y`.
        """
        with all_or_nothing(self):
            self._fit(X, y, sample_weight, (X_val, y_val, sample_weight_val))
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y, sample_weight=None):
        """Learn on from some rows: one pass over them, in their order.

        Weights, optimizer and the state of a stateful network are kept from call to call, so that
        rows handed over one by one teach what an unshuffled epoch with ``batch_size=1`` does. A
        stateful network takes one row a step, whatever `batch_size`. A call adds one entry to
        `history_`, which then keeps at most the last 10,000.

        Parameters
        ----------
        X, y, sample_weight : array-like
            As in `fit`. Rows without a known step or target are passed over.

        Returns
        -------
        self : RNNRegressor
            The estimator, one pass further.

        Raises
        ------
        ValueError
            As in `fit`, or if the rows do not fit the network that there is.
        """
        goes_on = hasattr(self, "weights_")
        with all_or_nothing(self):
            if goes_on:
                check_same_targets(self)
            samples = self._check_samples(
                X, y, sample_weight, reset=not goes_on, may_be_empty=True
            )
            run = TrainingRun.of(self, samples, one_pass=True)
            state = self._start(run, goes_on=goes_on)
            self._remember_rows(samples.windows, goes_on=goes_on)
            state, losses = train_once(run, state, seed=self._seed)
            self._keep(run, state, losses, goes_on=goes_on, most=PASSES_KEPT)
        return self

    def predict(self, X, *, initial_state=None, return_state=False):
        """Forecast the target of each window.

        A stateful network goes on from its state after the last row it learned from. If the
        values of X are found among the rows that it was fitted to, it starts from the state
        before them: from zeros for these rows as a whole. It is not changed.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_timesteps, n_features) or (n_samples, n_columns)
            Windows, as in `fit`. A row without any known step is predicted from the initial
            state.

        initial_state : list of array-like, default=None
            States to start from, as `return_state` gives them: of shape (units,) each, or
            (n_samples, units) for a network that is not stateful.

        return_state : bool, default=False
            Whether to return the states after the rows, too.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Forecasts; float32 if X is, else float64. Sequences have an axis of `n_timesteps`
            after the first, several quantiles an axis of their own at the end.

        state : list of ndarray
            Only if `return_state`: for each layer its state, and an LSTM's memory after it; of
            shape (units,), or (n_samples, units) for a network that is not stateful.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        ValueError
            If X differs from what `fit` saw in its number of steps or features.

        Warns
        -----
        UserWarning
            If the last rows of X lack the last step of their window, for longer than rows did in
            `fit`, so that they are forecast without the newest values; or if it is in doubt
            where the rows of a stateful network belong.
        """
        check_is_fitted(self)
        network = self._network
        windows = self._check_windows(X, reset=False)
        check_steps(windows, network, self)
        if getattr(self, "_usual_gaps", None) is not None:
            warn_of_unknown_end(windows, self._usual_gaps)
        forecast, state = self._forecast(network, windows, initial_state, with_state=return_state)
        forecast = shaped(forecast, network, self._y_ndim, windows.dtype)
        return (forecast, state) if return_state else forecast

    def _forecast(self, network, windows, initial_state, *, with_state):
        state = check_initial_state(initial_state, network, windows, stateful=self.stateful)
        if not self.stateful:
            return predict_windows(network, self.weights_, windows, state, with_state=with_state)
        if state is None:
            state = self._state_before(windows)
        return predict_stream(network, self.weights_, windows, state)

    def _state_before(self, windows):
        """State from which a stateful network reads windows; None: zeros."""
        fitted = FittedWindows(*self._remembered, windows.shape[1])
        start = fitted.find(windows)
        if start is None:
            warn_of_doubt(len(windows), STATE_OF_ZEROS)
        elif start == len(fitted.windows):
            return self._states or None
        elif start > 0:
            return predict_stream(self._network, self.weights_, fitted.windows[:start])[1]
        return None

    def score(self, X, y, sample_weight=None):
        """Coefficient of determination, or for several quantiles the share of pinball loss saved.

        Parameters
        ----------
        X, y, sample_weight : array-like
            As in `fit`. Only known targets count; each output needs at least one.

        Returns
        -------
        float
            1 for perfect forecasts. Mean of `d2_pinball_score` over several quantiles.
        """
        return score(self, X, y, sample_weight)

    @property
    def model_(self):
        """Keras model that predicts the same.

        Returns
        -------
        keras.Model
            A new one each time, with the weights of the estimator.
        """
        check_is_fitted(self)
        from .network._keras_model import build_model, set_weights

        model = build_model(self._network, seed=0)
        set_weights(model, self._network, self.weights_)
        return model

    @property
    def _network(self):
        return Architecture.from_dict(self._architecture)

    @with_callbacks
    def _fit(self, X, y, sample_weight, validation):
        goes_on = self.warm_start and hasattr(self, "weights_")
        if goes_on:
            check_same_targets(self)
        samples = self._check_samples(X, y, sample_weight, reset=not goes_on)
        samples, held_out = self._hold_out(samples, *validation)
        run = TrainingRun.of(self, samples, held_out)
        start = self._start(run, goes_on=goes_on)
        warn_about_data(
            samples,
            None if validation[0] is None else held_out,
            level_feature=run.architecture.level_feature,
            columns=getattr(self, "feature_names_in_", None),
        )
        self._remember_rows(samples.windows, goes_on=False)
        self._remember_gaps(samples)

        metadata = {} if sample_weight is None else {"sample_weight": sample_weight}
        tasks = EpochTasks(self, self.epochs, X, y, metadata)
        state, losses = train_epochs(run, start, tasks, seed=self._seed, random_state=self._draws)
        self._keep(run, state, losses, goes_on=goes_on)
        tasks.end_fit(partial(fitted_attributes, run, state))

    def _keep(self, run, state, losses, *, goes_on, most=None):
        """Keep what training has reached."""
        history, n_iter = (self.history_, self.n_iter_) if goes_on else ({}, 0)
        vars(self).update(fitted_attributes(run, state))
        self.history_ = with_losses(history, losses, most=most)
        self.n_iter_ = n_iter + len(losses["loss"])

    def _hold_out(self, samples, X_val, y_val, sample_weight_val):
        """Samples to train on, and samples to validate on or None."""
        if (X_val is None) != (y_val is None):
            given, absent = ("y_val", "X_val") if X_val is None else ("X_val", "y_val")
            raise ValueError(f"X_val and y_val go together: got {given}, but {absent}=None.")
        if X_val is not None:
            held_out = self._check_samples(
                X_val, y_val, sample_weight_val, reset=False, name="_val"
            )
            check_same_shapes(samples, held_out)
            return samples, held_out
        if sample_weight_val is not None:
            raise ValueError("sample_weight_val is given, but X_val and y_val are None.")
        if not self.early_stopping:
            return samples, None
        return split_last_block(samples, self.validation_fraction)

    def _start(self, run, *, goes_on):
        """Where training starts: anew, or from what it reached before."""
        if goes_on:
            return resumed_state(self, run)
        self._draws = check_random_state(self.random_state)
        state = TrainingState(run.architecture.initial_weights(self._draws))
        self._seed = int(self._draws.randint(2**30))
        return state

    def _remember_rows(self, windows, *, goes_on):
        """Keep the rows, among which `predict` finds where its own rows belong."""
        stored = FittedWindows.to_store(windows if self.stateful else windows[:0])
        if goes_on and self.stateful:
            before = FittedWindows(*self._remembered, windows.shape[1])
            stored = before.more(windows, REMEMBERED_VALUES) or self._remembered
        self._remembered = stored

    def _remember_gaps(self, samples):
        """Warn of rows without a complete window, and keep how long gaps usually are."""
        self._usual_gaps = (0, 0)
        if samples.masked or len(samples.rows) < len(samples.windows):
            self._usual_gaps = runs_without_last_step(samples.windows)
        if samples.masked:
            windows = samples.windows
            warn_of_incomplete_rows(count_missing_steps(windows), windows.shape[1])

    def _check_windows(self, X, *, reset, name=""):
        return check_windows(
            self,
            X,
            n_timesteps=self.n_timesteps,
            allow_nan=self.missing != "error",
            reset=reset,
            input_name=f"X{name}",
        )

    def _check_samples(self, X, y, sample_weight, *, reset, name="", may_be_empty=False):
        windows = self._check_windows(X, reset=reset, name=name)
        sequences = bool(self.return_sequences)
        y = check_targets(y, windows, self, return_sequences=sequences, input_name=f"y{name}")
        if reset:
            self._y_ndim = y.ndim - sequences
        return select_samples(
            windows,
            y,
            sample_weight,
            missing=self.missing,
            return_sequences=sequences,
            may_be_empty=may_be_empty,
            name=name,
            columns=getattr(self, "feature_names_in_", None),
        )

    def __sklearn_is_fitted__(self):
        return hasattr(self, "weights_")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = self.missing != "error"
        tags.target_tags.multi_output = True
        return tags

    def __dir__(self):
        # Whoever shows an object asks for all that is listed here, scikit-learn's HTML and tab
        # completion among them: to build `model_` would load TensorFlow.
        return [name for name in object.__dir__(self) if name != "model_" and hasattr(self, name)]

    def __getstate__(self):
        return state_to_store(super().__getstate__())

    def __setstate__(self, state):
        state = stored_state(state, type(self).__name__)
        if "_first_windows" in state:  # what version 0.1 called them
            state["_remembered"] = FittedWindows.to_store(state.pop("_first_windows"))
        super().__setstate__(state)


# scikit-learn asks for the signature some forty times for each fit of a search. Made once, it
# saves three quarters of `get_params` (63 microseconds in the place of 276), and three fifths of
# `clone`.
RNNRegressor.__init__.__signature__ = signature(RNNRegressor.__init__)
