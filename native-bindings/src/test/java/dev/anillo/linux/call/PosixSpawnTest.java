package dev.anillo.linux.call;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.linux.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class PosixSpawnTest {
    private static final int OUTPUT_BYTES_MAX = 4096;

    private final Syscalls calls = new Syscalls();

    /// What a program writes.
    private String outputOf(Consumer<PosixSpawn> settings, String... command) {
        try (var arena = Arena.ofConfined()) {
            var ends = arena.allocate(JAVA_INT, 2);
            assertEquals(0, calls.pipe2(ends.address(), Linux.O_CLOEXEC()));
            int pid;
            try (var spawn = new PosixSpawn(calls, arena)) {
                spawn.open(0, "/dev/null", Linux.O_RDWR());
                spawn.dup2(ends.getAtIndex(JAVA_INT, 1), 1);
                settings.accept(spawn);
                pid = spawn.start(segments(arena, command), segments(arena, "NAME=value"));
            }
            calls.close(ends.getAtIndex(JAVA_INT, 1));
            assertTrue(pid > 0, () -> "errno " + -pid);
            var output = readAll(ends.getAtIndex(JAVA_INT, 0), arena);
            var status = arena.allocate(JAVA_INT);
            assertEquals(pid, calls.waitpid(pid, status.address(), 0));
            assertEquals(0, status.get(JAVA_INT, 0));
            return output;
        }
    }

    private static MemorySegment[] segments(Arena arena, String... texts) {
        return Stream.of(texts).map(arena::allocateFrom).toArray(MemorySegment[]::new);
    }

    private String readAll(int fd, Arena arena) {
        var bytes = arena.allocate(OUTPUT_BYTES_MAX);
        var size = 0;
        for (int count; (count = calls.read(fd, bytes.address() + size, OUTPUT_BYTES_MAX - size)) > 0; ) size += count;
        calls.close(fd);
        return new String(bytes.asSlice(0, size).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
    }

    @Test
    void theChildHasTheEnvironmentThatItWasGiven() {
        assertEquals("NAME=value\n", outputOf(_ -> {}, "env"));
    }

    @Test
    void theChildStartsInItsDirectory() {
        assertTrue(PosixSpawn.knowsDirectory());
        try (var arena = Arena.ofConfined()) {
            var root = arena.allocateFrom("/");
            assertEquals("/\n", outputOf(spawn -> spawn.directory(root), "pwd"));
        }
    }

    /// 3 is the directory that ls reads.
    @Test
    void theChildHasItsStreamsAlone() {
        assertEquals("0\n1\n2\n3\n", outputOf(spawn -> spawn.closeFrom(3), "ls", "/proc/self/fd"));
    }

    /// For libcs that can't close all of them in one step.
    @Test
    void theChildHasItsStreamsAloneWhenEachOtherIsClosed() {
        assertEquals("0\n1\n2\n3\n", outputOf(spawn -> spawn.closeEachFrom(3), "ls", "/proc/self/fd"));
    }

    @Test
    void aProgramThatIsNotThereIsRefused() {
        try (var arena = Arena.ofConfined(); var spawn = new PosixSpawn(calls, arena)) {
            assertEquals(-Linux.ENOENT(), spawn.start(segments(arena, "/no/such/program"), segments(arena)));
        }
    }
}
