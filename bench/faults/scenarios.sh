# shellcheck shell=bash
# What is broken, how, and for how long. F01 and so on are the faults of PROMISES.md. When a scenario
# returns all is whole again. NOTICED is what it has to say of how a node was noticed to be gone, BROKEN_PROMISE what
# should not have been.

# What the log says of a node that is held for dead.
GONE='node_(dead|crashed)'

list_scenarios() {
    cat << END
kill           F01  kill -9 a node, and start it again
move           F23  kill -9 a node, and start it at another address
move_all       F25  kill -9 all nodes, start them one address further, and back again: none is where it was
rolling        F22  each node is drained, stopped and started again
freeze         F03  a node stands still for 10 s
stall          F09  eight times, the bus of a node takes nothing for 10 s: p99 between two others, before and meanwhile
freeze_long    F04  a node stands still for 60 s
split          F05  the cluster falls in two for 20 s; both halves see PostgreSQL
cut_off        F06  a node sees neither the others nor PostgreSQL for 20 s
one_way        F07  a node is not heard by the others for 20 s
bridge         F07  two nodes cannot reach each other for 20 s, all others can
loss           F08  30 % of all UDP is lost for 60 s
no_gossip      F09  no UDP for 20 s
no_bus         F09  no TCP between the nodes for 20 s
resets         F10  every connection between the nodes is reset five times per second, for 20 s
database       F12  PostgreSQL is down for 20 s
readonly       F13  PostgreSQL takes no writes for 10 s
lock           F13  the table of messages is locked for 12 s
silent_drop    F18  all connections of a node to PostgreSQL die without a word
poison              a conversation's head is set below its messages, again and again
setback             PostgreSQL is killed and comes back with the data of two seconds before
failover_sync  F14  the standby that has to confirm every commit is gone for 10 s
failover_async F14  the primary is frozen and killed, a standby without its last second is promoted
old_primary_back F14 the same, but the old primary goes on, after the standby was promoted
foreign_node        a node of another database has the secret, the seeds and the name of a node
wrong_secret        a node with another secret joins the same database, and a user logs in here and there
cache          F15  Redis is emptied, and then killed
END
}

scenario_kill() {
    signal 2 KILL
    sleep 10
    NOTICED="dead after $(heard "$GONE" 2 "$BROKEN")"
    boot 2 2
}

scenario_move() {
    # The others still believe in the life at the old address. And back again.
    move 2 "$SPARE" && move 2 2
}

# move NUMBER NETWORK
move() {
    local begin
    signal "$1" KILL
    configure "$1" "$2"
    begin=$(now)
    boot "$1" "$2"
    await_agreement 30 $(all_nodes) > /dev/null || return
    NOTICED+="back after $(heard node_linked "$1" "$begin")  "
}

scenario_move_all() {
    local away number begin
    for away in 1 0; do
        for number in $(all_nodes); do signal "$number" KILL; done
        begin=$(now)
        for number in $(all_nodes); do
            configure "$number" $((number + away))
            boot "$number" $((number + away))
        done
        await_agreement 30 $(all_nodes) > /dev/null || { ((away)) && continue || return; }
        NOTICED+="all agree after $(($(now) - begin)) ms  "
    done
}

scenario_rolling() {
    local number
    for number in $(all_nodes); do
        stop "node$number" "$LAB/node$number.pid" TERM 60
        boot "$number" "$number"
        await_agreement 30 $(all_nodes) > /dev/null || return
    done
}

scenario_freeze() { freeze_for 10; }

scenario_freeze_long() { freeze_for 60; }

freeze_for() {
    signal 3 STOP
    sleep "$1"
    NOTICED="dead after $(heard "$GONE" 3 "$BROKEN")"
    signal 3 CONT
}

# Each p99 is made of the machine's hiccups: only many of both, in turn, tell whether one is higher.
scenario_stall() {
    local calm=() stalled=()
    for _ in {1..8}; do
        calm+=("$(p99_between_others)") || return
        drop 3 -p tcp --dport 7947
        drop 3 -p tcp --sport 7947
        stalled+=("$(p99_between_others)") || { mend && return 1; }
        mend
        await_agreement 30 $(all_nodes) > /dev/null || return
    done
    NOTICED="p99 between two others, ms: $(in_order "${calm[@]}"); meanwhile: $(in_order "${stalled[@]}")"
}

# p99_between_others: of users of nodes 1 and 2, in milliseconds.
p99_between_others() {
    "$BIN/load-bench" chat --server "10.77.0.1:$CLIENTS" --server "10.77.0.2:$CLIENTS" --password grapevine \
        --first 501 --pairs 20 --cross --rate 200 --duration 10s --json | jq '.latencies.delivery.p99 * 10 | round / 10'
}

# in_order NUMBER...: with their median.
in_order() {
    printf '%s\n' "$@" | sort -g | awk '{ t[NR] = $1; line = line $1 " " }
        END { printf "%smedian %.1f", line, (t[int((NR + 1) / 2)] + t[int(NR / 2) + 1]) / 2 }'
}

scenario_split() {
    local left right
    for left in $(seq $((NODES / 2))); do
        for right in $(seq $((NODES / 2 + 1)) "$NODES"); do
            drop "$left" -s "10.77.0.$right"
            drop "$right" -s "10.77.0.$left"
        done
    done
    sleep 20
    mend
}

scenario_cut_off() {
    drop 2 -i eth0
    sleep 20
    NOTICED="dead after $(heard "$GONE" 2 "$BROKEN")"
    mend
}

