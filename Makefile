# Everything is set up on first use: a virtual environment in $(VENV), nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
BASE := $(VENV)/.base
READY := $(VENV)/.ready

# The oldest Python that is supported and the newest that is installed.
PYTHONS ?= $(shell $(PYTHON) local/interpreters.py 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run serve doctor schema test lint types imports unit test-pythons invoke check-deploy docs clean

help: ## show this
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

$(BASE): requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip wheel
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(READY): $(BASE) requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: $(BASE) ## run the five operations against the emulator; LIVE=1: against the real clouds
	$(BIN)/python -m local run $(if $(LIVE),--live) $(ARGS)

serve: $(BASE) ## the web app and its console over the provider emulator; prints its URL and token
	$(BIN)/python -m local serve $(ARGS)

doctor: $(BASE) ## show identity, settings, endpoints, trust store; LIVE=1: also check the keys
	$(BIN)/python -m local doctor $(if $(LIVE),--live) $(ARGS)

.PHONY: bundle lock
bundle: $(BASE) ## build dist/*.zip, all or PROVIDER=tencent PLATFORM=scf KIND=web; BYTECODE=no: without Python 3.10 and 3.13
	$(BIN)/python -m local.bundling $(if $(PROVIDER),--provider $(PROVIDER)) \
		$(if $(PLATFORM),--platform $(PLATFORM)) $(if $(KIND),--kind $(KIND)) \
		$(if $(BYTECODE),--bytecode $(BYTECODE)) $(ARGS)

lock: $(BASE) ## write the lock files of the bundles anew from the pinned requirements
	$(BIN)/python -m local.bundling.lock

# What package.json pins.
OSLS := node_modules/.package-lock.json

$(OSLS): package.json package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20.19 or newer" >&2; exit 2; }
	npm ci --silent
	@touch $@

invoke: $(BASE) $(OSLS) ## call FUNCTION=… with EVENT=… through osls; EMULATOR=0: the real clouds
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
	huawei-start-sync-task huawei-sync-dev-servers

check-deploy: $(READY) $(OSLS) $(SAM) ## the descriptors with osls and SAM; takes minutes
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

docs: $(READY) ## write the documents that mirror the code
	$(BIN)/python -m local schema
	$(BIN)/python -m local.error_tables > docs/errors.md
	$(BIN)/python -m local.doc_tables
	$(BIN)/python -m local.http_samples

test: lint types imports unit ## everything a change must pass

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports --config pyproject.toml --no-logo

unit: $(READY)
	$(BIN)/python -m pytest $(ARGS)

# The console's tests skip where there is no Chromium; these targets fail.
.PHONY: test-browser screenshots chromium
chromium:
	@command -v chromium >/dev/null || { echo "chromium is missing: apt-get install chromium" >&2; exit 2; }

test-browser: $(READY) $(OSLS) chromium ## the console in a real Chromium
	$(BIN)/python -m pytest tests/console $(ARGS)

screenshots: $(READY) chromium ## take the pictures of the console in docs/ anew
	$(BIN)/python -m tests.console.screenshots

test-pythons: ## the tests on the oldest supported Python and the newest installed one
	@for python in $(PYTHONS); do \
		version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "== Python $$version"; \
		$(MAKE) --no-print-directory unit PYTHON=$$python VENV=.venv-$$version || exit 1; \
	done

.PHONY: bench
bench: $(READY) ## measure ours beside the vendors' SDKs; ARGS="--quick --only cold"
	$(BIN)/python -m benchmarks $(ARGS)

clean: ## remove what was built and set up
	rm -rf .venv .venv-* .cache build dist node_modules .serverless .aws-sam
