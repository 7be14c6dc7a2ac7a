"""Sound contributions, which nothing may refuse, and what a page must show of each."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from tools.lint.rules.pages import PATH

from .draft import Draft

# A white square, as small as a PNG can be.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAG7buVgAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True)
class Shown:
    """An element of a built page: the page, a CSS selector, and a text that it holds."""

    page: str
    selector: str
    text: str = ""


SOUND: dict[str, Callable[[Draft], Shown]] = {}


def sound(write: Callable[[Draft], Shown]) -> Callable[[Draft], Shown]:
    """Enter the decorated function among the sound contributions."""
    SOUND[write.__name__] = write
    return write


def enter_pieces(pieces: dict[str, tuple[str, str, str]]) -> None:
    """Enter pieces of a page: a name, the Markdown, a selector and the text to be seen."""
    for name, (markdown, selector, text) in pieces.items():

        def write(draft: Draft, markdown=markdown, selector=selector, text=text) -> Shown:
            place = draft.add_paragraph(markdown)
            return Shown(place.file.removesuffix(".md"), selector, text)

        write.__name__ = name
        sound(write)


enter_pieces(
    {
        "citation_in_an_admonition": (
            ":::{seealso}\nArrays have a paper of their own {cite:p}`harris2020`.\n:::",
            ".admonition.seealso a",
            "Harris",
        ),
        "quoted_dollar": ("The shell replaces `$HOME` and `$`.", "code", "$HOME"),
        "dollar_amount": (
            r"A sequence costs \$20, two of them \$40.",
            "p",
            "A sequence costs $20, two of them $40.",
        ),
        "table_with_code": (
            "| code | value |\n|---|---|\n| `x.mean()` | the mean |\n| `a \\| b` | either |",
            "table code",
            "x.mean()",
        ),
        "nested_admonition": (
            "::::{note}\nOuter words.\n\n:::{tip}\nInner words.\n:::\n::::",
            ".admonition.note .admonition.tip",
            "Inner words.",
        ),
        "note_in_the_margin": ("```{margin}\nBy the way.\n```", "aside.margin", "By the way."),
        "long_address": (
            f"See [the list](https://www.example.org/{'a-long-path/' * 15}?a=b#anchor).",
            'a[href*="a-long-path/a-long-path"]',
            "the list",
        ),
        "footnote": (
            "The idea is old.[^sound]\n\n[^sound]: It is from the nineteenth century.",
            "aside.footnote, .footnote-list",
            "nineteenth century",
        ),
        "names_with_accents": (
            "Šárka Łukasiewicz, Jürgen Nuñez and Þóra Ångström wrote it.",
            "p",
            "Łukasiewicz",
        ),
        "definition_list": (
            "Soma\n: The body of a nerve cell.",
            "dl dd",
            "The body of a nerve",
        ),
        "code_that_is_not_run": (
            "```python\nraise SystemExit  # never run\n```",
            "div.highlight-python",
            "never run",
        ),
        "folded_box": (
            "```{dropdown} Optional: more on this\nHidden at first.\n```",
            "details",
            "Hidden at first.",
        ),
        "folded_note": (
            ":::{note}\n:class: dropdown\nFolded words.\n:::",
            "details.note, details .note, .admonition.note.dropdown.toggle",
            "Folded words.",
        ),
        "tabs": (
            "::::{tab-set}\n:::{tab-item} Linux\nOne.\n:::\n"
            ":::{tab-item} Windows\nTwo.\n:::\n::::",
            ".sd-tab-set label",
            "Windows",
        ),
        "abbreviation_in_html": (
            'Training uses <abbr title="stochastic gradient descent">SGD</abbr>.',
            "abbr[title^=stochastic]",
            "SGD",
        ),
        "formula_in_a_table": (
            "| size | meaning |\n|---|---|\n| $\\lvert w \\rvert$ | the size of a weight |",
            "td math",
            "",
        ),
        "formula_with_a_label": (
            "$$\ns = \\sum_{i=1}^{n} x_i\n$$ (eq-sound-sum)\n\nSo {eq}`eq-sound-sum` adds up.",
            "math[display=block]",
            "",
        ),
        "formula_as_a_directive": (
            "```{math}\n:label: eq-sound-root\nr = \\sqrt{s}\n```\n\nSee {eq}`eq-sound-root`.",
            "math msqrt",
            "",
        ),
        "list_with_code": (
            "1. Load.\n\n   ```python\n   x = 1\n   ```\n\n2. Train.",
            "ol div.highlight-python",
            "x = 1",
        ),
        "quotation": (
            "```{epigraph}\nThe map is no territory.\n\n-- a proverb\n```",
            "blockquote.epigraph",
            "territory",
        ),
        "closed_comment": (
            "<!-- a note for editors -->\n\nAfter the note.",
            "p",
            "After the note.",
        ),
        "keys": ("Press {kbd}`Ctrl+S`.", "kbd", ""),
        "number_of_another_chapter": (
            "There it is {glue:text}`networks.md::networks_error_5:s`.",
            "p",
            "There it is 0",
        ),
        "link_to_another_chapter": (
            "See [the chapter on neurons](neuron.md).",
            "a.reference.internal",
            "the chapter on neurons",
        ),
    }
)


@sound
def figure(draft: Draft) -> Shown:
    """A diagram is shown once more, with a caption and a sentence that refers to it."""
    place = draft.add_paragraph(
        ":::{figure} ../images/perceptron.svg\n:name: fig-sound\n:alt: Three circles and one.\n"
        ":width: 50%\n\nThree inputs, once more.\n:::\n\n{numref}`fig-sound` has three inputs."
    )
    return Shown(place.file.removesuffix(".md"), '#fig-sound [style*="50%"]')


@sound
def picture_with_a_width(draft: Draft) -> Shown:
    """A photograph is shown at a part of the text's width."""
    draft.write("images/nuclei.png", PNG)
    place = draft.add_paragraph(
        "```{image} ../images/nuclei.png\n:alt: A white square.\n:width: 40%\n```"
    )
    return Shown(
        place.file.removesuffix(".md"), 'div[style*="40%"] > img[alt="A white square."]'
    )


