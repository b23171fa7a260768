# Fairtone: one command for each thing one does with the repository.
# Every target sets up what it needs; nothing has to be run first.

PYTHON ?= python3
BIN    := .venv/bin
READY  := .venv/.ready
ARGS   ?=

# Everything that is compiled or remembered between runs lies in one ignored place.
export NUMBA_CACHE_DIR := $(CURDIR)/.cache/numba
export HYPOTHESIS_STORAGE_DIRECTORY := $(CURDIR)/.cache/hypothesis
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help setup peers demo test lint style types arrows bench docs lock clean

help: ## say what can be made
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo '  ARGS=... is handed on, as in: make demo ARGS=--check, make test ARGS="-k window"'

setup: $(READY) ## make .venv with the locked versions

$(READY): pyproject.toml requirements/lock.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'error: Fairtone needs Python 3.11 or newer; say which with make PYTHON=python3.12 ...' >&2; exit 1; }
	@.ci/debian-packages venv
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/lock.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m pip check
	@touch $@

peers: ## install the browser and the compiler that some tests use
	@.ci/debian-packages peers

demo: $(READY) ## replay real attacks and a simulated night, and open the way to the report
	@$(BIN)/python -m fairtone.demo $(ARGS)

test: $(READY) peers ## run all the tests
	$(BIN)/python -m pytest -n 2 $(ARGS)

lint: style types arrows ## check style, types and the arrows between the rooms

style: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(READY)
	$(BIN)/mypy

arrows: $(READY)
	$(BIN)/lint-imports --no-logo --cache-dir .cache/import-linter

bench: $(READY) peers ## measure speed and quality; results in docs/benchmarks.md
	$(BIN)/python -m bench $(ARGS)

docs: $(READY) ## build the documentation into build/docs; a warning is an error
	$(BIN)/sphinx-build --fail-on-warning --keep-going --fresh-env --quiet -b html docs build/docs

# Not after $(READY): that one cannot be had while the lock is behind pyproject.toml.
lock: ## remake requirements/lock.txt; ARGS=--upgrade for newer versions
	-@test -x $(BIN)/uv || $(MAKE) --no-print-directory setup
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
		--generate-hashes --no-emit-index-url --custom-compile-command 'make lock' \
		--extra dev --output-file requirements/lock.txt $(ARGS) pyproject.toml

clean: ## delete what was built, but not .venv
	rm -rf .cache build dist out
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
