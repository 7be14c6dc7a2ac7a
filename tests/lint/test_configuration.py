"""Rules on configuration."""

from .cases import each, find_in_repository

CONFIG = "title: T\nauthor: A\nexecute:\n  execute_notebooks: cache\nrepository:\n  url: https://github.com/a/b\n  branch: main\nsphinx:\n  config:\n    html_favicon: a.svg\n"
FLOW = "name: A\non:\n  push:\n    branches: [main]\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n"
DEV = '{\n  "name": "A", // with a comment\n  "image": "a:b", /* and\n another */\n  "forwardPorts": [8888]\n}\n'
# Settings of Sphinx and of MyST-NB with which a fault may go unseen.
HIDING = (
    "linkcheck_allowed_redirects: {a: b}",
    "linkcheck_anchors: false",
    "linkcheck_anchors_ignore: [a]",
    "linkcheck_ignore: [a]",
    "nb_execution_allow_errors: true",
    "nb_execution_excludepatterns: [book/a.md]",
    'nb_execution_mode: "off"',
    "nb_output_stderr: remove",
    "nitpick_ignore: [[a, b]]",
    "nitpick_ignore_regex: [[a, b]]",
    "suppress_warnings: [a]",
)
CASES = {
    "configuration/schemas": [
        ({"_config.yml": CONFIG.replace("github.com/a/b", "gitlab.com/a/b")}, []),
        (
            {
                "_config.yml": CONFIG,
                ".github/workflows/a.yaml": FLOW,
                "other.yml": "a: [",
                "CITATION.cff": "cff-version: 1.2.0\nmessage: m\ntitle: t\nauthors:\n  - name: a\n",
            },
            [],
        ),
        (
            {"_config.yml": CONFIG.replace("title", "titel")},
            ["_config.yml:1: no key of the file is 'titel': write title"],
        ),
        (
            {"_config.yml": CONFIG.replace("execute_notebooks", "execute_notebook")},
            ["_config.yml:4: no key of execute is 'execute_notebook': write execute_notebooks"],
        ),
        (
            {"_config.yml": CONFIG.replace("html_favicon", "html_favicn")},
            ["_config.yml:10: no key of sphinx.config is 'html_favicn': write html_favicon"],
        ),
        (
            {"_config.yml": CONFIG.replace("html_favicon: a.svg", "html_fonts: [a]")},
            [
                "_config.yml:10: no key of sphinx.config is 'html_fonts': use one of add_module_names, bibtex_bibfiles, bibtex_cite_id, bibtex_default_style, bibtex_encoding, bibtex_reference_style, bibtex_tooltips, copybutton_copy_empty_lines, copybutton_exclude, copybutton_only_copy_prompt_lines, copybutton_prompt_is_regexp, copybutton_prompt_text, copybutton_remove_prompts, copybutton_selector, exercise_style, extensions, hide_solutions, highlight_language, highlight_options, html_additional_pages, …"
            ],
        ),
        *(
            (
                {"_config.yml": CONFIG.replace("html_favicon: a.svg", setting)},
                [
                    f"_config.yml:10: {setting.split(':')[0]} can hide what is wrong: remove this setting"
                ],
            )
            for setting in HIDING
        ),
        (
            {"_config.yml": CONFIG.replace("cache", "cache\n  exclude_patterns: [book/a.md]")},
            [
                "_config.yml:5: no key of execute is 'exclude_patterns': use one of cache, execute_notebooks, run_in_temp, stderr_output, timeout"
            ],
        ),
        (
            {"_config.yml": CONFIG.replace("cache", "off")},
            [
                "_config.yml:4: execute.execute_notebooks: 'off' is not one of ['cache', 'force']: correct this line"
            ],
        ),
        (
            {"_config.yml": "a: [\n"},
            [
                "_config.yml:1: no YAML: expected the node content, but found '<stream end>': mend this line"
            ],
        ),
        (
            {".github/workflows/a.yaml": FLOW.replace("runs-on", "run-on")},
            [".github/workflows/a.yaml:6: jobs.a lacks 'runs-on': add runs-on:"],
        ),
        (
            {".github/workflows/a.yml": FLOW.replace("- run: make", "- runs: make")},
            [".github/workflows/a.yml:9: no key of jobs.a.steps.0 is 'runs': write run"],
        ),
        (
            {".github/dependabot.yml": "version: 1\nupdates: []\n"},
            [".github/dependabot.yml:1: version: 2 was expected: correct this line"],
        ),
        (
            {".github/ISSUE_TEMPLATE/a.yml": "name: a\ndescription: b\n"},
            [".github/ISSUE_TEMPLATE/a.yml:1: the file lacks 'body': add body:"],
        ),
        (
            {".github/ISSUE_TEMPLATE/config.yml": "blank_issues: false\n"},
            [
                ".github/ISSUE_TEMPLATE/config.yml:1: no key of the file is 'blank_issues': write blank_issues_enabled"
            ],
        ),
        (
            {"CITATION.cff": "cff-version: 1.2.0\nmessage: m\ntitle: t\n"},
            ["CITATION.cff:1: the file lacks 'authors': add authors:"],
        ),
        (
            {"_config.yml": CONFIG.replace("https://github.com/a/b", "github.com/a/b")},
            [
                "_config.yml:6: repository.url: 'github.com/a/b' does not match '^https://[^/]+/.*[^/]$': correct this line"
            ],
        ),
    ],
    "configuration/devcontainer": [
        ({}, []),
        ({".devcontainer/devcontainer.json": DEV}, []),
        (
            {".devcontainer/devcontainer.json": DEV.replace('"image"', '"imgae"')},
            [".devcontainer/devcontainer.json:3: no key of the file is 'imgae': write image"],
        ),
        (
            {".devcontainer/devcontainer.json": DEV.replace("[8888]", "[8888")},
            [
                ".devcontainer/devcontainer.json:6: no JSON: Expecting ',' delimiter: mend this line"
            ],
        ),
        (
            {".devcontainer/devcontainer.json": DEV.replace("8888", "0")},
            [
                ".devcontainer/devcontainer.json:5: forwardPorts.0: 0 is less than the minimum of 1: correct this line"
            ],
        ),
        (
            {".devcontainer/devcontainer.json": '{"a": "//x", "image": "b"}'},
            [
                ".devcontainer/devcontainer.json:1: no key of the file is 'a': use one of containerEnv, containerUser, customizations, features, forwardPorts, hostRequirements, image, init, initializeCommand, mounts, name, onCreateCommand, otherPortsAttributes, portsAttributes, postAttachCommand, postCreateCommand, postStartCommand, remoteEnv, remoteUser, runArgs, …"
            ],
        ),
        (
            {".devcontainer/devcontainer.json": '{\n  "image": "a",\n  "image": "b"\n}'},
            [
                ".devcontainer/devcontainer.json:3: no JSON: the key 'image' is given twice: mend this line"
            ],
        ),
    ],
    "configuration/branch": [
        ({"_config.yml": CONFIG, ".github/workflows/a.yml": FLOW}, []),
        (
            {"_config.yml": CONFIG.replace("main", "master"), ".github/workflows/a.yaml": FLOW},
            [
                "_config.yml:7: the branch 'master', where .github/workflows/a.yaml has main: name the same branch in both"
            ],
        ),
        (
            {"_config.yml": CONFIG, ".github/workflows/a.yml": FLOW.replace("main", "master")},
            [
                "_config.yml:7: the branch 'main', where .github/workflows/a.yml has master: name the same branch in both"
            ],
        ),
        ({"_config.yml": CONFIG, ".github/workflows/a.yml": "on: push\n"}, []),
    ],
}


@each(CASES)
def test_rule(rule, source, expected, tmp_path):
    assert find_in_repository(rule, tmp_path, source) == expected
