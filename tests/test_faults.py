"""The faults of tests/faults can be put into the package as it is now."""

import ast
from pathlib import Path

import pytest

from tests.faults._faults import FAULTS

ROOT = Path(__file__).parents[1]


def test_there_are_many_faults():
    assert len(set(FAULTS)) == len(FAULTS) >= 60


@pytest.mark.parametrize("path", sorted({fault.path for fault in FAULTS}))
def test_faults_fit_the_code(path):
    text = (ROOT / "skrnn" / path).read_text(encoding="utf-8")
    for fault in (fault for fault in FAULTS if fault.path == path):
        assert text.count(fault.right) == 1, fault.right
        ast.parse(text.replace(fault.right, fault.wrong))
        assert all((ROOT / "tests" / name).is_file() for name in fault.tests_of_it), fault
