#!/usr/bin/env bash
# The engines of deploy/ make the chunks of 'backlot batch', with Ray in a Python environment in the user's cache.
#   batch.sh --test PROGRAM [CASE...]   cases by parts of their names: ray, parallel, kubernetes, slurm
# GNU parallel and Slurm are Debian's packages parallel and slurm-wlm; what isn't there is named and left out.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh

if [ "${1:-}" != --test ]; then
    sed -n '2,4s/^# \?//p' "$0" >&2
    exit 2
fi
shift
place=${XDG_CACHE_HOME:-$HOME/.cache}/backlot-tools/batch
environment tests/batch/packages.txt "$place"
exec "$place/bin/python" tests/batch/run.py "$@"
