package dev.anillo.bench.contest;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// One connection to a server, on which every byte of an answer is looked at.
final class Probe implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int LINE_BYTES_MAX = 16 * 1024;
    private static final int CHUNK_RADIX = 16;

    private final Socket socket = new Socket();
    private final InputStream in;
    private long received;

    /// What came back for one request.
    ///
    /// @param fields by their names in lower case
    /// @param bytes of head, framing and body
    record Answer(int status, Map<String, String> fields, byte[] body, long bytes) {}

    Probe(int port, int timeoutMillis) throws IOException {
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(timeoutMillis);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), timeoutMillis);
            in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
        } catch (IOException refused) {
            socket.close();
            throw refused;
        }
    }

    Answer ask(String path) throws IOException {
        return ask("GET", path, new byte[0]);
    }

    Answer ask(String method, String path, byte[] body) throws IOException {
        var length = body.length == 0 ? "" : "Content-Length: " + body.length + "\r\n";
        var head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + length + "\r\n";
        var request = Arrays.copyOf(head.getBytes(StandardCharsets.US_ASCII), head.length() + body.length);
        System.arraycopy(body, 0, request, head.length(), body.length);
        // A body may come back before all of it has gone.
        var writer = Thread.ofVirtual().start(() -> write(request));
        var answer = read();
        try {
            writer.join();
        } catch (InterruptedException interrupted) {
            throw new IOException("interrupted", interrupted);
        }
        return answer;
    }

    private void write(byte[] request) {
        try {
            socket.getOutputStream().write(request);
        } catch (IOException _) {
            // whoever reads is told of it
        }
    }

    private Answer read() throws IOException {
        received = 0;
        var statusLine = line();
        if (!statusLine.startsWith("HTTP/1.1 ")) throw new IOException("no HTTP/1.1 but: " + statusLine);
        var status = Integer.parseInt(statusLine.split(" ")[1]);
        var fields = new HashMap<String, String>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            var colon = line.indexOf(':');
            if (colon < 1) throw new IOException("no field: " + line);
            fields.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        }
        var body = "chunked".equals(fields.get("transfer-encoding")) ? chunks() : exactly(length(fields));
        return new Answer(status, fields, body, received);
    }

    private static int length(Map<String, String> fields) throws IOException {
        var length = fields.get("content-length");
        if (length == null) throw new IOException("neither Content-Length nor chunks");
        return Integer.parseInt(length);
    }

    private byte[] chunks() throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            var bytes = Integer.parseInt(line(), CHUNK_RADIX);
            body.write(exactly(bytes));
            if (!line().isEmpty()) throw new IOException("a chunk that does not end");
            if (bytes == 0) return body.toByteArray();
        }
    }

    private byte[] exactly(int count) throws IOException {
        var bytes = in.readNBytes(count);
        received += bytes.length;
        if (bytes.length < count) throw new EOFException("the body ends after " + bytes.length + " of " + count + " bytes");
        return bytes;
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (var next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) throw new EOFException("the connection ended within an answer's head");
            if (line.length() == LINE_BYTES_MAX) throw new IOException("a line that does not end");
            received++;
            line.append((char) next);
        }
        received++;
        return line.isEmpty() || line.charAt(line.length() - 1) != '\r' ? line.toString()
                : line.substring(0, line.length() - 1);
    }

    /// Whether another answer has come that nobody asked for. Looks, and does not wait.
    boolean hasMore() throws IOException {
        return in.available() > 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
