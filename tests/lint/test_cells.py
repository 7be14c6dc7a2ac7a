"""Rules on code cells."""

from .cases import Cases, cell, check_book, check_page, each, find_in_page

HIDDEN = ":tags: [remove-cell]"
CASES: Cases = {
    "cells/language": [
        (cell("x = 1"), []),
        (
            "```{code-cell}\nx = 1\n```\n",
            ["1: a cell in no language: write ```{code-cell} ipython3"],
        ),
        (
            "```{code-cell} python\nx = 1\n```\n",
            ["1: a cell in python: write ```{code-cell} ipython3"],
        ),
        (
            "1. a\n\n   ```{code-cell} ipython3\n   x = 1\n   ```\n",
            [
                "3: a cell within a block or list never runs: end the block or list before the cell, without an indent"
            ],
        ),
        (
            ":::{note}\n" + cell("x = 1") + ":::\n",
            [
                "2: a cell within a block or list never runs: end the block or list before the cell, without an indent"
            ],
        ),
    ],
    "cells/tags": [
        (cell("x = 1", ":tags: [hide-input, remove-cell, remove-stderr]"), []),
        (
            cell("x = 1", ":tags: [hide_input]"),
            ["2: no tag is called 'hide_input': write hide-input"],
        ),
        (cell("x = 1", ":tags: hide-input"), ["2: tags are a list: write [tag]"]),
        (
            cell("x = 1", "---\nmystnb:\n  figure:\n    name: a\ntags: [skip-execution]\n---"),
            [
                "6: no tag is called 'skip-execution': use one of hide-input, remove-cell, remove-stderr"
            ],
        ),
        (
            cell("x = 1", ":tags: [raises-exception]"),
            [
                "2: no tag is called 'raises-exception': use one of hide-input, remove-cell, remove-stderr"
            ],
        ),
        (
            cell("x = 1", ":tags: [remove-output, hide-inputs]"),
            [
                "2: no tag is called 'remove-output': use one of hide-input, remove-cell, remove-stderr",
                "2: no tag is called 'hide-inputs': write hide-input",
            ],
        ),
    ],
    "cells/options": [
        (
            cell("x = 1", ":tag: [hide-input]"),
            ["2: no option is called 'tag' here: write tags"],
        ),
        (
            cell(
                "x = 1",
                "---\nmystnb:\n  figure:\n    name: a\n    captoin: b\n  imgae:\n    alt: c\n---",
            ),
            [
                "7: no option is called 'imgae' here: write image",
                "6: no option is called 'captoin' here: write caption",
            ],
        ),
        (
            cell("x = 1", "---\nmystnb: 1\n---"),
            ["3: mystnb holds no options: write below it figure, image"],
        ),
        (
            cell("x = 1", "---\nmystnb: 1\n---") + "\n" + cell("x = 1", ":tag: [a]"),
            [
                "3: mystnb holds no options: write below it figure, image",
                "9: no option is called 'tag' here: write tags",
            ],
        ),
        (
            cell("x = 1", "---\nmystnb:\n  image: a.svg\n---"),
            ["4: image holds no options: write below it alt, width"],
        ),
        (
            cell(
                "x = 1",
                "---\nmystnb:\n  image:\n    alt: a\n    width: 5\n  figure:\n    name: b\n    caption: c\ntags: [hide-input]\n---",
            ),
            [],
        ),
    ],
    "cells/length": [
        (cell("\n".join(["x = 1"] * 25)), []),
        (
            cell("\n".join(["x = 1"] * 26)),
            ["1: a cell of 26 lines: split it into cells of at most 25 lines"],
        ),
        (cell("\n\n".join(["x = 1"] * 25)), []),
        (cell("\n".join(["x = 1"] * 26), ":tags: [hide-input]"), []),
        (cell("\n".join(["x = 1"] * 26), HIDDEN), []),
    ],
    "cells/width": [
        (cell("x = " + "1" * 66), []),
        (
            cell("y = 1\nx = " + "1" * 67),
            ["3: a line of 71 characters: break it at 70 at the latest"],
        ),
        (
            cell("x = " + "1" * 67, HIDDEN),
            ["3: a line of 71 characters: break it at 70 at the latest"],
        ),
    ],
    "cells/imports": [
        (cell("import a") + "\n" + cell("x = 1"), []),
        (
            cell("import a") + "\n" + cell("x = 1\nfrom b import c"),
            ["7: an import in a later cell: move it to the page's first cell"],
        ),
        (cell("x = 1") + "\n" + cell("import b", HIDDEN), []),
    ],
    "cells/hidden-purpose": [
        (cell("assert x == 1", HIDDEN), []),
        (
            cell("x = 1\nprint(x)", HIDDEN),
            [
                "2: a hidden cell that checks nothing: show it: remove the tag remove-cell; or assert what the text claims"
            ],
        ),
        (cell("y = f(1)", HIDDEN) + "\n" + cell("assert y == 1", HIDDEN), []),
        (
            cell("y = 1\nprint(y)", HIDDEN) + "\n" + cell("assert y == 1", HIDDEN),
            [
                "2: a hidden cell that prints: show it: remove the tag remove-cell; or remove print"
            ],
        ),
        (cell("x = 1"), []),
        (cell("raise RuntimeError", HIDDEN), []),
        (cell('glue("a", 1)', HIDDEN), []),
        (
            cell("y = 1", "---\ntags: [remove-cell]\n---") + "\n" + cell("assert y"),
            [
                "3: a hidden cell that checks nothing: show it: remove the tag remove-cell; or assert what the text claims"
            ],
        ),
        (
            cell("assertion = 1", HIDDEN),
            [
                "2: a hidden cell that checks nothing: show it: remove the tag remove-cell; or assert what the text claims"
            ],
        ),
    ],
    "cells/hidden-names": [
        (
            cell("x = 1\nassert x", HIDDEN) + "\n" + cell("print(x)"),
            [
                "2: the hidden cell sets x, which the cell in line 7 needs: show it: remove the tag remove-cell, or set x elsewhere"
            ],
        ),
        (cell("x = 1", HIDDEN) + "\n" + cell("x = 2\nprint(x)") + "\n" + cell("print(x)"), []),
        (
            cell("import math", HIDDEN) + "\n" + cell("def f():\n    return math.pi"),
            [
                "2: the hidden cell sets math, which the cell in line 6 needs: show it: remove the tag remove-cell, or set math elsewhere"
            ],
        ),
        (cell("x = 1", HIDDEN) + "\n" + cell("def f(x):\n    return [x for x in x]"), []),
        (cell("x = 1", HIDDEN) + "\n" + cell("assert x", HIDDEN), []),
        (
            cell("x = 1", HIDDEN) + "\n" + cell("y = 1", HIDDEN) + "\n" + cell("print(x)"),
            [
                "2: the hidden cell sets x, which the cell in line 11 needs: show it: remove the tag remove-cell, or set x elsewhere"
            ],
        ),
        (
            cell("def f(): ...", HIDDEN) + "\n" + cell("f()"),
            [
                "2: the hidden cell sets f, which the cell in line 6 needs: show it: remove the tag remove-cell, or set f elsewhere"
            ],
        ),
        (
            cell("x = 1") + "\n" + cell("x = 2", HIDDEN) + "\n" + cell("print(x)"),
            [
                "6: the hidden cell sets x, which the cell in line 10 needs: show it: remove the tag remove-cell, or set x elsewhere"
            ],
        ),
    ],
    "cells/network": [
        (cell("import numpy as np\nfrom torch import nn"), []),
        (
            cell("import requests"),
            ["2: requests reaches outside of the course: read a file below data/"],
        ),
        (
            cell("from urllib.request import urlopen"),
            ["2: urllib.request reaches outside of the course: read a file below data/"],
        ),
        (
            cell("import a\nimport urllib.request as r"),
            ["3: urllib.request reaches outside of the course: read a file below data/"],
        ),
        (
            cell("x = 'https://a.org/x.csv'"),
            ["2: 'https://a.org/x.csv' is an address: read a file below data/"],
        ),
        (cell("x = 'see https://a.org', 5"), []),
        (
            cell("import torch\ntorch.hub.load('a')"),
            ["3: torch.hub.load reaches outside of the course: read a file below data/"],
        ),
        (
            cell(
                "from torchvision import datasets\ndatasets.MNIST('.', download=True)\ndatasets.CIFAR10('.', download=True)"
            ),
            [
                "4: torchvision.datasets.CIFAR10 reaches outside of the course: read a file below data/"
            ],
        ),
        (cell("from torchvision import datasets\ndatasets.CIFAR10('.')"), []),
        (
            cell(
                "from torchvision import models\nmodels.resnet18(weights='DEFAULT')\nmodels.resnet18()"
            ),
            [
                "3: torchvision.models.resnet18 reaches outside of the course: read a file below data/"
            ],
        ),
        (
            cell("from torchvision import models\nmodels.resnet18(pretrained=True)"),
            [
                "3: torchvision.models.resnet18 reaches outside of the course: read a file below data/"
            ],
        ),
        (
            cell("model = Model.from_pretrained('a')"),
            ["2: from_pretrained reaches outside of the course: read a file below data/"],
        ),
        (
            cell("import os\nos.system('ls')\nos.cpu_count()"),
            ["3: os.system reaches outside of the course: read a file below data/"],
        ),
        (
            cell(
                "from sklearn import datasets\ndatasets.fetch_openml('a')\ndatasets.load_iris()"
            ),
            [
                "3: sklearn.datasets.fetch_openml reaches outside of the course: read a file below data/"
            ],
        ),
        (cell("from . import a"), []),
    ],
    "cells/writing": [
        (cell("open('a.txt').read()"), []),
        (
            cell("open('a.txt', 'w')"),
            ['2: open changes files: write below Path("written")'],
        ),
        (
            cell("open('a.txt', mode='a')"),
            ['2: open changes files: write below Path("written")'],
        ),
        (cell("open('a', 'rb')"), []),
        (
            cell("open('a', mode)"),
            ['2: open changes files: write below Path("written")'],
        ),
        (
            cell("Path('a').open('w')"),
            ['2: open changes files: write below Path("written")'],
        ),
        (cell("Path('a').open()"), []),
        (cell("archive.open('cells.csv')"), []),
        (
            cell("Image.fromarray(x).save('digit.png')"),
            ['2: save changes files: write below Path("written")'],
        ),
        (
            cell(
                "import io\nbuffer = io.BytesIO()\nfig.savefig(buffer)\nfig.savefig('a.png')\n"
                "image.save(io.BytesIO())"
            ),
            ['5: savefig changes files: write below Path("written")'],
        ),
        (
            cell("from io import BytesIO\nplot(BytesIO())") + "\n" + cell("open('a', 'w')"),
            ['7: open changes files: write below Path("written")'],
        ),
        (
            cell(
                "folder = Path('written')\nfor name in folder.glob('*'):\n    other = name / 'a'\n"
                "    other.write_text('')\nfolder.rmdir()"
            ),
            [],
        ),
        (
            cell("x = 1\nPath('a').write_text('')"),
            ['3: write_text changes files: write below Path("written")'],
        ),
        (
            cell("import torch\ntorch.save(x, 'a')"),
            ['3: torch.save changes files: write below Path("written")'],
        ),
        (
            cell("import numpy as np\nnp.savez('a', x)\nnp.load('a')"),
            ['3: numpy.savez changes files: write below Path("written")'],
        ),
        (
            cell("df.to_csv('a')"),
            ['2: to_csv changes files: write below Path("written")'],
        ),
        (
            cell("import os\nos.remove('a')\nos.getenv('a')"),
            ['3: os.remove changes files: write below Path("written")'],
        ),
        (
            cell("import shutil\nshutil.rmtree('a')"),
            ['3: shutil.rmtree changes files: write below Path("written")'],
        ),
        (
            cell(
                "from pathlib import Path\nimport torch\nfolder = Path('written')\nfolder.mkdir()\n"
                "file = folder / 'a.pt'\ntorch.save(x, file)\nfile.open('w')"
            ),
            [],
        ),
        (cell("for i in range(3):\n    df.to_csv(f'written/{i}.csv')"), []),
        (
            cell("import tifffile\ntifffile.imwrite('rewritten/a.tif', x)"),
            ['3: tifffile.imwrite changes files: write below Path("written")'],
        ),
        (
            cell(
                "from io import BytesIO\nimport matplotlib.pyplot as plt\nplt.imsave(BytesIO(), x)"
            ),
            [],
        ),
        (cell("unpacked = file.with_suffix('')\nunpacked.unlink(missing_ok=True)"), []),
        (
            cell("unpacked = file.with_suffix('.gz')\nunpacked.unlink()"),
            ['3: unlink changes files: write below Path("written")'],
        ),
        (
            cell("a = file.with_suffix('')\nfor a in folder.iterdir():\n    a.unlink()"),
            ['4: unlink changes files: write below Path("written")'],
        ),
        (
            cell("unpacked = file.with_suffix('')\nunpacked.write_text('1')"),
            ['3: write_text changes files: write below Path("written")'],
        ),
        (
            cell("file.unlink()"),
            ['2: unlink changes files: write below Path("written")'],
        ),
    ],
    "cells/warnings": [
        (
            cell("import warnings\nwarnings.filterwarnings('ignore')"),
            ["3: warnings.filterwarnings hides faults: mend what it hides"],
        ),
        (
            cell(
                "import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('ignore')"
            ),
            ["4: warnings.simplefilter hides faults: mend what it hides"],
        ),
        (
            cell("import numpy as np\nnp.seterr(all='ignore')"),
            ["3: numpy.seterr hides faults: mend what it hides"],
        ),
        (cell("import warnings\nwarnings.warn('a')"), []),
    ],
}
CHAPTER_CASES: Cases = {
    "cells/clock": [
        (
            cell("from datetime import date, datetime\nprint(date.today())"),
            [
                "3: datetime.date.today differs at every run: leave it out; measure a duration with time.perf_counter()"
            ],
        ),
        (
            cell(
                "from time import perf_counter\nx = perf_counter()\nprint(perf_counter() - x)\nprint('a', perf_counter())"
            ),
            [
                "5: a reading of the clock differs at every run: print a difference of two, or nothing"
            ],
        ),
        (
            cell("import datetime\nx = 1\ndatetime.datetime.now()"),
            [
                "4: datetime.datetime.now differs at every run: leave it out; measure a duration with time.perf_counter()"
            ],
        ),
        (
            cell("id(x)"),
            [
                "2: id differs at every run: leave it out; measure a duration with time.perf_counter()"
            ],
        ),
        (
            cell("import time\ntime.sleep(1)"),
            [
                "3: time.sleep differs at every run: leave it out; measure a duration with time.perf_counter()"
            ],
        ),
    ],
}


URL = "see https://docs.astral.sh/ruff/rules"
BOOK_CASES = {
    "cells/style": [
        ({"book/a.md": "(ch-a)=\n# A\n\n" + cell("x = 1\nprint(x);")}, []),
        (
            {"book/a.md": "# A\n\n" + cell("x = 1\nprint(y)"), "book/b.md": cell("z")},
            [
                f"book/a.md:5: Undefined name `y` (F821): {URL}/undefined-name",
                f"book/b.md:2: Undefined name `z` (F821): {URL}/undefined-name",
                f"book/b.md:2: Found useless expression. Either assign it to a variable or remove it (B018): {URL}/useless-expression",
            ],
        ),
        (
            {"book/a.md": cell("token = 'abcdef'")},
            [
                f'book/a.md:2: Possible hardcoded password assigned to: "token" (S105): {URL}/hardcoded-password-string'
            ],
        ),
    ]
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
