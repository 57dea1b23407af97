package dev.anillo.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anillo.loop.Child.Outcome;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which transport a program gets, and what it is told when it can't have the one it asks for.
class ChoosingTest {
    /// Where Maven runs the tests: this module's directory.
    private static final Path REFUSER = Path.of("../native-bindings/src/test/resources/dev/anillo/linux/call/refuse_io_uring.c");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @FieldSource("dev.anillo.loop.EachTransport#NAMES")
    void theOneThatIsForcedByPropertyIsUsed(String transport) throws Exception {
        TransportTest.open(transport).shutDown();
        assertEquals(new Outcome(0, transport + "\n", ""), Child.run(Child.nativeAccessAnd("-Danillo.transport=" + transport), "transport"));
    }

    @Test
    void theOneThatIsForcedByEnvironmentIsUsed() throws Exception {
        assertEquals(new Outcome(0, "nio\n", ""),
                Child.run(List.of(), Child.NATIVE_ACCESS, Map.of("ANILLO_TRANSPORT", "nio"), "transport"));
    }

    @Test
    void anUnknownNameListsTheNames() throws Exception {
        assertEquals(new Outcome(1, "", "anillo: unknown transport 'kqueue': the names are io_uring, epoll, nio\n"),
                Child.run(Child.nativeAccessAnd("-Danillo.transport=kqueue"), "transport"));
    }

    @Test
    void nioServesWhereNativeAccessIsDenied() throws Exception {
        assertEquals(new Outcome(0, "nio\n", ""), Child.run(List.of("--illegal-native-access=deny"), "transport"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll"})
    void aForcedOneThatNeedsNativeAccessNamesTheFlag(String transport) throws Exception {
        assumeTrue("Linux".equals(System.getProperty("os.name")), "only Linux has " + transport);
        assertEquals(new Outcome(1, "", "anillo: transport " + transport + " was asked for and is not available: native access is"
                + " denied: run java with --enable-native-access=dev.anillo.linux,dev.anillo.loop\n"),
                Child.run(List.of("--illegal-native-access=deny", "-Danillo.transport=" + transport), "transport"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "38"}) // EPERM, ENOSYS
    void epollServesWhereSeccompRefusesIoUringAndTheLogSaysWhoRefusedIt(String errno) throws Exception {
        var refused = List.of(refuser().toString(), errno);
        var served = Child.run(refused, Child.NATIVE_ACCESS, Map.of(), "transport");
        assertEquals(new Outcome(0, "epoll\n", served.errors()), served);
        var told = served.errors().lines().filter(line -> line.contains("epoll serves: io_uring is refused with ")).toList();
        assertEquals(1, told.size(), served.errors());
        assertTrue(told.getFirst().contains("by a seccomp filter"), served.errors());
        var forced = Child.run(refused, Child.nativeAccessAnd("-Danillo.transport=io_uring"), Map.of(), "transport");
        assertEquals(1, forced.status());
        assertTrue(forced.errors().startsWith("anillo: transport io_uring was asked for and is not available: "), forced.errors());
        assertTrue(forced.errors().contains("seccomp"), forced.errors());
        assertEquals(1, forced.errors().lines().count(), forced.errors());
    }

    /// The C program that puts a command under a seccomp filter, compiled.
    private Path refuser() throws Exception {
        var compiler = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(one -> Path.of(one, "gcc")).filter(Files::isExecutable).findFirst();
        assumeTrue(compiler.isPresent(), "no gcc: install gcc and libc6-dev");
        assumeTrue(Files.exists(REFUSER), "not run in the module's directory");
        var program = directory.resolve("refuse_io_uring");
        var compiling = new ProcessBuilder(compiler.get().toString(), "-o", program.toString(), REFUSER.toString())
                .inheritIO().start();
        assertEquals(0, compiling.waitFor(), "gcc");
        return program;
    }
}
