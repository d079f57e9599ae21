# Thin on purpose: each target is one or two commands that also work by themselves.
MODELS ?=
# Which tests 'make test-devices' runs: full or quick; and minutes of 'make soak'.
SUITE ?= full
SOAK_MINUTES ?= 30
# What 'make fuzz' fuzzes, and for how long each.
TARGET ?= all
SECONDS ?= 300
# Where rustup puts cargo, for shells that were not told yet.
export PATH := $(PATH):$(HOME)/.cargo/bin

.PHONY: help setup setup-tests panel build demo install uninstall deb tarball dist images wheel test test-arm test-packages test-services test-batch test-devices soak fuzz check deny crates semver bench clean

help: ## Show what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## Bring what is missing: system packages, the networks
	@scripts/setup.sh $(if $(MODELS),--models '$(MODELS)')

setup-tests: # What the tests talk to, besides
	@scripts/setup.sh --tests $(if $(MODELS),--models '$(MODELS)')

panel: setup ## Build the control panel's page: panel/dist
	@scripts/panel.sh

build: panel ## Build the program: target/release/backlot
	cargo build --release --locked -p backlot

demo: build ## Show what it does, without a camera: out/demo.mp4, out/demo.png
	@target/release/backlot demo --output out --force
	@command -v backlot >/dev/null || echo "'make install' puts it where your shell finds it, as 'backlot'"

# Under sudo nothing is built where that was done already: root often has no cargo, and would own what it builds.
install: $(if $(and $(SUDO_USER),$(wildcard target/release/backlot)),,build) ## Install it: for you in ~/.local, for root in /usr/local; PREFIX and DESTDIR
	@scripts/install.sh

uninstall: ## Take that back
	@scripts/install.sh --uninstall

deb: build ## Make a Debian package: target/debian/backlot_VERSION_ARCHITECTURE.deb
	@scripts/deb.sh

tarball: panel ## Make an archive with the program for any distribution with glibc 2.31 or later
	@scripts/tarball.sh

dist: panel ## Make a source archive that builds without a network, the same for the same commit
	@scripts/dist.sh

wheel: build ## Make the Python package's wheel, and try it: target/wheels
	@scripts/wheel.sh

images: build ## Make OCI images: the service with its libraries alone, and jobs beside ffmpeg
	@scripts/images.sh

test: setup-tests panel ## Run every test that needs no special hardware
	cargo test --workspace --locked
	@scripts/panel.sh --test --program $${CARGO_TARGET_DIR:-target}/debug/backlot

test-arm: setup ## Build for aarch64 and run the tests of pixels and mattes there, emulated (root, mmdebstrap)
	@scripts/arm.sh

test-packages: build ## Install, run, upgrade and remove the packages in clean roots (root, mmdebstrap); SUITE=quick without
	@tests/packages/run.sh $(if $(filter quick,$(SUITE)),--quick)

test-services: build ## Let other people's clients ask 'backlot serve', and their servers make mattes
	@scripts/services.sh --test target/release/backlot
	@scripts/services.sh --servers target/release/backlot
	@scripts/services.sh --tls target/release/backlot

test-batch: build ## Make chunks with Ray, GNU parallel, Slurm and a Kubernetes job's command
	@scripts/batch.sh --test target/release/backlot

test-devices: setup ## Run the tests that need devices, in a kernel of their own (Debian 12, as root)
	@tests/devices/run.sh --suite $(SUITE)

soak: setup ## Run for half an hour with faults and viewers that come and go; SOAK_MINUTES=N for another time
	@SOAK_MINUTES=$(SOAK_MINUTES) tests/devices/run.sh --soak

fuzz: setup ## Hand any bytes to whatever reads files, with libFuzzer; TARGET=picture SECONDS=60
	@scripts/fuzz.sh '$(TARGET)' '$(SECONDS)'

check: setup ## What CI holds beside the tests: format, lints, documentation, architecture, what comes from others
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --locked
	cargo run --quiet --locked -p xtask -- check
	@scripts/deny.sh

deny: ## What comes from others: licences, bans, sources, known holes
	@scripts/deny.sh

crates: ## Make the packages of the crates that are published, and build from them; uploads nothing
	@scripts/crates.sh

semver: ## Hold what those crates make public against the last tag, with cargo-semver-checks; REVISION=HEAD~10 for another
	@scripts/crates.sh --semver $(REVISION)

bench: build ## Measure the chain on this machine
	target/release/backlot bench

clean: ## Remove what was built
	cargo clean
	rm -rf panel/dist panel/node_modules
