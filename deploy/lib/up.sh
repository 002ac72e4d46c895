# shellcheck shell=bash
# deploy/local up: every step finds out what is there and does the rest, so it may be repeated, also after a crash.

# shellcheck source-path=SCRIPTDIR
. "${BASH_SOURCE[0]%/*}/checks.sh"
. "${BASH_SOURCE[0]%/*}/push.sh"

command_up() {
    local count port_shift address configuration=release index name begin=$SECONDS told='' is_new has_turn
    count=$(remembered nodes 3)
    port_shift=$(remembered shift 0)
    address=$(remembered advertise '')
    has_turn=$(remembered turn '')
    while (($#)); do
        case $1 in
            --nodes | --shift)
                [[ ${2:-} =~ ^(0|[1-9][0-9]{0,4})$ ]] || die_usage "$1 needs a number"
                if [[ $1 == --nodes ]]; then
                    count=$2
                elif [[ ! -f $LOCAL/node1.conf || $2 == "$port_shift" ]]; then
                    port_shift=$2
                else
                    die_usage "the ports of this cluster are in $LOCAL/node*.conf; --shift is for the first start"
                fi
                shift
                ;;
            --advertise)
                check_address "${2:-}"
                address=$2 told=yes
                shift
                ;;
            --turn) has_turn=yes ;;
            --fast) configuration=debug ;;
            *) die_usage "up does not know '$1'" ;;
        esac
        shift
    done
    ((count > 0)) || die_usage "a cluster has one node or more; to stop all: deploy/local down"
    # The ninth would have ports of the first.
    ((count <= 8)) || die_usage "a cluster of one machine has eight nodes at most"
    check_build
    check_ports "$count" "$port_shift"

    install -d -m 755 "$LOCAL" "$NODE_LOGS"
    install -d -m 700 "$LOCAL/media"
    echo "$ROOT" > "$LOCAL/root"
    echo "$port_shift" > "$LOCAL/shift"
    if [[ -n $has_turn ]]; then packages+=(coturn); fi
    need_packages
    build "$configuration"
    local bin=$ROOT/.build/$configuration
    make_secrets
    start_servers
    if [[ -n $has_turn ]]; then start_relay "$port_shift" "${address:-127.0.0.1}"; fi
    for ((index = 1; index <= count; index++)); do
        is_new=$([[ -f $LOCAL/node$index.conf ]] || echo yes)
        configure_node "$index" "$port_shift" "$count"
        # What was edited since it was told stays.
        if [[ -n $address && -n $told$is_new ]]; then advertise_node "$index" "$address"; fi
        if [[ -n $has_turn ]]; then relay_node "$index"; fi
    done
    configure_push "$port_shift"
    seed env GRAPEVINE_CONFIG="$LOCAL/node1.conf" "$bin/talkctl"
    # Fewer than last time.
    for name in $(node_names | tail -n +$((count + 1))); do stop_node "$name"; done
    echo "$count" > "$LOCAL/nodes"
    if [[ -n $address ]]; then echo "$address" > "$LOCAL/advertise"; fi
    if [[ -n $has_turn ]]; then echo yes > "$LOCAL/turn"; fi
    echo "$configuration" > "$LOCAL/configuration"
    step "Starting $count node$( ((count == 1)) || echo s)"
    for name in $(node_names); do start_node "$name" "$bin/msg-server"; done
    for name in $(node_names); do await_node "$name"; done
    start_push "$bin/push-server"
    # Each knows its peers a moment after it is ready, and their names some seconds after that.
    within 15 has_met "$bin" "$count" || say "The nodes have not all found each other yet; look at: $bin/talkctl nodes"
    welcome "$((SECONDS - begin))" "${bin#"$ROOT/"}"
}

# Each is made once and only its owner may read it.
make_secrets() {
    install -d -m 700 "$SECRETS"
    local name
    for name in postgres.password cluster.secret admin.token; do
        [[ -s $SECRETS/$name ]] || (umask 077 && random_hex 32 > "$SECRETS/$name")
    done
}

start_servers() {
    local home port
    home=$(servers_home)
    make_home "$home"
    if [[ -z $(running "$home/postgres.pid") ]]; then
        step "Starting PostgreSQL"
        port=$(saved_port postgres 15432)
        # Nodes that wait for it at another port are started anew.
        if ! grep -qsF "port=$port " "$SECRETS/postgres.dsn"; then touch -c "$LOCAL"/node*.conf; fi
        # `ready` stands for a cluster of files that initdb finished.
        if [[ ! -f $LOCAL/postgres.ready ]]; then
            make_postgres "$home/postgres" "$(cat "$SECRETS/postgres.password")"
            touch "$LOCAL/postgres.ready"
        fi
        # What is acknowledged is on the disk.
        start_postgres "$home/postgres" "$port" fsync=on full_page_writes=on shared_buffers=512MB max_wal_size=4GB \
            checkpoint_timeout=15min wal_compression=on max_connections=200
    fi
    make_database
    if [[ -z $(running "$home/redis.pid") ]]; then
        step "Starting Redis"
        start_redis "$home/redis" "$(saved_port redis 16379)"
    fi
}

