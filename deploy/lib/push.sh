# shellcheck shell=bash
# The program that tells devices of messages while their users are away.

# configure_push SHIFT: written once, so that it may be edited.
configure_push() {
    local file=$LOCAL/push-server.conf
    [[ ! -f $file ]] || return 0
    cat > "$file" << END
# Who is told of messages while he is away. After editing: deploy/local up, which starts it anew.
# Every setting: push-server --help
postgres.dsn_file = "$SECRETS/postgres.dsn"
push.listen = 127.0.0.1:$((9100 + $1))
push.language = en
log.format = text

# Browsers. The key is made at the first start; push services may write to the subject.
browsers.key_path = "$SECRETS/browsers.key"
browsers.subject = mailto:admin@localhost

# iPhones: what Apple's developer page gave.
# apns.key_path = "$SECRETS/apns.p8"
# apns.key_id =
# apns.team =
# apns.topic =

# Android: a service account of Firebase, or a relay of one's own.
# fcm.account_path = "$SECRETS/fcm.json"
# relay.url =
# relay.secret_file = "$SECRETS/relay.secret"
END
}

# start_push PROGRAM
start_push() {
    local pid file=$LOCAL/push-server.pid
    if pid=$(running "$file"); then
        [[ $(readlink "/proc/$pid/exe") == "$(readlink -f "$1")" && ! $LOCAL/push-server.conf -nt $file ]] && return
        stop_push
    fi
    step "Starting push-server"
    start "$file" "$NODE_LOGS/push-server.log" "$1" --config "$LOCAL/push-server.conf"
    within 30 is_push_ready_or_ended || true
    if has_ended "$file"; then
        tail -n 20 "$NODE_LOGS/push-server.log" >&2
        die "push-server ended; the end of its log is above. After mending what it says: deploy/local up"
    fi
}

# It waits for answers that are under way: what a service has taken would go to it twice.
stop_push() { stop push-server "$LOCAL/push-server.pid" TERM 45; }

is_push_ready() { http_body "$(setting push-server push.listen)" /readyz > /dev/null; }
is_push_ready_or_ended() { has_ended "$LOCAL/push-server.pid" || is_push_ready; }
