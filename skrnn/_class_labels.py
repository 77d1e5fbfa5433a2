"""Checks the labels of a classifier, and converts them to positions of classes and to weights."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.sparse import issparse
from sklearn.exceptions import DataConversionWarning
from sklearn.utils.multiclass import check_classification_targets

from ._exact_values import exact_array, is_nested, kinds_of, of_one_type, where_equal
from ._text_among_numbers import shown
from ._warnings import warn_user
from .windows._target_steps import padded_targets

_KINDS = {"text": "text", "boolean": "booleans", "integer": "numbers", "float": "numbers"}
"""The kinds of values that can be labels, and their names in messages."""
# scikit-learn warns if there are more than this many labels and most of them differ.
_FEW = 20


class Labels:
    """Labels of windows or steps, some of which may be unknown.

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
    owner : str, default="RNNClassifier"
        Name of the estimator in error messages.

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
        If `y` is None, has a wrong shape, or contains values that are not labels.

    Examples
    --------
    >>> from skrnn._class_labels import Labels
    >>> labels = Labels(["b", None, "a", "b"])
    >>> labels.classes()
    array(['a', 'b'], dtype='<U1')
    >>> labels.positions(labels.classes())
    array([ 1., nan,  0.,  1.])
    """

    def __init__(self, y, *, name="y", missing_label=None, sequences=False, owner="RNNClassifier"):
        self._name, self._owner = name, owner
        array = self._array(y, sequences)
        self.shape = array.shape
        self.known = ~pd.isna(array)
        if not (missing_label is None or pd.isna(missing_label)):
            self.known &= ~where_equal(array, missing_label)
        self.values = self._values(array[self.known], keep_text=hasattr(y, "dtype"))

    def _array(self, y, sequences):
        shape = "(n_samples, n_timesteps)" if sequences else "(n_samples,)"
        if y is None:
            raise ValueError(
                f"{self._owner} requires y to be passed, but the target y is None. Expected "
                f"array-like of shape {shape}."
            )
        if issparse(y):
            raise TypeError(f"{self._name} is sparse, but must be an array of labels.")
        array = exact_array(padded_targets(y) if sequences else y)
        if array.ndim == 1 and is_nested(array):
            raise ValueError(
                f"{self._name} has rows of unequal lengths, expected an array of shape {shape}. "
                "With return_sequences=True every step has a label, and a list of sequences is "
                "accepted."
            )
        if array.dtype.kind in "mMV":
            raise ValueError(f"{self._name} must contain labels, got values of {array.dtype}.")
        if not sequences and array.ndim == 2 and array.shape[1] == 1:
            warn_user(
                f"A column-vector {self._name} was passed when a 1d array was expected. Pass its "
                f"only column, for example {self._name}.ravel().",
                DataConversionWarning,
            )
            return array[:, 0]
        if array.ndim != 1 + sequences:
            advice = ""
            if array.ndim == 2:
                advice = (
                    "; set return_sequences=True for one label per step, and pass "
                    "y.argmax(axis=1) instead of one column for each class"
                )
            raise ValueError(
                f"{self._name} should be a {1 + sequences}d array of shape {shape}, got an array "
                f"of shape {array.shape} instead{advice}."
            )
        return array

    def _values(self, values, *, keep_text):
        """Return known labels as an array of one type, if this does not change any of them."""
        if values.dtype == object and len(values):
            kinds = self._check_kinds(values)
            if not (keep_text and "text" in kinds):
                values = of_one_type(values, kinds)
        elif values.dtype.kind in "cS":
            self._check_kinds(values)
        numbers = values
        if values.dtype == object:  # large integers mixed with floats
            numbers = np.array([one for one in values.tolist() if isinstance(one, float)])
        if numbers.dtype.kind == "f" and np.isinf(numbers).any():
            raise ValueError(f"Input {self._name} contains infinity, which is not a valid label.")
        if _may_be_no_labels(numbers):
            with np.errstate(invalid="ignore"):  # for labels beyond the range of integers
                check_classification_targets(numbers)
        return values

    def _check_kinds(self, values):
        """Return the kinds of labels, and check that all are text, or booleans, or numbers."""
        kinds = kinds_of(values)
        other = next((kind for kind in kinds if kind not in _KINDS), None)
        if other == "complex":
            raise ValueError(f"Complex data not supported: {self._name} must contain labels.")
        if other == "bytes":
            raise TypeError(
                f"{self._name} contains labels that are bytes, such as {kinds[other]!r}. Convert "
                "them to text."
            )
        if other is not None:
            raise ValueError(
                f"{self._name} must contain labels that are numbers, text or bools, got a "
                f"{other}: {shown(kinds[other])}."
            )
        apart = [kind for kind in ("text", "boolean") if kind in kinds and len(kinds) > 1]
        if apart:
            example = next(one for kind, one in kinds.items() if kind != apart[0])
            raise ValueError(
                f"{self._name} mixes labels that are {_KINDS[apart[0]]} with other labels, such "
                f"as {kinds[apart[0]]!r} and {example!r}. Convert them to one type."
            )
        return kinds

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
        classes = np.array(sorted(_factorized(self.values)[1]), self.values.dtype)
        if len(classes) < 2:
            found = f"one class: {classes.tolist()[0]!r}" if len(classes) else "no known label"
            raise ValueError(
                f"{self._owner} needs at least two classes in {self._name}, got {found}."
            )
        return classes

    def positions(self, classes, *, unseen=None):
        """Return the positions of the labels among the classes.

        Numbers are compared by value, whatever their types: 1 equals 1.0, and True as in NumPy.

        Parameters
        ----------
        classes : ndarray of shape (n_classes,)
            Classes in increasing order.
        unseen : float, default=None
            Position of labels that are not among the classes. None makes them an error.

        Returns
        -------
        ndarray of the shape of the labels, float64
            NaN where a label is unknown.

        Raises
        ------
        ValueError
            If a label is not among the classes, or text is compared with numbers.
        """
        place = {label: i for i, label in enumerate(classes.tolist())}
        inverse, found = _factorized(self.values)
        missed = [label for label in found if label not in place]
        are_text = {isinstance(label, str) for label in [*missed, *place]}
        if missed and (unseen is None or len(are_text) > 1):
            known, advice = "of y", ""
            if self._name != "y_val":
                known = "of the fitted network"
                advice = (
                    " To train on other classes, call fit, or pass all classes to the first call "
                    "to partial_fit."
                )
            raise ValueError(
                f"{self._name} contains the labels {missed[:5]}, which are not among the classes "
                f"{known}: {classes.tolist()[:20]}.{advice}"
            )
        positions = np.full(self.shape, np.nan)
        places = np.array([place.get(label, unseen) for label in found], float)
        positions[self.known] = places[inverse]
        return positions


def _factorized(values):
    """Return the position of each value among the distinct values, and a list of these."""
    if values.dtype.kind not in "UO":
        inverse, found = pd.factorize(values)
        return inverse, found.tolist()
    # pandas cuts text off at the first null character.
    values = values.tolist()
    numbers = {value: number for number, value in enumerate(dict.fromkeys(values))}
    return [numbers[value] for value in values], list(numbers)


def _may_be_no_labels(values):
    """Return whether scikit-learn should check labels, which is slow if they are text."""
    kind = values.dtype.kind
    if kind == "f":
        return bool((values != np.floor(values)).any()) or len(values) > _FEW
    return kind not in "bUOiu" or (kind in "iu" and len(values) > _FEW)


def check_classes(classes, missing_label=None, owner="RNNClassifier"):
    """Check the classes passed to ``partial_fit``, and return them in increasing order.

    Parameters
    ----------
    classes : array-like of shape (n_classes,)
        The classes.
    missing_label : str, number, bool or None, default=None
        Value that stands for an unknown label and is therefore not a class.
    owner : str, default="RNNClassifier"
        Name of the estimator in error messages.

    Returns
    -------
    ndarray of shape (n_classes,)

    Raises
    ------
    ValueError
        If a class is missing or occurs twice, or there are fewer than two.
    """
    labels = Labels(classes, name="classes", missing_label=missing_label, owner=owner)
    found = labels.classes()
    if len(found) < labels.shape[0]:
        raise ValueError(
            f"classes must contain each class once and no missing values, got {classes!r}."
        )
    return found


def class_weights(samples, class_weight, classes):
    """Return the weight of each class.

    Parameters
    ----------
    samples : Samples
        Samples whose targets are positions of classes.
    class_weight : dict or "balanced"
        Weights of the classes. "balanced" means that every class gets the same weight in total.
    classes : ndarray of shape (n_classes,)
        The classes.

    Returns
    -------
    ndarray of shape (n_classes,)
        Weights of at most 1. Only their ratios matter.

    Raises
    ------
    ValueError
        If a weight is negative or not finite, or does not belong to a class.
    """
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
        weights = np.array([float(class_weight.get(one, 1.0)) for one in classes.tolist()])
    except (TypeError, ValueError):
        weights = np.array([np.nan])
    if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.any()):
        raise ValueError(
            "class_weight must contain finite weights of at least 0, and one of them must be "
            "positive. "
            f"Got {class_weight!r}."
        )
    return weights


def with_class_weights(samples, weights, *, what="row of X", may_be_empty=False):
    """Multiply the weights of all steps by the weights of their classes.

    Parameters
    ----------
    samples : Samples
        Samples whose targets are positions of classes.
    weights : ndarray of shape (n_classes,)
        Weights of the classes. A row whose classes have a weight of zero is left out.
    what : str, default="row of X"
        Name of the rows in the error message.
    may_be_empty : bool, default=False
        Whether all rows may be left out.

    Returns
    -------
    Samples

    Raises
    ------
    ValueError
        If no row is left, unless this is allowed.
    """
    if not len(samples.rows):
        return samples
    targets = samples.targets.copy()
    known = ~np.isnan(targets[..., 0])
    targets[known, 1] *= weights[targets[known, 0].astype(int)]
    weighty = (known & (targets[..., 1] > 0)).any(axis=1)
    rows = samples.rows[weighty[samples.rows]]
    if not (len(rows) or may_be_empty):
        raise ValueError(f"No {what} is left: class_weight is zero for all of their classes.")
    return replace(samples, targets=targets, rows=rows)


def check_several_classes(samples, classes, owner="RNNClassifier"):
    """Check that the rows to train on belong to at least two classes.

    Parameters
    ----------
    samples : Samples
        Samples whose targets are positions of classes.
    classes : ndarray of shape (n_classes,)
        The classes. Some of them may be missing from y.
    owner : str, default="RNNClassifier"
        Name of the estimator in error messages.

    Raises
    ------
    ValueError
        If only one class is left.
    """
    found = _classes_of(samples, samples.rows)
    if len(found) > 1:
        return
    one = repr(classes.tolist()[found[0]])
    in_y = len(_classes_of(samples, slice(None)))
    if in_y < 2:
        raise ValueError(
            f"{owner} needs at least two classes in y, got one class: {one}. To train "
            "a fitted network on rows of one class, use partial_fit."
        )
    raise ValueError(
        f"y has {in_y} classes, but the rows to fit on belong to only one class: {one}. The other "
        "rows do not have a known step, or have a weight of zero."
    )


def check_classes_left(samples, train, classes):
    """Check that early stopping leaves rows of each class to train on.

    Parameters
    ----------
    samples, train : Samples
        All samples, and those that are not held out. Their targets are positions of classes.
    classes : ndarray of shape (n_classes,)
        The classes.

    Raises
    ------
    ValueError
        If rows of only one class are left.

    Warns
    -----
    SkrnnWarning
        If there is a class without any row left.
    """
    left = _classes_of(train, train.rows)
    lost = np.setdiff1d(_classes_of(samples, samples.rows), left)
    if not len(lost):
        return
    listed = classes.tolist()
    held_out = f"early_stopping holds out every row of the classes {[listed[i] for i in lost[:5]]}"
    advice = "Pass X_val and y_val, or mix the rows of the classes."
    if len(left) < 2:
        raise ValueError(f"{held_out}, and only {listed[left[0]]!r} is left to train on. {advice}")
    warn_user(f"{held_out}: the network does not learn them. {advice}")


def _classes_of(samples, rows):
    """Return the positions of the classes that occur in rows, in increasing order."""
    position, weight = samples.targets[rows, :, 0], samples.targets[rows, :, 1]
    if not isinstance(rows, slice):
        position = position[weight > 0]
    return np.unique(position[~np.isnan(position)]).astype(int)
