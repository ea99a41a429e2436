# Each target is a few lines; `make help` explains them. Everything is installed into .venv from requirements.txt.
BIN := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8050
export HOST PORT
export PYTHONUTF8 := 1
# Without compiled modules every command would start two seconds later.
unexport PYTHONDONTWRITEBYTECODE

# The unit tests of the rules say nothing about the data: they run in `make test` and in a plain `dbt build`.
QUICKLY := --exclude-resource-type unit_test --no-write-json

# One process of tests a core; a file of tests stays together, since its tests share what they build.
SIDE_BY_SIDE := --numprocesses auto --dist loadfile --no-loadscope-reorder

# The past is built in a copy, so that the warehouse and its lock stay as they are.
PAST := target/history/warehouse.duckdb

# Drafts are built in a warehouse and published in a folder of their own (macros/drafts.sql).
PREVIEW := $(CURDIR)/target/preview
AS_PREVIEW := ON_RECORD_PREVIEW="$(PREVIEW)" ON_RECORD_WAREHOUSE="$(PREVIEW)/warehouse.duckdb" ON_RECORD_PUBLISHED="$(PREVIEW)/published"

.DEFAULT_GOAL := help
.PHONY: help run build preview history serve test test-all check backup restore browser lock docs codebook picture bench faults advisories
.PHONY: clean spark spark-cluster publish-from-spark

help: ## what each target does
	@echo "On Record: who reported how many, lowest to highest, and where it was read."
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'
	@echo
	@echo "HOST= and PORT= set the address of the page, DEBUG=1 serves it from one process,"
	@echo "SAMPLES=1 loads small extracts of three published data sets beside the record (samples/SOURCE.md)."

# Where two jobs go side by side, a target fails if either does: a bare `wait` would not ask how the other one ended.
run: build ## install, load the record, build, print the ranges, serve the page on http://127.0.0.1:8050
	@$(BIN)/python -m on_record ranges & beside=$$!; $(BIN)/python -m on_record serve; done=$$?; wait $$beside && exit $$done

build: .venv/.installed ## all of run but serving
	@$(if $(SAMPLES),$(BIN)/python -m on_record load ucdp_ged samples/ucdp_ged/ged_syria_extract.csv --version 20.1-sample)
	@$(if $(SAMPLES),$(BIN)/python -m on_record load unhcr_population samples/unhcr_population/population_syria.csv --version 2025.12.1-sample)
	@$(if $(SAMPLES),$(BIN)/python -m on_record load idmc_gidd samples/idmc_gidd/conflict_idps_extract.csv --version 2025-sample)
	@$(BIN)/python -m dashboard.http.compressed & beside=$$!; $(BIN)/python -m on_record build; done=$$?; wait $$beside && exit $$done

preview: .venv/.installed ## build and serve drafts too, marked DRAFT on every page, in target/preview: nothing of it is published
	@rm -rf "$(PREVIEW)" && mkdir -p "$(PREVIEW)"
	@test ! -f "$(or $(ON_RECORD_WAREHOUSE),warehouse.duckdb)" || $(BIN)/python -m on_record recorded --copy-to "$(PREVIEW)/warehouse.duckdb" >/dev/null
	@$(AS_PREVIEW) $(BIN)/python -m on_record load --reason "Loaded for a preview."
	@echo "Building a preview …"
	@$(AS_PREVIEW) $(BIN)/dbt --quiet build $(QUICKLY) --target-path "$(PREVIEW)/target" --vars "{with_drafts: true}"
	@$(AS_PREVIEW) $(BIN)/python -m on_record serve

history: .venv/.installed ## load the record's past from git into an empty warehouse, publish the days that are kept; DAY=: pin and build one
	@test -n "$$($(BIN)/python -m on_record recorded)" || $(BIN)/python -m on_record load --history
	@$(if $(DAY),$(BIN)/python -m on_record recorded --pin "$(DAY)" >/dev/null)
	@missing=$$($(BIN)/python -m on_record recorded --missing --copy-to $(PAST)) || exit 1; failed=; for day in $$missing; do \
		$(if $(DAY),test "$$day" = "$(DAY)" || continue;) \
		echo "Building as recorded on $$day …" && ON_RECORD_WAREHOUSE=$(PAST) $(BIN)/dbt --quiet build $(QUICKLY) \
		--target-path target/history --vars "{recorded_until: '$$day'}" || failed="$$failed $$day"; done; \
		rm -f $(PAST); $(if $(DAY),,$(MAKE) --no-print-directory build || failed="$$failed today";) \
		test -z "$$failed" || { echo "Not built:$$failed" >&2; exit 1; }

