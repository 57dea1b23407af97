#!/usr/bin/env bash
# The HTTP server under faults, on the real kernel: 64 MiB of heap, 2,300 descriptors, and 2,000 connections of eight client
# processes that ask, compare each answer, and misbehave (requests in pieces, slow and deaf readers, resets, half-closed
# and idle connections). Clients are killed (SIGKILL) and begun again, stopped (SIGSTOP) and continued; floods of further
# connections bring the server to 503 and to EMFILE. At the end nothing of the server's may be lost: descriptors, buffers, heap,
# threads, memory. http/README.md ("Soak") has figures.
#
# usage: ci/soak.sh [MINUTES] [io_uring|epoll|nio]...      (30 minutes, on each, where nothing is said)
#
# Status 0 when each answer was right and nothing is lost. SOAK_SEED repeats what an earlier run drew; what the processes said
# stays in http/target/soak. Needs Maven, and a JDK 25 or later in ANILLO_JAVA_HOME or where ./anillo finds it. Where
# it may have a network namespace of its own (root, or `unshare -r`), with iproute2, the network loses packets: by netem, or
# by nftables where the kernel has no netem.
set -euo pipefail
cd "$(dirname "$0")/.."

minutes=30
transports=()
for word in "$@"; do
    case $word in
        io_uring | epoll | nio) transports+=("$word") ;;
        [0-9]*) minutes=$word ;;
        *) echo "usage: ci/soak.sh [MINUTES] [io_uring|epoll|nio]..." >&2 && exit 2 ;;
    esac
done
[ ${#transports[@]} -gt 0 ] || transports=(io_uring epoll nio)
seed=${SOAK_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}

java_home=$(./anillo --version | sed -n 's/^java .* (\(.*\))$/\1/p')
mvn -B -q -pl http -am test-compile
work=$PWD/http/target/soak
mkdir -p "$work"
classes=$(mktemp -d "$work/classes.XXXXXX")
trap 'rm -rf "$classes"' EXIT
# In jars, as programs are: classes in directories can't be loaded when there is no descriptor. And the next build must not
# change what runs here.
for module in native-bindings loop http; do
    "$java_home/bin/jar" --create --file "$classes/$module.jar" -C "$module/target/classes" .
    [ "$module" = native-bindings ] ||
        "$java_home/bin/jar" --create --file "$classes/$module-test.jar" -C "$module/target/test-classes" .
done
class_path=$(printf ':%s' "$classes"/*)

# In the namespace: packets get lost on the way, in both directions.
# shellcheck disable=SC2317
lose_packets() {
    ip link set lo up
    local rule='meta l4proto tcp numgen random mod 200 == 0 counter drop'
    if tc qdisc add dev lo root netem delay 2ms 2ms loss 0.5% limit 100000 2> "$SOAK_WORK/network.log"; then
        echo 'network: 0.5 % of all packets are lost, all are 0 to 4 ms late (netem)'
    elif nft "table inet soak { chain lossy { type filter hook input priority 0; $rule; }; }" 2>> "$SOAK_WORK/network.log"; then
        echo 'network: 0.5 % of all packets are lost (nftables: no netem in this kernel; delays are the clients own)'
    else
        echo 'network: SKIPPED, neither netem nor nftables can lose packets here'
    fi
}
export -f lose_packets
export SOAK_WORK=$work
namespace=(unshare --net)
[ "$(id -u)" -eq 0 ] || namespace=(unshare --net --map-root-user)
if command -v ip > /dev/null && "${namespace[@]}" ip link set lo up 2> "$work/network.log"; then
    namespace+=(bash -euo pipefail -c "lose_packets; exec \"\$@\"" soak)
else
    echo 'network: SKIPPED, no packets are lost: no network namespace can be had here'
    namespace=()
fi

status=0
for transport in "${transports[@]}"; do
    directory=$work/$transport
    rm -rf "$directory"
    mkdir "$directory"
    "${namespace[@]}" "$java_home/bin/java" -XX:+UseSerialGC -cp "${class_path#:}" dev.anillo.http.soak.Soak \
        "$directory" "$minutes" "$transport" "$seed" || status=1
done
exit $status
