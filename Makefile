PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test test-slow test-llm bench lint types clean

demo: $(STAMP)
	$(BIN)/factory build --recipe error_correction --rows 1000 --out outputs/demo --force

test: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist loadfile -m 'not slow and not llm'

test-slow: $(STAMP)
	$(BIN)/python -m pip install -q --group trainers --editable '.[ray]'
	$(BIN)/python -m pytest -n auto -m slow

# An environment of its own: vLLM pins versions of what others here want newer.
LLM := .venv-llm
test-llm: $(LLM)/.installed
	$(LLM)/bin/python -m pytest -m llm tests/llm

$(LLM)/.installed: pyproject.toml tests/llm/install.py
	$(PYTHON) -m venv $(LLM)
	$(LLM)/bin/python -m pip install -q --upgrade pip
	$(LLM)/bin/python -m pip install -q --editable . --group dev
	$(LLM)/bin/python tests/llm/install.py
	@touch $(LLM)/.installed

bench: $(STAMP)
	$(BIN)/python -m benchmarks.floor --recipe error_correction
	$(BIN)/python -m benchmarks.floor --recipe text_to_sql --rows 600 --per-database 200
	$(BIN)/python -m benchmarks.floor --recipe judging --rows 400
	$(BIN)/python -m benchmarks.floor --recipe geo_join --rows 400
	$(BIN)/python -m benchmarks.floor --recipe etl --rows 400
	$(BIN)/python -m benchmarks.floor --recipe text_to_tables --rows 400
	$(BIN)/python -m benchmarks.floor --recipe error_correction --rows 4000 --per-database 200
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.scaling
	$(BIN)/python -m benchmarks.dedupe
	$(BIN)/python -m benchmarks.surface
	$(BIN)/python -m benchmarks.surface --recipe etl
	$(BIN)/python -m benchmarks.templates
	$(BIN)/python -m benchmarks.models --rows 60 --latency 3

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --upgrade pip
	$(BIN)/python -m pip install -q --editable . --group dev
	@touch $(STAMP)

clean:
	rm -rf $(VENV) $(LLM) .mypy_cache .ruff_cache .pytest_cache .hypothesis
