"""JSON schemas of the repository's YAML and JSON files, and the lines that break them."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema
from jsonschema.exceptions import ValidationError, relevance

from tools.lint.finding import suggest
from tools.yaml_lines import YamlText

OURS = files("tools.lint") / "schemas"
PUBLISHED = files("check_jsonschema") / "builtin_schemas" / "vendor"


@cache
def read_schema(name: str) -> dict[str, Any]:
    """Return a schema of our own, or one that the package check-jsonschema carries."""
    file = f"{name}.json"
    path = OURS / file if (OURS / file).is_file() else PUBLISHED / file
    schema: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return schema


def find_violations(document: YamlText, name: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, fault and remedy of whatever in a document breaks a schema."""
    schema = read_schema(name)
    validator = jsonschema.validators.validator_for(schema)(schema)
    errors = [innermost(error) for error in validator.iter_errors(document.data)]
    misspelt = [e.absolute_path for e in errors if e.validator == "additionalProperties"]
    for error in errors:
        # A misspelt key is missing under its right name, too.
        if error.validator != "required" or error.absolute_path not in misspelt:
            yield describe(document, error)


def innermost(error: ValidationError) -> ValidationError:
    """Return the error that says most: of alternatives that all fail, the deepest one."""
    while error.context:
        error = max(error.context, key=lambda e: (len(e.absolute_path), relevance(e)))
    return error


def describe(document: YamlText, error: ValidationError) -> tuple[int, str, str]:
    """Return line, fault and remedy of an error."""
    path = list(error.absolute_path)
    place = ".".join(map(str, path)) or "the file"
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        unknown = str(next(key for key in error.instance if key not in known))
        fault = f"no key of {place} is {unknown!r}"
        return document.line(*path, unknown), fault, suggest(unknown, known)
    if error.validator == "required":
        missing = error.message.split("'")[1]
        return document.line(*path), f"{place} lacks {missing!r}", f"add {missing}:"
    if "propertyNames" in error.schema_path:
        line = document.line(*path, error.instance)
        if error.instance in error.schema.get("hiding", ()):
            return line, f"{error.instance} can hide what is wrong", "remove this setting"
        fault = f"no key of {place} is {error.instance!r}"
        return line, fault, suggest(error.instance, error.schema.get("enum", ()))
    return document.line(*path), f"{place}: {error.message[:200]}", "correct this line"
