#!/usr/bin/env bash
# Real clients against ci/ClientsServer.java, on each transport. Each check relies on the client's own exit status and
# compares what it got byte for byte:
#   curl        bodies both ways, ranges, conditions, HTTP/1.0, 100-continue, trailers, redirects, cookies, 20 at once
#   wget        a download, one resumed, one looked at only, an upload
#   ab          keep-alive in the way of HTTP/1.0, no failed request
#   h2load      keep-alive and pipelining, no failed request
#   nginx       as a reverse proxy with kept connections to the server, with and without buffering
#   haproxy     likewise, sharing kept connections between its clients
#   chromium    an event stream that breaks off and goes on, and a streamed fetch
#   slow        slowhttptest's slow heads, bodies and reads are ended in time, while others are served
#   stop        HttpServer.close() under load fails no request
#
# usage: ci/clients.sh [CHECK]... [io_uring|epoll|nio]...      (all of them where none is named)
#
# Needs the programs named above, and wrk. The ports are CLIENTS_PORT (default 3100) and the one above it.
set -euo pipefail
cd "$(dirname "$0")/.."

port=${CLIENTS_PORT:-3100}
proxy_port=$((port + 1))
content_bytes=8388608
parallel=20
requests=20000
load_seconds=3
slow_seconds_max=8  # a bound of 1 s, looked at every 250 ms, and up to 2 s of lingering; the rest is slowhttptest's start

# shellcheck source=ci/lib.sh
. ci/lib.sh
choose 'curl wget ab h2load nginx haproxy chromium slow stop' "$@"

origin=http://127.0.0.1:$port
proxy=http://127.0.0.1:$proxy_port
content=$work/content
head -c "$content_bytes" /dev/urandom > "$content"
content_sum="$content_bytes $(sha256sum < "$content" | cut -d ' ' -f 1)"
PATH=$PATH:/usr/sbin:/usr/local/sbin # where proxies are

for check in "${checks[@]}"; do
    case $check in
        slow) programs=slowhttptest ;;
        stop) programs=wrk ;;
        nginx | haproxy) programs="$check wrk" ;;
        chromium) continue ;; # it goes by several names
        *) programs=$check ;;
    esac
    for program in $programs; do
        command -v "$program" > /dev/null || fail "the check $check needs $program; .ci/run installs it"
    done
done

begin() { # TRANSPORT [short]
    start "$1" "$port" ci/ClientsServer.java "$port" "$content" "${@:2}"
}

passed() { # CHECK TRANSPORT WHAT
    printf '%-9s%s: %s\n' "$1" "$2" "$3"
}

# curl, bounded in time, whose failure is told with what it was about.
fetch() { # ABOUT [ARGUMENT]...
    local about=$1
    shift
    curl --silent --show-error --fail --max-time "$curl_seconds_max" "$@" || fail "$about: curl ended with status $?"
}

same() { # ABOUT FILE [FILE]
    cmp "$2" "${3:-$content}" >&2 || fail "$1: other bytes than expected"
}

equal() { # ABOUT GOT EXPECTED
    [ "$2" = "$3" ] || fail "$1: got '$2' instead of '$3'"
}

has() { # ABOUT FILE PATTERN
    grep -Eq "$3" "$2" || fail "$1: no line '$3' in: $(cat "$2")"
}

hasnt() { # ABOUT FILE PATTERN
    ! grep -E "$3" "$2" >&2 || fail "$1: $(tail -n 40 "$2")"
}

# Ends a process of ours and takes it off the list of those that end with the script.
end_client() { # PROCESS
    kill -TERM "$1" 2>/dev/null || :
    wait "$1" 2>/dev/null || :
    clients=()
}

# --- curl -----------------------------------------------------------------------------------------------------------

check_curl() { # TRANSPORT
    begin "$1"
    curl_downloads
    curl_uploads
    curl_ranges
    curl_exchanges
    curl_parallel
    stop
    passed curl "$1" "downloads, uploads, ranges, HTTP/1.0, 100-continue, one kept connection, $parallel at once"
}

