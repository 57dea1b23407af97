package dev.anillo.http.app;

import dev.anillo.http.Handler;
import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/// Picks the handler by method and path.
///
///     new Router()
///             .get("/users/{id}", …)        // one segment that is not empty
///             .get("/users/me", …)          // preferred to the one above
///             .get("/files/{path...}", …)   // the rest, slashes and all; empty for /files/
///             .post("/users", …)            // not /users/: a slash at the end makes another path
///
/// Matching splits the path as sent at `/` and decodes after that: `%2F` never makes a segment, and `/%75sers` is
/// `/users` (RFC 9110 §4.2.3). From left to right a literal is preferred to a place, and that to a rest, among the
/// routes that have the method. The query plays no part.
///
/// What it answers by itself:
///
/// | status | when |
/// |---|---|
/// | 204 with Allow | OPTIONS without a route of its own, `OPTIONS *` |
/// | 400 | a malformed escape, or a segment `.` or `..` in the path, escaped or not |
/// | 404 | no route of any method matches the path, and there is no [#otherwise] |
/// | 405 with Allow | routes match the path, none has the method (RFC 9110 §15.5.6) |
/// | 501 | the same with a method that RFC 9110 and 5789 don't define and no route has (§9.1); CONNECT |
///
/// HEAD is answered by the route for GET, whose body the server leaves out. A filter is a [Handler] around this one,
/// or a method that takes a [RouteHandler] and returns another.
///
/// Threads: add routes first, in one thread. After that it doesn't change, and several loops may share it if the
/// handlers allow.
public final class Router implements Handler {
    private static final Set<String> DEFINED =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");

    private final RouteTree tree = new RouteTree();
    private final List<Route> routes = new ArrayList<>();
    /// Those of the routes, HEAD and OPTIONS with them. Sorted, so that Allow reads the same every time.
    private final Set<String> methods = new TreeSet<>(Set.of("OPTIONS"));
    private Handler otherwise = (_, response) -> answer(response, 404, "Not Found");

    /// Without routes: everything is 404.
    public Router() {}

    /// As [#add] with GET.
    public Router get(String pattern, RouteHandler handler) {
        return add("GET", pattern, handler);
    }

    /// As [#add] with POST.
    public Router post(String pattern, RouteHandler handler) {
        return add("POST", pattern, handler);
    }

    /// As [#add] with PUT.
    public Router put(String pattern, RouteHandler handler) {
        return add("PUT", pattern, handler);
    }

    /// As [#add] with PATCH.
    public Router patch(String pattern, RouteHandler handler) {
        return add("PATCH", pattern, handler);
    }

    /// As [#add] with DELETE.
    public Router delete(String pattern, RouteHandler handler) {
        return add("DELETE", pattern, handler);
    }

    /// Adds a route.
    ///
    /// @param method case-sensitive; any token but CONNECT
    /// @param pattern a path: segments are literals as they read decoded (`/café`), or `{name}`, or at the end
    ///     `{name...}`
    /// @throws IllegalArgumentException for a malformed method or pattern, and when a route of the same method has the
    ///     same pattern but for the names in it
    public Router add(String method, String pattern, RouteHandler handler) {
        if (!Cursor.isToken(method) || method.equals("CONNECT")) {
            throw new IllegalArgumentException("no method of a route: " + method);
        }
        var route = new Route(method, pattern, Objects.requireNonNull(handler));
        tree.add(route);
        routes.add(route);
        methods.add(method);
        if (method.equals("GET")) methods.add("HEAD");
        return this;
    }

    /// Adds all routes that another router has now, each behind the prefix. Its [#otherwise] is not taken over.
    ///
    /// @param prefix a path without a slash at the end, such as `/api/{version}`
    /// @throws IllegalArgumentException as [#add]
    public Router include(String prefix, Router other) {
        if (prefix.endsWith("/")) throw new IllegalArgumentException("prefix " + prefix + " ends with /");
        for (var route : List.copyOf(other.routes)) add(route.method, prefix + route.pattern, route.handler);
        return this;
    }

    /// Who answers when no route of any method matches the path. Default: 404.
    public Router otherwise(Handler handler) {
        otherwise = Objects.requireNonNull(handler);
        return this;
    }

    @Override
    public void handle(HttpRequest request, HttpResponse response) throws Exception {
        var method = request.method();
        if (method.equals("CONNECT")) {
            answer(response, 501, "Not Implemented");
        } else if (method.equals("OPTIONS") && request.target().equals("*")) {
            allow(response, methods).status(204).end(); // about the server as a whole (RFC 9110 §9.3.7)
        } else {
            route(method, request.path(), request, response);
        }
    }

    private void route(String method, String path, HttpRequest request, HttpResponse response) throws Exception {
        if (!PathText.isUnambiguous(path)) {
            answer(response, 400, "Bad Request");
            return;
        }
        var parameters = tree.find(method, path);
        if (parameters != null) {
            parameters.route().handler.handle(request, response, parameters);
            return;
        }
        var allowed = allowed(path);
        if (allowed.isEmpty()) {
            otherwise.handle(request, response);
        } else if (method.equals("OPTIONS")) {
            allow(response, allowed).status(204).end();
        } else if (DEFINED.contains(method) || methods.contains(method)) {
            answer(allow(response, allowed), 405, "Method Not Allowed");
        } else {
            answer(response, 501, "Not Implemented");
        }
    }

    private List<String> allowed(String path) {
        var allowed = new ArrayList<String>();
        for (var method : methods) {
            if (tree.find(method, path) != null) allowed.add(method);
        }
        if (!allowed.isEmpty() && !allowed.contains("OPTIONS")) allowed.add("OPTIONS");
        return allowed;
    }

    private static HttpResponse allow(HttpResponse response, Iterable<String> methods) {
        return response.header("Allow", String.join(", ", methods));
    }

    private static void answer(HttpResponse response, int status, String reason) {
        response.status(status).header("Content-Type", "text/plain; charset=utf-8").end(reason + "\n");
    }
}
