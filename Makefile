# The steps of CI and of the README, by name. `make help` lists them.

TARGET  := $(or $(CARGO_TARGET_DIR),target)
NOZZLE  := $(TARGET)/release/nozzle
WASM    := wasm32-unknown-unknown
# The packages that are built for wasm.
GUESTS  := clean cloudwatch-logs conform csv-rows enrich-region filter flatten flatten-dynamodb route unwrap-debezium unwrap-dms misbehave echo enrich
# The orders plugin in other languages.
LANGUAGES := orders-javascript orders-python orders-c
PREFIX  ?= $(HOME)/.local
# This machine, by the names of Lambda's architectures, and as archives are called.
HERE    := $(subst aarch64,arm64,$(shell uname -m))
SYSTEM  := $(shell uname -s | tr A-Z a-z)-$(HERE)
# The architectures whose bootstraps `make install` installs, such as ARCH="x86_64 arm64".
ARCH    ?= $(HERE)
ORDERS  := tests/pipelines/orders-cdc
# What is fuzzed, and how long each.
TARGETS      ?= event json changes flatten cloudwatch_logs csv_rows config tables times component
FUZZ_SECONDS ?= 60

.DEFAULT_GOAL := help
.PHONY: help check test-slow demo install dist dist-nozzle test test-dist test-emulators test-arm64 test-page test-terraform test-pipelines pipelines pipeline-ministack pipeline-tools page-pictures bench-page fuzz lint audit bench bench-quick bench-instructions bench-tools headline wasm-target first-pipeline first-plugin python-tools deploy-tools kinesis-tools page-tools languages language-tools

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: wasm-target ## Run a Firehose event of orders, then 100,000 generated ones, through flatten-dynamodb
	cargo build --release -p nozzle
	$(NOZZLE) run $(ORDERS)/cases/demo/event.json --config $(ORDERS)/demo.toml
	$(NOZZLE) generate orders --count 100000 | $(NOZZLE) run - --config $(ORDERS)/demo.toml > $(TARGET)/demo.txt

# Lambda runs Linux: elsewhere the bootstraps are those of a release.
install: wasm-target ## Install nozzle into PREFIX/bin; templates, and bootstraps for ARCH, into PREFIX/lib/nozzle
	cargo build --release -p nozzle
	mkdir -p $(PREFIX)/bin $(PREFIX)/lib/nozzle
	install $(TARGET)/release/nozzle $(PREFIX)/bin
	cp -r runtime/deploy $(PREFIX)/lib/nozzle
	@if [ "$$(uname -s)" = Linux ]; then \
	  for arch in $(ARCH); do runtime/lambda/dist.sh $$arch $(PREFIX)/lib/nozzle || exit 1; done; \
	else echo "!!! no bootstrap is built here (hint: put those of a release into $(PREFIX)/lib/nozzle)"; fi

dist: wasm-target ## Build what a release has into dist/: bootstraps of both architectures, nozzle, its wheel, sums
	rm -rf dist
	runtime/lambda/dist.sh x86_64 dist
	runtime/lambda/dist.sh arm64 dist
	$(MAKE) dist-nozzle
	cd dist && sha256sum bootstrap* *.tar.gz *.whl > SHA256SUMS

# Around the bootstraps that are in dist/. Its version of maturin is the one that builds the wheel for pip.
dist-nozzle: wasm-target
	mkdir -p dist/wheel/data/lib/nozzle
	cp -r dist/bootstrap* runtime/deploy dist/wheel/data/lib/nozzle
	python3 -m venv $(TARGET)/venv-dist
	$(TARGET)/venv-dist/bin/python -m pip install --quiet "$$(grep -o 'maturin==[0-9.]*' runtime/cli/pyproject.toml)"
	$(TARGET)/venv-dist/bin/maturin build --release --locked --manifest-path runtime/cli/Cargo.toml --out dist
	install -d dist/archive/bin
	install $(TARGET)/release/nozzle dist/archive/bin
	cp -r dist/wheel/data/lib dist/archive
	cp LICENSE-* dist/archive
	tar -C dist/archive -czf dist/nozzle-$(SYSTEM).tar.gz .
	rm -rf dist/archive dist/wheel

check: lint test ## What a change must pass first: lint, then test

test-slow: test-terraform test-emulators test-arm64 test-page test-pipelines ## The suites that take emulators, a browser or minutes

test-dist: ## Install the wheel of dist/ without a Rust toolchain, and package for both architectures
	tests/dist.sh dist

# The bootstraps are built and tested alone, so that no feature of the CLI (the compiler above all) is unified into them, and none
# of theirs into the rest: all that `nozzle` is made of is built once.
test: wasm-target python-tools deploy-tools ## Build the binaries and run every test
	cargo build -p nozzle-lambda
	cargo build -p nozzle-lambda --features s3 --bin bootstrap-s3
	cargo test -p nozzle-lambda
	cargo build -p nozzle
	cargo test --workspace --exclude nozzle-lambda --exclude nozzle-benches

