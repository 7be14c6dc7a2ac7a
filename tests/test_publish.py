"""What a published site has besides its pages: PDF, archive, handouts and card."""

import re
import shutil
import subprocess
import sys

import pytest
from PIL import Image
from pypdf import PdfReader

from conftest import ROOT, SITE


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder of a course of two pages after `make publish`, unpacked."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copytree(SITE, folder / "_build" / "html")
    shutil.copytree(ROOT / "book", folder / "_build" / "notebooks" / "book")
    shutil.copytree(ROOT / "images", folder / "images")
    shutil.copy(ROOT / "CITATION.cff", folder)
    toc = "root: index\nparts: [{chapters: [{file: book/getting-started}]}]"
    (folder / "_toc.yml").write_text(toc)
    command = [sys.executable, ROOT / "tools" / "publish.py", "card", "pdf", "zip"]
    subprocess.run([*command, "handouts"], cwd=folder, check=True)
    for file in folder.glob("_build/*.zip"):
        shutil.unpack_archive(file, folder)
    return folder


def test_pdf_has_bookmarks_and_links_that_stay_inside(folder):
    [file] = folder.glob("_build/html/*.pdf")
    pdf = PdfReader(file)
    *_, chapter, sections = pdf.outline
    assert "Exercises" in {section.title for section in sections}
    start = pdf.pages[pdf.get_destination_page_number(chapter)]
    assert "Getting started" in start.extract_text()
    notes = [note.get_object() for page in pdf.pages for note in page.annotations or []]
    links = [note["/A"] for note in notes if "/getting-started.html" in str(note)]
    assert {link["/S"] for link in links} == {"/GoTo"}
    assert all(link["/D"][0] == start.indirect_reference for link in links)


def test_archive_has_what_its_readme_names(folder):
    [readme] = folder.glob("*/README.txt")
    named = re.findall(r"course/\S+", readme.read_text("utf-8"))
    assert named
    for name in ("index.html", *named):
        assert (readme.parent / name).exists(), name


def test_handout_has_the_exercises_and_no_solution(folder):
    sheet = PdfReader(folder / "exercises" / "01-getting-started.pdf")
    text = "".join(page.extract_text() for page in sheet.pages)
    assert "Exercise 1.1" in text
    assert "Solution" not in text
    files = folder.glob("notebooks-without-solutions/*.ipynb")
    notebooks = [file.read_text("utf-8") for file in files]
    assert notebooks
    assert "### Solution" not in "".join(notebooks)


def test_card_has_the_size_that_messengers_show(folder):
    with Image.open(folder / "_build" / "html" / "_static" / "card.png") as card:
        assert card.size == (1200, 630)