scenario_one_way() {
    local number
    for number in $(others 2); do drop "$number" -s 10.77.0.2; done
    sleep 20
    NOTICED="dead after $(heard "$GONE" 2 "$BROKEN")"
    mend
}

scenario_bridge() {
    drop 1 -s 10.77.0.2
    drop 2 -s 10.77.0.1
    sleep 20
    mend
}

scenario_loss() {
    local number
    for number in $(all_nodes); do drop "$number" -p udp -m statistic --mode random --probability 0.3; done
    sleep 60
    mend
}

scenario_no_gossip() {
    local number
    for number in $(all_nodes); do drop "$number" -p udp; done
    sleep 20
    mend
}

scenario_no_bus() {
    local number
    for number in $(all_nodes); do
        drop "$number" -p tcp --dport 7947
        drop "$number" -p tcp --sport 7947
    done
    sleep 20
    mend
}

scenario_resets() {
    local number end=$((SECONDS + 20))
    while ((SECONDS < end)); do
        for number in $(all_nodes); do
            inside "$number" iptables -A INPUT -p tcp --dport 7947 -j REJECT --reject-with tcp-reset
        done
        sleep 0.05
        mend
        sleep 0.15
    done
}

scenario_foreign_node() {
    local conf=$LAB/foreign.conf round
    [[ -n $(sql "select 1 from pg_database where datname = 'other'") ]] || sql "create database other"
    sed "s/dbname=grapevine/dbname=other/; s/10\.77\.0\.1:/10.77.0.$SPARE:/" "$LAB/node1.conf" > "$conf"
    echo "cluster.join = 10.77.0.1:7946" >> "$conf"
    # The second time it has a higher epoch than the node whose name and number it has.
    for round in 1 2; do
        start "$LAB/foreign.pid" "$LAB/foreign.log" nsenter --net="/run/netns/$(network "$SPARE")" \
            "$BIN/msg-server" --config "$conf"
        sleep 8
        stop "the foreign node" "$LAB/foreign.pid" KILL 5
    done
    NOTICED="$(count_of foreign_node) lines of the nodes, $(grep -c foreign_node: "$LAB/foreign.log") of the other one"
}

scenario_wrong_secret() {
    local conf=$LAB/stranger.conf end here there
    (umask 077 && random_hex 32 > "$LAB/other_secret")
    sed "s/^node\.name = .*/node.name = stranger/; s/10\.77\.0\.1:/10.77.0.$SPARE:/; s/\/secret\"/\/other_secret\"/" \
        "$LAB/node1.conf" > "$conf"
    echo "cluster.join = 10.77.0.1:7946" >> "$conf"
    start "$LAB/stranger.pid" "$LAB/stranger.log" nsenter --net="/run/netns/$(network "$SPARE")" \
        "$BIN/msg-server" --config "$conf"
    within 20 eval '[[ $(warnings node1) == *nodes_unheard* && $(warnings stranger) == *nodes_unheard* ]]' || true
    end=$(now)
    here=$(told node1) there=$(told stranger)
    NOTICED="after $((end - BROKEN)) ms: by node1's ${here}and by the stranger's $there"
    [[ $here$there == "log readyz status doctor log readyz status doctor " ]] || BROKEN_PROMISE="not told everywhere"
    # Whoever logs in later is the user; the other one hears of it through the database.
    log_in 1 "$LAB/here.log"
    log_in "$SPARE" "$LAB/there.log"
    end=$(now)
    within 10 grep -q "logged in elsewhere" "$LAB/here.log" || BROKEN_PROMISE="a user is double"
    NOTICED+="; a user was double for $(($(now) - end)) ms"
    stop "the stranger" "$LAB/stranger.pid" TERM 60
}

# play NAME: with all nodes up and users writing. Fails if a promise was broken.
play() {
    local number begin agreed report
    printf '\n%s\n' "$(list_scenarios | grep "^$1 ")"
    for number in $(all_nodes); do
        [[ -n $(running "$LAB/node$number.pid") ]] || boot "$number" "$number"
    done
    await_agreement 60 $(all_nodes) > /dev/null || return 1
    rm -f "$LAB/load.json"
    for number in $(all_nodes); do : > "$LAB/node$number.log"; done
    write_to_each_other
    sleep 8
    BROKEN=$(now) NOTICED= BROKEN_PROMISE=
    "scenario_$1"
    agreed=$(await_agreement 30 $(all_nodes)) || agreed=
    sleep 5
    stop_writing || { say "  the load did not end" && return 1; }
    report=$(cat "$LAB/load.json")
    if [[ -n $NOTICED ]]; then printf '  noticed                     %s\n' "$NOTICED"; fi
    printf '  suspected, dead, crashed    %s, %s, %s\n' \
        "$(count_of node_suspected)" "$(count_of node_dead)" "$(count_of node_crashed)"
    printf '  all agree after healing     %s\n' "${agreed:+$agreed ms}"
    jq -r -f "$HERE/report.jq" <<< "$report" || { cat "$LAB/load.json" && return 1; }
    if [[ -n $BROKEN_PROMISE ]]; then printf '  BROKEN                      %s\n' "$BROKEN_PROMISE"; fi
    [[ -z $BROKEN_PROMISE && -n $agreed ]] && ((agreed <= 10000)) && jq -e '.verdict == "ok"' <<< "$report" > /dev/null
}
