#!/bin/sh
# usage: postgres.sh COMMAND [ARGUMENT...]
# Runs a command with a PostgreSQL of its own, whose address is in MINGFA_TEST_POSTGRES: a new cluster in a temporary
# folder, reached through a socket in that folder and no network, gone when the command ends, however it ends.
# It is made for speed and loses its data with the power; with MINGFA_PG_DURABLE=1 it writes as a real one does.
# `postgres.sh --where` prints the folder of PostgreSQL's programs.
set -eu

for initdb in $(command -v initdb) $(find /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -rV); do
    bin=$(dirname "$initdb")
    break
done
if [ -z "${bin:-}" ]; then
    echo "mingfa: PostgreSQL is missing (on Debian: apt-get install postgresql)" >&2
    exit 1
fi
if [ "${1:-}" = --where ]; then
    echo "$bin"
    exit 0
fi

# Under /tmp unless told otherwise: a socket's path has at most 107 characters.
folder=$(mktemp -d "${MINGFA_PG_FOLDER:-/tmp}/mingfa-postgres-XXXXXX")

# PostgreSQL does not run as root.
as_owner() {
    (
        cd "$folder"
        if [ "$(id -u)" != 0 ]; then
            "$@"
        elif id postgres >/dev/null 2>&1; then
            runuser -u postgres -- "$@"
        else
            runuser -u nobody -- "$@"
        fi
    )
}
if [ "$(id -u)" = 0 ]; then
    chown "$(id -u postgres 2>/dev/null || id -u nobody)" "$folder"
fi

# shellcheck disable=SC2317 # called by the traps
stop() {
    code=$?
    trap '' INT TERM HUP
    if [ -f "$folder/data/postmaster.pid" ]; then
        as_owner "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    fi
    rm -rf "$folder"
    exit "$code"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

as_owner "$bin/initdb" -D "$folder/data" -U mingfa -A trust -E UTF8 --no-locale --no-sync --no-instructions >/dev/null
{
    echo "listen_addresses = ''"
    echo "unix_socket_directories = '$folder'"
    echo "max_connections = 200"
    if [ "${MINGFA_PG_DURABLE:-}" = 1 ]; then
        # As somebody would set up a machine of 4 GB for it.
        echo "fsync = on"
        echo "synchronous_commit = on"
        echo "shared_buffers = 1GB"
        echo "max_wal_size = 4GB"
    else
        echo "fsync = off"
        echo "synchronous_commit = off"
        echo "full_page_writes = off"
    fi
} >>"$folder/data/postgresql.conf"
if ! as_owner "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w start >/dev/null; then
    cat "$folder/log" >&2
    echo "mingfa: PostgreSQL did not start (its messages are above)" >&2
    exit 1
fi

export MINGFA_TEST_POSTGRES="postgres:///postgres?host=$folder&user=mingfa"
code=0
"$@" || code=$?
exit "$code"
