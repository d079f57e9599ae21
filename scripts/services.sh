#!/usr/bin/env bash
# Other people's clients and servers, in Python environments of their own, in the user's cache.
#   services.sh --test PROGRAM               the clients of tests/services ask 'backlot serve'
#   services.sh --servers PROGRAM [NAME...]  mlserver and kserve make the mattes of 'backlot run'
#   services.sh --tls PROGRAM                mattes over TLS, from an authority that is trusted and one that isn't
#   services.sh --line PROGRAM [SECONDS]     mattes over a line that loses, stalls and breaks (as root)
#   services.sh --measure PROGRAM            requests a second and latency, beside FastAPI with LiteRT
# What follows PROGRAM goes to the script.
set -euo pipefail
cd "$(dirname "$0")/.."

SERVICES=${XDG_CACHE_HOME:-$HOME/.cache}/backlot-tools/services
export SERVICES

. scripts/common.sh

case ${1:-} in
--test) script=tests/services/run.py environments=(clients) ;;
--servers) script=tests/services/foreign.py environments=(clients mlserver kserve) ;;
--tls) script=tests/services/encrypted.py environments=(clients) ;;
--line) script=tests/services/line.py environments=(clients) ;;
--measure) script=scripts/measure_service.py environments=(clients) ;;
*)
    sed -n '2,8s/^# \?//p' "$0" >&2
    exit 2
    ;;
esac
shift
for name in "${environments[@]}"; do
    environment "tests/services/$name.txt" "$SERVICES/$name"
done
exec "$SERVICES/clients/bin/python" "$script" "$@"
