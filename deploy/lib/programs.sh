# shellcheck shell=bash
# The programs of a cluster, and what they are told for load tests.

# build CONFIGURATION: the programs of a cluster.
build() {
    local program linking=()
    # Static: the programs run on machines without the toolchain. Not for debug builds, which share theirs with tests.
    # Addresses of libraries are looked up at the start and cannot be changed afterwards.
    if [[ $1 == release ]]; then
        linking=(--static-swift-stdlib --disable-local-rpath -Xlinker -z -Xlinker now)
    fi
    # Whose folder this is: see check_build.
    install -d "$ROOT/.build"
    echo "$ROOT" > "$ROOT/.build/root.path"
    for program in msg-server push-server talkctl talk load-bench; do
        step "Building $program"
        swift build --package-path "$ROOT" -c "$1" "${linking[@]}" --product "$program"
    done
}

load_test_settings() {
    cat << 'END'
load_test = on
limits.messages_per_second = 100000
limits.message_burst = 100000
limits.message_bytes_per_second = 1GiB
limits.requests_per_second = 10000
limits.request_burst = 10000
limits.newcomers_per_address = 2000
limits.accepts_per_second = 10000
limits.uploads_per_second = 1000
END
}
