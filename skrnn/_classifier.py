"""Defines RNNClassifier, a scikit-learn classifier that is a recurrent network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from inspect import signature
from numbers import Real
from typing import Any, ClassVar, Literal, Self, overload

import numpy as np
import pandas as pd
from sklearn.base import ClassifierMixin

from skrnn._typing import (
    ArrayLike,
    CellName,
    EngineName,
    KnownFeatures,
    LearningRate,
    Missing,
    NDArray,
    Optimizer,
    RandomState,
)
from skrnn.cells import Cell

from ._class_labels import (
    Labels,
    check_classes,
    check_classes_left,
    check_several_classes,
    class_weights,
    with_class_weights,
)
from ._failed_fits import all_or_nothing
from ._input import check_weight, with_lengths_of
from ._output import truth_of_steps, windows_of_sequences
from ._recurrent_base import RECURRENT_CONSTRAINTS, RecurrentEstimator
from ._seeds import split_seed
from ._sklearn_compat import StrOptions, _fit_context, available_if
from .losses import CrossEntropy
from .network._link_functions import log_probabilities
from .training._data_warnings import warn_about_windows
from .training._samples import split_at_random
from .windows._target_steps import padded_targets
from .windows._views import are_consecutive


def _has_two_classes(estimator):
    if len(getattr(estimator, "classes_", ())) == 2:
        return True
    name = type(estimator).__name__
    raise AttributeError(f"{name} has a decision_function only if it was fitted on two classes.")


class RNNClassifier(ClassifierMixin, RecurrentEstimator):
    """Recurrent network classifier: SimpleRNN, GRU or LSTM.

    The network learns the class of a sequence, or the class of each of its steps. It minimises the
    cross-entropy and predicts the probability of each class. It is trained with the Keras
    optimizers, either in NumPy or by a compiled TensorFlow program (see `engine`). Prediction uses
    only NumPy, so a fitted estimator does not need TensorFlow.

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

    return_sequences : bool, default=False
        Whether every step has a label (tagging). By default, each window has one label.

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

    class_weight : dict, "balanced" or None, default=None
        Class weights, by which the weights of rows and steps are multiplied. A class that is
        missing from the dict has weight 1. "balanced" gives every class the same total weight over
        the training rows. The loss of a batch is the weighted mean ``sum(w * e) / sum(w)``, so
        scaling all weights by a constant has no effect.

    missing_label : str, number, bool, pandas.NA or None, default=None
        Placeholder for an unknown label. None, NaN and NA always mark unknown labels. As in
        scikit-learn, numbers are compared by value, so 0 also matches 0.0, but it does not match
        False.

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
        weights. If `X_val` is not passed to `fit`, some rows are held out. These are the last rows
        if `stateful` is True, if `shuffle` is False, or if the windows belong to one series.
        Otherwise, they are drawn at random, stratified by class if each window has one label, and
        at least one row of every class remains for training. If the last rows contain all rows of
        a class, `fit` issues a warning, or raises an error if only one class is left.

    validation_fraction : float, default=0.1
        Fraction of the rows that early stopping holds out. Rows that `fit` leaves out are not
        counted.

    n_iter_no_change : int, default=10
        Number of epochs without an improvement after which training stops.

    tol : float, default=1e-4
        Minimum decrease in the best validation loss that counts as an improvement.

    warm_start : bool, default=False
        Whether `fit` continues from the weights, the optimizer state and the random state at the
        end of the previous call. In this case, the classes must stay the same.

    n_networks : int, default=1
        Number of networks to train together, which differ only in their random draws. The
        predicted probabilities are averaged over the networks. Training ten small networks takes
        four to seven times as long as training one. With `early_stopping`, each network keeps the
        weights of its own best epoch, and training ends when all networks have stopped.

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
        Number of threads that predict blocks of rows. -1 means all cores, and None means 1 unless
        in a ``joblib.parallel_config(backend="threading")`` context. Threads are used only if they
        save time. This is the case if there are many rows and steps, and if the matrix products
        are still so small that NumPy computes them on one core, which is true for up to about 40
        units. Threads are used neither in training nor by stateful networks. The predictions do
        not depend on `n_jobs`.

    random_state : int, RandomState instance or None, default=None
        Controls the initial weights, the order of the rows and dropout. Pass an int for
        reproducible results across multiple calls.

    verbose : int, default=0
        Whether to show a progress bar with the epoch, the loss and the remaining time.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes, in increasing order.

    weights_ : list of ndarray
        Weights of the network, in the order and layout of ``keras.Model.get_weights``: the kernel,
        recurrent kernel and bias of each layer, then the kernel and bias of the output layer. With
        several networks, each array has an additional first axis, with one entry for each network.

    engine_ : {"numpy", "tensorflow"}
        Engine that ran the training.

    model_ : keras.Model
        Keras model that returns the same probabilities, or, if there are two classes, the
        probability of the second one. Each access builds a new model.

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
        Number of outputs of the network: one for each class, or 1 for two classes.

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
    RNNRegressor : Forecast numbers instead of classes.
    build_network : Build the same network as a Keras model.

    Notes
    -----
    Networks compute in float32 and learn well only if the values of X are of order one, so scale
    them first. Sequences of unequal length are padded at the front with NaN, and the network skips
    these steps.

    The output function is the logistic function if there are two classes, and softmax if there are
    more.

    You can change parameters between two calls to `partial_fit`, or to `fit` with
    ``warm_start=True``, as described for :class:`RNNRegressor`.

    References
    ----------
    .. [1] Hochreiter and Schmidhuber, "Long Short-Term Memory", Neural Computation, 1997.
    .. [2] Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for
       Statistical Machine Translation", EMNLP, 2014.
    .. [3] Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR, 2019.
    .. [4] Lai, Chang, Yang and Liu, "Modeling Long- and Short-Term Temporal Patterns with Deep
       Neural Networks", SIGIR, 2018.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn import RNNClassifier
    >>> X = np.random.default_rng(0).normal(size=(40, 5, 1))
    >>> y = np.where(X.sum(axis=(1, 2)) > 0, "up", "down")
    >>> model = RNNClassifier("gru", units=4, learning_rate=0.03, random_state=0).fit(X, y)
    >>> model.predict(X[:3]), y[:3]
    (array(['up', 'up', 'down'], dtype='<U4'), array(['up', 'up', 'down'], dtype='<U4'))
    >>> model.predict_proba(X).shape
    (40, 2)
    """

    classes_: NDArray[Any]

    _parameter_constraints: ClassVar = {
        **RECURRENT_CONSTRAINTS,
        "class_weight": [dict, StrOptions({"balanced"}), None],
        "missing_label": [str, Real, "boolean", type(pd.NA), None],
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
        return_sequences: bool = False,
        stateful: bool = False,
        categorical_features: KnownFeatures = "from_dtype",
        max_categories: int = 50,
        class_weight: Mapping[Any, float] | Literal["balanced"] | None = None,
        missing_label: Any = None,
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
        self.return_sequences = return_sequences
        self.stateful = stateful
        self.categorical_features = categorical_features
        self.max_categories = max_categories
        self.class_weight = class_weight
        self.missing_label = missing_label
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

        y : array-like of shape (n_samples,) or (n_samples, n_timesteps)
            Labels, which can be numbers, strings or booleans, but not a mixture of these. Large
            integers remain exact, even if some labels are missing. If `return_sequences` is True,
            each step has a label, and y may be a list of sequences of the same lengths as those in
            X. Unknown labels are left out of the loss, and rows without a known label are left
            out.

        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each row. Rows with a weight of zero are left out, and define no category.
            As in scikit-learn, their labels are classes nevertheless.

        X_val, y_val : array-like, default=None
            Held-out windows and labels, in the same form as `X` and `y`. Their loss is recorded
            after each epoch and used for early stopping. The class weights are computed from the
            training rows only.

        sample_weight_val : array-like, default=None
            Weights of the held-out rows.

        Returns
        -------
        self : RNNClassifier
            The fitted estimator.

        Raises
        ------
        ValueError
            If a parameter, a shape or a value is invalid, if there are fewer than two classes, if
            no rows are left to fit on, or if the loss becomes infinite or NaN. In all of these
            cases, the estimator is left unchanged.
        KeyboardInterrupt
            If Ctrl-C is pressed. The first time, training ends after the current epoch, and the
            estimator is fitted with the epochs so far. The second time, it is left unchanged.

        Warns
        -----
        SkrnnWarning
            If networks cannot learn from values on the scale of X, if `X_val` is far outside the
            range of `X`, or if early stopping holds out all rows of a class. If `X` and `y` are
            pandas objects whose rows have different labels of the same kind, unless all those of
            `y` are later.
        """
        goes_on = self.warm_start and hasattr(self, "weights_")
        with all_or_nothing(self):
            if not goes_on:
                self.classes_ = self._labels(y).classes()
            self._fit(X, y, sample_weight, (X_val, y_val, sample_weight_val))
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Continue training with one pass over the given rows, in the given order.

        The weights, the optimizer and the state of a stateful network are kept between calls.
        Therefore, if there are no categorical features, calling this method once for each row has
        the same result as one unshuffled epoch with ``batch_size=1``. A stateful network takes one
        row per step, regardless of `batch_size`. Each call adds one entry to `history_`, which
        keeps only the last 10,000 entries.

        Parameters
        ----------
        X, y : array-like
            As in `fit`. Rows without a known step or label, and rows with a weight of zero, are
            skipped.

        classes : array-like of shape (n_classes,), default=None
            All classes. Required in the first call, unless `fit` has been called before.

        sample_weight : array-like of shape (n_samples,), default=None
            As in `fit`.

        Returns
        -------
        self : RNNClassifier
            The estimator itself.

        Raises
        ------
        ValueError
            As in `fit`, and also if the shapes of the rows differ from those seen in `fit`, if a
            label is not one of the classes, if `classes` is missing or has changed, or if
            `class_weight` is "balanced". If no rows are left to fit on, an error is raised only if
            X contains categories that have not been defined yet.
        """
        goes_on = hasattr(self, "weights_")
        with all_or_nothing(self, draws_on=False):
            self._check_partial_classes(classes, goes_on=goes_on)
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

    def predict(
        self,
        X: ArrayLike,
        *,
        initial_state: Sequence[ArrayLike] | None = None,
        return_state: bool = False,
    ) -> Any:
        """Predict the class of each window, or of each step.

        A stateful network starts from the same state as in :meth:`RNNRegressor.predict`.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_timesteps, n_features) or (n_samples, n_columns)
            Windows as in `fit`.

        initial_state : list of array-like, default=None
            States to start from, in the form returned by ``return_state=True``. Each has shape
            (units,), or (n_samples, units) if the network is not stateful. With several networks,
            there is an additional axis before the units.

        return_state : bool, default=False
            Whether to also return the states after the rows.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_timesteps)
            The most probable classes. If `return_sequences` is True, each step has one.

        state : list of ndarray
            State of each layer. In an LSTM, the state of a layer is followed by its memory.
            Returned only if `return_state` is True.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        ValueError
            If the number of features of X differs from that seen in `fit`, or if the number of
            steps differs and either X is a table or `autoregressive` is True.
        """
        logits, state = self._logits(X, initial_state, with_state=return_state)
        y = self.classes_[logits.argmax(axis=-1)]
        return (y, state) if return_state else y

    @overload
    def predict_proba(
        self,
        X: ArrayLike,
        *,
        initial_state: Sequence[ArrayLike] | None = None,
        return_state: Literal[False] = False,
    ) -> NDArray[Any]: ...

    @overload
    def predict_proba(
        self,
        X: ArrayLike,
        *,
        initial_state: Sequence[ArrayLike] | None = None,
        return_state: Literal[True],
    ) -> tuple[NDArray[Any], list[NDArray[Any]]]: ...

    def predict_proba(
        self,
        X: ArrayLike,
        *,
        initial_state: Sequence[ArrayLike] | None = None,
        return_state: bool = False,
    ) -> Any:
        """Predict the probabilities of the classes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_timesteps, n_features) or (n_samples, n_columns)
            Windows as in `fit`.

        initial_state : list of array-like, default=None
            States to start from, as in `predict`.

        return_state : bool, default=False
            Whether to also return the states after the rows.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes) or \
                (n_samples, n_timesteps, n_classes)
            Probabilities of the classes, in the order of `classes_`, for each window, or for each
            step if `return_sequences` is True. They are float32 if X is float32 and float64
            otherwise.

        state : list of ndarray
            As in `predict`.

        Raises
        ------
        NotFittedError, ValueError
            As in `predict`.
        """
        logits, state = self._logits(X, initial_state, with_state=return_state)
        probabilities = np.exp(log_probabilities(logits))
        return (probabilities, state) if return_state else probabilities

    def predict_log_proba(self, X: ArrayLike) -> NDArray[Any]:
        """Predict the logarithms of the probabilities of the classes.

        They are finite even if a probability is too small to be represented.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_timesteps, n_features) or (n_samples, n_columns)
            Windows as in `fit`.

        Returns
        -------
        logarithms : ndarray of shape (n_samples, n_classes) or \
                (n_samples, n_timesteps, n_classes)
            Logarithms of the probabilities, in the order of `classes_`.
        """
        return log_probabilities(self._logits(X)[0])

    @available_if(_has_two_classes)
    def decision_function(self, X: ArrayLike) -> NDArray[Any]:
        """Return the log-odds of the second of two classes.

        This method is available only if the network was fitted on two classes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_timesteps, n_features) or (n_samples, n_columns)
            Windows as in `fit`.

        Returns
        -------
        logits : ndarray of shape (n_samples,) or (n_samples, n_timesteps)
            Output of the network before the logistic function or, with several networks, the
            log-odds of their mean probability. It is positive if `predict` returns the second
            class. If `return_sequences` is True, there is one value for each step.
        """
        return self._logits(X)[0][..., 1]

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return the accuracy on the known labels.

        Parameters
        ----------
        X, y, sample_weight : array-like
            As in `fit`. If `return_sequences` is True, each known label has the weight of its row.

        Returns
        -------
        float
            Fraction of the labels that are predicted correctly.
        """
        windows = windows_of_sequences(self, X)
        predicted = self._logits(X, windows=windows)[0].argmax(axis=-1)
        labels = self._labels(y)
        positions = labels.positions(self.classes_, unseen=-1)
        if windows is not None and len(positions) == len(predicted):
            positions = truth_of_steps(positions, windows)
        if positions.shape != predicted.shape:
            raise ValueError(f"y has shape {labels.shape}, but the prediction {predicted.shape}.")
        correct = positions == predicted
        weight = np.ones(len(predicted))
        if sample_weight is not None:
            weight = check_weight(sample_weight, predicted, "sample_weight")
        weight = ~np.isnan(positions) * weight.reshape(-1, *[1] * (predicted.ndim - 1))
        if not weight.any():
            rows = " in the rows whose sample_weight is not zero" if labels.known.any() else ""
            raise ValueError(f"y has no known label{rows}: no score can be computed.")
        return float(np.average(correct, weights=weight))

    def _logits(self, X, initial_state=None, *, windows=None, with_state=False):
        """Return one logit for each class, and the states after X."""
        logits, state = self._forecast(
            X, initial_state, windows=windows, with_state=with_state, raw=True
        )
        if logits.shape[-1] == 1:  # logit of the second class; that of the first one is zero
            logits = np.concatenate([np.zeros_like(logits), logits], axis=-1)
        return logits, state

    def _labels(self, y, name="y"):
        return Labels(
            y,
            name=name,
            missing_label=self.missing_label,
            sequences=bool(self.return_sequences),
            owner=type(self).__name__,
        )

    def _check_partial_classes(self, classes, *, goes_on):
        if self.class_weight == "balanced":
            raise ValueError(
                "class_weight='balanced' needs all rows, but partial_fit sees only some of "
                "them. Pass the class weights as a dict."
            )
        if classes is None:
            if not goes_on:
                raise ValueError("classes must be passed on the first call to partial_fit.")
            return
        classes = check_classes(classes, self.missing_label, type(self).__name__)
        if goes_on and classes.tolist() != self.classes_.tolist():
            raise ValueError(
                f"classes={classes.tolist()} is not the same as on the last call to partial_fit "
                f"or fit: {self.classes_.tolist()}."
            )
        self.classes_ = self.classes_ if goes_on else classes

    def _loss(self):
        return CrossEntropy(len(self.classes_))

    def _check_targets(self, y, windows, *, input_name):
        if self.return_sequences:
            y = padded_targets(y, windows, input_name)
        positions = self._labels(y, input_name).positions(self.classes_)
        return with_lengths_of(positions, windows, self.return_sequences, input_name)

    def _check_samples(self, X, y, sample_weight, *, reset, name="", may_be_empty=False):
        samples = super()._check_samples(
            X, y, sample_weight, reset=reset, name=name, may_be_empty=may_be_empty
        )
        if isinstance(self.class_weight, dict):
            weights = class_weights(samples, self.class_weight, self.classes_)
            what = f"row of X{name}"
            samples = with_class_weights(samples, weights, what=what, may_be_empty=may_be_empty)
        if not (name or may_be_empty):
            check_several_classes(samples, self.classes_, type(self).__name__)
        return samples

    def _hold_out(self, samples, X_val, y_val, sample_weight_val):
        train, held_out = super()._hold_out(samples, X_val, y_val, sample_weight_val)
        if train is not samples:
            check_classes_left(samples, train, self.classes_)
        if self.class_weight == "balanced":
            weights = class_weights(train, "balanced", self.classes_)
            train = with_class_weights(train, weights)
            if held_out is not None:
                what = "held-out row" if X_val is None else "row of X_val"
                held_out = with_class_weights(held_out, weights, what=what)
        return train, held_out

    def _split(self, samples):
        windows = samples.windows
        of_series = windows.shape[1] > 1 and are_consecutive(windows)
        if self.stateful or not self.shuffle or of_series:
            return super()._split(samples)
        if not (self.warm_start and hasattr(self, "_split_seed")):
            self._split_seed = split_seed(self.random_state)
        # A warm start holds out the same rows, since the network has learned from the others.
        return split_at_random(
            samples,
            self.validation_fraction,
            np.random.RandomState(self._split_seed),
            stratified=not self.return_sequences,
        )

    def _warn_about_data(self, run, held_out):
        columns = self._column_names(run.samples.windows)
        warn_about_windows(run.samples, held_out, columns=columns, without=self._indicators())


# scikit-learn reads the signature about forty times in each fit of a search; see RNNRegressor.
RNNClassifier.__init__.__signature__ = signature(RNNClassifier.__init__)
