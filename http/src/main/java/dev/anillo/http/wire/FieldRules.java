package dev.anillo.http.wire;

/// What a program may send as a field name, a field value or a reason phrase. For checking at the moment when the
/// program sets one; [ResponseWriter] checks once more as it writes.
public final class FieldRules {
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

    static boolean isNameCharacter(char c) {
        return c < 0x80 && Chars.isToken(c);
    }

    static boolean isValueCharacter(char c) {
        return c <= 0xFF && Chars.isValue(c);
    }
}
