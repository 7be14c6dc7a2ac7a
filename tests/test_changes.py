"""A pull request's summary names the pages that change, and says how to look at them."""

import subprocess

import pytest

from tools.changes import ROOT, UNSEEN, list_changed_files, summarise

SITE = "https://github.com/a/b/actions/runs/7/artifacts/9"


def test_pages_are_named_by_title_and_address(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "loss.md").write_text(
        "---\na: b # no title\n---\n\n(ch-loss)=\n# Loss\n", "utf-8"
    )
    files = ["tests/test_a.py", "book/old.md", "book/loss.md", "_static/style.css", "README.md"]
    summary = summarise(files, tmp_path, SITE, True)
    assert summary.splitlines()[2:6] == [
        "- Loss: `book/loss.html`",
        "- removed: `book/old.html`",
        "- Every page may change with `_static/style.css`.",
        "",
    ]
    assert f"[download the site]({SITE})" in summary


@pytest.mark.parametrize(
    "file", ["CITATION.cff", "LICENSE", "tools/draw/palette.toml", "data/a.csv", "_toc.yml"]
)
def test_file_that_every_page_may_show_is_named(tmp_path, file):
    summary = summarise([file], tmp_path, SITE, True)
    assert f"- Every page may change with `{file}`." in summary


def test_change_that_no_page_shows_says_so(tmp_path):
    files = ["tests/test_a.py", "README.md", *UNSEEN]
    assert "\n\nNone.\n\n" in summarise(files, tmp_path, SITE, True)


def test_files_that_no_page_shows_exist():
    assert [file for file in UNSEEN if not (ROOT / file).exists()] == []


@pytest.mark.parametrize(("artifact", "is_built"), [("", True), ("", False), (SITE, False)])
def test_site_that_was_not_built_is_not_offered_as_the_result(tmp_path, artifact, is_built):
    summary = summarise(["index.md"], tmp_path, artifact, is_built)
    assert "could not be built" in summary
    assert "download" not in summary
    assert (f"[this archive]({SITE})" in summary) == bool(artifact)


def test_files_of_the_last_commit_are_found(tmp_path):
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        identity += ["-c", "commit.gpgSign=false"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True)

    git("init", "-q")
    for name in ("kept.md", "removed.md", "moved.md"):
        (tmp_path / name).write_text(f"# {name}\n", "utf-8")
    git("add", ".")
    git("commit", "-q", "-m", "before")
    (tmp_path / "removed.md").unlink()
    (tmp_path / "moved.md").rename(tmp_path / "new.md")
    git("add", ".")
    git("commit", "-q", "-m", "after")
    assert list_changed_files(tmp_path, "HEAD^1") == ["moved.md", "new.md", "removed.md"]
