# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help run setup test test-long lint lock audit

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

run: $(VENV)/.run ## Set up, then run the bot with the engine; without a Discord token, in the local sandbox
	@exec $(BIN)/poster-judge up

setup: $(VENV)/.run ## Make the environment alone

test: $(VENV)/.dev ## Set up, then run the whole suite
	$(BIN)/python -m pytest

test-long: $(VENV)/.dev ## Tests that take minutes
	$(BIN)/python -m pytest -m long

lint: $(VENV)/.dev ## Style, types and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: $(VENV)/.dev ## Hold the pinned packages against the known vulnerabilities
	@$(BIN)/python requirements/audit.py

lock: $(VENV)/.dev ## Pin the newest fitting versions, with hashes
	bash requirements/lock

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Poster Judge needs Python 3.11 or later; set PYTHON=… to one.")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@
