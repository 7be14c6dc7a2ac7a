"""A page's code cells read as one program: what is called, bound and read, and where."""

import ast
import symtable
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from tools.book import Directive, Page

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Call:
    """A call, or another use of a name, under the full name of what is called.

    The name is that of the module that defines it, such as `numpy.random.default_rng`; for a
    method of an object it begins with a dot, such as `.uniform_`.
    """

    name: str
    node: ast.expr

    @property
    def line(self) -> int:
        """The line of the call."""
        return self.node.lineno

    @property
    def place(self) -> tuple[int, int]:
        """Line and column of the call."""
        return self.node.lineno, self.node.col_offset

    @property
    def args(self) -> list[ast.expr]:
        """The arguments without a keyword."""
        return self.node.args if isinstance(self.node, ast.Call) else []

    def keyword(self, name: str) -> ast.expr | None:
        """Return the value of a keyword, or None when it is not given."""
        keywords = self.node.keywords if isinstance(self.node, ast.Call) else []
        return next((keyword.value for keyword in keywords if keyword.arg == name), None)

    def gives(self, name: str) -> bool:
        """Return whether a keyword is given, and neither None nor False."""
        value = self.keyword(name)
        return value is not None and not (is_constant(value, None) or is_constant(value, False))


def is_constant(node: ast.expr, value: object) -> bool:
    """Return whether an expression is a certain one of None, True and False."""
    return isinstance(node, ast.Constant) and node.value is value


class Program:
    """The cells of a page.

    Parameters
    ----------
    page : Page
        The page, whose cells are Python.
    """

    def __init__(self, page: Page) -> None:
        self.cells = page.cells

    @cached_property
    def imports(self) -> dict[str, str]:
        """What each imported name means: `{"np": "numpy"}`."""
        meanings: dict[str, str] = {}
        for node in self.walk():
            if isinstance(node, ast.Import):
                for alias in node.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    meanings[name] = alias.name if alias.asname else name
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    meanings[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        return meanings

    @cached_property
    def modules(self) -> set[str]:
        """The top-level modules that are imported."""
        return {meaning.partition(".")[0] for meaning in self.imports.values()}

    def walk(self) -> Iterator[ast.AST]:
        """Yield every node of every cell."""
        return (node for cell in self.cells for node in ast.walk(cell.tree))

    def name_of(self, node: ast.expr) -> str:
        """Return the full name of an expression such as `np.random.rand`, or `.method`."""
        if isinstance(node, ast.Name):
            return self.imports.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            owner = self.name_of(node.value)
            is_module = owner.partition(".")[0] in self.modules
            return f"{owner}.{node.attr}" if is_module else f".{node.attr}"
        return ""

    @cached_property
    def calls(self) -> list[Call]:
        """All calls, those in functions and classes included."""
        return [call for cell in self.cells for call in self.calls_in(cell.tree)]

    def calls_in(self, tree: ast.AST) -> list[Call]:
        """Return all calls below a node."""
        return [
            Call(self.name_of(node.func), node)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
        ]

    def calls_made_by(self, node: ast.AST) -> Iterator[Call]:
        """Yield the calls that a cell makes when it runs, or a function when it is called.

        Those in functions and classes that are defined there are left out.
        """
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Definition):
                for part in evaluated_at_once(child):
                    yield from self.calls_made_by(ast.Expression(part))
                continue
            if isinstance(child, ast.Call):
                yield Call(self.name_of(child.func), child)
            yield from self.calls_made_by(child)

    @cached_property
    def definitions(self) -> dict[str, list[Definition]]:
        """Each function, or class and its methods, under its name."""
        return {
            node.name: [inner for inner in ast.walk(node) if isinstance(inner, Definition)]
            for cell in self.cells
            for node in cell.tree.body
            if isinstance(node, Definition)
        }

    def find_doers(
        self,
        does: Callable[[list[Call], set[str]], bool],
        made_by: Callable[[ast.AST], Iterable[Call]] | None = None,
    ) -> set[str]:
        """Return the functions and classes that do something, or call others that do.

        Parameters
        ----------
        does : Callable[[list[Call], set[str]], bool]
            Whether a definition with these calls does it, given those known to do it.
        made_by : Callable[[ast.AST], Iterable[Call]], optional
            Gives the calls of a function; those that `calls_made_by` finds unless given.
        """
        find = made_by or self.calls_made_by
        calls = {
            name: [call for part in parts for call in find(part)]
            for name, parts in self.definitions.items()
        }
        doers: set[str] = set()
        while True:
            found = {name for name in calls if does(calls[name], doers)}
            if found <= doers:
                return doers
            doers |= found


@lru_cache(maxsize=100)
def read_program(page: Page) -> Program:
    """Return the program of a page."""
    return Program(page)


def evaluated_at_once(definition: Definition) -> Iterator[ast.expr]:
    """Yield what runs with a definition itself: its decorators, defaults and bases."""
    yield from definition.decorator_list
    if isinstance(definition, ast.ClassDef):
        yield from definition.bases
    else:
        yield from definition.args.defaults
        yield from filter(None, definition.args.kw_defaults)


def names_bound(cell: Directive) -> set[str]:
    """Return the names that a cell binds outside of definitions."""
    table = symtable.symtable(cell.body, "cell", "exec")
    return {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}


def names_read(cell: Directive) -> set[str]:
    """Return the names of the page that a cell reads, in definitions too."""
    return set(globals_read(symtable.symtable(cell.body, "cell", "exec")))


def globals_read(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield the names that a scope and those in it read from the top."""
    for symbol in table.get_symbols():
        is_top = table.get_type() == "module" or symbol.is_global()
        if symbol.is_referenced() and is_top:
            yield symbol.get_name()
    for child in table.get_children():
        yield from globals_read(child)
