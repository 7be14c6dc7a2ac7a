"""Randomness: whoever runs a cell gets the numbers that the page shows."""

import ast
import re
from collections.abc import Iterator

from tools.book import Page
from tools.lint.finding import Finding
from tools.lint.program import Call, Program, is_constant, read_program
from tools.lint.rule import rule

TORCH = re.compile(
    r"torch\.(rand|randn|randint|randperm|normal|bernoulli|poisson|multinomial|"
    r"(rand|randn|randint)_like)"
)
IN_PLACE = re.compile(
    r".*\.([a-z]+_)?(uniform|normal|random|bernoulli|exponential|geometric|cauchy|orthogonal|"
    r"sparse)_"
)
LAYER = re.compile(r"torch\.nn\.[A-Z]\w*|torchvision\.models\.\w+")
# Layers that have no parameters, or begin with zeros and ones, and draw nothing.
FIXED_LAYER = re.compile(
    r"torch\.nn\.(\w*(Loss|Pool\dd|Pad\dd|Norm(\dd)?|LU|Softmax|Softmax2d|Flatten|Shuffle)|"
    r"Hard\w+|LogSigmoid|Identity|Mish|Module(List|Dict)?|Parameter(List|Dict)?|Sequential|"
    r"Sigmoid|Softmin|Softplus|Softshrink|Softsign|Tanh|Tanhshrink|Threshold|Upsample)"
)
SAMPLING = re.compile(
    r"torch\.utils\.data\.(random_split|\w*RandomSampler)|"
    r"torchvision\.transforms\.(v2\.)?Random\w+|"
    r"torch\.nn\.functional\.(\w*dropout\w*|rrelu|gumbel_softmax)|\.sample"
)
WITH_STATE = re.compile(
    r"sklearn\.(\w+\.)*(train_test_split|\w*ShuffleSplit|resample|shuffle|"
    r"datasets\.make_\w+|SGD\w+|"
    r"Random\w+|Extra\w+|\w*GradientBoosting\w+|\w*KMeans|MLP\w+|TSNE|\w+Mixture|Perceptron|"
    r"DecisionTree\w+|Spectral\w+|Dummy\w+|permutation_\w+)|.*\.rvs"
)
FOLDS = re.compile(r"sklearn\.(\w+\.)*\w*KFold")
GENERATORS = {"default_rng", "Generator", "SeedSequence", "PCG64", "MT19937", "RandomState"}
SEED = "torch.manual_seed"
LOADER = "torch.utils.data.DataLoader"
UNSEEDABLE = re.compile(
    r"(random|secrets|uuid)\..+|torch\.(random\.|cuda\.)?(seed|seed_all)|os\.urandom"
)


def draws(call: Call) -> bool:
    """Return whether a call takes numbers from PyTorch's generator."""
    if call.gives("generator") or call.gives("random_state"):
        return False
    if call.name == LOADER:
        return call.gives("shuffle")
    if LAYER.fullmatch(call.name):
        return not FIXED_LAYER.fullmatch(call.name)
    if takes_rows(call):
        return False
    return any(pattern.fullmatch(call.name) for pattern in (TORCH, IN_PLACE, SAMPLING))


def takes_rows(call: Call) -> bool:
    """Return whether a call takes rows of a table, for which pandas has a state of its own.

    Distributions of PyTorch have a method of this name, too, and take a shape, or nothing.
    """
    is_number = any(not isinstance(arg, ast.Tuple | ast.List) for arg in call.args[:1])
    return call.name == ".sample" and (is_number or call.gives("n") or call.gives("frac"))


def first_unseeded(calls: list[Call], drawers: set[str]) -> Call | None:
    """Return the first call that draws before a seed has been set, or None."""
    for call in sorted(calls, key=lambda call: call.place):
        if call.name == SEED:
            return None
        if draws(call) or call.name in drawers:
            return call
    return None


@rule
def seeds(page: Page) -> Iterator[Finding]:
    """A cell that draws at random with PyTorch sets the seed first, in the same cell.

    New layers draw their parameters, a shuffling loader draws when it is read, and functions of
    the page may draw, too.
    """
    program = read_program(page)
    made = list(find_loaders(program))
    loaders = {name for name, _ in made}
    making = [node for _, node in made]

    def made_by(node: ast.AST) -> list[Call]:
        calls = [*program.calls_made_by(node), *reads_of(loaders, node)]
        return [call for call in calls if call.node not in making]

    def draws_first(calls: list[Call], known: set[str]) -> bool:
        return first_unseeded(calls, known | loaders) is not None

    drawers = program.find_doers(draws_first, made_by) | loaders
    for cell in page.cells:
        if call := first_unseeded(made_by(cell.tree), drawers):
            fault = f"{call.name.removeprefix('.')} draws at random"
            remedy = "set torch.manual_seed(…) before it, in the same cell"
            yield Finding(page.file, call.line, fault, remedy)


def find_loaders(program: Program) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names of data loaders that draw when they are read, and what makes them."""
    for node in program.walk():
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            call = Call(program.name_of(node.value.func), node.value)
            if call.name == LOADER and draws(call):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        yield target.id, node.value


def reads_of(names: set[str], node: ast.AST) -> Iterator[Call]:
    """Yield where a cell or a function reads a name when it runs, as if it were called.

    What a function calls so is another thing, and to ask a length is no read.
    """
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        names = names - {part.arg for part in ast.walk(node.args) if isinstance(part, ast.arg)}
    asks = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "len"
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                continue
            case ast.Name(id=name, ctx=ast.Load()) if name in names:
                if not asks and not isinstance(node, ast.Attribute):
                    yield Call(name, child)
            case _:
                yield from reads_of(names, child)


@rule
def numpy_generators(page: Page) -> Iterator[Finding]:
    """NumPy draws come from np.random.default_rng(…) with a seed."""
    for call in read_program(page).calls:
        module, _, name = call.name.rpartition(".")
        if module != "numpy.random":
            continue
        if name not in GENERATORS:
            remedy = "draw from rng = np.random.default_rng(seed)"
            fault = f"np.random.{name} has no seed of its own"
            yield Finding(page.file, call.line, fault, remedy)
        elif not call.gives("seed") and (not call.args or is_constant(call.args[0], None)):
            fault = f"np.random.{name} without a seed"
            yield Finding(page.file, call.line, fault, "give it a number as its seed")


@rule
def random_states(page: Page) -> Iterator[Finding]:
    """What draws in scikit-learn, SciPy and pandas is given a random_state."""
    for call in read_program(page).calls:
        is_random = (
            WITH_STATE.fullmatch(call.name)
            or (FOLDS.fullmatch(call.name) and call.gives("shuffle"))
            or takes_rows(call)
        )
        if is_random and not (call.gives("random_state") or call.gives("rng")):
            fault = f"{call.name.rpartition('.')[2]} draws at random"
            yield Finding(page.file, call.line, fault, "give it a random_state, such as 0")


@rule
def repeatable_generators(page: Page) -> Iterator[Finding]:
    """Python's random module and seeds taken from the system are not used."""
    for call in read_program(page).calls:
        if UNSEEDABLE.fullmatch(call.name):
            remedy = "draw with torch.manual_seed(…) or np.random.default_rng(seed)"
            fault = f"{call.name} draws without a fixed seed"
            yield Finding(page.file, call.line, fault, remedy)
