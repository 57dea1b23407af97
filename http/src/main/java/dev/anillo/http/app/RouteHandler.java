package dev.anillo.http.app;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;

/// Answers the requests of a route, under the rules of [dev.anillo.http.Handler].
@FunctionalInterface
public interface RouteHandler {
    /// @param parameters what the places in the route's pattern stand for; may be kept, unlike the request
    void handle(HttpRequest request, HttpResponse response, Parameters parameters) throws Exception;
}
