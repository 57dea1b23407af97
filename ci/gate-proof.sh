#!/usr/bin/env bash
# Whether the latency gate can be believed: runs it on the server under test (./anillo bench target) against itself, which has
# to pass, and against itself with a known burden (five percent more processor time per request; one more system call; one more
# object), which has to be found, at the peak and with single requests (--rates none). bench/LATENCY-GATE.md ("Figures") has what
# came of it.
#
# usage: ci/gate-proof.sh [SECONDS [SAME [CPU [CALLS [OBJECTS]]]]]    (150 seconds a try; 20 tries, 10, 5 and 5)
#
# Status 0 when 19 of 20 of the first passed, 9 of 10 of the second were found, and each of the others. What each try said stays in
# target/gate-proof. Needs what ci/latency-gate needs, and perf; and a machine that does nothing else meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-150}
same=${2:-20}
cpu=${3:-10}
calls=${4:-5}
objects=${5:-5}
work=$PWD/target/gate-proof
rm -rf "$work"
mkdir -p "$work"
# Base has the burden's code too, and none of it to carry: code around a handler changes what the JIT compiler makes of the way to
# it, which alone is worth some percent in either direction.
start='./anillo bench target --port {port} --extra-percent 0'
java_home=$(./anillo --version | sed -n 's/^java .* (\(.*\))$/\1/p')
mvn -B -q -pl bench -am -DskipTests package
./anillo bench target --help > /dev/null # builds it

gate() { # NAME EXTRA-OPTIONS GATE-OPTIONS...
    local name=$1 extra=$2 status=0
    shift 2
    "$java_home/bin/java" -XX:+UseSerialGC -Xmx512m -jar bench/target/anillo-bench.jar gate --base . --head . \
        --start "$start" --head-start "$start $extra" --path /plaintext --time "$seconds" \
        --rates none --duration 0.6 --warm-up 1 --calibration 2 --out "$work/$name" "$@" \
        > "$work/$name.said" 2> "$work/$name.log" || status=$?
    echo "$status" > "$work/$name.status"
    printf '%s: status %s, %s\n' "$name" "$status" "$(head -c 600 "$work/$name.said")"
}

failed=0
tries() { # NAME TRIES WANTED-STATUS WANTED-OF-TRIES EXTRA-OPTIONS GATE-OPTIONS...
    local name=$1 tries=$2 status=$3 least=$4 extra=$5 try wanted=0
    shift 5
    for try in $(seq "$tries"); do
        gate "$name-$try" "$extra" "$@"
        [ "$(cat "$work/$name-$try.status")" -ne "$status" ] || wanted=$((wanted + 1))
    done
    echo "== $name: status $status in $wanted of $tries"
    [ "$wanted" -ge "$least" ] || failed=1
}

tries same "$same" 0 $((same - (same + 19) / 20)) ''
tries cpu "$cpu" 1 $((cpu - cpu / 10)) '--extra-percent 5'
if ! perf stat -x, -e raw_syscalls:sys_enter -- true > /dev/null 2>&1 && [ "$calls" -gt 0 ]; then
    echo '== calls: SKIPPED, perf is not installed or may not count system calls here'
    calls=0
fi
tries calls "$calls" 1 "$calls" '--extra-calls 1' --pairs 6
tries objects "$objects" 1 "$objects" '--extra-objects 1' --pairs 6
exit $failed
