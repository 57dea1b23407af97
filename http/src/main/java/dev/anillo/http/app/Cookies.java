package dev.anillo.http.app;

import dev.anillo.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;

/// The cookies of a request (RFC 6265 §5.4), in the order of sending: of equal names the one with the longer path comes
/// first, mostly.
///
/// Names are strict, values as tolerant as browsers are: what is there up to the semicolon, quotes and all, without
/// the white space around it. What has no `=` or a name that is no token is passed over: nobody has set it by
/// [SetCookie].
///
/// @param cookies names, case-sensitive, and values as sent
public record Cookies(List<NamedValue> cookies) {
    /// Cookies that are read, the rest is not. Browsers keep at the most 180 for a site.
    public static final int COUNT_MAX = 200;

    public Cookies {
        cookies = List.copyOf(cookies);
    }

    /// Of all the request's Cookie fields; HTTP/2 may split them (RFC 9113 §8.2.3), and so do proxies that were it.
    public static Cookies of(HttpRequest request) {
        var cookies = new ArrayList<NamedValue>();
        for (var field : request.headers("Cookie")) read(field, cookies);
        return new Cookies(cookies);
    }

    /// Of one field's value.
    public static Cookies parse(String field) {
        var cookies = new ArrayList<NamedValue>();
        read(field, cookies);
        return new Cookies(cookies);
    }

    private static void read(String field, List<NamedValue> cookies) {
        for (var from = 0; from < field.length() && cookies.size() < COUNT_MAX; ) {
            var semicolon = field.indexOf(';', from);
            var to = semicolon < 0 ? field.length() : semicolon;
            var equals = field.indexOf('=', from);
            if (equals >= 0 && equals < to) {
                var name = field.substring(from, equals).strip();
                if (Cursor.isToken(name)) cookies.add(new NamedValue(name, field.substring(equals + 1, to).strip()));
            }
            from = to + 1;
        }
    }

    /// The first cookie of this name, null when absent.
    public String get(String name) {
        return NamedValue.first(cookies, name);
    }

    /// The names alone: values are secrets mostly, and texts end up in logs.
    @Override
    public String toString() {
        return "Cookies" + cookies.stream().map(NamedValue::name).toList();
    }

    /// The cookies of this name, in order.
    public List<String> all(String name) {
        return NamedValue.all(cookies, name);
    }
}
