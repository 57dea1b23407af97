package dev.anillo.linux.call;

import dev.anillo.linux.Linux;
import dev.anillo.linux.epoll_event;
import dev.anillo.linux.io_uring_sqe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A program of its own that probes: for tests that need a process under other conditions than theirs.
final class ProbeProgram {
    private ProbeProgram() {}

    public static void main(String[] arguments) {
        // Neither a constant nor an offset may need native access; where it is denied, one of these would throw.
        System.out.println(Linux.EPOLLIN() + io_uring_sqe.fd$offset() + epoll_event.events$offset());
        var report = KernelProbe.probe();
        System.out.println(report.ioUringRefusal().map(KernelProbe.Refusal::explanation).orElse("available"));
    }

    static List<String> command(String... options) {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", "target/classes:target/test-classes", ProbeProgram.class.getName()));
        return command;
    }
}
