# The steps of CI and of the README, by name. `make help` lists them.

TARGET  := $(or $(CARGO_TARGET_DIR),target)
NOZZLE  := $(TARGET)/release/nozzle
WASM    := wasm32-unknown-unknown
PLUGINS := flatten-dynamodb
# The packages that are built for wasm.
GUESTS  := $(PLUGINS) misbehave enrich
ORDERS  := tests/pipelines/orders-cdc

.DEFAULT_GOAL := help
.PHONY: help demo test lint plugins bench nozzle wasm-target

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: plugins ## Run a Firehose event of orders, then 100,000 generated ones, through flatten-dynamodb
	$(NOZZLE) run $(ORDERS)/cases/demo/event.json --config $(ORDERS)/demo.toml
	$(NOZZLE) generate orders --count 100000 | $(NOZZLE) run - --config $(ORDERS)/demo.toml > $(TARGET)/demo.txt

# The bootstrap is built alone, so that no feature of the CLI (the compiler above all) is unified into it.
test: wasm-target ## Build both binaries and run every test
	cargo build -p nozzle
	cargo build -p nozzle-lambda
	cargo test --workspace --exclude nozzle-benches

lint: wasm-target ## Check format, lints, documentation, licences and advisories
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo clippy $(GUESTS:%=-p %) --target $(WASM) -- -D warnings
	RUSTDOCFLAGS=-Dwarnings cargo doc --no-deps --workspace
	@if cargo deny --version >/dev/null 2>&1; then cargo deny check; \
	else echo "!!! SKIPPED: cargo deny check (cargo-deny is not installed)"; fi

plugins: $(PLUGINS:%=$(TARGET)/plugins/%.wasm) ## Build every ready plugin into target/plugins

$(TARGET)/plugins/%.wasm: nozzle wasm-target
	$(NOZZLE) build plugins/$* --out $@

bench: plugins ## Run the benches
	cargo bench -p nozzle-benches

nozzle:
	cargo build --release -p nozzle

wasm-target:
	@if ! command -v rustup >/dev/null; then echo "rustup is absent: taking $(WASM) as installed"; \
	elif ! rustup target list --installed | grep -qx $(WASM); then rustup target add $(WASM); fi
