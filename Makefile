# `make help` lists the targets. Everything is installed into .venv, which `make clean` removes again;
# nothing is taken from, or written to, the Python of the system.

PYTHON = python3
VENV   = .venv
BIN    = $(VENV)/bin
PIP    = $(BIN)/python -m pip install -qq --disable-pip-version-check
EMP    = $(BIN)/emp-gitops

# make reconcile TODAY=2026-11-23 tells the story of that day; without it, today is today.
TODAY  =
AS_OF  = $(if $(TODAY),--today $(TODAY))

# Options for the test run and the benchmarks: make test PYTEST="-k renewal", make bench BENCH=--quick
# For CI, since they take longer: make test THOROUGH=1 COVERAGE=--cov (faults at every step, all examples of properties)
PYTEST =
COVERAGE =
THOROUGH =
BENCH  =

# A module path from the caller's shell would leak other packages into the environment. And compiled modules are kept
# whatever the caller prefers: the tests start the program thousands of times.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

.PHONY: help reconcile test test-lowest lint package bench screenshots clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1 	\2/p' Makefile | expand -t 22

reconcile: $(VENV)/.installed ## validate, plan and apply the accounts of this repository, then show them
	@echo "== validate";  $(EMP) validate
	@# The plan only informs: what it finds wrong, reconcile meets again and decides on.
	@echo "== plan";      $(EMP) plan $(AS_OF) || test $$? -le 3
	@echo "== reconcile"; $(EMP) reconcile $(AS_OF)
	@echo "== usage";     $(EMP) platform usage load examples/usage.csv
	@echo "== status";    $(EMP) status $(AS_OF)

test: $(VENV)/.test ## run the tests on all cores; with COVERAGE=--cov fails under 95 % branch coverage
	@THOROUGH=$(THOROUGH) $(BIN)/python -m pytest $(COVERAGE) -n auto --dist worksteal $(PYTEST)

test-lowest: .venv-lowest/.installed ## run the tests with the oldest versions that pyproject.toml allows
	@.venv-lowest/bin/python -m pytest -n auto --dist worksteal $(PYTEST)

lint: $(VENV)/.lint ## check style, types, workflows and the links of the documents
	@echo "ruff";       $(BIN)/ruff check --quiet .
	@echo "mypy";       $(BIN)/mypy --no-error-summary && $(BIN)/mypy --no-error-summary benchmarks docs/check_links.py docs/screenshots.py
	@echo "zizmor";     $(BIN)/zizmor --quiet --offline --persona auditor .github action.yml
	@echo "actionlint"; $(BIN)/actionlint
	@echo "what init writes"
	@rm -rf build/written && $(EMP) init --forge github:acme/accounts build/written >/dev/null
	@$(BIN)/zizmor --quiet --offline --persona auditor --collect=all build/written && cd build/written && $(CURDIR)/$(BIN)/actionlint
	@echo "forms";      $(BIN)/emp-gitops forms write --check
	@echo "documents";  $(BIN)/python docs/check_links.py

package: $(VENV)/.installed ## build the wheel and try it in an environment of its own
	@rm -rf build/wheel && mkdir -p build/wheel
	@echo "building the wheel"
	@$(BIN)/python -m pip wheel -qq --no-deps --wheel-dir build/wheel .
	@$(PYTHON) -m venv build/wheel/venv
	@build/wheel/venv/bin/python -m pip install -qq --disable-pip-version-check build/wheel/*.whl
	@# From another folder, so that nothing of this work tree can stand in for what the wheel lacks.
	@cd build/wheel && venv/bin/emp-gitops --version && venv/bin/emp-gitops init new && venv/bin/emp-gitops -C new validate \
	  && venv/bin/emp-gitops init --forge github:acme/accounts on-github && venv/bin/emp-gitops -C on-github forms write --check

bench: $(VENV)/.installed ## measure against other tools (needs npm for one of them); BENCH=--quick for a short run
	@$(BIN)/python benchmarks/run.py $(BENCH)

screenshots: $(VENV)/.installed ## take the pictures in docs/images anew (needs Chromium)
	@$(BIN)/python docs/screenshots.py

clean: ## remove environments, caches and the embedded platform
	rm -rf .venv .venv-lowest .emp-gitops build dist benchmarks/work
	rm -rf .coverage .coverage.* .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache

# Each stamp stands for a finished installation, so that a second call costs nothing.

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12" >&2; exit 1; }
	@echo "setting up $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --upgrade 'pip>=25.1'  # the first that reads dependency groups
	@$(PIP) --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.installed
	@echo "installing the test tools"
	@$(PIP) --group test
	@touch $@

$(VENV)/.lint: $(VENV)/.installed
	@echo "installing the lint tools"
	@$(PIP) --group lint
	@touch $@

.venv-lowest/.installed: pyproject.toml
	@echo "setting up .venv-lowest"
	@$(PYTHON) -m venv .venv-lowest
	@.venv-lowest/bin/python -m pip install -qq --disable-pip-version-check uv
	@.venv-lowest/bin/uv pip install --quiet --python .venv-lowest --resolution lowest-direct --editable . --group test
	@touch $@
