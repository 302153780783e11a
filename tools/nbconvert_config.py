"""For nbconvert: pages that describe their figures, and need no network where pandoc is installed.

jupyter nbconvert --config tools/nbconvert_config.py --to html|markdown|pdf notebooks/*.ipynb
"""

import shutil
from pathlib import Path

from nbconvert.utils.pandoc import pandoc

TEMPLATES = Path(__file__).parent / "templates"


def to_html(markdown: str) -> str:
    """Markdown as HTML, its equations as MathML, which browsers draw by themselves."""
    for side in ("left", "right"):  # older pandocs do not know \Bigl and \Bigr
        markdown = markdown.replace(f"\\Big{side[0]}", f"\\{side}")
    return pandoc(markdown, "gfm+tex_math_dollars", "html", ["--mathml", "--no-highlight"])


c = get_config()  # noqa: F821
c.HTMLExporter.template_file = str(TEMPLATES / "page.html.j2")
c.MarkdownExporter.template_file = str(TEMPLATES / "page.md.j2")
c.LatexExporter.template_file = str(TEMPLATES / "page.tex.j2")
if shutil.which("pandoc"):
    c.HTMLExporter.filters = {"markdown2html": to_html}
    c.HTMLExporter.mathjax_url = ""
