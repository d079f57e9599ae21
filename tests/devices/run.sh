#!/usr/bin/env bash
# Tests against real devices: builds the program, brings what tests need, and runs them in the lab (lab.sh).
# usage: tests/devices/run.sh [--suite quick|full] [--list] [TEST...]    or    run.sh --soak
# BACKLOT names a program that is built already. Ends with 77 where the lab can't run; a sentence says why.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
target=${CARGO_TARGET_DIR:-target}

packages=(python3 ffmpeg v4l-utils gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good iproute2 kmod procps)
missing=()

look_for() {
    local package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
}

# Builds what is missing of the kernel too, and says so where the lab can't run.
suites=(trixie bookworm bookworm-backports)
for suite in "${suites[@]}"; do
    "$here/lab.sh" -S "$suite" -b
done
look_for "${packages[@]}"
[ "${1-}" = --soak ] || look_for chromium
if [ ${#missing[@]} -gt 0 ]; then
    echo "test-devices: installing ${missing[*]}"
    apt-get update -qq || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
if [ -z "${BACKLOT-}" ]; then
    cargo build --release --locked -p backlot
    BACKLOT=$target/release/backlot
fi
BACKLOT=$(realpath "$BACKLOT")
export BACKLOT

if [ "${1-}" = --soak ]; then
    exec python3 -B "$here/soak.py"
fi
exec python3 -B "$here/host.py" --logs "$target/device-tests" "$@"
