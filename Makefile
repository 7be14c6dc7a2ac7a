PYTHON ?= python3
# Where PyTorch comes from: on Linux without a GPU its own index, whose builds lack gigabytes of
# CUDA, if that answers; otherwise where pip looks. For another build, set this to its index.
TORCH_INDEX_URL ?=
CPU_INDEX := https://download.pytorch.org/whl/cpu
# CI installs the versions of constraints.txt; `make book PINS=` installs the newest ones that the
# requirements allow.
PINS ?= $(if $(CI),--constraint=constraints.txt)
# A claim that does not hold on this machine is told; with CLAIMS=strict it is an error.
CLAIMS ?=
# Chapters run side by side: two, each on one thread, are faster than one on two.
export OMP_NUM_THREADS ?= 1

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
HTML := _build/html
CACHE := _build/.jupyter_cache
SOURCES := $(wildcard *.md *.bib *.yml book/*.md book/matplotlibrc CITATION.cff) \
	$(shell find _ext _static _templates images data book/starter -type f -not -path '*/__pycache__/*' -not -name '*-ubyte')
# jupyter-cache runs a chapter again when its cells change. All run again when one of these does.
INPUTS := book/requirements.txt book/matplotlibrc _ext/course/plots.py _ext/course/claims.py $(wildcard book/starter/*.py book/starter/samples/*.* book/starter/samples/*/* data/*/*.csv* data/*/raw/*.gz)

.PHONY: book test lint live notebooks publish plain pins clean

book: $(HTML)/.built
	@cat _build/claims
	@test -z "$(CLAIMS)" || test ! -s _build/claims

$(HTML)/.built: .venv/book $(SOURCES)
	@mkdir -p _build && touch _build/begun
	@{ $(BIN)/python -VV; $(BIN)/python -m pip freeze --quiet -r book/requirements.txt | sed '/^##/,$$d'; cat $(INPUTS); } | cksum > _build/inputs.new
	@cmp -s _build/inputs.new _build/inputs || rm -rf $(CACHE) _build/.doctrees
	@mv _build/inputs.new _build/inputs
	@# Chapters that run side by side find the digits unpacked, and report a damaged file themselves.
	-@gunzip --keep --force data/MNIST/raw/*.gz
	@$(BIN)/python _ext/execute.py
	@rm -rf $(HTML)/book $(HTML)/notebooks  # no page stays whose source is gone
	@$(BIN)/jupyter-book build . -q -W -n --keep-going --all 2> _build/messages \
		|| { rm -rf _build/.doctrees; cat _build/messages; echo "In short:"; \
		grep -E "WARNING|ERROR|[Ee]rror: ." _build/messages; exit 1; } >&2
	@mv _build/begun $@  # it has the time of the start: what was saved since is built next time

# PyTorch comes first and by itself, since it may have an index of its own.
.venv/book: requirements.txt book/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 book")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the packages of requirements.txt (about 2 GB, some minutes) …"
	@index=$(TORCH_INDEX_URL); \
	answers='from urllib.request import urlopen; urlopen("$(CPU_INDEX)/torch/")'; \
	if test -z "$$index$$(command -v nvidia-smi)" && test "$$(uname)" = Linux \
		&& timeout 3 $(BIN)/python -c "$$answers" 2> /dev/null; \
	then index=$(CPU_INDEX); fi; \
	echo "PyTorch comes from $${index:-the index that pip uses} …"; \
	$(PIP) $(PINS) --constraint=book/requirements.txt torch torchvision $${index:+--no-deps --index-url=$$index}
	@$(PIP) $(PINS) --requirement=requirements.txt
	@touch $@

# Set SLOW=1 to run all notebooks, as the weekly run does.
test: book .venv/tests
	@$(BIN)/python -m pytest --numprocesses=2 --dist=worksteal $(if $(SLOW),-m "") tests

.venv/tests: tests/requirements.txt .venv/book
	@$(PIP) $(PINS) --requirement=$<
	@for name in chromium-headless-shell chromium chromium-browser google-chrome; do command -v $$name && break; done > /dev/null \
		|| $(BIN)/playwright install chromium \
		|| { test "$$(id -u)" = 0 && apt-get update -qq && { apt-get install -qqy chromium-headless-shell || apt-get install -qqy chromium; }; } \
		|| { echo "Tests need Chromium. Type: sudo apt-get install chromium" >&2; exit 1; }
	@touch $@

lint: .venv-lint/bin/pre-commit
	@$< run --all-files $(if $(CI),--show-diff-on-failure)

.venv-lint/bin/pre-commit:
	@$(PYTHON) -m venv .venv-lint
	@.venv-lint/bin/pip install --quiet --disable-pip-version-check "pre-commit>=4,<5"

live: book
	@$(BIN)/jupyter-book config sphinx . > /dev/null
	@rm $(HTML)/.built  # the next `make book` lists all pages in the sitemap again
	@PYTHONPATH=_ext $(BIN)/sphinx-autobuild . $(HTML) --port=0 --open-browser --ignore=_build --ignore=.git --ignore=".venv*" --ignore=book/written

# What readers launch: the notebooks, with all that they need beside them.
BRANCH ?= _build/notebooks
notebooks: book
	@rm -rf $(BRANCH) && mkdir -p $(BRANCH)/book $(BRANCH)/data/MNIST/raw $(BRANCH)/data/pbmc $(BRANCH)/.devcontainer
	@cp $(HTML)/notebooks/*.ipynb book/matplotlibrc $(BRANCH)/book
	@cp -r _build/packed/starter book/requirements.txt $(BRANCH)/book
	@cp -r LICENSE .binder $(BRANCH) && mv $(BRANCH)/.binder/devcontainer.json $(BRANCH)/.devcontainer
	@cp data/MNIST/raw/*.gz $(BRANCH)/data/MNIST/raw && cp data/pbmc/* $(BRANCH)/data/pbmc

# What a published site has besides its pages: PDF, archive and the picture for links.
publish: notebooks .venv/tests
	@$(BIN)/python tools/publish.py card pdf zip handouts

# The way out of Jupyter Book: the same pages by plain Sphinx, with the newest releases.
JUPYTER_BOOK := jupyter_book|sphinx_comments|sphinx_jupyterbook_latex|sphinx_multitoc_numbering
plain: book
	@test -x .venv-plain/bin/python || $(PYTHON) -m venv .venv-plain
	@grep -E '^(furo|math-core|pillow|segno|sphinx)' requirements.txt > _build/plain.txt
	@.venv-plain/bin/python -m pip --quiet --disable-pip-version-check install --upgrade \
		sphinx myst-nb sphinx-copybutton sphinx-design sphinx-external-toc -r _build/plain.txt
	@$(BIN)/jupyter-book config sphinx . > /dev/null
	@sed -i.bak -E "s/'($(JUPYTER_BOOK))'(, )?//g" conf.py
	@PYTHONPATH=_ext .venv-plain/bin/sphinx-build -q -W -n --keep-going . _build/plain
	@rm conf.py conf.py.bak

# Renews the versions that CI and releases install.
pins: .venv-lint/bin/pre-commit
	@.venv-lint/bin/pip install --quiet uv
	@.venv-lint/bin/uv pip compile --quiet --universal --python-version=3.11 --upgrade \
		--no-annotate --no-header tests/requirements.txt --output-file=constraints.txt

clean:
	rm -rf _build .venv-plain conf.py* book/written data/MNIST/raw/*-ubyte .pytest_cache .ruff_cache
