package dev.anillo.http.app;

import dev.anillo.loop.memory.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// Bytes in, fields out: application/x-www-form-urlencoded (WHATWG URL §5.1). How the bytes are cut into calls makes no
/// difference to the outcome.
///
/// Stricter than that page in two things, for it mends what another reader might mend otherwise: an escape is two
/// hexadecimal digits, and what comes of the escapes is UTF-8.
final class UrlEncodedParser {
    private static final int NO_ESCAPE = 0;
    private static final int ESCAPE = 1;
    private static final int ESCAPE_SECOND = 2;

    private static final int TEXT_BYTES_AT_FIRST = 128;

    private final UrlEncodedReader limits;
    private final List<NamedValue> fields = new ArrayList<>();

    /// The name or the value that is being read, decoded.
    private byte[] text = new byte[TEXT_BYTES_AT_FIRST];
    private int textBytes;

    /// Null until the field's `=` was seen.
    private String name;
    private int escape = NO_ESCAPE;
    private int firstDigit;
    private long bytes;
    private Refusal refusal;

    UrlEncodedParser(UrlEncodedReader limits) {
        this.limits = limits;
    }

    /// Takes all of these bytes.
    ///
    /// @return false when they are refused: see [#refusal]
    boolean read(long address, int length) {
        var end = address + Math.min(length, limits.bytesMax() - bytes);
        for (var at = address; at < end && refusal == null; at++) take(Memory.getByte(at) & 0xFF);
        bytes += length;
        if (bytes > limits.bytesMax() && refusal == null) refusal = FormHead.bodyTooLong();
        return refusal == null;
    }

    /// The body has ended.
    ///
    /// @return null when it is refused: see [#refusal]
    Query finish() {
        if (refusal == null) {
            if (escape == NO_ESCAPE) endField();
            else refuseEscape();
        }
        return refusal == null ? new Query(fields) : null;
    }

    Refusal refusal() {
        return refusal;
    }

    private void take(int c) {
        if (escape != NO_ESCAPE) {
            takeDigit(c);
            return;
        }
        switch (c) {
            case '&' -> endField();
            case '%' -> escape = ESCAPE;
            case '+' -> append(' ');
            case '=' -> {
                if (name == null) name = endText();
                else append(c);
            }
            default -> append(c);
        }
    }

    private void takeDigit(int c) {
        if (!HexFormat.isHexDigit(c)) {
            refuseEscape();
        } else if (escape == ESCAPE) {
            firstDigit = HexFormat.fromHexDigit(c);
            escape = ESCAPE_SECOND;
        } else {
            escape = NO_ESCAPE;
            append(firstDigit << 4 | HexFormat.fromHexDigit(c));
        }
    }

    private void refuseEscape() {
        refusal = new Refusal(400, "percent sign without two hexadecimal digits in a form (RFC 3986 §2.1)");
    }

    private void append(int c) {
        var bytesMax = name == null ? limits.nameBytesMax() : limits.valueBytesMax();
        if (textBytes == bytesMax) {
            refusal = new Refusal(413, name == null ? "name of a form field longer than the limit"
                    : "value of a form field longer than the limit");
            return;
        }
        if (textBytes == text.length) text = Arrays.copyOf(text, 2 * textBytes);
        text[textBytes++] = (byte) c;
    }

    private void endField() {
        if (name == null && textBytes == 0) return; // nothing between two ampersands
        var content = endText();
        if (refusal != null) return;
        if (fields.size() == limits.fieldsMax()) {
            refusal = new Refusal(413, "more form fields than the limit");
            return;
        }
        fields.add(name == null ? new NamedValue(content, "") : new NamedValue(name, content));
        name = null;
    }

    private String endText() {
        var content = StrictUtf8.decode(text, textBytes);
        if (content == null) refusal = new Refusal(400, "form field is not UTF-8 (RFC 3629 §3)");
        textBytes = 0;
        return content;
    }
}
