#!/usr/bin/env bash
# A file that no cache holds is read whole, on each transport, while a timer fires each millisecond: how late was it?
# Fails when it was later than COLD_READ_LAG_MILLIS.
#
# usage: ci/cold-read.sh [io_uring|epoll|nio]...      (all of them where none is named)
#
# COLD_READ_MIB sets the file's size; it lies in COLD_READ_DIRECTORY, which must not be in memory (tmpfs).
set -euo pipefail
cd "$(dirname "$0")/.."

mib=${COLD_READ_MIB:-1024}
lag_millis_max=${COLD_READ_LAG_MILLIS:-100} # garbage collection and other processes; one cold GiB takes ten times that and more
transports=("$@")
[ ${#transports[@]} -gt 0 ] || transports=(io_uring epoll nio)

mkdir -p target
file=$(mktemp -p "${COLD_READ_DIRECTORY:-target}" cold-read.XXXXXX)
trap 'rm -f "$file"' EXIT
dd if=/dev/urandom of="$file" bs=1M count="$mib" conv=fsync status=none
for transport in "${transports[@]}"; do
    dd if="$file" iflag=nocache count=0 status=none # posix_fadvise(2), DONTNEED: out of the cache
    printf '%-9s' "$transport"
    ./anillo --transport="$transport" ci/ColdRead.java "$file" "$lag_millis_max"
done
