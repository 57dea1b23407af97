#!/usr/bin/env bash
# Processor time per request of a variant of floor_uring.c, as a ratio to the unchanged one:
#
#     bench/variants.sh [-c CONNECTIONS] [-d DEPTH] [-r ROUNDS] [-b BODY_BYTES] SWITCH…
#     bench/variants.sh -c 512 -DDIRECT=4096
#
# In each round both take their turn of one second, in alternating order. Without a switch the floor runs against
# itself: what that shows is noise. CFLAGS may name newer kernel headers. Needs cc, wrk, taskset, two processors.
set -euo pipefail

connections=64 depth=1 rounds=20 body=13
while getopts c:d:r:b:D: option; do
    case $option in
        c) connections=$OPTARG ;;
        d) depth=$OPTARG ;;
        r) rounds=$OPTARG ;;
        b) body=$OPTARG ;;
        D) switches+=("-D$OPTARG") ;;
        *) exit 2 ;;
    esac
done

work=$(mktemp -d)
servers=()
trap 'kill "${servers[@]}" 2>/dev/null || true; rm -r "$work"' EXIT

start() { # PORT SWITCH…: its process is the last of `servers`
    # shellcheck disable=SC2086 # several flags
    cc -O2 -Wall -Wextra -Werror ${CFLAGS-} "-DBODY_BYTES=$body" "${@:2}" -o "$work/$1" \
        "${0%/*}/src/main/c/floor_uring.c"
    taskset -c 0 "$work/$1" "$1" &
    servers+=($!)
}

cat > "$work/pipeline.lua" <<< '
init = function(arguments)
    local requests = {}
    for i = 1, tonumber(arguments[1]) do requests[i] = wrk.format() end
    all = table.concat(requests)
end
request = function() return all end'

turn() { # PORT PROCESS: nanoseconds per request
    local before after _ requests
    read -r before _ < "/proc/$2/schedstat"
    requests=$(taskset -c 1 wrk -t1 -c"$connections" -d1s -s "$work/pipeline.lua" "http://127.0.0.1:$1/" -- "$depth" |
        awk '/Socket errors|Non-2xx/ { exit 1 } / requests in / { print $1 }')
    read -r after _ < "/proc/$2/schedstat"
    echo $(((after - before) / requests))
}

start 20801
start 20802 ${switches+"${switches[@]}"}
sleep 1
for ((round = 0; round <= rounds; round++)); do
    if ((round % 2)); then
        floor=$(turn 20801 "${servers[0]}") variant=$(turn 20802 "${servers[1]}")
    else
        variant=$(turn 20802 "${servers[1]}") floor=$(turn 20801 "${servers[0]}")
    fi
    if ((round > 0)); then echo "$floor $variant"; fi # the first one warms
done | awk '{ printf "%.4f %d %d\n", $2 / $1, $1, $2 }' | sort -n | awk '
    { ratio[NR] = $1 }
    END { printf "ratio %.3f, half of the rounds between %.2f and %.2f\n",
                 ratio[int((NR + 1) / 2)], ratio[int((NR + 3) / 4)], ratio[int((3 * NR + 3) / 4)] }'
