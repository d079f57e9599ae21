#!/usr/bin/env bash
# Makes the pictures of README.md with the program itself: scripts/pictures.sh [BINARY]
set -euo pipefail
cd "$(dirname "$0")/.."
backlot=${1:-target/release/backlot}
out=docs/images
mkdir -p "$out"
picture() { # NAME, then options of render
    local name=$1
    shift
    "$backlot" render presenter:hair=long,seed=3 -o "$out/$name.jpg" --size 640x360 --quality best --force --quiet "$@"
}
picture aurora --background aurora
picture hologram --background hyperspace --effect hologram
picture blur --background blur
picture mosaic --background mosaic
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$backlot" demo --output "$work" --duration 2
cp "$work/demo.png" "$out/demo.png"
