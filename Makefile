# Everything is set up on first use: a virtual environment in $(VENV), nothing else.
# PYTHON=python3.13 chooses the Python; without it, an environment that is there is kept.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CHOSEN := $(VENV)/.python
BASE := $(VENV)/.base
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: FORCE help run serve doctor schema docs clean

help: ## show this
	@echo 'Every target needs Python 3.10 or newer; [brackets] name what else a target needs.'
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

$(CHOSEN): FORCE
	@sh local/venv.sh '$(VENV)' '$(PYTHON)' '$(origin PYTHON)' '$(MAKECMDGOALS)'

$(BASE): $(CHOSEN) requirements.txt
	@sh local/install.sh '$(VENV)' requirements.txt || { test -e $@ || rm -rf '$(VENV)'; exit 2; }
	@touch $@

$(READY): $(BASE) requirements-dev.txt
	@sh local/install.sh '$(VENV)' requirements-dev.txt
	@touch $@

run: $(BASE) ## run every operation against the emulator; LIVE=1: against the real clouds
	$(BIN)/python -m local run $(if $(LIVE),--live) $(ARGS)

serve: $(BASE) ## the web app and its console over the provider emulator; prints its URL and token
	$(BIN)/python -m local serve $(ARGS)

doctor: $(BASE) ## show identity, settings, endpoints, trust store; LIVE=1: also check keys and permissions
	$(BIN)/python -m local doctor $(if $(LIVE),--live) $(ARGS)

.PHONY: bundle lock
bundle: $(BASE) ## build dist/*.zip, all or PROVIDER=tencent PLATFORM=scf KIND=web [Python 3.10, 3.13, or BYTECODE=no]
	$(BIN)/python -m local.bundling $(if $(PROVIDER),--provider $(PROVIDER)) \
		$(if $(PLATFORM),--platform $(PLATFORM)) $(if $(KIND),--kind $(KIND)) \
		$(if $(BYTECODE),--bytecode $(BYTECODE)) $(ARGS)

lock: $(BASE) ## write the lock files of the bundles anew from the pinned requirements
	$(BIN)/python -m local.bundling.lock

.PHONY: deploy plan remove
deploy: $(BASE) ## deploy deploy.toml: PLATFORM=scf, fc, functiongraph or lambda [Python 3.11 or newer; 3.10 for the bundle]
	@test -n "$(PLATFORM)" || { echo "PLATFORM is missing: PLATFORM=scf, fc, functiongraph or lambda" >&2; exit 2; }
	@$(BIN)/python -m local deploy --platform $(PLATFORM) $(if $(PROVIDER),--provider $(PROVIDER)) $(ARGS)

plan: $(BASE) ## show what make deploy would change: PLATFORM=scf [Python 3.11 or newer; 3.10 for the bundle]
	@test -n "$(PLATFORM)" || { echo "PLATFORM is missing: PLATFORM=scf, fc, functiongraph or lambda" >&2; exit 2; }
	@$(BIN)/python -m local deploy --plan --platform $(PLATFORM) $(if $(PROVIDER),--provider $(PROVIDER)) $(ARGS)

remove: $(BASE) ## remove what make deploy made: PLATFORM=scf, fc, functiongraph or lambda
	@test -n "$(PLATFORM)" || { echo "PLATFORM is missing: PLATFORM=scf, fc, functiongraph or lambda" >&2; exit 2; }
	@$(BIN)/python -m local remove --platform $(PLATFORM) $(if $(PROVIDER),--provider $(PROVIDER)) $(ARGS)

.PHONY: serverless-devs
serverless-devs: $(BASE) ## write s.yaml of Serverless Devs from deploy.toml, for Function Compute [Python 3.11]
	@$(BIN)/python -m local serverless-devs $(if $(PROVIDER),--provider $(PROVIDER)) $(ARGS)

# What package.json pins.
OSLS := node_modules/.package-lock.json

$(OSLS): package.json package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20.19 or newer" >&2; exit 2; }
	npm ci --silent
	@touch $@

