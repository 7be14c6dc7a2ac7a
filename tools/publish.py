"""Make what a published site has besides its pages: card, PDF, archive and handouts.

They are written beside the pages in `_build/html`, archive and handouts into `_build`.
"""

import base64
import io
import shutil
import sys
import zipfile
from pathlib import Path

import yaml
from playwright.sync_api import Error, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, NameObject

NAME = "introduction-to-neural-networks"
SITE = Path("_build/html")
BROWSERS = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
CARD = """\
<style>
  body {{ margin: 0; background: #f4f7fb; font: 30px/1.4 sans-serif; color: #1d2733 }}
  div {{ padding: 48px 60px 36px }}
  b {{ font-size: 58px }}
  img {{ display: block; width: 1080px; margin: auto }}
</style>
<div><b>{title}</b><br>{abstract}</div>
<img src="data:image/png;base64,{picture}">"""
README = """The pages: open a terminal in this folder and type: python -m http.server
Then open http://localhost:8000 in a browser.
Opened as files, the pages lack their labs.

The notebooks run without internet once their packages are there. With internet, type:
  python -m venv .venv
  .venv/bin/pip install -r course/book/requirements.txt
  .venv/bin/jupyter lab course/book

For a room without internet, fetch the packages on a computer of the same kind:
  .venv/bin/pip download -r course/book/requirements.txt -d packages
There, this takes the place of the second line:
  .venv/bin/pip install --no-index -f packages -r course/book/requirements.txt
"""
COURSE = Path("_build/notebooks")  # made by `make notebooks`
# What stays of a page: its title, and the parts that a handout has.
KEEP = """(parts) => {
  document.querySelector("article figure:not(.lab)")?.classList.add("first");
  const found = [...document.querySelectorAll(`article :is(${parts})`)];
  const kept = found.filter((part) => !part.parentElement.closest(parts));
  const title = document.querySelector("article h1");
  title.closest("section").replaceChildren(title, ...kept);
}"""
HANDOUTS = {
    "exercises": ".exercise",
    "summaries": ".first, .math:has(.eqno), #key-points",
}
# Folded boxes open, pictures load, and links that leave the page lead to the site.
PREPARE = """async () => {
  const site = document.querySelector("link[rel=canonical]").href;
  document.querySelectorAll("details").forEach((box) => (box.open = true));
  document.querySelectorAll(".headerlink").forEach((link) => link.remove());
  for (const link of document.querySelectorAll("a[href]")) {
    const address = link.getAttribute("href");
    if (!address.startsWith("#")) link.href = new URL(address, site);
  }
  // A font that comes late is not used on a page, but it must be in print.
  for (const { href } of document.querySelectorAll("link[as=font]")) {
    const weight = href.match(/source-sans-3-(\\d+)/)?.[1];
    const font = new FontFace("Source Sans 3", `url(${href})`, { weight });
    if (weight) document.fonts.add(await font.load());
  }
  const pictures = [...document.images];
  pictures.forEach((picture) => (picture.loading = "eager"));
  await Promise.all(pictures.map((picture) => picture.decode().catch(() => {})));
  return site;
}"""


def find_browser():
    """Return the path of the system's Chromium, or None, which is Playwright's own."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def list_pages():
    """Return the names of all pages in the order of `_toc.yml`."""
    toc = yaml.safe_load(Path("_toc.yml").read_text("utf-8"))
    chapters = [entry["file"] for part in toc["parts"] for entry in part["chapters"]]
    return [toc["root"], *chapters]


def open_page(tab, name):
    """Open a page, ready to be printed, and return its address on the site."""
    tab.goto((SITE.absolute() / f"{name}.html").as_uri())
    return tab.evaluate(PREPARE)


def make_pdf(tab):
    """Print each page and join them, with bookmarks and links that stay inside."""
    writer, starts = PdfWriter(), {}
    for name in list_pages():
        starts[open_page(tab, name)] = len(writer.pages)
        margin = {"top": "18mm", "bottom": "18mm", "left": "16mm", "right": "16mm"}
        printed = tab.pdf(format="A4", margin=margin, outline=True, tagged=True)
        writer.append(PdfReader(io.BytesIO(printed)))
    for page in writer.pages:
        for annotation in page.get("/Annots", []):
            action = annotation.get_object().get("/A", {})
            start = starts.get(str(action.get("/URI")).partition("#")[0])
            if start is not None:
                place = [writer.pages[start].indirect_reference, NameObject("/Fit")]
                action.update(
                    {
                        NameObject("/S"): NameObject("/GoTo"),
                        NameObject("/D"): ArrayObject(place),
                    }
                )
    writer.compress_identical_objects()
    writer.write(SITE / f"{NAME}.pdf")


def make_card(tab):
    """Draw the picture that messengers show beside a link to the course."""
    about = yaml.safe_load(Path("CITATION.cff").read_text("utf-8"))
    picture = base64.b64encode(Path("images/readme.png").read_bytes()).decode()
    tab.set_viewport_size({"width": 1200, "height": 630})
    tab.set_content(CARD.format(**about, picture=picture))
    tab.screenshot(path=SITE / "_static/card.png")


def make_zip(_):
    """Pack the site, and notebooks with their data, for rooms without internet."""
    with zipfile.ZipFile(f"_build/{NAME}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{NAME}/README.txt", README)
        for folder, place in (SITE, NAME), (COURSE, f"{NAME}/course"):
            for file in sorted(folder.rglob("*")):
                archive.write(file, place / file.relative_to(folder))


def print_handout(tab, name, parts):
    """Return some parts of a page as PDF, on one sheet if they nearly fit there."""
    open_page(tab, name)
    tab.evaluate(KEEP, parts)
    margin = {"top": "14mm", "bottom": "14mm", "left": "14mm", "right": "14mm"}
    for scale in (1, 0.9, 0.8, 0.7):
        printed = tab.pdf(format="A4", margin=margin, scale=scale)
        if len(PdfReader(io.BytesIO(printed)).pages) == 1:
            return printed
    return tab.pdf(format="A4", margin=margin, scale=0.9)


def make_handouts(tab):
    """Pack exercises without solutions, a sheet a chapter, and such notebooks."""
    path = f"_build/{NAME}-handouts.zip"
    chapters = [name for name in list_pages() if is_chapter(name)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, name in enumerate(chapters, 1):
            sheet = f"{number:02}-{Path(name).name}.pdf"
            for kind, parts in HANDOUTS.items():
                archive.writestr(f"{kind}/{sheet}", print_handout(tab, name, parts))
        for file in sorted((SITE / "notebooks" / "without-solutions").iterdir()):
            archive.write(file, f"notebooks-without-solutions/{file.name}")


def is_chapter(name):
    """Return whether a page has exercises."""
    return 'id="exercises"' in (SITE / f"{name}.html").read_text("utf-8")


MAKERS = {
    "card": make_card,
    "pdf": make_pdf,
    "zip": make_zip,
    "handouts": make_handouts,
}


def main(names):
    """Make what is named, of card, pdf, zip and handouts."""
    if not (SITE / "index.html").exists():
        sys.exit("There is no site yet. Type: make book")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=find_browser())
        except Error:
            sys.exit(
                "No Chromium starts. "
                "Type: .venv/bin/playwright install --with-deps chromium"
            )
        for name in names:
            MAKERS[name](browser.new_page())


if __name__ == "__main__":
    main(sys.argv[1:])
