"""Search finds a term's definition after every build."""

import json

GLOSSARY = "# Terms\n\n```{glossary}\nmean\n  A sum.\n\nloss\n  An error.\n```\n"


def read_terms(book) -> tuple[dict, list]:
    text = (book.site / "searchindex.js").read_text("utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    return index["indexentries"], index["docnames"]


def test_search_knows_the_terms_of_the_glossary_after_a_partial_build(make_book):
    book = make_book("# Title\n", {"a": "# A\n", "terms": GLOSSARY})
    book.build()
    entries, names = read_terms(book)
    place = names.index("terms")
    assert entries == {
        "loss": [[place, "term-loss", True]],
        "mean": [[place, "term-mean", True]],
    }

    book.write("a.md", "# A\n\nWords.\n")
    book.build()
    assert "terms" not in book.written()
    assert read_terms(book) == (entries, names)


def test_terms_that_are_gone_are_forgotten(make_book):
    book = make_book("# Title\n", {"a": "# A\n", "terms": GLOSSARY})
    book.build()
    book.write("terms.md", GLOSSARY.replace("mean\n  A sum.\n\n", ""))
    book.build()
    assert list(read_terms(book)[0]) == ["loss"]


def test_terms_are_known_without_their_hyphens_too(make_book):
    text = GLOSSARY.replace("\nloss\n", "\nmini-batch loss\n")
    book = make_book("# Title\n", {"a": "# A\n", "terms": text})
    book.build()
    entries, _ = read_terms(book)
    assert entries.keys() == {"mean", "mini-batch loss", "minibatch loss"}
    assert entries["mini-batch loss"] == entries["minibatch loss"]
    book.write("a.md", "# A\n\nWords.\n")
    book.build()
    assert "terms" not in book.written()
    assert read_terms(book)[0] == entries
