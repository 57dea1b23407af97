package dev.anillo.http.app;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Predicate;

/// What is to be compared with a conditional request: the state of the resource now (RFC 9110 §13).
///
///     var state = Conditional.on(etag, lastModified).describe(response);
///     switch (state.evaluate(request)) {
///         case NOT_MODIFIED -> response.status(304).end();
///         case PRECONDITION_FAILED -> response.status(412).end();
///         case PROCEED -> …
///     }
///
/// Evaluate only when the request would be answered with 2xx otherwise (§13.2.1), and before the method's action.
///
/// @param exists whether there is a representation at all; for `*`
/// @param etag null when there is none
/// @param lastModified null when it isn't known; whole seconds. Leave it out where changes can follow within a second
public record Conditional(boolean exists, ETag etag, Instant lastModified) {
    /// What the conditions allow.
    public enum Outcome {
        /// Act on the request as if it had no conditions.
        PROCEED,
        /// 304: what the client has is current.
        NOT_MODIFIED,
        /// 412: the state is not the one that the client acts upon.
        PRECONDITION_FAILED
    }

    private static final Conditional ABSENT = new Conditional(false, null, null);

    /// @throws IllegalArgumentException for validators of what doesn't exist
    public Conditional {
        if (!exists && (etag != null || lastModified != null)) {
            throw new IllegalArgumentException("validators of a representation that does not exist");
        }
        if (lastModified != null) lastModified = lastModified.truncatedTo(ChronoUnit.SECONDS);
    }

    /// A representation with its validators, either or both of which may be null.
    public static Conditional on(ETag etag, Instant lastModified) {
        return new Conditional(true, etag, lastModified);
    }

    /// No representation, such as before the PUT that makes it.
    public static Conditional absent() {
        return ABSENT;
    }

    /// Sets ETag and Last-Modified, which belong to 200 and 304 alike (RFC 9110 §15.4.5).
    public Conditional describe(HttpResponse response) {
        if (etag != null) response.header("ETag", etag.toString());
        if (lastModified != null) response.header("Last-Modified", HttpDate.format(lastModified));
        return this;
    }

    /// The conditions in the order of RFC 9110 §13.2.2. CONNECT, OPTIONS and TRACE have none (§13.2.1). A date that is
    /// malformed, or without one to compare, counts as no condition (§13.1.3, §13.1.4). A malformed list of tags
    /// matches nothing; for what is no GET or HEAD it fails If-None-Match too, so that a condition which isn't
    /// understood lets no change through.
    public Outcome evaluate(HttpRequest request) {
        var method = request.method();
        if (method.equals("CONNECT") || method.equals("OPTIONS") || method.equals("TRACE")) return Outcome.PROCEED;
        var reads = method.equals("GET") || method.equals("HEAD");

        var ifMatch = request.header("If-Match");
        if (ifMatch != null) {
            if (!matches(ifMatch, tag -> tag.matchesStrongly(etag), false)) return Outcome.PRECONDITION_FAILED;
        } else if (isModifiedSince(request.header("If-Unmodified-Since"), false)) {
            return Outcome.PRECONDITION_FAILED;
        }

        var ifNoneMatch = request.header("If-None-Match");
        if (ifNoneMatch != null) {
            if (!matches(ifNoneMatch, tag -> tag.matchesWeakly(etag), !reads)) return Outcome.PROCEED;
            return reads ? Outcome.NOT_MODIFIED : Outcome.PRECONDITION_FAILED;
        }
        var isModified = !reads || isModifiedSince(request.header("If-Modified-Since"), true);
        return isModified ? Outcome.PROCEED : Outcome.NOT_MODIFIED;
    }

    /// Whether to heed the Range field, after [#evaluate] has answered PROCEED: it is there, the method is GET (RFC
    /// 9110 §14.2), and If-Range is absent or names the current state (§13.1.5), by a strong tag or by the very date.
    public boolean rangeApplies(HttpRequest request) {
        if (!request.method().equals("GET") || request.header("Range") == null) return false;
        var ifRange = request.header("If-Range");
        if (ifRange == null) return true;
        var tag = ETag.parse(ifRange);
        if (tag.isPresent()) return etag != null && tag.get().matchesStrongly(etag);
        return lastModified != null && HttpDate.parse(ifRange).filter(lastModified::equals).isPresent();
    }

    private boolean matches(String field, Predicate<ETag> comparison, boolean whenMalformed) {
        if (field.equals("*")) return exists;
        var tags = ETag.parseList(field);
        if (tags.isEmpty()) return whenMalformed;
        return etag != null && tags.get().stream().anyMatch(comparison);
    }

    /// @param field a date, or null
    /// @param otherwise the answer when there is nothing to compare
    private boolean isModifiedSince(String field, boolean otherwise) {
        if (field == null || lastModified == null) return otherwise;
        return HttpDate.parse(field).map(lastModified::isAfter).orElse(otherwise);
    }
}
