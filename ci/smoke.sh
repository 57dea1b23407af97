#!/usr/bin/env bash
# What a visitor would try, on each transport:
#   hello    the hello-world answers curl, head and body as they should be
#   load     wrk finds no error in it
#   upload   the echo example gives many big bodies, sent at once, back unchanged
#
# usage: ci/smoke.sh [hello|load|upload]... [io_uring|epoll|nio]...      (all of them where none is named)
#
# Needs curl, and wrk for the load. SMOKE_SECONDS and SMOKE_CONNECTIONS set the load, SMOKE_UPLOADS and
# SMOKE_UPLOAD_BYTES the uploads.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${SMOKE_SECONDS:-10}
connections=${SMOKE_CONNECTIONS:-256}
uploads=${SMOKE_UPLOADS:-20}
upload_bytes=${SMOKE_UPLOAD_BYTES:-16777216}
hello_port=3000 # the one that examples/Hola.java names
echo_port=${SMOKE_ECHO_PORT:-3001}

# shellcheck source=ci/lib.sh
. ci/lib.sh
choose 'hello load upload' "$@"

check_hello() { # TRANSPORT
    start "$1" "$hello_port" examples/Hola.java
    curl --silent --show-error --include --max-time "$curl_seconds_max" --output "$work/response" \
        "http://127.0.0.1:$hello_port/"
    # The date is the only part that may differ from one time to the next.
    grep -Eq $'^Date: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT\r$' "$work/response" ||
        fail "no Date in the response: $(cat "$work/response")"
    grep -v '^Date: ' "$work/response" | tr -d '\r' > "$work/got"
    printf '%s\n' 'HTTP/1.1 200 OK' 'Content-Type: text/plain' 'Content-Length: 10' '' 'Hola Mundo' > "$work/expected"
    diff "$work/expected" "$work/got" >&2 || fail "another response than expected (<)"
    stop
    echo "hello   $1: $(head -n 1 "$work/got"), Hola Mundo"
}

check_load() { # TRANSPORT
    start "$1" "$hello_port" examples/Hola.java
    timeout $((seconds + 30)) wrk -t2 -c"$connections" -d"${seconds}s" --latency "http://127.0.0.1:$hello_port/" \
        > "$work/wrk" || fail "wrk: $(cat "$work/wrk")"
    ! grep -E 'Socket errors|Non-2xx' "$work/wrk" >&2 || fail "$1 under load: $(cat "$work/wrk")"
    grep -Eq '^ +[1-9][0-9]* requests in' "$work/wrk" || fail "wrk got no response: $(cat "$work/wrk")"
    answers "$hello_port" || fail "$1 no longer answers after the load"
    stop
    echo "load    $1: $(sed -n 's/^ *\([0-9]* requests in .*\)/\1/p' "$work/wrk"), $connections connections, no error"
}

check_upload() { # TRANSPORT
    start "$1" "$echo_port" examples/EchoHttp.java "$echo_port"
    clients=()
    for ((i = 0; i < uploads; i++)); do
        # Each its own bytes, so that an answer to the wrong client shows.
        head -c "$upload_bytes" /dev/urandom > "$work/sent.$i"
    done
    for ((i = 0; i < uploads; i++)); do
        curl --silent --show-error --fail --max-time "$curl_seconds_max" --data-binary "@$work/sent.$i" \
            --output "$work/received.$i" "http://127.0.0.1:$echo_port/" &
        clients+=($!)
    done
    for ((i = 0; i < uploads; i++)); do
        wait "${clients[i]}" || fail "upload $i on $1: curl ended with status $?"
    done
    clients=()
    for ((i = 0; i < uploads; i++)); do
        [ "$(sha256sum < "$work/sent.$i")" = "$(sha256sum < "$work/received.$i")" ] ||
            fail "upload $i on $1 came back changed"
    done
    stop
    echo "upload  $1: $uploads x $upload_bytes bytes at once, equal checksums"
}

run_checks