serve: .venv/.installed ## serve what was last published
	@$(BIN)/python -m on_record serve $(if $(DEBUG),--debug)

test: .venv/.installed browser ## install and run the tests, apart from the long matrices of test-all: minutes
	@$(BIN)/pytest $(SIDE_BY_SIDE) -m "not slow" --durations 20

test-all: .venv/.installed .venv/.postgres browser ## run every test, with every warehouse built anew
	@ON_RECORD_FRESH_BUILDS=1 $(BIN)/pytest $(SIDE_BY_SIDE) --durations 20

check: .venv/.installed ## lint and type-check Python and SQL, and say what advisories known here, and not known, are about the lock
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	ON_RECORD_WAREHOUSE=target/check.duckdb $(BIN)/sqlfluff lint --nocolor models
	$(BIN)/python docs/advisories/audit.py

backup: .venv/.installed ## write the warehouse and what is published into one file: FILE=, else backups/<UTC time>.tar.gz
	@$(BIN)/python -m on_record backup "$(or $(FILE),backups/$(shell date -u +%Y%m%dT%H%M%SZ).tar.gz)"

restore: .venv/.installed ## put a backup back: FILE=…; FORCE=1 also where that loses what is newer
	@$(BIN)/python -m on_record restore $(if $(FILE),"$(FILE)") $(if $(FORCE),--force)

docs: build ## write the documentation site, one page that works offline; the page serves it under /docs
	@$(BIN)/python docs/site.py

codebook: .venv/.installed ## write docs/codebook.md anew from the seeds and the YAML
	@$(BIN)/python docs/codebook.py

picture: .venv/.installed browser ## take the README's pictures of the pages anew
	@$(BIN)/python -m on_record screenshot docs/first-page.png
	@$(BIN)/python -m on_record screenshot docs/overview.png --search "" --height 900
	@$(BIN)/python -m on_record screenshot docs/map.png --search "deaths?tab=map" --height 1000
	@$(BIN)/python -m on_record screenshot docs/phone.png --search deaths --width 390 --height 844 --dark

bench: .venv/.installed browser ## time the two commands, the first load on a slow line, what a click costs, and a million figures beside Datasette
	@$(BIN)/python bench/two_commands.py
	@$(BIN)/python bench/first_load.py
	@$(BIN)/python bench/clicks.py
	@$(BIN)/python bench/dashboard.py
	@$(BIN)/python bench/api_beside.py
	@$(BIN)/python bench/hostile.py

# Spark has an environment of its own, and needs Java, which nothing here installs (docs/scale.md).
ON_SPARK := .venv-spark/bin/python -m ingest.engines.spark

spark: .venv-spark/.installed ## build record and samples on Apache Spark too, compare every relation with DuckDB's, run tests/engines
	@$(ON_SPARK) prove
	@.venv-spark/bin/pytest tests/engines

spark-cluster: .venv-spark/.installed ## the same comparison on a master and two workers of this machine
	@$(ON_SPARK) prove --cluster

publish-from-spark: .venv-spark/.installed ## build what is loaded on Spark and publish that: ON_RECORD_SPARK_MASTER= a cluster's master
	@$(ON_SPARK) publish

advisories: .venv/.installed ## take the known advisories about the lock anew; the one target that asks the network for them
	$(BIN)/python docs/advisories/audit.py --renew

lock: .venv/.installed ## resolve pyproject.toml into requirements.txt anew
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --group dev \
		pyproject.toml --output-file requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --group spark \
		--constraint requirements.txt pyproject.toml --output-file requirements-spark.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --group postgres \
		--constraint requirements.txt --output-file requirements-postgres.txt

faults: .venv/.installed ## try kills, full disks, damage and bad rows at length, and print the counts
	@$(BIN)/python bench/faults.py

clean: ## remove what was built and what killed commands left; the record and .venv stay
	@test ! -x $(BIN)/python || $(BIN)/python -m ingest.work_folders
	rm -rf target logs warehouse.duckdb warehouse.duckdb.wal warehouse.duckdb.tmp published

browser:
	@./install.sh browser

.venv/.installed: requirements.txt install.sh pyproject.toml
	@./install.sh python

.venv/.postgres: .venv/.installed requirements-postgres.txt
	@./install.sh postgres

.venv-spark/.installed: requirements-spark.txt install.sh
	@./install.sh spark
