# rightline. `make run` tries it out; `make check test` is what a change must pass.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := build
MAKEFLAGS += --no-builtin-rules

PORT ?= 8080
BENCH_SECONDS ?= 10
FUZZ_SECONDS ?= 60

CARGO ?= cargo
NPX := web/node_modules/.bin
TOOLS := target/tools/bin
CARGO_DENY_VERSION := 0.20.2
CARGO_FUZZ_VERSION := 0.13.2

# Everything a page is built from.
WEB_INPUTS := $(shell find web text \( -name node_modules -o -name dist \) -prune -o -type f \
	! -name '*.test.ts' ! -name '*.test.tsx' \( -name '*.ts' -o -name '*.tsx' -o -name '*.scss' -o -name '*.json' -o -name '*.txt' \) \
	-print 2>/dev/null) web/build.mjs

.PHONY: build run test check bench fuzz fmt clean web tools help

help: ## Lists the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | sort | column -t -s $$'\t'

build: web ## Builds target/release/rightline, with the pages' scripts inside
	$(CARGO) build --release --locked

run: build ## Builds and starts a demonstration on PORT (8080), kept in ./demo
	./target/release/rightline demo --port $(PORT) --dir ./demo

# ---- the browser's side ----

web: web/dist/manifest.json ## Builds web/dist, when something changed

web/dist/manifest.json: web/node_modules/.installed $(WEB_INPUTS)
	node web/build.mjs

web/node_modules/.installed: web/package-lock.json web/package.json
	cd web && npm ci
	@touch $@

# ---- tests ----

test: tools build ## Runs every test: Rust, TypeScript, and journeys in a real browser
	@mkdir -p target/tests
	cd web && npm run --silent interop
	tests/scratch.sh $(CARGO) test --release --locked --lib --bins --tests --no-fail-fast 2>&1 \
		| tee target/tests/cargo.log
	cd web && node_modules/.bin/vitest run --reporter=default --reporter=json \
		--outputFile.json=../target/tests/web.json
	cd tests/browser && ../scratch.sh ../../$(NPX)/vitest run --reporter=default --reporter=json \
		--outputFile.json=../../target/tests/browser.json
	@node tests/tally.mjs target/tests/cargo.log target/tests/web.json target/tests/browser.json

check: web $(TOOLS)/cargo-deny ## Formatting, lints, types and licences
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --lib --bins -- -D warnings
	$(CARGO) clippy --locked --tests --benches
	$(TOOLS)/cargo-deny --locked --log-level error check bans licenses sources
	$(NPX)/tsc --noEmit --project web
	$(NPX)/tsc --noEmit --project tests/browser
	$(NPX)/eslint --config web/eslint.config.js --max-warnings 0 web tests/browser
	$(NPX)/prettier --check $(PRETTIER)

fmt: web/node_modules/.installed ## Formats everything
	$(CARGO) fmt
	$(NPX)/prettier --write --log-level warn $(PRETTIER)

PRETTIER := --config web/.prettierrc --ignore-path web/.prettierignore --ignore-path .gitignore \
	web tests/browser tests/tally.mjs $(wildcard text)

bench: tools build ## Measures the service for BENCH_SECONDS (10) a case, into target/bench.json
	BENCH_SECONDS=$(BENCH_SECONDS) $(CARGO) bench --locked --bench service
	cd tests/browser/bench && ../../../$(NPX)/vitest run

fuzz: $(TOOLS)/cargo-fuzz ## Fuzzes each parser for FUZZ_SECONDS (60); needs a nightly toolchain
	@test -d fuzz || { echo "There is no fuzz/ yet." >&2; exit 1; }
	@for target in $$(PATH="$(CURDIR)/$(TOOLS):$$PATH" $(CARGO) +nightly fuzz list); do \
		echo "== $$target, $(FUZZ_SECONDS) s"; \
		PATH="$(CURDIR)/$(TOOLS):$$PATH" $(CARGO) +nightly fuzz run "$$target" -- \
			-max_total_time=$(FUZZ_SECONDS); \
	done

clean: ## Removes what was built
	$(CARGO) clean
	rm -rf web/dist web/node_modules

# ---- what the targets above need ----

# Chromium for the journeys, sqlite3 for what they alter behind the service's back, a PostgreSQL server for
# the tests of the store. Debian's packages; on other systems install them by hand, and set CHROMIUM to the browser if it has another name.
tools: ## Installs Chromium, sqlite3 and PostgreSQL where they are missing
	@missing=(); \
	if [[ -z "$${CHROMIUM:-}" ]] && ! command -v chromium >/dev/null \
		&& ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; \
	then missing+=(chromium fonts-liberation); fi; \
	if ! command -v sqlite3 >/dev/null; then missing+=(sqlite3); fi; \
	if ! command -v postgres >/dev/null && ! compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; \
	then missing+=(postgresql); fi; \
	if (( $${#missing[@]} == 0 )); then exit 0; fi; \
	give_up() { \
		echo "The tests need: $${missing[*]}. $$1" >&2; \
		echo "Install Chromium, sqlite3 and a PostgreSQL server, then run make again." >&2; exit 1; }; \
	command -v apt-get >/dev/null || give_up "There is no apt-get here to install them with."; \
	as_root=(); \
	if (( EUID != 0 )); then \
		command -v sudo >/dev/null || give_up "Installing them needs root, and there is no sudo."; \
		as_root=(sudo); fi; \
	echo "Installing $${missing[*]}"; \
	"$${as_root[@]}" apt-get update -q \
		|| echo "apt-get update failed; trying with the package lists as they are" >&2; \
	"$${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
		apt-get install -q -y --no-install-recommends "$${missing[@]}" \
		|| give_up "apt-get could not install them."

$(TOOLS)/cargo-deny:
	$(CARGO) install --locked --root target/tools --version $(CARGO_DENY_VERSION) cargo-deny

$(TOOLS)/cargo-fuzz:
	$(CARGO) install --locked --root target/tools --version $(CARGO_FUZZ_VERSION) cargo-fuzz
