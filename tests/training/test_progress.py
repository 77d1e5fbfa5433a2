"""The progress bar of ``verbose``."""

import pytest

from skrnn.training._progress import epoch_progress


def test_nothing_is_shown_without_verbose(capsys):
    with epoch_progress(3, verbose=0) as report:
        assert report is None
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("verbose", [1, 2, True])
def test_epochs_losses_and_time_left(capsys, verbose):
    with epoch_progress(4, verbose=verbose) as report:
        report({"loss": 0.25})
        report({"loss": 0.123456, "val_loss": 12345.678})
    shown = capsys.readouterr().out
    for words in ("epoch", "2/4", "loss 0.1235 val_loss 1.235e+04", "left"):
        assert words in shown


def train_and_fail():
    with epoch_progress(4, verbose=1) as report:
        report({"loss": 0.5})
        raise ValueError("no longer finite")


def test_the_last_line_stays_when_training_fails(capsys):
    with pytest.raises(ValueError, match="no longer finite"):
        train_and_fail()
    shown = capsys.readouterr().out
    assert "1/4" in shown
    assert shown.endswith("\n")


def test_all_epochs_fill_the_bar(capsys):
    with epoch_progress(3, verbose=1) as report:
        for _ in range(3):
            report({"loss": 1.0})
    assert "3/3" in capsys.readouterr().out
