package dev.anillo.http.app;

import java.util.ArrayList;
import java.util.List;

/// What a Range field asks for of a representation of known length (RFC 9110 §14.2).
public sealed interface RangeRequest {
    /// Ranges of one request. Players ask for one, readers of documents for some; each costs a part of its own.
    int COUNT_MAX = 16;

    /// All of it, with 200: the field is absent, malformed, or of a unit other than bytes, and to be ignored (§14.2).
    record Whole() implements RangeRequest {}

    /// 206, with these parts in the order that was asked for; those that begin behind the end are left out.
    ///
    /// @param ranges one or more
    record Parts(List<ByteRange> ranges) implements RangeRequest {
        public Parts {
            ranges = List.copyOf(ranges);
        }
    }

    /// 416, with [ByteRange#unsatisfied]: all ranges begin behind the end, or what is asked for is an abuse (§14.2,
    /// §15.5.17): more than [#COUNT_MAX] ranges, more than two of them overlapping, or more bytes than the whole has.
    record Unsatisfiable() implements RangeRequest {}

    /// Reads `bytes=0-99,200-,-50`. Numbers of any size are understood; those beyond the end mean the end.
    ///
    /// @param field the field's value, or null
    /// @param completeLength bytes of the whole representation
    static RangeRequest parse(String field, long completeLength) {
        var cursor = new Cursor(field == null ? "" : field);
        var unit = cursor.token();
        if (unit == null || !unit.equalsIgnoreCase("bytes") || !cursor.take('=')) return new Whole();
        var ranges = new ArrayList<ByteRange>();
        var asked = 0;
        while (cursor.nextElement()) {
            var first = cursor.number();
            if (!cursor.take('-')) return new Whole();
            var last = cursor.number();
            if (first < 0 && last < 0 || last >= 0 && last < first || !cursor.endsElement()) return new Whole();
            // The last bytes of nothing are asked for rightly (§14.1.2), but no Content-Range could tell them.
            if (first < 0 && last > 0 && completeLength == 0) return new Whole();
            var from = first < 0 ? completeLength - Math.min(last, completeLength) : first;
            var to = first < 0 || last < 0 ? completeLength - 1 : Math.min(last, completeLength - 1);
            if (from < completeLength && asked < COUNT_MAX) ranges.add(new ByteRange(from, to));
            asked++;
        }
        if (asked == 0) return new Whole();
        return asked > COUNT_MAX || ranges.isEmpty() || isAbuse(ranges, completeLength)
                ? new Unsatisfiable() : new Parts(ranges);
    }

    private static boolean isAbuse(List<ByteRange> ranges, long completeLength) {
        var left = completeLength;
        var overlaps = 0;
        for (var i = 0; i < ranges.size(); i++) {
            left -= ranges.get(i).length();
            if (left < 0) return true;
            for (var j = 0; j < i; j++) {
                if (ranges.get(i).overlaps(ranges.get(j))) overlaps++;
            }
        }
        return overlaps > 1;
    }
}
