package dev.anillo.http.wire;

/// Status codes (RFC 9110 §15) and their customary phrases, as IANA lists them.
public final class Status {
    public static final int MIN = 100;
    public static final int MAX = 999;

    private static final String[] REASONS = new String[MAX + 1];

    static {
        name(100, "Continue", "Switching Protocols", "Processing", "Early Hints");
        name(200, "OK", "Created", "Accepted", "Non-Authoritative Information", "No Content", "Reset Content",
                "Partial Content", "Multi-Status", "Already Reported");
        name(226, "IM Used");
        name(300, "Multiple Choices", "Moved Permanently", "Found", "See Other", "Not Modified", "Use Proxy");
        name(307, "Temporary Redirect", "Permanent Redirect");
        name(400, "Bad Request", "Unauthorized", "Payment Required", "Forbidden", "Not Found", "Method Not Allowed",
                "Not Acceptable", "Proxy Authentication Required", "Request Timeout", "Conflict", "Gone",
                "Length Required", "Precondition Failed", "Content Too Large", "URI Too Long",
                "Unsupported Media Type", "Range Not Satisfiable", "Expectation Failed");
        name(421, "Misdirected Request", "Unprocessable Content", "Locked", "Failed Dependency", "Too Early",
                "Upgrade Required");
        name(428, "Precondition Required", "Too Many Requests");
        name(431, "Request Header Fields Too Large");
        name(451, "Unavailable For Legal Reasons");
        name(500, "Internal Server Error", "Not Implemented", "Bad Gateway", "Service Unavailable", "Gateway Timeout",
                "HTTP Version Not Supported", "Variant Also Negotiates", "Insufficient Storage", "Loop Detected");
        name(511, "Network Authentication Required");
    }

    private Status() {}

    private static void name(int first, String... reasons) {
        System.arraycopy(reasons, 0, REASONS, first, reasons.length);
    }

    /// The phrase that goes with a status, or an empty one (which the grammar allows) for a status without.
    ///
    /// @throws IllegalArgumentException outside [#MIN] to [#MAX]
    public static String reason(int status) {
        check(status);
        var reason = REASONS[status];
        return reason == null ? "" : reason;
    }

    static void check(int status) {
        if (status < MIN || status > MAX) throw new IllegalArgumentException("not a status: " + status);
    }
}
