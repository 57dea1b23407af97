package dev.anillo.http.app;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;

/// Why a request's body is not taken: the client's doing, so it is a value and no exception.
///
/// @param status 400 for what is malformed, 413 for what is over a limit, 415 for what is in another format
/// @param reason one line, meant for whoever wrote the client; a constant, so that nothing the client sent comes back
///     in it
public record Refusal(int status, String reason) {
    private static final int CONTENT_TOO_LARGE = 413;

    /// Tells the client. When the response's head was sent already only the end of the connection can tell, so it is
    /// reset; when the response has ended nothing is left to be told. After 413 the connection closes, for the client
    /// would go on sending (RFC 9110 §15.5.14).
    ///
    /// Threads: the loop's.
    public void answer(HttpRequest request, HttpResponse response) {
        if (response.ended()) return;
        if (response.headSent()) {
            request.socket().reset();
            return;
        }
        if (status == CONTENT_TOO_LARGE) response.header("Connection", "close");
        response.status(status).header("Content-Type", "text/plain; charset=utf-8").end(reason + "\n");
    }
}
