# Everything a newcomer types. `make demo` and `make test` set themselves up on Debian 12 with python3.11, venv and make.
PY ?= $(firstword $(wildcard /usr/bin/python3.11) python3.11)
V  := .venv
PIP := $(V)/bin/pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes
DEMO ?= var/demo
# Two at a time, a file always on one side: stories of a file share their instance.
PYTEST_ARGS ?= --numprocesses 2 --dist loadfile
# --tiny shows that a benchmark runs; --repeats N
BENCH_ARGS ?=

.PHONY: help demo serve test check soak scan spark objectstore sbom audit verify-release format clean bench-sealing bench-ledger bench-web bench-reading bench-records bench-packages bench-large

help: ## Show what can be typed here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(V)/bin/python:
	$(PY) -m venv $(V)

$(V)/.run-ok: requirements/main.lock requirements/build.lock pyproject.toml | $(V)/bin/python
	$(PIP) -r requirements/main.lock
	$(PIP) -r requirements/build.lock
	$(V)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(V)/.test-ok: requirements/test.lock $(V)/.run-ok
	$(PIP) -r requirements/test.lock
	touch $@

demo: $(V)/.run-ok ## Set up, then run the main job: from service of process to published report
	$(V)/bin/safeconduct demo --directory $(DEMO)

serve: $(V)/.run-ok ## Serve the faces over TLS on the demonstration's data
	$(V)/bin/safeconduct serve --config $(DEMO)/safeconduct.toml

test: $(V)/.test-ok ## Run the suite and print its slowest twenty
	$(V)/bin/python -m pytest --durations=20 $(PYTEST_ARGS)

check: $(V)/.test-ok ## Lint, types, import contracts, size and house rules, migrations
	$(V)/bin/ruff check .
	$(V)/bin/ruff format --check .
	$(V)/bin/lint-imports --no-cache
	$(V)/bin/mypy
	$(V)/bin/python -m django makemigrations --check --dry-run --settings safeconduct.site.settings.testing
	$(V)/bin/safeconduct rulebook check
	$(V)/bin/python -m pytest tests/house

soak: $(V)/.test-ok ## Run the long harnesses in full
	SAFECONDUCT_SOAK=1 $(V)/bin/python -m pytest --durations=20 $(PYTEST_ARGS)

.venv-scan/.ok: requirements/scan.lock requirements/scan-build.lock
	$(PY) -m venv .venv-scan
	$(subst $(V),.venv-scan,$(PIP)) -r requirements/scan-build.lock
	$(subst $(V),.venv-scan,$(PIP)) --no-binary sslyze --no-build-isolation -r requirements/scan.lock
	touch $@

scan: $(V)/.test-ok .venv-scan/.ok ## Measure the faces' TLS with an outside scanner
	$(V)/bin/python -m pytest tests/tls

.venv-spark/.ok: requirements/spark.lock requirements/scan-build.lock
	$(PY) -m venv .venv-spark
	$(subst $(V),.venv-spark,$(PIP)) -r requirements/scan-build.lock
	$(subst $(V),.venv-spark,$(PIP)) --no-binary pyspark --no-build-isolation -r requirements/spark.lock
	touch $@

spark: $(V)/.test-ok .venv-spark/.ok ## Read sealed segments with a real Spark under executor grants; needs apt: openjdk-17-jre-headless
	$(V)/bin/python -m pytest tests/spark

sbom: $(V)/.test-ok ## Write the bill of materials of what runs, and hold it against the lock
	$(V)/bin/python -m tests.supply.bill requirements/main.lock var/sbom.json

audit: $(V)/.test-ok ## Ask for known vulnerabilities; fails where nothing, or not everything, was audited
	$(V)/bin/python -m tests.supply.audit requirements/main.lock requirements/build.lock requirements/test.lock

verify-release: $(V)/.test-ok ## Build the wheel twice and compare; RELEASE=file or SHA-256 to compare with
	$(V)/bin/python -m tests.supply.release $(RELEASE)

.venv-objectstore/.ok: requirements/objectstore.lock
	$(PY) -m venv .venv-objectstore
	$(subst $(V),.venv-objectstore,$(PIP)) -r requirements/objectstore.lock
	touch $@

objectstore: $(V)/.test-ok .venv-objectstore/.ok ## Hold the records in a real S3 server: its failures, lies, and what it may see
	$(V)/bin/python -m pytest tests/objectstore

.venv-bench/.ok: requirements/bench.lock
	$(PY) -m venv .venv-bench
	$(subst $(V),.venv-bench,$(PIP)) -r requirements/bench.lock
	touch $@

bench-sealing: $(V)/.test-ok ## Measure sealed objects and pages against openssl speed and plain copies
	$(V)/bin/python benchmarks/sealing.py $(BENCH_ARGS)

bench-ledger: $(V)/.test-ok ## Measure the ledger against fdatasync, bare hashing and pymerkle
	$(V)/bin/python benchmarks/ledger.py $(BENCH_ARGS)

bench-web: $(V)/.test-ok .venv-bench/.ok ## Measure pages over TLS against nginx and Datasette; needs apt: nginx-light wrk
	$(V)/bin/python benchmarks/web.py --datasette .venv-bench/bin/datasette $(BENCH_ARGS)

bench-reading: $(V)/.test-ok ## Measure what reading proposes on generated papers: precision and recall, field by field
	$(V)/bin/python benchmarks/reading.py $(BENCH_ARGS)

bench-records: $(V)/.test-ok ## Measure the sealed record store on 1, 10 and 50 million rows against Parquet, DuckDB and SQLite
	@$(V)/bin/python benchmarks/records.py $(BENCH_ARGS)

bench-packages: $(V)/.test-ok ## Measure memory and time of building packages; BENCH_ARGS='--rows 2000000' for a large one
	@$(V)/bin/python benchmarks/packages.py $(BENCH_ARGS)

bench-large: $(V)/.test-ok ## The same on 1, 10 and 100 million rows, and what follows for a billion; 10 GB of disk
	@$(V)/bin/python benchmarks/records.py --millions 1,10,100 --extrapolate 1000 --no-imports $(BENCH_ARGS)

format: $(V)/.test-ok ## Format the code
	$(V)/bin/ruff format .
	$(V)/bin/ruff check --fix .

clean: ## Remove the environment and everything that make produced
	rm -rf $(V) .venv-scan .venv-spark .venv-objectstore .venv-bench var .mypy_cache .ruff_cache .pytest_cache .hypothesis
