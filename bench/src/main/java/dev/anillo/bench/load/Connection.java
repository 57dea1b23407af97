package dev.anillo.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// One connection with at the most one request under way, looked at again and again instead of waited for.
final class Connection implements AutoCloseable {
    private static final int ANSWER_BYTES_MAX = 64 * 1024;
    private static final byte[] GOOD = "HTTP/1.1 200 ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final SocketChannel channel;
    private final ByteBuffer request;
    private final ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_BYTES_MAX);
    private int answerBytes;
    private long intendedNanos;

    Connection(InetSocketAddress server, String path) throws IOException {
        var head = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        request = ByteBuffer.allocateDirect(head.length()).put(head.getBytes(StandardCharsets.US_ASCII));
        channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.connect(server);
            learnLength();
            channel.configureBlocking(false);
        } catch (IOException refused) {
            channel.close();
            throw refused;
        }
    }

    /// The first answer tells how long all of them are: each holds the same fields, and a Date of fixed length.
    private void learnLength() throws IOException {
        send(0);
        var end = -1;
        while (end < 0 || answer.position() < end) {
            if (channel.read(answer) < 0) throw new EOFException("the connection ended before its first answer");
            if (end < 0) end = endOfAnswer();
        }
        answerBytes = answer.position();
        requireGood();
    }

    /// Where the body ends, or -1 while that is not known.
    private int endOfAnswer() throws IOException {
        var bytes = new byte[answer.position()];
        answer.get(0, bytes);
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        var headEnd = text.indexOf(new String(HEAD_END, StandardCharsets.ISO_8859_1));
        if (headEnd < 0) return -1;
        for (var line : text.substring(0, headEnd).split("\r\n")) {
            if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                return headEnd + HEAD_END.length + Integer.parseInt(line.substring(15).strip());
            }
        }
        throw new IOException("an answer without Content-Length");
    }

    /// @param intended when the request was due
    void send(long intended) throws IOException {
        intendedNanos = intended;
        answer.clear();
        request.flip();
        while (request.hasRemaining()) channel.write(request);
    }

    long intendedNanos() {
        return intendedNanos;
    }

    /// Bytes of each answer.
    int answerBytes() {
        return answerBytes;
    }

    /// Whether the answer is there. Does not wait.
    boolean poll() throws IOException {
        if (channel.read(answer) < 0) throw new EOFException("the connection ended before an answer");
        if (answer.position() < answerBytes) return false;
        requireGood();
        return true;
    }

    private void requireGood() throws IOException {
        if (answer.position() > answerBytes) throw new IOException("an answer longer than the first one");
        for (var i = 0; i < GOOD.length; i++) {
            if (answer.get(i) != GOOD[i]) throw new IOException("an answer that does not begin with HTTP/1.1 200");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
