"""Shows the progress of training: a line on a terminal, or plain lines in a log."""

import time
from contextlib import contextmanager, nullcontext

_LOG_LINES = 10
_SHORTEST_BAR = 10
_SHORTEST_COMPILATION = 0.1  # seconds


@contextmanager
def epoch_progress(n_epochs, *, verbose, console=None, unit="epoch"):
    """Show the epoch, the losses, and the elapsed and remaining time.

    A terminal shows one line, which is updated. Parts that do not fit into its width are omitted,
    except the counter. Otherwise, for example in a log file, a plain line is printed for the
    first epoch, the last epoch and each tenth of the epochs.

    Parameters
    ----------
    n_epochs : int
        Number of epochs.
    verbose : int
        0 shows nothing.
    console : rich.console.Console, default=None
        Console for the output. None means rich's default console.
    unit : str, default="epoch"
        What is counted.

    Yields
    ------
    NoProgress, ProgressLine or ProgressLog
        An object whose method ``show`` takes the losses of an epoch by name, and optionally the
        name of what was trained, and whose method
        ``compiling`` returns a context for compiling the program.
    """
    if not verbose:
        yield NoProgress()
        return
    from rich import get_console
    from rich.live import Live

    console = get_console() if console is None else console
    if console.is_terminal or console.is_jupyter:
        line = ProgressLine(n_epochs, console, unit)
        with Live(line, console=console, refresh_per_second=10):
            yield line
        return
    log = ProgressLog(n_epochs, console, unit)
    try:
        yield log
    finally:
        log.end()


def show_number(number, total, unit):
    """Print which of several networks is trained next, if there are several."""
    if total > 1:
        from rich import get_console

        get_console().print(f"{unit} {number} of {total}", highlight=False)


class NoProgress:
    """Progress that is not shown."""

    def show(self, losses, what=None):
        """Take the losses of an epoch, or of something that has a name."""

    def compiling(self):
        """Return a context in which the program is compiled."""
        return nullcontext()


class _Epochs:
    """Describe the progress of training in words.

    Parameters
    ----------
    n_epochs : int
        Number of epochs.
    console : rich.console.Console
        Console for the output.
    unit : str, default="epoch"
        What is counted.
    """

    def __init__(self, n_epochs, console, unit="epoch"):
        self.n_epochs, self.done, self.unit = n_epochs, 0, unit
        self.losses, self._console, self._is_compiling = [], console, False
        self._start = self._shown = time.monotonic()

    @contextmanager
    def compiling(self):
        """Return a context in which the program is compiled. Its time has a separate line."""
        start, self._is_compiling = time.monotonic(), True
        yield
        self._start, self._is_compiling = time.monotonic(), False
        self._shown, seconds = self._start, self._start - start
        if seconds >= _SHORTEST_COMPILATION:
            self._print_line(f"compiled in {seconds:.1f} s")

    def _print_line(self, words):
        self._console.print(words, soft_wrap=True, highlight=False, markup=False)

    def show(self, losses, what=None):
        """Take the losses of an epoch, or of something that has a name."""
        self.done += 1
        self._shown = time.monotonic()
        named = [] if what is None else [str(what)]
        self.losses = [*named, *(f"{name} {loss:.4g}" for name, loss in losses.items())]

    @property
    def counter(self):
        """Number of the epoch, and number of epochs."""
        return f"{self.unit} {self.done:>{len(str(self.n_epochs))}}/{self.n_epochs}"

    def times(self):
        """Return the elapsed time and, after the first epoch, an estimate of the time left."""
        if self._is_compiling:
            return "compiling"
        elapsed = time.monotonic() - self._start
        words = f"elapsed {_clock(elapsed)}"
        if not self.done:
            return words
        left = (self._shown - self._start) / self.done * self.n_epochs - elapsed
        return f"{words}, left {_clock(max(left, 0))}"


class ProgressLine(_Epochs):
    """A line that rich updates."""

    def __rich_console__(self, console, options):
        """Yield the parts of the line that fit into the width."""
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
    """Plain lines, at most about ten.

    Parameters
    ----------
    n_epochs : int
        Number of epochs.
    console : rich.console.Console
        Console for the output.
    unit : str, default="epoch"
        What is counted.
    """

    def __init__(self, n_epochs, console, unit="epoch"):
        super().__init__(n_epochs, console, unit)
        self._printed = 0
        self._every = -(-n_epochs // _LOG_LINES)

    def show(self, losses, what=None):
        """Take the losses of an epoch, or of something that has a name."""
        super().show(losses, what)
        if self.done in (1, self.n_epochs) or self.done % self._every == 0:
            self._print()

    def end(self):
        """Print the last epoch if training ended early."""
        if self.done > self._printed:
            self._print()

    def _print(self):
        self._printed = self.done
        self._print_line(", ".join([self.counter, *self.losses, self.times()]))


def _clock(seconds):
    """Format seconds as minutes and seconds, with hours if necessary."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
