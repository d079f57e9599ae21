#!/usr/bin/env bash
# Makes OCI images of what was built, with buildah and without a network: 'serve', the program with only the libraries that
# it names, and 'batch', the same beside ffmpeg in a small Debian.
# usage: scripts/images.sh [--program FILE] [--output FOLDER] [--root FILE]
#   --program FILE    the program [default: target/release/backlot]
#   --output FOLDER   where the images go, as OCI archives [default: target/images]
#   --root FILE       an archive of a root with ffmpeg for 'batch' [default: one that mmdebstrap makes, which takes a network,
#                     kept in the user's cache folder; without it 'batch' is left out]
# SOURCE_DATE_EPOCH   the time of all that is in them [default: that of the last commit]
set -euo pipefail

. "$(dirname "$0")/common.sh"

program='' output='' root=''
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || die "$1 wants a value: usage: scripts/images.sh [--program FILE] [--output FOLDER] [--root FILE]"
    case $1 in
    --program) program=$(whole "$2") ;;
    --output) output=$(whole "$2") ;;
    --root) root=$(whole "$2") ;;
    *) die "unknown option '$1': usage: scripts/images.sh [--program FILE] [--output FOLDER] [--root FILE]" ;;
    esac
    shift 2
done
cd "$(dirname "$0")/.."
target=$(whole "${CARGO_TARGET_DIR:-target}")
program=${program:-$target/release/backlot}
output=${output:-$target/images}
command -v buildah >/dev/null || die 'buildah is missing, which makes images: install it'
[ -x "$program" ] || die "$program is missing: run 'make build' first"
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022
# A store of its own: nobody's images are touched.
build() { buildah --storage-driver vfs --root "$work/store" --runroot "$work/run" "$@"; }

place_program() { # FOLDER: the program, the libraries that it names where it looks for them, and whom it runs as
    local library
    mkdir -p "$1/usr/bin" "$1/etc" "$1/tmp" "$1/work"
    chmod 1777 "$1/tmp" "$1/work"
    cp "$program" "$1/usr/bin/backlot"
    ! command -v strip >/dev/null || strip --strip-all "$1/usr/bin/backlot"
    while read -r library; do
        mkdir -p "$1$(dirname "$library")"
        cp -L "$library" "$1$library"
    done < <(ldd "$program" | grep -oE '(^|[[:space:]])/[^ ]+')
    printf 'root:x:0:0::/:/usr/bin/backlot\nbacklot:x:65532:65532::/work:/usr/bin/backlot\n' >"$1/etc/passwd"
    printf 'root:x:0:\nbacklot:x:65532:\nvideo:x:44:backlot\n' >"$1/etc/group"
    mkdir -p "$1/usr/share/doc/backlot"
    cp LICENSE-MIT LICENSE-APACHE "$1/usr/share/doc/backlot/"
    "$program" licences >"$1/usr/share/doc/backlot/third-party.txt"
}

image() { # NAME FOLDER COMMAND
    local container
    container=$(build from scratch)
    build add --quiet "$container" "$2" / >/dev/null
    build config --entrypoint '["/usr/bin/backlot"]' --cmd "$3" --user 65532:65532 --workingdir /work --env HOME=/work \
        --stop-signal SIGTERM --label org.opencontainers.image.title="$1" \
        --label org.opencontainers.image.version="$version" \
        --label org.opencontainers.image.licenses='MIT OR Apache-2.0' "$container"
    build commit --quiet --timestamp "$epoch" "$container" "$1:$version" >/dev/null
    build rm "$container" >/dev/null
    rm -f "$output/$1.tar"
    build push --quiet "$1:$version" "oci-archive:$output/$1.tar:$1:$version"
    say "$output/$1.tar is $1:$version, $(du -sm --apparent-size "$2" | cut -f1) MB unpacked: 'podman load -i' takes it in"
}

mkdir -p "$output"
place_program "$work/serve"
image backlot-serve "$work/serve" serve

if [ -z "$root" ]; then
    root=${XDG_CACHE_HOME:-$HOME/.cache}/backlot-roots/ffmpeg.tar
    if [ ! -f "$root" ] && command -v mmdebstrap >/dev/null; then
        mkdir -p "$(dirname "$root")"
        mmdebstrap --variant=minbase --quiet --include=ffmpeg bookworm "$root.part.tar" >&2 && mv "$root.part.tar" "$root"
    fi
fi
if [ ! -f "$root" ]; then
    say "'batch' is left out: there is no root with ffmpeg ('--root FILE' names one)"
    exit 0
fi
mkdir "$work/batch"
tar -xf "$root" -C "$work/batch" --exclude='./dev/*'
rm -rf "${work:?}"/batch/var/{cache,lib/apt,log}/* "$work"/batch/usr/share/{doc,man,locale}/*
mkdir "$work/own"
place_program "$work/own"
# Its libraries are Debian's.
rm -rf "$work/own/lib" "$work/own/lib64" "$work/own/etc"
cp -a "$work/own/." "$work/batch/"
printf 'backlot:x:65532:65532::/work:/usr/bin/backlot\n' >>"$work/batch/etc/passwd"
image backlot-batch "$work/batch" --help
