#!/usr/bin/env bash
# Builds for aarch64 in a root of its own, with Debian's compilers and without PipeWire, and runs the tests of what makes
# pixels and mattes under qemu-user-static. What can't be had is named, and it ends with 77.
# usage: scripts/arm.sh [--program | TEST...]
#   --program      builds the program in place of the tests, and lets it make a picture
#   TEST           only tests with one of these in their names
# BACKLOT_ROOTS    where the root is kept (1.3 GB) [default: the user's cache folder]
set -euo pipefail

. "$(dirname "$0")/common.sh"

crates=(media kernels jpeg mjpeg nn segmenter matte)
suite=bookworm
packages=rustc-web,cargo-web,libstd-rust-web-dev:arm64,gcc-aarch64-linux-gnu,libc6-dev-arm64-cross,cmake,make,qemu-user-static
platform=aarch64-unknown-linux-gnu

left_out() {
    say "$*: nothing was tried on aarch64"
    exit 77
}

program=''
case ${1:-} in
--program) program=1 ;;
-*) die "unknown option '$1': usage: scripts/arm.sh [--program | TEST...]" ;;
esac
cd "$(dirname "$0")/.."
target=$(whole "${CARGO_TARGET_DIR:-target}")/arm
root=${BACKLOT_ROOTS:-${XDG_CACHE_HOME:-$HOME/.cache}/backlot-roots}/arm64-$suite

[ "$(uname -m)" = x86_64 ] || left_out "this builds on x86-64 for aarch64, and here is $(uname -m) ('make test' tests what is here)"
[ "$(id -u)" -eq 0 ] || left_out 'a root takes root'
for tool in mmdebstrap unshare cargo; do
    command -v "$tool" >/dev/null || left_out "there is no $tool here"
done

# --- the root --------------------------------------------------------------------------------------------------

if [ "$(cat "$root/made-of" 2>/dev/null)" != "$packages" ]; then
    say "making a root of Debian's $suite with compilers for aarch64"
    mkdir -p "$(dirname "$root")"
    rm -rf --one-file-system "$root" "$root.part"
    # Of the other architecture's compiler, which is never run, only what programs are linked with; and of QEMU one processor.
    mmdebstrap --variant=apt --quiet --architectures=amd64,arm64 --include="$packages" \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/lib/aarch64-linux-gnu/libLLVM*' --dpkgopt='path-exclude=/usr/lib/aarch64-linux-gnu/librustc_driver*' \
        --dpkgopt='path-exclude=/usr/bin/qemu-*' --dpkgopt='path-include=/usr/bin/qemu-aarch64-static' \
        "$suite" "$root.part" >&2 || {
        rm -rf --one-file-system "$root.part"
        left_out "mmdebstrap could not make a root of Debian's $suite with $packages"
    }
    mkdir -p "$root.part"/{project,cargo,target}
    printf '%s' "$packages" >"$root.part/made-of"
    mv "$root.part" "$root"
fi
wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
there=$(chroot "$root" rustc --version | cut -d' ' -f2)
[ "$(printf '%s\n' "$wanted" "$there" | sort -V | head -n 1)" = "$wanted" ] ||
    left_out "Debian's rustc-web is $there, and the project takes $wanted (for a newer one, remove $root)"

# --- in it -----------------------------------------------------------------------------------------------------

# What runs while it builds, runs here.
cargo fetch --quiet --locked --target "$platform" --target x86_64-unknown-linux-gnu || left_out "the crates of others could not be fetched"
mkdir -p "$target"

# Runs a command in the root, in the project, which it can't change, without a network. Footage isn't there: what looks at
# it takes ffmpeg, or hours.
inside() { # COMMAND...
    # shellcheck disable=SC2016 # it is expanded there
    unshare --mount --pid --net --fork --kill-child bash -ec '
        root=$1 target=$2 cargo=$3
        shift 3
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/tmp"
        mount --bind -o ro "$PWD" "$root/project"
        mount --bind -o ro "$cargo" "$root/cargo"
        mount --bind "$target" "$root/target"
        exec chroot "$root" env -i --chdir=/project PATH=/usr/bin:/bin HOME=/tmp CARGO_HOME=/cargo CARGO_TARGET_DIR=/target "$@"' \
        inside "$root" "$target" "${CARGO_HOME:-$HOME/.cargo}" BACKLOT_SHARED=/nowhere \
        CARGO_BUILD_TARGET=$platform CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=line-tables-only CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-auto}" \
        CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
        CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER=qemu-aarch64-static "$@"
}

if [ -n "$program" ]; then
    mkdir -p panel/dist
    inside cargo build --locked --offline -p backlot --no-default-features --features onnx
    built=/target/$platform/debug/backlot
    inside qemu-aarch64-static "$built" snapshot --camera presenter --output /target/presenter.png --force
    say "$target/$platform/debug/backlot made $target/presenter.png"
    exit 0
fi
options=()
for crate in "${crates[@]}"; do options+=(-p "backlot-$crate"); done
# Whether a network elsewhere leads is a matter of milliseconds, which an emulated processor hasn't.
timed=(it_leads_once_it_has_answered a_cut_line_is_taken_over a_line_that_stalls a_network_that_is_not_there_yet)
say 'left out: footage, and the tests of networks elsewhere, whose answers would all be late'
inside cargo test --locked --offline --no-fail-fast --tests "${options[@]}" -- "${timed[@]/#/--skip=}" "$@"
say "the tests of ${crates[*]} pass on aarch64, emulated, by rustc $there"
