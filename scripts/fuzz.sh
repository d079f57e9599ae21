#!/usr/bin/env bash
# Fuzzes with libFuzzer and the stable compiler. The coverage that libFuzzer follows comes from a pass of
# LLVM that every rustc has; only the sanitizers need a nightly one.
# usage: scripts/fuzz.sh [TARGET|all] [SECONDS]
# The inputs that fail are in target/fuzz/found, the inputs that reach new code in target/fuzz/corpus.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:-all}
seconds=${2:-300}
built=${CARGO_TARGET_DIR:-target}/fuzz
host=$(rustc -vV | sed -n 's/^host: //p')

flags=(
    -Cpasses=sancov-module
    -Cllvm-args=-sanitizer-coverage-level=4
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
    -Cllvm-args=-sanitizer-coverage-pc-table
    -Cllvm-args=-sanitizer-coverage-trace-compares
)
# Because of --target, cargo builds build scripts and macros without these flags.
RUSTFLAGS="${flags[*]}" cargo build --quiet --locked -p backlot-fuzz --features libfuzzer \
    --bin fuzz --profile fuzz --target "$host" --target-dir "$built/build"
program=$built/build/$host/fuzz/fuzz

targets=("$target")
if [ "$target" = all ]; then
    mapfile -t targets < <(sed -n 's/.*Target { name: "\([a-z0-9_]*\)".*/\1/p' fuzz/src/lib.rs)
fi
mkdir -p "$built/found"
noise='^("|###### |[[:space:]]NEW_FUNC|WARNING: Failed to find function|INFO: Running with)'
status=0
for target in "${targets[@]}"; do
    printf '== %s for %s s\n' "$target" "$seconds"
    corpus=$built/corpus/$target seeds=$built/seeds/$target
    mkdir -p "$corpus" "$seeds"
    others=("$seeds")
    if [ -d "fuzz/regressions/$target" ]; then others+=("fuzz/regressions/$target"); fi
    BACKLOT_FUZZ_TARGET=$target BACKLOT_FUZZ_SEEDS=$seeds "$program" "$corpus" "${others[@]}" \
        -max_total_time="$seconds" -max_len=16384 -timeout=10 -rss_limit_mb=900 -print_final_stats=1 \
        -artifact_prefix="$built/found/$target-" -verbosity=0 2>&1 | grep -vE "$noise" || status=1
done
exit "$status"
