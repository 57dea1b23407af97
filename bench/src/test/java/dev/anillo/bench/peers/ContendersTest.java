package dev.anillo.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is measured has to be right first.
@Timeout(60)
class ContendersTest {
    private static List<Contender> contenders;

    @TempDir
    private Path directory;

    static Collection<String> peers() {
        return Peer.ALL.keySet();
    }

    static List<String> programs() {
        return List.of("c epoll", "c io_uring", "nginx", "h2o", "node");
    }

    @BeforeAll
    static void list(@TempDir Path scratch) throws IOException {
        contenders = Contenders.all(scratch);
    }

    private static Contender contender(String name) {
        return contenders.stream().filter(contender -> contender.name().equals(name)).findFirst().orElseThrow();
    }

    /// In this JVM and not in one of each, which would take a second each.
    @ParameterizedTest
    @MethodSource("peers")
    void aServerOfTheJvmAnswersEveryWorkload(String name) throws Exception {
        if (name.contains("epoll")) assumeTrue(Epoll.isAvailable(), "no epoll here");
        if (name.contains("io_uring")) assumeTrue(IoUring.isAvailable(), "no io_uring here");
        var contender = contender(name);
        contender.prepare(0, directory);
        var port = Peer.ALL.get(name).get().listen(0, directory);
        new Asked(port).answersAllOf(contender.workloads());
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aProgramAnswersEveryWorkloadThatItHas(String name) throws Exception {
        if (name.contains("io_uring")) assumeTrue(IoUring.isAvailable(), "no io_uring here");
        var contender = contender(name);
        contender.absent().ifPresent(reason -> abort(reason));
        var asked = new Asked(freePort());
        var process = new ProcessBuilder(contender.prepare(asked.port(), directory)).inheritIO()
                .directory(directory.toFile()).start();
        try {
            awaitListening(asked, process);
            asked.answersAllOf(contender.workloads());
        } finally {
            process.destroy();
            if (!process.waitFor(5, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
        }
    }

    /// These programs can't choose a port themselves and tell it.
    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// They don't tell when they listen either.
    private static void awaitListening(Asked asked, Process process) throws IOException {
        while (!asked.connects()) {
            assertTrue(process.isAlive(), "the program has ended");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @Test
    void contendersHaveNamesOfTheirOwn() {
        assertEquals(contenders.size(), contenders.stream().map(Contender::name).distinct().count());
    }
}
