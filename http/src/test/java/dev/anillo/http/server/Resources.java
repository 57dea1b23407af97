package dev.anillo.http.server;

import dev.anillo.loop.memory.Slabs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assertions;

/// What a test must leave as it found it: the process's sockets, pipes, epolls and rings, and the slabs that buffers are
/// cut from.
///
/// @param descriptors `12 -> socket:[4711]`; plain files are the class loader's affair
record Resources(Set<String> descriptors, int slabs) {
    private static final Path OWN_DESCRIPTORS = Path.of("/proc/self/fd");

    static {
        // What Java opens once and keeps, so that no test is blamed for it.
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = new Socket(listener.getInetAddress(), listener.getLocalPort());
                var accepted = listener.accept();
                var channel = SocketChannel.open(listener.getLocalSocketAddress())) {
            client.getOutputStream().write(1);
            accepted.getInputStream().read();
            channel.configureBlocking(false);
        } catch (IOException noLoopback) {
            throw new UncheckedIOException(noLoopback);
        }
    }

    static Resources now() {
        return new Resources(openDescriptors(), Slabs.outstanding());
    }

    private static Set<String> openDescriptors() {
        var found = new TreeSet<String>();
        if (!Files.isDirectory(OWN_DESCRIPTORS)) return found; // not Linux: the other balance is still checked
        try (var entries = Files.newDirectoryStream(OWN_DESCRIPTORS)) {
            for (var entry : entries) {
                var target = target(entry);
                if (target.contains(":[")) found.add(entry.getFileName() + " -> " + target);
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return found;
    }

    private static String target(Path entry) {
        try {
            return Files.readSymbolicLink(entry).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    /// Fails unless all that was opened since is closed, and every buffer is home.
    void requireSame() {
        Deadline.until(() -> descriptors.containsAll(openDescriptors()), () -> "left open: " + openDescriptors().stream()
                .filter(one -> !descriptors.contains(one)).collect(Collectors.toSet()));
        Assertions.assertEquals(slabs, Slabs.outstanding(), "slabs out: a buffer did not come home");
    }
}
