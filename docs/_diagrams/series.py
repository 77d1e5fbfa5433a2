"""Draw rows in time: windows, horizons, folds, streams."""

from drawing import Drawing


def _rows(d, y, first, n, kinds, *, width=44, left=50, labels=True):
    for i in range(n):
        x = left + width * i
        d.box(x, y, str(first + i) if labels else "", width=width - 4, kind=kinds(i), size=13)


def draw_windows():
    d = Drawing("windows", 600, 250)
    d.text(20, 20, "the rows of X", kind="left", size=13)
    _rows(d, 48, 1, 12, lambda i: "box")
    lines = [
        (98, 1, "horizon=1: the 3 rows before row 8"),
        (153, 3, "horizon=3: 3 rows; the last one is 3 rows before row 8"),
        (208, 0, "horizon=0: the last step is row 8 itself"),
    ]
    for y, horizon, label in lines:
        last = 8 - horizon
        steps = range(last - 3, last)
        for i in range(12):
            x = 50 + 44 * i
            kind = "gate" if i in steps else "body"
            d.box(x, y + 22, str(i + 1) if i in steps else "", width=40, height=24, kind=kind)
        d.box(50 + 44 * 7, y + 22, "" if horizon == 0 else "8", width=40, height=24, kind="warm")
        if horizon == 0:
            d.text(50 + 44 * 7, y + 22, "8")
        d.text(30, y, label, kind="left", size=13)
    d.save()


def draw_folds():
    d = Drawing("folds", 600, 160)
    d.text(
        30,
        16,
        "training rows: scaler, windows and network are fitted to these",
        kind="left",
        size=13,
    )
    for i in range(12):
        d.box(50 + 44 * i, 44, str(i + 1), width=40, kind="gate" if i < 8 else "warm")
    d.text(570, 44, "")
    d.text(380, 76, "test rows", kind="left", size=13)
    d.text(30, 104, "window of row 9, the first test row: rows 6, 7 and 8", kind="left", size=13)
    for i in range(12):
        kind = "gate" if i in (5, 6, 7) else "warm" if i == 8 else "body"
        d.box(
            50 + 44 * i,
            132,
            str(i + 1) if i in (5, 6, 7, 8) else "",
            width=40,
            height=26,
            kind=kind,
        )
    d.save()


def draw_streams():
    d = Drawing("streams", 600, 150)
    d.text(30, 16, "12 rows, batch_size=3: three streams of four rows", kind="left", size=13)
    for stream in range(3):
        y = 46 + 40 * stream
        for i in range(4):
            x = 80 + 120 * i
            kind = ("gate", "warm", "box")[stream]
            d.box(x, y, f"row {4 * stream + i + 1}", width=70, height=28, kind=kind, size=13)
            if i < 3:
                d.line((x + 35, y), (x + 84, y))
                d.text(x + 58, y - 10, "state", size=11)
    d.save()


if __name__ == "__main__":
    draw_windows()
    draw_folds()
    draw_streams()
