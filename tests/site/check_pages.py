"""Look at the built site with a browser: text that runs off the page, and axe-core's findings.

    python -m tests.site.check_pages docs/_build/html

It needs the packages of the dependency group ``site`` and Chromium or Chrome. Every page is opened
at three widths, as on a phone, a tablet and a laptop. axe-core takes seconds for a page, so it
checks one or two pages of each kind, in light and dark.
"""

import argparse
import shutil
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTHS = (390, 768, 1280)
SERIOUS = {"serious", "critical"}
# Pages that Sphinx writes for machines or for a script.
LEFT_OUT = ("search.html", "genindex.html", "_modules", "_static", "_downloads")

# Pages of each kind.
AXE_PAGES = (
    "index.html",
    "start_here/energy.html",
    "how_good.html",
    "benchmarks.html",
    "user_guide/cells.html",
    "generated/skrnn.forecasting.RNNForecaster.html",
    "generated/api.html",
    "auto_examples/index.html",
    "auto_examples/plot_load.html",
    "playground/first_forecast.html",
    "changelog.html",
)

# Wide code, tables, figures and equations scroll by themselves. Everything else must fit: its
# right edge lies inside the page, or inside the sidebar that it belongs to, and no box cuts its
# text.
MISFITS = """() => {
  const page = document.documentElement.clientWidth;
  const scrolls = "pre, .pst-scrollable-table-container, figure, .wide-picture, div.equation," +
    " div.sphx-glr-script-out, .output_subarea";
  const found = [];
  if (document.documentElement.scrollWidth > page + 1) found.push("the page scrolls sideways");
  const parts = ".bd-article, .bd-sidebar-primary, .bd-sidebar-secondary";
  for (const part of document.querySelectorAll(parts)) {
    const frame = part.getBoundingClientRect();
    if (!part.checkVisibility() || frame.right <= 0 || frame.left >= page) continue;
    for (const element of part.querySelectorAll("*")) {
      if (element.closest(scrolls) || element.closest("svg, math")) continue;
      const box = element.getBoundingClientRect();
      if (box.width < 2 || !element.checkVisibility({visibilityProperty: true})) continue;
      const style = getComputedStyle(element);
      const cut = element.childElementCount === 0 && style.overflowX === "hidden" &&
        element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1;
      if (box.right > Math.min(frame.right, page) + 1 || cut) {
        found.push(`${element.tagName.toLowerCase()}: ${element.textContent.trim().slice(0, 50)}`);
      }
    }
  }
  return found.slice(0, 3);
}"""


def find_browser():
    """Return the path of Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def pages_of(folder):
    """Return the pages of a site that people read."""
    pages = sorted(folder.rglob("*.html"))
    names = [page.relative_to(folder).as_posix() for page in pages]
    return [name for name in names if not name.startswith(LEFT_OUT)]


def misfits(browser, address, names):
    """Yield what does not fit on a page, at each width."""
    for width in WIDTHS:
        page = browser.new_page(viewport={"width": width, "height": 900})
        for name in names:
            page.goto(f"{address}/{name}")
            for found in page.evaluate(MISFITS):
                yield f"{name} at {width} pixels: {found}"
        page.close()


def violations(browser, address, names):
    """Yield the serious findings of axe-core on each page, in light and dark."""
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()
    for scheme in ("light", "dark"):
        for width in WIDTHS:
            view = {"width": width, "height": 900}
            page = browser.new_page(viewport=view, color_scheme=scheme, reduced_motion="reduce")
            for name in names:
                page.goto(f"{address}/{name}")
                # Colours that are still changing would be measured halfway.
                page.add_style_tag(content="* { transition: none !important; }")
                page.wait_for_function(f"document.documentElement.dataset.theme === '{scheme}'")
                for finding in axe.run(page).response["violations"]:
                    if finding["impact"] in SERIOUS:
                        where = finding["nodes"][0]["html"][:100]
                        yield f"{name}, {scheme}, {width} pixels: {finding['id']}: {where}"
            page.close()


def main():
    """Print what was found, and exit with 1 if anything was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the built site")
    parser.add_argument("--pages", nargs="*", help="names of pages to open; default all")
    parser.add_argument(
        "--axe-pages", nargs="*", default=AXE_PAGES, help="names of pages for axe-core"
    )
    arguments = parser.parse_args()
    executable = find_browser()
    if executable is None:
        print("The pages were not looked at: there is no Chromium or Chrome on this machine.")
        return 0
    from playwright.sync_api import sync_playwright

    names = pages_of(arguments.folder) if arguments.pages is None else arguments.pages
    address = arguments.folder.resolve().as_uri()
    with sync_playwright() as playwright:
        # Without its sandbox, because root may not use it; the pages are our own.
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        found = [*misfits(browser, address, names)]
        found += violations(browser, address, arguments.axe_pages)
        browser.close()
    print("\n".join(found))
    print(f"{len(names)} pages, {len(arguments.axe_pages)} with axe-core: {len(found)} finding(s)")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
