"""A long table of two series, and the panels that are made of it."""

import numpy as np
import pandas as pd

from skrnn.forecasting import to_panel


def make_table():
    """Two series of weeks that end at different times, unsorted, with a missing week."""
    parts = []
    for name, first, n in [("b", 2, 30), ("a", 0, 28)]:
        weeks = pd.date_range("2024-01-01", periods=40, freq="W-MON")[first : first + n]
        y = 10 + np.sin(np.arange(n)) + n
        promo = (np.arange(n) % 4 == 0).astype(int)
        parts.append(pd.DataFrame({"unique_id": name, "ds": weeks, "y": y, "promo": promo}))
    return pd.concat(parts).drop(index=7).sample(frac=1, random_state=0, ignore_index=True)


TABLE = make_table()
PLAIN = TABLE.drop(columns="promo")
PANEL, PROMO = to_panel(TABLE)
AHEAD = pd.DataFrame(
    {
        "unique_id": np.repeat(["a", "b"], 3),
        "ds": [
            *pd.date_range("2024-07-15", periods=3, freq="W-MON"),
            *pd.date_range("2024-08-12", periods=3, freq="W-MON"),
        ],
        "promo": [1, 0, 0, 1, 1, 0],
    }
)
FUTURE = AHEAD.set_index(["unique_id", "ds"])
