PYTHON ?= python3
# `locked` versions, as CI and releases install them; `any` that is allowed; the `newest`; the `oldest`.
VERSIONS ?= $(if $(CI),locked,any)
# Where PyTorch comes from if not from PyPI. The README says when to set it.
TORCH_INDEX_URL ?=

BIN := .venv/bin
BOOK := .venv/book-installed
LINT := .venv/lint-installed
TESTS := .venv/tests-installed
PIP := $(BIN)/python -m pip --disable-pip-version-check install
OPTIONS.locked := --require-hashes --constraint=requirements.lock
OPTIONS.newest := --upgrade --upgrade-strategy=eager
OPTIONS.oldest := --constraint=_build/oldest.txt
OPTIONS := $(OPTIONS.$(VERSIONS))
ifeq ($(filter $(VERSIONS),any locked newest oldest),)
$(error VERSIONS is any, locked, newest or oldest)
endif
NEEDED.locked := .venv/locked-pip
NEEDED.newest := always
NEEDED.oldest := _build/oldest.txt
NEEDED := .venv/versions $(NEEDED.$(VERSIONS))
FAILED := { echo "Installation failed: see above. With a working network, type make again." >&2; exit 1; }

# Two at once would install into one environment.
.NOTPARALLEL:

.PHONY: book test test-all lint live lab pdf bundle lock notebooks draw screenshot bench links clean browser always

book: $(BOOK)
	@$(BIN)/python -m tools.build

# Two at a time, since most tests wait for one program. A file's tests share what they set up.
TEST := $(BIN)/python -m pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder

test: pdf
	$(TEST)

test-all: pdf
	$(TEST) -m ""

lint: $(LINT)
	@$(BIN)/python -m tools.lint

live: $(BOOK)
	@$(BIN)/python -m tools.live

# A codespace shows the server at an address of its own, which has to be named to be trusted.
lab: $(BOOK)
	@$(BIN)/jupyter lab $(if $(CODESPACE_NAME),--ServerApp.port_retries=0 \
		--ServerApp.allow_origin=https://$(CODESPACE_NAME)-8888.$(GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN))

pdf: browser book
	@$(BIN)/python -m tools.pdf

# The course as one archive, for workshops without internet.
bundle: pdf
	@$(BIN)/python -m tools.bundle

# The branch from which readers launch the chapters.
notebooks: book
	@$(BIN)/python -m tools.notebooks

browser: $(TESTS)
	@$(BIN)/python -m tools.browser

# Compares with another commit: make bench AGAINST=main~5
bench: $(BOOK)
	@$(BIN)/python -m tools.bench $(if $(AGAINST),--against $(AGAINST))

# Diagrams, icons and style sheets have the palette's colours.
draw: $(BOOK)
	@$(BIN)/python -m tools.draw

# The picture of the course that README.md shows.
screenshot: browser book
	@$(BIN)/python -m tools.screenshot

links: $(TESTS) book
	@$(BIN)/python -m tools.links

lock: $(BIN)/uv
	@$(BIN)/python -m tools.lock renew

clean:
	rm -rf _build book/written data/MNIST/raw/*-ubyte test-results .pytest_cache .ruff_cache .mypy_cache

$(LINT): tools/lint/requirements.txt $(NEEDED)
	@$(PIP) $(OPTIONS) --requirement=$< || $(FAILED)
	@touch $@

# PyTorch comes first and by itself: it has no hashes in the lock, and may have an index of its own.
$(BOOK): requirements.txt book/requirements.txt $(NEEDED)
	@$(PIP) $(filter-out $(OPTIONS.locked),$(OPTIONS)) --constraint=book/requirements.txt torch torchvision \
		$(if $(TORCH_INDEX_URL),--no-deps --index-url=$(TORCH_INDEX_URL)) || $(FAILED)
	@$(PIP) $(OPTIONS) --requirement=$< || $(FAILED)
	@touch $@

$(TESTS): tests/requirements.txt $(LINT) $(BOOK)
	@$(PIP) $(OPTIONS) --requirement=$< || $(FAILED)
	@touch $@

# Runs every time, but is newer than what is installed only when that has to be installed again.
.venv/versions: always
	@$(PYTHON) -m tools.environment $(if $(filter-out file,$(origin PYTHON)),--chosen)
	@echo $(VERSIONS) | cmp -s - $@ || echo $(VERSIONS) > $@

# pip takes hashes from constraints since 26.1, and so is in the lock itself.
.venv/locked-pip: requirements.lock .venv/versions
	@sed -n '/^pip==/,/[^\\]$$/p' $< | $(PIP) --require-hashes --requirement=/dev/stdin || $(FAILED)
	@touch $@

_build/oldest.txt: tests/requirements.txt requirements.txt book/requirements.txt tools/lint/requirements.txt $(BIN)/uv
	@mkdir -p $(@D)
	@$(BIN)/python -m tools.lock oldest > $@.new && mv $@.new $@

$(BIN)/uv: .venv/versions
	@$(PIP) "uv<1" || $(FAILED)
