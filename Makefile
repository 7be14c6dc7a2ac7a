PYTHON ?= python3
BIN := .venv/bin
BOOK := .venv/book-installed
TOOLS := .venv/tools-installed
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check

define LIVE
from livereload import Server
server = Server()
for path in "book index.md images references.bib _config.yml _toc.yml _ext _static _templates".split():
    server.watch(path, "make book BOOK_WITHOUT_PDF=1")
server.serve(root="_build/html", open_url_delay=1)
endef
export LIVE

.PHONY: book test lint live clean

book: $(BOOK)
	@$(BIN)/python -m tools.build

test: book $(TOOLS)
	$(BIN)/python -m pytest tests

lint: $(TOOLS)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/codespell
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.citation-file-format CITATION.cff
	$(BIN)/zizmor --offline --quiet .github
	$(BIN)/python -m pytest tests/test_sources.py

live: book $(TOOLS)
	@$(BIN)/python -c "$$LIVE"

clean:
	rm -rf .venv _build

$(BOOK): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "Python 3.11 or newer is needed. Name it: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv \
	|| { echo "Python's venv module is missing. On Debian or Ubuntu type: sudo apt install python3-venv" >&2; exit 1; }
	@$(INSTALL) -r requirements.txt \
	|| { echo "Installation failed: see above. With a working network, type make again." >&2; exit 1; }
	@touch $@

$(TOOLS): tests/requirements.txt $(BOOK)
	@$(INSTALL) -r tests/requirements.txt \
	|| { echo "Installation failed: see above. With a working network, type make again." >&2; exit 1; }
	@touch $@
