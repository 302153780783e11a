# The course's commands. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

BIN := .venv/bin
CHAPTER ?=
ARGS ?=
# Kernels that die are noticed only when a cell's time is up.
NBVAL := $(BIN)/python -m pytest --nbval-current-env --nbval-cell-timeout 120
NBCONVERT := $(BIN)/jupyter nbconvert --config tools/nbconvert_config.py --output-dir build/pages
PAGES = $(wildcard notebooks/$(CHAPTER)*.ipynb)
# Settings of a user's Keras and Matplotlib that break networks and figures unless start() sets them back.
HOSTILE := KERAS_HOME="$$PWD/tests/surroundings" MATPLOTLIBRC="$$PWD/tests/surroundings"

# Settings for other projects, which would lead Python or pip out of .venv.
unexport PYTHONHOME PYTHONPATH PYTHONSAFEPATH PYTHONINSPECT PYTHONOPTIMIZE PYTHONWARNINGS
unexport PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_PYTHON PIP_NO_DEPS PIP_DRY_RUN
unexport PIP_IGNORE_INSTALLED PIP_REQUIRE_HASHES PIP_REQUIRE_VIRTUALENV PIP_QUIET

.PHONY: help venv lab progress install lint unit test mutants test-full notebooks seeds evidence nbgrader pages \
  clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

venv:
	@$(SHELL) <(tr -d '\r' <tools/venv.sh)  # a clone made by Windows may have \r

install: venv  ## make .venv with the pinned versions; PYTHON=/path/to/python3.12, EXTRAS=dev,gpu
	@echo ".venv is ready"

lab: venv  ## copy new notebooks to work/, open JupyterLab there; UPDATE=1: new editions, answers kept
	@$(BIN)/python tools/lab.py $(if $(filter-out 0,$(UPDATE)),--update) $(ARGS)

progress: venv  ## list the exercises in work/ that are done, and those that are open
	@$(BIN)/python tools/progress.py

lint: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell

unit: venv
	COURSE_DATA=$${COURSE_DATA:-offline} $(BIN)/python -m pytest -n 2 --dist loadfile tests

test: lint unit  ## all tests: lint, unit, exercises, drift, every notebook, open and solved (smoke)
	$(BIN)/python tools/solve.py build/solved
	@rm -f build/claims.jsonl
	$(HOSTILE) COURSE_CLAIMS="$$PWD/build/claims.jsonl" \
	  COURSE_DATA=$${COURSE_DATA:-offline} COURSE_BUDGET=smoke COURSE_STRICT=1 \
	  $(NBVAL) --nbval-lax -n 2 --dist loadfile --durations=5 build/solved
	$(BIN)/python tools/claims.py build/claims.jsonl

mutants: venv  ## try small mutations of every solution, and other styles, on its check (5 minutes)
	COURSE_MUTANTS=1 $(BIN)/python -m pytest -n 2 tests/test_mutants.py

test-full: venv  ## every notebook strictly (quick), its claims enforced; what is stale or new comes first
	$(BIN)/python tools/test_full.py $(ARGS)

notebooks: venv  ## build and run the notebooks whose chapter changed; CHAPTER=01 for one, ARGS=--force
	$(BIN)/python tools/build.py $(CHAPTER) $(ARGS)

seeds: venv  ## run a chapter on five seeds and both data sets: make seeds CHAPTER=01
	$(BIN)/python tools/seeds.py $(CHAPTER) $(ARGS)

evidence: venv  ## run what a chapter cites and cannot afford: make evidence CHAPTER=08
	$(BIN)/python tools/evidence.py $(CHAPTER) $(ARGS)

nbgrader: venv  ## notebooks with locked grade cells for nbgrader, in build/nbgrader
	$(BIN)/python tools/build.py --nbgrader build/nbgrader

pages: venv  ## HTML pages, and PDFs where xelatex is installed, in build/pages; CHAPTER=01 for one
	$(NBCONVERT) --to html $(PAGES)
	@! command -v xelatex >/dev/null || $(NBCONVERT) --to pdf $(PAGES)

clean:  ## remove what was made (.venv, build); never work/
	rm -rf .venv build dist .ruff_cache .hypothesis .pytest_cache
	find course_utils tools tests chapters -name __pycache__ -prune -exec rm -rf {} +
