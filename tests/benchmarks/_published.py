"""Published figures, with their sources.

``published_mase.csv`` has mean MASE by the protocol of the Chronos zero-shot benchmark: the files
``benchmarks/chronos_zeroshot/results`` of autogluon/fev (commit 1bc95fd, 2026), Chronos-2 from
third-party runs, and the columns of M4 from the files ``results/*/all_results.csv`` of
SalesforceAIResearch/gift-eval (commit 4fd98a9, 2026). Seasonal naive has the same MASE here to
three digits on these sets, except hospital and car parts (0.001), and NN5 weekly (1.071 here,
1.063 published: unknown days are filled in another way). Tourism yearly is not in the file,
because it is split in another way there.
"""

import csv
from pathlib import Path

# sMAPE and MASE. Monash archive (Godahewa and others, 2021) for all but "M3 all", which is from
# Makridakis and Hibon (2000) and the R package Mcomp's comparison; means over series.
MONASH = {
    "Theta (published)": {
        "M3 monthly": (13.86, 0.864),
        "M3 quarterly": (9.20, 1.117),
        "M3 yearly": (16.76, 2.774),
        "M3 other": (4.92, 2.271),
        "M3 all": (12.76, 1.39),
        "M1 monthly": (16.53, 1.091),
        "M1 quarterly": (None, 1.702),
        "M1 yearly": (None, 4.191),
        "Tourism monthly": (19.90, 1.649),
        "Tourism quarterly": (15.37, 1.661),
        "hospital": (None, 0.761),
        "car parts": (None, 0.914),
    },
    "ETS (published)": {
        "M3 monthly": (14.14, 0.865),
        "M3 quarterly": (9.68, 1.170),
        "M3 yearly": (17.00, 2.860),
        "M3 other": (4.37, 1.814),
        "M3 all": (13.07, 1.43),
        "M1 monthly": (15.05, 1.074),
        "M1 quarterly": (None, 1.658),
        "M1 yearly": (None, 3.771),
        "Tourism monthly": (19.02, 1.526),
        "Tourism quarterly": (15.07, 1.592),
        "hospital": (None, 0.765),
        "car parts": (None, 0.925),
    },
    "N-BEATS (published)": {
        "M3 monthly": (14.76, 0.934),
        "M3 quarterly": (9.47, 1.182),
        "M3 yearly": (17.03, 2.961),
        "M3 other": (4.97, 2.390),
        "M1 monthly": (16.77, 1.168),
        "M1 quarterly": (None, 1.788),
        "M1 yearly": (None, 4.384),
        "Tourism monthly": (20.42, 1.574),
        "Tourism quarterly": (14.45, 1.475),
        "hospital": (None, 0.791),
        "car parts": (None, 2.836),
    },
    "DeepAR (published)": {
        "M3 monthly": (15.74, 1.167),
        "M3 quarterly": (9.93, 1.310),
        "M3 yearly": (17.24, 3.508),
        "M3 other": (5.57, 2.975),
        "M1 monthly": (17.16, 1.192),
        "M1 quarterly": (None, 1.833),
        "M1 yearly": (None, 4.603),
        "Tourism monthly": (18.35, 1.409),
        "Tourism quarterly": (15.29, 1.597),
        "hospital": (None, 0.769),
        "car parts": (None, 0.747),
    },
}

# sMAPE of M3: yearly, quarterly, monthly, other. N-BEATS, EXP and DOTM: table 14 of Oreshkin and
# others (2020); Theta and ForecastPro: Makridakis and Hibon (2000).
M3_SMAPE = {
    "N-BEATS-I+G (180 networks)": (15.93, 8.84, 13.11, 4.24),
    "N-BEATS-I": (15.84, 9.03, 13.15, 4.30),
    "N-BEATS-G": (16.2, 8.92, 13.19, 4.19),
    "EXP": (16.39, 8.98, 13.43, 5.46),
    "DOTM": (15.94, 9.28, 13.74, 4.58),
    "Theta": (16.90, 8.96, 13.85, 4.41),
    "ForecastPro": (17.14, 9.77, 13.86, 4.60),
}

# MAPE of Tourism: yearly, quarterly, monthly; None: not published. N-BEATS: Oreshkin and others
# (2020); the others: Athanasopoulos and others (2011) and the winners of its competition.
TOURISM_MAPE = {
    "N-BEATS-G": (21.67, 14.71, 19.17),
    "LeeCBaker": (22.73, 15.14, 20.19),
    "SaliMali": (None, 14.83, 19.64),
    "ForecastPro": (26.36, 15.72, 19.91),
    "ETS": (27.68, 16.05, 21.15),
}

# sMAPE, MASE and OWA of M4: Makridakis, Spiliotis and Assimakopoulos (2020).
M4 = {
    "ES-RNN (published)": {"M4 hourly": (None, 0.893, 0.440), "M4 weekly": (None, 2.356, None)},
    "Theta (published)": {"M4 hourly": (None, None, 1.006)},
}


def zero_shot():
    """Return the rows of published MASE: dicts of the columns of the file, numbers as floats."""
    path = Path(__file__).with_name("published_mase.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    text = ("method", "kind", "note")
    return [
        {n: v if n in text else float(v) for n, v in row.items() if n in text or v} for row in rows
    ]
