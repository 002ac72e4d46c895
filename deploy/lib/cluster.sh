# shellcheck shell=bash
# The cluster once it is up: deploy/local status, logs, demo, down, reset

SECRETS=$LOCAL/secrets
NODE_LOGS=$LOCAL/log

# remembered NAME DEFAULT: what `deploy/local up` was told last.
remembered() { cat "$LOCAL/$1" 2> /dev/null || echo "$2"; }

node_names() { seq -f 'node%.0f' 1 "$(remembered nodes 0)"; }

# setting NODE KEY: its value in the node's configuration.
setting() { sed -n "s/^$2 = //p" "$LOCAL/$1.conf"; }

# reach NAME KEY: where clients reach what listens there: at the address that they are told.
reach() {
    local listens host
    listens=$(setting "$1" "$2")
    host=$(setting "$1" client.advertise)
    case $listens${host:+ told} in
        0.0.0.0:*' told' | '[::]:'*' told') echo "${host%:*}:${listens##*:}" ;;
        *) echo "$listens" ;;
    esac
}

# saved_port NAME FIRST: the port a server that does not run had last; another one if somebody else has that now.
saved_port() {
    local file=$LOCAL/$1.port
    if [[ ! -s $file ]] || is_port_taken "$(cat "$file")"; then free_port "$2" > "$file"; fi
    cat "$file"
}

is_ready() { http_body "$(setting "$1" admin.listen)" /readyz > /dev/null; }

# A node lets go of its clients first, for 30 s at most (drain.limit).
stop_node() { stop "$1" "$LOCAL/$1.pid" TERM 45; }

# One node after the other: its clients go to the others, which must be there.
command_restart() {
    (($# == 0)) || die_usage "restart takes nothing; it restarts all nodes, one after the other"
    local name program
    [[ -n $(node_names) ]] || die "there is no cluster yet; start one: deploy/local up"
    program=$ROOT/.build/$(remembered configuration release)/msg-server
    for name in $(node_names); do
        step "Restarting $name"
        stop_node "$name"
        start_node "$name" "$program"
        await_node "$name"
    done
}

command_down() {
    local home file
    home=$(servers_home)
    if [[ -z $(node_names) && ! -d $home/postgres ]]; then
        say "There is no cluster here."
        return
    fi
    if [[ -f $LOCAL/push-server.pid ]]; then stop_push; fi
    for file in "$LOCAL"/node*.pid; do
        if [[ -f $file ]]; then stop_node "$(basename "$file" .pid)"; fi
    done
    stop coturn "$LOCAL/coturn.pid" TERM 10
    stop Redis "$home/redis.pid" TERM 10
    # "Fast shutdown": sessions are ended, what is committed is written.
    stop PostgreSQL "$home/postgres.pid" INT 60
    say "Everything is stopped; the data stays in $home."
}

command_reset() {
    local home folder answer
    home=$(servers_home)
    case ${1:-} in
        --yes) ;;
        '')
            read -rp "Remove users, messages and settings of this cluster? [y/N] " answer || true
            [[ $answer == [yY]* ]] || die "nothing was removed"
            ;;
        *) die_usage "reset takes --yes, not '$1'" ;;
    esac
    command_down > /dev/null
    # Tests and benchmarks that run now keep theirs.
    for folder in "$LOCAL" "$home"; do
        [[ -d $folder ]] && find "$folder" -mindepth 1 -maxdepth 1 ! -name 'test.*' ! -name 'faults.*' -exec rm -rf {} +
        rmdir "$folder" 2> /dev/null || true
    done
    say "The cluster is removed. deploy/local up makes a new one."
}

command_status() {
    local home name pid state exit_code=0 row='%-11s  %-8s  %-10s  %s\n'
    home=$(servers_home)
    [[ -n $(node_names) ]] || die "there is no cluster yet; start one: deploy/local up"
    # shellcheck disable=SC2059
    show() { printf "$row" "$@"; }
    show NAME PID STATE ADDRESSES
    for name in postgres redis; do
        if pid=$(running "$home/$name.pid"); then state=running; else state=stopped pid=- exit_code=1; fi
        show "$name" "$pid" "$state" "127.0.0.1:$(cat "$LOCAL/$name.port")"
    done
    if [[ -f $LOCAL/turn ]]; then
        if pid=$(running "$LOCAL/coturn.pid"); then state=running; else state=stopped pid=- exit_code=1; fi
        show coturn "$pid" "$state" "$(cat "$LOCAL/turn.address"):$(cat "$LOCAL/coturn.port")"
    fi
    for name in $(node_names); do
        if ! pid=$(running "$LOCAL/$name.pid"); then
            state=stopped pid=- exit_code=1
        elif is_ready "$name"; then
            state=ready
        else
            state="not ready" exit_code=1
        fi
        show "$name" "$pid" "$state" "clients $(reach "$name" client.listen), http $(reach "$name" http.listen)$(
        ), admin $(setting "$name" admin.listen)"
    done
    if ! pid=$(running "$LOCAL/push-server.pid"); then
        state=stopped pid=- exit_code=1
    elif is_push_ready; then
        state=ready
    else
        state="not ready" exit_code=1
    fi
    show push-server "$pid" "$state" "health $(setting push-server push.listen)"
    return "$exit_code"
}

command_logs() {
    local name=node1 file lines=(-n 50)
    while (($#)); do
        case $1 in
            -f) lines+=(-f) ;;
            -*) die_usage "logs does not know '$1'" ;;
            *) name=$1 ;;
        esac
        shift
    done
    case $name in
        postgres | redis) file=$(servers_home)/$name/log ;;
        coturn) file=$LOCAL/coturn/log ;;
        *) file=$NODE_LOGS/$name.log ;;
    esac
    [[ -n $(node_names) ]] || die "there is no cluster yet; start one: deploy/local up"
    [[ -f $file ]] || die "no log of '$name'; there are: postgres redis push-server $(node_names | paste -sd ' ')"
    tail "${lines[@]}" "$file"
}

command_demo() {
    local bin
    bin=$ROOT/.build/$(remembered configuration release)
    if [[ -z $(node_names) ]] || ! is_ready node1; then die "node1 is not ready; start it: deploy/local up"; fi
    say "200 users write to each other for ten seconds, 2,000 messages per second."
    say "Each message must arrive once, in order, and be in the histories afterwards."
    local cross=()
    if (($(remembered nodes 1) > 1)); then
        say "The two users of each pair are on different nodes."
        cross=(--cross)
    fi
    exec "$bin/load-bench" chat --http "$(reach node1 http.listen)" --password grapevine --pairs 100 --rate 2000 \
        "${cross[@]}"
}
