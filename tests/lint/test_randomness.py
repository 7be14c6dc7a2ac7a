"""Rules on randomness."""

from .cases import Cases, cell, check_page, each, find_in_page

IMPORTS = (
    "import numpy as np\n"
    "import torch\n"
    "import torch.nn.functional as F\n"
    "from numpy.random import default_rng, rand\n"
    "from torch import nn\n"
    "from torch.utils.data import DataLoader, random_split\n"
    "from torchvision import models, transforms"
)
FIRST = 12  # the line on which the code of the second cell begins
DRAWER = "def draw(n):\n    return torch.randn(n)\n"
READER = (
    "loader = DataLoader(d, shuffle=True)\ndef read():\n    for x in loader:\n        pass\n"
)
NETWORK = (
    "class Net(nn.Module):\n"
    "    def __init__(self):\n"
    "        super().__init__()\n"
    "        self.layer = nn.Linear(2, 1)\n"
)

UNSEEDED = [
    ("x = torch.randn(3)", 0, "torch.randn"),
    ("x = torch.randn(3)\ntorch.manual_seed(0)", 0, "torch.randn"),
    ("x = torch.rand_like(y)", 0, "torch.rand_like"),
    ("x = torch.randint(2, (3,))", 0, "torch.randint"),
    ("x = torch.randn(3, generator=None)", 0, "torch.randn"),
    ("y = 1\nx = torch.zeros(3).uniform_()", 1, "uniform_"),
    ("x.normal_(0, 1)", 0, "normal_"),
    ("x.log_normal_()", 0, "log_normal_"),
    ("nn.init.kaiming_uniform_(w)", 0, "torch.nn.init.kaiming_uniform_"),
    ("m = nn.Linear(2, 1)", 0, "torch.nn.Linear"),
    ("m = nn.Sequential(nn.ReLU(), nn.Linear(2, 1))", 0, "torch.nn.Linear"),
    ("m = nn.Dropout(0.5)", 0, "torch.nn.Dropout"),
    ("m = nn.TransformerEncoderLayer(8, 2)", 0, "torch.nn.TransformerEncoderLayer"),
    ("m = models.resnet18()", 0, "torchvision.models.resnet18"),
    ("f = transforms.RandomCrop(3)", 0, "torchvision.transforms.RandomCrop"),
    ("y = F.dropout(x)", 0, "torch.nn.functional.dropout"),
    ("a, b = random_split(data, [1, 2])", 0, "torch.utils.data.random_split"),
    ("x = normal.sample()", 0, "sample"),
    ("x = normal.sample((3,))", 0, "sample"),
    ("f = lambda: torch.randn(3)", 0, "torch.randn"),
    (f"{NETWORK}\nmodel = Net()", 5, "Net"),
    (f"{DRAWER}\nx = draw(3)", 3, "draw"),
    (f"{DRAWER}\ndef twice(n):\n    return draw(n) + draw(n)\n\nx = twice(3)", 6, "twice"),
    ("loader = DataLoader(d, shuffle=True)\nfor x in loader:\n    pass", 1, "loader"),
    ("loader = DataLoader(d, shuffle=True)\ntrain(loader)", 1, "loader"),
    ("def f(n=torch.randn(3)):\n    pass", 0, "torch.randn"),
    ("def f(*, n=torch.randn(3), m):\n    pass", 0, "torch.randn"),
    ("class A(make(torch.randn(3))):\n    pass", 0, "torch.randn"),
    (f"{READER}\nread()", 5, "read"),
    (f"{READER}\ndef again():\n    read()\n    torch.manual_seed(0)\n\nagain()", 9, "again"),
    ("train(DataLoader(d, shuffle=True))", 0, "torch.utils.data.DataLoader"),
]
SEEDED = [
    "torch.manual_seed(0)\nx = torch.randn(3)",
    "for seed in range(3):\n    torch.manual_seed(seed)\n    m = nn.Linear(2, 1)",
    "x = torch.zeros(3).zero_()",
    "nn.init.zeros_(w)",
    "m = nn.Sequential(nn.Flatten(), nn.MaxPool2d(2), nn.LayerNorm(3), nn.ReLU(), nn.Tanh())",
    "loss_fn = nn.CrossEntropyLoss()",
    "g = torch.Generator().manual_seed(0)\nx = torch.randn(3, generator=g)",
    f"{NETWORK}\ntorch.manual_seed(0)\nmodel = Net()",
    "def draw(n, seed):\n    torch.manual_seed(seed)\n    return torch.randn(n)\n\nx = draw(3, 0)",
    DRAWER,
    NETWORK,
    "@torch.no_grad()\ndef f():\n    pass",
    "loader = DataLoader(d, shuffle=True)\nprint(len(loader), loader.dataset)",
    "loader = DataLoader(d, shuffle=True)\ntorch.manual_seed(0)\nfor x in loader:\n    pass",
    "loader = DataLoader(d, shuffle=False)\nfor x in loader:\n    pass",
    "loader = DataLoader(d)\nfor x in loader:\n    pass",
    "loader = DataLoader(d, shuffle=True, generator=g)\ntrain(loader)",
    READER,
    "loader = DataLoader(d, shuffle=True)\nloader = DataLoader(e, shuffle=True)",
    "loader = DataLoader(d, shuffle=True)\nfirst = lambda loader: loader[0]",
    f"{READER}\ndef again():\n    torch.manual_seed(0)\n    read()\n\nagain()",
    f"{READER.replace('read()', 'read(loader)')}\nread([])",
    "few = table.sample(3, random_state=0)",
]


