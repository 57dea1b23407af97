#!/usr/bin/env bash
# What deploy/ says, tried on this kernel, without Docker and without systemd as init: a server of nobody's, without any
# capability, on a file system that it can't write to, under the very filters of system calls that deploy/ has.
#   units       systemd-analyze takes the units and the drop-ins, and finds nothing worse than "OK"
#   profile     under deploy/seccomp.json, started by the Dockerfile's own words: io_uring serves; what it does not have
#               is refused
#   unit        under the SystemCallFilter= of deploy/anillo.service, started as there: io_uring serves
#   fallback    each of them without io_uring, and without locked memory: epoll serves, and one line says why
#   low-port    a port below 1024: refused in one line without CAP_NET_BIND_SERVICE, served with that alone
#   socket      systemd-socket-activate opens the port, the server has no capability
#
# usage: ci/least-privilege.sh [CHECK]...      (all of them where none is named)
#
# Needs root (to become nobody), setpriv, bwrap, systemd-analyze, systemd-socket-activate, curl, and Debian's
# python3-seccomp. The port is LEAST_PRIVILEGE_PORT (default 3300).
set -euo pipefail
cd "$(dirname "$0")/.."

port=${LEAST_PRIVILEGE_PORT:-3300}
low_port=$((600 + RANDOM % 400))
exposure_max=20 # tenths: "OK" ends there
nobody=65534
io_uring=io_uring_setup,io_uring_enter,io_uring_register

# shellcheck source=ci/lib.sh
. ci/lib.sh
choose 'units profile unit fallback low_port socket' "${@//-/_}"
[ "$(id -u)" -eq 0 ] || fail 'only root can become nobody: run it as root'

# --- What is installed, as deploy/README.md says: a copy below a directory that all may read, built once ------------

installed=$work/opt/anillo
files=$work/www

install_copy() {
    echo "installing below $work"
    mkdir -p "$installed" "$files"
    echo 'hola' > "$files/hola.txt"
    local source
    for source in anillo pom.xml launcher native-bindings/src/main loop/src/main http/src/main; do
        mkdir -p "$installed/$(dirname "$source")"
        cp -R "$source" "$installed/$source"
    done
    chmod 755 "$work"
    "$installed/anillo" doctor > "$work/doctor"
    modules=$installed/target/anillo/$(cat "$installed/target/anillo/current")/modules
    java_home=$(awk '$1 == "java" { print $NF }' "$work/doctor")
    best=io_uring
    grep -q '^transport io_uring  *works' "$work/doctor" || best=epoll # then no filter can allow it
    chmod -R go+rX "$work"
}

# --- Running one, and what it is then ------------------------------------------------------------------------------

# As nobody, without capabilities but those named, on a read-only file system.
as_nobody() { # CAPABILITIES COMMAND...
    local set=-all caps=$1 name
    shift
    for name in $caps; do set=$set,+$name; done
    bwrap --die-with-parent --ro-bind / / --dev /dev --proc /proc --tmpfs /run --cap-add ALL -- \
        setpriv --reuid "$nobody" --regid "$nobody" --clear-groups --no-new-privs \
        --inh-caps "$set" --ambient-caps "$set" --bounding-set "$set" -- "$@"
}

# The words of a line of the Dockerfile that is an array.
dockerfile() { # INSTRUCTION
    sed -n "s/^$1 //p" deploy/Dockerfile | python3 -c 'import json, sys; print("\n".join(json.load(sys.stdin)))'
}

# What the Dockerfile starts, with the places of this copy and this port.
docker_command() {
    mapfile -t command < <({ dockerfile ENTRYPOINT; dockerfile CMD; } | sed -e "s#^java\$#$java_home/bin/java#" \
        -e "s#^/opt/anillo\$#$modules#" -e "s#^/srv/www\$#$files#" -e "s#^0\.0\.0\.0\$#127.0.0.1#" -e "s#^8080\$#$port#")
}

