"""What axe finds on a page."""

from collections.abc import Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# A page has thousands of words of code and signs of formulas, and axe takes long to find out
# what lies behind each. Of those that look alike in like boxes it is left the first.
HIDE_REPEATED = """
    () => {
        const seen = new Set();
        for (const sign of document.querySelectorAll(".highlight span, math *")) {
            let look = getComputedStyle(sign).color;
            for (let box = sign; box; box = box.parentElement) {
                look += ` ${box.tagName}.${box.getAttribute("class")}`;
            }
            sign.style.visibility = seen.has(look) ? "hidden" : "";
            if (sign.checkVisibility()) seen.add(look);
        }
    }
"""


def set_theme(page: Page, theme: str) -> None:
    """Show a page in light or dark."""
    page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)


def find_violations(
    page: Page, part: str | None = None, themes: Sequence[str] = ("light", "dark")
) -> list[tuple[str, str, str]]:
    """Return theme, rule and element of what axe finds on a page, or in a part of it.

    The page is left in the last theme, and with room where code and formulas are repeated.
    """
    found = []
    for theme in themes:
        set_theme(page, theme)
        page.evaluate(HIDE_REPEATED)
        result = Axe().run(page, context=part, options={"resultTypes": ["violations"]})
        violations = result.response["violations"]
        found += [
            (theme, rule["id"], node["html"]) for rule in violations for node in rule["nodes"]
        ]
    return found