pipelines: wasm-target pipeline-tools ## Run the pipelines of tests/pipelines (ONLY="ticker" for one) from their sources to their queries, and print a table
	cargo build --release -p nozzle
	NOZZLE=$(abspath $(NOZZLE)) $(TARGET)/venv-pipelines/bin/python tests/pipelines/run.py $(ONLY)

test-pipelines: export NOZZLE := $(abspath $(TARGET)/debug/nozzle)
test-pipelines: wasm-target pipeline-tools ## The same with the binaries of the tests, then the commands of the pipelines' READMEs
	cargo build -p nozzle
	cargo build -p nozzle-lambda
	$(TARGET)/venv-pipelines/bin/python tests/pipelines/run.py $(ONLY)
	$(TARGET)/venv-pipelines/bin/python tests/pipelines/readme.py

first-pipeline: install ## Time the README's first pipeline, from an installed nozzle to a Lambda zip
	tests/first-pipeline.sh $(PREFIX)

first-plugin: install ## Time a first plugin, from an installed nozzle to the first output of `nozzle run sample`
	tests/first-plugin.sh $(PREFIX)

test-emulators: wasm-target kinesis-tools ## Run the packaged function under AWS's own Runtime Interface Emulator and cargo-lambda's; read a Kinesis
	python3 tests/emulators/rie.py
	python3 tests/emulators/cargo_lambda.py
	PATH="$(abspath $(TARGET)/kinesis/venv/bin):$$PATH" python3 tests/emulators/kinesis.py

test-page: page-tools ## Look at the page of `nozzle dev` with Chromium
	cargo build -p nozzle
	$(TARGET)/venv-page/bin/python tests/page/page.py

page-pictures: page-tools ## Take the pictures of the page that the documents show
	cargo build --release -p nozzle
	NOZZLE=$(NOZZLE) $(TARGET)/venv-page/bin/python tests/page/pictures.py

bench-page: page-tools ## Measure what the page of `nozzle dev` costs, in Chromium
	cargo build --release -p nozzle
	NOZZLE=$(NOZZLE) $(TARGET)/venv-page/bin/python benches/page.py

test-arm64: wasm-target ## Run artefacts for arm64 and for the oldest x86_64 under QEMU
	@if command -v rustup >/dev/null; then rustup target add aarch64-unknown-linux-gnu; fi
	python3 tests/emulators/arm64.py

# The tools come first on PATH, which is what `nozzle build` looks for them in.
languages: export PATH := $(abspath $(TARGET)/languages/venv/bin):$(abspath $(TARGET)/languages/node_modules/.bin):$(PATH)
languages: wasm-target language-tools ## Build the orders plugins in JavaScript, Python and C, run the cases, measure them
	cargo build --release -p nozzle
	for plugin in $(LANGUAGES); do $(NOZZLE) test plugins/$$plugin || exit 1; done
	cargo test -p nozzle-tests languages:: -- --include-ignored
	ls -l $(foreach plugin,$(LANGUAGES),plugins/$(plugin)/target/nozzle/$(plugin).wasm)
	$(NOZZLE) generate orders --count 20000 > $(TARGET)/languages/orders.jsonl
	for plugin in $(LANGUAGES); do \
	  $(NOZZLE) bench $(TARGET)/languages/orders.jsonl --config plugins/$$plugin/nozzle.toml || exit 1; done
	$(NOZZLE) bench $(TARGET)/languages/orders.jsonl --config $(ORDERS)/nozzle.toml

pipeline-ministack: export NOZZLE := $(abspath $(TARGET)/debug/nozzle)
pipeline-ministack: wasm-target $(TARGET)/venv-ministack/requirements.txt ## Run orders-cdc wholly inside MiniStack, from DynamoDB to Athena
	cargo build -p nozzle
	cargo build -p nozzle-lambda
	$(TARGET)/venv-ministack/bin/python tests/pipelines/ministack.py

test-terraform: deploy-tools ## Apply the Terraform examples to a local AWS, and hold them to the SAM templates
	$(TARGET)/venv-deploy/bin/python tests/deploy/terraform.py

fuzz: $(TARGETS:%=fuzz-%) ## Fuzz TARGETS, each for FUZZ_SECONDS; a finding ends it

# No sanitizer: the code is safe Rust. What is found anew goes to the first corpus, which is not committed.
fuzz-%: wasm-target
	@cargo fuzz --version >/dev/null || { echo "hint: cargo install cargo-fuzz"; exit 1; }
	mkdir -p tests/fuzz/corpus/$*
	cargo fuzz run --fuzz-dir tests/fuzz --sanitizer none $* tests/fuzz/corpus/$* tests/fuzz/seeds/$* -- \
		-max_total_time=$(FUZZ_SECONDS) -max_len=65536 -timeout=10

