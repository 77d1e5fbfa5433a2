"""The directive ``inline-svg``: a drawing inside the page, in the colours of its theme."""

from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective


class InlineSvg(SphinxDirective):
    """Put an SVG file into the page as a figure; the content of the directive is its caption.

    An ``<img>`` would not do: what it shows cannot know whether the page is light or dark.
    """

    required_arguments = 1
    has_content = True
    option_spec = {"alt": directives.unchanged_required}  # noqa: RUF012 (docutils' own way)

    def run(self):
        relative, path = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(relative)
        try:
            drawing = Path(path).read_text(encoding="utf-8")
        except OSError as error:
            raise self.error(f"Cannot read {relative}: {error}") from error
        label = nodes.unescape(self.options["alt"]).replace("\n", " ")
        drawing = drawing.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
        figure = nodes.figure(classes=["drawing"])
        figure += nodes.raw("", drawing, format="html")
        caption = nodes.caption()
        for paragraph in self.parse_content_to_nodes():
            caption.extend(paragraph.children)
        if self.content:
            figure += caption
        return [figure]


def setup(app):
    app.add_directive("inline-svg", InlineSvg)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
