# shellcheck shell=bash
# Words to the user, and small helpers.

# Nodes and talkctl are configured by their files: what the user's shell exports is meant for another cluster.
unset "${!GRAPEVINE_@}"

say() { printf '%s\n' "$*"; }

step() { printf '\n==> %s\n' "$*"; }

# die TEXT [CODE]: the text says what to do next.
die() {
    printf 'deploy/local: %s\n' "$1" >&2
    exit "${2:-1}"
}

die_usage() { die "$1; see: deploy/local --help" 2; }

random_hex() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

# within SECONDS COMMAND...: tries it until it succeeds or the time is over.
within() {
    local end=$((SECONDS + $1))
    until "${@:2}"; do
        ((SECONDS < end)) || return 1
        sleep 0.1
    done
}

# Somebody listens there, on whichever address, by TCP or UDP.
is_port_taken() {
    awk -v port="$(printf ':%04X' "$1")" '$2 ~ port "$" && (FILENAME ~ /udp/ || $4 == "0A") { taken = 1 }
        END { exit !taken }' /proc/net/{tcp,tcp6,udp,udp6} 2> /dev/null
}

# The first free port of this machine from a number on.
free_port() {
    local port=$1
    while is_port_taken "$port"; do port=$((port + 1)); done
    echo "$port"
}

# http_body HOST:PORT PATH: prints the body; fails unless the status is 200.
http_body() {
    local answer
    answer=$(
        exec 2> /dev/null 3<> "/dev/tcp/${1%:*}/${1##*:}" || exit 1
        printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$2" "$1" >&3
        timeout 2 cat <&3
    ) || return 1
    printf '%s' "${answer#*$'\r\n\r\n'}"
    [[ $answer == 'HTTP/1.1 200 '* ]]
}
