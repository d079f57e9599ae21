#!/usr/bin/env bash
# Writes a source archive that builds without a network: what git has of this commit, the crates of others, the control
# panel's built page, and the networks. The same commit gives the same bytes.
# usage: scripts/dist.sh [--output FOLDER]
#   --output FOLDER    where the archive goes [default: target/dist]
# SOURCE_DATE_EPOCH    the time of all that is in it [default: that of the commit]
set -euo pipefail

. "$(dirname "$0")/common.sh"

output=''
while [ $# -gt 0 ]; do
    case $1 in
    --output)
        [ $# -ge 2 ] || die '--output wants a folder'
        output=$(whole "$2")
        shift 2
        ;;
    *) die "unknown option '$1': usage: scripts/dist.sh [--output FOLDER]" ;;
    esac
done
cd "$(dirname "$0")/.."
target=$(whole "${CARGO_TARGET_DIR:-target}")
output=${output:-$target/dist}
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
name=backlot-$version

git rev-parse --verify --quiet HEAD >/dev/null || die 'this is no git repository: the archive is made of a commit'
[ -f panel/dist/index.html ] || die "panel/dist is missing, and the archive always has the control panel: run 'make panel' first"
for file in selfie_segmentation.tflite selfie_segmentation_landscape.tflite; do
    [ -f "models/$file" ] || die "models/$file is missing: run 'make setup' first"
done
[ -z "$(git status --porcelain)" ] || say 'what is not committed is left out'
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022
tree=$work/$name
mkdir "$tree"
git archive HEAD | tar -x -C "$tree"
mkdir -p "$tree/panel" "$tree/models" "$tree/.cargo"
cp -R panel/dist "$tree/panel/dist"
cp models/selfie_segmentation.tflite models/selfie_segmentation_landscape.tflite "$tree/models/"

say 'fetching the crates of others'
(cd "$tree" && cargo vendor --quiet --locked --versioned-dirs vendor >/dev/null)
# Nothing of them is built for other systems: their libraries for linking are the bulk of all.
find "$tree/vendor" -path '*/windows*' -name '*.a' -delete -o -path '*/windows*' -name '*.lib' -delete \
    -o -path '*/winapi*' -name '*.a' -delete
cat >"$tree/.cargo/config.toml" <<'END'
# The crates of others lie in vendor/: nothing is fetched.
[source.crates-io]
replace-with = "vendored"

[source.vendored]
directory = "vendor"
END

mkdir -p "$output"
archive=$output/$name.tar.xz
chmod -R u=rwX,go=rX "$tree"
tar --sort=name --format=posix --pax-option='exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime' \
    --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -C "$work" -c "$name" |
    xz -T1 "-${XZ_LEVEL:-6}" >"$archive.part"
mv "$archive.part" "$archive"
(cd "$output" && sha256sum "$name.tar.xz")
say "the archive is $archive ($(du -h --apparent-size "$archive" | cut -f1)): 'cargo build --release --offline --locked -p backlot' builds it"
