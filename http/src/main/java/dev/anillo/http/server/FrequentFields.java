package dev.anillo.http.server;

import dev.anillo.http.wire.Encoded;

/// The header lines that a loop's handlers set again and again, encoded once. Programs name fields and values by
/// constants mostly, so that the very same two strings come back: they are recognised by identity, and what was checked
/// and encoded before need not be read again.
///
/// A table with a few places for each pair. A pair that comes takes a place; one that comes back gets its line. So
/// values that are made anew for each response push out each other, and hardly ever a line.
final class FrequentFields {
    /// Programs have a few dozen.
    private static final int PLACES = 256;
    private static final int PLACES_PER_PAIR = 4;

    /// Characters of a value that is looked up: to find its place costs a pass over a value that was made just now.
    private static final int VALUE_LENGTH_MAX = 128;

    /// Pairs that find all their places held by lines, until one of the lines goes: programs change what they say.
    private static final int PATIENCE = 64;

    private final String[] names = new String[PLACES];
    private final String[] values = new String[PLACES];
    private final Encoded[] lines = new Encoded[PLACES];
    private int turnedAway;

    /// The line for the very same strings as before, or null.
    Encoded find(String name, String value) {
        if (value.length() > VALUE_LENGTH_MAX) return null;
        var first = firstPlace(name, value);
        for (var place = first; place < first + PLACES_PER_PAIR; place++) {
            if (values[place] == value && names[place] == name) return lines[place];
        }
        return null;
    }

    /// A pair came for which there is no line, and it is good.
    ///
    /// @return the line, when the pair came before; else null
    Encoded add(String name, String value) {
        if (value.length() > VALUE_LENGTH_MAX) return null;
        var first = firstPlace(name, value);
        var free = -1;
        for (var place = first; place < first + PLACES_PER_PAIR; place++) {
            if (values[place] == value && names[place] == name) return lines[place] = Encoded.header(name, value);
            if (lines[place] == null && (free < 0 || names[place] == null)) free = place;
        }
        if (free < 0 && ++turnedAway % PATIENCE == 0) free = first + turnedAway / PATIENCE % PLACES_PER_PAIR;
        if (free >= 0) {
            names[free] = name;
            values[free] = value;
            lines[free] = null;
        }
        return null;
    }

    private static int firstPlace(String name, String value) {
        var hash = name.hashCode() * 31 + value.hashCode();
        return (hash ^ hash >>> 16) * PLACES_PER_PAIR & PLACES - 1;
    }
}
