package dev.anillo.http.app;

import java.util.ArrayList;
import java.util.List;

/// Proactive negotiation (RFC 9110 §12.1): the best of what a program offers for what a client accepts.
///
/// Offers are listed best first; of those that the client wants equally the first is chosen. Malformed elements of a
/// field are passed over, and a field without any good one counts as absent: then everything is acceptable (§12.4.1).
/// Only the first 64 elements of a field are read.
///
/// An answer that was chosen by a field says so with `Vary` (§12.5.5); that is the caller's to add.
public final class Negotiation {
    public static final String IDENTITY = "identity";

    /// Characters of a language range; a longer one is passed over. Bounds the time of shortening it. RFC 5646 §4.4.1
    /// has 35 for the longest tag of note.
    private static final int LANGUAGE_RANGE_LENGTH_MAX = 64;

    private static final String ANY = "*";

    private Negotiation() {}

    /// By Accept (RFC 9110 §12.5.1): of the ranges that match an offer the most specific one tells its quality.
    ///
    /// @param accept the field's value, or null
    /// @param offered not empty
    /// @return one of the offered, or null when none is acceptable: 406, or an answer all the same (§12.4.1)
    public static MediaType mediaType(String accept, List<MediaType> offered) {
        var ranges = accept == null ? List.<MediaRange>of() : MediaRange.list(accept);
        if (ranges.isEmpty()) return offered.getFirst();
        MediaType best = null;
        var bestQuality = 0;
        for (var offer : offered) {
            var quality = MediaRange.quality(ranges, offer);
            if (quality > bestQuality) {
                best = offer;
                bestQuality = quality;
            }
        }
        return best;
    }

    /// By Accept-Encoding (RFC 9110 §12.5.3). `identity`, the content as it is, is acceptable unless it is refused by
    /// name or by `*;q=0`; it is chosen when the field is absent or empty.
    ///
    /// @param acceptEncoding the field's value, or null
    /// @param offered content codings in lower case, without `identity`
    /// @return one of the offered, or [#IDENTITY], or null when nothing is acceptable
    public static String encoding(String acceptEncoding, List<String> offered) {
        if (acceptEncoding == null) return IDENTITY;
        var weights = Weight.list(acceptEncoding);
        var identityQuality = encodingQuality(weights, IDENTITY);
        var best = IDENTITY;
        var bestQuality = Math.max(0, identityQuality);
        for (var offer : offered) {
            var quality = encodingQuality(weights, offer);
            var better = quality > bestQuality || quality == bestQuality && best.equals(IDENTITY);
            if (quality > 0 && better) {
                best = offer;
                bestQuality = quality;
            }
        }
        return bestQuality > 0 || identityQuality < 0 ? best : null;
    }

    /// Thousandths, or -1 when the field says nothing of the coding.
    private static int encodingQuality(List<Weight> weights, String coding) {
        var any = -1;
        for (var weight : weights) {
            if (isSameCoding(weight.name(), coding)) return weight.thousandths();
            if (weight.name().equals(ANY) && any < 0) any = weight.thousandths();
        }
        return any;
    }

    /// RFC 9110 §8.4.1.1, §8.4.1.3: x-gzip and x-compress are other names of the same.
    private static boolean isSameCoding(String asked, String coding) {
        return asked.equals(coding) || asked.startsWith("x-") && asked.length() == coding.length() + 2
                && asked.endsWith(coding) && (coding.equals("gzip") || coding.equals("compress"));
    }

    /// By Accept-Language (RFC 9110 §12.5.4), as the lookup of RFC 4647 §3.4: the ranges in the order of their weights,
    /// each shortened from its end until a tag is equal to it. `es-MX` finds `es`; `es` does not find `es-MX`.
    ///
    /// @param acceptLanguage the field's value, or null
    /// @param offered language tags
    /// @return one of the offered, or null when none was found: answer in the default language
    public static String language(String acceptLanguage, List<String> offered) {
        if (acceptLanguage == null) return null;
        var weights = new ArrayList<>(Weight.list(acceptLanguage));
        weights.sort((a, b) -> Integer.compare(b.thousandths(), a.thousandths())); // stable: equal ones in order
        for (var weight : weights) {
            if (weight.thousandths() == 0) break;
            if (weight.name().length() > LANGUAGE_RANGE_LENGTH_MAX) continue;
            for (var range = weight.name(); !range.isEmpty(); range = shortened(range)) {
                for (var offer : offered) {
                    if (offer.equalsIgnoreCase(range) && !isRefused(weights, range)) return offer;
                }
            }
        }
        return null;
    }

    /// Without its last subtag, and a single character that stood before that (RFC 4647 §3.4).
    private static String shortened(String range) {
        var hyphen = range.lastIndexOf('-');
        if (hyphen >= 2 && range.charAt(hyphen - 2) == '-') hyphen -= 2;
        return hyphen < 0 ? "" : range.substring(0, hyphen);
    }

    /// Whether the longest range that matches the tag, as RFC 4647 §3.3.1 matches, has weight 0.
    private static boolean isRefused(List<Weight> weights, String tag) {
        var length = 0;
        var refused = false;
        for (var weight : weights) {
            var range = weight.name();
            if (range.length() > length && (tag + "-").startsWith(range + "-")) {
                length = range.length();
                refused = weight.thousandths() == 0;
            }
        }
        return refused;
    }

    /// A media range and how much it is wanted.
    private record MediaRange(MediaType range, int thousandths) {
        static List<MediaRange> list(String field) {
            var ranges = new ArrayList<MediaRange>();
            var cursor = new Cursor(field);
            while (ranges.size() < Weight.ELEMENTS_MAX && cursor.nextElement()) {
                var type = MediaType.read(cursor);
                var range = type == null || !cursor.endsElement() ? null : of(type);
                if (range == null) cursor.skipElement();
                else ranges.add(range);
            }
            return ranges;
        }

        /// A parameter named q is the weight wherever it stands (RFC 9110 §12.4.2). Null when malformed.
        private static MediaRange of(MediaType type) {
            var thousandths = Weight.thousandths(type.parameter("q"));
            if (thousandths == Weight.MALFORMED || type.type().equals(ANY) && !type.subtype().equals(ANY)) return null;
            var parameters = type.parameters().stream().filter(parameter -> !parameter.name().equals("q")).toList();
            return new MediaRange(new MediaType(type.type(), type.subtype(), parameters), thousandths);
        }

        /// Thousandths; 0 when no range matches. Of two ranges alike the first counts.
        static int quality(List<MediaRange> ranges, MediaType offer) {
            var specificity = -1;
            var quality = 0;
            for (var candidate : ranges) {
                if (candidate.specificity() > specificity && candidate.matches(offer)) {
                    specificity = candidate.specificity();
                    quality = candidate.thousandths;
                }
            }
            return quality;
        }

        private int specificity() {
            var named = range.type().equals(ANY) ? 0 : range.subtype().equals(ANY) ? 1 : 2;
            return named * (Cursor.PARAMETERS_MAX + 1) + range.parameters().size();
        }

        private boolean matches(MediaType offer) {
            if (!range.type().equals(ANY) && !range.type().equals(offer.type())) return false;
            if (!range.subtype().equals(ANY) && !range.subtype().equals(offer.subtype())) return false;
            for (var parameter : range.parameters()) {
                if (!parameter.value().equalsIgnoreCase(offer.parameter(parameter.name()))) return false;
            }
            return true;
        }
    }
}
