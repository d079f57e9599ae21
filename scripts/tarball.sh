#!/usr/bin/env bash
# Makes an archive with the program for any distribution of the last five years: it is linked against Debian 11's C library,
# so that no symbol is newer than glibc 2.31. Everything in it goes below one folder, as 'make install' puts it.
# usage: scripts/tarball.sh [--output FOLDER]
#   --output FOLDER    where the archive goes [default: target/tarball]
# BACKLOT_ROOTS      where Debian 11's files for linking are kept [default: the user's cache folder]
# SOURCE_DATE_EPOCH  the time of all that is in it [default: that of the last commit]
set -euo pipefail

. "$(dirname "$0")/common.sh"

OLDEST=2.31
output=''
while [ $# -gt 0 ]; do
    case $1 in
    --output)
        [ $# -ge 2 ] || die '--output wants a folder'
        output=$(whole "$2")
        shift 2
        ;;
    *) die "unknown option '$1': usage: scripts/tarball.sh [--output FOLDER]" ;;
    esac
done
cd "$(dirname "$0")/.."
target=$(whole "${CARGO_TARGET_DIR:-target}")
output=${output:-$target/tarball}
kept=${BACKLOT_ROOTS:-${XDG_CACHE_HOME:-$HOME/.cache}/backlot-roots}/linking-bullseye
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
name=backlot-$version-$(uname -m)-linux-gnu
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)}

[ -f panel/dist/index.html ] || die "panel/dist is missing, and the archive always has the control panel: run 'make panel' first"
if [ ! -d "$kept" ]; then
    command -v mmdebstrap >/dev/null || {
        say "mmdebstrap is missing, which brings Debian 11's files for linking: no archive was made"
        exit 77
    }
    say "fetching Debian 11's files for linking"
    mkdir -p "$(dirname "$kept")"
    mmdebstrap --variant=extract --quiet --include=libc6-dev,libgcc-s1 bullseye "$kept.part" >&2
    # What points to the system's own files is to point to these.
    find "$kept.part/lib" "$kept.part/lib64" "$kept.part/usr/lib" -type l -lname '/*' -print | while read -r link; do
        ln -sfn --relative "$kept.part$(readlink "$link")" "$link"
    done
    mv "$kept.part" "$kept"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022
# The bindings name PipeWire's library for linking, and nothing of it is needed: an empty one stands in.
cc -shared -o "$work/libpipewire-0.3.so" -x c /dev/null
cargo rustc --release --locked -p backlot --bin backlot -- -C link-arg="--sysroot=$kept" \
    -C link-arg="-B$kept/usr/lib/$(uname -m)-linux-gnu" -C link-arg="-L$kept/usr/lib/$(uname -m)-linux-gnu" -C link-arg="-L$kept/lib/$(uname -m)-linux-gnu" \
    -C link-arg="-L$work"

program=$target/release/backlot
newest=$(objdump -T "$program" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1)
[ "$(printf '%s\n' "GLIBC_$OLDEST" "$newest" | sort -V | tail -n 1)" = "GLIBC_$OLDEST" ] ||
    die "the program wants $newest, and $OLDEST is the newest that is allowed"
! readelf -d "$program" | grep -q pipewire || die "the program names PipeWire's library, which is to be loaded while it runs"
mkdir -p "$work/built/release"
cp "$program" "$work/built/release/backlot"
strip --strip-all "$work/built/release/backlot"
CARGO_TARGET_DIR=$work/built DESTDIR=$work PREFIX=/$name scripts/install.sh >/dev/null
# What is unpacked into /usr/local or ~/.local finds the program by its name.
sed -i "s|^Exec=/$name/bin/backlot|Exec=backlot|" "$work/$name/share/applications/backlot.desktop"
mkdir -p "$output"
tar --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner -C "$work" -c "$name" | xz -T1 -6 >"$output/$name.tar.xz"
say "$output/$name.tar.xz runs with glibc $OLDEST (it wants ${newest#GLIBC_}) and later: 'tar -xf … -C ~/.local --strip-components 1' installs it"
