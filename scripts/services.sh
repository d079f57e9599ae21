#!/usr/bin/env bash
# Other people's clients of 'backlot serve', in a Python environment of their own, in the user's cache.
#   services.sh --test PROGRAM       the clients of tests/services, against that build
#   services.sh --measure PROGRAM    requests a second and latency, beside FastAPI with LiteRT
# What follows PROGRAM goes to the script.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=tests/services/requirements.txt
place=${XDG_CACHE_HOME:-$HOME/.cache}/backlot-tools/services
python=$place/bin/python

case ${1:-} in
--test) script=tests/services/run.py ;;
--measure) script=scripts/measure_service.py ;;
*)
    sed -n '2,5s/^# \?//p' "$0" >&2
    exit 2
    ;;
esac
shift
if ! cmp --silent "$packages" "$place/installed"; then
    printf 'services: installing %s into %s\n' "$packages" "$place"
    python3 -m venv --clear "$place"
    "$python" -m pip install --quiet --disable-pip-version-check --only-binary :all: --requirement "$packages"
    cp "$packages" "$place/installed"
fi
exec "$python" "$script" "$@"
