#!/usr/bin/env bash
# Requests that two readers could take for different ones (ci/Smuggling.java has them, each with who was affected by the
# like), on each transport:
#   direct      to the server itself: what is ambiguous is refused and ends the connection, all else is seen as it was meant
#   nginx       through nginx, with and without buffering, over kept connections: what it forwards is what the handler sees
#   haproxy     likewise
#   oracle      in place of the server one that reads leniently: found out directly and through either proxy, or else the
#               checks above would notice nothing
#
# usage: ci/smuggling.sh [CHECK]... [io_uring|epoll|nio]...      (all of them where none is named)
#
# Needs curl, nginx, haproxy. The ports are SMUGGLING_PORT (default 3200) and the two above it.
set -euo pipefail
cd "$(dirname "$0")/.."

port=${SMUGGLING_PORT:-3200}
proxy_port=$((port + 1))
unbuffered_port=$((port + 2))
client_seconds_max=240

# shellcheck source=ci/lib.sh
. ci/lib.sh
choose 'direct nginx haproxy oracle' "$@"
PATH=$PATH:/usr/sbin:/usr/local/sbin # where proxies are

client() { # ARGUMENT...
    timeout "$client_seconds_max" ./anillo ci/Smuggling.java "$@" > "$work/client" 2>&1
}

# The last line of what the client said.
told() {
    tail -n 1 "$work/client"
}

check_direct() { # TRANSPORT
    start "$1" "$port" ci/SmugglingServer.java "$port"
    client direct "$port" || fail "$(cat "$work/client")"
    stop
    echo "direct  $1: $(told)"
}

# --- proxies --------------------------------------------------------------------------------------------------------

start_nginx() {
    mkdir -p "$work/nginx"
    cat > "$work/nginx.conf" <<END
daemon off;
worker_processes 1;
pid $work/nginx/pid;
error_log $work/nginx/error error;
events { worker_connections 512; }
http {
    log_format buffered '\$status \$upstream_status \$request_method \$request_uri \$request_body';
    log_format unbuffered '\$status \$upstream_status \$request_method \$request_uri -';
    client_body_temp_path $work/nginx/body;
    proxy_temp_path $work/nginx/proxy;
    fastcgi_temp_path $work/nginx/fastcgi;
    uwsgi_temp_path $work/nginx/uwsgi;
    scgi_temp_path $work/nginx/scgi;
    proxy_http_version 1.1;
    proxy_set_header Connection '';
    proxy_next_upstream off;
    upstream server { server 127.0.0.1:$port; keepalive 32; }
    server {
        listen 127.0.0.1:$proxy_port;
        access_log $work/log buffered;
        location / { proxy_pass http://server; }
    }
    server {
        listen 127.0.0.1:$unbuffered_port;
        access_log $work/log.unbuffered unbuffered;
        location / {
            proxy_buffering off;
            proxy_request_buffering off;
            proxy_pass http://server;
        }
    }
}
END
    [ "$(id -u)" -ne 0 ] || sed -i '1i user root;' "$work/nginx.conf" # to write below the private directory
    : > "$work/log"
    : > "$work/log.unbuffered"
    nginx -p "$work/nginx" -e "$work/nginx/error" -c "$work/nginx.conf" 2> "$work/nginx/stderr" &
    clients=($!)
    await_answer "$proxy_port" "${clients[0]}" nginx
}

# The body is told where it is waited for; the log of both front ends is one.
start_haproxy() {
    cat > "$work/haproxy.cfg" <<END
global
    maxconn 500
    log stdout format raw local0
defaults
    mode http
    log global
    option http-keep-alive
    http-reuse always
    retries 0
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend buffered
    bind 127.0.0.1:$proxy_port
    option http-buffer-request
    http-request set-var(txn.crc) req.body,crc32
    log-format "%ST %[var(txn.status)] %HM %HU crc:%[var(txn.crc)]"
    default_backend server
frontend unbuffered
    bind 127.0.0.1:$unbuffered_port
    log-format "%ST %[var(txn.status)] %HM %HU -"
    default_backend server
backend server
    http-response set-var(txn.status) status
    server server 127.0.0.1:$port
END
    haproxy -db -f "$work/haproxy.cfg" > "$work/log" 2> "$work/haproxy.errors" &
    clients=($!)
    await_answer "$proxy_port" "${clients[0]}" haproxy
    ln -f "$work/log" "$work/log.unbuffered"
}

end_proxy() {
    kill -TERM "${clients[0]}" 2> /dev/null || :
    wait "${clients[0]}" 2> /dev/null || :
    clients=()
    rm -f "$work/log" "$work/log.unbuffered"
}

through() { # PROXY TRANSPORT
    start "$2" "$port" ci/SmugglingServer.java "$port"
    "start_$1"
    client proxy "$port" "$proxy_port" "$work/log" || fail "$1: $(cat "$work/client")"
    local buffered
    buffered=$(told)
    client proxy "$port" "$unbuffered_port" "$work/log.unbuffered" || fail "$1, unbuffered: $(cat "$work/client")"
    end_proxy
    stop
    printf '%-8s%s: %s; unbuffered %s\n' "$1" "$2" "$buffered" "$(told)"
}

check_nginx() { through nginx "$1"; }

check_haproxy() { through haproxy "$1"; }

# --- whether any of this would be noticed ---------------------------------------------------------------------------

found_out() { # ABOUT ARGUMENT...
    local about=$1
    shift
    ! client "$@" || fail "$about: a server that reads leniently was not found out"
    grep -q '^FAULT' "$work/client" || fail "$about: the client failed for another reason: $(cat "$work/client")"
    found+=("$about $(grep -c '^FAULT' "$work/client"),")
}

check_oracle() { # TRANSPORT
    [ "$1" = "${transports[0]}" ] || return 0 # it has none
    local found=() proxy
    start nio "$port" ci/SmugglingServer.java "$port" lenient
    found_out direct direct "$port"
    for proxy in nginx haproxy; do
        "start_$proxy"
        found_out "through $proxy" proxy "$port" "$unbuffered_port" "$work/log.unbuffered"
        end_proxy
    done
    kill -KILL "$server"
    wait "$server" 2> /dev/null || :
    server=
    echo "oracle  a lenient server is found out: faults ${found[*]%,} of $(told | cut -d ' ' -f 1-2)"
}

run_checks
