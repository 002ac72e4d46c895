# shellcheck shell=bash
# Scenarios in which PostgreSQL or Redis is broken; see scenarios.sh.

scenario_database() {
    stop PostgreSQL "$LAB/$PRIMARY.pid" QUIT 10
    sleep 20
    start_primary
}

scenario_readonly() {
    sql "alter system set default_transaction_read_only = on" "select pg_reload_conf()" > /dev/null
    NOTICED=$(watch_readiness 10 1)
    sql "alter system reset default_transaction_read_only" "select pg_reload_conf()" > /dev/null
}

scenario_lock() {
    sql "begin; lock table message in access exclusive mode; select pg_sleep(12)" > /dev/null 2>&1 &
    NOTICED=$(watch_readiness 14 1)
}

# Only those that are there: new ones get through.
scenario_silent_drop() {
    local port ports
    ports=$(inside 2 ss -Htn state established "dport = :${PORTS[$PRIMARY]}" | awk '{ sub(/.*:/, "", $3); print $3 }')
    [[ -n $ports ]] || die "node2 has no connection to $PRIMARY"
    for port in $ports; do
        drop 2 -p tcp --sport "${PORTS[$PRIMARY]}" --dport "$port"
        inside 2 iptables -A OUTPUT -p tcp --sport "$port" --dport "${PORTS[$PRIMARY]}" -j DROP
    done
    sleep 20
    NOTICED="$(sql "select count(*) from pg_stat_activity where application_name = 'grapevine-node2'") sessions of it"
    mend
}

scenario_poison() {
    local round
    for round in {1..10}; do
        sql "update conversation set last_msg_id = last_msg_id - 3
            where id = (select id from conversation where last_msg_id > 20 order by id offset $round limit 1)"
        sleep 1
    done
    NOTICED="$(count_of head_raised) heads raised"
}

scenario_setback() {
    copy_primary "$LAB/saved" --wal-method=fetch
    sleep 2
    signal_server "$PRIMARY" KILL
    within 10 has_ended "$LAB/$PRIMARY.pid"
    as_server rm -rf "$LAB/$PRIMARY/data"
    as_server mv "$LAB/saved/data" "$LAB/$PRIMARY/data"
    start_primary
    sleep 5
    tell_setback
}

# tell_setback: what the nodes say that they did, and what they say is lost.
tell_setback() {
    NOTICED+="put back $(sum_of restored), at the end $(sum_of moved), heads raised $(sum_of raised), "
    NOTICED+="$(sql "select coalesce(sum(last_id - first_id + 1), 0) from message_gap") told to be lost"
}

# sum_of FIELD: over the nodes' words on how they settled.
sum_of() {
    cat "$LAB"/node*.log | grep -oP "database_set_back: .*\b$1=\K[0-9]+" | awk '{ n += $1 } END { print n + 0 }'
}

scenario_failover_sync() {
    start_standby
    sql "alter system set synchronous_standby_names = '*'" "select pg_reload_conf()" > /dev/null
    sleep 2
    stop PostgreSQL "$LAB/$(spare_place).pid" INT 10
    NOTICED=$(watch_readiness 10 1)
    PGOPTIONS="-c synchronous_commit=local" sql "alter system reset synchronous_standby_names" \
        "select pg_reload_conf()" > /dev/null
}

# lag_and_freeze: the standby hears nothing for a second, then the primary stands still.
lag_and_freeze() {
    start_standby
    sleep 3
    iptables -A INPUT -i lo -p tcp --sport "${PORTS[$PRIMARY]}" -j DROP
    sleep 1
    signal_server "$PRIMARY" STOP
    sleep 2
}

# promote_lagging: and the rest of the primary's words do not arrive any more.
promote_lagging() {
    promote
    iptables -F INPUT
}

scenario_failover_async() {
    local old=$PRIMARY
    lag_and_freeze
    signal_server "$old" KILL
    promote_lagging
    sleep 10
    tell_setback
}

scenario_old_primary_back() {
    local old=$PRIMARY
    lag_and_freeze
    promote_lagging
    sleep 5
    signal_server "$old" CONT
    sleep 10
    tell_setback
    NOTICED+=", sessions at the old primary: $("$(postgres_bin)/psql" -qtAX \
        "host=$SWITCH port=${PORTS[$old]} user=grapevine dbname=grapevine" \
        -c "select count(*) from pg_stat_activity where application_name like 'grapevine-%'")"
    signal_server "$old" KILL
}

scenario_cache() {
    redis-cli -h "$SWITCH" flushall > /dev/null
    sleep 3
    stop Redis "$LAB/redis.pid" KILL 5
    sleep 3
}