unit_command() { # UNIT PORT
    local line
    line=$(sed -n 's/^ExecStart=//p' "$1" | tail -n 1 |
        sed -e "s#/opt/anillo#$installed#" -e "s#/srv/www#$files#" -e 's#0\.0\.0\.0#127.0.0.1#')
    read -ra command <<< "$line"
    local i
    for i in "${!command[@]}"; do [ "${command[i]}" != --port ] || command[i + 1]=$2; done
}

# Starts `command` and waits until it serves.
serve() { # CAPABILITIES PORT FILTER...
    local caps=$1 at=$2
    shift 2
    ! answers "$at" || fail "something else answers on port $at: end it first"
    as_nobody "$caps" env -u ANILLO_TRANSPORT ANILLO_JAVA_HOME="$java_home" /usr/bin/python3 ci/confined.py "$@" -- \
        "${command[@]}" > "$work/server.log" 2>&1 &
    server=$!
    await_answer "$at" "$server" 'the server'
    find_process
    [ "$(curl --silent --max-time "$curl_seconds_max" "http://127.0.0.1:$at/hola.txt")" = hola ] ||
        fail 'the file is another'
}

# Sets what is asked of the server afterwards; whatever fails then ends it too.
find_process() {
    process=$(java_of "$server")
    status=$(cat "/proc/$process/status")
    clients=("$process")
}

# The process that java runs in: the one that was started, or a child where something waits for it.
java_of() { # PROCESS
    local child children
    if [ "$(cat "/proc/$1/comm")" = java ]; then
        echo "$1"
        return
    fi
    read -ra children < "/proc/$1/task/$1/children"
    for child in "${children[@]}"; do java_of "$child"; done
}

status_is() { # NAME VALUE
    grep -qP "^$1:\\t$2(\\t|\$)" <<< "$status" || fail "$1 is not $2: $(grep "^$1:" <<< "$status")"
}

has_no_rights() {
    status_is Uid "$nobody"
    status_is NoNewPrivs 1
    status_is Seccomp 2
    status_is CapEff "${1:-0000000000000000}"
    status_is CapBnd "${1:-0000000000000000}"
}

transport_is() { # NAME
    local open
    open=$(readlink /proc/"$process"/fd/* | sort -u)
    local rings polls
    rings=$(grep -c '\[io_uring\]' <<< "$open" || :)
    polls=$(grep -c '\[eventpoll\]' <<< "$open" || :)
    case $1 in
        io_uring) [ "$rings" -gt 0 ] || fail "no ring is open: $open" ;;
        epoll)
            [ "$rings" -eq 0 ] || fail "a ring is open: $open"
            [ "$polls" -gt 0 ] || fail "no epoll is open: $open"
            ;;
    esac
}

end_server() {
    kill -TERM "$process"
    wait "$server" || :
    server=
    clients=()
}

# --- Checks ----------------------------------------------------------------------------------------------------------

check_units() {
    local units=$work/units exposure
    mkdir -p "$units/anillo.service.d"
    sed "s#/opt/anillo/anillo#$installed/anillo#" deploy/anillo.service > "$units/anillo.service"
    cp deploy/anillo.socket "$units"
    local drop_in
    for drop_in in '' low-port without-io-uring; do
        rm -f "$units"/anillo.service.d/*
        [ -z "$drop_in" ] || sed "s#/opt/anillo/anillo#$installed/anillo#" "deploy/anillo.service.d/$drop_in.conf" \
            > "$units/anillo.service.d/$drop_in.conf"
        systemd-analyze verify "$units/anillo.service" "$units/anillo.socket" > "$work/verify" 2>&1 ||
            fail "systemd-analyze verify, ${drop_in:-alone}: $(cat "$work/verify")"
        [ ! -s "$work/verify" ] || fail "systemd-analyze verify, ${drop_in:-alone}: $(cat "$work/verify")"
    done
    rm -f "$units"/anillo.service.d/*
    exposure=$(systemd-analyze security --offline=true --threshold="$exposure_max" "$units/anillo.service" |
        grep -o 'Overall exposure level.*[0-9]\.[0-9]') || fail 'systemd-analyze security: above the threshold'
    echo "units     verified; ${exposure##* } of 10 is exposed (systemd-analyze security)"
}

check_profile() {
    docker_command
    serve '' "$port" deploy/seccomp.json
    has_no_rights
    transport_is "$best"
    end_server
    if as_nobody '' /usr/bin/python3 ci/confined.py deploy/seccomp.json -- unshare --user true 2> "$work/denied"; then
        fail 'the profile lets a process make a user namespace'
    fi
    grep -q 'Operation not permitted' "$work/denied" || fail "refused for another reason: $(cat "$work/denied")"
    echo "profile   $best serves under deploy/seccomp.json, as nobody, without capabilities; a new namespace is refused"
}

check_unit() {
    unit_command deploy/anillo.service "$port"
    serve '' "$port" deploy/anillo.service
    has_no_rights
    transport_is "$best"
    end_server
    echo "unit      $best serves under the filter of deploy/anillo.service"
}

told_once() { # REASON
    [ "$(grep -c "epoll serves: io_uring is refused with .*$1" "$work/server.log")" -eq 1 ] ||
        fail 'the log does not say once why epoll serves'
}

check_fallback() {
    if [ "$best" = epoll ]; then
        echo 'fallback  left out: this machine has no io_uring without any filter (./anillo doctor)'
        return
    fi
    docker_command
    serve '' "$port" --without "$io_uring" deploy/seccomp.json
    has_no_rights
    transport_is epoll
    told_once 'by a seccomp filter'
    end_server
    command=(prlimit --memlock=0:0 "${command[@]}")
    serve '' "$port" deploy/seccomp.json
    transport_is epoll
    told_once 'the limit of locked memory'
    end_server
    unit_command deploy/anillo.service "$port"
    serve '' "$port" deploy/anillo.service deploy/anillo.service.d/without-io-uring.conf
    has_no_rights
    transport_is epoll
    told_once 'by a seccomp filter'
    end_server
    echo "fallback  $(grep -o 'epoll serves: io_uring is refused with [^:]*: by a seccomp filter' "$work/server.log")"
}

check_low_port() {
    local bind=0000000000000400 # bit 10, CAP_NET_BIND_SERVICE
    unit_command deploy/anillo.service.d/low-port.conf "$low_port"
    if as_nobody '' env ANILLO_JAVA_HOME="$java_home" /usr/bin/python3 ci/confined.py deploy/anillo.service -- \
        "${command[@]}" > "$work/server.log" 2>&1; then
        fail "port $low_port was given without a capability"
    fi
    [ "$(wc -l < "$work/server.log")" -eq 1 ] || fail 'the refusal is not one line'
    grep -q "bind 127.0.0.1:$low_port: EACCES" "$work/server.log" || fail 'the refusal is another'
    serve net_bind_service "$low_port" deploy/anillo.service
    has_no_rights "$bind"
    end_server
    echo 'low-port  refused in one line without CAP_NET_BIND_SERVICE, served with it alone'
}

check_socket() {
    unit_command deploy/anillo.service "$port"
    command=(systemd-socket-activate --listen="127.0.0.1:$low_port" --fdname=http -E ANILLO_JAVA_HOME -- setpriv
        --reuid "$nobody" --regid "$nobody" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all --
        /usr/bin/python3 ci/confined.py deploy/anillo.service -- "${command[@]}")
    ANILLO_JAVA_HOME=$java_home "${command[@]}" > "$work/server.log" 2>&1 &
    server=$!
    await_answer "$low_port" "$server" 'the server behind systemd-socket-activate'
    find_process
    has_no_rights
    grep -q '^socket http serves ' "$work/server.log" || fail 'the socket is not the one that was passed'
    end_server
    echo 'socket    a low port from systemd-socket-activate, without any capability'
}

install_copy
for check in "${checks[@]}"; do "check_$check"; done
