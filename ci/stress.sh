#!/usr/bin/env bash
# The loop's door for other threads under jcstress: two and three threads meet at the inbox, the sleep and the end of a loop,
# millions of times, in each way of being compiled. An outcome that must not be, such as a task that is lost while the loop
# sleeps, is FORBIDDEN. loop/README.md ("Concurrency") tells what is tried.
#
# usage: ci/stress.sh [quick|default|tough]      (default where nothing is said)
#        ci/stress.sh mutants
#
# quick takes about a minute and a half, default about ten minutes, tough an hour. mutants breaks the protocol in ten places,
# one at a time, in the compiled classes, and expects each to be noticed. Status 0 when no outcome was forbidden, or each
# mutant noticed. STRESS_TEST, a regular expression, picks tests. The report stays in stress/target/report. Needs Maven, and a
# JDK 25 or later in ANILLO_JAVA_HOME or where ./anillo finds it; jcstress comes from Maven Central.
set -euo pipefail
cd "$(dirname "$0")/.."

mode=${1:-default}
# One way of compiling in place of all: where time is short.
one_way=(-sc false -jvmArgs '-XX:+UseSerialGC --enable-native-access=ALL-UNNAMED')
all_ways=(-jvmArgsPrepend '-XX:+UseSerialGC --enable-native-access=ALL-UNNAMED')
case "$mode" in
    quick) options=("${one_way[@]}" -f 1 -fsm 1 -iters 2 -time 1000) ;;
    default) options=("${all_ways[@]}" -f 1 -fsm 1 -iters 2 -time 1000) ;;
    tough) options=("${all_ways[@]}" -f 2 -fsm 2 -iters 5 -time 1000) ;;
    mutants) options=("${one_way[@]}" -f 1 -fsm 1 -iters 5 -time 1000) ;;
    *) echo 'usage: ci/stress.sh [quick|default|tough|mutants]' >&2 && exit 2 ;;
esac

java_home=$(./anillo --version | sed -n 's/^java .* (\(.*\))$/\1/p')
work=$PWD/stress/target
mvn -B -q -pl stress -am test-compile dependency:build-classpath -Dmdep.outputFile="$work/class-path"
class_path=$work/classes:$(cat "$work/class-path")

jcstress() { # CLASS-PATH REPORT TEST
    (cd "$work" && "$java_home/bin/java" -cp "$1" org.openjdk.jcstress.Main "${options[@]}" -r "$2" -t "$3")
}

if [ "$mode" != mutants ]; then
    jcstress "$class_path" "$work/report" "${STRESS_TEST:-.*}"
    exit
fi

mutants=$work/mutants
rm -rf "$mutants"
"$java_home/bin/java" -cp "$class_path" dev.anillo.stress.Mutants "$PWD/loop/target/classes" "$mutants" > "$work/list"
missed=0
while read -r name test; do
    [[ "$test $name" =~ ${STRESS_TEST:-.*} ]] || continue
    if jcstress "$mutants/$name:$class_path" "$mutants/$name/report" "$test\$" > "$mutants/$name/log" 2>&1; then
        echo "MISSED  $name: $test does not forbid it" >&2
        missed=1
    elif grep -q "Observed forbidden state" "$mutants/$name/log"; then
        echo "noticed $name: $test"
    else
        echo "FAILED  $name: see $mutants/$name/log" >&2
        missed=1
    fi
done < "$work/list"
exit $missed
