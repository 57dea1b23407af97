package dev.anillo.http.server;

import dev.anillo.http.wire.Encoded;
import dev.anillo.http.wire.FieldRules;
import dev.anillo.http.wire.ResponseWriter;
import java.util.Arrays;

/// Header or trailer lines as the handler gave them: its own strings, kept until they are written.
final class ResponseFields {
    static final int NONE = -1;

    /// Of a line: colon, space, CR, LF.
    private static final int LINE_EXTRA_BYTES = 4;

    private String[] names = new String[8];
    private String[] values = new String[8];

    /// The same lines as bytes, where these are known.
    private Encoded[] lines = new Encoded[8];
    private int count;
    private int bytes;

    void clear() {
        Arrays.fill(names, 0, count, null);
        Arrays.fill(values, 0, count, null);
        Arrays.fill(lines, 0, count, null);
        count = 0;
        bytes = 0;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /// What the lines take when written.
    int bytes() {
        return bytes;
    }

    /// @throws IllegalArgumentException for what no field may be
    static void check(String name, String value) {
        if (!FieldRules.isName(name)) {
            throw new IllegalArgumentException("header name is not a token (RFC 9110 §5.1): " + FieldRules.quote(name));
        }
        if (!FieldRules.isValue(value)) {
            throw new IllegalArgumentException("value of header " + name
                    + " has a character that no field may have (RFC 9110 §5.5): " + FieldRules.firstFault(value));
        }
    }

    /// As [#check], for a field before or behind the message that it would change.
    ///
    /// @throws IllegalArgumentException for a field that says where a message ends (RFC 9110 §6.5.1)
    static void checkBesideHead(String name, String value) {
        check(name, value);
        if (name.equalsIgnoreCase("Content-Length") || name.equalsIgnoreCase("Transfer-Encoding")
                || name.equalsIgnoreCase("Connection")) {
            throw new IllegalArgumentException(name + " belongs into the head of the final response (RFC 9110 §6.5.1)");
        }
    }

    String get(String name) {
        var index = find(name, 0);
        return index == NONE ? null : values[index];
    }

    /// In place of all of the same name.
    ///
    /// @param line the same as bytes, where it is known; or null
    void set(String name, String value, Encoded line) {
        var index = find(name, 0);
        if (index == NONE) {
            add(name, value, line);
            return;
        }
        bytes += value.length() - values[index].length();
        values[index] = value;
        lines[index] = name == names[index] ? line : null; // the first spelling of the name stays
        removeFrom(index + 1, name);
    }

    void add(String name, String value) {
        add(name, value, null);
    }

    /// Behind those of the same name.
    ///
    /// @param line the same as bytes, where it is known; or null
    void add(String name, String value, Encoded line) {
        if (count == names.length) {
            names = Arrays.copyOf(names, count * 2);
            values = Arrays.copyOf(values, count * 2);
            lines = Arrays.copyOf(lines, count * 2);
        }
        names[count] = name;
        lines[count] = line;
        values[count++] = value;
        bytes += lineBytes(name, value);
    }

    void remove(String name) {
        removeFrom(0, name);
    }

    private int find(String name, int from) {
        for (var i = from; i < count; i++) {
            if (names[i].equalsIgnoreCase(name)) return i;
        }
        return NONE;
    }

    private void removeFrom(int from, String name) {
        var kept = from;
        for (var i = from; i < count; i++) {
            if (names[i].equalsIgnoreCase(name)) {
                bytes -= lineBytes(names[i], values[i]);
            } else {
                names[kept] = names[i];
                lines[kept] = lines[i];
                values[kept++] = values[i];
            }
        }
        Arrays.fill(names, kept, count, null);
        Arrays.fill(values, kept, count, null);
        Arrays.fill(lines, kept, count, null);
        count = kept;
    }

    static int lineBytes(String name, String value) {
        return name.length() + value.length() + LINE_EXTRA_BYTES;
    }

    /// Writes all lines.
    ///
    /// @param room at least [#bytes]
    /// @return the address behind the last
    long write(long at, int room) {
        for (var i = 0; i < count; i++) {
            var line = lines[i];
            at += line != null ? line.write(at, room) : ResponseWriter.header(at, room, names[i], values[i]);
        }
        return at;
    }
}
