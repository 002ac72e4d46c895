# shellcheck shell=bash
# A private TURN server: coturn, which gives devices a place that passes sound and picture of calls on. Who has the
# secret makes passwords that are good for a time, as nodes do.

TURN_PORT=3478
TURN_RELAYS=49160-49199

# What is inside of networks is nothing for callers: not the nodes, not PostgreSQL, not the metadata of clouds.
turn_denials() {
    local range
    for range in 0.0.0.0-0.255.255.255 10.0.0.0-10.255.255.255 100.64.0.0-100.127.255.255 127.0.0.0-127.255.255.255 \
        169.254.0.0-169.254.255.255 172.16.0.0-172.31.255.255 192.168.0.0-192.168.255.255 ::1 \
        fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff; do
        echo "denied-peer-ip=$range"
    done
}

# write_turn FOLDER ADDRESS PORT RELAYS SECRET: the configuration, which holds the secret, so that no list of processes
# shows it.
write_turn() {
    install -d -m 700 "$1"
    (umask 077 && cat > "$1/turnserver.conf") << END
listening-ip=$2
listening-port=$3
relay-ip=$2
min-port=${4%-*}
max-port=${4#*-}
use-auth-secret
static-auth-secret=$5
realm=grapevine
no-cli
no-tls
no-dtls
no-multicast-peers
no-tcp-relay
log-file=stdout
simple-log
pidfile=$1/coturn.pid
userdb=$1/turndb
$(turn_denials)
# But two callers who both come through here meet at this address.
allowed-peer-ip=$2
$([[ $2 != 127.* ]] || echo allow-loopback-peers)
END
}

# start_turn FOLDER ADDRESS PORT RELAYS SECRET
start_turn() {
    write_turn "$@"
    start "$1.pid" "$1/log" turnserver -c "$1/turnserver.conf"
    if ! within 10 is_port_taken "$3" || has_ended "$1.pid"; then
        tail -n 20 "$1/log" >&2
        die "coturn did not start; the end of its log is above"
    fi
}
