package dev.anillo.bench.contest;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads the one line of figures that wrk and `load` print, among all others: wrk by `report.lua`.
final class GeneratorOutput {
    private static final String MARK = "anillo-load ";
    private static final double MICROS_PER_SECOND = 1e6;

    private GeneratorOutput() {}

    /// @throws IllegalArgumentException when the line is not there or lacks a number
    static Load parse(String output) {
        var line = output.lines().filter(each -> each.startsWith(MARK)).findFirst().orElseThrow(() ->
                new IllegalArgumentException("the generator printed no figures: " + output.strip().replace('\n', ' ')));
        var fields = fields(line.substring(MARK.length()));
        var errors = Stream.of("connect", "read", "write", "status", "timeout")
                .filter(name -> number(fields, name) != 0)
                .map(name -> name + " " + number(fields, name))
                .collect(Collectors.joining(", "));
        return new Load(number(fields, "requests"), number(fields, "micros") / MICROS_PER_SECOND, number(fields, "bytes"),
                decimal(fields, "p50"), decimal(fields, "p99"),
                fields.containsKey("late99") ? decimal(fields, "late99") : Double.NaN, errors);
    }

    private static Map<String, String> fields(String text) {
        var fields = new HashMap<String, String>();
        for (var field : text.strip().split(" ")) {
            var equals = field.indexOf('=');
            if (equals > 0) fields.put(field.substring(0, equals), field.substring(equals + 1));
        }
        return fields;
    }

    private static long number(Map<String, String> fields, String name) {
        return Long.parseLong(text(fields, name));
    }

    private static double decimal(Map<String, String> fields, String name) {
        return Double.parseDouble(text(fields, name));
    }

    private static String text(Map<String, String> fields, String name) {
        var text = fields.get(name);
        if (text == null) throw new IllegalArgumentException("the generator told no " + name);
        return text;
    }
}
