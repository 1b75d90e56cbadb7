# make up     set up what is missing and run the sandbox
# make test   set up what is missing and prove that everything works
PYTHON ?= python3
BIN := .venv/bin
PACKAGES := sandbox tests scenarios shop bench conftest.py

.PHONY: help up test lint format bench soak checkout clean

help:
	@sed -n 's/^# make/make/p' Makefile
	@echo "make lint | format | bench | checkout | soak | clean"

up: .venv/.ready-up
	@$(BIN)/python -m sandbox up $(ARGS)

test: .venv/.ready-test lint checkout/node_modules/.ready
	@cd checkout && PATH="$(CURDIR)/$(BIN):$$PATH" npm test --silent && PATH="$(CURDIR)/$(BIN):$$PATH" npm run check --silent
	@$(BIN)/python -m pytest -n 3 --dist loadgroup $(ARGS)

lint: .venv/.ready-test
	@$(BIN)/ruff check $(PACKAGES)
	@$(BIN)/ruff format --check $(PACKAGES)
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: .venv/.ready-test
	@$(BIN)/ruff check --fix $(PACKAGES)
	@$(BIN)/ruff format $(PACKAGES)

bench: .venv/.ready-bench
	@$(BIN)/python -m bench $(ARGS)

soak: .venv/.ready-test .venv/.ready-soak
	@SANDBOX_SOAK=1 $(BIN)/python -m pytest tests/soak $(ARGS)

checkout: .venv/.ready-test checkout/node_modules/.ready
	@cd checkout && PATH="$(CURDIR)/$(BIN):$$PATH" npm run build --silent

checkout/node_modules/.ready: checkout/package-lock.json | .venv/.ready-test
	@cd checkout && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-audit --no-fund && touch node_modules/.ready

.venv/.ready-%: pyproject.toml .ci/setup
	@PYTHON="$(PYTHON)" sh .ci/setup $*
	@touch $@

clean:
	rm -rf .venv .sandbox checkout/node_modules test-results build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
