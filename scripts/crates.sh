#!/usr/bin/env bash
# The crates that are published (docs/library.md): what their packages hold, and whether they build from them, in one
# call; or whether what they make public still is what it was.
# usage: scripts/crates.sh [--quick] | --semver [REVISION]
#   --quick   makes the packages, and builds nothing
#   --semver  holds what is public against a revision [default: the last tag], with cargo-semver-checks: ends with 100
#             where something breaks who uses a crate; without that program it says so and ends with 77
set -euo pipefail
cd "$(dirname "$0")/.."

. scripts/common.sh

# Those whose manifest doesn't keep them here.
mapfile -t published < <(cargo metadata --format-version 1 --no-deps --locked |
    python3 -c 'import json, sys
for package in json.load(sys.stdin)["packages"]:
    if package["publish"] is None:
        print(package["name"])' | LC_ALL=C sort)
packages=()
for name in "${published[@]}"; do packages+=(-p "$name"); done

case ${1:-} in
'' | --quick)
    options=(--dry-run --locked --allow-dirty)
    [ -z "${1:-}" ] || options+=(--no-verify)
    cargo publish "${options[@]}" "${packages[@]}"
    say "${#published[@]} crates could be published: ${published[*]}"
    ;;
--semver)
    if ! command -v cargo-semver-checks >/dev/null; then
        say "cargo-semver-checks is missing ('cargo install --locked cargo-semver-checks' brings it): nothing was compared"
        exit 77
    fi
    baseline=${2:-$(git describe --tags --abbrev=0 2>/dev/null || true)}
    [ -n "$baseline" ] || die 'there is no tag to compare with yet: name a revision'
    git rev-parse --quiet --verify "$baseline^{commit}" >/dev/null || die "there is no revision '$baseline'"
    packages=()
    for name in "${published[@]}"; do
        # Nobody used what wasn't there.
        if git grep --quiet "^name = \"$name\"\$" "$baseline" -- '*/Cargo.toml'; then
            packages+=(-p "$name")
        else
            say "$name is newer than $baseline: it isn't compared"
        fi
    done
    [ ${#packages[@]} -gt 0 ] || die "none of the crates was there at $baseline"
    cargo semver-checks "${packages[@]}" --baseline-rev "$baseline"
    ;;
*) die "unknown option '$1': usage: scripts/crates.sh [--quick] | --semver [REVISION]" ;;
esac
