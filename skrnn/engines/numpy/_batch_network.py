"""Computes the loss of a batch and its gradients in NumPy."""

import numpy as np

from skrnn.engines._layouts import parts_of

from ._cell_scan import scan_of
from ._output_layer import OutputLayer, known_targets
from ._skipped_steps_in_batches import Mask

F4 = np.float32


class BatchNetwork:
    """One or more networks for batches of a fixed number of rows.

    All arrays are allocated once, so an instance serves one thread at a time.

    Parameters
    ----------
    settings : EngineSettings
        The settings of the engine.

    Attributes
    ----------
    positions : ndarray of int of shape (n_weights,)
        Position of each weight of this engine in the concatenated weights of a network.
    weights, gradients : ndarray of shape ([n_networks,] n_weights)
        Weights in the order of `positions`, and the place of their gradients.
    """

    def __init__(self, settings):
        self._architecture = architecture = settings.architecture
        self._settings, self._networks = settings, architecture.networks
        self._scans = [
            scan_of(architecture, width, units, settings.batch_size)
            for width, units in architecture.cell_shapes()
        ]
        self._output = OutputLayer(architecture, settings.loss, settings.batch_size)
        self.positions = self._find_positions()
        self._allocate()
        n = architecture.n_directions
        self._layers = [self._scans[i : i + n] for i in range(0, len(self._scans), n)]
        # From rows, steps and features to steps, features and rows.
        self._steps_first = (2, 0, 3, 1) if self._networks else (1, 2, 0)

    def _find_positions(self):
        shapes = self._architecture.weight_shapes()
        places = [np.arange(start, end).reshape(shape) for start, end, shape in parts_of(shapes)]
        cells, *output = self._architecture.split_weights(places)
        found = [scan.positions(*cell) for scan, cell in zip(self._scans, cells, strict=True)]
        found += [place.ravel() for place in output if place is not None]
        return np.concatenate(found)

    def _allocate(self):
        shape = (*self._networks, len(self.positions))
        self.weights, self.gradients = np.zeros(shape, F4), np.zeros(shape, F4)
        ends = np.cumsum([scan.size for scan in self._scans]).tolist()
        owners = zip([*self._scans, self._output], [0, *ends], [*ends, None], strict=True)
        for owner, start, end in owners:
            owner.bind(self.weights[..., start:end], self.gradients[..., start:end])

    def batches(self, rows):
        """Prepare rows for :meth:`fill_gradients`.

        Parameters
        ----------
        rows : ndarray of shape (n_batches * n_networks * batch_size, row_size)
            A batch for each network, then the next ones.

        Returns
        -------
        iterator of tuple
            What :meth:`fill_gradients` takes for each batch.
        """
        by_batch = (-1, *self._networks, self._settings.batch_size)
        windows, targets, levels = self._settings.rows.split(rows)
        windows, unknown = self._filled(windows.reshape(*by_batch, *windows.shape[1:]))
        targets = targets.reshape(*by_batch, *targets.shape[1:])
        known, shares = known_targets(self._settings.loss, targets[..., :-1], targets[..., -1:])
        if levels.size:
            levels = levels.reshape(*by_batch, 1, levels.shape[1])
        else:
            levels = [None] * len(windows)
        return zip(windows, unknown, known, shares, levels, strict=True)

    def _filled(self, windows):
        """Return windows without NaN, and the unknown steps of each batch, None if there are none.

        A step that contains NaN is treated as unknown, but the linear path reads its known values.
        """
        missing = np.isnan(windows) if self._settings.masked else None
        if missing is None or not missing.any():
            return windows, [None] * len(windows)
        unknown = np.ascontiguousarray(np.moveaxis(missing.any(axis=-1), -1, 1))
        has_some = unknown.reshape(len(unknown), -1).any(axis=1).tolist()
        each = [own if some else None for own, some in zip(unknown, has_some, strict=True)]
        return np.where(missing, F4(0.0), windows), each

    def fill_gradients(self, batch, states=None):
        """Compute the loss of a batch, and fill its gradients.

        Parameters
        ----------
        batch : tuple
            From :meth:`batches`.
        states : list of ndarray of shape ([n_networks,] units, batch_size), default=None
            States before the batch, which are replaced by those after it. None means zeros.

        Returns
        -------
        ndarray of shape ([n_networks])
            The loss of each network.
        """
        windows, unknown, targets, shares, levels = batch
        inputs = windows.transpose(self._steps_first)
        mask = None if unknown is None else Mask(unknown)
        for scan in self._scans:
            scan.refresh()
        hidden = self._forward(inputs, mask, states)
        loss, of_hidden = self._output.gradients(hidden, windows, targets, shares, levels)
        self._backward(mask, of_hidden)
        return loss

    def _forward(self, inputs, mask, states):
        """Return the states of the last layer: at all steps, or those after the last one read.

        The shape is ``([n_steps,] [n_networks,] width, n_rows)``.
        """
        masks = self._masks(mask)
        sequences = self._architecture.return_sequences
        for layer, scans in enumerate(self._layers):
            each_step = sequences or layer < len(self._layers) - 1
            outputs = []
            for scan, order, own in zip(scans, (1, -1), masks, strict=False):
                scan.inputs[...] = inputs[::order]
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
        """Whether unknown steps have outputs of zero, as in a bidirectional Keras layer."""
        return self._architecture.bidirectional and each_step and mask is not None

    def _backward(self, mask, of_outputs):
        masks = self._masks(mask)
        sequences = self._architecture.return_sequences
        last = len(self._layers) - 1
        for layer, scans in reversed(list(enumerate(self._layers))):
            each_step = sequences or layer < last
            if self._hides(each_step, mask):
                of_outputs = np.where(mask.whole, F4(0.0), of_outputs)
            parts = np.split(of_outputs, len(scans), axis=-2) if len(scans) > 1 else [of_outputs]
            of_inputs = None
            for scan, order, part, own in zip(scans, (1, -1), parts, masks, strict=False):
                found = scan.backward(
                    part[::order] if each_step else None,
                    None if each_step else part,
                    own,
                    to_inputs=layer > 0,
                )
                if found is not None:
                    found = found[::order]
                    of_inputs = found if of_inputs is None else of_inputs + found
            of_outputs = of_inputs
