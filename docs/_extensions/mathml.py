"""Equations as MathML, which browsers draw themselves: no script, no network, any colour."""

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.util.math import get_node_equation_number


def visit_inline(writer, node):
    """Write an equation inside a sentence."""
    writer.body.append(tex2mathml(node.astext(), as_block=False))
    raise nodes.SkipNode


def visit_block(writer, node):
    """Write an equation that stands by itself, with its number if it has one."""
    number = ""
    if node["number"]:
        number = f'<span class="eqno">({get_node_equation_number(writer, node)})</span>'
    equation = tex2mathml(node.astext(), as_block=True)
    writer.body.append(f'<div class="equation">{number}{equation}</div>')
    raise nodes.SkipNode


def setup(app):
    """Offer the renderer under the name "mathml"."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
