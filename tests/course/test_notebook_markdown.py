"""What pages show becomes Markdown that all programs for notebooks show alike."""

import pytest
from docutils import nodes
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from sphinx import addnodes
from sphinx_design.tabs import sd_tab_input

from _ext.course.notebook_markdown import ConversionError, MarkdownWriter, escape

SITE = "https://example.org/course/"
RENDERER = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)


@pytest.fixture
def writer():
    """Write the page `book/one.html`, whose nodes are numbered by their names."""
    return MarkdownWriter(
        SITE,
        "book/one.html",
        {"../images/a b.svg": "a b.svg"},
        lambda node: next((f"No. {name}" for name in node["names"]), ""),
    )


@pytest.fixture
def write(writer, parse):
    """Return a function that writes Markdown for notebooks from Markdown of the course."""

    def write_page(text: str) -> str:
        return "\n\n".join(writer.write_blocks(parse(text).children))

    return write_page


@pytest.mark.parametrize(
    "text",
    [
        "Words, *emphasis* and **weight**, `code` and $x_1$.",
        r"2 \* 3 \* 4, a\_b\_c, \[x\], \<b\>, \$5, \`, \~\~, a \| b, \\",
        "`` a`b `` and `` `a` ``, `` `a `` and `` a` ``",
        "- one\n- two\n  - three",
        "1. one\n2. two",
        "3. three\n4. four",
        "> A quote of\n> two lines\n>\n> and *two* paragraphs.",
        "| a | b |\n|:--|--:|\n| $x$ | `y` |\n| z | |",
        "```\nprint('```')\n\n  x\n```",
        "~~~~\n```\ninner\n```\n~~~~",
        "One.\n\n---\n\nTwo.",
        "[link](https://a.org/b_c?d=e&f#g) and [https://a.org](https://a.org)",
        "$$\na &= b \\\\\nc &= d\n$$",
        "- item\n\n  ```\n  code\n  ```\n\n1. item\n\n   two",
        "- item\n\n  $$\n  x\n  = y\n  $$\n\n  after",
        "&lt;p&gt; and &amp;amp; and 5 &lt; 6",
    ],
)
def test_markdown_says_what_the_page_says(write, text):
    def render(markdown: str) -> list[str]:
        return RENDERER.render(markdown).split()

    assert render(write(text)) == render(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1\\. one", "1\\. one"),
        ("\\# one", "\\# one"),
        ("\\- one\ntwo", "\\- one two"),
        ("\\+ one", "\\+ one"),
        ("−1 is less than 1.", "−1 is less than 1."),
        ("1.5 is more", "1.5 is more"),
    ],
)
def test_paragraph_begins_neither_list_nor_heading(write, text, shown):
    assert write(text) == shown


def test_formulas_take_one_line(write):
    assert write("a $b\n= c$") == "a $b = c$"
    assert write("$$\na\n= b\n$$") == "$$a = b$$"
    assert write("> $$\n> a\n> = b\n> $$") == "> $$a = b$$"


@pytest.mark.parametrize(("language", "info"), [("ipython3", "python"), ("bash", "bash")])
def test_code_says_its_language(writer, language, info):
    code = nodes.literal_block("", "x", language=language)
    assert writer.write_block(code) == f"```{info}\nx\n```"


def test_numbered_formula_has_its_number_and_a_place_for_links(writer):
    formula = nodes.math_block("", "a\n= b", ids=["equation-eq-a"], names=["3.1"])
    assert writer.write_block(formula) == "$$a = b \\tag{No. 3.1}$$"
    link = nodes.reference("", "", nodes.Text("(3.1)"), refid="equation-eq-a")
    writer.note_links(nodes.paragraph("", "", link))
    written = writer.write_block(formula)
    assert written == '<a id="equation-eq-a"></a>\n\n$$a = b \\tag{No. 3.1}$$'


def test_figure_has_its_picture_number_and_caption(writer):
    caption = nodes.caption("", "", nodes.Text("A "), nodes.emphasis("", "net"))
    image = nodes.image(uri="../images/a b.svg", alt="Dots [a]")
    figure = nodes.figure("", image, caption, ids=["fig-a"], names=["1"])
    link = nodes.reference("", "", nodes.Text("No. 1"), refuri="#fig-a")
    writer.note_links(nodes.paragraph("", "", link))
    assert writer.write_block(figure) == (
        f'![Dots \\[a\\]]({SITE}_images/a%20b.svg)\n\n<a id="fig-a"></a>**No. 1** A *net*'
    )