def page_of(code: str) -> str:
    """Return a page with imports, and a cell of the given code."""
    return f"{cell(IMPORTS)}\n{cell(code)}"


def line(code: str, number: int, *messages: str) -> tuple[str, list[str]]:
    """Return the case of a cell with messages at a line of its code."""
    return page_of(code), [f"{FIRST + number}: {message}" for message in messages]


UNSET = "draws at random: set torch.manual_seed(…) before it, in the same cell"
SHARED = "has no seed of its own: draw from rng = np.random.default_rng(seed)"
UNGIVEN = "without a seed: give it a number as its seed"
STATE = "draws at random: give it a random_state, such as 0"
FREE = (
    "draws without a fixed seed: draw with torch.manual_seed(…) or np.random.default_rng(seed)"
)
SKLEARN = (
    "from sklearn.model_selection import KFold, train_test_split\n"
    "from sklearn.ensemble import RandomForestClassifier\n"
    "from scipy import stats\n"
)
CASES: Cases = {
    "randomness/seeds": [
        *(line(code, number, f"{name} {UNSET}") for code, number, name in UNSEEDED),
        *(line(code, 0) for code in SEEDED),
    ],
    "randomness/numpy-generators": [
        line("rng = np.random.default_rng(1)\nx = rng.normal()", 0),
        line("rng = np.random.default_rng(seed=3)", 0),
        line("rng = np.random.default_rng()", 0, f"np.random.default_rng {UNGIVEN}"),
        line("rng = np.random.default_rng(None)", 0, f"np.random.default_rng {UNGIVEN}"),
        line("rng = np.random.default_rng(seed=None)", 0, f"np.random.default_rng {UNGIVEN}"),
        line("rng = default_rng()", 0, f"np.random.default_rng {UNGIVEN}"),
        line("np.random.Generator(np.random.PCG64())", 0, f"np.random.PCG64 {UNGIVEN}"),
        line("x = np.random.rand(3)", 0, f"np.random.rand {SHARED}"),
        line("np.random.seed(0)", 0, f"np.random.seed {SHARED}"),
        line("x = rand(3)", 0, f"np.random.rand {SHARED}"),
        line("def f():\n    return np.random.rand()", 1, f"np.random.rand {SHARED}"),
        line("print(x)\nx = np.random.rand(3)", 1, f"np.random.rand {SHARED}"),
    ],
    "randomness/random-states": [
        line(f"{SKLEARN}a = train_test_split(X)", 3, f"train_test_split {STATE}"),
        line(f"{SKLEARN}a = train_test_split(X, random_state=0)", 3),
        line(
            f"{SKLEARN}train_test_split(X, random_state=None)", 3, f"train_test_split {STATE}"
        ),
        line(f"{SKLEARN}folds = KFold(5)", 3),
        line(f"{SKLEARN}folds = KFold(5, shuffle=True)", 3, f"KFold {STATE}"),
        line(f"{SKLEARN}folds = KFold(5, shuffle=True, random_state=1)", 3),
        line(f"{SKLEARN}RandomForestClassifier()", 3, f"RandomForestClassifier {STATE}"),
        line("from sklearn.datasets import make_moons\nmake_moons()", 1, f"make_moons {STATE}"),
        line("from sklearn.pipeline import make_pipeline\nmake_pipeline()", 1),
        line("few = table.sample(3)", 0, f"sample {STATE}"),
        line("few = table.sample(frac=0.5)", 0, f"sample {STATE}"),
        line("few = table.sample(n=3, random_state=0)", 0),
        line(f"{SKLEARN}x = stats.norm.rvs(size=3)", 3, f"rvs {STATE}"),
        line(f"{SKLEARN}x = stats.norm.rvs(size=3, rng=1)", 3),
        line(f"{SKLEARN}def f():\n    return KFold(shuffle=True)", 4, f"KFold {STATE}"),
    ],
    "randomness/repeatable-generators": [
        line("import random\nrandom.shuffle(x)", 1, f"random.shuffle {FREE}"),
        line("from random import choice\nchoice(x)", 1, f"random.choice {FREE}"),
        line("torch.seed()", 0, f"torch.seed {FREE}"),
        line("import os\nos.urandom(3)", 1, f"os.urandom {FREE}"),
        line("import uuid\nuuid.uuid4()", 1, f"uuid.uuid4 {FREE}"),
        line("x = rng.random()", 0),
    ],
}


@each(CASES)
def test_rule(rule, source, expected):
    check_page(rule, source, expected)


def test_function_that_draws_is_known_in_later_cells():
    page = page_of(DRAWER) + "\n" + cell("x = draw(3)")
    assert find_in_page("randomness/seeds", page) == [f"18: draw {UNSET}"]
