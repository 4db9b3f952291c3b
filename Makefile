# `make help` lists what can be made. Everything is installed into .venv/ by scripts/setup.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

DATA ?= data
PORT ?= 8420
KILLS ?= 100
BIN := .venv/bin
SOURCES := src tests benchmarks scripts/reference scripts/new-migration

.PHONY: help setup run test check portal format bench soak reference docs lock clean

help: ## Show this list
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: .venv/ready-to-develop portal ## Install everything that tests and checks need

run: .venv/ready-to-run portal ## Run a demo studio with real sessions and backups: PORT=8420 DATA=data
	@exec $(BIN)/greenroom demo --data "$(DATA)" --port "$(PORT)"

test: .venv/ready-to-develop portal ## Run all tests
	@scripts/test

check: .venv/ready-to-develop ## Check style, types and the direction of imports
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

portal: .venv/ready-to-run ## Build the portal's pages where their sources have changed
	@scripts/portal

format: .venv/ready-to-develop ## Format the sources
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: .venv/ready-to-develop ## Measure; figures and machines are in benchmarks/README.md
	@scripts/system-packages bench
	@$(BIN)/python -m benchmarks

soak: .venv/ready-to-develop ## Kill server, restic and shim at random: KILLS=100
	@$(BIN)/python -m tests.soak --kills $(KILLS)

reference: .venv/ready-to-develop ## Write the reference pages that are derived from the code
	@$(BIN)/python scripts/reference
	@$(BIN)/python -m tests.conformance.coverage

docs: .venv-docs/ready ## Build the manual into site/
	.venv-docs/bin/mkdocs build --quiet --strict

lock: .venv/ready-to-develop ## Lock the newest versions that requirements/*.in allow
	@scripts/lock

clean: ## Remove what was installed and cached here; data directories stay
	rm -rf .venv .venv-current .venv-docs site tests/conformance/javascript/node_modules tests/server/sign_in/provider/node_modules build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf src/greenroom/portal/built portal/node_modules portal/dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/ready-to-run: requirements/build.txt requirements/runtime.txt pyproject.toml scripts/setup scripts/system-packages
	@scripts/setup run

.venv/ready-to-develop: requirements/build.txt requirements/dev.txt requirements/current.txt \
		tests/conformance/javascript/package-lock.json tests/server/sign_in/provider/package-lock.json pyproject.toml scripts/setup scripts/system-packages
	@scripts/setup develop

.venv-docs/ready: requirements/docs.txt
	python3 -m venv --clear .venv-docs
	.venv-docs/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/docs.txt
	@touch $@
