package dev.anillo.http.app;

import java.util.ArrayList;
import java.util.List;

/// Routes by the segments of their patterns. At each segment a literal is preferred to a `{name}`, and that to a
/// `{name...}`; what leads to no route for the method is taken back. Time is bounded by the count of nodes, depth by
/// the longest pattern, whatever the path.
final class RouteTree {
    private final List<Route> routes = new ArrayList<>();
    /// Children whose segment is a literal, sorted by it.
    private final List<RouteTree> literals = new ArrayList<>();
    private final String literal;
    private RouteTree place;
    private RouteTree rest;

    RouteTree() {
        this("");
    }

    private RouteTree(String literal) {
        this.literal = literal;
    }

    /// @throws IllegalArgumentException when there is a route for the same method and the same paths
    void add(Route route) {
        var node = this;
        for (var segment : route.segments) node = node.child(segment);
        for (var other : node.routes) {
            if (other.method.equals(route.method)) {
                throw new IllegalArgumentException(route + " takes the requests that " + other + " takes already");
            }
        }
        node.routes.add(route);
    }

    private RouteTree child(String segment) {
        if (Route.isRest(segment)) return rest == null ? rest = new RouteTree() : rest;
        if (Route.isPlace(segment)) return place == null ? place = new RouteTree() : place;
        var index = search(segment, 0, segment.length());
        if (index < 0) {
            index = -index - 1;
            literals.add(index, new RouteTree(segment));
        }
        return literals.get(index);
    }

    /// What the route for this method and path says, or null when there is none.
    ///
    /// @param path as sent, unambiguous ([PathText#isUnambiguous])
    Parameters find(String method, String path) {
        return path.startsWith("/") ? find(method, path, 1, 0) : null;
    }

    /// @param at where the next segment begins; behind the path's end when there is none
    /// @param captured places on the way here
    private Parameters find(String method, String path, int at, int captured) {
        if (at > path.length()) return open(method, path);
        var end = PathText.segmentEnd(path, at);
        var child = literal(path, at, end);
        var found = child == null ? null : child.find(method, path, end + 1, captured);
        if (found == null && place != null && end > at) {
            found = captured(place.find(method, path, end + 1, captured + 1), captured, at, end);
        }
        if (found == null && rest != null) {
            found = captured(rest.open(method, path), captured, at, path.length());
        }
        return found;
    }

    private static Parameters captured(Parameters found, int index, int from, int to) {
        if (found != null) found.set(index, from, to);
        return found;
    }

    /// HEAD is answered by GET where it has no route of its own (RFC 9110 §9.3.2).
    private Parameters open(String method, String path) {
        var isHead = method.equals("HEAD");
        Route get = null;
        for (var i = 0; i < routes.size(); i++) { // without an iterator: nothing is made for a request
            var route = routes.get(i);
            if (route.method.equals(method)) return route.parameters(path);
            if (isHead && route.method.equals("GET")) get = route;
        }
        return get == null ? null : get.parameters(path);
    }

    /// The child of this literal segment. Spellings of one segment are equal (RFC 9110 §4.2.3): the escapes of one
    /// that has some are decoded first.
    private RouteTree literal(String path, int from, int to) {
        if (literals.isEmpty()) return null;
        var percent = path.indexOf('%', from);
        if (percent >= 0 && percent < to) {
            path = Percent.decode(path.substring(from, to), false);
            from = 0;
            to = path.length();
        }
        var index = search(path, from, to);
        return index < 0 ? null : literals.get(index);
    }

    /// The index of a literal, or where it belongs as `-index - 1`.
    private int search(String text, int from, int to) {
        var low = 0;
        var high = literals.size() - 1;
        while (low <= high) {
            var middle = low + high >>> 1;
            var order = compare(literals.get(middle).literal, text, from, to);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return -low - 1;
    }

    private static int compare(String literal, String text, int from, int to) {
        var common = Math.min(literal.length(), to - from);
        for (var i = 0; i < common; i++) {
            var order = literal.charAt(i) - text.charAt(from + i);
            if (order != 0) return order;
        }
        return literal.length() - (to - from);
    }
}
