package dev.anillo.http.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// An element of a negotiation field and how much it is wanted (RFC 9110 §12.4.2).
///
/// @param name in lower case
/// @param thousandths 0, not acceptable, to 1000
record Weight(String name, int thousandths) {
    /// Elements of one field that are read; the rest is left unread. Browsers send about ten.
    static final int ELEMENTS_MAX = 64;

    static final int FULL = 1000;
    static final int MALFORMED = -1;

    /// The elements in order, malformed ones left out: `#( token [ weight ] )`.
    static List<Weight> list(String field) {
        var weights = new ArrayList<Weight>();
        var cursor = new Cursor(field);
        while (weights.size() < ELEMENTS_MAX && cursor.nextElement()) {
            var weight = read(cursor);
            if (weight == null || !cursor.endsElement()) cursor.skipElement();
            else weights.add(weight);
        }
        return weights;
    }

    private static Weight read(Cursor cursor) {
        var name = cursor.token();
        var parameters = name == null ? null : cursor.parameters();
        if (parameters == null) return null;
        var thousandths = thousandths(NamedValue.first(parameters, "q"));
        return thousandths == MALFORMED ? null : new Weight(name.toLowerCase(Locale.ROOT), thousandths);
    }

    /// A qvalue in thousandths, [#FULL] for null, or [#MALFORMED].
    static int thousandths(String qvalue) {
        if (qvalue == null) return FULL;
        if (qvalue.isEmpty() || qvalue.length() > 5 || qvalue.length() > 1 && qvalue.charAt(1) != '.') return MALFORMED;
        var value = 0;
        for (var i = 0; i < 5; i++) {
            if (i == 1) continue;
            var c = i < qvalue.length() ? qvalue.charAt(i) : '0';
            if (c < '0' || c > '9') return MALFORMED;
            value = 10 * value + c - '0';
        }
        return value <= FULL ? value : MALFORMED;
    }
}