make_database() {
    local place password
    password=$(cat "$SECRETS/postgres.password")
    place="host=127.0.0.1 port=$(cat "$LOCAL/postgres.port") user=grapevine"
    (umask 077 && echo "$place dbname=grapevine password=$password" > "$SECRETS/postgres.dsn")
    local psql=(env PGPASSWORD="$password" "$(postgres_bin)/psql" -qtAX "$place dbname=postgres")
    [[ -n $("${psql[@]}" -c "select 1 from pg_database where datname = 'grapevine'") ]] \
        || "${psql[@]}" -c "create database grapevine"
}

# configure_node NUMBER SHIFT COUNT: written once, so that it may be edited.
configure_node() {
    local file=$LOCAL/node$1.conf base=$((10 * ($1 - 1) + $2)) loops
    if [[ -f $file ]]; then
        if [[ $(setting "node$1" redis.address) == 127.0.0.1:* ]]; then
            set_setting "$file" redis.address "127.0.0.1:$(cat "$LOCAL/redis.port")"
        fi
        # From before there were tokens.
        grep -q '^admin\.token' "$file" || echo "admin.token_file = \"$SECRETS/admin.token\"" >> "$file"
        # From before there were pictures.
        grep -q '^media\.folder' "$file" || media_settings "$1" "$base" >> "$file"
        return
    fi
    # The nodes share the cores.
    loops=$(($(nproc) / $3))
    cat > "$file" << END
# Node $1 of the cluster on this machine. After editing: deploy/local up, which starts it anew.
# Every setting: msg-server --help
node.name = node$1
node.loops = $((loops > 0 ? loops : 1))
client.listen = 127.0.0.1:$((8000 + base))
http.listen = 127.0.0.1:$((8080 + base))
admin.listen = 127.0.0.1:$((9000 + base))
gossip.listen = 127.0.0.1:$((7946 + base))
bus.listen = 127.0.0.1:$((7947 + base))
$(media_settings "$1" "$base")
postgres.dsn_file = "$SECRETS/postgres.dsn"
redis.address = 127.0.0.1:$(cat "$LOCAL/redis.port")
cluster.secret_file = "$SECRETS/cluster.secret"
admin.token_file = "$SECRETS/admin.token"
http.registration = on
log.format = text

# A cluster for load tests: it takes the cheap passwords of \`talkctl user seed\`, thousands of clients come from one
# address, and one user may send more than people do. Take all of this away for real users.
$(load_test_settings)
END
}

# media_settings NUMBER BASE
media_settings() {
    echo "media.folder = \"$LOCAL/media/node$1\""
    echo "media.listen = 127.0.0.1:$((8700 + $2))"
    echo "files.listen = 127.0.0.1:$((8600 + $2))"
}

# set_setting FILE KEY VALUE: writes only what differs, as a node whose file is newer is started anew.
set_setting() {
    grep -qxF "$2 = $3" "$1" && return
    if grep -q "^$2 = " "$1"; then sed -i "s|^$2 = .*|$2 = $3|" "$1"; else echo "$2 = $3" >> "$1"; fi
}

# advertise_node NUMBER ADDRESS: clients of other machines are told that address; 127.0.0.1 takes it back.
advertise_node() {
    local file=$LOCAL/node$1.conf key port listens=0.0.0.0 told=$2
    if [[ $2 == *:* ]]; then listens='[::]' told="[$2]"; fi
    if [[ $2 == 127.* || $2 == localhost ]]; then listens=127.0.0.1; fi
    if [[ $2 == ::1 ]]; then listens='[::1]'; fi
    for key in client.listen http.listen media.listen files.listen; do
        port=$(setting "node$1" "$key")
        set_setting "$file" "$key" "$listens:${port##*:}"
    done
    port=$(setting "node$1" client.listen)
    set_setting "$file" client.advertise "$told:${port##*:}"
}

# start_relay SHIFT ADDRESS: a TURN server at the address that clients are told.
start_relay() {
    local address port
    [[ -s $SECRETS/turn.secret ]] || (umask 077 && random_hex 32 > "$SECRETS/turn.secret")
    address=$(getent ahostsv4 "$2" | awk 'NR == 1 { print $1 }')
    [[ -n $address ]] || die "--turn needs an IPv4 address: $2 has none"
    if [[ -n $(running "$LOCAL/coturn.pid") && $(remembered turn.address '') != "$address" ]]; then
        stop coturn "$LOCAL/coturn.pid" TERM 10
    fi
    echo "$address" > "$LOCAL/turn.address"
    [[ -z $(running "$LOCAL/coturn.pid") ]] || return 0
    step "Starting coturn"
    port=$(saved_port coturn "$((TURN_PORT + $1))")
    start_turn "$LOCAL/coturn" "$address" "$port" "$TURN_RELAYS" "$(cat "$SECRETS/turn.secret")"
}

