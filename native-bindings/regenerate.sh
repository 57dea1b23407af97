#!/bin/sh
# Regenerates src/main/java/dev/anillo/linux from src/jextract and shows what changed.
#   native-bindings/regenerate.sh [INCLUDE_DIR]
# Runs $JEXTRACT or the jextract on PATH, and the JDK, 25 or later, in $JAVA_HOME or on PATH. INCLUDE_DIR holds newer
# kernel headers than the system's (usr/include of an unpacked linux-libc-dev): from Linux 6.15 on they know every
# symbol that symbols.txt names.
set -eu

fail() { echo "regenerate.sh: $1" >&2; exit 1; }

cd "$(dirname "$0")"
jextract=${JEXTRACT:-jextract}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
include=$(readlink -m "${1:-/usr/include}")
target=src/main/java/dev/anillo/linux
machine=$(uname -m)

[ "$machine" = x86_64 ] || fail "the committed files are x86_64's: run this there, not on $machine"
command -v "$jextract" >/dev/null || fail "no jextract: put it on PATH or set JEXTRACT (https://jdk.java.net/jextract)"
[ -f "$include/linux/io_uring.h" ] || fail "no linux/io_uring.h in $include: install linux-libc-dev"
grep -q IORING_FEAT_NO_IOWAIT "$include/linux/io_uring.h" ||
    fail "kernel headers in $include are older than 6.15: pass newer ones"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$jextract" -I "$include" -I "$include/$machine-linux-gnu" --target-package dev.anillo.linux --header-class-name Linux \
    --output "$work" @src/jextract/symbols.txt src/jextract/linux.h

# jextract passes over a name that it doesn't find.
generated=$work/dev/anillo/linux
grep '^--include' src/jextract/symbols.txt | while read -r kind symbol; do
    case $kind in
        --include-constant) grep -q " $symbol()" "$generated/Linux.java" ;;
        *) [ -f "$generated/$symbol.java" ] ;;
    esac || fail "not in these headers: $symbol"
done

# Of jextract's classes only the numbers are kept.
"${java}c" -d "$work/classes" "$generated"/*.java
mkdir -p "$target"
rm -f "$target"/*.java
"$java" --enable-native-access=ALL-UNNAMED --class-path "$work/classes" src/jextract/Lean.java "$generated" "$target"
git add --intent-to-add "$target"/*.java
git diff --stat -- "$target"/*.java
