# The course's commands. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# The newest of the supported Pythons that really starts (pyenv's stand-ins may not).
PYTHON ?= $(firstword $(foreach p,python3.13 python3.12 python3.11 python3 python,$(shell \
  $(p) -c 'import sys, ensurepip; print("$(p)") if (3, 11) <= sys.version_info[:2] <= (3, 13) else None' 2>/dev/null)))

BIN := .venv/bin
READY := .venv/ready
CHAPTER ?=
EXTRAS ?= dev
ARGS ?=
# Kernels that die are noticed only when a cell's time is up.
NBVAL := $(BIN)/python -m pytest --nbval-current-env --nbval-cell-timeout 120

# Kernels run in the folder of their notebook, so a relative COURSE_DATA is made absolute here.
ifneq ($(filter-out offline,$(COURSE_DATA)),)
export COURSE_DATA := $(abspath $(COURSE_DATA))
endif

.PHONY: help lab install lint unit test test-full notebooks seeds nbgrader clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 with venv was found." \
	  "Install one (Debian and Ubuntu: apt install python3 python3-venv), or name it:" \
	  "make PYTHON=/path/to/python3.12"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[$(EXTRAS)]'
	@touch $(READY)

install: $(READY)  ## make .venv and install the project with its pinned versions

lab: $(READY)  ## copy new notebooks to work/ and open JupyterLab there; options in ARGS="…"
	@$(BIN)/python tools/lab.py $(ARGS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

unit: $(READY)
	COURSE_DATA=$${COURSE_DATA:-offline} $(BIN)/python -m pytest -n 2 --dist loadfile tests

test: lint unit  ## all tests: lint, unit, exercises, drift, every notebook (smoke)
	$(BIN)/python tools/solve.py build/solved
	COURSE_DATA=$${COURSE_DATA:-offline} COURSE_BUDGET=smoke COURSE_STRICT=1 $(NBVAL) --nbval-lax \
	  -n 2 --dist loadfile notebooks build/solved

test-full: $(READY)  ## every notebook strictly (quick), its claims enforced; most recent changes first
	$(BIN)/python tools/test_full.py $(ARGS)

notebooks: $(READY)  ## build and run the notebooks whose chapter changed; CHAPTER=01 for one, ARGS=--force
	$(BIN)/python tools/build.py $(CHAPTER) $(ARGS)

seeds: $(READY)  ## run a chapter on five seeds and both data sets: make seeds CHAPTER=01
	$(BIN)/python tools/seeds.py $(CHAPTER) $(ARGS)

nbgrader: $(READY)  ## notebooks with locked grade cells for nbgrader, in build/nbgrader
	$(BIN)/python tools/build.py --nbgrader build/nbgrader

clean:  ## remove what was made (.venv, build); never work/
	rm -rf .venv build dist .ruff_cache .hypothesis .pytest_cache
	find course_utils tools tests chapters -name __pycache__ -prune -exec rm -rf {} +
