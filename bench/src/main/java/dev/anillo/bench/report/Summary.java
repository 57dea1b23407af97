package dev.anillo.bench.report;

import dev.anillo.bench.compare.Comparison;
import dev.anillo.bench.compare.Fork;
import dev.anillo.bench.compare.Side;
import dev.anillo.bench.gate.Verdict;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The words that a report begins with.
///
/// @param headline one line
/// @param paragraph why
/// @param tone for the style sheet
record Summary(String headline, String paragraph, String tone) {
    private static final int EXAMPLES_MAX = 3;

    static Summary of(Comparison comparison, Optional<Verdict> verdict) {
        var base = comparison.name(Side.BASE);
        var head = comparison.name(Side.HEAD);
        if (verdict.isEmpty()) return new Summary(head + " beside " + base, sentence(comparison), "calm");
        var why = verdict.get().why();
        var isMeasured = !verdict.get().judged().isEmpty();
        return switch (verdict.get().outcome()) {
            case PASSED -> new Summary("✓ Passed: " + head + " holds against " + base, why, "better");
            case SLOWER -> new Summary("✕ Slower: " + head + " loses to " + base, why, "worse");
            case FAILED -> new Summary("✕ Failed: " + head + " does not answer as " + base + " does", why, "worse");
            case TOO_NOISY -> new Summary((isMeasured ? "? Too noisy: " : "? Undecided: ") + head + " and " + base
                    + " cannot be told apart well enough", why, "unclear");
        };
    }

    /// Where nobody judges: what is to be seen.
    private static String sentence(Comparison comparison) {
        var rows = Row.of(comparison, Optional.empty());
        var known = rows.stream().filter(row -> row.change().isKnown()).toList();
        if (known.isEmpty()) return "Nothing could be compared: " + pairs(comparison) + ".";
        var clearest = known.stream().sorted(Comparator.comparingDouble(Summary::clearness).reversed()).toList();
        var worse = clearest.stream().filter(Row::isWorse).toList();
        var better = clearest.stream().filter(Row::isBetter).toList();
        return String.format(Locale.ROOT, "Of %d figures %s worse%s, and %s better%s, with %.0f %% confidence each.",
                known.size(), are(worse.size()), examples(worse), are(better.size()), examples(better),
                100 * Comparison.CONFIDENCE);
    }

    /// How often the interval would fit between the change and none.
    private static double clearness(Row row) {
        var interval = row.change().interval();
        return Math.abs(interval.estimate()) / Math.max(interval.halfWidth(), Double.MIN_NORMAL);
    }

    private static String are(int count) {
        return count == 0 ? "none is" : count == 1 ? "one is" : count + " are";
    }

    private static String examples(List<Row> rows) {
        if (rows.isEmpty()) return "";
        var named = rows.stream().limit(EXAMPLES_MAX).map(row -> title(row) + " "
                + Figures.change(row.change().interval().estimate(), row.change().metric()));
        var more = rows.size() > EXAMPLES_MAX ? Stream.of("…") : Stream.<String>empty();
        return Stream.concat(named, more).collect(Collectors.joining("; ", " (", ")"));
    }

    /// Of pictures and examples.
    static String title(Row row) {
        return row.change().metric().description() + " at " + row.change().load();
    }

    /// How many pairs there were, and what became of them.
    static String pairs(Comparison comparison) {
        var pairs = comparison.forks().stream().collect(Collectors.groupingBy(Fork::pair));
        var whole = pairs.values().stream()
                .filter(pair -> pair.size() == Side.values().length && pair.stream().allMatch(Fork::isSound)).count();
        var text = whole == 0 ? "no pair of processes" : whole == 1 ? "1 pair of processes" : whole + " pairs of processes";
        if (whole == pairs.size()) return text;
        var failed = comparison.forks().stream().filter(fork -> !fork.isSound()).count();
        return text + " of " + pairs.size() + (failed == 0 ? "" : ", as " + failed + (failed == 1 ? " process" : " processes")
                + " failed");
    }

    /// When it began, and how long it took.
    static String when(Comparison comparison) {
        var took = String.format(Locale.ROOT, comparison.seconds() < 60 ? "%.0f s" : "%2$d min %3$d s", comparison.seconds(),
                (long) comparison.seconds() / 60, (long) comparison.seconds() % 60);
        if (comparison.beganMillis().isEmpty()) return took;
        return time(comparison.beganMillis().getAsLong()) + ", " + took;
    }

    static String time(long epochMillis) {
        return DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC)
                .format(Instant.ofEpochMilli(epochMillis).truncatedTo(ChronoUnit.MINUTES));
    }
}
