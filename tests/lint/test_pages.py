"""Rules on pages and terms."""

from .cases import Cases, cell, check_book, check_page, each, find_in_page

FRONT = (
    "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n"
    "  display_name: Python 3 (ipykernel)\n---\n\n"
)
BOX = ":::{admonition} In this chapter\n:class: objectives\n\n**Questions:** What is a mean? Why?\n\n**You will be able to**\n- compute it.\n\n**Path:** core; needs nothing.\n\n**Time:** 10 minutes to read, 20 for the exercises.\n:::\n"
END = "## Exercises\n\n## Key points\n\n## Further reading\n"
CASES: Cases = {
    "pages/front-matter": [
        (
            "---\n- a\n---\n\n" + cell("x = 1"),
            [
                "2: front matter other than that of all chapters: all of it: copy the first lines of another chapter"
            ],
        ),
        (FRONT + cell("x = 1"), []),
        (FRONT.replace("Python 3 (ipykernel)", '"Python 3 (ipykernel)"') + cell("x = 1"), []),
        (
            FRONT.replace("python3", "julia") + cell("x = 1"),
            [
                "4: front matter other than that of all chapters: kernelspec.name: copy the first lines of another chapter"
            ],
        ),
        (
            FRONT.replace("file_format: mystnb\n", "") + cell("x = 1"),
            [
                "2: front matter other than that of all chapters: file_format: copy the first lines of another chapter"
            ],
        ),
        (
            FRONT.replace("---\n\n", "author: me\n---\n\n") + cell("x = 1"),
            [
                "6: front matter other than that of all chapters: author: copy the first lines of another chapter"
            ],
        ),
        (
            "# A\n\n" + cell("x = 1"),
            [
                "1: front matter other than that of all chapters: file_format: copy the first lines of another chapter",
                "1: front matter other than that of all chapters: kernelspec: copy the first lines of another chapter",
            ],
        ),
        ("# A\n", []),
        (
            FRONT.replace(
                "kernelspec:\n  name: python3\n  display_name: Python 3 (ipykernel)",
                "kernelspec: python3",
            )
            + cell("x = 1"),
            [
                "3: front matter other than that of all chapters: kernelspec: copy the first lines of another chapter"
            ],
        ),
    ],
    "pages/openings": [
        ("(ch-page)=\n# A\n", []),
        (
            "# A\n",
            ["1: a title without the page's label: write (ch-page)= into the line above it"],
        ),
        (
            "(ch-b)=\n# A\n",
            ["2: a title without the page's label: write (ch-page)= into the line above it"],
        ),
        (
            "(ch-page)=\n\n# A\n",
            ["3: a title without the page's label: write (ch-page)= into the line above it"],
        ),
        (
            "(ch-page)=\n# A\n\n# B\n",
            ["4: 2 titles: begin one line with a single #, and sections with ##"],
        ),
        ("Text.\n", ["1: 0 titles: begin one line with a single #, and sections with ##"]),
    ],
    "pages/heading-levels": [
        ("# A\n\n## B\n\n### C\n\n## D\n", []),
        ("# A\n\n### C\n", ["3: a heading of level 3 below 1: write ##"]),
        ("# A\n\n## B\n\n### C\n\n#### D\n", ["7: a heading of level 4: use at most 3 levels"]),
        ("## A\n", ["1: a heading of level 2 below 0: write #"]),
        ("# A\n\n#\n", ["3: an empty heading: write it, or remove the line"]),
        ("# A\n\n:::{note}\n#### B\n:::\n", ["4: a heading of level 4: use at most 3 levels"]),
    ],
    "pages/unique-headings": [
        ("# A\n\n## B\n\n## C\n", []),
        (
            "# A\n\n## B\n\n## B\n\n### B\n",
            [
                "5: the heading 'B' stands in line 3, too: give it other words",
                "7: the heading 'B' stands in line 5, too: give it other words",
            ],
        ),
    ],
}
CHAPTER_CASES: Cases = {
    "pages/answers": [
        (
            BOX + "\n## Key points\n\n- **What is a mean?** A sum.\n",
            ["4: a question without an answer: begin a key point with **Why?**"],
        ),
        (BOX + "\n## Key points\n\n- **What is a mean?** A sum.\n- **Why?** So.\n", []),
        (
            BOX + "\n- **Why?** So.\n\n## Key points\n\n- **What is a mean?** A sum.\n",
            ["4: a question without an answer: begin a key point with **Why?**"],
        ),
    ],
    "pages/objectives": [
        (
            "# A\n",
            [
                "1: the box of objectives lacks **Questions:**: copy the box from another chapter"
            ],
        ),
        (
            BOX.replace("**Time:**", "Takes") + "\n",
            ["1: the box of objectives lacks **Time:**: copy the box from another chapter"],
        ),
        (
            BOX.replace("**Questions:** What is a mean? Why?", "**Questions:** Some."),
            ["1: the box of objectives asks no question: write **Questions:** What is …?"],
        ),
        (
            BOX.replace("10 minutes", "ten minutes"),
            [
                "1: the box of objectives gives no times: write **Time:** 20 minutes to read, 30 for the exercises."
            ],
        ),
        (BOX.replace("10 minutes", "45 minutes"), []),
        (
            BOX.replace("10 minutes", "46 minutes"),
            ["1: a chapter of 46 minutes: divide it, so that each part takes at most 45"],
        ),
        (
            BOX.replace(":class: objectives\n", ""),
            [
                "1: the box of objectives lacks **Questions:**: copy the box from another chapter"
            ],
        ),
        (
            BOX.replace("**You will be able to**", "After"),
            [
                "1: the box of objectives lacks **You will be able to**: copy the box from another chapter"
            ],
        ),
        (
            BOX.replace("core; needs", "core, needs"),
            [
                "1: the box of objectives gives no path: write **Path:** core; needs {ref}`ch-…`."
            ],
        ),
        (
            "# A\n\n" + BOX.replace("20 for the exercises.", "20 for more."),
            [
                "3: the box of objectives gives no times: write **Time:** 20 minutes to read, 30 for the exercises."
            ],
        ),
    ],
    "pages/closing": [
        (
            END,
            [
                "5: further reading that cites no work: name one with {cite:t}`key`, and say what it is good for"
            ],
        ),
        (
            "{cite:t}`prince`\n\n" + END,
            [
                "7: further reading that cites no work: name one with {cite:t}`key`, and say what it is good for"
            ],
        ),
        (END + "\n- {cite:t}`prince`: clear figures.\n", []),
        ("## B\n\n" + END + "\n{cite:t}`prince`\n", []),
        (
            "# A\n\n## B\n",
            [
                "3: a chapter with other last sections: end it with Exercises, Key points, Further reading"
            ],
        ),
        (
            END.replace("Key points", "Summary"),
            [
                "5: a chapter with other last sections: end it with Exercises, Key points, Further reading"
            ],
        ),
        (
            "# A\n",
            [
                "1: a chapter with other last sections: end it with Exercises, Key points, Further reading"
            ],
        ),
        (
            END + "\n## More\n",
            [
                "7: a chapter with other last sections: end it with Exercises, Key points, Further reading"
            ],
        ),
    ],
}
GLOSSARY = (
    "(ch-glossary)=\n# Glossary\n\n:::{glossary}\nmean\n  The sum divided by the count.\n:::\n"
)
BOOK_CASES = {
    "pages/paths": [
        (
            {
                "book/a.md": "**Path:** core; needs nothing.\n",
                "book/b.md": "**Path:** further; needs {ref}`ch-a`.\n",
            },
            [],
        ),
        (
            {
                "book/a.md": "**Path:** further; needs nothing.\n",
                "book/b.md": "Text.\n\n**Path:** core; needs {ref}`this <ch-a>`.\n",
            },
            [
                "book/b.md:3: a chapter of the core path needs a, which is not of that path: name one of the core path alone"
            ],
        ),
        (
            {
                "book/a.md": "**Path:** core; needs {ref}`ch-b`.\n",
                "book/b.md": "**Path:** further; needs {ref}`ch-a` and {ref}`ch-none-2`.\n",
            },
            [
                "book/a.md:1: the chapter needs b, which does not come before it: name a chapter that does",
                "book/b.md:1: the chapter needs none-2, which does not come before it: name a chapter that does",
            ],
        ),
    ],
    "pages/terms": [
        (
            {
                "book/glossary.md": GLOSSARY,
                "book/a.md": "The **mean** is one; **Questions:**, **You will be able to**, **Why?**, **So.** and **For:** are none.\n",
            },
            [],
        ),
        (
            {"book/glossary.md": GLOSSARY, "book/a.md": "The **Mean**.\n\nA **mode**.\n"},
            [
                "book/a.md:3: the bold term 'mode' is not in the glossary: add it to book/glossary.md, or set it in *italics*"
            ],
        ),
        (
            {
                "book/glossary.md": GLOSSARY,
                "book/a.md": "The **mean**.\n",
                "book/b.md": "Text.\nA **mean**.\n",
            },
            [
                "book/b.md:2: the term 'mean' is bold again: set a term in bold where it is defined, and nowhere else"
            ],
        ),
        (
            {"book/glossary.md": GLOSSARY},
            [
                "book/glossary.md:5: no chapter defines 'mean': set it in bold where a chapter defines it"
            ],
        ),
        (
            {
                "book/glossary.md": GLOSSARY,
                "book/a.md": ":::{dropdown} More\nThe **mean**.\n:::\n",
            },
            [],
        ),
        ({"book/glossary.md": GLOSSARY, "book/a.md": "The **`mean`** and the **mean**.\n"}, []),
        (
            {},
            ["_toc.yml:1: no page holds a glossary: write one with :::{glossary}"],
        ),
        (
            {"book/b.md": GLOSSARY, "book/a.md": "A **mode** and a **mean**.\n"},
            [
                "book/a.md:1: the bold term 'mode' is not in the glossary: add it to book/b.md, or set it in *italics*"
            ],
        ),
    ],
}


@each(CASES)
def test_rule(rule, source, expected):
    check_page(rule, source, expected)


@each(CHAPTER_CASES)
def test_rule_on_chapters(rule, source, expected):
    check_page(rule, source, expected, is_chapter=True)
    assert find_in_page(rule, source) == []


@each(BOOK_CASES)
def test_rule_on_books(rule, source, expected, tmp_path):
    check_book(rule, tmp_path, source, expected)
