# Everything a fresh Debian machine with Python 3.11 or later needs, set up on first use:
# the programs in .venv (pinned in constraints.txt), the browser of the tests by apt.

PYTHON := $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
  "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --constraint constraints.txt
EDITABLE := $(INSTALL) --no-build-isolation --editable

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint format pytest soak bench oracle rasa rasa-train lock wheel clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: $(VENV)/.demo ## start the web chat, the partners' calendars and the database; prints the address
	$(BIN)/python -m bot.demo

test: lint pytest ## every check and every test, on a fresh machine too

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

pytest: $(VENV)/.dev $(VENV)/.browser $(VENV)/.davical $(VENV)/.rasa
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -rfEs

soak: $(VENV)/.dev $(VENV)/.browser $(VENV)/.davical $(VENV)/.rasa ## the long runs: hours of chance, load and crashes
	HYPOTHESIS_PROFILE=soak $(BIN)/pytest --soak --timeout 3600 -rfEs

bench: $(VENV)/.dev ## the benchmarks, each beside its peer or its limit
	$(BIN)/clairdroit bench

oracle: $(VENV)/.dev .oracle/.ready ## the rules beside openfisca-france, on households drawn by chance
	$(BIN)/python -m tools.openfisca_check --write docs/verification.md

RASA_PORT ?= 5005
RASA := PYTHON=$(BIN)/python tools/rasa.sh
RASA_MODEL := .rasa/models/clairdroit.tar.gz

rasa: $(RASA_MODEL) ## a Rasa server on this machine that reads topics for CLAIRDROIT_NLU=rasa (2.7 GB; docs/rasa.md)
	@echo "Rasa: http://127.0.0.1:$(RASA_PORT); set CLAIRDROIT_NLU=rasa and CLAIRDROIT_RASA_URL to it."
	@$(RASA) serve $(RASA_PORT)

rasa-train: $(RASA_MODEL) ## train its model, where config.yml or content/utterances have changed

format: $(VENV)/.dev ## ruff: format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

wheel: $(VENV)/.dev ## dist/clairdroit-….whl, with rules, content and locales inside
	$(PIP) wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/*.whl

lock: ## resolve the newest versions anew and pin them in constraints.txt
	rm -rf build/lock
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet --upgrade pip
	build/lock/bin/python -m pip install --quiet --editable '.[demo]' --group dev
	{ echo "# What 'make lock' resolved; every install of the Makefile holds to it."; \
	  build/lock/bin/python -m pip freeze --all --exclude-editable --exclude setuptools; } > constraints.txt
	rm -rf build/lock

clean: ## remove what make has made
	rm -rf $(VENV) .oracle .rasa .demo build dist .ruff_cache .mypy_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed (apt-get install python3)."; exit 1; }
	$(PYTHON) -m venv $(VENV) || { .ci/apt-get python3-venv && $(PYTHON) -m venv --clear $(VENV); }

$(VENV)/.tools: constraints.txt | $(BIN)/python
	$(PIP) install --quiet --constraint constraints.txt pip
	$(INSTALL) --group build
	@touch $@

$(VENV)/.demo: pyproject.toml $(VENV)/.tools
	$(EDITABLE) '.[demo]'
	@touch $@

$(VENV)/.dev: pyproject.toml $(VENV)/.tools
	$(EDITABLE) '.[demo]' --group dev
	@touch $@ $(VENV)/.demo

# openfisca-france lives in an environment of its own: it is a check, never a part.
.oracle/.ready: tools/openfisca_check/requirements.txt
	$(PYTHON) -m venv .oracle
	.oracle/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

# Rasa lives in an environment of its own, on a Python of its own.
.rasa/.ready: constraints-rasa.txt tools/rasa-python.txt | $(BIN)/python
	$(RASA) install
	@touch $@

$(RASA_MODEL): config.yml $(wildcard content/utterances/*.yml) .rasa/.ready
	$(RASA) train
	@touch $@

# The tests of the real server; only where Python 3.10 is at hand already.
$(VENV)/.rasa: | $(BIN)/python
	@if $(RASA) python >/dev/null && $(MAKE) --no-print-directory .rasa/.ready; \
	then touch $@; else echo "NO RASA HERE: the tests of its real server WILL BE SKIPPED."; fi

# Tests marked "browser" say why they are skipped where neither package can be had.
$(VENV)/.browser: | $(BIN)/python
	@if { command -v chromium && command -v chromedriver; } >/dev/null || .ci/apt-get chromium chromium-driver; \
	then touch $@; else echo "NO BROWSER HERE: the tests marked 'browser' WILL BE SKIPPED."; fi

# A calendar server of another family for the tests; its database is the PostgreSQL of the wheel.
$(VENV)/.davical: | $(BIN)/python
	@if [ -d /usr/share/davical ] && command -v php >/dev/null \
	|| .ci/apt-get davical php-cli php-pgsql php-xml php-curl libdbd-pg-perl libyaml-perl; \
	then touch $@; else echo "NO DAVICAL HERE: its tests WILL BE SKIPPED."; fi
