#!/usr/bin/env bash
# Whether the latency gate can be believed: runs it on the server under test (./anillo bench target) against itself, which has
# to pass, and against itself with a known burden (five percent more processor time per request; one more system call; one more
# object), which has to be found. bench/LATENCY-GATE.md ("Figures") has what came of it.
#
# usage: ci/gate-proof.sh [SECONDS [SAME [CPU [CALLS [OBJECTS]]]]]    (120 seconds a try; 20 tries, 10, 5 and 5)
#
# Status 0 when 19 of 20 of the first passed, 9 of 10 of the second were found, and each of the others. What each try said stays in
# target/gate-proof. Needs what ci/latency-gate needs, and perf; and a machine that does nothing else meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-120}
same=${2:-20}
cpu=${3:-10}
calls=${4:-5}
objects=${5:-5}
work=$PWD/target/gate-proof
rm -rf "$work"
mkdir -p "$work"
# Base has the burden's code too, and next to none of it to carry: code around a handler changes what the JIT compiler makes of the
# way to it, which alone is worth some percent in either direction.
start='./anillo bench target --port {port} --extra-nanos 1'
java_home=$(./anillo --version | sed -n 's/^java .* (\(.*\))$/\1/p')
mvn -B -q -pl bench -am -DskipTests package
./anillo bench target --help > /dev/null # builds it

gate() { # NAME EXTRA-OPTIONS
    local status=0
    "$java_home/bin/java" -XX:+UseSerialGC -Xmx512m -jar bench/target/anillo-bench.jar gate --base . --head . --start "$start" --head-start "$start $2" --path /plaintext --time "$seconds" \
        --rates 50 --duration 0.6 --warm-up 1.5 --calibration 2 --out "$work/$1" \
        > "$work/$1.said" 2> "$work/$1.log" || status=$?
    echo "$status" > "$work/$1.status"
    printf '%s: status %s, %s\n' "$1" "$status" "$(head -c 600 "$work/$1.said")"
}

# Processor time per request of base at its peak, in nanoseconds: the median of all processes so far.
base_nanos() {
    cat "$work"/same-*.log | awk '$2 == "base" && $3 == "peak" { print int($5 * 1000) }' | sort -n |
        awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'
}

failed=0
tries() { # NAME TRIES WANTED-STATUS WANTED-OF-TRIES EXTRA-OPTIONS
    local try wanted=0
    [ "$2" -gt 0 ] || return 0
    for try in $(seq "$2"); do
        gate "$1-$try" "$5"
        [ "$(cat "$work/$1-$try.status")" -ne "$3" ] || wanted=$((wanted + 1))
    done
    echo "== $1: status $3 in $wanted of $2"
    [ "$wanted" -ge "$4" ] || failed=1
}

tries same "$same" 0 $((same - (same + 19) / 20)) ''
nanos=$(($(base_nanos) / 20))
tries cpu "$cpu" 1 $((cpu - cpu / 10)) "--extra-nanos $((nanos + 1))"
if ! perf stat -x, -e raw_syscalls:sys_enter -- true > /dev/null 2>&1 && [ "$calls" -gt 0 ]; then
    echo '== calls: SKIPPED, perf is not installed or may not count system calls here'
    calls=0
fi
tries calls "$calls" 1 "$calls" '--extra-calls 1'
tries objects "$objects" 1 "$objects" '--extra-objects 1'
exit $failed