def test_figure_without_a_number_has_its_caption_alone(writer):
    caption = nodes.caption("", "", nodes.Text("A net"))
    assert writer.write_block(nodes.figure("", caption)) == "A net"


def test_file_for_download_leads_to_no_place_of_the_page(writer):
    link = addnodes.download_reference("", "", reftarget="a.csv", filename="1f/a.csv")
    writer.note_links(nodes.paragraph("", "", link))
    formula = nodes.math_block("", "a", ids=["equation-eq-a"], names=["3.1"])
    assert writer.write_block(formula) == "$$a \\tag{No. 3.1}$$"


@pytest.mark.parametrize(
    ("attributes", "address"),
    [
        ({"refuri": "two.html#ch-two"}, f"{SITE}book/two.html#ch-two"),
        ({"refuri": "../index.html"}, f"{SITE}index.html"),
        ({"refuri": "https://a.org/b(c)"}, "https://a.org/b%28c%29"),
        ({"refuri": "mailto:a@b.org"}, "mailto:a@b.org"),
        (
            {"refuri": "two.html#a-lab?w=1,2&b=0/1 c"},
            f"{SITE}book/two.html#a-lab?w=1,2&b=0/1%20c",
        ),
        ({"refuri": "#here"}, "#here"),
        ({"refid": "here"}, "#here"),
        ({"refuri": ""}, f"{SITE}book/one.html"),
    ],
)
def test_links_lead_to_the_site_or_stay_in_the_notebook(writer, attributes, address):
    link = nodes.reference("", "", nodes.strong("", "a"), **attributes)
    assert writer.write_inline(link) == f"[**a**]({address})"


def test_keys_are_keys(writer):
    keys = [nodes.literal("", key, classes=["kbd"]) for key in ("Shift", "<")]
    both = nodes.literal("", "", keys[0], nodes.Text("+"), keys[1], classes=["kbd", "compound"])
    assert writer.write_inline(both) == "<kbd>Shift</kbd>+<kbd>\\<</kbd>"


@pytest.mark.parametrize(
    ("node", "written"),
    [
        (nodes.paragraph("", "Text."), "Text."),
        (nodes.bullet_list("", nodes.list_item("", nodes.paragraph("", "a"))), "- a"),
        (nodes.block_quote("", nodes.paragraph("", "a")), "> a"),
    ],
)
def test_link_within_a_page_leads_to_whatever_has_a_label(writer, node, written):
    link = nodes.reference("", "", nodes.Text("there"), refid="there")
    writer.note_links(nodes.paragraph("", "", link))
    node["ids"] = ["there"]
    assert writer.write_blocks([node]) == [f'<a id="there"></a>\n\n{written}']


def test_picture_that_the_site_does_not_hold_is_refused_with_what_to_do(writer):
    with pytest.raises(
        ConversionError, match=r"^figs/a.svg is no diagram: put it into images/$"
    ):
        writer.write_inline(nodes.image(uri="figs/a.svg"))


def test_boxes_are_quotes_with_their_titles(write):
    assert (
        write(":::{note}\nMind.\n\n- *a*\n- b\n:::")
        == "> **Note**\n>\n> Mind.\n>\n> - *a*\n> - b"
    )
    assert write(":::{admonition} A *title*\nText.\n:::") == "> **A *title***\n>\n> Text."


def test_table_has_its_number_title_and_a_place_for_links(writer, parse):
    (table,) = parse("| a |\n|---|\n| b |").findall(nodes.table)
    table["ids"] = ["there"]
    link = nodes.reference("", "", nodes.Text("there"), refid="there")
    writer.note_links(nodes.paragraph("", "", link))
    rows = "| a |\n| --- |\n| b |"
    assert writer.write_block(table) == f'<a id="there"></a>\n\n{rows}'
    table.insert(0, nodes.title("", "", nodes.Text("Two "), nodes.emphasis("", "cells")))
    table["names"] = ["1"]
    assert writer.write_block(table) == f'<a id="there"></a>**No. 1** Two *cells*\n\n{rows}'


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (r"$\|x\|$", r"$\vert x\vert$"),
        (r"$\\|x\\|$", r"$\Vert x\Vert$"),
        (r"`a\|b` and $x$", r"`a\|b` and $x$"),
    ],
)
def test_bars_of_formulas_in_a_table_part_no_cells(write, cell, written):
    assert write(f"| a |\n|---|\n| {cell} |") == f"| a |\n| --- |\n| {written} |"


