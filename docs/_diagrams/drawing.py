"""A few shapes in SVG, drawn in the colours of the page that contains them."""

from html import escape
from pathlib import Path

STATIC = Path(__file__).parents[1] / "_static" / "diagrams"
STYLE = """
.line{stroke:currentColor;stroke-width:1.6;fill:none}
.thin{stroke:currentColor;stroke-width:1;fill:none;opacity:.55}
.dash{stroke-dasharray:5 4}
.box{stroke:currentColor;stroke-width:1.4;fill:var(--pst-color-surface,#f3f4f5)}
.gate{stroke:var(--skrnn-blue,#0072b2);stroke-width:1.8;fill:#56b4e9;fill-opacity:.28}
.warm{stroke:#d55e00;stroke-width:1.8;fill:#e69f00;fill-opacity:.28}
.op{stroke:currentColor;stroke-width:1.4;fill:var(--pst-color-background,#fff)}
.body{stroke:currentColor;stroke-width:1;fill:none;opacity:.5}
text{fill:currentColor;font-family:sans-serif;text-anchor:middle;dominant-baseline:central}
.left{text-anchor:start}
.math{font-family:serif}
"""


class Drawing:
    """An SVG that grows by one shape a call.

    Parameters
    ----------
    name : str
        Name of the file, and prefix of the names inside, since several drawings share a page.
    width, height : int
        In pixels at full size.
    """

    def __init__(self, name, width, height):
        self.name, self.width, self.height = name, width, height
        self.shapes = []

    def line(self, *points, kind="line", arrow=True):
        """Draw a line through points, with an arrow at its end."""
        path = "M" + " L".join(f"{x} {y}" for x, y in points)
        end = f' marker-end="url(#{self.name}-arrow)"' if arrow else ""
        self.shapes.append(f'<path class="{kind}" d="{path}"{end}/>')

    def box(self, x, y, label="", *, width=46, height=30, kind="box", size=14):
        """Draw a box around a centre."""
        self.shapes.append(
            f'<rect class="{kind}" x="{x - width / 2}" y="{y - height / 2}" '
            f'width="{width}" height="{height}" rx="5"/>'
        )
        if label:
            self.text(x, y, label, size=size)

    def op(self, x, y, label):
        """Draw an elementwise operation."""
        self.shapes.append(f'<circle class="op" cx="{x}" cy="{y}" r="10"/>')
        self.text(x, y, label, size=15)

    def text(self, x, y, label, *, size=14, kind=""):
        """Write text; ``h_{t-1}`` becomes a letter and its index, in italics."""
        if "_{" in label:
            letter, _, index = label.rstrip("}").partition("_{")
            label = (
                f'<tspan font-style="italic">{escape(letter)}</tspan>'
                f'<tspan dy="4" font-size="72%" font-style="italic">{escape(index)}</tspan>'
            )
            kind, size = f"{kind} math", size + 3
        else:
            label = escape(label)
        kind = f' class="{kind.strip()}"' if kind else ""
        self.shapes.append(f'<text x="{x}" y="{y}" font-size="{size}"{kind}>{label}</text>')

    def save(self, folder=STATIC):
        """Write the file."""
        wide = ' data-wide="1"' if self.width > 640 else ""
        # A style sheet inside a page holds for the whole page: its names are the drawing's own.
        rules = [f"#{self.name} {rule}" for rule in STYLE.strip().splitlines()]
        marker = (
            f'<defs><marker id="{self.name}-arrow" viewBox="0 0 8 8" refX="7" refY="4" '
            'markerWidth="7" markerHeight="7" orient="auto-start-reverse">'
            '<path d="M0 0 L8 4 L0 8 z" fill="currentColor"/></marker></defs>'
        )
        head = (
            f'<svg id="{self.name}" xmlns="http://www.w3.org/2000/svg" width="{self.width}" '
            f'height="{self.height}" viewBox="0 0 {self.width} {self.height}"{wide}>'
        )
        folder.mkdir(exist_ok=True)
        parts = [head, "<style>", *rules, "</style>", marker, *self.shapes, "</svg>"]
        (folder / f"{self.name}.svg").write_text("\n".join(parts) + "\n", encoding="utf-8")
