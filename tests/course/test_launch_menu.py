"""Each chapter can be run in the services that read its repository, or downloaded."""

import pytest
from tiny_book import NOTEBOOK_HEAD

from _ext.course.launch import list_launches

DOWNLOAD = "../_sources/book/neuron.ipynb"
CHAPTER = (
    NOTEBOOK_HEAD
    + """\
# One

```{code-cell} ipython3
x = 1
```
"""
)


def test_services_open_the_chapter_from_the_branch_of_notebooks():
    launches = list_launches("https://github.com/owner/book", "neuron", DOWNLOAD)
    assert [launch.text.partition(":")[0] for launch in launches] == [
        "Binder",
        "Codespaces",
        "Colab",
        "Download",
    ]
    assert [launch.address for launch in launches] == [
        "https://mybinder.org/v2/gh/owner/book/notebooks?urlpath=lab/tree/book/neuron.ipynb",
        "https://codespaces.new/owner/book/tree/notebooks"
        "?quickstart=1&devcontainer_path=.devcontainer%2Fneuron%2Fdevcontainer.json",
        "https://colab.research.google.com/github/owner/book/blob/notebooks/book/neuron.ipynb",
        DOWNLOAD,
    ]


@pytest.mark.parametrize("repository", ["https://gitlab.com/owner/book", "https://a.org/b"])
def test_elsewhere_than_at_github_the_notebook_can_be_downloaded(repository):
    launches = list_launches(repository, "neuron", DOWNLOAD)
    assert [launch.address for launch in launches] == [DOWNLOAD]


def test_template_gets_the_launches_of_chapters_only(make_book):
    given = {}

    def note(app, pagename, templatename, context, doctree):
        given[pagename] = [launch.address for launch in context.get("launches", [])]

    book = make_book(pages={"book/one": CHAPTER, "two": "# Two\n"})
    book.build(setup=lambda app: app.connect("html-page-context", note, 501))
    assert book.warnings == []
    assert given["two"] == given["index"] == given["search"] == []
    assert given["book/one"][-1] == "../_sources/book/one.ipynb"
    assert given["book/one"][0].endswith("?urlpath=lab/tree/book/one.ipynb")
