#!/usr/bin/env bash
# Makes the pictures of README.md and docs/scenes.md with the program itself: scripts/pictures.sh [BINARY]
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
# Without settings, so that nobody's own scenes and sources are shown.
for name in $("$backlot" scenes --json | grep -v '"original"' | sed -n 's/.*"name": "\(.*\)".*/\1/p'); do
    room=office
    if [ "$name" = green-screen ]; then room=green; fi
    XDG_CONFIG_HOME=/nowhere XDG_CONFIG_DIRS=/nowhere "$backlot" render "presenter:hair=long,seed=3,room=$room" \
        -o "$out/scene-$name.jpg" --size 480x270 --quality best --force --quiet --scene "$name"
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$backlot" demo --output "$work" --duration 2
cp "$work/demo.png" "$out/demo.png"
scripts/panel.sh --program "$backlot" --pictures "$out"
