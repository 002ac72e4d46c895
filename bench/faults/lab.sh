# shellcheck shell=bash
# A switch, and a network for each node and a spare one: network N has 10.77.0.N, everything else is at 10.77.0.254.

SWITCH=10.77.0.254

make_lab() {
    local base number
    base=$(servers_home)
    for old in "$base"/faults.*; do
        if [[ -d $old ]] && has_ended "$old/owner"; then LAB=$old remove_lab; fi
    done
    LAB=$base/faults.$$
    make_home "$LAB"
    remember "$LAB/owner" $$
    ip link set lo up
    ip link add switch type bridge
    ip addr add "$SWITCH/24" dev switch
    ip link set switch up
    SPARE=$((NODES + 1))
    for ((number = 1; number <= SPARE; number++)); do
        ip netns add "$(network "$number")"
        ip link add "port$number" type veth peer name eth0 netns "$(network "$number")"
        ip link set "port$number" master switch up
        inside "$number" ip addr add "10.77.0.$number/24" dev eth0
        inside "$number" ip link set eth0 up
        inside "$number" ip link set lo up
    done
}

remove_lab() {
    local file
    for file in "$LAB"/node*.pid "$LAB/foreign.pid" "$LAB/stranger.pid" "$LAB/load.pid"; do
        [[ -f $file ]] && stop "${file##*/}" "$file" KILL 5
    done
    for file in "$LAB/postgres.pid" "$LAB/standby.pid"; do
        [[ -f $file ]] && stop PostgreSQL "$file" QUIT 10
    done
    stop Redis "$LAB/redis.pid" TERM 10
    for file in /run/netns/grapevine-"${LAB##*.}"-*; do
        [[ -e $file ]] && ip netns del "${file##*/}"
    done
    rm -rf "$LAB"
}

network() { echo "grapevine-${LAB##*.}-$1"; }

# inside NUMBER COMMAND...: in the network of a node.
inside() { nsenter --net="/run/netns/$(network "$1")" "${@:2}"; }

# drop NUMBER WHAT...: the node does not hear this (a rule of iptables).
drop() { inside "$1" iptables -A INPUT "${@:2}" -j DROP; }

# mend: all cables and ears are whole again.
mend() {
    local number
    for ((number = 1; number <= SPARE; number++)); do inside "$number" iptables -F; done
}