lint: wasm-target ## Check format, lints, documentation, licences and sources
	cargo fmt --all --check
	cargo fmt --manifest-path tests/fuzz/Cargo.toml --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo clippy $(GUESTS:%=-p %) --target $(WASM) -- -D warnings
	RUSTDOCFLAGS=-Dwarnings cargo doc --no-deps --workspace
	@if cargo deny --version >/dev/null 2>&1; then cargo deny check bans licenses sources; \
	else echo "!!! SKIPPED: cargo deny check (hint: cargo install --locked cargo-deny)"; fi

audit: ## Check the dependencies against published advisories; needs the network
	cargo deny check advisories

bench: wasm-target bench-tools ## Measure what benches/RESULTS.md tells, neighbours beside it, and write it there; run the benches
	env -u RUST_BACKTRACE cargo run --profile bench -p nozzle-benches --bin report
	python3 benches/cost.py --write
	cargo bench -p nozzle-benches

bench-quick: wasm-target bench-tools ## Measure the same in about two minutes, and write nothing
	env -u RUST_BACKTRACE cargo run --profile bench -p nozzle-benches --bin report -- --quick

headline: ## Copy the figures at the head of README.md from benches/results.json
	NOZZLE_BLESS=1 cargo test -p nozzle-tests docs::the_readme_shows

bench-instructions: wasm-target ## Count the instructions that a record takes; needs valgrind
	cargo run --profile bench -p nozzle-benches --bin instructions

# A folder of Python tools for each list of them: $(1) its name below TARGET, $(2) the list, $(3) what needs it. The list is
# copied last: where it is there and the same, all that it names is there too.
define venv
$(TARGET)/$(1)/requirements.txt: $(2)
	@if python3 -m venv $$(@D) && $$(@D)/bin/python -m pip install --quiet --requirement $$<; then cp $$< $$@; \
	else rm -f $$@; echo "!!! SKIPPED: $(3) (hint: $(2) wants python3 and PyPI)"; fi
endef
$(eval $(call venv,venv,tests/requirements.txt,tests that need Python tools))
$(eval $(call venv,venv-deploy,tests/deploy/requirements.txt,checks of the templates))
$(eval $(call venv,venv-page,tests/page/requirements.txt,the page in a browser))
$(eval $(call venv,venv-pipelines,tests/pipelines/requirements.txt,the pipelines))
$(eval $(call venv,venv-ministack,tests/pipelines/requirements-ministack.txt,orders-cdc inside MiniStack))
$(eval $(call venv,venv-bench,benches/peers/python/requirements.txt,Python beside the benches))

python-tools: $(TARGET)/venv/requirements.txt ## Install the Python tools of the tests into TARGET/venv

deploy-tools: $(TARGET)/venv-deploy/requirements.txt ## Install what checks the templates into TARGET/venv-deploy

page-tools: $(TARGET)/venv-page/requirements.txt ## Install what drives a browser into TARGET/venv-page

pipeline-tools: $(TARGET)/venv-pipelines/requirements.txt ## Install what runs the pipelines into TARGET/venv-pipelines

bench-tools: $(TARGET)/venv-bench/requirements.txt ## Install the Python neighbours of the benches into TARGET/venv-bench

kinesis-tools: $(TARGET)/kinesis/requirements.txt ## Install kinesis-local, and what puts records to it, into TARGET/kinesis

$(TARGET)/kinesis/requirements.txt: $(addprefix tests/emulators/kinesis-local/,requirements.txt package.json package-lock.json)
	@mkdir -p $(@D) && cp $(filter %.json,$^) $(@D)
	@if python3 -m venv $(@D)/venv && $(@D)/venv/bin/python -m pip install --quiet --requirement $< \
	&& npm ci --prefix $(@D) --no-audit --no-fund; \
	then cp $< $@; \
	else rm -f $@; echo "!!! SKIPPED: tests with Kinesis (hint: make kinesis-tools, with python3, npm and their registries)"; fi

language-tools: $(TARGET)/languages/requirements.txt $(TARGET)/languages/package-lock.json

# zig and componentize-py.
$(TARGET)/languages/requirements.txt: plugins/orders-c/requirements.txt plugins/orders-python/requirements.txt
	python3 -m venv $(TARGET)/languages/venv
	$(TARGET)/languages/venv/bin/python -m pip install --quiet $(^:%=--requirement %)
	cat $^ > $@

# componentize-js.
$(TARGET)/languages/package-lock.json: plugins/orders-javascript/package.json plugins/orders-javascript/package-lock.json
	mkdir -p $(@D)
	cp $^ $(@D)
	npm ci --prefix $(@D) --no-audit --no-fund || { rm -f $@; exit 1; }

wasm-target:
	@if ! command -v rustup >/dev/null; then echo "rustup is absent: taking $(WASM) as installed"; \
	elif ! rustup target list --installed | grep -qx $(WASM); then rustup target add $(WASM); fi
