#!/usr/bin/env bash
# Checks what comes from others against deny.toml: licences, bans and sources; and known holes, if the list of
# them can be reached. If cargo-deny is missing, this builds it once, into the user's cache. That takes 2 minutes on
# two processors; the build is not optimised, because the optimiser would take longer than it saves.
set -euo pipefail
cd "$(dirname "$0")/.."

version=0.20.2
tools=${XDG_CACHE_HOME:-$HOME/.cache}/backlot-tools
PATH=$PATH:$HOME/.cargo/bin

deny() { "$program" --all-features --locked "$@"; }

program=$(command -v cargo-deny || true)
if [ -z "$program" ]; then
    program=$tools/bin/cargo-deny
    if [ "$("$program" --version 2>/dev/null)" != "cargo-deny $version" ]; then
        printf 'deny: building cargo-deny %s into %s\n' "$version" "$tools"
        env -u CARGO_TARGET_DIR cargo install --quiet --locked --debug --no-track --force --root "$tools" \
            cargo-deny --version "$version"
    fi
fi
deny check --hide-inclusion-graph licenses bans sources
if timeout 120 "$program" fetch db >/dev/null 2>&1; then
    deny check --disable-fetch advisories
else
    printf 'deny: known holes (advisories) were NOT checked: their list cannot be reached from here\n'
fi
