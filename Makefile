# Two commands on a bare machine with Python 3.11+, git and make: `make demo` and `make test`.
# Everything they need is installed into .venv from requirements.lock; nothing else is touched.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: help demo test check adversary fuzz bench growth load lock clean

help: ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

demo: $(READY) ## Start everything with one loaded case history, print a tour, stop with Ctrl-C
	@exec $(BIN)/cases demo

test: $(READY) ## Run every test; the embedded PostgreSQL starts itself
	@$(BIN)/pytest -n 2 --dist worksteal -q

check: $(READY) ## Lint, format, types, import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

adversary: $(READY) ## Attack the log at size, for some minutes; print what each adversary did
	@$(BIN)/pytest -q --at-size --timeout 0 -p no:randomly tests/adversary tests/model

fuzz: $(READY) ## Ask every operation at size what schemathesis can think of, for some minutes
	@$(BIN)/pytest -q -n 2 --at-size --timeout 0 tests/contract/test_fuzzing.py

bench: $(READY) ## Measure beside peers in one run; print ratios
	@$(BIN)/python -m benchmarks

growth: $(READY) ## Measure what things cost as the log grows, to 100,000 facts (8 GB, minutes)
	@$(BIN)/python -m benchmarks.growth

load: $(READY) ## Measure what officers ask for most, at 1,000 and 100,000 cases (10 GB, half an hour)
	@$(BIN)/python -m benchmarks.load

lock: $(READY) ## Resolve the dependencies of pyproject.toml anew (needs uv on the path)
	uv pip compile -q pyproject.toml --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-header -o requirements.lock

clean: ## Remove the environment and the state of the demonstration
	rm -rf $(VENV) .state

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cases needs Python 3.11 or newer; set PYTHON=…")'
	@echo "Making the environment in $(VENV) (once, about a minute) …"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)
