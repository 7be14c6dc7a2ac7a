"""What authors run: `python -m tools.NAME`."""

import sys

# jsonschema would take a second or more to prepare a check of addresses that nothing asks for.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
