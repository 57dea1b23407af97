package dev.anillo.loop.driver.posix;

import dev.anillo.loop.buffer.Buffer;
import dev.anillo.loop.driver.Completions;
import dev.anillo.loop.driver.Driver;
import dev.anillo.loop.driver.Listening;
import dev.anillo.loop.driver.Token;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Turns a driver by hand and keeps what it reports, buffers included: a test decides when they go home.
public final class Turns implements Completions {
    public static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static final long PATIENCE_NANOS = 10_000_000_000L;

    public record Completion(long token, int result, boolean more, Buffer data) {}

    static {
        // What Java opens once and keeps, so that no test is blamed for it.
        try (var server = ServerSocketChannel.open().bind(ANY_PORT);
                var _ = SocketChannel.open(server.getLocalAddress())) {
            server.accept().close();
        } catch (IOException noLoopback) {
            throw new UncheckedIOException(noLoopback);
        }
    }

    private final Driver driver;
    private final List<SocketChannel> peers = new ArrayList<>();
    private final ArrayDeque<Completion> reported = new ArrayDeque<>();
    private Consumer<Completion> onReport = _ -> {};
    private int listener = -1;
    private boolean ended;

    public Turns(Driver driver) {
        this.driver = driver;
    }

    /// Operations get a token by descriptor, as the loop gives them one by slot.
    public static long token(int descriptor, int operation) {
        return Token.of(descriptor, 7, operation);
    }

    /// Runs within each report, as a loop's callbacks do.
    public void onReport(Consumer<Completion> action) {
        onReport = action;
    }

    @Override
    public void completed(long token, int result, boolean more, Buffer data) {
        var completion = new Completion(token, result, more, data);
        reported.add(completion);
        onReport.accept(completion);
    }

    /// Polls until the operation reports, and takes the oldest such report.
    public Completion await(int descriptor, int operation) {
        var token = token(descriptor, operation);
        var deadline = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < deadline) {
            for (var completion : reported) {
                if (completion.token() != token) continue;
                reported.remove(completion);
                return completion;
            }
            driver.poll(PATIENCE_NANOS, this);
        }
        throw new AssertionError("no report of operation " + operation + " on " + descriptor + " among " + reported);
    }

    /// Polls without waiting until there is nothing to do.
    public void settle() {
        int before;
        do {
            before = reported.size();
            driver.poll(0, this);
        } while (reported.size() != before);
    }

    /// What was reported and not awaited.
    public List<Completion> rest() {
        var rest = List.copyOf(reported);
        reported.clear();
        return rest;
    }

    /// Forgets what was reported; its buffers go home.
    public void releaseRest() {
        for (var completion : rest()) {
            if (completion.data() != null) completion.data().release();
        }
    }

    /// The bytes that one report of a receive brought, as text; the buffer goes home.
    public String awaitText(int descriptor) {
        var completion = await(descriptor, Token.RECEIVE);
        if (completion.data() == null) throw new AssertionError("ended: " + completion);
        var text = completion.data().toString();
        completion.data().release();
        return text;
    }

    /// The address of a listener that accepts from now on.
    public SocketAddress listen() {
        try {
            listener = driver.listen(new Listening(ANY_PORT, 128, false, true));
            driver.accept(listener, token(listener, Token.ACCEPT));
            return driver.localAddress(listener);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    public int listener() {
        return listener;
    }

    /// The driver's end of a connection; the other is a plain blocking channel.
    public record Pair(int descriptor, SocketChannel peer) {}

    /// A connection of the listener, which is opened when there is none.
    public Pair connect() throws IOException {
        if (listener == -1) listen();
        var peer = track(SocketChannel.open(driver.localAddress(listener)));
        return new Pair(await(listener, Token.ACCEPT).result(), peer);
    }

    public void receive(int descriptor) {
        driver.receive(descriptor, token(descriptor, Token.RECEIVE));
    }

    /// Has the peer closed at the end.
    public SocketChannel track(SocketChannel peer) {
        peers.add(peer);
        return peer;
    }

    /// Ends the test, once: buffers go home, the driver and the peers are closed.
    public void end() {
        if (ended) return;
        ended = true;
        onReport = _ -> {};
        releaseRest();
        driver.shutDown();
        try {
            for (var peer : peers) peer.close();
        } catch (IOException unexpected) {
            throw new UncheckedIOException(unexpected);
        }
    }

    /// What the process holds: sockets, epolls, rings. Plain files are the class loader's affair.
    public static Set<String> openDescriptors() {
        var found = new TreeSet<String>();
        try (var entries = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (var entry : entries) {
                if (Files.notExists(entry, LinkOption.NOFOLLOW_LINKS)) continue; // the directory's own
                var target = Files.readSymbolicLink(entry).toString();
                if (target.contains(":[")) found.add(entry.getFileName() + " " + target);
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return found;
    }
}
