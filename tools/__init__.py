"""What authors run: `python -m tools.NAME`."""
