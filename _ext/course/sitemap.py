"""Write the sitemap: the address of every page of the book, whichever were built this time."""

import xml.etree.ElementTree as ET
from pathlib import Path

from sphinx.application import Sphinx

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def write_sitemap(app: Sphinx, exception: Exception | None) -> None:
    """Write `sitemap.xml` at the top of the site."""
    if exception or app.builder.format != "html":
        return
    root = ET.Element("urlset", xmlns=NAMESPACE)
    for name in sorted(app.env.found_docs):
        url = ET.SubElement(root, "url")
        ET.SubElement(url, "loc").text = f"{app.config.html_baseurl}{name}.html"
    path = Path(app.outdir, "sitemap.xml")
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
