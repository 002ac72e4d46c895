# shellcheck shell=bash
# Processes in the background, each with a file that names it by its pid and the time it started: a pid alone may belong
# to somebody else by now.

started_at() {
    local stat
    stat=$(cat "/proc/$1/stat" 2> /dev/null) || return 1
    # The name in parentheses may contain anything; the time is the 22nd field, the 20th behind it.
    read -ra stat <<< "${stat##*) }"
    # A zombie has ended.
    [[ ${stat[0]} != Z ]] && echo "${stat[19]}"
}

# remember FILE PID
remember() { echo "$2 $(started_at "$2")" > "$1"; }

# running FILE: prints the pid if that process still runs.
running() {
    local pid time
    [[ -f $1 ]] && read -r pid time < "$1" && [[ -n $time && $(started_at "$pid") == "$time" ]] && echo "$pid"
}

has_ended() { ! running "$1" > /dev/null; }

# stop NAME FILE SIGNAL SECONDS: asks it to end, waits, and then makes it.
stop() {
    local pid
    if pid=$(running "$2"); then
        kill -s "$3" "$pid"
        if ! within "$4" has_ended "$2"; then
            say "$1 (pid $pid) did not end within $4 s and was killed."
            kill -s KILL "$pid"
            within 5 has_ended "$2" || die "$1 (pid $pid) does not end; look at it with: ps -fp $pid"
        fi
    fi
    rm -f "$2"
}

# For a subshell that becomes a daemon: it keeps no file open that somebody waits for, as a lock or the end of a pipe.
close_files() {
    local file
    for file in "/proc/$BASHPID/fd"/*; do
        if ((${file##*/} > 2)); then eval "exec ${file##*/}>&-"; fi
    done
}

# start FILE LOG COMMAND...: detached from this terminal.
start() {
    (close_files && exec setsid "${@:3}") >> "$2" 2>&1 < /dev/null &
    remember "$1" $!
    # Otherwise this shell reports its end.
    disown $!
}
