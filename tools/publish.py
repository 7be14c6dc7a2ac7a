"""Make what a published site has besides its pages: the card, the PDF, the archive.

They are written beside the pages in `_build/html`, the archive into `_build`.
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
BROWSERS = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
]
CARD = """\
<style>
  body {{ margin: 0; background: #f4f7fb; font: 30px/1.4 sans-serif; color: #1d2733 }}
  div {{ padding: 48px 60px 36px }}
  b {{ font-size: 58px }}
  img {{ display: block; width: 1080px; margin: auto }}
</style>
<div><b>{title}</b><br>{abstract}</div>
<img src="data:image/png;base64,{picture}">"""
README = """Open a terminal in this folder and type: python -m http.server
Then open http://localhost:8000 in a browser.
Opened as files, the pages lack their labs.
"""
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
    chapters = [
        chapter["file"] for part in toc["parts"] for chapter in part["chapters"]
    ]
    return [toc["root"], *chapters]


def make_pdf(tab):
    """Print each page and join them, with bookmarks and links that stay inside."""
    writer, starts = PdfWriter(), {}
    for name in list_pages():
        tab.goto((SITE.absolute() / f"{name}.html").as_uri())
        address = tab.evaluate(PREPARE)
        margin = {"top": "18mm", "bottom": "18mm", "left": "16mm", "right": "16mm"}
        printed = tab.pdf(format="A4", margin=margin, outline=True, tagged=True)
        starts[address] = len(writer.pages)
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
    """Pack the site for workshops without internet."""
    with zipfile.ZipFile(f"_build/{NAME}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{NAME}/README.txt", README)
        for file in sorted(SITE.rglob("*")):
            archive.write(file, NAME / file.relative_to(SITE))


def main(names):
    """Make what is named, of card, pdf and zip."""
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
            {"card": make_card, "pdf": make_pdf, "zip": make_zip}[name](
                browser.new_page()
            )


if __name__ == "__main__":
    main(sys.argv[1:])
