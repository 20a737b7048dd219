#!/usr/bin/env bash
# Run a command that is silent for long: `tools/patiently.sh "Installing" command ...` says what is done, shows that it
# goes on (dots for a person, a line now and then for a log) and how long it took. The command's status is the status.
set -euo pipefail

what=$1
shift
begun=$SECONDS
if [[ -t 1 ]]; then
    printf '%s …' "$what"
    beat() { printf '.'; }
    every=${PATIENTLY_SECONDS:-2}
else
    printf '%s …\n' "$what"
    beat() { echo "… still at it after $((SECONDS - begun)) s"; }
    every=${PATIENTLY_SECONDS:-20}
fi

# Whoever sleeps holds no output: a reader of ours must not wait for it.
while sleep "$every" >/dev/null 2>&1; do beat; done &
beats=$!
trap 'kill "$beats" 2>/dev/null || true' EXIT

status=0
"$@" || status=$?

kill "$beats" 2>/dev/null || true
wait "$beats" 2>/dev/null || true
[[ ! -t 1 ]] || printf ' '
if [[ $status == 0 ]]; then
    echo "done in $((SECONDS - begun)) s"
else
    echo "failed after $((SECONDS - begun)) s"
fi
exit "$status"
