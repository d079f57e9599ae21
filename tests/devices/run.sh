#!/usr/bin/env bash
# Tests against real devices: builds the program, brings what tests need, and runs them in the lab (lab.sh).
# usage: tests/devices/run.sh [--suite quick|full] [--list] [TEST...]    or    run.sh --soak
# BACKLOT names a program that is built already. Ends with 77 where the lab can't run; a sentence says why.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
target=${CARGO_TARGET_DIR:-target}

if [[ " $* " == *' --list '* ]]; then
    exec python3 -B "$here/host.py" "$@"
fi

packages=(python3 python3-numpy ffmpeg libjpeg-turbo-progs v4l-utils gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good iproute2 kmod procps)
missing=()

look_for() {
    local package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
}

# What plays our pictures as people's programs do, and the session that these want around them.
viewers=(chromium firefox-esr guvcview obs-studio xvfb tesseract-ocr)
session=(dbus pipewire pipewire-bin wireplumber gstreamer1.0-pipewire xdg-desktop-portal libglib2.0-bin)
# What makes an image and reads which containers it is for.
images=(buildah python3-yaml)
# The quick suite and the soak take neither the older modules nor those.
suites=(trixie bookworm bookworm-backports) programs=("${packages[@]}" "${viewers[@]}" "${session[@]}" "${images[@]}")
case " $* " in
*' --soak '* | *' quick '*) suites=(trixie) programs=("${packages[@]}") ;;
esac
# Says so where the lab can't run.
for suite in "${suites[@]}"; do
    "$here/lab.sh" -S "$suite" -b
done
look_for "${programs[@]}"
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
    exec /usr/bin/python3 -B "$here/soak.py"
fi
exec /usr/bin/python3 -B "$here/host.py" --logs "$target/device-tests" "$@"