curl_downloads() {
    equal 'plain text' "$(fetch 'plain text' "$origin/")" 'Hola Mundo'
    fetch 'in chunks' -D "$work/head" -o "$work/got" "$origin/large"
    same 'in chunks' "$work/got"
    has 'in chunks' "$work/head" '^Transfer-Encoding: chunked'
    fetch 'with a length' -D "$work/head" -o "$work/got" "$origin/file"
    same 'with a length' "$work/got"
    has 'with a length' "$work/head" "^Content-Length: $content_bytes"
    fetch 'to a slow reader' --limit-rate 4M -o "$work/got" "$origin/large"
    same 'to a slow reader' "$work/got"
    fetch 'HTTP/1.0' --http1.0 -D "$work/head" -o "$work/got" "$origin/large"
    same 'HTTP/1.0, up to the end of the connection' "$work/got"
    hasnt 'HTTP/1.0' "$work/head" '^Transfer-Encoding'
    equal 'HTTP/1.0' "$(fetch 'HTTP/1.0' --http1.0 "$origin/")" 'Hola Mundo'
    fetch 'chunks by time' -N -o "$work/got" "$origin/chunks"
    seq -f 'chunk %g' 0 99 > "$work/expected"
    same 'chunks by time' "$work/got" "$work/expected"
}

curl_uploads() {
    equal 'upload' "$(fetch upload -T "$content" "$origin/upload")" "$content_sum"
    equal 'upload in chunks' "$(fetch 'upload in chunks' -T - "$origin/upload" < "$content")" "$content_sum"
    equal 'upload with HTTP/1.0' "$(fetch 'HTTP/1.0' --http1.0 -T "$content" "$origin/upload")" "$content_sum"
    # Without leave curl would wait for its 60 seconds.
    equal '100-continue' "$(fetch '100-continue' -D "$work/head" --expect100-timeout 60 --max-time 20 \
        -H 'Expect: 100-continue' --data-binary "@$content" "$origin/upload")" "$content_sum"
    has '100-continue' "$work/head" '^HTTP/1.1 100 Continue'
    equal 'refused by 413 in place of 100' "$(curl -s -o "$work/got" --expect100-timeout 60 --max-time 20 \
        -w '%{http_code} %{size_upload}' -H 'Expect: 100-continue' --data-binary "@$content" "$origin/refused")" '413 0'
}

curl_ranges() {
    fetch 'two ranges' -r 0-999999 -o "$work/got" "$origin/file"
    fetch 'two ranges' -r 1000000- "$origin/file" >> "$work/got"
    same 'two ranges, put together' "$work/got"
    fetch 'the last bytes' -r -1000 -o "$work/got" "$origin/file"
    tail -c 1000 "$content" > "$work/expected"
    same 'the last bytes' "$work/got" "$work/expected"
    head -c 3000000 "$content" > "$work/got"
    fetch 'a resumed download' -C - -o "$work/got" "$origin/file"
    same 'a resumed download' "$work/got"
    equal 'a range behind the end' \
        "$(curl -s -o "$work/got" -w '%{http_code}' -r "$content_bytes-" "$origin/file")" 416
    fetch 'a condition' --etag-save "$work/etag" -o "$work/got" "$origin/file"
    equal 'a condition' "$(fetch 'a condition' --etag-compare "$work/etag" -o "$work/unchanged" \
        -w '%{http_code} %{size_download}' "$origin/file")" '304 0'
    fetch 'a range of another state' -r 5-9 -H 'If-Range: "another"' -o "$work/got" "$origin/file"
    same 'a range of another state' "$work/got"
}

curl_exchanges() {
    fetch trailers -D "$work/head" -o "$work/got" "$origin/trailers"
    has trailers "$work/head" '^Parts: 2'
    equal trailers "$(cat "$work/got")" 'part one, part two'
    equal 'a slow answer' "$(fetch 'a slow answer' "$origin/slow/1500")" 'at last'
    equal redirects "$(fetch redirects -L -w '%{num_redirects} %{num_connects}' "$origin/redirect/5")" \
        "$(printf 'Hola Mundo\n5 1')"
    equal 'a redirected upload' "$(fetch 'a redirected upload' -L --data-binary "@$content" "$origin/redirect")" \
        "$content_sum"
    equal cookies "$(fetch cookies -L -c "$work/jar" -b "$work/jar" "$origin/cookies/set")" \
        "$(printf 'session=abc123\ntheme=dark')"
    fetch HEAD -I -o "$work/head" "$origin/file"
    has HEAD "$work/head" "^Content-Length: $content_bytes"
    equal 'a wrong method' "$(curl -s -o "$work/got" -D "$work/head" -w '%{http_code}' -X DELETE "$origin/file")" 405
    has 'a wrong method' "$work/head" '^Allow: GET, HEAD'
    # Of the given URLs only the first makes a connection.
    equal 'one kept connection' "$(fetch keep-alive -o "$work/got" -w '%{num_connects}' "$origin/" \
        -o "$work/got" "$origin/large" -o "$work/got" "$origin/chunks" -o "$work/got" "$origin/file")" 1000
}