invoke: $(BASE) $(OSLS) ## call FUNCTION=… with EVENT=… through osls; EMULATOR=0: the real clouds [npm]
	@test -n "$(FUNCTION)" || { echo "say FUNCTION=tencent-sync-machines, for example" >&2; exit 2; }
	@$(BIN)/python -m local.invoke $(FUNCTION) $(if $(EVENT),--event $(EVENT)) \
		$(if $(filter 0,$(EMULATOR)),--live) $(if $(BUNDLE),--bundle)

# An environment of its own: the SAM CLI pins what others need in other versions.
SAM := .venv-sam/.ready

$(SAM):
	$(PYTHON) -m venv .venv-sam
	.venv-sam/bin/python -m pip install --quiet --disable-pip-version-check aws-sam-cli==1.170.0
	@touch $@

FUNCTIONS := alibaba-synchronize-resource alibaba-synchronize-app tencent-sync-machines \
	tencent-sync-asset-scan huawei-start-sync-task huawei-stop-sync-task huawei-create-sync-events \
	huawei-sync-dev-servers

check-deploy: $(READY) $(OSLS) $(SAM) ## the descriptors with osls and SAM; takes minutes [npm, Python 3.13]
	@mkdir -p build/invoke
	$(MAKE) --no-print-directory bundle PROVIDER= PLATFORM=lambda ARGS=
	node_modules/.bin/osls package --package build/osls > build/osls.txt 2>&1; code=$$?; \
		cat build/osls.txt; test $$code = 0 && ! grep -q 'Invalid configuration' build/osls.txt
	@for function in $(FUNCTIONS); do \
		echo "== osls invoke local -f $$function"; \
		$(BIN)/python -m local.invoke $$function > build/invoke/result.json 2> build/invoke/log.txt \
			|| { cat build/invoke/log.txt; exit 1; }; \
		grep -E '^  "(status|summary)"' build/invoke/result.json; \
	done
	SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam validate --lint
	SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam validate --lint -t deploy/aws-web/template.yaml
	SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam validate --lint -t deploy/aws-web/all.yaml
	SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam build --build-dir build/sam
	$(BIN)/python -m pytest tests/deploy $(ARGS)

.PHONY: docs schema models
models: $(BASE) ## compile the pydantic models into what functions validate with and the web app serves
	$(BIN)/python -m local.compile_models

schema: $(BASE) ## write docs/schemas
	$(BIN)/python -m local schema

docs: $(READY) models ## write the documents that mirror the code
	$(BIN)/python -m local schema
	$(BIN)/python -m local.error_tables > docs/errors.md
	$(BIN)/python -m local.doc_tables
	$(BIN)/python -m local.http_samples

.PHONY: test test-quick test-long test-pythons lint types imports unit
# Tests share what is expensive to make, so any worker may take over any test.
# Bytecode is written even where a shell forbids it: hundreds of processes import the same modules.
PYTEST = PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist worksteal

# Bundles, a browser, valgrind, the vendors' SDKs, workflow engines and long waits.
SLOW := $(addprefix --ignore tests/,bundles benchmarks crash_runs deploy/test_step_functions.py end_to_end examples \
	functions/web fuzz local oracles) \
	--ignore-glob '*vendor*'

test: announce lint types imports unit ## everything a change must pass

.PHONY: announce
announce:
	@echo 'Lint, types, import rules and all tests: about $(if $(TEST_LONG),13,11) minutes on two cores.'
	@echo 'make test-quick takes one.'

test-quick: $(READY) ## the tests of the core alone: no bundle, browser, server, chat or SDK; a minute at most
	$(PYTEST) $(SLOW) $(ARGS)

test-long: ## make test with every example of the property tests; about 13 minutes
	TEST_LONG=1 $(MAKE) --no-print-directory test

test-pythons: $(BASE) ## the tests on the oldest supported Python and the newest installed one
	@for python in $(or $(PYTHONS),$$($(BIN)/python local/interpreters.py)); do \
		version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "== Python $$version"; \
		$(MAKE) --no-print-directory unit PYTHON=$$python VENV=.venv-$$version || exit 1; \
	done

lint: $(READY) ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## mypy
	$(BIN)/mypy

