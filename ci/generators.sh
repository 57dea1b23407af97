#!/usr/bin/env bash
# Whether `./anillo bench load` finds what other generators of load find: wrk, h2load, it, and wrk2 where WRK2 names its program, in
# turns on the same server (./anillo bench target), which is the limit here; then each through a stall of half a second, where those
# that wait for answers part from those that go by a schedule. bench/README.md ("A load") has what came of it.
#
# usage: [WRK2=PATH] ci/generators.sh [ROUNDS]      (6 rounds)
#
# Status 0 when wrk and h2load got within a tenth of its answers a second: the median of the rounds' ratios, for machines change their
# speed from round to round. Needs wrk, h2load, taskset, two processors.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-6}
port=$((20000 + RANDOM % 10000))
url=http://127.0.0.1:$port/plaintext
stall_rate=5000
work=$(mktemp -d)
server=
end_all() {
    [ -z "$server" ] || { kill -KILL "$server" && wait "$server"; } 2> /dev/null || :
    rm -rf "$work"
}
trap end_all EXIT

java_home=$(./anillo --version | sed -n 's/^java .* (\(.*\))$/\1/p')
mvn -B -q -pl bench -am -DskipTests package
own() { taskset -c 0 "$java_home/bin/java" -XX:+UseSerialGC -Xmx512m -jar bench/target/anillo-bench.jar load "$url" -c 64 -q "$@"; }

./anillo bench target --help > /dev/null # builds it
# Each request costs some 20 µs more, whoever asks: the server is slower than any generator.
taskset -c 1 ./anillo bench target --port "$port" --extra-calls 12 > "$work/said" &
server=$!
until curl -sf -o /dev/null "$url"; do
    kill -0 "$server" || { echo 'generators.sh: the server ended' >&2 && exit 1; }
done

ratio() { # WHO: its answers a second by those of own, in the median of the rounds
    paste "$work/$1" "$work/own" | awk '{ print $1 / $2 }' | sort -n |
        awk '{ all[NR] = $1 } END { printf "%.3f\n", (all[int((NR + 1) / 2)] + all[int(NR / 2) + 1]) / 2 }'
}
wrk_rate() { taskset -c 0 wrk -t1 -c64 -d3 "$url" | awk '/^Requests\/sec/ { print $2 }'; }
h2load_rate() { taskset -c 0 h2load --h1 -t1 -c64 -D3 "$url" 2> /dev/null | awk '/^finished in/ { print $4 }'; }
own_rate() {
    own -d 3 --warm-up 1 --json "$work/own.json" > /dev/null
    sed -n 's/^ *"answeredPerSecond": \([0-9.]*\),$/\1/p' "$work/own.json"
}

wrk_rate > /dev/null # it gets warm
for round in $(seq "$rounds"); do
    for who in wrk h2load own; do
        "${who}_rate" | tee -a "$work/$who" | sed "s/^/round $round, $who: /"
    done
done
echo "by own: wrk $(ratio wrk), h2load $(ratio h2load)"

stalled() { # COMMAND...: a stall in the middle of its six seconds
    (sleep 3 && kill -STOP "$server" && sleep 0.5 && kill -CONT "$server") &
    local stall=$!
    "$@"
    wait "$stall"
}
echo 'wrk, when it is answered, through a stall of 0.5 s:'
stalled taskset -c 0 wrk -t1 -c64 -d6 --latency "$url" | grep -E ' 90%| 99%'
if [ -n "${WRK2:-}" ]; then
    echo "wrk2, $stall_rate a second, through a stall of 0.5 s:"
    stalled taskset -c 0 "$WRK2" -t1 -c64 -d6 -R$stall_rate --latency "$url" | grep -E ' 90.000%| 99.000%'
fi
echo "own, $stall_rate a second at equal distances, through a stall of 0.5 s:"
stalled own -d 6 --warm-up 0 --rate $stall_rate --arrivals constant | grep latency

for who in wrk h2load; do
    awk -v ratio="$(ratio "$who")" 'BEGIN { exit !(ratio > 0.9 && ratio < 1.1) }' ||
        { echo "generators.sh: $who and own are more than a tenth apart" >&2 && exit 1; }
done
