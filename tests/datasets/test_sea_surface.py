import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from skrnn.datasets import load_sea_surface_temperatures


def test_every_month_of_61_years(sea_surface):
    months = pd.date_range("1950-01-01", "2010-12-01", freq="MS", name="date")
    pd.testing.assert_index_equal(sea_surface.index, months, exact="equiv")
    assert sea_surface.index.freqstr == "MS"
    assert sea_surface.name == "sea_surface_temperature"
    assert sea_surface.dtype == np.float64
    assert sea_surface.notna().all()


@pytest.mark.parametrize(
    ("month", "temperature"), [("1950-01-01", 23.11), ("1982-12-01", 25.89), ("2010-12-01", 22.07)]
)
def test_months_in_the_order_of_the_table(sea_surface, month, temperature):
    assert sea_surface[month] == temperature


def test_warm_in_march_and_cold_in_september(sea_surface):
    by_month = sea_surface.groupby(sea_surface.index.month).mean()
    assert by_month.idxmax() == 3
    assert by_month.idxmin() == 9


def test_two_calls_share_no_values():
    series = load_sea_surface_temperatures()
    series.iloc[:] = 0.0
    assert load_sea_surface_temperatures().iloc[0] == 23.11


def test_without_statsmodels_the_error_names_the_extra():
    code = (
        "import sys; sys.modules['statsmodels'] = None\n"
        "from skrnn.datasets import load_sea_surface_temperatures\n"
        "load_sea_surface_temperatures()"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "ImportError: load_sea_surface_temperatures" in run.stderr
    assert "pip install 'skrnn[examples]'" in run.stderr
