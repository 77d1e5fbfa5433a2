"""The progress bar of ``verbose``."""

from contextlib import contextmanager


@contextmanager
def epoch_progress(n_epochs, *, verbose):
    """Show epoch, loss and the time left.

    Parameters
    ----------
    n_epochs : int
        Epochs of the whole run.
    verbose : int
        0 shows nothing.

    Yields
    ------
    callable or None
        To be called with the losses of each epoch by name; None if nothing is shown.
    """
    if not verbose:
        yield None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = [
        TextColumn("epoch"),
        MofNCompleteColumn(),
        BarColumn(),
        TextColumn("{task.fields[loss]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    ]
    with Progress(*columns) as progress:
        task = progress.add_task("training", total=n_epochs, loss="")
        yield lambda losses: progress.update(
            task, advance=1, loss=" ".join(f"{name} {loss:.4g}" for name, loss in losses.items())
        )
