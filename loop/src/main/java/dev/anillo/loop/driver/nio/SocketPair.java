package dev.anillo.loop.driver.nio;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.List;

/// Two connected unix sockets: `ours` for the selector, `theirs` blocking.
record SocketPair(SocketChannel ours, SocketChannel theirs) {
    /// By way of a file in a directory that only this user can look into, gone when this returns.
    static SocketPair open() throws IOException {
        var directory = Files.createTempDirectory("anillo");
        var address = UnixDomainSocketAddress.of(directory.resolve("pair"));
        try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(address, 1);
            return connect(address, listener);
        } finally {
            Files.deleteIfExists(address.getPath());
            Files.delete(directory);
        }
    }

    private static SocketPair connect(UnixDomainSocketAddress address, ServerSocketChannel listener) throws IOException {
        var ours = SocketChannel.open(address);
        try {
            ours.configureBlocking(false);
            return new SocketPair(ours, listener.accept());
        } catch (IOException refused) {
            ours.close();
            throw refused;
        }
    }

    void close(IOException because) {
        for (var end : List.of(ours, theirs)) {
            try {
                end.close();
            } catch (IOException e) {
                because.addSuppressed(e);
            }
        }
    }
}
