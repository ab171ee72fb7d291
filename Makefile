# Everything is set up on first use: a virtual environment in $(VENV), nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
BASE := $(VENV)/.base
READY := $(VENV)/.ready

# The oldest Python that is supported and the newest that is installed.
PYTHONS ?= $(shell $(PYTHON) local/interpreters.py 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run serve doctor schema test lint types imports unit test-pythons docs clean

help: ## show this
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

$(BASE): requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip wheel
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(READY): $(BASE) requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: $(BASE) ## run the five operations against the emulator; LIVE=1: against the real clouds
	$(BIN)/python -m local run $(if $(LIVE),--live) $(ARGS)

serve: $(BASE) ## start the provider emulator and print the settings that point to it
	$(BIN)/python -m local serve $(ARGS)

doctor: $(BASE) ## show identity, settings, endpoints, trust store; LIVE=1: also read-only calls
	$(BIN)/python -m local doctor $(if $(LIVE),--live) $(ARGS)

docs: $(READY) ## write the documents that mirror the code
	$(BIN)/python -m local schema
	$(BIN)/python -m local.error_tables > docs/errors.md
	$(BIN)/python -m local.readme_tables
	$(BIN)/python -m local.http_samples

test: lint types imports unit ## everything a change must pass

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports --config pyproject.toml --no-logo

unit: $(READY)
	$(BIN)/python -m pytest $(ARGS)

test-pythons: ## the tests on the oldest supported Python and the newest installed one
	@for python in $(PYTHONS); do \
		version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "== Python $$version"; \
		$(MAKE) --no-print-directory unit PYTHON=$$python VENV=.venv-$$version || exit 1; \
	done

clean: ## remove what was built and set up
	rm -rf .venv .venv-* .cache build dist
