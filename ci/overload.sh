#!/usr/bin/env bash
# Ten times the load that a server can do, and more connections than that: what it still does, and how long that takes. See
# ci/OverloadClient.java for how it is measured, and http/README.md, "Overload", for figures.
#   cpu-kept     a handler that works for 2 ms (OVERLOAD_BURN_MICROS), on kept connections
#   cpu-new      likewise, with a connection for each request
#   backend      a handler that waits for one who does 400 requests a second; 64 may be under way
#   cheap-kept   a handler that answers at once, on ten times as many connections
#   cheap-new    likewise, with a connection for each request
#
# usage: ci/overload.sh [CHECK]... [io_uring|epoll|nio]...      (all of them where none is named: some ten minutes)
#
# Needs taskset and two processors: the server has one to itself, the generator the other. OVERLOAD_SECONDS (4) is the length
# of each of the five measurements of a check, OVERLOAD_GOODPUT_MIN (0.9) the part of the peak that must be served: on a
# disturbed machine less may come of it, and a collapse still shows.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${OVERLOAD_SECONDS:-4}
goodput_min=${OVERLOAD_GOODPUT_MIN:-0.9}
queue_millis_max=200
under_way_max=64
burn_micros=${OVERLOAD_BURN_MICROS:-2000}
p99_millis_max=1000 # of what is served: the bound once, until overload is recognised three times, and the machine's noise

# shellcheck source=ci/lib.sh
. ci/lib.sh
choose 'cpu-kept cpu-new backend cheap-kept cheap-new' "$@"

command -v taskset > /dev/null || fail 'needs taskset (util-linux)'
[ "$(nproc)" -ge 2 ] || fail 'needs two processors'

measure() { # CHECK TRANSPORT PATH kept|new CONNECTIONS GOODPUT_MIN
    local backlog=4096 deadline=$((SECONDS + start_seconds_max)) port process outcome=0
    [ "$2" != nio ] || backlog=64 # where it can't be made shorter in time of need: see TcpServer.backlog
    : > "$work/server.out"
    ANILLO_TRANSPORT=$2 taskset -c 1 ./anillo ci/OverloadServer.java "$queue_millis_max" "$under_way_max" "$burn_micros" \
        "$backlog" > "$work/server.out" 2> "$work/server.log" &
    server=$!
    until [ -s "$work/server.out" ]; do
        kill -0 "$server" 2>/dev/null || fail "the server on $2 has ended"
        [ "$SECONDS" -lt "$deadline" ] || fail "no server on $2 within $start_seconds_max s"
        sleep 0.1
    done
    read -r port process < "$work/server.out"
    echo "== $1 on $2"
    taskset -c 0 ./anillo ci/OverloadClient.java "$port" "$process" "$3" "$4" "$seconds" "$p99_millis_max" "$5" "$6" ||
        outcome=$?
    stop
    [ "$outcome" -eq 0 ] || fail "$1 on $2: see above"
}

check_cpu-kept() { measure cpu-kept "$1" /cpu kept 32 "$goodput_min"; }
check_cpu-new() { measure cpu-new "$1" /cpu new 32 "$goodput_min"; }
check_backend() { measure backend "$1" /backend kept 64 "$goodput_min"; }
# Nothing is shed here, for a 503 would cost as much as the answer. Ten times the connections need ten times the cache.
check_cheap-kept() { measure cheap-kept "$1" /cheap kept 64 0.7; }
check_cheap-new() { measure cheap-new "$1" /cheap new 16 0.7; }

run_checks
