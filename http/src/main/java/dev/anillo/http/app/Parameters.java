package dev.anillo.http.app;

import java.util.ArrayList;
import java.util.List;

/// What the named places of a route's pattern stand for in a request's path. Decoded when asked for; [Router] has seen
/// to it that all escapes are well-formed.
public final class Parameters {
    private final Route route;
    private final String path;
    /// Where each place begins and ends in the path: `| from | to |` in the order of the names.
    private final int[] bounds;

    Parameters(Route route, String path, int count) {
        this.route = route;
        this.path = path;
        bounds = new int[2 * count];
    }

    Route route() {
        return route;
    }

    /// Before anyone has seen this.
    void set(int index, int from, int to) {
        bounds[2 * index] = from;
        bounds[2 * index + 1] = to;
    }

    /// The value, escapes decoded. Of a `{name...}` it is the rest of the path, in which a `/` may have been `%2F`:
    /// where that matters (file names!) take [#segments].
    ///
    /// @throws IllegalArgumentException when the pattern has no such name
    public String get(String name) {
        return Percent.decode(raw(name), false);
    }

    /// The value as sent.
    ///
    /// @throws IllegalArgumentException when the pattern has no such name
    public String raw(String name) {
        var index = route.indexOf(name);
        return path.substring(bounds[2 * index], bounds[2 * index + 1]);
    }

    /// The value split at `/`, then decoded: what names of directories and a file are made of. None is `.` or `..`
    /// ([Router] refuses those), but each may hold any other character, `/`, `\` and NUL too, or be empty.
    ///
    /// @throws IllegalArgumentException when the pattern has no such name
    public List<String> segments(String name) {
        var raw = raw(name);
        var segments = new ArrayList<String>();
        for (var from = 0; from <= raw.length(); ) {
            var to = PathText.segmentEnd(raw, from);
            segments.add(Percent.decode(raw.substring(from, to), false));
            from = to + 1;
        }
        return segments;
    }

    @Override
    public String toString() {
        return route + " for " + path;
    }
}
