package dev.anillo.http.app;

import java.util.ArrayList;
import java.util.List;

/// A method, a pattern and who answers.
final class Route {
    private static final String REST = "...";

    final String method;
    final String pattern;
    final RouteHandler handler;
    /// The pattern's segments, places still in braces.
    final List<String> segments;
    private final List<String> names = new ArrayList<>();
    /// What the handler gets when there are no names.
    private final Parameters none;

    /// @throws IllegalArgumentException for a malformed pattern
    Route(String method, String pattern, RouteHandler handler) {
        this.method = method;
        this.pattern = pattern;
        this.handler = handler;
        if (!pattern.startsWith("/")) throw malformed("does not begin with /");
        if (pattern.contains("%")) throw malformed("has a %: write the character, not its escape");
        if (pattern.contains("?") || pattern.contains("#")) {
            throw malformed("is to be a path, without query and fragment");
        }
        segments = List.of(pattern.substring(1).split("/", -1));
        for (var i = 0; i < segments.size(); i++) check(segments.get(i), i == segments.size() - 1);
        none = names.isEmpty() ? new Parameters(this, pattern, 0) : null;
    }

    private void check(String segment, boolean last) {
        if (segment.equals(".") || segment.equals("..")) throw malformed("has a segment " + segment);
        if (!isPlace(segment)) {
            if (segment.contains("{") || segment.contains("}")) throw malformed("has a { or } within a segment");
            return;
        }
        if (isRest(segment) && !last) throw malformed("goes on after " + segment);
        var name = name(segment);
        if (name.isEmpty() || name.contains("{") || name.contains("}") || name.contains(".")) {
            throw malformed("has no name, or no proper one, in " + segment);
        }
        if (names.contains(name)) throw malformed("names " + name + " twice");
        names.add(name);
    }

    private IllegalArgumentException malformed(String reason) {
        return new IllegalArgumentException("pattern " + pattern + " " + reason);
    }

    /// `{name}` or `{name...}`.
    static boolean isPlace(String segment) {
        return segment.startsWith("{") && segment.endsWith("}");
    }

    /// `{name...}`.
    static boolean isRest(String segment) {
        return segment.endsWith(REST + "}") && isPlace(segment);
    }

    private static String name(String segment) {
        return segment.substring(1, segment.length() - 1 - (isRest(segment) ? REST.length() : 0));
    }

    int indexOf(String name) {
        var index = names.indexOf(name);
        if (index < 0) throw new IllegalArgumentException("pattern " + pattern + " has no {" + name + "}");
        return index;
    }

    /// To be filled in, when there are names.
    Parameters parameters(String path) {
        return none != null ? none : new Parameters(this, path, names.size());
    }

    @Override
    public String toString() {
        return method + " " + pattern;
    }
}
