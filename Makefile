# The whole developer interface. `make run` and `make test` set everything up by themselves.
PYTHON ?= python3.11
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: run test check bench lock clean
.DELETE_ON_ERROR:

run: $(VENV)/run.stamp          ## the bot itself with a token in .env, else the built-in sandbox
	@if [ -n "$$BOT_TOKEN" ] || grep -qsE '^[[:space:]]*(export[[:space:]]+)?BOT_TOKEN[[:space:]]*=[[:space:]]*[^[:space:]#]' .env; then exec $(BIN)/conflict-digest run; else exec $(BIN)/conflict-digest sandbox; fi

test: $(VENV)/dev.stamp         ## the whole test suite
	$(BIN)/python -m pytest -n auto $(ARGS)

check: $(VENV)/dev.stamp        ## lint, format, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/dev.stamp        ## measured figures, see benchmarks/
	@for b in benchmarks/[a-z]*.py; do echo "== $$b"; $(BIN)/python $$b || exit 1; done

lock: $(VENV)/dev.stamp         ## renew both locks from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 --custom-compile-command "make lock" --extra postgres --group dev pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 --custom-compile-command "make lock" --extra postgres -c requirements-dev.lock --group build pyproject.toml -o requirements.lock

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# hatchling (from the lock) builds the editable install, so that nothing unpinned is fetched
$(VENV)/run.stamp: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
