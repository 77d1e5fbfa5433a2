"""The examples run as scripts, say nothing odd, and show what they are there to show."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NUMBER = r"[\d.]+"


def run_example(name):
    """Run an example in a process of its own, and return what it prints."""
    run = subprocess.run(
        # On some systems with a screen, matplotlib warns that Agg shows no figure.
        [sys.executable, "-W", "ignore:FigureCanvasAgg", str(ROOT / "examples" / name)],
        cwd=ROOT,
        env={**os.environ, "MPLBACKEND": "Agg", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "Warning:" not in run.stderr
    return run.stdout


def numbers_after(label, text):
    """Find the line of a table that begins with a label, and return its numbers."""
    [line] = re.findall(rf"^{re.escape(label)} .*$", text, flags=re.MULTILINE)
    return [float(number) for number in re.findall(NUMBER, line.removeprefix(label))]


@pytest.fixture(scope="module")
def quickstart():
    return run_example("plot_quickstart.py")


@pytest.fixture(scope="module")
def melbourne_example(melbourne):
    return run_example("plot_melbourne.py")


@pytest.mark.parametrize(
    ("opponent", "largest_ratio"),
    [("persistence", 0.5), ("seasonal naive", 0.5), ("ridge, same windows", 1.05)],
)
def test_tuned_network_on_the_last_years(quickstart, opponent, largest_ratio):
    network, _ = numbers_after("tuned network", quickstart)
    rmse, ratio = numbers_after(opponent, quickstart)
    assert ratio == pytest.approx(network / rmse, abs=0.002)
    assert ratio <= largest_ratio


def test_naive_forecasts_of_the_last_years(quickstart, sea_surface):
    last_years = slice("2001", None)
    for opponent, months in [("persistence", 1), ("seasonal naive", 12)]:
        error = (sea_surface - sea_surface.shift(months))[last_years]
        rmse, _ = numbers_after(opponent, quickstart)
        assert rmse == pytest.approx((error**2).mean() ** 0.5, abs=0.001)


def test_quickstart_prints_from_the_lowest_error_to_the_highest(quickstart):
    table = quickstart.partition("One month ahead")[2].splitlines()[2:]
    errors = [float(re.findall(NUMBER, line)[0]) for line in table if line]
    assert errors == sorted(errors)
    assert len(errors) == 4


@pytest.mark.parametrize("scheme", ["scheme 1, LSTM, 4 units", "scheme 2, LSTM, 4 units"])
def test_schemes_of_the_lecture(melbourne_example, scheme):
    _, _, table = melbourne_example.partition("Means over")
    loss, _, train, test, lowest, highest = numbers_after(scheme, table)
    assert loss <= 0.0086
    assert test <= 2.47
    assert lowest <= test <= highest
    assert train == pytest.approx(2.558, abs=0.03)  # the lecture's own


@pytest.mark.parametrize(
    "network", [f"LSTM, {units} units" for units in range(6, 13, 2)] + ["GRU, 4 units"]
)
def test_other_networks_of_the_lecture(melbourne_example, network):
    loss, _, _, test, _, _ = numbers_after(f"scheme 2, {network}", melbourne_example)
    assert loss <= 0.009
    assert test <= 2.5


def test_baselines_of_melbourne(melbourne_example):
    assert numbers_after("persistence", melbourne_example)[-1] == 2.651
    before, during, test = numbers_after("linear regression, 3 days", melbourne_example)
    assert test == 2.453
    assert during < before  # why the loss of the validation days is the lower one


def test_gaps_and_correlogram_of_melbourne(melbourne_example):
    assert "missing values: 0, gaps in the dates: 2" in melbourne_example
    [days] = re.findall(r"outside of its band, days: (.*)", melbourne_example)
    assert set(map(str, range(1, 14))) <= set(days.split())


def test_level_and_path_follow_a_trend():
    ratios = run_example("plot_trend.py").partition("as a ratio to ridge")[2]
    for lag, (plain, mended) in enumerate(
        zip(
            numbers_after("plain LSTM", ratios),
            numbers_after("LSTM, level and path", ratios),
            strict=True,
        )
    ):
        assert mended <= 1.08, lag
        assert plain >= 2.0, lag


def test_learning_online_follows_a_drift():
    table = run_example("plot_online_learning.py")
    (online,) = numbers_after("learning online", table)
    (once,) = numbers_after("fitted once", table)
    (persistence,) = numbers_after("persistence", table)
    assert online < 0.8 * persistence
    assert once > 1.5 * online


def test_decay_and_penalty_are_equal_under_gradient_descent_alone():
    text = run_example("plot_weight_decay.py")
    shrunk, rest = text.split("largest difference")
    for strength in ("weight decay 2", "weight decay 0.2"):
        *sizes, exponential = numbers_after(strength, shrunk)
        assert sizes == pytest.approx([exponential] * 3, abs=0.002)
    whole, tenth = numbers_after("L2 of 1", shrunk), numbers_after("L2 of 0.1", shrunk)
    assert whole[0] == pytest.approx(whole[-1], abs=0.002)
    assert tenth[1:3] == pytest.approx(whole[1:3], abs=0.01)
    gaps = re.findall(r"^(sgd|adam|adadelta) +(\S+)", rest, flags=re.MULTILINE)
    assert {name: float(gap) < 1e-3 for name, gap in gaps} == {
        "sgd": True,
        "adam": False,
        "adadelta": False,
    }


def test_what_a_feed_forward_network_cannot_remember():
    text = run_example("plot_memory.py")
    best = numbers_after("best possible", text)
    assert max(numbers_after("feed-forward", text)) < 85
    for cell in ("gru", "lstm"):
        assert numbers_after(cell, text)[-1] > 90
        assert numbers_after(cell, text)[1] == pytest.approx(best[1], abs=3)
    [stateful] = numbers_after("stateful GRU, one step at a time:", text)
    assert stateful > 90


def test_words_in_context():
    text = run_example("plot_tagger.py")
    assert min(numbers_after("recurrent", text)) >= 0.99
    for opponent in ("feed-forward, single words", "feed-forward, five words"):
        assert max(numbers_after(opponent, text)) < 0.8


def test_speakers_by_their_vowels():
    text = run_example("plot_speakers.py")
    *_, mean = numbers_after("GRU in both directions, mean of 5 seeds", text)
    assert mean >= 0.965
    assert mean > numbers_after("logistic regression on means", text)[0] + 0.005
