package dev.anillo.http.app;

import dev.anillo.http.wire.FieldRules;
import dev.anillo.loop.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// The header section of one part after another (RFC 7578 §4), a line at a time.
///
/// Content-Disposition must be there, once, with a `name`; Content-Type may be. All other fields are ignored, as RFC
/// 7578 §4.8 demands, but a Content-Transfer-Encoding that would have to be decoded.
final class PartHead {
    private static final int LINE_BYTES_AT_FIRST = 128;

    private final MultipartReader limits;

    private byte[] line = new byte[LINE_BYTES_AT_FIRST];
    private int lineBytes;
    private int headBytes;
    private boolean afterCr;
    private boolean complete;

    private String name;
    private String fileName;
    private String contentType;
    private Refusal refusal;

    PartHead(MultipartReader limits) {
        this.limits = limits;
    }

    /// Begins with the delimiter's line, whose padding counts as well.
    void start() {
        headBytes = 0;
        lineBytes = 0;
        afterCr = false;
        complete = false;
        name = null;
        fileName = null;
        contentType = null;
    }

    /// Takes bytes until the section is complete or refused.
    ///
    /// @return the offset behind those that were taken
    int read(long base, int from, int to) {
        var at = from;
        while (at < to && !complete && refusal == null) take(Memory.getByte(base + at++));
        return at;
    }

    /// Whether the empty line has come.
    boolean isComplete() {
        return complete;
    }

    /// Why the section is refused, or null.
    Refusal refusal() {
        return refusal;
    }

    /// Counts a byte against the limit.
    ///
    /// @return false when it is one too many
    boolean count() {
        if (headBytes == limits.headBytesMax()) {
            refusal = new Refusal(413, "headers of a part longer than the limit");
            return false;
        }
        headBytes++;
        return true;
    }

    private void take(byte c) {
        if (!count()) return;
        if (afterCr) {
            afterCr = false;
            if (c == '\n') endLine();
            else refuse("CR without LF in the headers of a part (RFC 2046 §5.1)");
        } else if (c == '\r') {
            afterCr = true;
        } else if (c == '\n') {
            refuse("LF without CR in the headers of a part (RFC 2046 §5.1)");
        } else {
            if (lineBytes == line.length) line = Arrays.copyOf(line, 2 * lineBytes);
            line[lineBytes++] = c;
        }
    }

    private void refuse(String reason) {
        refusal = new Refusal(400, reason);
    }

    private void endLine() {
        if (lineBytes == 0) {
            if (name == null) refuse("part without Content-Disposition (RFC 7578 §4.2)");
            else complete = true;
            return;
        }
        var text = StrictUtf8.decode(line, lineBytes);
        lineBytes = 0;
        if (text == null) {
            refuse("header of a part is not UTF-8 (RFC 7578 §5.1)");
            return;
        }
        var colon = text.indexOf(':');
        if (colon < 0 || !FieldRules.isName(text.substring(0, colon))) {
            refuse("header of a part is folded or has no name (RFC 7578 §4.8)");
            return;
        }
        if (text.chars().anyMatch(PartHead::isControl)) {
            refuse("control character in a header of a part (RFC 7578 §4.8)");
            return;
        }
        takeField(text.substring(0, colon).toLowerCase(Locale.ROOT), text.substring(colon + 1).strip());
    }

    private void takeField(String field, String value) {
        switch (field) {
            case "content-disposition" -> takeDisposition(Disposition.parse(value));
            case "content-type" -> takeType(value);
            case "content-transfer-encoding" -> checkTransferEncoding(value.toLowerCase(Locale.ROOT));
            default -> {} // RFC 7578 §4.8: ignored
        }
    }

    private static boolean isControl(int c) {
        return c < ' ' && c != '\t' || c == 0x7F;
    }

    private void takeDisposition(Disposition disposition) {
        if (disposition == null) {
            refuse("Content-Disposition of a part is not a well-formed form-data (RFC 7578 §4.2)");
        } else if (name != null) {
            refuse("part with two Content-Dispositions (RFC 7578 §4.2)");
        } else if (disposition.name() == null) {
            refuse("part without a name (RFC 7578 §4.2)");
        } else {
            name = disposition.name();
            fileName = disposition.fileName();
            checkLength(name, limits.nameBytesMax(), "name of a part longer than the limit");
            checkLength(fileName, limits.fileNameBytesMax(), "file name of a part longer than the limit");
        }
    }

    private void checkLength(String text, int bytesMax, String reason) {
        if (text == null || text.getBytes(StandardCharsets.UTF_8).length <= bytesMax) return;
        refusal = new Refusal(413, reason);
    }

    private void takeType(String value) {
        if (contentType != null) {
            refuse("part with two Content-Types (RFC 7578 §4.4)");
        } else if (value.regionMatches(true, 0, "multipart/", 0, 10)) {
            refusal = new Refusal(415, "parts within a part (RFC 7578 §4.3)");
        } else {
            contentType = value;
        }
    }

    private void checkTransferEncoding(String encoding) {
        switch (encoding) {
            case "7bit", "8bit", "binary" -> {}
            default -> refusal = new Refusal(415, "part with a Content-Transfer-Encoding (RFC 7578 §4.7)");
        }
    }

    String name() {
        return name;
    }

    /// Null when the part is no file.
    String fileName() {
        return fileName;
    }

    /// As sent, or null.
    String contentType() {
        return contentType;
    }
}