curl_parallel() {
    local i down=() up=()
    for ((i = 0; i < parallel; i++)); do
        down+=(-o "$work/got.$i" "$origin/large")
        up+=(-T "$content" -o "$work/sum.$i" "$origin/upload")
    done
    fetch "$parallel at once" -Z --parallel-immediate --parallel-max "$parallel" "${down[@]}" 2> "$work/curl" ||
        fail "$(cat "$work/curl")"
    fetch "$parallel at once" -Z --parallel-immediate --parallel-max "$parallel" "${up[@]}" 2> "$work/curl" ||
        fail "$(cat "$work/curl")"
    for ((i = 0; i < parallel; i++)); do
        same "download $i of $parallel at once" "$work/got.$i"
        equal "upload $i of $parallel at once" "$(cat "$work/sum.$i")" "$content_sum"
        rm "$work/got.$i" "$work/sum.$i"
    done
}

# --- wget, ab, h2load -----------------------------------------------------------------------------------------------

check_wget() { # TRANSPORT
    begin "$1"
    local options=(--no-verbose --no-config --no-proxy --tries=1 "--timeout=$curl_seconds_max")
    wget "${options[@]}" -O "$work/got" "$origin/large" 2> "$work/wget" || fail "wget: $(cat "$work/wget")"
    same 'wget' "$work/got"
    mkdir -p "$work/wget.d"
    head -c 3000000 "$content" > "$work/wget.d/file"
    wget "${options[@]}" --server-response -c -P "$work/wget.d" "$origin/file" 2> "$work/wget" ||
        fail "wget -c: $(cat "$work/wget")"
    has 'wget -c' "$work/wget" ' 206 Partial Content'
    same 'wget -c' "$work/wget.d/file"
    wget "${options[@]}" -c -P "$work/wget.d" "$origin/file" 2> "$work/wget" || fail "wget -c again: $(cat "$work/wget")"
    same 'wget -c of a complete file' "$work/wget.d/file"
    wget "${options[@]}" --spider "$origin/file" 2> "$work/wget" || fail "wget --spider: $(cat "$work/wget")"
    wget "${options[@]}" --post-file="$content" -O "$work/got" "$origin/upload" 2> "$work/wget" ||
        fail "wget --post-file: $(cat "$work/wget")"
    equal 'wget --post-file' "$(cat "$work/got")" "$content_sum"
    stop
    passed wget "$1" 'download, -c, --spider, --post-file'
}

check_ab() { # TRANSPORT
    begin "$1"
    timeout 60 ab -q -k -c 50 -n "$requests" "$origin/" > "$work/ab" 2>&1 || fail "ab: $(cat "$work/ab")"
    has ab "$work/ab" "^Complete requests: +$requests\$"
    has ab "$work/ab" "^Keep-Alive requests: +$requests\$"
    has ab "$work/ab" '^Failed requests: +0$'
    hasnt ab "$work/ab" 'Non-2xx|Write errors'
    timeout 60 ab -q -c 50 -n 1000 "$origin/file" > "$work/ab.once" 2>&1 || fail "ab: $(cat "$work/ab.once")"
    has ab "$work/ab.once" '^Failed requests: +0$'
    stop
    passed ab "$1" "$requests requests with keep-alive, 0 failed, $(sed -n 's/^Requests per second: *//p' "$work/ab")"
}

check_h2load() { # TRANSPORT
    begin "$1"
    local pipelined
    for pipelined in 1 8; do
        timeout 60 h2load --h1 -c 50 -m "$pipelined" -n "$requests" "$origin/" > "$work/h2load" 2>&1 ||
            fail "h2load: $(cat "$work/h2load")"
        has h2load "$work/h2load" "^requests: .* $requests succeeded, 0 failed, 0 errored, 0 timeout"
        has h2load "$work/h2load" "^status codes: $requests 2xx, 0 3xx, 0 4xx, 0 5xx"
    done
    stop
    passed h2load "$1" "$requests requests alone and 8 at a time, 0 failed, $(sed -n 's/^finished in //p' "$work/h2load")"
}

