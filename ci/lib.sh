# Shared by the scripts that try the server with real clients. Sourced in the project's directory, by bash with
# `set -euo pipefail`.
# shellcheck shell=bash

start_seconds_max=60
# shellcheck disable=SC2034
curl_seconds_max=120

checks=()
transports=()

# Sorts the command line into `checks` and `transports`; all of them where none is named.
choose() { # "CHECK..." [ARGUMENT]...
    local all="$1" word
    shift
    for word in "$@"; do
        case " $all " in
            *" $word "*) checks+=("$word") && continue ;;
        esac
        case $word in
            io_uring | epoll | nio) transports+=("$word") ;;
            *) echo "usage: $0 [${all// /|}]... [io_uring|epoll|nio]..." >&2 && exit 2 ;;
        esac
    done
    [ ${#checks[@]} -gt 0 ] || read -ra checks <<< "$all"
    [ ${#transports[@]} -gt 0 ] || transports=(io_uring epoll nio)
}

# Each is a function, `check_` and its name.
run_checks() {
    local check transport
    for check in "${checks[@]}"; do
        for transport in "${transports[@]}"; do
            "check_$check" "$transport"
        done
    done
}

work=$(mktemp -d)
server=
clients=()

fail() {
    echo "FAILED: $1" >&2
    [ ! -s "$work/server.log" ] || sed 's/^/  server: /' "$work/server.log" >&2
    exit 1
}

end_all() {
    for process in "${clients[@]}" $server; do
        kill -KILL "$process" 2>/dev/null || :
        wait "$process" 2>/dev/null || :
    done
    rm -rf "$work"
}
trap end_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

answers() { # PORT
    curl --silent --output "$work/probe" --max-time 2 "http://127.0.0.1:$1/"
}

# Runs the README's start command, and waits until the server answers.
start() { # TRANSPORT PORT FILE [ARGUMENT]
    transport=$1 port=$2
    shift 2
    ! answers "$port" || fail "something else answers on port $port: end it first"
    ANILLO_TRANSPORT=$transport ./anillo "$@" > "$work/server.log" 2>&1 &
    server=$!
    await_answer "$port" "$server" "the server on $transport"
}

await_answer() { # PORT PROCESS NAME
    local deadline=$((SECONDS + start_seconds_max))
    until answers "$1"; do
        kill -0 "$2" 2>/dev/null || fail "$3 has ended"
        [ "$SECONDS" -lt "$deadline" ] || fail "no answer of $3 on port $1 within $start_seconds_max s"
        sleep 0.1
    done
}

stop() {
    kill -TERM "$server"
    status=0
    wait "$server" || status=$?
    server=
    [ "$status" -eq 143 ] || fail "the server ended with status $status after SIGTERM"
}
