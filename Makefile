# Everything a developer runs. Needs make, Python 3.11 or newer, and its venv module; nothing else.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# Silences a notice about a future MkDocs that is no part of a build.
export NO_MKDOCS_2_WARNING := 1

.PHONY: help setup check format test test-postgres test-gateways test-spark java demo serve bench \
  bench-full bench-serve bench-detect bench-detect-full docs docs-pages constraints clean browser

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

setup: $(INSTALLED) ## create .venv and install the package with its tools

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "make: $$($(PYTHON) --version) is too old; name Python 3.11 or newer: make setup PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
	  || { echo "make: Python has no venv module; on Debian and Ubuntu install python3-venv" >&2; exit 1; }
	@# xds-protos brings old copies of OpenTelemetry's definitions: it goes first, theirs go over it
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt xds-protos grpcio
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,docs,respond,serve,streams,traces,envoy]'
	@touch $@

check: setup ## lint, format, types, layers, documentation
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/mkdocs build --strict --quiet

format: setup ## put the code into the project's format
	$(BIN)/ruff check --fix --select I
	$(BIN)/ruff format

# A file's tests run in one process, some files side by side.
test: setup browser ## run the tests that need nothing but Python (and a browser, where one is there)
	$(BIN)/python -m pytest -m 'not spark and not postgres and not gateway' \
	  -n auto --maxprocesses 4 --dist loadfile

test-spark: setup java ## run the tests that need Spark (installs the extra, 460 MB, and Java)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[spark,lake]'
	$(BIN)/python -m pytest -m spark tests/spark
	STILLWATCH_TEST_SESSION=connect $(BIN)/python -m pytest -m spark $(OVER_CONNECT)

# What is asked of both kinds of session; the tests start a server of their own.
OVER_CONNECT := $(addprefix tests/spark/,test_engine.py test_tables.py test_days.py test_run.py)

# Spark runs on Java 17 or newer. Where none is there and none can be had, this says so and fails.
java:
	@command -v java >/dev/null || test -n "$${JAVA_HOME:-}" && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing Java for the Spark tests"; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends openjdk-17-jre-headless \
	    || apt-get install -y -qq --no-install-recommends default-jre-headless; } >/dev/null; \
	else echo "make: Spark needs Java 17 or newer, and no java is on the path" >&2; exit 1; fi

test-postgres: setup ## run the tests of the database on a PostgreSQL of their own
	.ci/install-servers redis-server
	.ci/with-postgres $(BIN)/python -m pytest -m postgres

# The report's page is tested in a browser. Where none can be had, those tests skip and say so.
browser:
	@command -v chromium chromium-browser google-chrome >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing headless Chromium for the browser tests"; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 \
	    || echo "no Chromium could be installed: the browser tests will skip"; \
	else echo "no Chromium here: the browser tests will skip"; fi

demo: setup ## simulate a provider with planted campaigns and find them (< 3 minutes)
	rm -rf demo
	$(BIN)/stillwatch simulate demo --preset demo
	$(BIN)/stillwatch detect demo/exchanges --accounts demo/accounts.parquet \
	  --releases demo/releases.parquet --out demo/out
	@echo "open $(CURDIR)/demo/out/report.html"

bench: setup ## measure speed and memory at 0.25, 1 and 4 million exchanges
	$(BIN)/python benchmarks/run.py

bench-full: setup ## the same, and at 16 million exchanges (8 GB of disk)
	$(BIN)/python benchmarks/run.py --exchanges 250000 1000000 4000000 16000000

serve: setup ## run the service with the demo world streaming through it (ends with Ctrl-C)
	@test -d demo/exchanges || $(BIN)/stillwatch simulate demo --preset demo
	@PATH="$(CURDIR)/$(BIN):$$PATH" deploy/demo.sh

# The real gateways: LiteLLM in an environment of its own, for it pins what it needs; nginx and the
# stream servers from the system's packages where they can be installed.
GATEWAYS := .gateways/litellm
test-gateways: setup $(GATEWAYS)/.installed ## test with real gateways and stream servers
	.ci/install-servers nginx redis-server nats-server
	$(BIN)/python -m pytest tests/gateways/real tests/service/test_sources.py \
	  tests/respond/test_shared_quota.py

$(GATEWAYS)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(GATEWAYS)
	$(GATEWAYS)/bin/python -m pip install --quiet --disable-pip-version-check \
	  'litellm[proxy]>=1.100' -e '.[gateways]'
	@touch $@

bench-serve: setup ## measure decisions, ingest, assessment lag and memory of the service
	$(BIN)/python benchmarks/serve.py

bench-detect: setup ## measure detection on small worlds of each level, with baselines (~20 minutes)
	$(BIN)/stillwatch bench --out bench-out --accounts 4000 --exchanges 100000 --campaigns 5 \
	  --seeds 1 --honest-only 2 --baselines --charts

# A day; stopped, it goes on where it was. Each world goes when its score is known: 45 GB otherwise.
bench-detect-full: setup ## the same on 60,000 accounts, 5 seeds, 3 levels and 20 honest worlds (a day)
	$(BIN)/stillwatch bench --out bench-out-full --accounts 60000 --exchanges 2400000 \
	  --campaigns 22 --seeds 1,2,3,4,5 --honest-only 20 --tidy --charts

docs: setup ## build the documentation into site/
	$(BIN)/mkdocs build --strict --quiet

docs-pages: setup ## write the generated reference pages anew
	$(BIN)/python docs/generate.py

constraints: ## pin every dependency anew, from a clean environment
	@fresh=$$(mktemp -d) && trap 'rm -rf "$$fresh"' EXIT \
	  && $(PYTHON) -m venv "$$fresh" \
	  && "$$fresh/bin/python" -m pip install --quiet '.[dev,docs,bench,respond,serve,streams,traces,envoy,spark,lake]' \
	  && "$$fresh/bin/python" -m pip freeze --exclude stillwatch | grep -E '^[^ @]+==[^ ]+$$' > constraints.txt

clean: ## remove what was built; keeps .venv
	rm -rf build dist site demo out bench-out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
