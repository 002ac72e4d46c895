# shellcheck shell=bash
# The processes of the cluster, and what they say.

# FAULT_BUILD=debug plays with what was built for tests.
BIN=$ROOT/.build/${FAULT_BUILD:-release}
CLIENTS=8000 HTTP=8080 ADMIN=9000

# Two places for a server: one has the primary; after a failover it is the other one.
declare -A PORTS=([postgres]=5432 [standby]=5433)
PRIMARY=postgres

# start_server PLACE
start_server() {
    # Durable, as in earnest; FAULT_FSYNC=off takes the disk out of a measurement of the rest.
    start_postgres "$LAB/$1" "${PORTS[$1]}" listen_addresses="$SWITCH,127.0.0.1" shared_buffers=256MB \
        max_connections=500 fsync="${FAULT_FSYNC:-on}"
}

start_primary() { start_server "$PRIMARY"; }

spare_place() { if [[ $PRIMARY == postgres ]]; then echo standby; else echo postgres; fi; }

# sql STATEMENT...: on the primary, as one that may write whatever the server says of others.
sql() {
    local statement arguments=()
    for statement; do arguments+=(-c "$statement"); done
    PGOPTIONS="-c default_transaction_read_only=off" "$(postgres_bin)/psql" -qtAX \
        "host=$SWITCH port=${PORTS[$PRIMARY]} user=grapevine dbname=grapevine" "${arguments[@]}"
}

# copy_primary FOLDER OPTION...: the data as of now.
copy_primary() {
    rm -rf "$1"
    install -d -m 700 -o postgres -g postgres "$1"
    as_server "$(postgres_bin)/pg_basebackup" -h "$SWITCH" -p "${PORTS[$PRIMARY]}" -U grapevine -D "$1/data" \
        --checkpoint=fast --no-sync "${@:2}"
}

start_standby() {
    copy_primary "$LAB/$(spare_place)" --write-recovery-conf --wal-method=stream
    start_server "$(spare_place)"
}

# server_processes PLACE: all of them.
server_processes() {
    local first
    first=$(cut -d' ' -f1 "$LAB/$1.pid")
    echo "$first" $(pgrep -P "$first")
}

# signal_server PLACE SIGNAL
signal_server() {
    # shellcheck disable=SC2046
    kill -s "$2" $(server_processes "$1") 2> /dev/null || true
}

# promote: the standby is the primary from now on.
promote() {
    PRIMARY=$(spare_place)
    as_server "$(postgres_bin)/pg_ctl" -D "$LAB/$PRIMARY/data" -s -w promote
}

start_database() {
    step "Starting PostgreSQL and Redis"
    make_postgres "$LAB/$PRIMARY" ''
    for line in "all all" "replication all"; do
        echo "host $line 10.77.0.0/24 trust" | as_server tee -a "$LAB/$PRIMARY/data/pg_hba.conf" > /dev/null
    done
    start_primary
    DSN="host=$SWITCH,$SWITCH port=${PORTS[postgres]},${PORTS[standby]} target_session_attrs=read-write"
    DSN+=" user=grapevine dbname=grapevine"
    "$(postgres_bin)/psql" -qX "${DSN/%grapevine/postgres}" -c "create database grapevine"
    install -d -m 700 "$LAB/redis"
    start "$LAB/redis.pid" "$LAB/redis/log" redis-server --port 6379 --bind "$SWITCH" --protected-mode no \
        --dir "$LAB/redis" --save '' --appendonly no
    (umask 077 && random_hex 32 > "$LAB/secret" && random_hex 32 > "$LAB/token")
}

make_users() {
    local number
    for ((number = 1; number <= NODES; number++)); do configure "$number" "$number"; done
    GRAPEVINE_CONFIG=$LAB/node1.conf "$BIN/talkctl" migrate up > /dev/null
    GRAPEVINE_CONFIG=$LAB/node1.conf "$BIN/talkctl" user seed --prefix u --count 1000 --password grapevine > /dev/null
}

# configure NUMBER NETWORK
configure() {
    cat > "$LAB/node$1.conf" << END
node.name = node$1
node.loops = 1
client.listen = 10.77.0.$2:$CLIENTS
http.listen = 10.77.0.$2:$HTTP
admin.listen = 10.77.0.$2:$ADMIN
gossip.listen = 10.77.0.$2:7946
bus.listen = 10.77.0.$2:7947
postgres.dsn = "$DSN"
redis.address = $SWITCH:6379
cluster.secret_file = "$LAB/secret"
admin.token_file = "$LAB/token"
log.format = text
$(load_test_settings)
END
}

# boot NUMBER NETWORK: starts a node there.
boot() {
    start "$LAB/node$1.pid" "$LAB/node$1.log" nsenter --net="/run/netns/$(network "$2")" \
        "$BIN/msg-server" --config "$LAB/node$1.conf"
}

# signal NUMBER SIGNAL
signal() { kill -s "$2" "$(running "$LAB/node$1.pid")"; }

page() {
    curl -sf --max-time 2 -H @<(echo "Authorization: Bearer $(cat "$LAB/token")") \
        "http://$(sed -n 's/^admin.listen = //p' "$LAB/node$1.conf")/admin/v1/nodes"
}