@sound
def reference_to_a_formula(draft: Draft) -> Shown:
    """A sentence refers to a formula of another chapter."""
    label = draft.pick(
        label
        for page in draft.chapters()
        for _, label in page.labels
        if label.startswith("eq-")
    )
    place = draft.add_paragraph(f"Compare the formula {{eq}}`{label}`, once more.")
    return Shown(place.file.removesuffix(".md"), f'a[href*="{label}"]')


@sound
def exercise(draft: Draft) -> Shown:
    """A chapter with fewer than six exercises gets one more."""
    page = draft.pick(
        page
        for page in draft.chapters()
        if sum(d.name == "exercise-start" for d in page.directives) < 6
    )
    end = [d for d in page.directives if d.name == "solution-end"][-1]
    text = """
:::{exercise-start} Two inputs more
:label: ex-sound
:::

*By hand.* A neuron has three inputs.
How many weights does it have with two more?

:::{exercise-end}
:::

:::{solution-start} ex-sound
:label: sol-sound
:class: dropdown
:::

Five: one for each input.

:::{solution-end}
:::"""
    draft.insert(page.file, end.end + 1, text)
    return Shown(page.name, "#sol-sound", "one for each input")


@sound
def section_with_a_label(draft: Draft) -> Shown:
    """A chapter gets a section, with code and a formula in its heading and a label."""
    page = draft.pick(draft.chapters())
    line = next(line for line, _, text in page.headings if text == "Exercises")
    text = "(sec-sound)=\n## The size of `x` and of $x$\n\n{ref}`sec-sound` is short.\n"
    draft.insert(page.file, line, text)
    return Shown(page.name, "#sec-sound h2 code, section h2 code", "x")


@sound
def glossary_term(draft: Draft) -> Shown:
    """A chapter defines a term, and the glossary explains it."""
    draft.add_paragraph("The body of a nerve cell is its **perikaryon**.")
    lines = draft.lines("book/glossary.md")
    line = next(n for n, text in enumerate(lines, 1) if text == "precision")
    draft.insert("book/glossary.md", line, "perikaryon\n  The body of a nerve cell.\n")
    return Shown("book/glossary", "#term-perikaryon")


@sound
def entry_with_accents(draft: Draft) -> Shown:
    """A work by authors with accents is listed, and cited."""
    entry = (
        "@article{sound,\n  author = {M{\\\"u}ller, J{\\'o}zef and Ångström, Þóra},\n"
        "  title = {On nets: a {Bayesian} view},\n  journal = {Nature},\n  volume = {1},\n"
        "  pages = {1--2},\n  year = {2020},\n  doi = {10.1000/sound},\n}\n"
    )
    draft.insert(
        "references.bib", len(draft.lines("references.bib")), "\n" + entry.rstrip("\n")
    )
    draft.add_paragraph("This was shown before {cite:p}`sound`.")
    return Shown("book/bibliography", "li, dd, .citation", "Müller")


@sound
def rule_of_the_style_sheet(draft: Draft) -> Shown:
    """The style sheet gets a rule for an element that a page has."""
    draft.insert(
        "_static/style.css",
        len(draft.lines("_static/style.css")),
        "\n.bd-article .sound {\n  text-decoration: underline dotted;\n}",
    )
    place = draft.add_paragraph(":::{div} sound\nUnderlined words.\n:::")
    return Shown(place.file.removesuffix(".md"), ".sound", "Underlined words.")


@sound
def seeded_draw(draft: Draft) -> Shown:
    """A cell draws with a generator of its own."""
    place = draft.add_cell(
        "import torch\n\ngenerator = torch.Generator().manual_seed(0)\n"
        'print("drawn:", torch.rand(3, generator=generator).shape)',
        is_quick=True,
    )
    return Shown(place.file.removesuffix(".md"), ".output", "drawn: torch.Size([3])")


