"""The time that an example took, at the top of its page and on its card in the gallery."""

import re
from pathlib import Path

TOTAL = re.compile(r"\*\*Total running time of the script:\*\* \((\d+) minutes ([\d.]+) seconds\)")
FIRST_PARAGRAPH = re.compile(r"(\n=+\n\n.+?\n)\n", flags=re.DOTALL)
NOT_RUN = "This example is not run when the site is built."
NAME = re.compile(r"\|time of (\w+)\|")


def in_words(text):
    """Return the running time that a page of the gallery ends with, or None if it was not run."""
    found = TOTAL.search(text)
    if not found:
        return None
    seconds = 60 * int(found[1]) + float(found[2])
    if seconds < 100:
        return f"{max(round(seconds), 1)} s"
    return f"{seconds / 60:.0f} min"


def write_times(app, name, source):
    """Put the times in their places."""
    folder = Path(app.srcdir) / "auto_examples"
    if name == "auto_examples/index":
        source[0] = NAME.sub(lambda match: _time_of(folder, match[1]), source[0])
    elif name.startswith("auto_examples/"):
        time = in_words(source[0])
        note = f"Running this example took {time} when this site was built." if time else NOT_RUN
        added = f"\n.. rst-class:: running-time\n\n{note}\n\n"
        source[0] = FIRST_PARAGRAPH.sub(rf"\1{added}", source[0], count=1)


def _time_of(folder, example):
    page = folder / f"{example}.rst"
    return in_words(page.read_text(encoding="utf-8")) or "not run here"


def setup(app):
    """Change the pages of the gallery when they are read."""
    app.connect("source-read", write_times)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
