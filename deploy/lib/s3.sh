# shellcheck shell=bash
# A private S3 server: moto, a Python program, in an environment of its own. It checks signatures.

S3_VERSION=5.2.5
S3_BUCKET=grapevine
# Which service is meant follows from this.
S3_NOBODY='AWS4-HMAC-SHA256 Credential=none/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=none'

prepare_moto() {
    MOTO=$LOCAL/moto-$S3_VERSION
    [[ ! -x $MOTO/bin/moto_server ]] || return 0
    step "Installing moto" >&2
    python3 -m venv "$MOTO"
    "$MOTO/bin/pip" install --quiet --disable-pip-version-check "moto[server]==$S3_VERSION"
}

# run_s3 FOLDER PORT OPTION...
run_s3() {
    prepare_moto
    install -d -m 700 "$1"
    start "$1.pid" "$1/log" "$MOTO/bin/moto_server" -H 127.0.0.1 -p "$2" "${@:3}"
    if ! within 30 is_port_taken "$2" || has_ended "$1.pid"; then
        tail -n 20 "$1/log" >&2
        die "moto did not start; the end of its log is above"
    fi
}

# start_sealed_s3 FOLDER PORT: one that speaks TLS and believes everybody; prints the same, and its certificate.
start_sealed_s3() {
    install -d -m 700 "$1"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout "$1/key" -out "$1/certificate" 2> /dev/null
    run_s3 "$1" "$2" -c "$1/certificate" -k "$1/key"
    curl -sSf -m 10 --cacert "$1/certificate" -H "Authorization: ${S3_NOBODY/iam/s3}" -X PUT \
        "https://localhost:$2/$S3_BUCKET" > /dev/null
    echo "https://localhost:$2 $S3_BUCKET anybody anything $1/certificate"
}

# start_s3 FOLDER PORT: prints what tests are told: URL, bucket, access key, secret.
start_s3() {
    local answer policy key secret
    # Who makes the user and the bucket is not asked who he is; everybody afterwards is.
    INITIAL_NO_AUTH_ACTION_COUNT=4 run_s3 "$1" "$2"
    ask_iam() { curl -sSf -m 10 -H "Authorization: $S3_NOBODY" -d "Version=2010-05-08&$1" "http://127.0.0.1:$2/"; }
    ask_iam 'Action=CreateUser&UserName=grapevine' "$2" > /dev/null
    answer=$(ask_iam 'Action=CreateAccessKey&UserName=grapevine' "$2")
    policy='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
    ask_iam "Action=PutUserPolicy&UserName=grapevine&PolicyName=s3&PolicyDocument=$policy" "$2" > /dev/null
    curl -sSf -m 10 -X PUT "http://127.0.0.1:$2/$S3_BUCKET" > /dev/null
    key=$(grep -o '<AccessKeyId>[^<]*' <<< "$answer")
    secret=$(grep -o '<SecretAccessKey>[^<]*' <<< "$answer")
    echo "http://127.0.0.1:$2 $S3_BUCKET ${key#*>} ${secret#*>}"
}
