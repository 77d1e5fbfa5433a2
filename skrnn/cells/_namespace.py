"""The functions in which the equations of a cell are written."""

import numpy as np

from ._activations import ACTIVATIONS, SLOPES


class Namespace:
    """Functions with NumPy's names for one kind of array, and the activations of a network.

    Parameters
    ----------
    module : module
        ``numpy`` or ``keras.ops``.
    named : callable
        Returns the activation with a given name, as a function of one array.
    activation, recurrent_activation : str
        Keras's names of the activations.

    Attributes
    ----------
    activation, recurrent_activation : callable
        The activations.
    has_slopes : bool
        Whether :meth:`slope` and :meth:`recurrent_slope` know the derivatives of both.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.cells._namespace import numpy_namespace
    >>> xp = numpy_namespace("tanh", "sigmoid")
    >>> xp.recurrent_slope(xp.sigmoid(np.zeros(1)))
    array([0.25])
    """

    def __init__(self, module, named, activation, recurrent_activation):
        self._module, self._named = module, named
        self._names = activation, recurrent_activation
        self.activation, self.recurrent_activation = map(named, self._names)
        self.has_slopes = all(name in SLOPES for name in self._names)

    def slope(self, y):
        """Return the derivative of the activation, as a function of its value."""
        return SLOPES[self._names[0]](self, y)

    def recurrent_slope(self, y):
        """Return the derivative of the recurrent activation, as a function of its value."""
        return SLOPES[self._names[1]](self, y)

    def __getattr__(self, name):
        found = self._named(name) if name in ACTIVATIONS else getattr(self._module, name)
        setattr(self, name, found)
        return found


def numpy_namespace(activation, recurrent_activation):
    """Return the namespace for NumPy arrays."""
    return Namespace(np, _new_array, activation, recurrent_activation)


def _new_array(name):
    compute = ACTIVATIONS[name]
    return lambda x: compute(x, np.empty_like(x))
