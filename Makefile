# Two commands: `make demo` and `make test`. Everything else is for those who change the code.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
PYTEST := $(BIN)/python -m pytest -q

.PHONY: help demo test slow bench docs lint wheel-check clean
.DEFAULT_GOAL := help

help:
	@echo "make demo         fit COHERENT CsI 2021; figures and results.json under out/demo/"
	@echo "make test         fast tests, doctests, import contract (5 to 15 minutes on two cores)"
	@echo "make slow         the long tests, among them the mutation table"
	@echo "make bench        benchmarks and their ratio gates"
	@echo "make docs         the documentation under out/docs/"
	@echo "make lint         ruff, mypy, codespell"
	@echo "make wheel-check  build the wheel and use it from another folder"
	@echo "make clean        remove everything that can be made again, .venv excepted"

# The environment is made again when it is missing, broken or older than pyproject.toml.
$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("weakscatter needs Python 3.11 or later: make PYTHON=python3.12 ..." if sys.version_info < (3, 11) else 0)'
	@$(BIN)/python -m pip --version > /dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "preparing $(VENV) (once)"
	@$(PIP) install -e ".[test]"
	@touch $@

demo: $(STAMP)
	@$(BIN)/weakscatter demo --out out/demo

# Two processes with one thread each: BLAS threads of two processes on two cores wait for each other.
test: $(STAMP)
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(PYTEST) -n 2 -p no:benchmark -m "not slow" tests src

slow: $(STAMP)
	@$(PYTEST) -m slow tests

# A process per file: the thread pools that one benchmark leaves behind slow the next one down.
bench: $(STAMP)
	@status=0; for file in benchmarks/test_*.py; do $(PYTEST) $$file || status=1; done; exit $$status

docs: $(STAMP)
	@$(PIP) install -e ".[docs]"
	@$(BIN)/python -m sphinx -q -W -b html docs out/docs
	@echo "out/docs/index.html"

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/codespell

wheel-check: $(STAMP)
	@PYTHON="$(BIN)/python" .ci/wheel-check

clean:
	@rm -rf out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks .import_linter_cache
	@find src tests tools benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} + 2> /dev/null || true