def test_table_keeps_alignment_and_pipes(write):
    assert write("| a | b |\n|:-:|--:|\n| `x\\|y` | 1 |") == (
        "| a | b |\n| :-: | --: |\n| `x\\|y` | 1 |"
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Soma\n: The body.\n\n  Of a cell.\n\nAxon\n: The fibre.",
         "- **Soma**\n\n  The body.\n\n  Of a cell.\n\n- **Axon**\n\n  The fibre."),
        ("Old.[^a]\n\n[^a]: Very *old*.", "Old.\\[1\\]\n\n---\n\n\\[1\\] Very *old*."),
        ("x<sup>2</sup> and\n\n<!-- a note -->\n\n<p>more</p>",
         "x<sup>2</sup> and\n\n<p>more</p>"),
        ("Old.[^a]\n\n[^a]: One.\n\n    Two.", "Old.\\[1\\]\n\n---\n\n\\[1\\] One.\n\nTwo."),
        (":::{admonition} Goals\n:class: goals\nOne.\n:::", "**Goals**\n\nOne."),
        ("```{epigraph}\nThe map.\n\n-- a proverb\n```", "> The map.\n>\n> — a proverb"),
        ("```{rubric} A head\n```", "**A head**"),
        ("```{sidebar} Aside\nWords.\n```", "> **Aside**\n>\n> Words."),
        ("```{container} a\nOne.\n\nTwo.\n```", "One.\n\nTwo."),
    ],
)  # fmt: skip
def test_seldom_parts_have_a_form(write, text, written):
    assert write(text) == written


@pytest.mark.parametrize(
    ("node", "written"),
    [
        (nodes.superscript("", "2"), "<sup>2</sup>"),
        (nodes.subscript("", "", nodes.emphasis("", "i")), "<sub>*i*</sub>"),
        (nodes.abbreviation("", "ReLU"), "ReLU"),
        (nodes.inline("", "", nodes.target(ids=["a"]), nodes.Text("a")), "a"),
        (nodes.image(uri="../images/a b.svg"), f"![]({SITE}_images/a%20b.svg)"),
        (nodes.title_reference("", "The *Origin*"), r"The \*Origin\*"),
        (
            addnodes.download_reference(
                "",
                "",
                nodes.literal("", "a.csv"),
                nodes.Text(" here"),
                filename="1f/a b.csv",
            ),
            f"[`a.csv` here]({SITE}_downloads/1f/a%20b.csv)",
        ),
    ],
)
def test_seldom_parts_of_a_line_have_a_form(writer, node, written):
    assert writer.write_inline(node) == written


def test_switch_between_tabs_shows_nothing(writer):
    assert writer.write_block(sd_tab_input()) == ""


def test_what_no_reader_sees_is_left_out(write):
    assert write("(place)=\nText.\n\n% a comment\n\nMore.") == "Text.\n\nMore."


@pytest.mark.parametrize(
    ("node", "name"),
    [
        (nodes.line_block(), "line_block"),
        (nodes.container(nb_element="cell_code"), "container"),
        (nodes.enumerated_list(enumtype="loweralpha"), "enumerated_list"),
        (nodes.entry("", nodes.paragraph(), nodes.paragraph()), "entry"),
        (nodes.paragraph("", "", nodes.generated("", "2")), "generated"),
    ],
)
def test_what_has_no_form_is_named(writer, node, name):
    with pytest.raises(
        ConversionError, match=f"^a notebook has no form for <{name}>$"
    ) as error:
        writer._write_cell(node) if name == "entry" else writer.write_block(node)
    assert error.value.node.tagname == name


def test_escaped_text_shows_as_it_is():
    text = "".join(map(chr, range(33, 127))) + " &amp; &#33; &x"
    shown = MarkdownIt("commonmark").renderInline(escape(text))
    assert shown == text.replace("&", "&amp;").replace("<", "&lt;").replace(
        ">", "&gt;"
    ).replace('"', "&quot;")
