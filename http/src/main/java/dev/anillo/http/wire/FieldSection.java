package dev.anillo.http.wire;

import static dev.anillo.http.wire.Verdict.NEED_MORE;

import dev.anillo.loop.memory.Memory;
import java.util.Arrays;

/// Field lines up to and with the empty line that ends them (RFC 9112 §5): the headers of a head or the trailers of a
/// chunked body.
///
///     field-line = field-name ":" OWS field-value OWS CRLF
///
/// What is found are offsets from the base that the caller passes, four numbers for each line:
///
///     | name at | name length | value at | value length |
///
/// The place where the bytes ran out is kept, so that no byte is looked at twice however they arrive.
final class FieldSection {
    private static final int NAME = 0;
    private static final int VALUE = 1;

    private static final int NAME_AT = 0;
    private static final int NAME_LENGTH = 1;
    private static final int VALUE_AT = 2;
    private static final int VALUE_LENGTH = 3;
    private static final int SLOTS = 4;

    /// The table begins with room for so many lines and doubles when a message needs more: what most clients send fits,
    /// and an idle connection does not pay for the longest head there may be.
    private static final int COUNT_AT_FIRST = 16;

    private final Verdict verdict;
    private final int countMax;

    private int[] slots;
    private int phase;
    private int at;
    private int nameAt;
    private int colonAt;
    private int count;

    FieldSection(Verdict verdict, int countMax) {
        this.verdict = verdict;
        this.countMax = countMax;
        slots = new int[Math.min(COUNT_AT_FIRST, countMax) * SLOTS];
    }

    /// Begins a section whose first byte is at offset `at`.
    void start(int at) {
        this.at = at;
        nameAt = at;
        phase = NAME;
        count = 0;
    }

    /// @param length bytes that are there, counted from `base`
    /// @param limit the offset that the section may reach
    /// @return the offset behind the empty line, or NEED_MORE, or BAD
    int parse(long base, int length, int limit) {
        var end = Math.min(length, limit);
        var at = this.at;
        var phase = this.phase;
        while (true) {
            if (phase == NAME) {
                at = Scan.nameEnd(base, at, end);
                if (at >= end) return suspend(NAME, at, length, limit);
                var c = Memory.getByte(base + at);
                if (c != ':') {
                    if (Chars.isToken(c)) {
                        at++;
                        continue;
                    }
                    if (c != Chars.CR || at != nameAt) return rejectName(c, at);
                    if (at + 1 >= end) return suspend(NAME, at, length, limit);
                    return Memory.getByte(base + at + 1) == Chars.LF ? at + 2 : rejectValue(Chars.CR);
                }
                if (at == nameAt) return verdict.reject(400, "empty field name (RFC 9112 §5)");
                if (count == countMax) return verdict.reject(431, "more header fields than the limit (RFC 6585 §5)");
                colonAt = at++;
            }
            at = Scan.valueEnd(base, at, end);
            if (at >= end) return suspend(VALUE, at, length, limit);
            var c = Memory.getByte(base + at);
            if (c != Chars.CR) {
                if (c != Chars.HTAB) return rejectValue(c);
                at++;
                phase = VALUE;
                continue;
            }
            if (at + 1 >= end) return suspend(VALUE, at, length, limit);
            if (Memory.getByte(base + at + 1) != Chars.LF) return rejectValue(Chars.CR);
            add(base, at);
            at += 2;
            nameAt = at;
            phase = NAME;
        }
    }

    /// Enters a complete line into the table, without the white space around its value.
    private void add(long base, int lineEnd) {
        var valueAt = colonAt + 1;
        var valueEnd = lineEnd;
        while (valueAt < valueEnd && Chars.isOws(Memory.getByte(base + valueAt))) valueAt++;
        while (valueAt < valueEnd && Chars.isOws(Memory.getByte(base + valueEnd - 1))) valueEnd--;
        var slot = count * SLOTS;
        if (slot == slots.length) slots = Arrays.copyOf(slots, Math.min(2 * count, countMax) * SLOTS);
        var slots = this.slots;
        slots[slot + NAME_AT] = nameAt;
        slots[slot + NAME_LENGTH] = colonAt - nameAt;
        slots[slot + VALUE_AT] = valueAt;
        slots[slot + VALUE_LENGTH] = valueEnd - valueAt;
        count++;
    }

    private int suspend(int phase, int at, int length, int limit) {
        this.phase = phase;
        this.at = at;
        return length < limit ? NEED_MORE : verdict.reject(431, "header fields longer than the limit (RFC 6585 §5)");
    }

    private int rejectName(int c, int at) {
        if (!Chars.isOws(c)) return verdict.reject(400, "field name is not a token (RFC 9110 §5.1)");
        if (at > nameAt) return verdict.reject(400, "white space in a field name or before its colon (RFC 9112 §5.1)");
        return count == 0
                ? verdict.reject(400, "white space before the first header field (RFC 9112 §2.2)")
                : verdict.reject(400, "obsolete line folding (RFC 9112 §5.2)");
    }

    private int rejectValue(int c) {
        return switch (c) {
            case Chars.CR -> verdict.reject(400, "CR without LF (RFC 9112 §2.2)");
            case Chars.LF -> verdict.reject(400, "LF without CR (RFC 9112 §2.2)");
            default -> verdict.reject(400, "control character in a field value (RFC 9110 §5.5)");
        };
    }

    int count() {
        return count;
    }

    int nameAt(int index) {
        return slots[index * SLOTS + NAME_AT];
    }

    int nameLength(int index) {
        return slots[index * SLOTS + NAME_LENGTH];
    }

    int valueAt(int index) {
        return slots[index * SLOTS + VALUE_AT];
    }

    int valueLength(int index) {
        return slots[index * SLOTS + VALUE_LENGTH];
    }

    /// The first line at `from` or later of this name, ASCII letters of either case; or -1.
    int find(long base, String name, int from) {
        for (var index = from; index < count; index++) {
            if (hasName(base, index, name)) return index;
        }
        return -1;
    }

    private boolean hasName(long base, int index, String name) {
        if (nameLength(index) != name.length()) return false;
        var address = base + nameAt(index);
        for (var i = 0; i < name.length(); i++) {
            var wanted = name.charAt(i);
            if (wanted > 0x7F || Chars.lower(Memory.getByte(address + i)) != Chars.lower(wanted)) return false;
        }
        return true;
    }
}
