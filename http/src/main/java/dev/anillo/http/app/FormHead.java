package dev.anillo.http.app;

import dev.anillo.http.HttpRequest;

/// What both readers of forms ask of a request's head before they look at its body.
final class FormHead {
    private FormHead() {}

    /// @param type the request's Content-Type, null when it has none or a malformed one
    /// @param expected the media type that the reader reads
    /// @param bytesMax of the body
    /// @return null when the body may be read
    static Refusal refusal(HttpRequest request, FieldParameters type, String expected, long bytesMax) {
        if (type == null) return new Refusal(415, "no Content-Type, or a malformed one (RFC 9110 §8.3)");
        if (!type.value().equals(expected)) return new Refusal(415, "Content-Type is not " + expected);
        var encoding = request.header("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            return new Refusal(415, "the form has a Content-Encoding (RFC 9110 §8.4)");
        }
        return request.contentLength() > bytesMax ? bodyTooLong() : null;
    }

    static Refusal bodyTooLong() {
        return new Refusal(413, "body longer than the limit for this form");
    }
}
