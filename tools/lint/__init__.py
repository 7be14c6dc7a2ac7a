"""Check the sources of the book without running them."""
