# Mingfa: `make` alone says what there is. Everything built lies under target/; `make clean` removes it.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Two cargo builds at once only take each other's cores.
.NOTPARALLEL:
.PHONY: help run dev test e2e bench release site server clean check-build check-test check-bench playwright FORCE

DATABASE ?= sqlite:data/mingfa.db
ARGS ?=
FILTER ?=
export ARGS FILTER

# Whatever the user's own cargo settings are: the server embeds target/site, so the place is fixed.
export CARGO_TARGET_DIR := $(CURDIR)/target
unexport CARGO_BUILD_TARGET
# cargo brings its own job server; make's cannot be reached from a recipe and would only be warned about.
unexport MAKEFLAGS

# Compiles with Clippy as the compiler of this crate: what `cargo clippy -- -D warnings` looks at is compiled once, not twice.
LINTING := RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-Dwarnings__CLIPPY_HACKERY__

SERVER := target/debug/mingfa
WASM := target/wasm/wasm32-unknown-unknown/wasm-release/mingfa.wasm
BINDGEN := target/tools/debug/bindgen
NPM := target/npm/node_modules/.package-lock.json
END2END := end2end/node_modules/.package-lock.json

help: ## this list
	@echo "make TARGET, where TARGET is"
	@sed -n 's/^\([a-z0-9]*\):.*## /  \1\t/p' Makefile | expand -t 12
	@echo "Settings: DATABASE=$(DATABASE)  ARGS='more arguments for the server (run, dev) or the load generator (bench)'"
	@echo "          FILTER=name: only the cargo tests whose name contains it (test), or the browser tests (e2e)"

run: site server ## build and start with demonstration content; needs only Rust, Node and a C compiler
	@mkdir -p data
	@exec $(SERVER) serve --database "$(DATABASE)" --demo $(ARGS)

dev: check-build $(BINDGEN) $(NPM) ## the same, rebuilt and restarted whenever a file changes
	@mkdir -p data
	@DATABASE="$(DATABASE)" exec node tools/dev.mjs

ifeq ($(FILTER),)
test: check-test $(END2END) site ## everything: format, lints, cargo tests and browser tests, on SQLite and PostgreSQL
	cargo fmt --check
	$(LINTING) cargo build --features ssr --bins --tests --benches
	MINGFA_OTHER_PROGRAMS=1 $(LINTING) tools/postgres.sh cargo test --features ssr
	cargo clippy --lib --no-default-features --features hydrate --target wasm32-unknown-unknown -- -D warnings
	@$(MAKE) --no-print-directory playwright
else
test: check-test
	@mkdir -p target/site
	tools/postgres.sh cargo test --features ssr "$$FILTER"
endif

e2e: check-test $(END2END) site server playwright ## only the browser tests

# Runs with the binary that is there: `cargo build --tests` made it (test) or `server` (e2e).
playwright:
	cd end2end && MINGFA_BIN=$(CURDIR)/$(SERVER) ../tools/postgres.sh node node_modules/@playwright/test/cli.js test $${FILTER:+-g "$$FILTER"}

bench: check-bench release ## the load generator against the release build, on SQLite and on PostgreSQL with its disk writes on
	cargo bench --features ssr --bench load --no-run
	MINGFA_BIN=$(CURDIR)/target/release/mingfa MINGFA_PG_DURABLE=1 tools/postgres.sh cargo bench --features ssr --bench load -- $(ARGS)

release: site target/stamp/embedded ## target/release/mingfa: one file, the browser side inside it
	cargo build --release --features ssr --bin mingfa
	@ls -lh target/release/mingfa

clean: ## remove what was built; data/ stays
	rm -rf target end2end/node_modules end2end/test-results end2end/playwright-report

# --- the machine ---------------------------------------------------------------------------------------------------

check-build:
	@tools/setup.sh build

check-test:
	@tools/setup.sh test

check-bench:
	@tools/setup.sh bench

$(BINDGEN): tools/bindgen/Cargo.toml tools/bindgen/Cargo.lock tools/bindgen/src/main.rs | check-build
	cargo build --locked --manifest-path tools/bindgen/Cargo.toml --target-dir target/tools
	@touch $@

$(NPM): tools/package.json tools/package-lock.json tools/.npmrc | check-build
	@mkdir -p target/npm
	@cp $^ target/npm
	cd target/npm && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

$(END2END): end2end/package.json end2end/package-lock.json end2end/.npmrc | check-test
	cd end2end && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

# --- the server ----------------------------------------------------------------------------------------------------

server: check-build
	@mkdir -p target/site
	cargo build --features ssr --bin mingfa

# The list of embedded files is read when the server is compiled; cargo sees changed files, but not new ones.
target/stamp/embedded: site FORCE
	@(cd target/site && find . -type f | LC_ALL=C sort) > $@.new
	@if cmp -s $@.new $@; then rm $@.new; else cargo clean --quiet --release -p mingfa; mv $@.new $@; fi

# --- the browser side ----------------------------------------------------------------------------------------------

site: check-build target/stamp/compressed

# Always ask cargo, who knows what the browser side is made of; when nothing changed it leaves the file as it was.
$(WASM): FORCE | check-build
	@tools/site.sh wasm release

target/stamp/browser: $(WASM) $(BINDGEN) $(NPM) tools/site.sh
	tools/site.sh browser release

target/stamp/style: $(wildcard style/*.css style/*/*.css) $(NPM) tools/site.sh
	tools/site.sh style

# The folders as well as the files: a file that was removed must go.
target/stamp/public: $(shell find public 2>/dev/null) tools/site.sh
	tools/site.sh public

target/stamp/compressed: target/stamp/browser target/stamp/style target/stamp/public tools/compress.mjs
	node tools/compress.mjs target/site
	@touch $@