# --- proxies --------------------------------------------------------------------------------------------------------

# What holds for every proxy in front: bodies whole, few connections to the server however many requests, no 5xx.
through_proxy() { # NAME PREFIX
    local i
    fetch "$1$2" -o "$work/got" "$proxy$2/large"
    same "download through $1$2" "$work/got"
    fetch "$1$2" --limit-rate 8M -o "$work/got" "$proxy$2/file"
    same "slow download through $1$2" "$work/got"
    equal "upload through $1$2" "$(fetch "$1$2" -T "$content" "$proxy$2/upload")" "$content_sum"
    equal "upload in chunks through $1$2" "$(fetch "$1$2" -T - "$proxy$2/upload" < "$content")" "$content_sum"
    fetch "$1$2" -N -o "$work/got" "$proxy$2/chunks"
    seq -f 'chunk %g' 0 99 > "$work/expected"
    same "chunks through $1$2" "$work/got" "$work/expected"
    equal "a slow answer through $1$2" "$(fetch "$1$2" "$proxy$2/slow/300")" 'at last'
    for ((i = 0; i < 20; i++)); do
        fetch "$1$2" "$proxy$2/peer"
    done | sort -u > "$work/peers"
    [ "$(wc -l < "$work/peers")" -le 2 ] || fail "$1$2 keeps no connection: $(cat "$work/peers")"
    timeout $((load_seconds + 30)) wrk -t1 -c32 "-d${load_seconds}s" "$proxy$2/" > "$work/wrk" 2>&1 ||
        fail "wrk: $(cat "$work/wrk")"
    has "$1$2 under load" "$work/wrk" '^ +[1-9][0-9]* requests in'
    hasnt "$1$2 under load" "$work/wrk" 'Socket errors|Non-2xx'
}

end_proxy() { # NAME LOG
    end_client "${clients[0]}"
    # The access logs begin with the status; a proxy's own complaints are in the same file.
    hasnt "$1 has failed requests" "$2" '^5[0-9][0-9] |\[(error|crit|alert|emerg)\]|\[ALERT\]'
    proxied=$(grep -c '^[1-4][0-9][0-9] ' "$2") || fail "$1 has logged no request: $(cat "$2")"
}

