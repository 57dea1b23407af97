package dev.anillo.http.app;

import dev.anillo.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The parameters of a query or of an urlencoded form that is there as a whole: `name=value&name=value`, decoded, in
/// the order of sending, repetitions kept. `+` is a space, since forms write queries so.
///
/// @param parameters names and values; a name without `=` has the empty value
public record Query(List<NamedValue> parameters) {
    /// Characters of a query as sent. A request line bounds its query more closely; this is for forms.
    public static final int LENGTH_MAX = 64 * 1024;

    /// Parameters in a query. Bounds the time of a look-up and the objects made.
    public static final int COUNT_MAX = 256;

    /// No parameters.
    public static final Query EMPTY = new Query(List.of());

    public Query {
        parameters = List.copyOf(parameters);
    }

    /// The query of the request's target, [#EMPTY] without one.
    ///
    /// @return empty when malformed or over a limit: 400
    public static Optional<Query> of(HttpRequest request) {
        var query = request.query();
        return query == null ? Optional.of(EMPTY) : parse(query);
    }

    /// Within [#LENGTH_MAX] and [#COUNT_MAX].
    ///
    /// @return empty when an escape is malformed ([Percent]) or a limit is passed
    public static Optional<Query> parse(String text) {
        return parse(text, LENGTH_MAX, COUNT_MAX);
    }

    /// @param lengthMax characters of the text
    /// @param countMax parameters; empty ones, between `&` and `&`, don't count
    /// @return empty when an escape is malformed ([Percent]) or a limit is passed
    public static Optional<Query> parse(String text, int lengthMax, int countMax) {
        if (text.length() > lengthMax) return Optional.empty();
        var parameters = new ArrayList<NamedValue>();
        for (var from = 0; from < text.length(); ) {
            var ampersand = text.indexOf('&', from);
            var to = ampersand < 0 ? text.length() : ampersand;
            if (to > from) {
                var parameter = parameter(text, from, to);
                if (parameter == null || parameters.size() == countMax) return Optional.empty();
                parameters.add(parameter);
            }
            from = to + 1;
        }
        return Optional.of(new Query(parameters));
    }

    private static NamedValue parameter(String text, int from, int to) {
        var equals = text.indexOf('=', from);
        if (equals < 0 || equals > to) equals = to;
        var name = Percent.decode(text.substring(from, equals), true);
        var value = Percent.decode(text.substring(Math.min(equals + 1, to), to), true);
        return name == null || value == null ? null : new NamedValue(name, value);
    }

    /// The first value of this name, case-sensitive; null when absent.
    public String get(String name) {
        return NamedValue.first(parameters, name);
    }

    /// The values of this name, in order.
    public List<String> all(String name) {
        return NamedValue.all(parameters, name);
    }

    /// As it is sent: behind a `?`, or as the body of a form. With the values, which are no matter for a log.
    @Override
    public String toString() {
        var text = new StringBuilder();
        for (var parameter : parameters) {
            if (!text.isEmpty()) text.append('&');
            text.append(Percent.encodeForm(parameter.name())).append('=').append(Percent.encodeForm(parameter.value()));
        }
        return text.toString();
    }
}
