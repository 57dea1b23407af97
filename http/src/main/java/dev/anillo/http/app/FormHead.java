package dev.anillo.http.app;

import dev.anillo.http.HttpRequest;

/// What both readers of forms ask of a request's head before they look at its body.
///
/// @param type the request's Content-Type; null when it is refused
/// @param refusal null when the body may be read
record FormHead(MediaType type, Refusal refusal) {
    /// @param expectedType in lower case, as `expectedSubtype`
    /// @param bytesMax of the body
    static FormHead of(HttpRequest request, String expectedType, String expectedSubtype, long bytesMax) {
        var type = MediaType.parse(request.header("Content-Type")).orElse(null);
        if (type == null) return refused(415, "no Content-Type, or a malformed one (RFC 9110 §8.3)");
        if (!type.is(expectedType, expectedSubtype)) {
            return refused(415, "Content-Type of another format (RFC 9110 §15.5.16)");
        }
        var encoding = request.header("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            return refused(415, "form with a Content-Encoding (RFC 9110 §8.4)");
        }
        return request.contentLength() > bytesMax ? new FormHead(null, bodyTooLong()) : new FormHead(type, null);
    }

    private static FormHead refused(int status, String reason) {
        return new FormHead(null, new Refusal(status, reason));
    }

    static Refusal bodyTooLong() {
        return new Refusal(413, "body longer than the limit for this form");
    }
}