# relay_node NUMBER: the node tells callers of it.
relay_node() {
    local file=$LOCAL/node$1.conf place
    place=$(remembered turn.address ''):$(cat "$LOCAL/coturn.port")
    set_setting "$file" calls.turn_urls "\"turn:$place?transport=udp,turn:$place?transport=tcp\""
    set_setting "$file" calls.turn_secret_file "\"$SECRETS/turn.secret\""
}

# seed TALKCTL...: once in the life of the database.
seed() {
    [[ -f $LOCAL/seeded ]] && return
    step "Making users"
    local talkctl=("$@") department user name
    "${talkctl[@]}" migrate up
    for department in Engineering Sales Support; do
        "${talkctl[@]}" department add "$department" --if-missing
    done
    for user in Alice:Engineering Bob:Sales Carol:Support; do
        name=${user%:*}
        printf grapevine | "${talkctl[@]}" user add "${name,,}" --nick "$name" --department "${user#*:}" \
            --password-stdin --if-missing
    done
    "${talkctl[@]}" group create Friends --creator alice --members alice,bob,carol
    "${talkctl[@]}" user seed --prefix u --count 2000 --password grapevine
    touch "$LOCAL/seeded"
}

# start_node NAME PROGRAM: one that runs an older build, or with an older configuration, is started anew.
# NODE_ENVIRONMENT has what a test sets, as NAME=VALUE.
start_node() {
    local pid file=$LOCAL/$1.pid
    if pid=$(running "$file"); then
        [[ $(readlink "/proc/$pid/exe") == "$(readlink -f "$2")" && ! $LOCAL/$1.conf -nt $file ]] && return
        say "$1 runs an older program or configuration and is started anew."
        stop_node "$1"
    fi
    # shellcheck disable=SC2086
    start "$file" "$NODE_LOGS/$1.log" env ${NODE_ENVIRONMENT:-} "$2" --config "$LOCAL/$1.conf"
    # The next one goes when this one is back.
    [[ -z $pid ]] || await_node "$1"
}

# await_node NAME: until it takes users, or has ended, or a minute is over.
await_node() {
    local file=$LOCAL/$1.pid
    within 60 ready_or_ended "$1" || true
    if has_ended "$file" || ! is_ready "$1"; then
        tail -n 20 "$NODE_LOGS/$1.log" >&2
        die "$1 $(if has_ended "$file"; then echo ended; else echo 'is not ready after a minute'; fi); $(
        )the end of its log is above. After mending what it says: deploy/local up"
    fi
}

# has_met BIN COUNT: the first node is connected with all others and knows what they are called.
has_met() {
    local nodes
    nodes=$(GRAPEVINE_CONFIG=$LOCAL/node1.conf "$1/talkctl" nodes 2> /dev/null) || return 1
    [[ $(grep -cE ' alive( +[0-9]+[smhd])? +ready ' <<< "$nodes") == "$2" ]] || return 1
    [[ $(grep -c '^[0-9]* *node' <<< "$nodes") -ge $2 ]]
}

ready_or_ended() { is_ready "$1" || has_ended "$LOCAL/$1.pid"; }

# welcome SECONDS BIN
welcome() {
    local name lookups=''
    printf '\nReady after %s s.\n\n  http://%s/\n' "$1" "$(reach node1 http.listen)"
    cat << END
                                 the chat page: sign in as alice here and as bob in another browser; the
                                 password of both is "grapevine"

END
    for name in $(node_names); do
        printf '  %-7s clients  %s\n' "$name" "$(reach "$name" client.listen)"
        printf '  %-7s lookup   http://%s/msg_server\n' '' "$(reach "$name" http.listen)"
        printf '  %-7s health   http://%s/readyz and /metrics\n' '' "$(setting "$name" admin.listen)"
        lookups+=" --http $(reach "$name" http.listen)"
    done
    cat << END

There is carol too, and u1 to u2000, who are for load tests; all have the same password.

Next:
  $2/talk alice$lookups
                                 the same in a terminal
  deploy/local demo              200 users write to each other for ten seconds
  deploy/local status            what runs
  http://$(setting node1 admin.listen)/admin/
                                 the page of the administration; it asks for a token: cat ${SECRETS#"$PWD"/}/admin.token
  deploy/local logs -f           what node1 says
  deploy/local down              stop everything; the data stays
  $2/talkctl --help  users, groups, departments, and what the nodes see
END
}
