package dev.anillo.http.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads a field value from left to right by the rules that fields share (RFC 9110 §5.6). A reader that finds something
/// else returns null or false and stays somewhere behind the place where it began.
final class Cursor {
    /// Parameters of one element: bounds the time of a look-up. Nothing registered has more than a few.
    static final int PARAMETERS_MAX = 16;

    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private final String text;
    private int at;

    Cursor(String text) {
        this.text = text;
    }

    /// Whether the whole text is a token (RFC 9110 §5.6.2).
    static boolean isToken(String text) {
        return text.equals(new Cursor(text).token());
    }

    private static boolean isTokenCharacter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || TOKEN_MARKS.indexOf(c) >= 0;
    }

    boolean atEnd() {
        return at == text.length();
    }

    /// 0 at the end: no field value holds one.
    char peek() {
        return atEnd() ? 0 : text.charAt(at);
    }

    boolean take(char c) {
        if (peek() != c || atEnd()) return false;
        at++;
        return true;
    }

    boolean take(String word) {
        if (!text.startsWith(word, at)) return false;
        at += word.length();
        return true;
    }

    /// OWS (RFC 9110 §5.6.3).
    void skipSpace() {
        while (peek() == ' ' || peek() == '\t') at++;
    }

    /// To the next element of a list, over empty ones (RFC 9110 §5.6.1.2).
    ///
    /// @return false when there is none
    boolean nextElement() {
        while (peek() == ' ' || peek() == '\t' || peek() == ',') at++;
        return !atEnd();
    }

    /// Whether an element ends here, white space aside.
    boolean endsElement() {
        skipSpace();
        return atEnd() || peek() == ',';
    }

    /// Over what is left of a malformed element: to a comma outside of quotes, or to the end.
    void skipElement() {
        while (!atEnd() && peek() != ',') {
            if (peek() != '"') at++;
            else if (quotedString() == null) at = text.length();
        }
    }

    /// Null when there is none.
    String token() {
        var from = at;
        while (!atEnd() && isTokenCharacter(peek())) at++;
        return at == from ? null : text.substring(from, at);
    }

    /// So many characters of a token, or null.
    String token(int length) {
        var from = at;
        while (at - from < length && isTokenCharacter(peek())) at++;
        return at - from < length ? null : text.substring(from, at);
    }

    /// So many digits as a number, or -1.
    int digits(int count) {
        var value = 0;
        for (var i = 0; i < count; i++) {
            var c = peek();
            if (c < '0' || c > '9') return -1;
            value = 10 * value + c - '0';
            at++;
        }
        return value;
    }

    /// `1*DIGIT` as a number, the greatest one in place of any greater; -1 when there is none.
    long number() {
        var value = -1L;
        for (var c = peek(); c >= '0' && c <= '9'; c = peek()) {
            var digit = c - '0';
            value = Math.max(0, value);
            value = value > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : 10 * value + digit;
            at++;
        }
        return value;
    }

    /// What stands between the quotes, quoted pairs resolved (RFC 9110 §5.6.4); null when malformed.
    String quotedString() {
        if (!take('"')) return null;
        var value = new StringBuilder();
        while (!atEnd()) {
            var c = text.charAt(at++);
            if (c == '"') return value.toString();
            if (c == '\\') {
                if (atEnd()) return null;
                c = text.charAt(at++);
            }
            if (c < ' ' && c != '\t' || c == 0x7F) return null;
            value.append(c);
        }
        return null;
    }

    /// What stands from here to the given character, over which it goes; null when it doesn't come.
    String upTo(char end) {
        var to = text.indexOf(end, at);
        if (to < 0) return null;
        var found = text.substring(at, to);
        at = to + 1;
        return found;
    }

    /// `*( OWS ";" OWS [ name "=" value ] )` (RFC 9110 §5.6.6), names in lower case. No white space around the `=`.
    /// Null when malformed, which includes a name that comes twice (RFC 6838 §4.3) and more than [#PARAMETERS_MAX].
    List<NamedValue> parameters() {
        var parameters = new ArrayList<NamedValue>(2);
        for (skipSpace(); take(';'); skipSpace()) {
            skipSpace();
            if (atEnd() || peek() == ';' || peek() == ',') continue;
            var name = token();
            if (name == null || !take('=')) return null;
            name = name.toLowerCase(Locale.ROOT);
            var value = peek() == '"' ? quotedString() : token();
            if (value == null || parameters.size() == PARAMETERS_MAX) return null;
            if (NamedValue.first(parameters, name) != null) return null;
            parameters.add(new NamedValue(name, value));
        }
        return parameters;
    }
}
