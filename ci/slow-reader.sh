#!/usr/bin/env bash
# A streamed response of 1 GiB to a client that reads slowly: shows what the server has resident each second, and fails
# when that grows by more than 32 MiB on the way, or when a byte is missing.
#
# usage: ci/slow-reader.sh [io_uring|epoll|nio]      (the transport that is chosen by itself, where none is named)
#
# Needs curl. SLOW_READER_RATE says how fast it reads (as curl's --limit-rate; 32M, which takes half a minute).
set -euo pipefail
cd "$(dirname "$0")/.."

rate=${SLOW_READER_RATE:-32M}
growth_kib_max=32768
start_seconds_max=60
total_bytes=1073741824
case "$*" in
    '') ;;
    io_uring | epoll | nio) export ANILLO_TRANSPORT=$1 ;;
    *) echo "usage: ci/slow-reader.sh [io_uring|epoll|nio]" >&2 && exit 2 ;;
esac

work=$(mktemp -d)
server=
end_all() {
    if [ -n "$server" ]; then
        kill -KILL "$server" 2> "$work/kill" || :
        wait "$server" 2> "$work/kill" || :
    fi
    rm -rf "$work"
}
trap end_all EXIT

cat > "$work/Stream.java" <<'END'
import module dev.anillo.http;

void main() {
    var part = new byte[16 * 1024];
    var server = HttpServer.create((request, response) -> {
        var left = new long[] {1L << 30};
        Runnable go = () -> {
            var mayGoOn = true;
            while (mayGoOn && left[0] > 0) {
                mayGoOn = response.write(part);
                left[0] -= part.length;
            }
            if (left[0] == 0 && !response.ended()) response.end();
        };
        response.onDrain(go);
        go.run();
    });
    server.listen(0, "127.0.0.1", () -> {
        try {
            IO.println(server.port());
        } catch (OsException refused) {
            throw new IllegalStateException(refused);
        }
    });
}
END
./anillo "$work/Stream.java" > "$work/port" &
server=$!
for ((waited = 0; waited < start_seconds_max * 10; waited++)); do
    [ ! -s "$work/port" ] || break
    kill -0 "$server"
    sleep 0.1
done
url=http://127.0.0.1:$(cat "$work/port")/

resident() {
    awk '/^VmRSS:/ { print $2 }' "/proc/$server/status"
}

# The first one only warms up: what the JVM compiles and loads is not the response's.
curl --silent --show-error --output /dev/null --max-time 60 "$url"
before=$(resident)
most=$before
echo "resident before: $before KiB"
SECONDS=0
curl --silent --show-error --limit-rate "$rate" --output /dev/null --write-out '%{size_download}' "$url" > "$work/size" &
client=$!
while kill -0 "$client" 2> "$work/kill"; do
    now=$(resident)
    echo "$SECONDS s: $now KiB"
    [ "$now" -le "$most" ] || most=$now
    sleep 1
done
wait "$client"
[ "$(cat "$work/size")" = "$total_bytes" ] || { echo "FAILED: $(cat "$work/size") bytes came" >&2 && exit 1; }
echo "1 GiB at $rate a second: $((most - before)) KiB more than before at the most"
[ $((most - before)) -le $growth_kib_max ] || { echo "FAILED: more than $growth_kib_max KiB" >&2 && exit 1; }
