package dev.anillo.http.app;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A media type such as `text/html; charset=utf-8` (RFC 9110 §8.3.1): what Content-Type says and Accept asks for.
///
/// @param type in lower case
/// @param subtype in lower case
/// @param parameters names in lower case, values as sent without quotes
public record MediaType(String type, String subtype, List<NamedValue> parameters) {
    public MediaType {
        parameters = List.copyOf(parameters);
    }

    /// The program's own.
    ///
    /// @throws IllegalArgumentException when malformed
    public static MediaType of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("no media type (RFC 9110 §8.3.1): " + text));
    }

    /// A peer's. Strict where readers could differ: a parameter that comes twice makes it malformed.
    ///
    /// @param text null reads as malformed, so that an absent Content-Type can be passed on
    public static Optional<MediaType> parse(String text) {
        if (text == null) return Optional.empty();
        var cursor = new Cursor(text);
        cursor.skipSpace();
        var type = read(cursor);
        return cursor.atEnd() ? Optional.ofNullable(type) : Optional.empty();
    }

    /// Null when malformed.
    static MediaType read(Cursor cursor) {
        var type = cursor.token();
        if (type == null || !cursor.take('/')) return null;
        var subtype = cursor.token();
        if (subtype == null) return null;
        var parameters = cursor.parameters();
        return parameters == null ? null
                : new MediaType(type.toLowerCase(Locale.ROOT), subtype.toLowerCase(Locale.ROOT), parameters);
    }

    /// The value of a parameter, or null.
    ///
    /// @param name in lower case
    public String parameter(String name) {
        return NamedValue.first(parameters, name);
    }

    /// The character encoding that the `charset` parameter names.
    ///
    /// @return empty without one, and for one that this JVM doesn't know
    public Optional<Charset> charset() {
        var name = parameter("charset");
        if (name == null || name.isEmpty()) return Optional.empty();
        try {
            return Optional.of(Charset.forName(name));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException _) {
            return Optional.empty();
        }
    }

    /// Whether type and subtype are these, whatever the parameters.
    ///
    /// @param type in lower case
    /// @param subtype in lower case
    public boolean is(String type, String subtype) {
        return this.type.equals(type) && this.subtype.equals(subtype);
    }

    /// As a field says it; values that are no tokens in quotes.
    @Override
    public String toString() {
        var text = new StringBuilder(type).append('/').append(subtype);
        for (var parameter : parameters) {
            text.append("; ").append(parameter.name()).append('=');
            var value = parameter.value();
            if (Cursor.isToken(value)) text.append(value);
            else text.append('"').append(value.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
        }
        return text.toString();
    }
}
