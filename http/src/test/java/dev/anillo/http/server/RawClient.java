package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// A client of bytes: sends what it is told, and expects byte for byte, but for the time in Date. Every wait has a
/// deadline.
final class RawClient implements AutoCloseable {
    /// What stands for the time in an expected response.
    static final String DATE = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";

    private static final Pattern ANY_DATE = Pattern.compile("Date: \\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT\r\n");

    private final Socket socket;

    private RawClient(Socket socket) {
        this.socket = socket;
    }

    static RawClient connect(int port) {
        return connect(port, 0);
    }

    /// @param receiveBytes how much the kernel keeps for a client that doesn't read; 0: as usual
    static RawClient connect(int port, int receiveBytes) {
        var socket = new Socket();
        try {
            if (receiveBytes > 0) socket.setReceiveBufferSize(receiveBytes);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(Deadline.MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Deadline.MILLIS);
            return new RawClient(socket);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    // Sending.

    RawClient send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// A request without a body, with Host and the given further lines.
    RawClient request(String methodAndTarget, String... fields) {
        return send(requestText(methodAndTarget, fields));
    }

    static String requestText(String methodAndTarget, String... fields) {
        var text = new StringBuilder(methodAndTarget).append(" HTTP/1.1\r\nHost: localhost\r\n");
        for (var field : fields) text.append(field).append("\r\n");
        return text.append("\r\n").toString();
    }

    /// Nothing more will be sent; what is sent to us is still read.
    RawClient endSending() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    // Expecting.

    /// Exactly these bytes come next, but for the time in Date.
    RawClient expect(String expected) {
        assertEquals(withoutDate(expected), withoutDate(readText(expected.length())));
        return this;
    }

    /// `HTTP/1.1` and `200 OK`, the fields, with Date and Content-Length where the server puts them, and the body.
    RawClient expectResponse(String status, String body, String... fields) {
        return expect(responseText(status, body, fields));
    }

    static String responseText(String status, String body, String... fields) {
        return head(status, fields) + DATE + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /// As [#expectResponse], the last of the connection; the end follows.
    void expectLastResponse(String status, String body, String... fields) {
        expect(lastResponseText(status, body, fields));
        expectEnd();
    }

    static String lastResponseText(String status, String body, String... fields) {
        return head(status, fields) + DATE + "Content-Length: " + body.length() + "\r\nConnection: close\r\n\r\n" + body;
    }

    private static String head(String status, String... fields) {
        var text = new StringBuilder("HTTP/1.1 ").append(status).append("\r\n");
        for (var field : fields) text.append(field).append("\r\n");
        return text.toString();
    }

    static String withoutDate(String text) {
        return ANY_DATE.matcher(text).replaceAll("Date: …\r\n");
    }

    String readText(int bytes) {
        return new String(read(bytes), StandardCharsets.ISO_8859_1);
    }

    byte[] read(int bytes) {
        try {
            var read = socket.getInputStream().readNBytes(bytes);
            if (read.length < bytes) {
                throw new EOFException("the end after " + read.length + " of " + bytes + " bytes: "
                        + new String(read, StandardCharsets.ISO_8859_1));
            }
            return read;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// Reads over so many bytes.
    RawClient skip(long bytes) {
        try {
            socket.getInputStream().skipNBytes(bytes);
            return this;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// Up to and with the empty line.
    String readHead() {
        return readUntil("\r\n\r\n");
    }

    /// A line without its CRLF.
    String readLine() {
        return readUntil("\r\n").stripTrailing();
    }

    private String readUntil(String end) {
        var text = new StringBuilder();
        while (text.length() < end.length() || text.lastIndexOf(end) != text.length() - end.length()) {
            text.append((char) (read(1)[0] & 0xFF));
        }
        return text.toString();
    }

    /// All that comes until the server ends.
    String readToEnd() {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// Until the server ends or tears the connection.
    void readWhateverComes() {
        try {
            socket.getInputStream().skipNBytes(Long.MAX_VALUE);
        } catch (SocketTimeoutException late) {
            throw new UncheckedIOException("neither an end nor a reset", late);
        } catch (IOException _) {
            // an end (EOFException) is as good as a reset here
        }
    }

    /// The server has ended its side (FIN), and said nothing more.
    void expectEnd() {
        assertEquals("", readToEnd());
    }

    /// The server has ended its side (FIN) within a response in chunks: there is no last one.
    void expectBrokenOff() {
        var text = readToEnd();
        assertTrue(text.contains("\r\n") && !text.endsWith("0\r\n\r\n"), text);
    }

    /// The server has torn the connection (RST), whatever it had sent before.
    void expectReset() {
        var broken = assertThrows(UncheckedIOException.class, this::readToEnd);
        assertTrue(broken.getCause() instanceof SocketException, broken::toString);
    }

    /// Whether bytes are there to be read, without waiting.
    boolean hasInput() {
        try {
            return socket.getInputStream().available() > 0;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    // The end.

    /// Tears the connection (RST).
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
