package dev.anillo.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The two C programs of `src/main/c`, compiled here: what a server costs that does nothing.
final class Floors {
    private static final String HEADER = "floor.h";

    private final Path scratch;

    /// @param scratch where the programs are put
    Floors(Path scratch) {
        this.scratch = scratch.toAbsolutePath();
    }

    List<Contender> contenders() throws IOException {
        return List.of(contender("c epoll", "floor_epoll"), contender("c io_uring", "floor_uring"));
    }

    private Contender contender(String name, String program) throws IOException {
        var problem = compile(program);
        return new Contender(name, Family.FLOOR, List.of(scratch.resolve(program).toString(), "{port}"), List.of(),
                Set.of(Workload.PLAINTEXT), problem);
    }

    /// Each time, since that takes a moment only, and a program never is older than its source then.
    ///
    /// @return why there is no program, empty if there is
    private Optional<String> compile(String program) throws IOException {
        if (!System.getProperty("os.name").equals("Linux")) return Optional.of("only Linux has it");
        if (Tools.find("cc").isEmpty()) return Optional.of("no C compiler (cc) is installed");
        Files.createDirectories(scratch);
        var source = program + ".c";
        for (var name : List.of(HEADER, source)) {
            Files.writeString(scratch.resolve(name), Tools.resource("/dev/anillo/bench/c/" + name));
        }
        return Tools.problemOf(scratch, "cc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source);
    }
}