imports: $(READY) ## import-linter: which package may import which
	$(BIN)/lint-imports --config pyproject.toml --no-logo

unit: $(READY) ## all tests, or ARGS="tests/shared -x"
	$(PYTEST) $(ARGS)

# The console's tests are skipped where there is no Chromium; these targets fail.
.PHONY: test-browser screenshots chromium
chromium: ## say how to get Chromium where it is missing
	@command -v chromium >/dev/null || { echo "chromium is missing: apt-get install chromium" >&2; exit 2; }

test-browser: $(READY) $(OSLS) chromium ## the console's tests, none skipped [Chromium, npm]
	$(BIN)/python -m pytest tests/functions/web/console $(ARGS)

screenshots: $(READY) chromium ## take the pictures of the console in docs/ anew [Chromium]
	$(BIN)/python -m tests.functions.web.console.screenshots

.PHONY: fire
fire: $(READY) ## run the operations with injected faults: SEEDS=10000 FIRST=0; 100 runs take about 2 s
	$(BIN)/python -m tests.fault_injection $(if $(SEEDS),--seeds $(SEEDS)) \
		$(if $(FIRST),--first $(FIRST)) $(ARGS)

.PHONY: fire-events
fire-events: $(READY) ## deliver bucket events with injected faults: SEEDS=10000 FIRST=0; 100 take about 4 s
	$(BIN)/python -m tests.fault_injection.bucket_events $(if $(SEEDS),--seeds $(SEEDS)) \
		$(if $(FIRST),--first $(FIRST)) $(ARGS)

.PHONY: soak
soak: $(READY) ## many invocations in one warm process: INVOCATIONS=100000; takes minutes
	$(BIN)/python -m tests.soak $(if $(INVOCATIONS),--invocations $(INVOCATIONS)) $(ARGS)

.PHONY: crash-runs
crash-runs: $(READY) ## kill workers of a fleet on DBOS at random requests: RUNS=100 FIRST=0; 100 take 10 to 20 minutes
	$(BIN)/python -m tests.crash_runs $(if $(RUNS),--runs $(RUNS)) $(if $(FIRST),--first $(FIRST)) $(ARGS)

# An environment of its own: atheris has wheels for few machines, and nothing else needs it.
FUZZ := .venv-fuzz
SECONDS ?= 60

$(FUZZ)/.python: FORCE
	@sh local/venv.sh $(FUZZ) '$(PYTHON)' '$(origin PYTHON)' '$(MAKECMDGOALS)'

$(FUZZ)/.ready: $(FUZZ)/.python requirements.txt requirements-fuzz.txt
	@sh local/install.sh $(FUZZ) requirements-fuzz.txt || { echo 'make fuzz needs atheris, which has' \
		'wheels for Linux on x86_64 with Python 3.10 to 3.14.' >&2; exit 2; }
	@touch $@

.PHONY: fuzz
fuzz: $(FUZZ)/.ready ## search for events that break a handler, SECONDS=60 in all [Linux on x86_64]
	$(FUZZ)/bin/python -m tests.fuzz --seconds $(SECONDS) $(ARGS)

# An environment of its own, so that the tests run in the same one with and without it.
MUTATION := .venv-mutation

$(MUTATION)/.python: FORCE
	@sh local/venv.sh $(MUTATION) '$(PYTHON)' '$(origin PYTHON)' '$(MAKECMDGOALS)'

$(MUTATION)/.ready: $(MUTATION)/.python requirements.txt requirements-dev.txt requirements-mutation.txt
	@sh local/install.sh $(MUTATION) requirements-mutation.txt
	@touch $@

.PHONY: mutants
mutants: $(MUTATION)/.ready ## which changes of the security-relevant code do tests miss? ONLY=shared/signing
	$(MUTATION)/bin/python -m tests.mutation $(ONLY)

.PHONY: bench
bench: $(READY) ## measure ours beside the vendors' SDKs; ARGS="--quick --only cold"
	$(BIN)/python -m benchmarks $(ARGS)

clean: ## remove what was built and set up
	rm -rf .venv .venv-* .cache .hypothesis build dist node_modules .serverless .aws-sam
