# shellcheck shell=bash
# deploy/local test

# Servers of runs that were killed.
remove_stale_runs() {
    local folder
    for folder in "$1"/test.*; do
        if [[ -d $folder ]] && has_ended "$folder/owner"; then stop_test_servers "$folder"; fi
    done
}

stop_test_servers() {
    stop PostgreSQL "$1/postgres.pid" QUIT 10
    stop Redis "$1/redis.pid" TERM 10
    stop moto "$1/s3.pid" TERM 10
    stop moto "$1/sealed-s3.pid" TERM 10
    rm -rf "$1"
}

command_test() {
    packages+=(coturn curl python3 python3-venv)
    # For the scripts of the chat page, for what deploy/check looks at, and to read codes.
    if (($# == 0)); then
        packages+=(nodejs docker-compose haproxy prometheus python3-yaml shellcheck systemd zbar-tools)
    fi
    need_packages
    local base folder port redis_port s3_port output
    base=$(servers_home)
    remove_stale_runs "$base"
    folder=$base/test.$$
    make_home "$folder"
    remember "$folder/owner" $$
    # shellcheck disable=SC2064
    trap "stop_test_servers '$folder'" EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM

    step "Starting PostgreSQL, Redis and an S3 server"
    port=$(free_port $((20000 + RANDOM % 20000)))
    make_postgres "$folder/postgres" ''
    start_postgres "$folder/postgres" "$port" fsync=off synchronous_commit=off full_page_writes=off \
        shared_buffers=64MB max_connections=300
    redis_port=$(free_port $((port + 1)))
    start_redis "$folder/redis" "$redis_port"
    export GRAPEVINE_TEST_POSTGRES="host=127.0.0.1 port=$port user=grapevine dbname=postgres"
    export GRAPEVINE_TEST_REDIS="127.0.0.1:$redis_port"
    s3_port=$(free_port $((redis_port + 1)))
    GRAPEVINE_TEST_S3=$(start_s3 "$folder/s3" "$s3_port")
    GRAPEVINE_TEST_S3_SEALED=$(start_sealed_s3 "$folder/sealed-s3" "$(free_port $((s3_port + 1)))")
    export GRAPEVINE_TEST_S3 GRAPEVINE_TEST_S3_SEALED

    step "Building"
    swift build --package-path "$ROOT" --build-tests

    step "Testing"
    output=$folder/output
    # One after the other: many at once wait for each other longer than the deadlines that they test.
    swift test --package-path "$ROOT" --skip-build --disable-xctest --no-parallel "$@" 2>&1 | tee "$output"
    # A filter that fits nothing is a success to `swift test`.
    grep -q 'Test run with [1-9]' "$output" || die "no test ran: nothing fits the filter"

    if (($# == 0)); then
        step "Testing the scripts of the chat page"
        node --test "$ROOT/Tests/Script"
        step "Counting allocations of the relay"
        "$ROOT/bench/allocations/run"
        step "Running 500 lives of a simulated cluster"
        swift build --package-path "$ROOT" -c release --static-swift-stdlib --product cluster-seeds > /dev/null
        "$(swift build --package-path "$ROOT" -c release --show-bin-path)/cluster-seeds" 1 500
        step "Checking what deploy/ has for others"
        "$ROOT/deploy/check"
    fi
}
