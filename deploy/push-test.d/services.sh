# shellcheck shell=bash
# The push services of tests, and a push-server that believes their certificate.

HYPERCORN_VERSION=0.17.3

prepare_services() {
    SERVICES=$LOCAL/services
    install -d -m 700 "$SERVICES"
    step "Installing hypercorn"
    python3 -m venv --system-site-packages "$LOCAL/hypercorn"
    "$LOCAL/hypercorn/bin/pip" install --quiet --disable-pip-version-check "hypercorn==$HYPERCORN_VERSION" h2
    local key
    umask 077
    for key in authority tls apns browser; do
        openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$SERVICES/$key.key" 2> /dev/null
    done
    openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$SERVICES/fcm.key" 2> /dev/null
    openssl req -x509 -key "$SERVICES/authority.key" -subj '/CN=Push services of tests' -days 2 \
        -out "$SERVICES/authority.pem" 2> /dev/null
    openssl req -new -key "$SERVICES/tls.key" -subj /CN=localhost 2> /dev/null |
        openssl x509 -req -CA "$SERVICES/authority.pem" -CAkey "$SERVICES/authority.key" -days 2 \
            -extfile <(echo subjectAltName=DNS:localhost) -out "$SERVICES/tls.pem" 2> /dev/null
    cat /etc/ssl/certs/ca-certificates.crt "$SERVICES/authority.pem" > "$SERVICES/believed.pem"
    (umask 077 && echo 'a secret of the relay that is long enough' > "$SERVICES/relay.secret")
    PUSH_PORT=$(free_port 24443)
    echo '{}' > "$SERVICES/wanted.json"
    touch "$SERVICES/taken"
    python3 - "$SERVICES" "$PUSH_PORT" << 'END'
import json, os, sys
folder, port = sys.argv[1:]
account = {"project_id": "example", "client_email": "push@example.iam", "private_key": open(f"{folder}/fcm.key").read(),
           "token_uri": f"https://localhost:{port}/token"}
os.umask(0o077)
json.dump(account, open(f"{folder}/fcm.json", "w"))
END
    # Otherwise it drops a connection after a thousand requests, with those under way, of which nobody knows then
    # whether they were taken.
    echo 'keep_alive_max_requests = 100000000' > "$SERVICES/hypercorn.toml"
    export SERVICES PUSH_PORT
    start_services
}

start_services() {
    SERVICES=$SERVICES PYTHONPATH=$ROOT/deploy/push-test.d start "$LOCAL/services.pid" "$SERVICES/log" \
        "$LOCAL/hypercorn/bin/hypercorn" --config "$SERVICES/hypercorn.toml" --bind "127.0.0.1:$PUSH_PORT" \
        --keyfile "$SERVICES/tls.key" --certfile "$SERVICES/tls.pem" services:app
    within 30 is_port_taken "$PUSH_PORT" \
        || die "the push services of the test did not start: $(tail -n 20 "$SERVICES/log")"
}

# With the process that hypercorn has made to do the work.
stop_services() {
    local pid
    pid=$(running "$LOCAL/services.pid") || return 0
    kill -KILL -- "-$pid"
    within 10 is_services_port_free || die "the push services of the test go on"
}

is_services_port_free() { ! is_port_taken "$PUSH_PORT"; }

# The configuration for the services, and a push-server that reads it.
serve_push() {
    local listens
    listens=$(setting push-server push.listen)
    cat > "$LOCAL/push-server.conf" << END
postgres.dsn_file = "$SECRETS/postgres.dsn"
push.listen = $listens
push.language = en
push.night_from = 0
push.night_until = 0
apns.key_path = "$SERVICES/apns.key"
apns.key_id = KEY1234567
apns.team = TEAM567890
apns.topic = org.example.talk
apns.url = https://localhost:$PUSH_PORT
fcm.account_path = "$SERVICES/fcm.json"
fcm.url = https://localhost:$PUSH_PORT
browsers.key_path = "$SECRETS/browsers.key"
browsers.subject = mailto:test@example.org
browsers.hosts = localhost:$PUSH_PORT
END
    stop_push
    run_push
}

# In a mount namespace of its own, where the authority of the services is believed.
run_push() {
    local namespace=(unshare --mount)
    ((EUID == 0)) || namespace=(unshare --map-root-user --mount)
    start "$LOCAL/push-server.pid" "$NODE_LOGS/push-server.log" "${namespace[@]}" sh -c \
        "mount --bind '$SERVICES/believed.pem' /etc/ssl/certs/ca-certificates.crt &&
            exec '$ROOT/.build/$(remembered configuration release)/push-server' --config '$LOCAL/push-server.conf'"
    within 30 is_push_ready || die "push-server is not ready: $(tail -n 20 "$NODE_LOGS/push-server.log")"
}
