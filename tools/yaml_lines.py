"""YAML with the lines on which its parts stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import yaml


class YamlError(ValueError):
    """A text that is no YAML.

    Attributes
    ----------
    line : int
        The line of the fault, counted from the first line of the file.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


# What YAML 1.1 takes for truth values and dates.
OLDER = (":bool", ":timestamp")


class Yaml12Loader(yaml.SafeLoader):
    """Reads YAML 1.2, in which `on`, `no` and dates are words, as GitHub does."""

    yaml_implicit_resolvers: ClassVar = {
        sign: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(OLDER)]
        for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


Yaml12Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("true|false", re.IGNORECASE), list("tTfF")
)


@dataclass
class YamlText:
    """A parsed YAML text.

    Attributes
    ----------
    data : Any
        What the text says, as its loader reads it.
    lines : dict[tuple[str, ...], int]
        The line of each key and list entry, by its path: `("parts", "0", "caption")`.
    first_line : int
        The line of the file on which the text begins.
    error : YamlError or None
        Why there are no data, where a text is no YAML.
    """

    data: Any
    lines: dict[tuple[str, ...], int]
    first_line: int = 1
    error: YamlError | None = None

    @classmethod
    def parse(
        cls, text: str, first_line: int = 1, loader: type[yaml.SafeLoader] = yaml.SafeLoader
    ) -> "YamlText":
        """Parse a text that begins on a given line of its file.

        Raises
        ------
        YamlError
            When the text is no YAML, or has a key twice in one mapping.
        """
        try:
            reader = loader(text)
            node = reader.get_single_node()
            if node is None:
                return cls({}, {}, first_line)
            lines = dict(walk(node, (), first_line))
            return cls(reader.construct_document(node), lines, first_line)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            if error.context_mark and mark and mark.index >= len(text.rstrip()):
                mark = error.context_mark  # what was opened there has no end
            line = min(mark.line, text.rstrip().count("\n")) if mark else 0
            raise YamlError(first_line + line, error.problem or str(error)) from error
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise YamlError(first_line, str(error).splitlines()[0]) from error

    def value(self, *path: str) -> Any:
        """Return what stands at a path of keys and numbers, or None."""
        value = self.data
        for key in path:
            if isinstance(value, dict):
                value = value.get(key)
            elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
                value = value[int(key)]
            else:
                return None
        return value

    def line(self, *path: str | int) -> int:
        """Return the line of a key, or of the nearest part that holds where it would be."""
        keys = tuple(map(str, path))
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, self.first_line)


def walk(
    node: yaml.Node, path: tuple[str, ...], first_line: int
) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield path and line of each key and list entry below a node."""
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {name!r} is given twice", problem_mark=key.start_mark
                )
            seen.add(name)
            yield (*path, name), first_line + key.start_mark.line
            yield from walk(value, (*path, name), first_line)
    if isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield (*path, str(number)), first_line + value.start_mark.line
            yield from walk(value, (*path, str(number)), first_line)
