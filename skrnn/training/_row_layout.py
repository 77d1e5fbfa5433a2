"""Define the layout of a row of a batch."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class RowLayout:
    """The positions of the window, the targets and their weights in a row of a batch.

    A row is an array of numbers. It starts with the window, step by step. Then, for each step that
    has a target, it contains the targets and the weight of the step. At the end it may have the
    level of the window.

    Attributes
    ----------
    n_timesteps, n_features : int
        Shape of the window.
    n_target_steps, n_outputs : int
        Number of steps that have a target, and number of targets of each step.
    n_levels : int, default=0
        1 if a row contains its level, which is then added to the forecast, otherwise 0.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.training._row_layout import RowLayout
    >>> layout = RowLayout(n_timesteps=3, n_features=1, n_target_steps=1, n_outputs=1)
    >>> windows, targets, _ = layout.split(np.array([[1.0, 2.0, 3.0, 4.0, 0.5]]))
    >>> windows.ravel().tolist(), targets.ravel().tolist()
    ([1.0, 2.0, 3.0], [4.0, 0.5])
    """

    n_timesteps: int
    n_features: int
    n_target_steps: int
    n_outputs: int
    n_levels: int = 0

    @classmethod
    def of(cls, architecture, loss):
        """Return the layout of the rows for an :class:`Architecture` and a :class:`Loss`.

        A loss of differences is the same if the level is subtracted from the targets in place of
        being added to the forecast, and only the former keeps the digits of the targets.
        """
        return cls(
            architecture.n_timesteps,
            architecture.n_features,
            architecture.n_target_steps,
            architecture.n_targets,
            int(architecture.level_feature is not None and not loss.of_differences),
        )

    @property
    def size(self):
        """Length of a row."""
        return self._window_size + self._target_size + self.n_levels

    @property
    def _window_size(self):
        return self.n_timesteps * self.n_features

    @property
    def _target_size(self):
        return self.n_target_steps * (self.n_outputs + 1)

    def split(self, rows, reshape=np.reshape):
        """Split rows into windows, targets and levels.

        Parameters
        ----------
        rows : ndarray or tensor of shape (n_rows, size)
            The rows.
        reshape : callable, default=numpy.reshape
            ``tf.reshape`` for a tensor.

        Returns
        -------
        windows : ndarray or tensor of shape (n_rows, n_timesteps, n_features)
        targets : ndarray or tensor of shape (n_rows, n_target_steps, n_outputs + 1)
            Targets. The last column contains the weight of each step.
        levels : ndarray or tensor of shape (n_rows, n_levels)
            Levels. If `rows` is an array, all results are views: writing to them changes the
            rows.
        """
        n_rows, end = rows.shape[0], self._window_size + self._target_size
        windows, targets = rows[:, : self._window_size], rows[:, self._window_size : end]
        return (
            reshape(windows, (n_rows, self.n_timesteps, self.n_features)),
            reshape(targets, (n_rows, self.n_target_steps, self.n_outputs + 1)),
            rows[:, end:],
        )
