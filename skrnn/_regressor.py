"""Defines RNNRegressor, a scikit-learn regressor that is a recurrent network."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import signature
from numbers import Integral, Real
from typing import Any, ClassVar, Literal, Self, overload

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_is_fitted

from skrnn._typing import (
    ArrayLike,
    CellName,
    EngineName,
    KnownFeatures,
    LearningRate,
    LossName,
    Missing,
    NDArray,
    Optimizer,
    Quantiles,
    RandomState,
)
from skrnn.cells import Cell
from skrnn.losses import Loss

from ._byte_order import in_native_order
from ._distributions import (
    check_likelihood,
    check_same_loss,
    distribution_of,
    draws_of,
    quantiles_between,
    quantiles_of,
)
from ._failed_fits import all_or_nothing
from ._input import check_targets
from ._output import log_likelihood, score, windows_of_sequences
from ._recurrent_base import RECURRENT_CONSTRAINTS, RecurrentEstimator
from ._sklearn_compat import Interval, _fit_context, available_if
from ._validation import Count
from .losses._many_zeros import warn_of_many_zeros
from .losses._named_losses import LOSS_CONSTRAINT, resolve_loss, with_new_losses
from .training._data_warnings import warn_about_data


def _has_distribution(regressor):
    check_likelihood(regressor._loss(), "This method", type(regressor).__name__)
    return True


def _has_quantiles(regressor):
    return regressor._loss().quantile is not None or _has_distribution(regressor)


class RNNRegressor(RegressorMixin, RecurrentEstimator):
    """Recurrent network regressor: SimpleRNN, GRU or LSTM.

    The network learns to predict the next value of a series from windows of its past. It is
    trained with the Keras optimizers, either in NumPy or by a compiled TensorFlow program (see
    `engine`). Prediction uses only NumPy, so a fitted estimator does not need TensorFlow.

    Parameters
    ----------
    cell : {"simple", "gru", "lstm"} or skrnn.cells.Cell, default="lstm"
        Type of cell in all recurrent layers. To write your own, see :class:`~skrnn.cells.Cell`.

    units : int or tuple of int, default=32
        Number of units in each recurrent layer. A tuple has one entry per layer, starting with the
        layer that reads the input.

    n_timesteps : int, default=1
        Number of time steps in each row of a two-dimensional X. It must divide the number of
        columns. Leave it at 1 if X is three-dimensional.

    activation : str, default="tanh"
        Activation function of the state. The names are those used by Keras: "elu", "gelu",
        "hard_sigmoid", "hard_tanh", "linear", "relu", "selu", "sigmoid", "silu", "softplus",
        "softsign" or "tanh".

    recurrent_activation : str, default="sigmoid"
        Activation function of the gates. The same names are available as for `activation`. It has
        no effect if `cell` is "simple", because this cell has no gates.

    bidirectional : bool, default=False
        Whether each layer reads the window both forwards and backwards.

    dropout, recurrent_dropout : float, default=0.0
        Fraction of the inputs of each layer (`dropout`) and of its states (`recurrent_dropout`)
        that is set to zero at random during training.

    autoregressive : bool, default=False
        Whether to add a linear function of all steps of the window to the output of the
        recurrent layers [4]_. Its kernel is initialised to zero. `weight_decay` and `l2` apply to
        it as well.

    level_feature : int or str, default=None
        Position or name of the feature that contains the past values of the target, on the same
        scale as y. The last known value of this feature in the window, the *level*, is subtracted
        from the feature and from y, and is added back to the forecast [5]_. This lets the network
        follow a trend beyond the values in the training data. If `return_sequences` is True, the
        first known value is used instead, because the last value lies in the future for the
        earlier steps. With ``loss="poisson"`` and other losses for positive targets, the level is
        1 plus the mean of the feature in the window (or 1 plus its first known value if
        `return_sequences` is True). The feature is then divided by the level, and the forecast is
        multiplied by it. Subtracting a level and dividing by it are done in float64. If no value
        of the feature is known in a window, `fit` leaves the window out, and `predict` uses the
        mean level of the training rows. Both issue a warning. A level cannot be used with
        ``loss="bernoulli"``.

    return_sequences : bool, default=False
        Whether every step of a window has a target (many to many). By default, only the last step
        has one.

    stateful : bool, default=False
        Whether each row starts from the state after the previous row. In this case, `fit` splits
        the rows into `batch_size` contiguous streams, does not shuffle them, and starts each epoch
        from a zero state. The estimator keeps the state after the last row passed to `fit`, even
        if that row was held out.

    categorical_features : "from_dtype", None, str, int or array-like, default="from_dtype"
        Categorical features. The network reads one indicator for each category, and one for
        unknown values: NaN or None, categories that were not seen in `fit`, and rare categories.
        "from_dtype" selects the columns of a DataFrame that contain text or nullable booleans or
        are of dtype category, and the features of an object array that contain text.
        Alternatively, pass positions within a step, a boolean mask of the features of a step, or
        column names. If the rows of a table contain several steps, naming one of the columns of a
        feature selects the feature at all steps. None means that there are no categorical
        features.

    max_categories : int, default=50
        Maximum number of categories of a feature that have their own indicator. These are the most
        frequent ones; all others are treated as unknown.

    loss : {"squared_error", "absolute_error", "huber", "quantile", "poisson", "normal", \
            "student_t", "log_normal", "gamma_likelihood", "negative_binomial", \
            "zero_inflated_negative_binomial", "bernoulli"} or Loss, default="squared_error"
        Loss function to minimise. The loss of a batch is the weighted mean over its rows,
        ``sum(w * e) / sum(w)``, averaged over the outputs. "huber" is quadratic for errors of at
        most 1 and linear beyond that. "poisson" is the Poisson deviance, as in scikit-learn's
        `mean_poisson_deviance`, and is intended for counts. In this case, y must not be negative,
        and the network learns the logarithm of the mean, so forecasts are never negative. For
        counts with unequal exposure, pass the rate as y and the exposure as `sample_weight`, as
        with ``PoissonRegressor``. "poisson" and all losses listed after it are likelihoods: the
        network forecasts the distribution of each target, and `predict` returns its mean. Other
        properties of the distribution are available from `predict_dist`, `predict_quantiles`,
        `sample`, `log_likelihood` and ``predict(X, return_std=True)``. See
        :class:`~skrnn.losses.Likelihood`. The loss can also be an object from :mod:`skrnn.losses`
        or an instance of your own subclass.

    quantile : float or tuple of float, default=None
        Quantile to forecast, or several quantiles in increasing order. Used only with
        ``loss="quantile"``. With several quantiles, the forecast has an additional last axis, and
        the quantiles never cross.

    optimizer : str, dict or keras.optimizers.Optimizer, default="adam"
        Name of a Keras optimizer, such as "adam", "rmsprop", "sgd" or "adadelta". Case does not
        matter. It can also be an optimizer instance or its serialized configuration; the estimator
        trains with a copy. A pickled estimator stores the configuration.

    learning_rate : float or keras.optimizers.schedules.LearningRateSchedule, default=None
        Step size of the optimizer. None means the Keras default, except for "adadelta", where it
        means 1.0, as in the original publication. A pickled estimator stores the configuration of
        a schedule.

    weight_decay : float, default=0.0
        Decoupled weight decay [3]_. Each step updates a kernel by
        ``w <- (1 - learning_rate * weight_decay) * w - step``, with any optimizer. Biases do not
        decay. If `weight_decay` is 0, the weight decay of an `optimizer` instance is used.

    l2 : float, default=0.0
        L2 penalty: ``l2 * sum(w ** 2)`` over all kernels is added to the loss. This is equivalent
        to a weight decay of ``2 * l2`` with plain "sgd", but not with other optimizers.

    clipnorm : float, default=None
        Maximum norm of the gradient of each weight array, as in Keras. None means no limit.

    epochs : int, default=100
        Number of passes over the rows, or the maximum number if `early_stopping` is True.

    batch_size : int, default=32
        Number of rows in each step of the optimizer.

    shuffle : bool, default=True
        Whether to shuffle the rows before each epoch.

    missing : {"mask", "drop", "error"}, default="mask"
        How to treat NaN in X. Infinity always raises an error.

        - "mask": the network skips a step that contains NaN and keeps its state. `fit` leaves out
          rows in which every step contains NaN.
        - "drop": `fit` leaves out rows that contain NaN. `predict` behaves as with "mask".
        - "error": NaN raises an error.

    early_stopping : bool, default=False
        Whether to stop training when the validation loss no longer improves, and to keep the best
        weights. If `X_val` is not passed to `fit`, the last rows are held out for validation.

    validation_fraction : float, default=0.1
        Fraction of the rows that early stopping holds out. Rows that `fit` leaves out are not
        counted.

    n_iter_no_change : int, default=10
        Number of epochs without an improvement after which training stops.

    tol : float, default=1e-4
        Minimum decrease in the best validation loss that counts as an improvement.

    warm_start : bool, default=False
        Whether `fit` continues from the weights, the optimizer state and the random state at the
        end of the previous call. See the notes on changing parameters between the calls.

    n_networks : int, default=1
        Number of networks to train together, which differ only in their random draws. The forecast
        is the mean over the networks. Training ten small networks takes four to seven times as
        long as training one. With `early_stopping`, each network keeps the weights of its own best
        epoch, and training ends when all networks have stopped.

    engine : {"auto", "numpy", "tensorflow"}, default="auto"
        Engine that runs the training. "numpy" starts immediately. With "tensorflow", importing
        TensorFlow and compiling a program take several seconds, but each step is then several
        times faster. "auto" uses NumPy if the fit is estimated to take less than 0.3 seconds with
        it. The estimate depends only on the number of rows and the settings, so the same fit
        produces bit-identical results everywhere. `partial_fit` and `warm_start` keep using the
        engine of the first fit, or NumPy if TensorFlow is not installed. A search with many short
        fits can be faster with "tensorflow", because they all use the same program. If TensorFlow
        is not installed, "auto" always uses NumPy. The weights from the two engines agree to about
        1e-5. Dropout, optimizers that treat a matrix as a whole, such as Lamb and Muon, and
        activations other than "tanh", "sigmoid", "relu" and "linear" are not supported by the
        NumPy engine. See :doc:`/user_guide/engines`.

    n_jobs : int, default=None
        Number of threads that forecast blocks of rows. -1 means all cores, and None means 1 unless
        in a ``joblib.parallel_config(backend="threading")`` context. Threads are used only if they
        save time. This is the case if there are many rows and steps, and if the matrix products
        are still so small that NumPy computes them on one core, which is true for up to about 40
        units. Threads are used neither in training nor by stateful networks. The forecasts do not
        depend on `n_jobs`.

    random_state : int, RandomState instance or None, default=None
        Controls the initial weights, the order of the rows and dropout. Pass an int for
        reproducible results across multiple calls.

    verbose : int, default=0
        Whether to show a progress bar with the epoch, the loss and the remaining time.

    Attributes
    ----------
    weights_ : list of ndarray
        Weights of the network, in the order and layout of ``keras.Model.get_weights``: the kernel,
        recurrent kernel and bias of each layer, then the kernel and bias of the output layer. With
        several networks, each array has an additional first axis, with one entry for each network.

    engine_ : {"numpy", "tensorflow"}
        Engine that ran the training.

    model_ : keras.Model
        Keras model that makes the same predictions. Each access builds a new model.

    history_ : dict of list of float
        Mean loss of each epoch, under ``"loss"`` and, if there is validation data, under
        ``"val_loss"``. The values include the penalty, as in Keras. Each list has one entry for
        each of the `n_iter_` epochs. With several networks, the entries are means over all
        networks. An entry is NaN if the loss was not computed. `partial_fit` keeps only the last
        10,000 entries.

    n_iter_ : int
        Number of epochs since training last started from new weights, including those in
        `partial_fit`. Each call to `partial_fit` counts as one epoch, unless it skips all rows.

    n_outputs_ : int
        Number of outputs.

    is_categorical_ : ndarray of bool of shape (n_features,) or None
        Mask of the categorical features of a step. None if there are none.

    categories_ : dict of str to list
        The categories that are distinguished in each categorical feature. The keys are the names
        of the features, or "x0", "x1" and so on if they do not have names. If there are only two
        categories, only the second one has an indicator. Defined only if there are categorical
        features.

    n_features_in_ : int
        Number of features of each step seen in `fit`, or of columns if X was two-dimensional.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns seen in `fit`. Defined only if all names are strings.

    See Also
    --------
    LagWindowTransformer : Create the windows of a series.
    build_network : Build the same network as a Keras model.

    Notes
    -----
    Networks compute in float32 and learn well only from values of order one. Therefore, put a
    scaler before the windows, and scale the target with ``TransformedTargetRegressor``.

    You can change parameters between two calls to `partial_fit`, or to `fit` with
    ``warm_start=True``. Changing a parameter that determines the network, such as `cell` or
    `units`, raises an error; changing the dropout does not. If you change the learning rate, the
    penalties or `clipnorm`, the optimizer keeps its state, and a schedule continues from the steps
    taken so far. If you change the optimizer or its other settings, its state is reset, and its
    steps are counted from 0 again. Changing `random_state` has no effect until training starts
    from new weights.

    `predict` uses the fitted network, regardless of the current parameters. Only `n_timesteps`,
    `missing` and `stateful` affect how it reads X.

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
    >>> past, recent = series[:-24], series[-24:]
    >>> rnn = RNNRegressor("gru", units=4, learning_rate=0.02, random_state=0)
    >>> model = make_pipeline(LagWindowTransformer(lag=12), rnn).fit(past.to_frame(), past)
    >>> forecast = model.predict(recent.to_frame())
    >>> error, naive = abs(forecast - recent).mean(), abs(series.diff()[-24:]).mean()
    >>> print(f"error {error:.1f}, persistence {naive:.1f}")
    error 0.1, persistence 0.4
    """

    _parameter_constraints: ClassVar = {
        **RECURRENT_CONSTRAINTS,
        "level_feature": [Integral, str, None],
        "loss": LOSS_CONSTRAINT,
        "quantile": [Interval(Real, 0, 1, closed="neither"), "array-like", None],
    }

    def __init__(
        self,
        cell: Cell | CellName = "lstm",
        units: int | tuple[int, ...] = 32,
        *,
        n_timesteps: int = 1,
        activation: str = "tanh",
        recurrent_activation: str = "sigmoid",
        bidirectional: bool = False,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        autoregressive: bool = False,
        level_feature: int | str | None = None,
        return_sequences: bool = False,
        stateful: bool = False,
        categorical_features: KnownFeatures = "from_dtype",
        max_categories: int = 50,
        loss: Loss | LossName = "squared_error",
        quantile: Quantiles = None,
        optimizer: Optimizer = "adam",
        learning_rate: LearningRate = None,
        weight_decay: float = 0.0,
        l2: float = 0.0,
        clipnorm: float | None = None,
        epochs: int = 100,
        batch_size: int = 32,
        shuffle: bool = True,
        missing: Missing = "mask",
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        tol: float = 1e-4,
        warm_start: bool = False,
        n_networks: int = 1,
        engine: EngineName = "auto",
        n_jobs: int | None = None,
        random_state: RandomState = None,
        verbose: int = 0,
    ) -> None:
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
        self.categorical_features = categorical_features
        self.max_categories = max_categories
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
        self.n_networks = n_networks
        self.engine = engine
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        X_val: ArrayLike | None = None,
        y_val: ArrayLike | None = None,
        sample_weight_val: ArrayLike | None = None,
    ) -> Self:
        """Train the network.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_timesteps, n_features) or (n_samples, n_columns)
            Windows, or a table whose rows contain `n_timesteps` steps each. Windows that are a
            NumPy view of a single series are not copied as a whole.

        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets. If `return_sequences` is True, the shape is (n_samples, n_timesteps) or
            (n_samples, n_timesteps, n_outputs), or y is a list of sequences of the same lengths as
            those in X. NaN marks an unknown target, which is left out of the loss. Rows without a
            known target are left out.

        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each row. Rows with a weight of zero are left out, and define no category.

        X_val, y_val : array-like, default=None
            Held-out windows and targets, in the same form as `X` and `y`. Their loss is recorded
            after each epoch and used for early stopping.

        sample_weight_val : array-like, default=None
            Weights of the held-out rows.

        Returns
        -------
        self : RNNRegressor
            The fitted estimator.

        Raises
        ------
        ValueError
            If a parameter, a shape or a value is invalid, if no rows are left to fit on, or if the
            loss becomes infinite or NaN. In all of these cases, the estimator is left unchanged.
        KeyboardInterrupt
            If Ctrl-C is pressed. The first time, training ends after the current epoch, and the
            estimator is fitted with the epochs so far. The second time, it is left unchanged.

        Warns
        -----
        SkrnnWarning
            If y equals a feature of the last step of X, if X or y is on a scale that networks
            cannot learn from, or if `X_val` or `y_val` is far outside the range of `X` or `y`. If
            `X` and `y` are pandas objects whose rows have different labels of the same kind,
            unless all those of `y` are later.
        """
        with all_or_nothing(self):
            self._fit(X, y, sample_weight, (X_val, y_val, sample_weight_val))
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Continue training with one pass over the given rows, in the given order.

        The weights, the optimizer and the state of a stateful network are kept between calls.
        Therefore, if there are no categorical features, calling this method once for each row has
        the same result as one unshuffled epoch with ``batch_size=1``. A stateful network takes one
        row per step, regardless of `batch_size`. Each call adds one entry to `history_`, which
        keeps only the last 10,000 entries.

        Parameters
        ----------
        X, y, sample_weight : array-like
            As in `fit`. Rows without a known step or target, and rows with a weight of zero, are
            skipped.

        Returns
        -------
        self : RNNRegressor
            The estimator itself.

        Raises
        ------
        ValueError
            As in `fit`, or if the shapes of the rows differ from those seen in `fit`. If no rows
            are left to fit on, an error is raised only if X contains categories that have not been
            defined yet.
        """
        goes_on = hasattr(self, "weights_")
        with all_or_nothing(self, draws_on=False):
            if goes_on:
                self._check_same_targets()
            self._partial_fit(X, y, sample_weight, goes_on=goes_on)
        return self

    @overload
    def predict(
        self,
        X: ArrayLike,
        *,
        initial_state: Sequence[ArrayLike] | None = None,
        return_state: Literal[False] = False,
    ) -> NDArray[Any]: ...

    @overload
    def predict(
        self,
        X: ArrayLike,
        *,
        initial_state: Sequence[ArrayLike] | None = None,
        return_state: Literal[True],
    ) -> tuple[NDArray[Any], list[NDArray[Any]]]: ...

    @overload
    def predict(
        self,
        X: ArrayLike,
        *,
        initial_state: Sequence[ArrayLike] | None = None,
        return_state: bool = False,
        return_std: Literal[True],
    ) -> Any: ...

    def predict(
        self,
        X: ArrayLike,
        *,
        initial_state: Sequence[ArrayLike] | None = None,
        return_state: bool = False,
        return_std: bool = False,
    ) -> Any:
        """Forecast the target of each window.

        A stateful network continues from its state after the last training row. If the values of X
        are found among the training rows, it starts instead from the state before those rows,
        which is zero if X is the whole training set. `predict` does not change the estimator.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_timesteps, n_features) or (n_samples, n_columns)
            Windows, as in `fit`, but they may also be longer or shorter. The forecast of a row
            without a known step depends only on the initial state.

        initial_state : list of array-like, default=None
            States to start from, in the form returned by ``return_state=True``. Each has shape
            (units,), or (n_samples, units) if the network is not stateful. With several networks,
            there is an additional axis before the units.

        return_state : bool, default=False
            Whether to also return the states after the rows.

        return_std : bool, default=False
            Whether to also return the standard deviation of each target, as
            ``GaussianProcessRegressor`` does. This requires the loss to be a likelihood.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Forecasts, float32 if X is float32 and float64 otherwise. If `return_sequences` is
            True, the second axis has length `n_timesteps`. With several quantiles, there is an
            additional last axis. If the loss is a likelihood, the forecast is the mean.

        std : ndarray of the same shape
            Standard deviations. Returned only if `return_std` is True.

        state : list of ndarray
            State of each layer. In an LSTM, the state of a layer is followed by its memory. Each
            has shape (units,), or (n_samples, units) if the network is not stateful. With several
            networks, there is an additional axis before the units. Returned only if `return_state`
            is True.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        ValueError
            If the number of features of X differs from that seen in `fit`; if the number of steps
            differs and either X is a table, `autoregressive` is True, or `level_feature` is used
            with `return_sequences`; or if `return_std` is True and the loss is not a likelihood.

        Warns
        -----
        SkrnnWarning
            If the last step of the window is unknown in more consecutive rows at the end of X than
            was ever the case in `fit`, or if more steps are unknown at the end of a sequence than
            in any sequence in `fit`, so that the forecasts do not use the most recent values; if
            the network is stateful and it is not clear which rows come before X; or if no value of
            `level_feature` is known in a window.
        """
        if not return_std:
            forecast, state = self._forecast(X, initial_state, with_state=return_state)
            return (forecast, state) if return_state else forecast
        check_likelihood(self._loss(), "predict with return_std=True", type(self).__name__)
        distribution, state = self._distribution(X, initial_state, with_state=return_state)
        dtype = getattr(in_native_order(X), "dtype", None)
        dtype = np.float32 if dtype == np.float32 else np.float64
        result = [value.astype(dtype) for value in (distribution.mean(), distribution.std())]
        return (*result, state) if return_state else tuple(result)

    @available_if(_has_distribution)
    def predict_dist(self, X: ArrayLike) -> Any:
        """Forecast the distribution of the target of each window.

        The loss must be a likelihood, such as ``loss="normal"``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_timesteps, n_features) or (n_samples, n_columns)
            Windows, as in `predict`.

        Returns
        -------
        distribution : frozen SciPy distribution, or Mixture
            Distribution with the shape of ``predict(X)`` and methods such as ``mean``, ``std``,
            ``ppf``, ``cdf``, ``rvs``, and ``logpdf`` or ``logpmf``. With several networks, it is a
            :class:`~skrnn.losses.Mixture` of their distributions.

        Raises
        ------
        AttributeError
            If the loss is not a likelihood.
        NotFittedError
            If the estimator is not fitted.
        ValueError
            As in `predict`.

        Examples
        --------
        >>> import numpy as np
        >>> from skrnn import RNNRegressor
        >>> X = np.linspace(-1, 1, 20)[:, None]
        >>> rnn = RNNRegressor("simple", 2, loss="normal", epochs=1).fit(X, np.sin(X[:, 0]))
        >>> low, high = rnn.predict_dist(X).interval(0.9)
        >>> bool((low < rnn.predict(X)).all())
        True
        """
        return self._distribution(X)[0]

    @available_if(_has_quantiles)
    def predict_quantiles(
        self, X: ArrayLike, alpha: float | Sequence[float] = (0.1, 0.5, 0.9)
    ) -> NDArray[Any]:
        """Forecast quantiles of the target of each window.

        The loss must be a likelihood or ``"quantile"``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_timesteps, n_features) or (n_samples, n_columns)
            Windows, as in `predict`.

        alpha : float or sequence of float, default=(0.1, 0.5, 0.9)
            The quantiles, between 0 and 1. With ``loss="quantile"``, they are interpolated between
            those of the parameter `quantile`, as if the distribution were normal between them.

        Returns
        -------
        quantiles : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            The quantiles. If `alpha` is a sequence, there is an additional last axis of the same
            length.

        Raises
        ------
        AttributeError
            If the loss forecasts neither a distribution nor quantiles.
        NotFittedError
            If the estimator is not fitted.
        ValueError
            If a quantile is not between 0 and 1 or is outside the range of the parameter
            `quantile`, or in the same cases as in `predict`.
        """
        loss = self._loss()
        if loss.quantile is not None:
            check_is_fitted(self)
            check_same_loss(loss, self._fitted_architecture)
            return quantiles_between(loss.quantile, self._forecast(X, None)[0], alpha)
        return quantiles_of(self._distribution(X)[0], alpha)

    @available_if(_has_distribution)
    def sample(
        self, X: ArrayLike, n_samples: int = 1, random_state: RandomState = None
    ) -> NDArray[Any]:
        """Draw targets for each window from the distributions that the network forecasts.

        Parameters
        ----------
        X : array-like of shape (n_samples_X, n_timesteps, n_features) or (n_samples_X, n_columns)
            Windows, as in `predict`.

        n_samples : int, default=1
            Number of draws for each target.

        random_state : int, RandomState instance or None, default=None
            Controls the draws. Pass an int for reproducible results.

        Returns
        -------
        draws : ndarray of shape (n_samples_X, n_samples) or (n_samples_X, n_outputs, n_samples)
            The draws, along an additional last axis. The targets are drawn independently of each
            other.

        Raises
        ------
        AttributeError
            If the loss is not a likelihood.
        NotFittedError
            If the estimator is not fitted.
        ValueError
            If `n_samples` is not positive, or in the same cases as in `predict`.
        """
        if not Count(1).is_satisfied_by(n_samples):
            raise ValueError(f"n_samples must be an integer of at least 1. Got {n_samples!r}.")
        return draws_of(self._distribution(X)[0], int(n_samples), random_state)

    @available_if(_has_distribution)
    def log_likelihood(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> float:
        """Return the mean logarithm of the density, or probability, of the targets.

        Pass this method as the `scoring` of a search. It evaluates the whole distribution, and
        higher values are better.

        Parameters
        ----------
        X, y, sample_weight : array-like
            As in `fit`. Only known targets are used, and each output needs at least one. Although
            `fit` accepts any non-negative numbers with ``loss="poisson"``, they must be integers
            here, because only integers have a probability in a distribution of counts.

        Returns
        -------
        float
            The mean log-likelihood per target, computed in the units of y.

        Raises
        ------
        AttributeError
            If the loss is not a likelihood.
        NotFittedError
            If the estimator is not fitted.
        ValueError
            If y has no known targets; if a target is not valid for the loss, as in `fit`, or is
            not an integer although the distribution is one of counts; or in the same cases as in
            `predict`.

        Examples
        --------
        >>> import numpy as np
        >>> from sklearn.model_selection import GridSearchCV
        >>> from skrnn import RNNRegressor
        >>> X = np.linspace(-1, 1, 40)[:, None]
        >>> search = GridSearchCV(
        ...     RNNRegressor("simple", 2, epochs=1, random_state=0),
        ...     {"loss": ["normal", "student_t"]},
        ...     scoring=RNNRegressor.log_likelihood,
        ...     cv=2,
        ... )
        >>> search.fit(X, np.sin(X[:, 0])).cv_results_["mean_test_score"].shape
        (2,)
        """
        windows = windows_of_sequences(self, X)
        distribution, _ = self._distribution(X, windows=windows)
        return log_likelihood(self, distribution, windows, y, sample_weight)

    def _distribution(self, X, initial_state=None, *, windows=None, with_state=False):
        """Return the distribution of the targets, and the states after X."""
        check_is_fitted(self)
        loss = self._loss()
        check_same_loss(loss, self._fitted_architecture)
        outputs, state = self._forecast(
            X, initial_state, windows=windows, with_state=with_state, apart=True
        )
        return distribution_of(loss, outputs), state

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return the coefficient of determination, or a D2 score.

        Parameters
        ----------
        X, y, sample_weight : array-like
            As in `fit`. Only known targets are used, and each output needs at least one.

        Returns
        -------
        float
            The score, which is 1 for perfect forecasts. For several quantiles, it is the mean
            `d2_pinball_score` over the quantiles. With ``loss="poisson"``, it is the fraction of
            the Poisson deviance that is explained, as in ``PoissonRegressor``. A custom loss may
            define a different score.
        """
        return score(self, X, y, sample_weight)

    def set_params(self, **params: Any) -> Self:
        """Set parameters, including those of a loss, such as ``loss__delta=2.0``.

        Parameters
        ----------
        **params : dict
            Names and values.

        Returns
        -------
        self : RNNRegressor
            The estimator itself.
        """
        return super().set_params(**with_new_losses(self.loss, params))

    def _loss(self):
        return resolve_loss(self.loss, self.quantile, owner=type(self).__name__)

    def _check_targets(self, y, windows, *, input_name):
        sequences = bool(self.return_sequences)
        y = check_targets(y, windows, sequences, input_name, type(self).__name__)
        self._check_suitable(y, input_name)
        if input_name == "y":
            self._y_ndim = y.ndim - sequences
        return y

    def _check_suitable(self, y, input_name):
        """Raise an error if the loss is not defined for a target."""
        loss = self._loss()
        try:
            loss.check_targets(y)
        except ValueError as error:
            raise ValueError(f"{input_name} does not suit loss={self.loss!r}: {error}.") from None

    def _warn_about_data(self, run, held_out):
        targets = run.samples.targets[run.samples.rows, :, :-1]
        warn_of_many_zeros(run.plan.loss, targets.reshape(-1, targets.shape[2]), self.loss)
        columns = self._column_names(run.samples.windows)
        warn_about_data(run, held_out, columns=columns, indicators=self._indicators())

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


# scikit-learn reads the signature about forty times in each fit of a search. Storing it saves
# three quarters of the time of `get_params` (63 instead of 276 microseconds), and three fifths of
# the time of `clone`.
RNNRegressor.__init__.__signature__ = signature(RNNRegressor.__init__)
