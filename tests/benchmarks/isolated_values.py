"""How often a value that is no mistake causes a warning that it may be one.

``python -m tests.benchmarks.isolated_values`` prints, for each set, the number of its series and
those in whose training parts a value is far from all others. As far as is known, none of these
values is a mistake, so each is a false alarm.
"""

import argparse

import numpy as np

from skrnn.windows._isolated_values import isolated_rows
from tests.benchmarks._competition_data import SETS, load_group


def main():
    """Print a line for each set, and one for all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=list(SETS))
    n_series, n_found = 0, 0
    for name in parser.parse_args().sets:
        past = load_group(name).past
        found = with_isolated_values(past)
        print(
            f"{name:18}{len(past):6,} series, with a warning: {len(found)}  {found[:9]}",
            flush=True,
        )
        n_series, n_found = n_series + len(past), n_found + len(found)
    print(f"{'all':18}{n_series:6,} series, with a warning: {n_found}")


def with_isolated_values(series):
    """Return the positions of the series that have a value far from all others."""
    numbers = np.repeat(np.arange(len(series)), [len(values) for values in series])
    return np.unique(numbers[isolated_rows(np.concatenate(series), numbers)]).tolist()


if __name__ == "__main__":
    main()
