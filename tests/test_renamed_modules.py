"""Classes are found where former versions had them."""

import pickle
import subprocess
import sys
from importlib import import_module

import pytest

import skrnn
from skrnn._renamed_modules import FORMER_PLACES

CLASSES = {
    "skrnn._lag_window_transformer": "LagWindowTransformer",
    "skrnn._time_index": "IndexEnd",
}


@pytest.mark.parametrize("name", FORMER_PLACES)
def test_a_pickle_finds_the_class(name):
    stored = f"c{name}\n{CLASSES[name]}\n.".encode()
    found = pickle.loads(stored)
    assert found is getattr(import_module(FORMER_PLACES[name]), CLASSES[name])


def test_former_modules_are_not_loaded_and_ask_for_nothing():
    code = (
        "import sys, skrnn; m = sys.modules['skrnn._time_index']; "
        "print(hasattr(m, '__file__'), 'pandas' in sys.modules, 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False", "False"]


def test_a_name_that_never_was_is_an_error():
    with pytest.raises(AttributeError):
        sys.modules["skrnn._time_index"].nothing  # noqa: B018
    assert "_time_index" not in skrnn.__all__
