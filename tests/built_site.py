"""The built site that tests look at, and the names of its pages."""

from tools.book import ROOT, Book

SITE = ROOT / "_build" / "html"
PAGES = [*Book().contents, "search"]
PAGES_AND_404 = [*PAGES, "404"]
