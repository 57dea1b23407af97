#!/usr/bin/env bash
# Many idle connections on one loop, with what each costs: see ci/Idle.java, and http/README.md, "Memory".
#
# usage: ci/idle.sh [COUNT] [io_uring|epoll|nio]...      (50,000 on all of them)
#
# The server needs a descriptor for each: where `ulimit -Hn` is lower it is raised, if this is root and may, and otherwise as
# many connections are opened as it allows. IDLE_STEP_SECONDS_MAX (120) is for slow machines.
set -euo pipefail
cd "$(dirname "$0")/.."

count=50000
case ${1:-} in
    *[!0-9]* | '') ;;
    *) count=$1 && shift ;;
esac
[ $# -gt 0 ] || set -- io_uring epoll nio

needed=$((count + 1000))
if [ "$(ulimit -Hn)" != unlimited ] && [ "$(ulimit -Hn)" -lt "$needed" ]; then
    ulimit -n "$needed" 2>/dev/null || echo "idle.sh: ulimit -Hn is $(ulimit -Hn) and can't be raised here" >&2
fi
for transport in "$@"; do
    case $transport in
        io_uring | epoll | nio) ;;
        *) echo "usage: $0 [COUNT] [io_uring|epoll|nio]..." >&2 && exit 2 ;;
    esac
    echo "== $transport"
    ANILLO_TRANSPORT=$transport ./anillo ci/Idle.java "$count"
done
