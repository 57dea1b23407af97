package dev.anillo.http.app;

import dev.anillo.http.wire.FieldRules;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// A field value with parameters, as Content-Type and Content-Disposition have (RFC 9110 §5.6.6):
///
///     value *( OWS ";" OWS [ name "=" ( token / quoted-string ) ] )
///
/// A backslash escapes a quote and a backslash. Before anything else it stands for itself: browsers send file names with their
/// backslashes as they are.
final class FieldParameters {
    private final String text;
    private final Map<String, String> values = new HashMap<>();
    private String value;
    private int at;

    private FieldParameters(String text) {
        this.text = text;
    }

    /// @return null when there is no field, when it is malformed, and when a parameter comes twice, which two readers
    ///     could read differently
    static FieldParameters parse(String text) {
        if (text == null) return null;
        var parameters = new FieldParameters(text);
        return parameters.parse() ? parameters : null;
    }

    /// What stands before the first semicolon, in lower case.
    String value() {
        return value;
    }

    /// @param name in lower case
    /// @return null when absent
    String get(String name) {
        return values.get(name);
    }

    private boolean parse() {
        skipSpace();
        value = until(';').stripTrailing().toLowerCase(Locale.ROOT);
        if (!isValue(value)) return false;
        while (at < text.length()) {
            at++; // the semicolon
            skipSpace();
            if (at < text.length() && text.charAt(at) != ';' && !parameter()) return false;
            skipSpace();
            if (at < text.length() && text.charAt(at) != ';') return false;
        }
        return true;
    }

    private static boolean isValue(String value) {
        return FieldRules.isName(value.replaceFirst("/", ""));
    }

    private boolean parameter() {
        var name = until('=').toLowerCase(Locale.ROOT);
        if (!FieldRules.isName(name) || at == text.length()) return false;
        at++; // the equals sign
        var quoted = at < text.length() && text.charAt(at) == '"';
        var content = quoted ? quotedString() : token();
        return content != null && values.putIfAbsent(name, content) == null;
    }

    private String token() {
        var from = at;
        while (at < text.length() && "; \t".indexOf(text.charAt(at)) < 0) at++;
        var token = text.substring(from, at);
        return FieldRules.isName(token) ? token : null;
    }

    /// @return null when it does not end
    private String quotedString() {
        var content = new StringBuilder();
        at++; // the opening quote
        while (at < text.length()) {
            var c = text.charAt(at++);
            if (c == '"') return content.toString();
            if (c == '\\' && at < text.length() && isEscapable(text.charAt(at))) c = text.charAt(at++);
            content.append(c);
        }
        return null;
    }

    private static boolean isEscapable(char c) {
        return c == '"' || c == '\\';
    }

    private String until(char end) {
        var from = at;
        var index = text.indexOf(end, from);
        at = index < 0 ? text.length() : index;
        return text.substring(from, at);
    }

    private void skipSpace() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) at++;
    }
}
