package dev.anillo.http.app;

import dev.anillo.http.HttpResponse;
import dev.anillo.http.wire.FieldRules;

/// Sends a client somewhere else (RFC 9110 §15.4): `Redirect.SEE_OTHER.to(response, "/done")`.
public enum Redirect {
    /// 301, for good. Clients may turn POST into GET.
    MOVED_PERMANENTLY(301),
    /// 302, for now. Clients may turn POST into GET.
    FOUND(302),
    /// 303: the answer to this, whatever the method, is to be got there with GET.
    SEE_OTHER(303),
    /// 307, for now, method and body as they are.
    TEMPORARY(307),
    /// 308, for good, method and body as they are.
    PERMANENT(308);

    private static final String URI_MARKS = "-._~:/?#[]@!$&'()*+,;=";

    private final int status;

    Redirect(int status) {
        this.status = status;
    }

    public int status() {
        return status;
    }

    /// Answers, without a body.
    ///
    /// @param location a URI or a relative reference (RFC 9110 §10.2.2), escaped ([Percent#encode]). One that a peer
    ///     has given is to be checked first: [#isLocal]
    /// @throws IllegalArgumentException when it holds a character that no URI holds, or a malformed escape
    /// @throws IllegalStateException when the head was sent
    public void to(HttpResponse response, String location) {
        var fault = fault(location);
        if (fault >= 0) { // without the location, whose query may hold a secret
            throw new IllegalArgumentException("no URI reference (RFC 3986): " + FieldRules.faultAt(location, fault));
        }
        response.status(status).header("Location", location).end();
    }

    /// Whether a location, such as a `?return=` of a login page, stays on this host: a path with its slash, and no
    /// `//host`. Browsers read a backslash as a slash; no reference holds one.
    public static boolean isLocal(String location) {
        return fault(location) < 0 && location.startsWith("/") && !location.startsWith("//");
    }

    /// By its characters (RFC 3986 §2): unreserved, reserved and escapes.
    ///
    /// @return where it is none, or -1
    private static int fault(String location) {
        for (var i = 0; i < location.length(); i++) {
            var c = location.charAt(i);
            var good = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                    || URI_MARKS.indexOf(c) >= 0 || c == '%' && Percent.isEscape(location, i);
            if (!good) return i;
        }
        return -1;
    }
}
