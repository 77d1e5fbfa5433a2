"""What `import skrnn` brings along, seen from a fresh process."""

import operator
import subprocess
import sys

import pytest

import skrnn

# Not rich, which scikit-learn's own callbacks load.
HEAVY = {"keras", "matplotlib", "pooch", "scikeras", "sktime", "statsmodels", "tensorflow"}


def modules_loaded_by(statements):
    code = f"import sys\n{statements}\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize(
    "statements",
    [
        "import skrnn",
        "import skrnn; dir(skrnn); skrnn.datasets.make_seasonal_series()",
        "import skrnn; skrnn.LagWindowTransformer()",
        "import skrnn; skrnn.RNNRegressor()",
        "from skrnn import make_lag_windows",
    ],
)
def test_loads_nothing_heavy(statements):
    assert modules_loaded_by(statements) & HEAVY == set()


def test_import_alone_loads_no_other_package_at_all():
    extra = modules_loaded_by("import skrnn") - modules_loaded_by("import importlib")
    assert extra == {"skrnn"}


@pytest.mark.parametrize("name", skrnn.__all__)
def test_public_name(name):
    assert getattr(skrnn, name) is not None
    assert name in dir(skrnn)


def test_unknown_name():
    with pytest.raises(AttributeError, match="module 'skrnn' has no attribute 'Transformer'"):
        operator.attrgetter("Transformer")(skrnn)
