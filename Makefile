# Two commands to know: `make demo` runs the product, `make test` proves it.
PYTHON ?= python3
PORT ?= 8000
DATA ?= var
UV := .venv/bin/uv
# Every process that a test or the demo starts would compile all libraries again where the environment forbids to keep it.
export PYTHONDONTWRITEBYTECODE :=
RUN := .venv/bin/

.PHONY: setup demo test test-outside check bench shots messages revision

.venv/bin/uv:
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet uv

setup: .venv/bin/uv
	$(UV) sync --quiet --locked
	$(RUN)python -m marketplace.core.build

demo: setup
	$(RUN)marketplace demo --port $(PORT) --data $(DATA)

test: setup
	$(RUN)python -m tests.browser_setup
	$(RUN)pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

test-outside: setup
	$(RUN)python -m tests.outside $(ARGS)

check: setup
	$(RUN)ruff format --check .
	$(RUN)ruff check .
	$(RUN)mypy
	$(RUN)lint-imports
	$(RUN)python -m tests.checks

bench: setup
	$(RUN)python -m bench $(ARGS)

messages: setup
	$(RUN)python -m marketplace.core.messages

shots: setup
	$(RUN)python -m tests.shots

revision: setup
	$(RUN)python -m tests.revision $(FEATURE) "$(MESSAGE)"
