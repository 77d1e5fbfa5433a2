"""Compute the loss of a batch and its gradients in NumPy."""

import numpy as np

from ._cell_scan import scan_of
from ._mask import Mask
from ._output_layer import OutputLayer

F4 = np.float32


class BatchNetwork:
    """A network, or several ones, for batches of a fixed number of rows.

    All arrays are allocated once, so an instance serves one thread at a time.

    Parameters
    ----------
    architecture : Architecture
        The settings.
    loss : Loss
        The loss.
    rows : RowLayout
        Layout of the rows of a batch.
    batch_size : int
        Number of rows of a batch of one network.
    masked : bool
        Whether steps that contain NaN are skipped.

    Attributes
    ----------
    positions : ndarray of int of shape (n_weights,)
        Position of each weight of this engine in the weights of a network, one after the other.
    size : int
        Number of weights of a network.
    """

    def __init__(self, architecture, loss, rows, batch_size, *, masked):
        self._architecture, self._rows, self._masked = architecture, rows, masked
        self._networks, self._n_rows = architecture.networks, batch_size
        self._scans = [
            scan_of(architecture, width, units, batch_size)
            for width, units in architecture.cell_shapes()
        ]
        self._output = OutputLayer(architecture, loss, batch_size)
        self.positions = self._find_positions()
        self.size = len(self.positions)
        self._ends = np.cumsum([scan.size for scan in self._scans]).tolist()
        n = architecture.n_directions
        self._layers = [self._scans[i : i + n] for i in range(0, len(self._scans), n)]
        steps, width = architecture.n_timesteps, architecture.n_features
        self._windows = np.empty((steps, *self._networks, width, batch_size), F4)
        # From rows, steps and features to steps, features and rows.
        self._steps_first = (2, 0, 3, 1) if self._networks else (1, 2, 0)

    def _find_positions(self):
        shapes = self._architecture.weight_shapes()
        sizes = [int(np.prod(shape)) for shape in shapes]
        ends = np.cumsum(sizes)
        places = [
            np.arange(end - size, end).reshape(shape)
            for shape, size, end in zip(shapes, sizes, ends, strict=True)
        ]
        cells, *output = self._architecture.split_weights(places)
        found = [scan.positions(*cell) for scan, cell in zip(self._scans, cells, strict=True)]
        found += [place.ravel() for place in output if place is not None]
        return np.concatenate(found)

    def gradients(self, weights, rows, gradients, states=None):
        """Compute the loss of a batch, and fill its gradients.

        Parameters
        ----------
        weights : ndarray of shape ([n_networks,] size)
            Weights in the order of :attr:`positions`.
        rows : ndarray of shape (n_networks * batch_size, row_size)
            A batch for each network.
        gradients : ndarray of the shape of `weights`
            Is filled.
        states : list of ndarray of shape ([n_networks,] units, batch_size), default=None
            States before the batch, which are replaced by those after it. None means zeros.

        Returns
        -------
        ndarray of shape ([n_networks])
            The loss of each network.
        """
        windows, targets, levels = self._rows.split(rows)
        by_network = (*self._networks, self._n_rows)
        windows = windows.reshape(*by_network, *windows.shape[1:])
        targets = targets.reshape(*by_network, *targets.shape[1:])
        levels = levels.reshape(*by_network, 1, levels.shape[1]) if levels.size else None
        np.copyto(self._windows, windows.transpose(self._steps_first))
        mask = Mask.of(self._windows) if self._masked else None
        if mask is not None:
            # The linear path reads the other values of a step with an unknown value.
            np.copyto(self._windows, F4(0.0), where=np.isnan(self._windows))
            windows = self._rows_first(self._windows)
        self._use(weights)
        hidden = self._forward(mask, states)
        start = self._ends[-1]
        loss, of_hidden = self._output.gradients(
            weights[..., start:], hidden, windows, targets, levels, gradients[..., start:]
        )
        self._backward(mask, of_hidden, gradients)
        return loss

    def _rows_first(self, windows):
        return windows.transpose((1, 3, 0, 2) if self._networks else (2, 0, 1))

    def _use(self, weights):
        start = 0
        for scan, end in zip(self._scans, self._ends, strict=True):
            scan.use(weights[..., start:end])
            start = end

    def _forward(self, mask, states):
        """Return the states of the last layer: at all steps, or those after the last one read.

        The shape is ``([n_steps,] [n_networks,] width, n_rows)``.
        """
        masks = self._masks(mask)
        inputs, sequences = self._windows, self._architecture.return_sequences
        for layer, scans in enumerate(self._layers):
            each_step = sequences or layer < len(self._layers) - 1
            outputs = []
            for scan, order, own in zip(scans, (1, -1), masks, strict=False):
                np.copyto(scan.inputs, inputs[::order])
                if states is not None:
                    scan.start(self._states_of(scan, states))
                scan.forward(own)
                outputs.append(scan.hidden[1:][::order] if each_step else scan.hidden[-1])
                if states is not None:
                    scan.end(self._states_of(scan, states))
            inputs = outputs[0] if len(outputs) == 1 else np.concatenate(outputs, axis=-2)
            if self._hides(each_step, mask):
                np.copyto(inputs, 0.0, where=mask.whole)
        return inputs

    def _masks(self, mask):
        """Return the mask of each direction."""
        several = self._architecture.bidirectional and mask is not None
        return [mask, mask.reversed() if several else None]

    def _states_of(self, scan, states):
        n = self._architecture.cell.states
        position = self._scans.index(scan)
        return states[n * position : n * (position + 1)]

    def _hides(self, each_step, mask):
        """Whether unknown steps have outputs of zero, as in a bidirectional layer of Keras."""
        return self._architecture.bidirectional and each_step and mask is not None

    def _backward(self, mask, of_outputs, gradients):
        masks = self._masks(mask)
        sequences = self._architecture.return_sequences
        last, end = len(self._layers) - 1, len(self._scans)
        for layer, scans in reversed(list(enumerate(self._layers))):
            each_step = sequences or layer < last
            if self._hides(each_step, mask):
                of_outputs = np.where(mask.whole, F4(0.0), of_outputs)
            parts = np.split(of_outputs, len(scans), axis=-2) if len(scans) > 1 else [of_outputs]
            first = end - len(scans)
            of_inputs = None
            for i, (scan, order, part, own) in enumerate(
                zip(scans, (1, -1), parts, masks, strict=False)
            ):
                position = first + i
                start = self._ends[position] - scan.size
                found = scan.backward(
                    part[::order] if each_step else None,
                    None if each_step else part,
                    gradients[..., start : self._ends[position]],
                    own,
                    to_inputs=layer > 0,
                )
                if found is not None:
                    found = found[::order]
                    of_inputs = found if of_inputs is None else of_inputs + found
            of_outputs, end = of_inputs, first
