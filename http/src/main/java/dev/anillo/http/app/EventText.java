package dev.anillo.http.app;

/// One event as it stands in the stream (WHATWG HTML §9.2.5).
final class EventText {
    private EventText() {}

    /// What the parameters mean: [EventStream#send(String, String, String, long)].
    static String of(String event, String data, String id, long retryMillis) {
        var text = new StringBuilder(data.length() + 32);
        if (event != null) field(text, "event", checked("type", event));
        if (id != null) field(text, "id", checked("id", id));
        if (retryMillis >= 0) field(text, "retry", Long.toString(retryMillis));
        data(text, data);
        return text.append('\n').toString();
    }

    private static String checked(String what, String value) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0 || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(what + " of an event has CR, LF or NUL (WHATWG HTML §9.2.6)");
        }
        return value;
    }

    private static void field(StringBuilder text, String name, String value) {
        text.append(name).append(": ").append(value).append('\n');
    }

    private static void data(StringBuilder text, String data) {
        var from = 0;
        for (var at = 0; at < data.length(); at++) {
            var c = data.charAt(at);
            if (c != '\n' && c != '\r') continue;
            field(text, "data", data.substring(from, at));
            if (c == '\r' && at + 1 < data.length() && data.charAt(at + 1) == '\n') at++;
            from = at + 1;
        }
        field(text, "data", data.substring(from));
    }
}
