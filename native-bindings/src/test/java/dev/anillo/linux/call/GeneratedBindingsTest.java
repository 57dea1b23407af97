package dev.anillo.linux.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The C compiler's opinion of every size, offset and constant in the bindings, on each architecture that they serve.
///
/// `-Danillo.kernel.headers=DIR` gives the include directory of newer kernel headers than the system's; then all
/// symbols must be there. Without it those that the system's headers don't know count as absent, not as right.
class GeneratedBindingsTest {
    private static final String HEADERS = System.getProperty("anillo.kernel.headers");

    /// The fewest symbols that headers as old as Debian 12's (Linux 6.1) know.
    private static final int COMPARED_MIN = 350;

    private static final Pattern ERROR_LINE = Pattern.compile("facts\\.c:(\\d+):\\d+: error: ");

    @TempDir
    Path directory;

    /// @param osArch in Java's words
    /// @param name in C's words
    private record Machine(String osArch, String name, String compilerPackages) {
        boolean isHere() {
            return osArch.equals(System.getProperty("os.arch"));
        }

        String compiler() {
            return isHere() ? "gcc" : name + "-linux-gnu-gcc";
        }

        List<String> includes() {
            return HEADERS == null ? List.of() : List.of("-I" + HEADERS, "-I" + HEADERS + "/" + name + "-linux-gnu");
        }

        List<String> commandFor(Path program) {
            return isHere() ? List.of(program.toString())
                    : List.of("qemu-" + name, "-L", "/usr/" + name + "-linux-gnu", program.toString());
        }

        void needsItsTools() {
            C.needs(compiler(), isHere() ? "gcc" : compilerPackages);
            if (!isHere()) C.needs("qemu-" + name, "qemu-user");
        }
    }

    @Test
    void agreeWithTheCompilerOnX86() throws Exception {
        compare(new Machine("amd64", "x86_64", "gcc-x86-64-linux-gnu libc6-dev-amd64-cross"));
    }

    @Test
    void agreeWithTheCompilerOnArm() throws Exception {
        compare(new Machine("aarch64", "aarch64", "gcc-aarch64-linux-gnu libc6-dev-arm64-cross"));
    }

    private void compare(Machine machine) throws Exception {
        machine.needsItsTools();
        var facts = Fact.on(machine.osArch()).stream().filter(fact -> HEADERS != null || !fact.isReserved()).toList();
        var actual = valuesInC(facts, machine);

        var absent = new TreeSet<String>();
        var wrong = new ArrayList<String>();
        for (var fact : facts) {
            var value = actual.get(fact.name());
            if (value == null) {
                absent.add(fact.name());
            } else if (!fact.holds(value)) {
                wrong.add(fact.name() + ": " + fact.expected() + " here, " + value + " in C");
            }
        }
        var compared = facts.size() - absent.size();
        System.out.println(machine.name() + ": " + compared + " compared, absent from these headers: " + absent);
        assertEquals(List.of(), wrong);
        assertTrue(compared >= COMPARED_MIN, () -> "only " + compared + " of " + facts.size() + " compared");
        if (HEADERS != null) assertEquals(Set.of(), absent);
    }

    /// Only the compiler knows which enumerators and members its headers lack: what it complains of is left out of
    /// a second attempt.
    private Map<String, Long> valuesInC(List<Fact> facts, Machine machine) throws IOException, InterruptedException {
        var known = new ArrayList<>(facts);
        var complaints = compile(known, machine);
        if (!complaints.isEmpty()) {
            var linesBefore = preamble().size();
            var lines = ERROR_LINE.matcher(complaints).results().map(error -> Integer.parseInt(error.group(1)));
            var unknown = lines.map(line -> known.get(line - 1 - linesBefore)).toList();
            known.removeAll(unknown);
            var remaining = compile(known, machine);
            if (!remaining.isEmpty()) fail(remaining);
        }
        var outcome = C.run(machine.commandFor(directory.resolve("facts")));
        assertEquals(0, outcome.exitCode(), outcome.output());
        var values = new HashMap<String, Long>();
        outcome.output().lines().map(line -> line.split(" "))
                .forEach(words -> values.put(words[0], Long.parseLong(words[1])));
        return values;
    }

    private static List<String> preamble() throws IOException {
        var lines = new ArrayList<>(Files.readAllLines(Path.of("src/jextract/linux.h")));
        lines.add("#include <stdio.h>");
        lines.add("#define FACT(name, value) printf(\"%s %lld\\n\", name, (long long) (value));");
        lines.add("int main(void) {");
        return lines;
    }

    /// What the compiler complains of; empty when it doesn't.
    private String compile(List<Fact> facts, Machine machine) throws IOException, InterruptedException {
        var source = directory.resolve("facts.c");
        var lines = new ArrayList<>(preamble());
        facts.forEach(fact -> lines.add("FACT(\"" + fact.name() + "\", " + fact.expression() + ")"));
        lines.add("}");
        Files.write(source, lines);
        var options = new ArrayList<>(machine.includes());
        options.add("-w");
        var outcome = C.compile(machine.compiler(), source, directory.resolve("facts"), options);
        return outcome.exitCode() == 0 ? "" : outcome.output();
    }
}
