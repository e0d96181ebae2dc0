# Simpul. `make` alone lists what can be made.
#
# The programs are installed into .venv from the locks in .ci/, with their
# hashes checked, and again only when a lock has changed.

SHELL := /bin/bash
PYTHON := .venv/bin/python
WORKERS ?= 2
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install demo test check bench soak translations lock

help: ## list what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: .venv/run.stamp ## make .venv with what Simpul needs to run

demo: install ## run a community of 120 cells with a year of trades (PORT=5000)
	@$(PYTHON) -m flask --app app demo

test: .venv/dev.stamp ## run all tests, on SQLite and PostgreSQL and in a browser (ARGS=…)
	@SIMPUL_CHROMIUM="$$(.ci/chromium)" $(PYTHON) -m pytest -n $(WORKERS) $(ARGS)

check: .venv/dev.stamp ## run linters, types, import rules and the drift of migrations
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/djlint --quiet --lint templates
	.ci/drift

bench: .venv/dev.stamp ## measure speed beside its bounds
	@$(PYTHON) -m tests.bench $(ARGS)

soak: .venv/dev.stamp ## run the long loops: crashes and races
	@$(PYTHON) -m pytest -m soak --soak $(ARGS)

translations: install ## bring new strings into the catalogues and name the untranslated
	@$(PYTHON) -m ledger.text.extraction

lock: .venv/dev.stamp ## choose the newest versions that pyproject.toml allows (needs uv)
	.ci/lock

.venv/run.stamp: .ci/requirements.lock .ci/build-constraints.txt .ci/system
	@.ci/system run
	@.ci/install .ci/requirements.lock
	@touch $@

# The development lock holds everything of the other one, at the same versions.
.venv/dev.stamp: .ci/requirements-dev.lock .ci/files.lock .ci/build-constraints.txt .ci/system
	@.ci/system run dev
	@.ci/install .ci/requirements-dev.lock
	@.ci/install .ci/files.lock --no-deps
	@touch .venv/run.stamp $@
