package dev.anillo.http.wire;

/// What a program may send as a field name, a field value or a reason phrase. For checking at the moment when the
/// program sets one; [ResponseWriter] checks once more as it writes.
public final class FieldRules {
    /// Characters of a text that a message shows.
    private static final int QUOTED_MAX = 80;

    private FieldRules() {}

    /// Whether this is a token (RFC 9110 §5.1).
    public static boolean isName(String name) {
        for (var i = 0; i < name.length(); i++) {
            if (!isNameCharacter(name.charAt(i))) return false;
        }
        return !name.isEmpty();
    }

    /// Whether all is visible, space, HTAB or latin-1 (RFC 9110 §5.5). CR, LF and NUL would split the response in two;
    /// beyond U+00FF there is no byte for a character.
    public static boolean isValue(String value) {
        for (var i = 0; i < value.length(); i++) {
            if (!isValueCharacter(value.charAt(i))) return false;
        }
        return true;
    }

    /// What is wrong with a value, for a message: `U+000A at 17`. Not the value itself: it may be a secret, such as a
    /// cookie, and messages end up in logs.
    public static String firstFault(String value) {
        for (var i = 0; i < value.length(); i++) {
            if (!isValueCharacter(value.charAt(i))) return faultAt(value, i);
        }
        return "none";
    }

    /// @param at where the character is that is not allowed; the length where there are too few
    public static String faultAt(String text, int at) {
        return at < text.length() ? String.format("U+%04X at %d", (int) text.charAt(at), at) : "ended at " + at;
    }

    /// A text that is no secret, for a message: in quotes, in one line, and not too long.
    public static String quote(String text) {
        var quoted = new StringBuilder("\"");
        text.chars().limit(QUOTED_MAX).forEach(c -> {
            if (c >= ' ' && c < 0x7F) quoted.append((char) c);
            else quoted.append(String.format("\\u%04x", c));
        });
        return quoted.append('"').toString();
    }

    static boolean isNameCharacter(char c) {
        return c < 0x80 && Chars.isToken(c);
    }

    static boolean isValueCharacter(char c) {
        return c <= 0xFF && Chars.isValue(c);
    }
}
