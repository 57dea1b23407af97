package dev.anillo.bench.peers;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// What the servers answer. The same code for all, so that servers are compared, and not libraries for JSON.
final class Answers {
    static final String TEXT = "text/plain";
    static final String JSON = "application/json";
    static final String OCTETS = "application/octet-stream";
    static final int BODY_BYTES_MAX = 16 << 20;

    private static final byte[] HELLO = ascii("Hello, World!");
    private static final byte[] OK = ascii("ok");
    private static final byte[] HEX = ascii("0123456789abcdef");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Answers() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] hello() {
        return HELLO;
    }

    static byte[] ok() {
        return OK;
    }

    /// The object, made and encoded anew.
    static byte[] json() {
        return new Greeting("Hello, World!").toJson();
    }

    /// @param path `/bytes/N`
    /// @return N
    static int count(String path) {
        var count = Integer.parseInt(path, Workload.BYTES.path().length(), path.length(), 10);
        if (count < 0 || count > BODY_BYTES_MAX) throw new IllegalArgumentException(path);
        return count;
    }

    /// As many bytes as the longest answer has; made at the first request for one.
    static byte[] bytes() {
        return Bytes.ALL;
    }

    private static final class Bytes {
        static final byte[] ALL = Contender.filled(BODY_BYTES_MAX);
    }

    /// For servers that leave the field `Date` to the program, which asks once a second.
    static String date() {
        return DATE.format(Instant.now());
    }

    private record Greeting(String message) {
        private static final byte[] OPEN = ascii("{\"message\":\"");
        private static final byte[] CLOSE = ascii("\"}");
        private static final int ESCAPE_BYTES = 6;

        byte[] toJson() {
            var length = OPEN.length + CLOSE.length;
            for (var i = 0; i < message.length(); i++) length += plain(message.charAt(i)) ? 1 : ESCAPE_BYTES;
            var json = new byte[length];
            System.arraycopy(OPEN, 0, json, 0, OPEN.length);
            var at = OPEN.length;
            for (var i = 0; i < message.length(); i++) at = append(json, at, message.charAt(i));
            System.arraycopy(CLOSE, 0, json, at, CLOSE.length);
            return json;
        }

        private static boolean plain(char character) {
            return character >= ' ' && character < 0x7F && character != '"' && character != '\\';
        }

        private static int append(byte[] json, int at, char character) {
            var next = at;
            if (plain(character)) {
                json[next++] = (byte) character;
            } else {
                json[next++] = '\\';
                json[next++] = 'u';
                for (var shift = 12; shift >= 0; shift -= 4) json[next++] = HEX[character >> shift & 0xF];
            }
            return next;
        }
    }
}
