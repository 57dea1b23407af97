package dev.anillo.http.app;

import dev.anillo.http.wire.FieldRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An entity tag (RFC 9110 §8.8.3): the name of one state of a resource's representation.
///
/// @param opaque what stands between the quotes
/// @param weak whether it may stay the same while bytes change (§8.8.1)
public record ETag(String opaque, boolean weak) {
    /// Tags of one field that are read. Bounds the objects made; caches send one or few.
    public static final int LIST_COUNT_MAX = 64;

    /// @throws IllegalArgumentException for characters that no tag holds: control characters, space, `"`, beyond U+00FF
    public ETag {
        if (!isOpaque(opaque)) {
            throw new IllegalArgumentException("no entity tag (RFC 9110 §8.8.3): " + FieldRules.quote(opaque));
        }
    }

    /// Changes with every byte.
    public static ETag strong(String opaque) {
        return new ETag(opaque, false);
    }

    /// Changes with the meaning.
    public static ETag weak(String opaque) {
        return new ETag(opaque, true);
    }

    /// `"xyz"` or `W/"xyz"`.
    ///
    /// @return empty when malformed
    public static Optional<ETag> parse(String text) {
        var cursor = new Cursor(text);
        var tag = read(cursor);
        return cursor.atEnd() ? Optional.ofNullable(tag) : Optional.empty();
    }

    /// The list of If-Match or If-None-Match.
    ///
    /// @return empty when malformed, or of more than [#LIST_COUNT_MAX] tags
    static Optional<List<ETag>> parseList(String text) {
        var tags = new ArrayList<ETag>();
        var cursor = new Cursor(text);
        while (cursor.nextElement()) {
            var tag = read(cursor);
            if (tag == null || !cursor.endsElement() || tags.size() == LIST_COUNT_MAX) return Optional.empty();
            tags.add(tag);
        }
        return Optional.of(tags);
    }

    /// Null when malformed. `W` is case-sensitive, and a backslash escapes nothing.
    private static ETag read(Cursor cursor) {
        var weak = cursor.take("W/");
        var opaque = cursor.take('"') ? cursor.upTo('"') : null;
        return opaque == null || !isOpaque(opaque) ? null : new ETag(opaque, weak);
    }

    private static boolean isOpaque(String text) {
        return text.chars().allMatch(c -> c >= '!' && c <= 0xFF && c != '"' && c != 0x7F);
    }

    /// Strong comparison (RFC 9110 §8.8.3.2): byte for byte the same content.
    public boolean matchesStrongly(ETag other) {
        return !weak && !other.weak && opaque.equals(other.opaque);
    }

    /// Weak comparison (RFC 9110 §8.8.3.2): the same content, for a reader.
    public boolean matchesWeakly(ETag other) {
        return opaque.equals(other.opaque);
    }

    /// As a field says it.
    @Override
    public String toString() {
        return (weak ? "W/\"" : "\"") + opaque + '"';
    }
}
