"""Rules on raw HTML."""

from .cases import Cases, cell, check_page, each

CASES: Cases = {
    "html/elements": [
        ('See <a href="b.pdf">one PDF</a>, H<sub>2</sub>O.\n', []),
        (
            'Text.\n\n<iframe src="a.html"></iframe>\n',
            ["3: raw HTML: <iframe>: write it in Markdown, or use a directive"],
        ),
        (
            "Text.\nA <b>word</b>.\n",
            ["2: raw HTML: <b>: write it in Markdown, or use a directive"],
        ),
        (
            '<a href="b" onclick="f()" style="x">a</a>\n',
            [
                "1: raw HTML with onclick=: put it into _static/",
                "1: raw HTML with style=: put it into _static/",
            ],
        ),
        (
            "<script>\nf()\n</script>\n",
            ["1: raw HTML: <script>: write it in Markdown, or use a directive"],
        ),
        ("<!-- <b> -->\n", []),
    ],
    "html/ends": [
        ("A <kbd>b</kbd>.<br>\n", []),
        ("Text.\nA <kbd>b.\n", ["2: <kbd> has no end: write </kbd> after it"]),
        ("A b</kbd>.\n", ["1: </kbd> ends nothing: remove it, or open it"]),
        ("A <sub>b</sup>.\n", ["1: <sub> is followed by </sup>: write </sub>"]),
        (
            "A <sub><sup>b</sub></sup>.\n",
            [
                "1: <sup> is followed by </sub>: write </sup>",
                "1: <sub> is followed by </sup>: write </sub>",
            ],
        ),
    ],
    "html/loading": [
        ('<img src="a.png">\n', []),
        (
            'Text.\n<img src="https://a.org/a.png">\n',
            [
                "2: 'https://a.org/a.png' comes from another host: keep a copy in images/ or _static/, and show that"
            ],
        ),
        (
            "<img src=//a.org/a.png>\n",
            [
                "1: '//a.org/a.png' comes from another host: keep a copy in images/ or _static/, and show that"
            ],
        ),
        (
            cell("HTML('<iframe src=\"https://a.org\">')"),
            [
                "2: 'https://a.org' comes from another host: keep a copy in images/ or _static/, and show that"
            ],
        ),
        ('<a href="https://a.org">a</a>\n', []),
        (
            ":::{dropdown} A\n<video poster='http://a.org/a'></video>\n:::\n",
            [
                "2: 'http://a.org/a' comes from another host: keep a copy in images/ or _static/, and show that"
            ],
        ),
    ],
}


@each(CASES)
def test_rule(rule, source, expected):
    check_page(rule, source, expected)
