package dev.anillo.http.soak;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Reads one answer as it comes and compares it with what was asked for. Knows nothing of the server's own parser.
final class AnswerReader {
    /// What became of it.
    enum Outcome {
        MORE,
        RIGHT,
        /// The server has no place just now: 503.
        REFUSED,
        /// The server has waited for the request long enough: 408.
        TIMED_OUT,
        WRONG
    }

    private enum Part { HEAD, LENGTH, CHUNK_SIZE, CHUNK, CHUNK_END, TRAILER_END, UNTIL_DONE }

    private static final int LINE_MAX = 1024;
    private static final int FIELDS_MAX = 32;

    private final Asked asked;
    private final StringBuilder line = new StringBuilder();
    private final Map<String, String> fields = new TreeMap<>();
    private Part part = Part.HEAD;
    private String statusLine;
    private int status;
    private long left;
    private long position;
    private String problem;

    AnswerReader(Asked asked) {
        this.asked = asked;
    }

    /// Whether a byte of it has come.
    boolean hasBegun() {
        return statusLine != null || !line.isEmpty();
    }

    /// What is wrong.
    String problem() {
        return asked + ": " + problem + " (" + statusLine + " " + fields + ", at " + position + ")";
    }

    /// Whether the connection ends behind this answer.
    boolean closes() {
        return "close".equalsIgnoreCase(fields.get("connection"));
    }

    /// Takes no more than the answer's own bytes.
    Outcome read(ByteBuffer in) {
        while (in.hasRemaining()) {
            var outcome = switch (part) {
                case HEAD -> head(in.get());
                case LENGTH, CHUNK -> body(in);
                case CHUNK_SIZE -> chunkSize(in.get());
                case CHUNK_END -> lineIsEmpty(in.get(), Part.CHUNK_SIZE);
                case TRAILER_END -> lineIsEmpty(in.get(), Part.UNTIL_DONE);
                case UNTIL_DONE -> throw new IllegalStateException("the answer was over");
            };
            if (outcome != Outcome.MORE) return outcome;
        }
        return Outcome.MORE;
    }

    /// True when a line is complete; it stands without its CRLF.
    private boolean addToLine(byte next) {
        line.append((char) (next & 0xFF));
        if (next != '\n') return false;
        if (line.length() < 2 || line.charAt(line.length() - 2) != '\r') return false;
        line.setLength(line.length() - 2);
        return true;
    }

    private Outcome head(byte next) {
        if (!addToLine(next)) return line.length() > LINE_MAX ? wrong("a line without an end: " + line) : Outcome.MORE;
        var text = line.toString();
        line.setLength(0);
        if (statusLine == null) {
            statusLine = text;
            if (!text.matches("HTTP/1\\.1 \\d{3} .*")) return wrong("no status line");
            status = Integer.parseInt(text, 9, 12, 10);
            return Outcome.MORE;
        }
        if (!text.isEmpty()) {
            var colon = text.indexOf(": ");
            if (colon < 0 || fields.size() == FIELDS_MAX) return wrong("no field: " + text);
            var twice = fields.put(text.substring(0, colon).toLowerCase(Locale.ROOT), text.substring(colon + 2));
            return twice == null ? Outcome.MORE : wrong("twice: " + text);
        }
        return headComplete();
    }

    private Outcome headComplete() {
        var length = fields.get("content-length");
        if (status == 503 || status == 408) {
            left = length == null ? 0 : Long.parseLong(length);
            part = Part.LENGTH;
            return left == 0 ? complete() : Outcome.MORE;
        }
        if (status != asked.status()) return wrong("status");
        if (asked.kind() != Asked.Kind.FILE && !Long.toString(asked.number()).equals(fields.get("soak-number"))) {
            return wrong("another's answer");
        }
        if (asked.kind() == Asked.Kind.CHUNKED) {
            if (length != null || !"chunked".equals(fields.get("transfer-encoding"))) return wrong("framing");
            part = Part.CHUNK_SIZE;
        } else {
            if (!Integer.toString(asked.bytes()).equals(length)) return wrong("length");
            left = asked.bytes();
            part = Part.LENGTH;
        }
        return Outcome.MORE;
    }

    private Outcome body(ByteBuffer in) {
        var now = (int) Math.min(left, in.remaining());
        if (status == asked.status()) {
            for (var i = 0; i < now; i++) {
                if (in.get() != Content.at(asked.contentNumber(), position++)) return wrong("content");
            }
        } else {
            in.position(in.position() + now);
        }
        left -= now;
        if (left > 0) return Outcome.MORE;
        if (part == Part.LENGTH) return complete();
        part = Part.CHUNK_END;
        return Outcome.MORE;
    }

    private Outcome chunkSize(byte next) {
        if (!addToLine(next)) return line.length() > LINE_MAX ? wrong("a chunk's size without an end") : Outcome.MORE;
        var text = line.toString();
        line.setLength(0);
        if (!text.matches("[0-9a-fA-F]{1,8}")) return wrong("chunk size " + text);
        left = Long.parseLong(text, 16);
        if (position + left > asked.bytes()) return wrong("too long");
        part = left == 0 ? Part.TRAILER_END : Part.CHUNK;
        return Outcome.MORE;
    }

    private Outcome lineIsEmpty(byte next, Part then) {
        if (!addToLine(next)) return line.length() > 1 ? wrong("no line's end behind a chunk") : Outcome.MORE;
        line.setLength(0);
        part = then;
        return then == Part.UNTIL_DONE ? complete() : Outcome.MORE;
    }

    private Outcome complete() {
        part = Part.UNTIL_DONE;
        if (status == 503) return Outcome.REFUSED;
        if (status == 408) return Outcome.TIMED_OUT;
        return position == asked.bytes() ? Outcome.RIGHT : wrong("too short");
    }

    private Outcome wrong(String what) {
        problem = what;
        return Outcome.WRONG;
    }
}
