# The two commands are `make demo` and `make test`; each sets up what it needs. Logic lives in scripts/.
.DEFAULT_GOAL := help
.PHONY: help demo test test-all lint lock clean venv tools
MAKEFLAGS += --no-print-directory

# A caller's Python settings must not leak in; unwritten bytecode would cost every process seconds.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE PIP_USER

ARGS ?=
PYTEST_ARGS ?= -n 4 --dist worksteal

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: venv  ## Run the whole story on a sample list into demo-out/ (ARGS=--json for one JSON document)
	@.venv/bin/dialer demo --out demo-out $(ARGS)

test: venv tools  ## Run the tests (PYTEST_ARGS="-n 4 --dist worksteal" is the default: many wait for telephony)
	@.venv/bin/pytest -m "not slow" $(PYTEST_ARGS)

test-all: venv  ## Run the tests with those that take minutes
	@scripts/test-tools kamailio
	@.venv/bin/pytest $(PYTEST_ARGS)

lint: venv  ## Check style, types and floors
	@.venv/bin/ruff check --quiet --output-format concise
	@.venv/bin/ruff format --check --quiet
	@.venv/bin/mypy --no-error-summary
	@.venv/bin/lint-imports --no-logo

lock:  ## Resolve requirements.lock anew from pyproject.toml (needs uv)
	@uv pip compile pyproject.toml --extra postgresql --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-find-links --no-header --no-annotate --quiet -o requirements.lock

clean:  ## Remove .venv, caches and demo-out
	@rm -rf .venv demo-out build *.egg-info .coverage .hypothesis .*_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

venv:
	@scripts/bootstrap

tools:
	@scripts/test-tools
