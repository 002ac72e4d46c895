# shellcheck shell=bash
# What is looked at before anything is made.

# A folder that was copied brings along what belongs to the one it was copied from: its processes, too.
check_folder() {
    local made folder
    for folder in "$LOCAL" "$ROOT/.build"; do
        [[ ! -e $folder || -O $folder ]] || die "$folder belongs to user $(stat -c %U "$folder"): run this as that user"
    done
    [[ -w $ROOT ]] || die "user $(id -un) may not write to $ROOT: make a clone of your own"
    made=$(remembered root "$ROOT")
    [[ $made != "$ROOT" ]] || return 0
    [[ $(cat "$made/.local/root" 2> /dev/null) != "$made" ]] || die "this folder was copied from $made with the $(
    )cluster of that one in it; for a cluster of its own: rm -rf $LOCAL"
    die "this folder was moved from $made, where its cluster expects its files: move it back; $(
    )or give up its users and messages: rm -rf $LOCAL"
}

# SwiftPM writes whole paths into what it builds.
check_build() {
    local made
    made=$(cat "$ROOT/.build/root.path" 2> /dev/null || echo "$ROOT")
    [[ $made == "$ROOT" ]] || die "what is in $ROOT/.build was built in $made; remove it: rm -rf $ROOT/.build"
}

# check_address ADDRESS: one that can be told to others.
check_address() {
    local found
    [[ $1 =~ ^[0-9A-Za-z][0-9A-Za-z._-]*$|^[0-9A-Fa-f:]+$ && $1 != 0.0.0.0 && $1 =~ [0-9A-Za-z] ]] \
        || die_usage "--advertise needs a name or an address that others reach this machine by, without a port"
    found=$(getent ahosts "$1" | awk '{ print $1 }' | sort -u) || true
    [[ -n $found && $found != :: ]] || die_usage "--advertise: nobody knows where '$1' is"
    [[ $found == 127.* || $found == ::1 ]] || grep -qxF -f <(hostname -I | tr ' ' '\n' | grep .) <<< "$found" \
        || say "$1 is no address of this machine: right only if something leads from there to here."
}

# node_ports NUMBER SHIFT: each with its setting, as they are or will be configured.
node_ports() {
    local file=$LOCAL/node$1.conf base=$((10 * ($1 - 1) + $2)) name number
    while read -r name number; do
        number=$((number + base))
        # From before there were pictures, a node has no port for them; it gets this one.
        if [[ -f $file && -n $(setting "node$1" "$name") ]]; then number=$(setting "node$1" "$name"); fi
        echo "$name ${number##*:}"
    done << 'END'
client.listen 8000
http.listen 8080
admin.listen 9000
gossip.listen 7946
bus.listen 7947
media.listen 8700
files.listen 8600
END
}

# check_ports COUNT SHIFT: before anything is made.
check_ports() {
    local index name number limit taken=()
    read -r limit _ < /proc/sys/net/ipv4/ip_local_port_range
    for ((index = 1; index <= $1; index++)); do
        [[ -z $(running "$LOCAL/node$index.pid") ]] || continue
        while read -r name number; do
            # Above it the kernel takes ports for connections that go out.
            ((number < limit)) || die_usage "port $number of node$index is not below $limit, where ports for $(
            )outgoing connections begin; take a smaller --shift, or fewer nodes"
            if is_port_taken "$number"; then taken+=("$number ($name of node$index)"); fi
        done < <(node_ports "$index" "$2")
    done
    ((${#taken[@]} == 0)) || die "other programs have the ports $(printf '%s, ' "${taken[@]}" | sed 's/, $//'); $(
    )stop those, or take other ports: $(
    )$([[ -f $LOCAL/node1.conf ]] && echo "edit $LOCAL/node*.conf" || echo 'deploy/local up --shift 10000')"
}
