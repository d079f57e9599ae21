#!/usr/bin/env bash
# One task of a Slurm array makes one chunk of a plan of 'backlot batch'. For a plan of 40 chunks:
#   sbatch --array=0-39 --requeue --cpus-per-task=2 chunks.sh /shared/plan
# Once all are made: backlot batch join /shared/plan -o results/
#SBATCH --job-name=backlot
set -euo pipefail
exec "${BACKLOT:-backlot}" batch chunk --quiet "${1:?the folder of a plan}" "${SLURM_ARRAY_TASK_ID:?to be run as an array}"
