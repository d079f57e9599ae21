#!/usr/bin/env bash
# Other people's clients and servers, in Python environments of their own, in the user's cache.
#   services.sh --test PROGRAM               the clients of tests/services ask 'backlot serve'
#   services.sh --servers PROGRAM [NAME...]  mlserver and kserve make the mattes of 'backlot run'
#   services.sh --measure PROGRAM            requests a second and latency, beside FastAPI with LiteRT
# What follows PROGRAM goes to the script.
set -euo pipefail
cd "$(dirname "$0")/.."

SERVICES=${XDG_CACHE_HOME:-$HOME/.cache}/backlot-tools/services
export SERVICES

# Makes an environment with what a list names, unless it is there.
environment() {
    local packages=tests/services/$1.txt place=$SERVICES/$1
    cmp --silent "$packages" "$place/installed" && return
    printf 'services: installing %s into %s\n' "$packages" "$place"
    python3 -m venv --clear "$place"
    "$place/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
        --requirement "$packages"
    cp "$packages" "$place/installed"
}

case ${1:-} in
--test) script=tests/services/run.py environments=(clients) ;;
--servers) script=tests/services/foreign.py environments=(clients mlserver kserve) ;;
--measure) script=scripts/measure_service.py environments=(clients) ;;
*)
    sed -n '2,6s/^# \?//p' "$0" >&2
    exit 2
    ;;
esac
shift
for name in "${environments[@]}"; do
    environment "$name"
done
exec "$SERVICES/clients/bin/python" "$script" "$@"
