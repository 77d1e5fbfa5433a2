"""RNNRegressor: a recurrent network as an ordinary scikit-learn regressor."""

from contextlib import contextmanager
from numbers import Real
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin, _fit_context
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from ._activations import ACTIVATIONS
from ._architecture import GATES, Architecture
from ._inference import predict_windows
from ._progress import epoch_progress
from ._samples import check_targets, check_windows, select_samples
from ._training import Trainer, TrainingState
from ._validation import Count


class RNNRegressor(RegressorMixin, BaseEstimator):
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

    loss : {"squared_error", "absolute_error"}, default="squared_error"
        What is minimised: ``sum(w * e) / sum(w)`` over the rows of a batch, the mean over outputs.

    optimizer : str, dict or keras.optimizers.Optimizer, default="adam"
        Name of any Keras optimizer, such as "adam", "rmsprop", "sgd" or "adadelta", in any case;
        or an instance, or its serialized configuration, of which a copy is used. A pickled
        estimator holds the configuration.

    learning_rate : float, default=None
        Step size. None keeps Keras's default, and for "adadelta" the 1.0 of its publication.

    weight_decay : float, default=0.0
        Decoupled decay of all kernels, never of a bias, for every optimizer:
        ``w <- (1 - learning_rate * weight_decay) * w - step``. Where it is 0, that of an
        `optimizer` instance is taken over.

    l2 : float, default=0.0
        Adds ``l2 * sum(w ** 2)`` over all kernels to the loss. Under plain "sgd" it equals a
        weight decay of ``2 * l2``; under the others it does not.

    epochs : int, default=100
        Passes over the rows.

    batch_size : int, default=32
        Rows of one step of the optimizer.

    shuffle : bool, default=True
        Whether each epoch draws its own order of the rows.

    missing : {"mask", "drop", "error"}, default="mask"
        What a NaN in X means. "mask": the step that holds it is skipped, the state carried over
        it; a row without any known step takes no part in `fit`. "drop": a row that holds one
        takes no part in `fit`. "error": it is an error. In `predict`, "mask" and "drop" both
        skip such steps. Infinity is always an error.

    random_state : int, RandomState instance or None, default=None
        Draws the initial weights and the order of the rows. The same seed gives the same bits.

    verbose : int, default=0
        Whether a progress bar tells epoch, loss and time left.

    Attributes
    ----------
    weights_ : list of ndarray
        Weights in the order and layout of ``keras.Model.get_weights``: kernel, recurrent kernel
        and bias of each layer, kernel and bias of the output.

    model_ : keras.Model
        A Keras model that predicts the same. Built anew each time it is asked for.

    history_ : dict
        ``"loss"``: mean loss of each epoch, the penalty included, as in Keras.

    n_iter_ : int
        Epochs done.

    n_outputs_ : int
        Number of outputs.

    n_features_in_ : int
        Number of features of a step, or of columns of a table, seen in `fit`.

    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the columns seen in `fit`, where X has names that are all strings.

    See Also
    --------
    LagWindowTransformer : Makes the windows.
    build_network : The same network as a Keras model.

    Notes
    -----
    Networks compute in float32, and learn well only from values of the order of one: put a
    scaler before the windows, and one around the target by ``TransformedTargetRegressor``.

    References
    ----------
    .. [1] Hochreiter and Schmidhuber, "Long Short-Term Memory", Neural Computation, 1997.
    .. [2] Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for
       Statistical Machine Translation", EMNLP, 2014.
    .. [3] Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR, 2019.

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
        "loss": [StrOptions({"squared_error", "absolute_error"})],
        "optimizer": "no_validation",  # the names are Keras's, which is not loaded yet
        "learning_rate": [Interval(Real, 0, np.inf, closed="neither"), None],
        "weight_decay": [Interval(Real, 0, np.inf, closed="left")],
        "l2": [Interval(Real, 0, np.inf, closed="left")],
        "epochs": [Count(1)],
        "batch_size": [Count(1)],
        "shuffle": ["boolean"],
        "missing": [StrOptions({"mask", "drop", "error"})],
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
        loss="squared_error",
        optimizer="adam",
        learning_rate=None,
        weight_decay=0.0,
        l2=0.0,
        epochs=100,
        batch_size=32,
        shuffle=True,
        missing="mask",
        random_state=None,
        verbose=0,
    ):
        self.cell = cell
        self.units = units
        self.n_timesteps = n_timesteps
        self.activation = activation
        self.recurrent_activation = recurrent_activation
        self.loss = loss
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.l2 = l2
        self.epochs = epochs
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.missing = missing
        self.random_state = random_state
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None):
        """Train the network.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_timesteps, n_features) or (n_samples, n_columns)
            Windows, or a table of which `n_timesteps` folds each row. Windows that are views of a
            series are never copied whole.

        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.

        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each row. A row of weight zero takes no part.

        Returns
        -------
        self : RNNRegressor
            The fitted estimator.

        Raises
        ------
        ValueError
            If a parameter, a shape or a value is wrong. What was fitted before is then kept.
        """
        with _all_or_nothing(self):
            samples = self._check_samples(X, y, sample_weight)
            self._train(samples, self._architecture(samples))
        return self

    def predict(self, X):
        """Forecast the target of each window.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_timesteps, n_features) or (n_samples, n_columns)
            Windows, as in `fit`. A row without any known step is predicted from the initial
            state.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Forecasts; float32 if X is, else float64.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        ValueError
            If X differs from what `fit` saw in its number of steps or features.
        """
        check_is_fitted(self)
        network = self._fitted_architecture
        windows = self._check_windows(X, reset=False)
        if windows.shape[1:] != (network.n_timesteps, network.n_features):
            raise ValueError(
                f"X holds windows of {windows.shape[1]} steps and {windows.shape[2]} features, "
                f"but {type(self).__name__} is fitted on {network.n_timesteps} steps and "
                f"{network.n_features} features."
            )
        forecast = predict_windows(network, self.weights_, windows)
        if self._y_ndim == 1:
            forecast = forecast[:, 0]
        return forecast.astype(windows.dtype, copy=False)

    @property
    def model_(self):
        """Keras model that predicts the same.

        Returns
        -------
        keras.Model
            A new one each time, with the weights of the estimator.
        """
        check_is_fitted(self)
        from ._network import build_model

        model = build_model(self._fitted_architecture, seed=0)
        model.set_weights(self.weights_)
        return model

    def _check_windows(self, X, *, reset):
        return check_windows(
            self,
            X,
            n_timesteps=self.n_timesteps,
            allow_nan=self.missing != "error",
            reset=reset,
        )

    def _check_samples(self, X, y, sample_weight):
        windows = self._check_windows(X, reset=True)
        targets = check_targets(y, windows, self)
        self._y_ndim = targets.ndim
        return select_samples(windows, targets, sample_weight, missing=self.missing)

    def _architecture(self, samples):
        units = self.units if isinstance(self.units, tuple | list) else (self.units,)
        if not units or not all(map(Count(1).is_satisfied_by, units)):
            raise ValueError(
                "The 'units' parameter of RNNRegressor must be an int of at least 1, or a "
                f"non-empty tuple of such. Got {self.units!r} instead."
            )
        _, n_timesteps, n_features = samples.windows.shape
        return Architecture(
            cell=self.cell,
            units=tuple(int(u) for u in units),
            n_timesteps=n_timesteps,
            n_features=n_features,
            n_outputs=samples.targets.shape[1] - 1,
            activation=self.activation,
            recurrent_activation=self.recurrent_activation,
        )

    def _train(self, samples, architecture):
        from ._optimizers import optimizer_recipe
        from ._program import ProgramKey, programs

        recipe = optimizer_recipe(self.optimizer, self.learning_rate, self.weight_decay)
        key = ProgramKey(architecture, self.loss, recipe, self.batch_size, samples.masked)
        random_state = check_random_state(self.random_state)
        start = TrainingState(architecture.initial_weights(random_state))
        rates = recipe.learning_rate, recipe.weight_decay, self.l2
        trainer = Trainer(programs.get(key), samples, start, rates)
        self._run_epochs(trainer, len(samples.rows), random_state)
        self._fitted_architecture = architecture
        self.weights_ = trainer.result().weights
        self.history_ = {"loss": trainer.epoch_losses()}
        self.n_iter_ = self.epochs
        self.n_outputs_ = architecture.n_outputs

    def _run_epochs(self, trainer, n_rows, random_state):
        with epoch_progress(self.epochs, verbose=self.verbose) as report:
            for _ in range(self.epochs):
                order = random_state.permutation(n_rows) if self.shuffle else np.arange(n_rows)
                trainer.add_epoch(order)
                if report:
                    trainer.run()
                    report(trainer.epoch_losses()[-1])
        trainer.run()

    def __sklearn_is_fitted__(self):
        return hasattr(self, "weights_")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = self.missing != "error"
        tags.target_tags.multi_output = True
        return tags

    def __getstate__(self):
        state = super().__getstate__()
        if hasattr(self.optimizer, "get_config"):
            from ._optimizers import serialized

            state["optimizer"] = serialized(self.optimizer)
        return state


@contextmanager
def _all_or_nothing(estimator):
    """Give the estimator back what it was fitted to before, if fitting fails."""
    before = vars(estimator).copy()
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise
