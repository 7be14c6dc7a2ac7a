"""What `make lint` says of a contributor's page; about a sound one it says nothing."""

import sysconfig

import lint
import pytest

CELL = "```{{code-cell}} ipython3\n{}\n```\n"
HEADER = "```{{code-cell}} ipython3\n---\nmystnb:\n  image:\n    {}\n---\nx = 1\n```\n"
EXERCISE = ":::{exercise-start} One\n:label: ex-one\n:::\n:::{exercise-end}\n:::\n"
SOLUTION = ":::{solution-start} ex-one\n:label: sol-one\n:::\n:::{solution-end}\n:::\n"

DRAWS = """random.random() KFold(5,shuffle=True) nn.Embedding(9,2) torch.nn.LSTM(9,2)
TSNE(2) SGDClassifier() ExtraTreesClassifier() GradientBoostingClassifier()
DecisionTreeClassifier(max_features=2) torch.bernoulli(p) torch.multinomial(p,9)
torch.empty(3).normal_() w.uniform_() nn.init.xavier_uniform_(w)""".split()
FAULTS = [
    ("This is TODO.\n", "1: unfinished"),
    ("Text.\n<!-- a note\n\nText.\n", "2: <!-- hides"),
    ("The Poincar\ufffd map.\n", "1: a letter is not UTF-8"),
    ("Of the first dish 30\n% of the cells died.\n", "2: % hides"),
    (HEADER.format("alt: Cell #3 is bright."), "5: # hides"),
    (HEADER.format("alt: Of three cells,\n      cell #3 is bright."), "6: # hides"),
    (":::{figure} ../images/a.svg\n:alt: Cell #3\n:::\n", "2: # hides"),
    ("![A cell](https://example.org/cell.png)\n", "1: put this picture"),
    (":::{figure} https://example.org/cell.png\n:::\n", "1: put this picture"),
    ('A film: <iframe src="https://film.org/x"></iframe>\n', "1: asks another site"),
    (EXERCISE, "2: ex-one has no solution"),
    (CELL.format("import torch, yaml"), "2: yaml is not in book/requirements.txt"),
    (CELL.format("from random import shuffle\nshuffle(x)"), "3: shuffle draws"),
    (CELL.format("import requests as r\nx = r.get(url)"), "3: r.get reads the net"),
    (CELL.format("file = Path('x').open('w')"), "2: Path('x').open writes a file"),
    *((CELL.format(call), f"2: {call.rpartition('(')[0]} draws") for call in DRAWS),
    (CELL.format("b = DataLoader(d, shuffle=True)"), "2: DataLoader draws"),
    (CELL.format("table.to_csv('cells.csv')"), "2: table.to_csv writes a file"),
    ("| a | b |\n| --- | --- |\n| 1 |\n", "3: this row has more or fewer"),
    (CELL.format("\nx = = 1"), "3: invalid-syntax"),
    (CELL.format("def f(x=[]):\n    return x"), "2: B006 "),
    (CELL.format(":tags: [remove-cell]\nx = 1") + CELL.format("x"), "6: F821 "),
]
SHOWN = "![A cell](../images/a.svg) {cite:t}`one`\n"
NAMES = CELL.format("KFold = model = nn = random = rng = torch = x = max")
SOUND = [
    "It has 21 squares,\n% 3 * 7 = 21\nas one sees.\n",
    "It has 21 squares.\n% a note for authors\n",
    HEADER.format("alt: 'Cell #3 is bright.'"),
    HEADER.format('alt: "Cell #3 has the rate $\\\\alpha$."'),
    HEADER.format("alt: 'The rate $\\alpha$'"),
    CELL.format("# one\n# two") + CELL.format("alt: int = 3  # cells"),
    "[A film](https://example.org/film) and `![a](https://picture)`.\n",
    "<!-- a note\nof two lines -->\n",
    EXERCISE + SOLUTION,
    CELL.format("f = KFold(5)\ng = KFold(5, shuffle=True, random_state=0)"),
    CELL.format("o = torch.optim.SGD(model.parameters())\nrng.shuffle(x)"),
    CELL.format(":tags: [remove-cell]\nfrom myst_nb import glue\nglue('x', x)"),
    CELL.format("import IPython, skimage, sklearn\nIPython, skimage, sklearn"),
    CELL.format("random.seed(0)\nx = random.random()"),
    CELL.format("from random import shuffle\nrng.shuffle(shuffle)\nnn.init.zeros_(x)"),
    CELL.format("layer = nn.LSTM(9, 2)  # like the one before\ntorch.manual_seed(0)"),
    CELL.format("y = 2 * x\ny, y + 1"),
]


@pytest.fixture
def report(tmp_path, monkeypatch, capsys):
    """Return a function that gives what lint prints about a book of one page."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", sysconfig.get_path("scripts"), prepend=":")  # Ruff
    for folder in ("book", "images"):
        (tmp_path / folder).mkdir()
    for name in ("index.md", "README.md", "images/a.svg"):
        (tmp_path / name).touch()
    (tmp_path / "references.bib").write_text("\n@book{one,\n}\n")

    def run(text):
        (tmp_path / "book/page.md").write_text(text, "utf-8")
        is_wrong, words = lint.main(), capsys.readouterr().out
        assert is_wrong == bool(words)
        return words

    return run


@pytest.mark.parametrize(("text", "finding"), FAULTS)
def test_fault_is_named_with_its_line(report, text, finding):
    assert f"book/page.md:{finding}" in report(text)


@pytest.mark.parametrize("text", SOUND)
def test_sound_text_gives_no_finding(report, text):
    assert report(SHOWN + NAMES + text) == ""


def test_what_no_page_shows_or_cites_is_named(report):
    places = [line.partition(": no page ")[0] for line in report("").splitlines()]
    assert places == ["images/a.svg:1", "references.bib:2"]