check_nginx() { # TRANSPORT
    begin "$1"
    mkdir -p "$work/nginx"
    : > "$work/nginx/log"
    cat > "$work/nginx.conf" <<END
daemon off;
worker_processes 1;
pid $work/nginx/pid;
error_log $work/nginx/log error;
events { worker_connections 512; }
http {
    log_format status '\$status \$upstream_status \$request';
    access_log $work/nginx/log status;
    client_body_temp_path $work/nginx/body;
    proxy_temp_path $work/nginx/proxy;
    fastcgi_temp_path $work/nginx/fastcgi;
    uwsgi_temp_path $work/nginx/uwsgi;
    scgi_temp_path $work/nginx/scgi;
    client_max_body_size 0;
    proxy_http_version 1.1;
    proxy_set_header Connection '';
    upstream anillo { server 127.0.0.1:$port; keepalive 32; }
    server {
        listen 127.0.0.1:$proxy_port;
        location / { proxy_pass http://anillo; }
        location /unbuffered/ {
            proxy_buffering off;
            proxy_request_buffering off;
            proxy_pass http://anillo/;
        }
    }
}
END
    [ "$(id -u)" -ne 0 ] || sed -i '1i user root;' "$work/nginx.conf" # to write below the private directory
    nginx -p "$work/nginx" -e "$work/nginx/log" -c "$work/nginx.conf" 2> "$work/nginx/stderr" &
    clients=($!)
    await_answer "$proxy_port" "${clients[0]}" nginx
    through_proxy nginx ''
    through_proxy nginx /unbuffered
    end_proxy nginx "$work/nginx/log"
    stop
    passed nginx "$1" "$proxied requests, buffered and not, no 5xx"
}

check_haproxy() { # TRANSPORT
    begin "$1"
    cat > "$work/haproxy.cfg" <<END
global
    maxconn 500
    log stdout format raw local0
defaults
    mode http
    log global
    log-format "%ST %tsc %HM %HP"
    option http-keep-alive
    http-reuse always
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend clients
    bind 127.0.0.1:$proxy_port
    default_backend anillo
backend anillo
    server anillo 127.0.0.1:$port
END
    haproxy -db -f "$work/haproxy.cfg" > "$work/haproxy" 2>&1 &
    clients=($!)
    await_answer "$proxy_port" "${clients[0]}" haproxy
    through_proxy haproxy ''
    end_proxy haproxy "$work/haproxy"
    stop
    passed haproxy "$1" "$proxied requests, no 5xx"
}

# --- chromium -------------------------------------------------------------------------------------------------------

check_chromium() { # TRANSPORT
    begin "$1"
    local name browser='' told
    for name in chromium google-chrome; do
        [ -n "$browser" ] || browser=$(command -v "$name") || :
    done
    [ -n "$browser" ] || fail 'no chromium here'
    rm -rf "$work/profile"
    "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
        --disable-component-update --disable-sync --disable-dev-shm-usage --user-data-dir="$work/profile" \
        "$origin/page" > "$work/chromium" 2>&1 &
    clients=($!)
    told=$(curl --silent --show-error --fail --max-time 60 "$origin/result") ||
        fail "the page has told nothing: $(tail -n 20 "$work/chromium")"
    # Opened twice: the server ends the stream in its middle, and the browser asks for the rest.
    equal chromium "$told" 'events 10 opened 2 chunks equal streamed'
    end_client "${clients[0]}"
    stop
    passed chromium "$1" "$told"
}

# --- slow clients ---------------------------------------------------------------------------------------------------

check_slow() { # TRANSPORT
    begin "$1" short
    local ended=() others=0
    slow_test heads -H -u "$origin/"
    slow_test bodies -B -s 8192 -u "$origin/upload"
    slow_test reads -X -w 256 -y 1024 -n 1 -z 5 -u "$origin/large"
    stop
    passed slow "$1" "100 each, gone after ${ended[*]} $others other requests served meanwhile"
}

# 100 slow connections, and beside them one client that must not notice.
# 100 slow connections, and beside them one client that must not notice. How long they last is seen on the server's
# side: after a reset slowhttptest's slow reads still find what their own system has received.
slow_test() { # NAME ARGUMENT...
    local name=$1 most=0 served=0 now since=$SECONDS
    shift
    timeout 60 slowhttptest -c 100 -r 100 -i 1 -x 8 -p 2 -l 30 "$@" > "$work/slow" 2>&1 &
    clients=($!)
    while now=$(sockets) && { [ "$most" -lt 30 ] || [ "$now" -gt 5 ]; }; do
        [ "$now" -le "$most" ] || most=$now
        [ $((SECONDS - since)) -le "$slow_seconds_max" ] ||
            fail "slow $name: $now connections of up to $most after $slow_seconds_max s: $(tail -n 20 "$work/slow")"
        equal "beside slow $name" "$(fetch "beside slow $name" --max-time 2 "$origin/")" 'Hola Mundo'
        served=$((served + 1))
        sleep 0.1
    done
    kill -0 "${clients[0]}" 2>/dev/null || wait "${clients[0]}" || fail "slowhttptest: $(cat "$work/slow")"
    hasnt "beside slow $name" "$work/slow" 'service available: +.*NO'
    end_client "${clients[0]}"
    ended+=("$name $((SECONDS - since)) s,")
    others=$((others + served))
}

# Descriptors may close while they are counted.
sockets() {
    { find "/proc/$server/fd" -lname 'socket:*' 2>/dev/null || :; } | wc -l
}

# --- stopping -------------------------------------------------------------------------------------------------------

check_stop() { # TRANSPORT
    begin "$1"
    timeout 30 wrk -t1 -c64 -d4s "$origin/" > "$work/wrk" 2>&1 &
    clients=($!)
    timeout 60 ./anillo ci/StopClient.java "$port" "$content" > "$work/stop" 2>&1 || fail "$(cat "$work/stop")"
    # The program has nothing else to do, so it ends by itself.
    status=0
    timeout 20 tail --pid="$server" -f /dev/null || fail 'the server has not ended after close()'
    wait "$server" || status=$?
    server=
    equal 'exit status after close()' "$status" 0
    wait "${clients[0]}" || fail "wrk: $(cat "$work/wrk")"
    clients=()
    # wrk goes on to connect, in vain, which it counts as connect or write errors; no answer may be missing.
    hasnt 'wrk while the server stops' "$work/wrk" 'Non-2xx|read [1-9]|timeout [1-9]'
    passed stop "$1" "$(cat "$work/stop")"
}

run_checks
