# Every command a developer types; `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PORT ?= 8000
SEED ?= 1
# One more than two cores have work for at a time: tests wait as well, for servers, browsers and what was killed.
WORKERS ?= 3
VENV := .venv
BIN := $(VENV)/bin

# Wheels only, each with its hash; where they come from is the machine's affair.
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --only-binary :all: --require-hashes
# Hundreds of processes run our code in one `make test`: the first of them compiles it for all others.
unexport PYTHONDONTWRITEBYTECODE
# Linux tells `hub up` to stop when make is killed, too.
WITH_MAKE := $$(command -v setpriv >/dev/null && echo setpriv --pdeathsig TERM --)

.PHONY: help
help: ## Say what can be made.
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

.PHONY: install
install: $(VENV)/.installed ## Install into .venv, without starting anything.

.PHONY: up
up: install ## Run everything on this machine until Ctrl-C, with the demo portfolio (PORT=8000).
	@exec $(WITH_MAKE) $(BIN)/hub up --port $(PORT)

.PHONY: test
test: test-install ## Install what the tests need, a browser included, and run every test.
	@tools/need.sh chromium dovecot
	$(BIN)/python -m pytest -n $(WORKERS) --no-loadscope-reorder -p tests.no_skips -p tests.failures_first --durations=25

.PHONY: test-fast
test-fast: test-install ## Run the tests that need no browser, no mail server and little time.
	$(BIN)/python -m pytest -n $(WORKERS) -m "not slow and not browser and not servers"

.PHONY: check
check: test-install ## Check format, types, imports and templates; no tests.
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint hub/web/templates --lint --quiet

.PHONY: bench
bench: test-install ## Run the benchmarks, each printing a table (NAME=... for one of bench/).
	@missed=0; for each in $(if $(NAME),bench/$(NAME).py,$(filter-out bench/_%,$(wildcard bench/*.py))); do \
		echo "== $$each"; $(BIN)/python "$$each" || missed=1; done; exit $$missed

.PHONY: chaos
chaos: test-install ## Kill real servers and processes while mail flows; nothing may be lost (SEED=1).
	@tools/need.sh dovecot
	HUB_CHAOS_SEED=$(SEED) $(BIN)/python -m pytest tests/chaos tests/services/test_companies.py -p tests.no_skips -p tests.failures_first -p no:randomly

.PHONY: mail-cases
mail-cases: install ## Score reading, threading and sending against the mail cases beside the checkout.
	@if [ -d ../shared/data/mail ]; then $(BIN)/python bench/mail_cases.py; \
	else echo "There are no mail cases: ../shared/data/mail is not there."; fi

.PHONY: screenshots
screenshots: test-install ## Take a picture of every page with invented people, into screenshots/.
	@tools/need.sh chromium
	$(BIN)/python -m tools.preview screenshots --pictures

.PHONY: format
format: test-install ## Lay out the code as `make check` wants it.
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

.PHONY: vendor
vendor: install ## Fetch the pinned scripts and styles of the pages from npm again.
	$(BIN)/python tools/vendor.py

.PHONY: lock
lock: install ## Write down versions and hashes of what pyproject.toml asks for (UPGRADE=1: the newest it allows).
	$(BIN)/python -m venv build/lock
	build/lock/bin/python -m pip install --quiet --only-binary :all: uv
	$(LOCK) --extra s3 --extra build -o requirements.lock
	$(LOCK) --extra s3 --extra build --extra dev -c requirements.lock -o requirements-dev.lock
	touch requirements.lock requirements-dev.lock

LOCK := build/lock/bin/uv pip compile $(if $(UPGRADE),--upgrade) --quiet --only-binary :all: --generate-hashes --no-emit-index-url \
	--no-header --universal --python-version 3.11 pyproject.toml

.PHONY: test-install
test-install: $(VENV)/.installed-dev

$(BIN)/python:
	@python=$${PYTHON:-}; \
	for each in python3 python3.14 python3.13 python3.12 python3.11; do \
		[ -z "$$python" ] && $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && python=$$each; \
	done; \
	[ -n "$$python" ] || { echo "Frontdesk needs Python 3.11 or later: install it, or set PYTHON to its path."; exit 1; }; \
	PYTHON=$$python tools/need.sh venv; \
	tools/patiently.sh "Making $(VENV) with $$($$python --version)" $$python -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@tools/patiently.sh "Installing $$(grep -c '^[a-z0-9]' requirements.lock) packages into $(VENV) (about a minute the first time)" \
		$(PIP_INSTALL) -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-index --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@tools/patiently.sh "Installing what the tests need into $(VENV)" $(PIP_INSTALL) -r requirements-dev.lock
	@touch $@
