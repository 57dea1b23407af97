package dev.anillo.http.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The Content-Disposition of a part: `form-data; name="a"; filename="b"` (RFC 7578 §4.2, RFC 2183 §2).
///
/// Quoted strings are read as browsers write them (WHATWG HTML §4.10.21.8): a quote, CR and LF come as `%22`, `%0D`
/// and `%0A`, and all else as it is, also percent signs and backslashes. Clients that follow the older rule put a
/// backslash before a quote and a backslash, so there it counts as the escape that it is in RFC 822.
///
/// `filename*` is ignored: RFC 7578 §4.2 forbids it, yet .NET's client sends it beside `filename`.
///
/// @param name null when there is none
/// @param fileName null when there is none
record Disposition(String name, String fileName) {
    /// @return null when it is malformed, no `form-data`, or has a parameter twice, which two readers could read
    ///     differently
    static Disposition parse(String text) {
        var cursor = new Cursor(text);
        cursor.skipSpace();
        var type = cursor.token();
        if (type == null || !type.equalsIgnoreCase("form-data")) return null;
        var parameters = parameters(cursor);
        if (parameters == null || !cursor.atEnd()) return null;
        return new Disposition(NamedValue.first(parameters, "name"), NamedValue.first(parameters, "filename"));
    }

    /// As [Cursor#parameters], with the browsers' quoted strings.
    private static List<NamedValue> parameters(Cursor cursor) {
        var parameters = new ArrayList<NamedValue>(2);
        for (cursor.skipSpace(); cursor.take(';'); cursor.skipSpace()) {
            cursor.skipSpace();
            if (cursor.atEnd() || cursor.peek() == ';') continue;
            var name = cursor.token();
            if (name == null || !cursor.take('=')) return null;
            name = name.toLowerCase(Locale.ROOT);
            var value = cursor.take('"') ? restOfQuoted(cursor) : cursor.token();
            if (value == null || parameters.size() == Cursor.PARAMETERS_MAX) return null;
            if (NamedValue.first(parameters, name) != null) return null;
            parameters.add(new NamedValue(name, value));
        }
        return parameters;
    }

    /// Behind the opening quote. Null when there is no closing one.
    private static String restOfQuoted(Cursor cursor) {
        var value = new StringBuilder();
        while (!cursor.take('"')) {
            if (cursor.atEnd()) return null;
            var c = cursor.peek();
            cursor.take(c);
            if (c == '\\' && (cursor.peek() == '"' || cursor.peek() == '\\')) {
                c = cursor.peek();
                cursor.take(c);
            }
            value.append(c);
        }
        return value.indexOf("%") < 0 ? value.toString()
                : value.toString().replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n");
    }
}
