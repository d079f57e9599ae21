#!/usr/bin/env bash
# Makes the chunks of a plan of 'backlot batch' with GNU parallel, on this machine or on several.
#   parallel.sh PLAN [OPTION OF PARALLEL...]
# '--jobs 4' makes four at a time, '--sshlogin a,b,c' on these machines, which must see PLAN at the same place. What was
# made is not made again. The log of the jobs is PLAN/parallel.log.
set -euo pipefail
plan=$(realpath "${1:?the folder of a plan}")
shift
count=$(python3 -c 'import json, sys; items = json.load(open(sys.argv[1]))["items"]
print(sum(len(item["video"]["chunks"]) if item.get("video") else 1 for item in items))' "$plan/manifest.json")
seq 0 $((count - 1)) |
    parallel --will-cite --retries 3 --joblog "$plan/parallel.log" "$@" "${BACKLOT:-backlot}" batch chunk --quiet "$plan" {}
