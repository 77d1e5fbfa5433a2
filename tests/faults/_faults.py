"""The faults: a file, the code that is right, the code that is wrong, and the tests to run."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """A fault to put into the package.

    Attributes
    ----------
    path : str
        File in ``skrnn``.
    right, wrong : str
        The code, which occurs once in the file, and what takes its place.
    tests : tuple of str
        Files in ``tests`` that may find it, besides the test file of the module.
    """

    path: str
    right: str
    wrong: str
    tests: tuple = ()

    @property
    def tests_of_it(self):
        """Files of tests, the one of the module first."""
        folder, _, name = self.path.rpartition("/")
        own = f"{folder}/test_{name.lstrip('_')}" if folder else f"test_{name.lstrip('_')}"
        return (own, *self.tests)


WINDOWS = [
    Fault(
        "windows/_views.py",
        "n_windows = len(series) - lag - horizon + 1",
        "n_windows = len(series) - lag - horizon",
    ),
    Fault(
        "windows/_views.py",
        "series[lag + horizon - 1 :].copy()",
        "series[lag + horizon - 2 : -1].copy()",
    ),
    Fault("windows/_views.py", "n_before = lag + horizon - 1", "n_before = lag + horizon"),
    Fault(
        "windows/_views.py", "padded[:-horizon, column] = padded[horizon:, column].copy()", "pass"
    ),
    Fault(
        "windows/_views.py",
        "np.nan if history is None else history",
        "np.nan",
        ("windows/test_lag_window_context.py",),
    ),
    Fault(
        "windows/_views.py",
        "now, before = windows[few][1:, :-1], windows[few][:-1, 1:]",
        "now, before = windows[few][1:, :-1], windows[few][1:, :-1]",
    ),
]
NETWORK = [
    Fault("network/_window_level.py", "0 if self.causal else -1", "-1"),
    Fault("network/_window_level.py", "/= 1.0 + levels[:, None]", "/= levels[:, None]"),
    Fault(
        "network/_window_level.py",
        "windows = np.array(windows, np.float64)",
        "windows = np.array(windows, np.float32)",
        ("test_levels.py",),
    ),
    Fault("network/_architecture.py", "return 1 + self.bidirectional", "return 1"),
    Fault("network/_architecture.py", "width = units * self.n_directions", "width = units"),
    Fault(
        "network/_forward.py",
        "known = None if mask is None else mask[::order]",
        "known = mask",
        ("keras_bridge/test_model.py",),
    ),
    Fault(
        "network/_forward.py",
        "steps[step] *= known[..., None, :]",
        "pass",
        ("keras_bridge/test_model.py",),
    ),
    Fault(
        "network/_forward.py",
        "return np.cumsum(columns, axis=-1)",
        "return columns",
        ("keras_bridge/test_model.py",),
    ),
    Fault(
        "network/_forward.py",
        "columns[..., 1:] = softplus(columns[..., 1:])",
        "pass",
        ("keras_bridge/test_model.py",),
    ),
    Fault(
        "network/_forward.py",
        "hidden = hidden[..., -1:, :]",
        "hidden = hidden[..., :1, :]",
        ("test_stateful.py",),
    ),
    Fault(
        "network/_forward.py",
        "after += carried",
        "after = carried",
        ("test_stateful.py",),
    ),
    Fault(
        "network/_link_functions.py", "- np.log(len(outputs))", "", ("test_several_networks.py",)
    ),
    Fault("cells/_lstm.py", "c = f * c + i * g", "c = f * c + (1.0 - f) * g"),
    Fault("cells/_lstm.py", "weights[2][units : 2 * units] = 1.0", "pass"),
    Fault("cells/_lstm.py", "[xp.zeros_like(dh), dc * f]", "[xp.zeros_like(dh), dc]"),
    Fault("cells/_gru.py", "dz = dh * (h - candidate)", "dz = dh * (candidate - h)"),
    Fault("cells/_simple.py", "xp.slope(", "1.0 * (", ("engines/tensorflow/test_network.py",)),
    Fault("losses/_regression.py", "near * (size - 0.5 * near)", "near * (size - near)"),
    Fault(
        "losses/_regression.py", "return 2.0 * (output - y_true)", "return 2.0 * (y_true - output)"
    ),
    Fault("losses/_quantile.py", "return sum(errors) / len(errors)", "return sum(errors)"),
    Fault("losses/_loss.py", "xp.where(counts, y_true, neutral)", "y_true"),
    Fault("losses/_loss.py", "xp.sum(weight * error, axis=_BATCH)", "xp.sum(error, axis=_BATCH)"),
]
TRAINING = [
    Fault("training/_row_order.py", "order[0, :n_short] = BLANK", "pass", ("test_stateful.py",)),
    Fault(
        "training/_row_order.py",
        "padded = -(-n_rows // batch_size) * batch_size",
        "padded = -(-n_rows // batch_size) * batch_size + batch_size",
    ),
    Fault(
        "training/_row_order.py",
        "orders = in_order.copy()",
        "orders = in_order",
        ("training/test_epoch_loop.py",),
    ),
    Fault(
        "training/_row_order.py",
        "[own.permutation(n_rows) for own in draws]",
        "[draws[0].permutation(n_rows) for own in draws]",
        ("test_several_networks.py",),
    ),
    Fault("training/_stopping.py", "loss < self.best_loss - self.tol", "loss < self.best_loss"),
    Fault(
        "training/_stopping.py",
        "self.waited >= self.n_iter_no_change",
        "self.waited > self.n_iter_no_change",
    ),
    Fault(
        "training/_stopping.py",
        "if self.stopped:\n            return",
        "if False:\n            return",
    ),
    Fault(
        "training/_samples.py",
        "n_left = len(rows) - n_held_out",
        "n_left = len(rows) - n_held_out - 1",
    ),
    Fault(
        "training/_samples.py",
        "candidates = np.delete(rows, kept)",
        "candidates = rows",
        ("test_classifier_input.py",),
    ),
    Fault(
        "training/_trainer.py",
        "batches.transpose(1, 0, 2)",
        "batches",
        ("test_several_networks.py",),
    ),
    Fault(
        "training/_step_count.py",
        "self.reached += n_steps",
        "pass",
        ("test_online_learning.py",),
    ),
    Fault(
        "training/_trainer.py",
        "windows[blank] = np.nan if self._engine.settings.masked else 0.0",
        "windows[blank] = 0.0",
        ("test_stateful.py",),
    ),
    Fault("training/_trainer.py", "targets[blank] = 0.0", "pass"),
    Fault(
        "training/_trainer.py",
        "own_targets[:, :, :-1] -= shift[:, None]",
        "pass",
        ("test_levels.py",),
    ),
    Fault("training/_trainer.py", "weights = [average.copy() for average in averages]", "pass"),
    Fault(
        "training/_trainer.py",
        "np.average(losses, axis=0, weights=weights)",
        "np.average(losses, axis=0)",
    ),
    Fault("training/_epoch_loop.py", "trainer.forget_states()", "pass", ("test_stateful.py",)),
    Fault(
        "training/_training_run.py",
        "mean + self.plan.l2 * squares",
        "mean",
        ("training/test_epoch_loop.py", "test_losses_and_shapes.py"),
    ),
]
ENGINES = [
    Fault(
        "engines/_layouts.py",
        "np.array(counts, np.int32).view(np.float32)",
        "np.array(counts, np.float32)",
    ),
    Fault(
        "engines/numpy/_optimizer_rules.py",
        "moving -= gradients",
        "moving += gradients",
    ),
    Fault(
        "engines/numpy/_optimizer_rules.py",
        "corrected = rate *",
        "corrected = 2 * rate *",
    ),
    Fault(
        "engines/numpy/_weight_update.py",
        "F4(rate * weight_decay) * self._kernels",
        "F4(rate * weight_decay)",
    ),
    Fault("engines/numpy/_weight_update.py", "F4(2.0 * l2)", "F4(l2)"),
    Fault("engines/numpy/_weight_update.py", "sums[...] = 0.0", "pass"),
    Fault("engines/numpy/_weight_update.py", "momentum *= iteration > 0", "pass"),
    Fault(
        "engines/numpy/_joined_scans.py", "np.copyto(c_after, c, where=mask.unknown[t])", "pass"
    ),
    Fault("engines/numpy/_joined_scans.py", "order = (3, 0, 1, 2)", "order = (0, 1, 2, 3)"),
    Fault("engines/numpy/_gru_scan.py", "mask.fill(self._passed, ONE)", "pass"),
    Fault(
        "engines/numpy/_base_scan.py",
        "array[1 : first + 1] = array[0]",
        "pass",
        ("engines/numpy/test_joined_scans.py",),
    ),
    Fault("engines/numpy/_cell_scan.py", "unknown = mask.unknown[t].swapaxes(-1, -2)", "pass"),
    Fault(
        "engines/numpy/_output_layer.py",
        "errors[..., 1:] *= expit(output[..., 1:])",
        "pass",
        ("engines/numpy/test_batch_network.py",),
    ),
    Fault("engines/tensorflow/_weight_decay.py", "g + 2.0 * l2 * w", "g + l2 * w"),
    Fault(
        "engines/tensorflow/_scan.py",
        "end - 1, later, derivatives",
        "end - 2, later, derivatives",
        ("engines/tensorflow/test_network.py",),
    ),
    Fault(
        "engines/tensorflow/_traced_steps.py",
        "for part in range(n_parts)\n        ]",
        "for part in range(1)\n        ]",
    ),
]
FORECASTING = [
    Fault("forecasting/_combination.py", "(least / errors) ** 2", "(least / errors)"),
    Fault("forecasting/_combination.py", "* ~np.isnan(forecasts)", ""),
    Fault(
        "forecasting/_conformal_quantiles.py",
        "levels * (n + 1) * (size / n)",
        "levels * n * (size / n)",
    ),
    Fault(
        "forecasting/_conformal_quantiles.py",
        "_upper(-scores[::-1], np.maximum(1 - levels, 0.5), n, k, degrees)",
        "_upper(scores, np.maximum(1 - levels, 0.5), n, k, degrees)",
    ),
    Fault(
        "forecasting/_conformal_quantiles.py",
        "share = usual / (usual + _EXPECTED_COUNTS)",
        "share = 1.0",
    ),
    Fault(
        "forecasting/_forecast_limits.py",
        "known &= (panel.positions() <= last[panel.series])[:, None]",
        "pass",
    ),
    Fault(
        "forecasting/_scaling.py",
        "constant[panel.rows] = self.constant_[panel.series]",
        "constant[panel.rows] = self.constant_[0]",
    ),
    Fault(
        "forecasting/_scaling.py",
        "scaled /= scale",
        "scaled *= scale",
    ),
    Fault(
        "_class_labels.py",
        "position[~np.isnan(position)]",
        "position[np.isnan(position)]",
        ("test_classifier_input.py",),
    ),
]
FAULTS = [*WINDOWS, *NETWORK, *TRAINING, *ENGINES, *FORECASTING]
