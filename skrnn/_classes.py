"""Checks the labels of a classifier, and converts them to positions of classes and to weights."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.sparse import issparse
from sklearn.utils import column_or_1d
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets

_SEQUENCES = (list, tuple, np.ndarray, pd.Series)
# scikit-learn warns of more than this many labels if most of them differ.
_FEW = 20


class Labels:
    """Labels of windows or steps, of which some may be unknown.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_timesteps)
        The labels. NaN, None and `missing_label` mean that a label is unknown.
    name : str, default="y"
        Name of the labels in error messages.
    missing_label : str, number, bool or None, default=None
        Another value for unknown labels.
    sequences : bool, default=False
        Whether each step has a label.

    Attributes
    ----------
    shape : tuple of int
        Shape of the labels.
    known : ndarray of bool, of this shape
        Which labels are known.
    values : ndarray of shape (n_known,)
        The known labels.

    Raises
    ------
    TypeError
        If `y` is sparse.
    ValueError
        If `y` is None, has a wrong shape, or contains values that are no labels.

    Examples
    --------
    >>> from skrnn._classes import Labels
    >>> labels = Labels(["b", None, "a", "b"])
    >>> labels.classes()
    array(['a', 'b'], dtype='<U1')
    >>> labels.positions(labels.classes())
    array([ 1., nan,  0.,  1.])
    """

    def __init__(self, y, *, name="y", missing_label=None, sequences=False):
        self._name = name
        array = self._array(y, sequences)
        self.shape = array.shape
        self.known = ~pd.isna(array)
        if missing_label is not None:
            # As Python objects, values of any two types can be compared.
            self.known &= np.asarray(array.astype(object) != missing_label, bool)
        self.values = self._values(array[self.known], keep_text=hasattr(y, "dtype"))

    def _array(self, y, sequences):
        shape = "(n_samples, n_timesteps)" if sequences else "(n_samples,)"
        if y is None:
            raise ValueError(
                "RNNClassifier requires y to be passed, but the target y is None. Expected "
                f"array-like of shape {shape}."
            )
        if issparse(y):
            raise TypeError(f"{self._name} is sparse, but must be an array of labels.")
        # In an array of text, NaN would become the text "nan".
        array = np.asarray(y, dtype=object if isinstance(y, list | tuple) else None)
        nested = array.dtype == object and array.ndim == 1
        if nested and any(isinstance(one, _SEQUENCES) for one in array):
            raise ValueError(
                f"{self._name} has rows of unequal lengths, expected an array of shape {shape}. "
                "pad_sequences makes one array of sequences of unequal lengths."
            )
        if array.dtype.kind == "c":
            raise ValueError(f"Complex data not supported: {self._name} must contain labels.")
        if array.dtype.kind in "mMV":
            raise ValueError(f"{self._name} must contain labels, got values of {array.dtype}.")
        if not sequences and array.ndim == 2 and array.shape[1] == 1:
            return column_or_1d(array, warn=True)
        if array.ndim != 1 + sequences:
            raise ValueError(
                f"{self._name} should be a {1 + sequences}d array of shape {shape}, got an array "
                f"of shape {array.shape} instead{_advise(array, sequences)}."
            )
        return array

    def _values(self, values, *, keep_text):
        if values.dtype == object and len(values):
            is_text = self._are_text(values)
            values = values if is_text and keep_text else np.array(values.tolist())
        if values.dtype.kind == "f" and np.isinf(values).any():
            raise ValueError(f"Input {self._name} contains infinity, which is no label.")
        if _may_be_no_labels(values):
            with np.errstate(invalid="ignore"):  # of labels beyond the range of integers
                check_classification_targets(values)
        return values

    def _are_text(self, values):
        """Return whether all labels are text, and check that not only some are."""
        try:
            found = pd.unique(values).tolist()
        except TypeError:
            raise ValueError(
                f"{self._name} must contain labels that are numbers, text or bools, got a "
                f"{type(values[0]).__name__}."
            ) from None
        text = [isinstance(value, str) for value in found]
        if any(text) and not all(text):
            one = found[text.index(True)], found[text.index(False)]
            raise ValueError(
                f"{self._name} mixes labels that are text with other labels, such as "
                f"{one[0]!r} and {one[1]!r}. Convert them to one type."
            )
        return text[0]

    def classes(self):
        """Return the classes among the known labels, in increasing order.

        Returns
        -------
        ndarray of shape (n_classes,)

        Raises
        ------
        ValueError
            If there are fewer than two classes.
        """
        classes = np.unique(pd.unique(self.values)).astype(self.values.dtype)
        if len(classes) < 2:
            found = f"one class: {classes.tolist()[0]!r}" if len(classes) else "no known label"
            raise ValueError(
                f"RNNClassifier needs at least two classes in {self._name}, got {found}."
            )
        return classes

    def positions(self, classes):
        """Return the positions of the labels among the classes.

        Parameters
        ----------
        classes : ndarray of shape (n_classes,)
            Classes in increasing order.

        Returns
        -------
        ndarray of the shape of the labels, float64
            NaN where a label is unknown.

        Raises
        ------
        ValueError
            If a label is not among the classes.
        """
        inverse, found = pd.factorize(self.values)
        place = {label: i for i, label in enumerate(classes.tolist())}
        unseen = [label for label in found.tolist() if label not in place]
        if unseen:
            raise ValueError(
                f"{self._name} contains the labels {unseen[:5]}, which are not among the classes "
                f"of the fitted network: {classes.tolist()[:20]}. A network for other classes "
                "needs a new fit; pass all classes to the first call of partial_fit."
            )
        positions = np.full(self.shape, np.nan)
        places = np.array([place[label] for label in found.tolist()], float)
        positions[self.known] = places[inverse]
        return positions


def _may_be_no_labels(values):
    """Return whether scikit-learn should check labels, which takes long if they are text."""
    kind = values.dtype.kind
    if kind == "f":
        return bool((values != np.floor(values)).any()) or len(values) > _FEW
    return kind not in "bUOiu" or (kind in "iu" and len(values) > _FEW)


def _advise(array, sequences):
    """Say what to do with labels of another shape."""
    if sequences or array.ndim != 2:
        return ""
    return (
        "; set return_sequences=True for one label a step, and pass y.argmax(axis=1) in place of "
        "one column for each class"
    )


def check_classes(classes, missing_label=None):
    """Check the classes passed to ``partial_fit``, and return them in increasing order.

    Parameters
    ----------
    classes : array-like of shape (n_classes,)
        The classes.
    missing_label : str, number, bool or None, default=None
        Value that means an unknown label, so that it is no class.

    Returns
    -------
    ndarray of shape (n_classes,)

    Raises
    ------
    ValueError
        If a class is missing or occurs twice, or there are fewer than two.
    """
    labels = Labels(classes, name="classes", missing_label=missing_label)
    found = labels.classes()
    if len(found) < labels.shape[0]:
        raise ValueError(
            f"classes must contain each class once and no missing value, got {classes!r}."
        )
    return found


def class_weights(samples, class_weight, classes):
    """Return the weight of each class.

    Parameters
    ----------
    samples : Samples
        Samples whose targets are positions of classes.
    class_weight : dict, "balanced" or None
        Weights of the classes. "balanced" means that every class gets the same weight in total.
    classes : ndarray of shape (n_classes,)
        The classes.

    Returns
    -------
    ndarray of shape (n_classes,), or None
        Weights of at most 1, of which only the ratios matter. None if all are equal.

    Raises
    ------
    ValueError
        If a weight is negative or not finite, or belongs to no class.
    """
    if class_weight is None:
        return None
    if class_weight == "balanced":
        position, weight = samples.targets[samples.rows, :, 0], samples.targets[samples.rows, :, 1]
        known = ~np.isnan(position)
        totals = np.bincount(position[known].astype(int), weight[known], len(classes))
        weights = np.divide(1.0, totals, out=np.zeros_like(totals), where=totals > 0)
    else:
        weights = _checked_weights(class_weight, classes)
    # Dividing by a power of two keeps the ratios exact, and the weights within float32.
    return np.ldexp(weights, -np.frexp(weights.max())[1])


def _checked_weights(class_weight, classes):
    unknown = [label for label in class_weight if label not in set(classes.tolist())]
    if unknown:
        raise ValueError(
            f"class_weight contains the labels {unknown[:5]}, which are not among the classes: "
            f"{classes.tolist()[:20]}."
        )
    try:
        weights = compute_class_weight(class_weight, classes=classes, y=classes)
    except (TypeError, ValueError):
        weights = np.array([np.nan])
    if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.any()):
        raise ValueError(
            "class_weight must contain finite weights of at least 0, of which one is positive. "
            f"Got {class_weight!r}."
        )
    return weights


def with_class_weights(samples, weights):
    """Multiply the weights of all steps by the weights of their classes.

    Parameters
    ----------
    samples : Samples
        Samples whose targets are positions of classes.
    weights : ndarray of shape (n_classes,) or None
        Weights of the classes. A row whose classes have a weight of zero is left out.

    Returns
    -------
    Samples

    Raises
    ------
    ValueError
        If no row is left.
    """
    if weights is None or not len(samples.rows):
        return samples
    targets = samples.targets.copy()
    known = ~np.isnan(targets[..., 0])
    targets[known, 1] *= weights[targets[known, 0].astype(int)]
    weighty = (known & (targets[..., 1] > 0)).any(axis=1)
    rows = samples.rows[weighty[samples.rows]]
    if not len(rows):
        raise ValueError("No row is left: class_weight is zero for the class of each row.")
    return replace(samples, targets=targets, rows=rows)


def check_several_classes(samples, classes):
    """Check that the rows to train on belong to at least two classes.

    Parameters
    ----------
    samples : Samples
        Samples whose targets are positions of classes.
    classes : ndarray of shape (n_classes,)
        The classes in y.

    Raises
    ------
    ValueError
        If only one class is left.
    """
    position = samples.targets[samples.rows, :, 0]
    found = np.unique(position[~np.isnan(position)]).astype(int)
    if len(found) < 2:
        raise ValueError(
            f"y has {len(classes)} classes, but the rows to fit on belong to one class only: "
            f"{classes.tolist()[found[0]]!r}. The other rows have no known step or a weight of "
            "zero."
        )
