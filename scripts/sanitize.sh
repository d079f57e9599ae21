#!/usr/bin/env bash
# Looks for wrong accesses to memory where the code is unsafe: the tests of backlot-jpeg under AddressSanitizer, which takes a
# nightly compiler, and some of them under valgrind, as far as these are there.
# usage: scripts/sanitize.sh [address|valgrind|all]
set -euo pipefail
cd "$(dirname "$0")/.."

which=${1:-all}
built=${CARGO_TARGET_DIR:-target}/sanitize
host=$(rustc -vV | sed -n 's/^host: //p')
status=0

if [ "$which" != valgrind ]; then
    if cargo +nightly --version >/dev/null 2>&1; then
        echo '== AddressSanitizer'
        # Because of --target, build scripts are built without it.
        RUSTFLAGS=-Zsanitizer=address cargo +nightly test --quiet --locked -p backlot-jpeg \
            --target "$host" --target-dir "$built" --lib --tests || status=1
    else
        echo 'skipped: no nightly compiler for AddressSanitizer (rustup toolchain install nightly)'
    fi
fi

if [ "$which" != address ]; then
    if command -v valgrind >/dev/null; then
        echo '== valgrind'
        programs=$(cargo test --quiet --locked -p backlot-jpeg --test guards --test exact --no-run \
            --message-format=json | sed -n 's/.*"executable":"\([^"]*\)".*/\1/p')
        for program in $programs; do
            # valgrind knows AVX2 and no AVX-512, and says so to the program.
            valgrind --quiet --error-exitcode=9 "$program" --test-threads=1 \
                --skip large --skip every --skip restart --skip damage_of --skip too_early \
                --skip only_the_units || status=1
        done
    else
        echo 'skipped: no valgrind'
    fi
fi
exit "$status"
