package dev.anillo.http.soak;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/// What a client, or all of them, has seen. Travels as a line of numbers.
final class Tally {
    enum Count {
        CONNECTIONS("connections made"),
        REQUESTS("requests sent whole"),
        RIGHT("answered right"),
        BYTES("bytes compared"),
        WRONG("answered wrong"),
        REFUSED("refused: 503"),
        TIMED_OUT("timed out by the server: 408"),
        RESETS_SEEN("resets seen"),
        RESETS_MADE("resets made"),
        LEFT("left in the middle"),
        CUT_SHORT("answers that were cut short"),
        CLOSED("closed before an answer began"),
        NOT_CONNECTED("connections that were refused or reset"),
        LATE("given up after waiting too long"),
        LAST_RIGHT("right on a fresh connection at the end");

        final String text;

        Count(String text) {
            this.text = text;
        }
    }

    private static final String END = " .";

    private final Map<Count, Long> counts = new EnumMap<>(Count.class);

    void add(Count count) {
        add(count, 1);
    }

    void add(Count count, long number) {
        counts.merge(count, number, Long::sum);
    }

    void add(Tally other) {
        other.counts.forEach(this::add);
    }

    long get(Count count) {
        return counts.getOrDefault(count, 0L);
    }

    String line() {
        return Arrays.stream(Count.values()).map(count -> Long.toString(get(count)))
                .collect(Collectors.joining(" ", "", END));
    }

    /// @return null for a line that is not whole: its writer was killed
    static Tally parse(String line) {
        if (!line.endsWith(END)) return null;
        var tally = new Tally();
        var numbers = line.split(" ");
        for (var count : Count.values()) tally.add(count, Long.parseLong(numbers[count.ordinal()]));
        return tally;
    }
}
