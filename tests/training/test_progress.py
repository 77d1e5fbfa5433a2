"""What ``verbose`` shows: a line on a terminal, plain lines in a log."""

import io

import pytest
from rich.console import Console

from skrnn.training import _progress
from skrnn.training._progress import epoch_progress, show_number

LOSSES = {"loss": 0.123456, "val_loss": 12345.678}


def console(width=100, *, terminal=True):
    return Console(file=io.StringIO(), width=width, force_terminal=terminal, color_system=None)


def shown(on, n_epochs, n_done, losses=LOSSES):
    """Everything written, and the last line of it."""
    with epoch_progress(n_epochs, verbose=1, console=on) as progress:
        for _ in range(n_done):
            progress.show(losses)
    text = on.file.getvalue()
    return text, text.split("\x1b[2K")[-1].splitlines()[0]


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still unless it is moved."""

    class Clock:
        now = 100.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(_progress, "time", clock)
    return clock


def test_nothing_is_shown_without_verbose(capsys):
    with epoch_progress(3, verbose=0) as progress:
        with progress.compiling():
            pass
        progress.show(LOSSES)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("verbose", [1, 2, True])
def test_a_log_goes_where_print_goes(capsys, verbose):
    with epoch_progress(4, verbose=verbose) as progress:
        progress.show({"loss": 0.25})
    assert capsys.readouterr().out.startswith("epoch 1/4, loss 0.25, elapsed 0:00, left 0:0")


def test_what_was_trained_is_named(capsys):
    with epoch_progress(2, verbose=1, unit="fit") as progress:
        progress.show({"error": 0.5}, "trees")
    assert capsys.readouterr().out.startswith("fit 1/2, trees, error 0.5, elapsed")


@pytest.mark.parametrize("terminal", [True, False])
def test_epochs_losses_and_times_in_words(clock, terminal):
    on = console(120, terminal=terminal)
    with epoch_progress(14, verbose=1, console=on) as progress:
        for _ in range(4):
            clock.now += 1.0
            progress.show(LOSSES)
    last = on.file.getvalue().split("\x1b[2K")[-1]
    for words in ("epoch  4/14", "loss 0.1235", "val_loss 1.235e+04", "elapsed 0:04, left 0:10"):
        assert words in last


@pytest.mark.parametrize("terminal", [True, False])
def test_compiling_is_shown_once_and_does_not_count_as_an_epoch(clock, terminal):
    on = console(100, terminal=terminal)
    with epoch_progress(20, verbose=1, console=on) as progress:
        with progress.compiling():
            clock.now += 6.04
        for _ in range(20):
            clock.now += 1.0
            progress.show(LOSSES)
    text = on.file.getvalue()
    assert text.count("compiled in 6.0 s") == 1
    assert "elapsed 0:20, left 0:00" in text.split("\x1b[2K")[-1]
    assert text.index("compiled in") < text.rindex("epoch")
    assert terminal == ("━" in text.split("\x1b[2K")[-1])


def test_a_program_that_was_there_is_not_named(clock):
    on = console(terminal=False)
    with epoch_progress(1, verbose=1, console=on) as progress:
        with progress.compiling():
            clock.now += 0.01
        progress.show(LOSSES)
    assert "compiled" not in on.file.getvalue()


def test_long_times_have_hours(clock):
    on = console(terminal=False)
    with epoch_progress(3, verbose=1, console=on) as progress:
        clock.now += 3661.2
        progress.show(LOSSES)
    assert "elapsed 1:01:01, left 2:02:02" in on.file.getvalue()


@pytest.mark.parametrize("losses", [{"loss": 0.5}, LOSSES])
@pytest.mark.parametrize("width", [14, 20, 30, 40, 50, 60, 80, 120, 200])
def test_a_narrow_terminal_keeps_the_counter_and_one_line(width, losses):
    text, last = shown(console(width), 1000, 37, losses)
    assert "epoch   37/1000" in last or width < 15
    assert len(last) <= width
    assert max(map(len, text.replace("\r\x1b[2K", "\n").splitlines())) <= width + len("\x1b[?25l")
    assert ("loss 0." in last) is (width >= 30)
    if width >= 80:
        assert "elapsed 0:00, left 0:0" in last


def test_the_bar_fills_with_the_epochs():
    full = shown(console(200), 4, 4)[1].count("━")
    half = shown(console(200), 4, 2)[1].count("━")
    assert full == 40
    assert half == 20


@pytest.mark.parametrize("n_epochs", [1, 2, 9, 10, 11, 57, 100, 1009, 5000])
def test_a_log_has_a_plain_line_now_and_then(n_epochs):
    text, _ = shown(console(40, terminal=False), n_epochs, n_epochs)
    lines = text.splitlines()
    assert min(n_epochs, 6) <= len(lines) <= 12
    assert "\x1b" not in text
    assert "\r" not in text
    counters = [int(line.split("/")[0].split()[1]) for line in lines]
    assert counters == sorted(set(counters))
    assert (counters[0], counters[-1]) == (1, n_epochs)
    assert all("elapsed 0:00, left 0:00" in line for line in lines)


def test_a_log_is_written_while_training_goes_on():
    on = console(terminal=False)
    with epoch_progress(100, verbose=1, console=on) as progress:
        for epoch in range(1, 31):
            progress.show(LOSSES)
            if epoch in (1, 10, 30):
                assert f"epoch {epoch:>3}/100" in on.file.getvalue().splitlines()[-1]


@pytest.mark.parametrize("terminal", [True, False])
def test_the_last_epoch_stays_when_training_ends_early(terminal):
    on = console(terminal=terminal)
    assert "epoch  57/100" in shown(on, 100, 57)[0].splitlines()[-1 if not terminal else -2]


def train_and_fail(on):
    with epoch_progress(40, verbose=1, console=on) as progress:
        for _ in range(3):
            progress.show({"loss": 0.5})
        raise ValueError("no longer finite")


@pytest.mark.parametrize("terminal", [True, False])
def test_the_last_line_stays_when_training_fails(terminal):
    on = console(terminal=terminal)
    with pytest.raises(ValueError, match="no longer finite"):
        train_and_fail(on)
    text = on.file.getvalue()
    assert "epoch  3/40" in text
    assert text.replace("\x1b[?25h", "").endswith("\n")


def test_the_number_of_a_network_is_shown_if_there_are_several(capsys):
    show_number(1, 1, "network")
    show_number(2, 3, "network")
    assert capsys.readouterr().out == "network 2 of 3\n"
