"""Configuration: the YAML and JSON files hold keys that somebody reads."""

import json
import re
from collections.abc import Iterator

from tools.lint.finding import Finding
from tools.lint.repository import Repository
from tools.lint.rule import rule
from tools.lint.schemas import find_violations
from tools.yaml_lines import YamlError, YamlText

CONFIG = "_config.yml"
DEVCONTAINER = ".devcontainer/devcontainer.json"
# Which schema holds for which files: a pattern of their paths.
SCHEMAS = {
    r"_config\.yml": "config",
    r"CITATION\.cff": "citation-file-format",
    r"\.github/dependabot\.ya?ml": "dependabot",
    r"\.github/ISSUE_TEMPLATE/config\.ya?ml": "github-issue-config",
    r"\.github/ISSUE_TEMPLATE/(?!config\.).*\.ya?ml": "github-issue-forms",
    r"\.github/workflows/.*\.ya?ml": "github-workflows",
}
COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)


@rule
def schemas(repository: Repository) -> Iterator[Finding]:
    """Configuration, workflows, forms and citation data have the keys of their schemas."""
    for file in repository.files:
        for pattern, schema in SCHEMAS.items():
            if not re.fullmatch(pattern, file):
                continue
            document = repository.yaml(file)
            if document.error is not None:
                fault = f"no YAML: {document.error}"
                yield Finding(file, document.error.line, fault, "mend this line")
                continue
            for line, fault, remedy in find_violations(document, schema):
                yield Finding(file, line, fault, remedy)


@rule
def devcontainer(repository: Repository) -> Iterator[Finding]:
    """The devcontainer file is JSON with comments, and has keys that Codespaces reads."""
    if not repository.has(DEVCONTAINER):
        return
    text = repository.text(DEVCONTAINER)
    plain = COMMENT.sub(lambda m: m[1] or re.sub(r"[^\n]", " ", m[0]), text)
    try:
        json.loads(plain)
        document = YamlText.parse(plain)
    except json.JSONDecodeError as error:
        yield Finding(DEVCONTAINER, error.lineno, f"no JSON: {error.msg}", "mend this line")
    except YamlError as error:
        yield Finding(DEVCONTAINER, error.line, f"no JSON: {error}", "mend this line")
    else:
        for line, fault, remedy in find_violations(document, "devcontainer"):
            yield Finding(DEVCONTAINER, line, fault, remedy)


@rule
def branch(repository: Repository) -> Iterator[Finding]:
    """The branch that _config.yml names is the one from which a workflow publishes."""
    config = repository.yaml(CONFIG)
    named = config.value("repository", "branch")
    for file in repository.below(".github/workflows/", ".yml", ".yaml"):
        pushed = repository.yaml(file).value("on", "push", "branches")
        if isinstance(pushed, list) and named not in pushed:
            fault = f"the branch {named!r}, where {file} has {', '.join(map(str, pushed))}"
            line = config.line("repository", "branch")
            yield Finding(CONFIG, line, fault, "name the same branch in both")
