package dev.anillo.http.server;

import dev.anillo.http.wire.FieldRules;
import dev.anillo.http.wire.ResponseWriter;
import dev.anillo.http.wire.Status;

/// Status and headers of a response, as far as they are the handler's: what says where the message ends is not kept among
/// the headers, since two such lines, or one with 204, would be an invitation to smuggle.
final class ResponseHead {
    static final int NONE = -1;
    static final int FINAL_MIN = 200;
    static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    /// Room for the parts that are not the handler's: status line, Server, Date, framing, Connection, empty line.
    private static final int OWN_BYTES_MAX = 256;

    private final ResponseFields headers = new ResponseFields();
    private final FrequentFields frequent;
    private int status;
    private long contentLength;
    private boolean dateSet;
    private boolean serverSet;
    private boolean closeAsked;

    ResponseHead(FrequentFields frequent) {
        this.frequent = frequent;
    }

    void reset() {
        status = 200;
        contentLength = NONE;
        dateSet = false;
        serverSet = false;
        closeAsked = false;
    }

    /// Holds on to nothing of the program's.
    void clear() {
        headers.clear();
    }

    void status(int status) {
        if (status < FINAL_MIN || status > Status.MAX) {
            throw new IllegalArgumentException("status " + status + " of a final response is outside 200 to 999"
                    + " (RFC 9110 §15)");
        }
        this.status = status;
    }

    int status() {
        return status;
    }

    void set(String name, String value) {
        put(name, value, true);
    }

    void add(String name, String value) {
        put(name, value, false);
    }

    private void put(String name, String value, boolean inPlaceOfOthers) {
        var line = frequent.find(name, value);
        if (line == null) {
            ResponseFields.check(name, value);
            if (takesItself(name, value)) return;
            line = frequent.add(name, value);
        }
        switch (name.length()) {
            case 4 -> dateSet |= name.equalsIgnoreCase("Date");
            case 6 -> serverSet |= name.equalsIgnoreCase("Server");
            default -> {}
        }
        if (inPlaceOfOthers) headers.set(name, value, line);
        else headers.add(name, value, line);
    }

    void remove(String name) {
        headers.remove(name);
        if (name.equalsIgnoreCase("Content-Length")) contentLength = NONE;
        if (name.equalsIgnoreCase("Connection")) closeAsked = false;
        if (name.equalsIgnoreCase("Date")) dateSet = false;
        if (name.equalsIgnoreCase("Server")) serverSet = false;
    }

    String get(String name) {
        if (name.equalsIgnoreCase("Content-Length")) return contentLength == NONE ? null : Long.toString(contentLength);
        if (name.equalsIgnoreCase("Connection")) return closeAsked ? "close" : null;
        return headers.get(name);
    }

    /// @return whether this is one of those that are not kept among the headers
    private boolean takesItself(String name, String value) {
        switch (name.length()) { // before a comparison by letters, for the hot path
            case 10 -> {
                if (name.equalsIgnoreCase("Connection")) return takesConnection(value);
            }
            case 14 -> {
                if (name.equalsIgnoreCase("Content-Length")) return takesContentLength(value);
            }
            case 17 -> {
                if (name.equalsIgnoreCase("Transfer-Encoding")) {
                    throw new IllegalArgumentException("Transfer-Encoding is the server's to set: write the body in parts");
                }
            }
            default -> {}
        }
        return false;
    }

    private boolean takesConnection(String value) {
        closeAsked = value.equalsIgnoreCase("close");
        if (!closeAsked && !value.equalsIgnoreCase("keep-alive")) {
            throw new IllegalArgumentException("Connection takes close or keep-alive here, not " + FieldRules.quote(value));
        }
        return true;
    }

    private boolean takesContentLength(String value) {
        var bytes = -1L;
        try {
            bytes = Long.parseLong(value);
        } catch (NumberFormatException _) {
            // told below, with what is out of range
        }
        if (bytes < 0 || !Character.isDigit(value.charAt(0))) {
            throw new IllegalArgumentException("Content-Length is not a number of bytes (RFC 9110 §8.6): "
                    + FieldRules.quote(value));
        }
        contentLength = bytes;
        return true;
    }

    /// What the handler has said, or [#NONE].
    long contentLength() {
        return contentLength;
    }

    void contentLength(long bytes) {
        contentLength = bytes;
    }

    boolean closeAsked() {
        return closeAsked;
    }

    /// Whether no body follows, whatever the handler writes.
    boolean isBodyless(boolean toHead) {
        return toHead || status == NO_CONTENT || status == NOT_MODIFIED;
    }

    /// Room that [#write] needs.
    int bytesMax() {
        return OWN_BYTES_MAX + headers.bytes();
    }

    /// Writes status line, headers, Server, Date, framing and the empty line.
    ///
    /// @param length bytes of the body for Content-Length, or [#NONE]
    /// @param keepAlive says so, to a client that would not expect it
    /// @return bytes written
    int write(long start, Connections connections, boolean chunked, long length, boolean close, boolean keepAlive) {
        var room = bytesMax();
        var at = start + ResponseWriter.statusLine(start, room, status);
        at = headers.write(at, room);
        if (!serverSet) at += connections.writeServer(at, room);
        if (!dateSet) at += connections.writeDate(at, room);
        if (chunked) at += ResponseWriter.transferEncodingChunked(at, room);
        else if (length != NONE) at += ResponseWriter.contentLength(at, room, length);
        if (close) at += ResponseWriter.connectionClose(at, room);
        else if (keepAlive) at += ResponseWriter.connectionKeepAlive(at, room);
        at += ResponseWriter.emptyLine(at, room);
        return (int) (at - start);
    }
}
