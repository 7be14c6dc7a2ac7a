"""Broken and sound contributions, each applied to a copy of the book."""
