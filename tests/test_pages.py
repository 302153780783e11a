"""Pages made by nbconvert: every figure is described, and nothing comes from the network."""

import re
import shutil
import subprocess

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter, LatexExporter, MarkdownExporter
from traitlets.config.loader import PyFileConfigLoader

from book import ROOT, manuscripts, notebook_path

SAYS = 'A "steep" line from 0 to 2 & <b>more</b> [see below], in 100 % of $x_1$.'
PNG = (  # one pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

chapters = pytest.mark.parametrize("chapter", ["00", "11"])
needs_pandoc = pytest.mark.skipif(not shutil.which("pandoc"), reason="pandoc is not installed")


def convert(exporter, nb):
    config = PyFileConfigLoader("nbconvert_config.py", path=str(ROOT / "tools")).load_config()
    return exporter(config=config).from_notebook_node(nb)


def stored(chapter):
    [manuscript] = manuscripts(chapter)
    return nbformat.read(notebook_path(manuscript), as_version=4)


def descriptions(nb):
    outputs = [o for cell in nb.cells for o in cell.get("outputs", [])]
    return [o.data["text/plain"] for o in outputs if "image/png" in o.get("data", {})]


def small(*cells):
    return nbformat.v4.new_notebook(cells=list(cells))


def figure(alt=None):
    metadata = {"image/png": {"alt": alt}} if alt else {}
    data = {"image/png": PNG, "text/plain": alt or "<Figure size 640x480 with 1 Axes>"}
    output = nbformat.v4.new_output("display_data", data, metadata=metadata)
    return nbformat.v4.new_code_cell("x = 1", outputs=[output], execution_count=1)


def remote(soup):
    """What a browser would fetch from the network to show a page."""
    found = [tag.get("src") or tag.get("href") for tag in soup(["img", "script", "link", "iframe"])]
    return [address for address in found if re.match("https?:", address or "")]


# ------------------------------------------------------------------------------------------ HTML


@needs_pandoc
@chapters
def test_a_chapter_as_a_page_needs_no_network(chapter):
    nb = stored(chapter)
    soup = BeautifulSoup(convert(HTMLExporter, nb)[0], "html.parser")
    assert [image["alt"] for image in soup("img")] == descriptions(nb) != []
    assert remote(soup) == []


def test_without_pandoc_only_equations_come_from_the_network(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    nb = stored("00")
    soup = BeautifulSoup(convert(HTMLExporter, nb)[0], "html.parser")
    assert [image["alt"] for image in soup("img")] == descriptions(nb)
    assert remote(soup) == [HTMLExporter().mathjax_url]


def test_descriptions_are_escaped_and_not_invented():
    soup = BeautifulSoup(convert(HTMLExporter, small(figure(SAYS), figure()))[0], "html.parser")
    ours, other = (image["alt"] for image in soup("img"))
    assert ours == SAYS and "No description" in other


@needs_pandoc
def test_markdown_becomes_html_with_drawn_equations():
    text = (
        "A list\n- of $a < b_1$\n- of `$c$`\n\n$$\\Bigl(\\frac12\\Bigr)$$\n\n|a|b|\n|-|-|\n|1|2|\n"
    )
    page = convert(HTMLExporter, small(nbformat.v4.new_markdown_cell(text)))[0]
    soup = BeautifulSoup(page, "html.parser")
    assert len(soup("math")) == 2 and len(soup("mfrac")) == 1
    assert [item.text.split()[0] for item in soup("li")] == ["of", "of"]
    assert soup.find("code").text == "$c$" and len(soup("td")) == 2


@needs_pandoc
def test_every_equation_of_the_course_is_drawn():
    nbs = [nbformat.read(notebook_path(m), as_version=4) for m in manuscripts()]
    cells = [cell for nb in nbs for cell in nb.cells if cell.cell_type == "markdown"]
    texts = [cell.source for cell in cells if "$" in cell.source]
    page = convert(HTMLExporter, small(nbformat.v4.new_markdown_cell("\n\n".join(texts))))[0]
    soup = BeautifulSoup(page, "html.parser")
    assert len(soup("math")) > 1000
    assert [left.text for left in soup.select(".math")] == [], "as pandoc leaves what it cannot"


# -------------------------------------------------------------------------------------- Markdown


@chapters
def test_a_chapter_as_markdown_has_its_descriptions(chapter):
    nb = stored(chapter)
    text = convert(MarkdownExporter, nb)[0]
    assert re.findall(r"^!\[(.*)\]\(output_\S+\.png\)$", text, re.M) == descriptions(nb)


def test_brackets_do_not_end_a_description_in_markdown():
    text = convert(MarkdownExporter, small(figure(SAYS), figure()))[0]
    escaped = SAYS.replace("[", "\\[").replace("]", "\\]")
    assert f"![{escaped}](output_" in text and "![png](output_" in text


# ----------------------------------------------------------------------------------- LaTeX, PDF


@needs_pandoc
def test_latex_has_lists_and_descriptions():
    text = nbformat.v4.new_markdown_cell("# Title\n\nYou need\n- one\n- two\n")
    tex = convert(LatexExporter, small(text, figure(SAYS)))[0]
    assert len(re.findall(r"\\item\b", tex)) == 2
    assert "100 \\% of \\$x\\_1\\$" in tex
    assert "\\maketitle" not in tex


def fonts():
    return shutil.which("fc-list") and subprocess.run(["fc-list"], capture_output=True).stdout


@needs_pandoc
@pytest.mark.skipif(not shutil.which("xelatex"), reason="xelatex is not installed")
@pytest.mark.skipif(b"DejaVu Sans Mono" not in (fonts() or b""), reason="no DejaVu fonts")
def test_a_pdf_has_every_character_of_the_course(tmp_path):
    text = "".join(path.read_text("utf-8") for path in map(notebook_path, manuscripts()))
    signs = "".join(sorted({sign for sign in text if ord(sign) > 126}))
    assert {"✓", "✗", "○", "█", "σ", "∂"} <= set(signs)
    text = nbformat.v4.new_markdown_cell(f"{signs} *{signs}* **{signs}** `{signs}`")
    code = nbformat.v4.new_code_cell(f"'{signs}'  # in a comment: {signs}")
    tex = convert(LatexExporter, small(text, code))[0]
    (tmp_path / "page.tex").write_text(tex, "utf-8")
    command = ["xelatex", "-interaction=batchmode", "page.tex"]
    assert subprocess.run(command, cwd=tmp_path, stdout=subprocess.DEVNULL).returncode == 0
    log = (tmp_path / "page.log").read_text("utf-8", "replace")
    assert re.findall("Missing character: (There is no .)", log) == []
