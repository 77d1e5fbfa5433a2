"""What ``verbose`` shows of training: a line that moves, or plain lines in a log."""

import time
from contextlib import contextmanager

_LOG_LINES = 10
_SHORTEST_BAR = 10


@contextmanager
def epoch_progress(n_epochs, *, verbose, console=None):
    """Show epoch, losses, and the time elapsed and left.

    On a terminal one line moves; what its width has no room for is left out, but never the
    counter. Elsewhere, as in a log file, a plain line is printed for the
    first epoch, the last, and each tenth of the epochs.

    Parameters
    ----------
    n_epochs : int
        Epochs of the whole run.
    verbose : int
        0 shows nothing.
    console : rich.console.Console, default=None
        Where to show it; None: rich's own console.

    Yields
    ------
    NoProgress, ProgressLine or ProgressLog
        Its method ``show`` takes the losses of each epoch by name.
    """
    if not verbose:
        yield NoProgress()
        return
    from rich import get_console
    from rich.live import Live

    console = get_console() if console is None else console
    if console.is_terminal or console.is_jupyter:
        line = ProgressLine(n_epochs)
        with Live(line, console=console, refresh_per_second=10):
            yield line
        return
    log = ProgressLog(n_epochs, console)
    try:
        yield log
    finally:
        log.end()


class NoProgress:
    """Shows nothing."""

    def show(self, losses):
        """Take the losses of an epoch."""


class _Epochs:
    """The epochs done, as words.

    Parameters
    ----------
    n_epochs : int
        Epochs of the whole run.
    """

    def __init__(self, n_epochs):
        self.n_epochs, self.done = n_epochs, 0
        self.losses = []
        self._start = self._shown = time.monotonic()

    def show(self, losses):
        """Take the losses of an epoch."""
        self.done += 1
        self._shown = time.monotonic()
        self.losses = [f"{name} {loss:.4g}" for name, loss in losses.items()]

    @property
    def counter(self):
        """Epochs done and in all."""
        return f"epoch {self.done:>{len(str(self.n_epochs))}}/{self.n_epochs}"

    def times(self):
        """Time elapsed and, after the first epoch, the time left at the speed until then."""
        elapsed = time.monotonic() - self._start
        words = f"elapsed {_clock(elapsed)}"
        if not self.done:
            return words
        left = (self._shown - self._start) / self.done * self.n_epochs - elapsed
        return f"{words}, left {_clock(max(left, 0))}"


class ProgressLine(_Epochs):
    """One line that rich draws again and again."""

    def __rich_console__(self, console, options):
        """Give rich as much of the line as its width has room for."""
        from rich.progress_bar import ProgressBar
        from rich.table import Table

        parts, room = [self.counter], options.max_width - len(self.counter)
        for part in (*self.losses, self.times()):
            if len(part) + 2 <= room:
                parts.append(part)
                room -= len(part) + 2
        if room >= _SHORTEST_BAR + 2:
            parts.insert(1, ProgressBar(self.n_epochs, self.done, width=min(room - 2, 40)))
        table = Table.grid(padding=(0, 2))
        for _ in parts:
            table.add_column(no_wrap=True)
        table.add_row(*parts)
        yield table


class ProgressLog(_Epochs):
    """Plain lines, a few in all.

    Parameters
    ----------
    n_epochs : int
        Epochs of the whole run.
    console : rich.console.Console
        Where to print them.
    """

    def __init__(self, n_epochs, console):
        super().__init__(n_epochs)
        self._console, self._printed = console, 0
        self._every = -(-n_epochs // _LOG_LINES)

    def show(self, losses):
        """Take the losses of an epoch."""
        super().show(losses)
        if self.done in (1, self.n_epochs) or self.done % self._every == 0:
            self._print()

    def end(self):
        """Print the last epoch, if training ended early."""
        if self.done > self._printed:
            self._print()

    def _print(self):
        self._printed = self.done
        words = ", ".join([self.counter, *self.losses, self.times()])
        self._console.print(words, soft_wrap=True, highlight=False, markup=False)


def _clock(seconds):
    """Minutes and seconds, and hours if there are any."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
