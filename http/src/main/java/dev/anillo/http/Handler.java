package dev.anillo.http;

/// Answers requests. Called on the server's loop when a request's head has arrived; the body may still be on its way.
///
/// It may answer at once or keep the response and answer later, from any callback of the same loop. What it throws
/// is answered with 500 when nothing was sent yet, else the response is broken off with the connection; the server goes on.
@FunctionalInterface
public interface Handler {
    void handle(HttpRequest request, HttpResponse response) throws Exception;
}