# view NUMBER: whom the node sees alive, and what it has of their sessions. A line, the same on all nodes that agree.
view() {
    page "$1" | jq -c '[.items[] | select(.state != "dead" and .state != "left")
        | [.id, .epoch, .state, .linked, .presence.sessions // 0, .presence.digest // ""]] | sort'
}

# agree NUMBER...: these nodes, and no others, see each other alive and linked, and have the same sessions of each.
agree() {
    local first number
    first=$(view "$1") || return 1
    jq -e --argjson count $# 'length == $count and all(.[]; .[2] == "alive" and .[3])' <<< "$first" > /dev/null \
        || return 1
    for number in "${@:2}"; do [[ $(view "$number") == "$first" ]] || return 1; done
}

# await_agreement SECONDS NUMBER...: prints after how many milliseconds.
await_agreement() {
    local begin
    begin=$(now)
    until agree "${@:2}"; do
        if (($(now) - begin > $1 * 1000)); then
            printf '  no agreement after %s s:\n' "$1" >&2
            for number in "${@:2}"; do explain "$number" >&2; done
            return 1
        fi
        sleep 0.05
    done
    echo $(($(now) - begin))
}

# explain NUMBER: what keeps a node from agreeing, as far as a line can tell.
explain() {
    if has_ended "$LAB/node$1.pid"; then
        printf '    node%s has ended: %s\n' "$1" "$(tail -1 "$LAB/node$1.log")"
    else
        printf '    node%s sees (id, epoch, state, linked, sessions, digest) %s\n' "$1" "$(view "$1")"
    fi
}

now() { date +%s%3N; }

# reasons NUMBER: why the node says it is not ready; "ready" if it is.
reasons() {
    curl -s --max-time 1 "http://$(sed -n 's/^admin.listen = //p' "$LAB/node$1.conf")/readyz" \
        | jq -r 'if .status == "ready" then "ready" else [.reasons[].code] | join("+") end' || echo none
}

# watch_readiness SECONDS NUMBER: prints what the node said in turn, and after how many ms from now it first said so.
watch_readiness() {
    local begin last=ready found line=
    begin=$(now)
    while (($(now) - begin < $1 * 1000)); do
        found=$(reasons "$2")
        if [[ $found != "$last" ]]; then line+="$found at $(($(now) - begin)) ms, " last=$found; fi
        sleep 0.05
    done
    echo "${line:-ready all the time}"
}

# warnings NODE: what it says of itself in /readyz.
warnings() {
    curl -s --max-time 1 "http://$(sed -n 's/^admin.listen = //p' "$LAB/$1.conf")/readyz" \
        | jq -r '[.warnings[]?.code] | join("+")'
}

# told NODE: where it tells of the trouble: log, /readyz, status and doctor.
told() {
    local line= verb text
    grep -qE "(nodes_unheard|datagrams_refused): " "$LAB/$1.log" && line+="log "
    [[ $(warnings "$1") == *nodes_unheard* ]] && line+="readyz "
    for verb in status doctor; do
        # Not all is well, so they exit with 4.
        text=$(GRAPEVINE_CONFIG=$LAB/$1.conf "$BIN/talkctl" "$verb" || true)
        [[ $text == *"another cluster.secret"* ]] && line+="$verb "
    done
    echo "$line"
}

# log_in NETWORK LOG: a client that stays for half a minute.
log_in() {
    : > "$2"
    ( (echo grapevine && sleep 30) | "$BIN/talk" u901 --http "10.77.0.$1:$HTTP" --password-stdin > "$2" 2>&1) &
    disown $!
    within 10 grep -q Connected "$2" || BROKEN_PROMISE="nobody gets in"
}

all_nodes() { seq "$NODES"; }

others() { all_nodes | grep -vx "$1"; }

# node_id NUMBER: which the database gave it.
node_id() { "$(postgres_bin)/psql" -qtAX "$DSN" -c "select id from cluster_node where name = 'node$1'"; }

# heard EVENT NUMBER SINCE: when the others' logs say so of the node, first and last, after SINCE.
heard() {
    local id number line times=()
    id=$(node_id "$2")
    for number in $(others "$2"); do
        line=$(grep -E "$1: .* peer=$id " "$LAB/node$number.log" | tail -1) || continue
        times+=($(($(date -d "${line%% *}" +%s%3N) - $3)))
    done
    ((${#times[@]})) || { echo never && return; }
    printf '%s\n' "${times[@]}" | sort -n | awk -v n=$((NODES - 1)) '
        { t[NR] = $1 } END { printf "%.2f to %.2f s by %d of %d", t[1] / 1000, t[NR] / 1000, NR, n }'
}

# How often a node that lived was held for dead, or only suspected, since the logs were last read.
count_of() { cat "$LAB"/node*.log | grep -c "$1: " || true; }

# write_to_each_other: users of different nodes, in the background, until `stop_writing`.
write_to_each_other() {
    local number targets=()
    for number in $(all_nodes); do targets+=(--http "10.77.0.$number:$HTTP"); done
    # One way: no answer in the same conversation reveals what was missed.
    start "$LAB/load.pid" "$LAB/load.json" "$BIN/load-bench" chat "${targets[@]}" --password grapevine --pairs 50 \
        --cross --one-way --rate "$RATE" --duration 600s --warmup 3s --reconnect --drain 20s --heartbeat 5s \
        --login-time 60s --json
}

# stop_writing: lets the load end. Its report is in load.json.
stop_writing() {
    kill -s INT "$(running "$LAB/load.pid")"
    within 120 has_ended "$LAB/load.pid"
}
