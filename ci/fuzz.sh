#!/usr/bin/env bash
# Fuzzes the HTTP parsers with Jazzer, whose mutator is led by the branches that an input takes. What must hold says
# FuzzOracle (http/src/test): parsed or refused, nothing else, and the same however the bytes are cut.
#
# usage: ci/fuzz.sh [--minutes N]      (5 without it)
#
# Status 0 when nothing was found. A finding is shown with its stack trace, and its input is left in http/target/fuzz;
# what was learned stays there too, for the next time. Jazzer comes from Maven Central and is part of nothing that is
# built otherwise. Needs Maven, and a JDK 25 or later
# in ANILLO_JAVA_HOME, in JAVA_HOME or on the PATH.
set -euo pipefail
cd "$(dirname "$0")/.."

jazzer_version=0.30.0
case "$*" in
    '') minutes=5 ;;
    '--minutes '[1-9]*) minutes=$2 ;;
    *) echo "usage: ci/fuzz.sh [--minutes N]" >&2 && exit 2 ;;
esac
java_home=${ANILLO_JAVA_HOME:-${JAVA_HOME:-}}
java=${java_home:+$java_home/bin/}java

work=$PWD/http/target/fuzz
mkdir -p "$work"
mvn -B -q -pl http -am test-compile dependency:build-classpath -Dmdep.outputFile="$work/class-path"
for name in jazzer jazzer-api; do
    [ -f "$work/$name-$jazzer_version.jar" ] || mvn -B -q dependency:copy -DoutputDirectory="$work" \
        -Dartifact="com.code-intelligence:$name:$jazzer_version"
done
class_path=$PWD/http/target/test-classes:$PWD/http/target/classes:$(cat "$work/class-path")
class_path+=:$work/jazzer-$jazzer_version.jar:$work/jazzer-api-$jazzer_version.jar

cd "$work"
options=(-cp "$class_path" --enable-native-access=ALL-UNNAMED -XX:+EnableDynamicAgentLoading -Danillo.checks=on)
"$java" "${options[@]}" dev.anillo.http.wire.FuzzTarget .
exec "$java" "${options[@]}" com.code_intelligence.jazzer.Jazzer --target_class=dev.anillo.http.wire.FuzzTarget \
    --instrumentation_includes='dev.anillo.http.wire.**' \
    -dict=dictionary -max_len=1024 -max_total_time=$((minutes * 60)) corpus
