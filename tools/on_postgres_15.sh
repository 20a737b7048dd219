#!/usr/bin/env bash
# Run a command with HUB_TEST_DATABASE_URL set to a throw-away PostgreSQL 15 (Debian's `postgresql-15`):
# `tools/on_postgres_15.sh pytest tests/models`.
set -euo pipefail

programs=/usr/lib/postgresql/15/bin
cluster=$(mktemp -d /tmp/frontdesk-postgres-XXXXXX)
log=$cluster/log
run=()
if [[ $(id -u) == 0 ]]; then # which PostgreSQL refuses to run as
    chown postgres "$cluster"
    run=(runuser -u postgres --)
fi

end() {
    status=$?
    ((status == 0)) || tail -n 50 "$log" 2>/dev/null || true
    "${run[@]}" "$programs/pg_ctl" stop --silent --pgdata "$cluster/data" --mode immediate || true
    rm -rf "$cluster"
    exit $status
}
trap end EXIT

cd "$(dirname "$0")/.."
(
    cd /
    "${run[@]}" "$programs/initdb" --pgdata "$cluster/data" --username hub --auth trust --encoding UTF8 --locale C.UTF-8 \
        --no-sync >/dev/null
    "${run[@]}" "$programs/pg_ctl" start --silent --wait --pgdata "$cluster/data" --log "$log" --options \
        "-c listen_addresses= -c unix_socket_directories=$cluster -c max_connections=200 -c fsync=off" </dev/null
    "${run[@]}" "$programs/createdb" --host "$cluster" --username hub hub
)
HUB_TEST_DATABASE_URL="postgresql+psycopg://hub@/hub?host=$cluster" "$@"
