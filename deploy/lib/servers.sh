# shellcheck shell=bash
# Private PostgreSQL and Redis servers, each in a folder of its own.

# PostgreSQL refuses to run as root.
as_server() {
    if ((EUID == 0)); then
        (cd / && setpriv --reuid=postgres --regid=postgres --init-groups -- "$@")
    else
        "$@"
    fi
}

# Prints the folder for the data of servers. User postgres must be able to enter it.
servers_home() {
    if as_server test -x "$ROOT"; then
        echo "$LOCAL"
    else
        echo "/var/tmp/grapevine-$(printf %s "$ROOT" | sha256sum | head -c 12)"
    fi
}

# make_home FOLDER: for data of a server.
make_home() {
    install -d -m 755 "$LOCAL"
    if [[ $1 != "$LOCAL"/* && ! -d ${1%/*} ]]; then
        say "User postgres cannot enter $ROOT: the data lies in ${1%/*}."
        install -d -m 711 "${1%/*}"
    fi
    install -d -m 755 "$1"
}

# The newest PostgreSQL.
postgres_bin() {
    local folder
    folder=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)
    [[ -x $folder/initdb ]] || die "no PostgreSQL below /usr/lib/postgresql; run: apt-get install postgresql"
    echo "$folder"
}

# make_postgres FOLDER PASSWORD: an empty password lets every user of this machine in. Texts are sorted by their bytes;
# names need upper and lower case of all letters.
make_postgres() {
    local bin auth=(--auth=trust)
    bin=$(postgres_bin)
    rm -rf "$1"
    if ((EUID == 0)); then install -d -m 700 -o postgres -g postgres "$1"; else install -d -m 700 "$1"; fi
    if [[ -n $2 ]]; then
        as_server install -m 600 /dev/null "$1/password"
        printf '%s' "$2" | as_server tee "$1/password" > /dev/null
        auth=(--auth=scram-sha-256 --pwfile="$1/password")
    fi
    as_server "$bin/initdb" -D "$1/data" -U grapevine "${auth[@]}" -E UTF8 --no-locale --lc-ctype=C.UTF-8 --no-sync \
        --no-instructions > /dev/null || die "initdb failed; its message is above"
    rm -f "$1/password"
}

# start_postgres FOLDER PORT OPTION...
start_postgres() {
    local folder=$1 data=$1/data pid option options=()
    # After a crash the number in its file may be that of another program by now; then it would not start.
    if [[ -f $data/postmaster.pid ]]; then
        pid=$(head -1 "$data/postmaster.pid")
        [[ ! -d /proc/$pid || $(readlink "/proc/$pid/cwd") == "$data" ]] || rm "$data/postmaster.pid"
    fi
    for option in listen_addresses=127.0.0.1 port="$2" unix_socket_directories= "${@:3}"; do
        options+=(-c "$option")
    done
    if ! (close_files && as_server "$(postgres_bin)/pg_ctl" -D "$data" -l "$folder/log" -s -w -t 60 \
        -o "${options[*]}" start); then
        as_server tail -n 20 "$folder/log" >&2
        die "PostgreSQL did not start; the end of its log is above"
    fi
    remember "$folder.pid" "$(as_server head -1 "$data/postmaster.pid")"
}

# start_redis FOLDER PORT: a cache, so nothing is saved.
start_redis() {
    install -d -m 700 "$1"
    start "$1.pid" "$1/log" redis-server --port "$2" --bind 127.0.0.1 --dir "$1" --save '' --appendonly no
    if ! within 10 is_port_taken "$2" || has_ended "$1.pid"; then
        tail -n 20 "$1/log" >&2
        die "Redis did not start; the end of its log is above"
    fi
}
