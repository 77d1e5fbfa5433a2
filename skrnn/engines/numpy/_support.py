"""Networks that the NumPy engine can train, and an estimate of their training time."""

from ._cell_scan import calls_of_step, can_train
from ._optimizer_rules import RULES
from ._schedules import schedule_from

# Seconds on one core of a machine from 2025: for a NumPy call, for a multiplication in a matrix
# product, for a value in all elementwise operations of a step, and for the fixed part of a step.
_CALL, _MULTIPLICATION, _VALUE, _BATCH = 4e-7, 6e-11, 5.7e-9, 5e-5


def unsupported_setting(architecture, loss, recipe):
    """Return the first setting that only TensorFlow supports, as text, or None.

    Parameters
    ----------
    architecture : Architecture
        Architecture of the networks.
    loss : Loss
        The loss.
    recipe : OptimizerRecipe
        Recipe of the optimizer.

    Returns
    -------
    str or None
    """
    if architecture.dropout or architecture.recurrent_dropout:
        return "dropout"
    if not can_train(architecture):
        return (
            f"cell={architecture.cell!r} with activation={architecture.activation!r} and "
            f"recurrent_activation={architecture.recurrent_activation!r}, whose derivatives are "
            "not defined"
        )
    if not loss.has_gradient:
        return f"loss={loss!r}, which does not define its gradient"
    if recipe.name not in RULES or recipe.custom_class is not None:
        return f"the optimizer {recipe.name}"
    if recipe.schedule and schedule_from(recipe.schedule) is None:
        return f"the learning-rate schedule {recipe.schedule.get('class_name')}"
    return None


def work_of_fit(architecture, *, batch_size, n_rows, epochs):
    """Estimate the time that a fit takes in NumPy from its arithmetic only.

    Parameters
    ----------
    architecture : Architecture
        Architecture of the networks.
    batch_size, n_rows, epochs : int
        Rows of a batch, rows to train on, and the largest number of epochs.

    Returns
    -------
    float
        Seconds.
    """
    cell, n_steps = architecture.cell, architecture.n_timesteps
    shapes = architecture.cell_shapes()
    calls = len(shapes) * n_steps * calls_of_step(architecture)
    values = sum(cell.gates * units for _, units in shapes)
    n_values = architecture.n_networks * min(batch_size, max(n_rows, 1)) * n_steps
    of_values = _MULTIPLICATION * architecture.n_products + _VALUE * values
    batch = _BATCH + _CALL * calls + n_values * of_values
    return epochs * -(-n_rows // batch_size) * batch
