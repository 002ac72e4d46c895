# shellcheck shell=bash
# deploy/local test

# What each of several runs at a time takes of the tests, by their names; the last one takes what the others do not.
# Most tests wait, for a node or a deadline, and leave the processor to others.
TEST_RUNS=('^NodeTests\.[A-F]' '^NodeTests\.' '^(DBProxy|Replication|S3|Talk|Talkctl)Tests\.' '')

# Prints the folder for the servers of tests: in memory where there is room, as most tests make a database, which is
# some 300 files, and remove it. What runs that were killed have left is removed, wherever it is.
test_home() {
    local free memory disk
    memory=/dev/shm/grapevine-$(printf %s "$(id -u) $HOSTNAME $ROOT" | sha256sum | head -c 12)
    disk=$(servers_home)
    # Somebody else may have made it: everybody may write there.
    [[ ! -e $memory || -O $memory ]] || memory=$disk
    remove_stale_runs "$memory" >&2
    remove_stale_runs "$disk" >&2
    free=$(df -k --output=avail /dev/shm 2> /dev/null | tail -n 1)
    if ((${free:-0} > 2 << 20)); then echo "$memory"; else echo "$disk"; fi
}

# Servers of runs that were killed.
remove_stale_runs() {
    local folder
    for folder in "$1"/test.*; do
        if [[ -d $folder ]] && has_ended "$folder/owner"; then stop_test_servers "$folder"; fi
    done
}

# end_tests FILE: and whatever they have started, which is in their session.
end_tests() {
    local pid
    if pid=$(running "$1"); then kill -s KILL -- "-$pid"; fi
}

stop_test_servers() {
    local run
    for run in "$1"/run.*; do
        end_tests "$run/tests.pid"
        stop PostgreSQL "$run/postgres.pid" QUIT 10
        stop Redis "$run/redis.pid" TERM 10
    done
    stop moto "$1/s3.pid" TERM 10
    stop moto "$1/sealed-s3.pid" TERM 10
    rm -rf "$1"
    if [[ $1 == /dev/shm/* ]]; then rmdir --ignore-fail-on-non-empty "${1%/*}"; fi
}

# start_test_servers FOLDER: PostgreSQL and Redis; leaves in TEST_SERVERS what tests are told of them.
start_test_servers() {
    local port redis_port
    make_home "$1"
    port=$(free_port $((20000 + RANDOM % 20000)))
    make_postgres "$1/postgres" ''
    start_postgres "$1/postgres" "$port" fsync=off synchronous_commit=off full_page_writes=off \
        shared_buffers=64MB max_connections=300
    redis_port=$(free_port $((port + 1)))
    start_redis "$1/redis" "$redis_port"
    TEST_SERVERS=(
        "GRAPEVINE_TEST_POSTGRES=host=127.0.0.1 port=$port user=grapevine dbname=postgres"
        "GRAPEVINE_TEST_REDIS=127.0.0.1:$redis_port")
}

# One after the other: many at once in one process wait for each other longer than the deadlines that they test.
# test_some FOLDER OPTION...
test_some() {
    start_test_servers "$1/run.0"
    env "${TEST_SERVERS[@]}" swift test --package-path "$ROOT" --skip-build --disable-xctest --no-parallel "${@:2}" \
        2>&1 | tee "$1/output"
    # A filter that fits nothing is a success to `swift test`.
    grep -q 'Test run with [1-9]' "$1/output" || die "no test ran: nothing fits the filter"
}

# test_all FOLDER: several runs, each with servers of its own. `swift test` lets no second one into a build folder, so
# it is the program that it would call. All that they say is in .local/test.log afterwards.
test_all() {
    local program total count index run options=() taken=() pids=() pid has_failed=
    program=$(swift build --package-path "$ROOT" --show-bin-path)/grapevinePackageTests.xctest
    total=$(swift test list --package-path "$ROOT" --skip-build | wc -l)
    for index in "${!TEST_RUNS[@]}"; do
        run=$1/run.$index
        start_test_servers "$run"
        options=("${taken[@]}")
        if [[ -n ${TEST_RUNS[index]} ]]; then
            options+=(--filter "${TEST_RUNS[index]}")
            taken+=(--skip "${TEST_RUNS[index]}")
        fi
        setsid env "${TEST_SERVERS[@]}" "$program" --testing-library swift-testing --no-parallel "${options[@]}" \
            > "$run/output" 2>&1 &
        pids+=($!)
        remember "$run/tests.pid" $!
    done
    while [[ -n $(jobs -rp) ]]; do
        sleep 15
        say "  $(cat "$1"/run.*/output | grep -v ' Test run ' | grep -cE '^(✔|✘) Test .* after ') of $total"
    done
    for pid in "${pids[@]}"; do wait "$pid" || has_failed=1; done
    cat "$1"/run.*/output > "$LOCAL/test.log"
    grep -hE '^(✔|✘) Test run with' "$LOCAL/test.log" || true
    if [[ -z $has_failed ]]; then
        # A run that ended before its end is a success to whoever started it.
        count=$(sed -nE 's/^✔ Test run with ([0-9]+) tests? .*/\1/p' "$LOCAL/test.log" | paste -sd+)
        ((${count:-0} == total)) || die "$((count)) tests of $total ran; look at $LOCAL/test.log"
        return 0
    fi
    awk '/^(◇|✔)/ { shows = 0 } /^✘/ { shows = 1 } shows' "$LOCAL/test.log" >&2
    # Of a run that crashed, the end says most.
    for run in "$1"/run.*; do grep -q 'Test run with' "$run/output" || tail -n 30 "$run/output" >&2; done
    die "tests failed; all that they said is in $LOCAL/test.log"
}

command_test() {
    packages+=(coturn curl python3 python3-venv)
    # For the scripts of the chat page, for what deploy/check looks at, and to read codes.
    if (($# == 0)); then
        packages+=(nodejs docker-compose haproxy prometheus python3-yaml shellcheck systemd zbar-tools)
    fi
    need_packages
    local base folder s3_port
    base=$(test_home)
    [[ -d $base ]] || install -d -m 711 "$base"
    folder=$base/test.$$
    make_home "$folder"
    remember "$folder/owner" $$
    # shellcheck disable=SC2064
    trap "trap '' INT TERM; stop_test_servers '$folder'" EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM

    step "Building"
    swift build --package-path "$ROOT" --build-tests

    step "Testing"
    s3_port=$(free_port $((20000 + RANDOM % 20000)))
    GRAPEVINE_TEST_S3=$(start_s3 "$folder/s3" "$s3_port")
    GRAPEVINE_TEST_S3_SEALED=$(start_sealed_s3 "$folder/sealed-s3" "$(free_port $((s3_port + 1)))")
    export GRAPEVINE_TEST_S3 GRAPEVINE_TEST_S3_SEALED
    if (($#)); then
        test_some "$folder" "$@"
    else
        test_all "$folder"
        test_the_rest
    fi
}

# What is not of Swift, or has to be built for speed.
test_the_rest() {
    step "Testing the scripts of the chat page"
    node --test "$ROOT/Tests/Script"
    step "Counting allocations of the relay"
    "$ROOT/bench/allocations/run"
    step "Running 500 lives of a simulated cluster"
    swift build --package-path "$ROOT" -c release --static-swift-stdlib --product cluster-seeds > /dev/null
    "$(swift build --package-path "$ROOT" -c release --show-bin-path)/cluster-seeds" 1 500
    step "Checking what deploy/ has for others"
    "$ROOT/deploy/check"
}
