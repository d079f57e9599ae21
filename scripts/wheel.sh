#!/usr/bin/env bash
# Makes the Python package's wheel with maturin, for Python 3.11 and every later one, and tries it in an environment of its own.
# usage: scripts/wheel.sh [--picture FILE]
#   --picture FILE    640x360 pixels of RGB bytes with a person, for the tests [default: the presenter, by target/release/backlot]
# PYTHON              the interpreter [default: python3]
set -euo pipefail
. "$(dirname "$0")/common.sh"
cd "$(dirname "$0")/.."

picture=''
if [ "${1:-}" = --picture ] && [ $# -eq 2 ]; then
    picture=$(whole "$2")
elif [ $# -gt 0 ]; then
    die "unknown option '$1': usage: scripts/wheel.sh [--picture FILE]"
fi
target=$(whole "${CARGO_TARGET_DIR:-target}")
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die "$python is older than 3.11"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" -m venv "$work/tools"
"$work/tools/bin/pip" install --quiet 'maturin>=1.8,<2' mypy numpy pillow || die 'pip could not fetch maturin'
CARGO_TARGET_DIR=$target/python "$work/tools/bin/maturin" build --release --locked --quiet --manifest-path python/Cargo.toml \
    --out "$work/made" --interpreter "$python"
wheel=$(ls "$work"/made/*.whl)

"$python" -m venv "$work/try"
"$work/try/bin/pip" install --quiet "$wheel"
if [ -z "$picture" ]; then
    [ -x "$target/release/backlot" ] || die "$target/release/backlot is missing, which draws the presenter: 'make build', or --picture FILE"
    "$target/release/backlot" snapshot --camera presenter --raw --size 640x360 -o "$work/me.png" >/dev/null
    picture=$work/me.rgb
    "$work/tools/bin/python" -c 'import sys; from PIL import Image; sys.stdout.buffer.write(Image.open(sys.argv[1]).convert("RGB").tobytes())' \
        "$work/me.png" >"$picture"
fi
(cd "$work" && BACKLOT_PICTURE=$picture "$work/try/bin/python" "$OLDPWD/python/tests/test_backlot.py")
"$work/tools/bin/mypy" --strict --no-error-summary python/backlot
mkdir -p "$target/wheels"
cp "$wheel" "$target/wheels/"
say "target/wheels/$(basename "$wheel") is $(du -h --apparent-size "$wheel" | cut -f1): 'pip install' takes it"