@sound
def chapters_exchanged(draft: Draft) -> Shown:
    """Two neighbours change places in the contents, which alone hold the order."""
    pairs = [
        (first.name, second.name)
        for first, second in pairwise(draft.chapters())
        if f"ch-{first.name.removeprefix('book/')}`" not in PATH.search(second.text)[2]
    ]
    names = draft.random.choice(pairs)
    text = (draft.root / "_toc.yml").read_text("utf-8")
    for old, new in ((names[0], "~"), (names[1], names[0]), ("~", names[1])):
        text = text.replace(f"file: {old}\n", f"file: {new}\n")
    draft.write("_toc.yml", text)
    return Shown("index", f'.chapters a[href*="{names[0].removeprefix("book/")}"]')


@sound
def chapter(draft: Draft) -> Shown:
    """A chapter is added, with every part and all that cells may do."""
    draft.write("book/sound.md", CHAPTER)
    line = next(n for n, text in enumerate(draft.lines("_toc.yml"), 1) if "book/where" in text)
    draft.insert("_toc.yml", line, "      - file: book/sound")
    pages = draft.lines("book/published-pages.txt")
    draft.insert("book/published-pages.txt", len(pages), "book/sound")
    return Shown("book/sound", "#fig-sound-plot img, #fig-sound-plot svg")


CHAPTER = """\
---
file_format: mystnb
kernelspec:
  name: python3
  display_name: Python 3 (ipykernel)
---

(ch-sound)=
# Counting labels

How often does each digit occur among the test images?
The file of labels answers it in one line.

:::{admonition} In this chapter
:class: objectives

**Questions:** How is a file of labels read? What does a cell do that fails on purpose?

**You will be able to**
- read a file of MNIST without PyTorch,
- draw numbers that can be repeated.

**Path:** further; needs {ref}`ch-neuron`.

**Time:** 5 minutes to read, 15 for the exercises.
:::

```{code-cell} ipython3
import gzip
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
```

## The labels

The labels follow eight bytes that say what the file holds {cite:p}`lecun1998`.

```{code-cell} ipython3
file = Path("../data/MNIST/raw/t10k-labels-idx1-ubyte.gz")
with gzip.open(file) as stream:
    labels = np.frombuffer(stream.read()[8:], dtype=np.uint8)
print(labels.shape, labels[:5])
```

```{code-cell} ipython3
---
mystnb:
  figure:
    name: fig-sound-plot
    classes: opening
    caption: 'The counts differ: the ones lead.'
  image:
    alt: Ten bars of about equal height. That of digit 1 is the highest, that of 5
      the lowest.
tags: [hide-input]
---
counts = np.bincount(labels)
fig, ax = plt.subplots(figsize=(5, 2.5))
ax.bar(range(10), counts)
ax.set(xlabel="digit", ylabel="images", xticks=range(10));
```

```{code-cell} ipython3
:tags: [remove-cell]

from myst_nb import glue

assert counts.argmax() == 1
assert 1100 < counts.max() < 1200
glue("sound_ones", str(counts.max()), display=False)
```

{numref}`fig-sound-plot` shows {glue:text}`sound_ones` ones.

## A draw and a failure

A generator with a seed draws the same numbers each time.

```{code-cell} ipython3
rng = np.random.default_rng(0)
print(rng.choice(labels, 3).shape)
```

A word is no digit, and Python says so.

```{code-cell} ipython3
try:
    int("seven")
except ValueError as error:
    print("ValueError:", error)
```

## Exercises

:::{exercise-start} Bytes
:label: ex-sound-bytes
:::

*By hand.* How many bytes hold 10,000 labels?

:::{exercise-end}
:::

:::{solution-start} ex-sound-bytes
:label: sol-sound-bytes
:class: dropdown
:::

As many: one byte holds one label.

:::{solution-end}
:::

:::{exercise-start} The rarest digit
:label: ex-sound-rare
:::

*In code.* Which digit is the rarest?

```{code-cell} ipython3
# your turn
```

:::{exercise-end}
:::

:::{solution-start} ex-sound-rare
:label: sol-sound-rare
:class: dropdown
:::

It is 5, with the smallest of the counts.

```{code-cell} ipython3
print(counts.argmin())
```

```{code-cell} ipython3
:tags: [remove-cell]

assert counts.argmin() == 5
```

:::{solution-end}
:::

:::{exercise-start} The sum
:label: ex-sound-sum
:::

*Predict, then check.* What do the counts add up to?

```{code-cell} ipython3
# your turn
```

:::{exercise-end}
:::

:::{solution-start} ex-sound-sum
:label: sol-sound-sum
:class: dropdown
:::

To all labels, since each is counted once.

```{code-cell} ipython3
print(counts.sum())
```

:::{solution-end}
:::

## Key points

- **How is a file of labels read?** Skip eight bytes; each byte after them is a label.
- **What does a cell do that fails on purpose?** It catches the error and prints it.

## Further reading

- {cite:t}`lecun1998` describe the data (20 minutes).
"""
