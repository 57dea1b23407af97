package dev.anillo.bench.contest;

import dev.anillo.bench.peers.Contender;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command line of `./anillo bench peers`.
///
/// @param only names of contenders, or beginnings of them that are words; empty for all
/// @param seed of the order of the contenders
/// @param footprint whether starts, idle connections and system calls are measured besides the load
record Options(int rounds, double seconds, List<String> only, List<Scenario> workloads, Path out, long seed,
        boolean footprint) {
    static final String USAGE = "usage: ./anillo bench peers [--rounds N] [--seconds S] [--only NAME,...] "
            + "[--workloads A,B] [--quick] [--load-only] [--seed N] [--out DIR]";

    private static final int ROUNDS_MAX = 1_000;
    private static final double SECONDS_MAX = 3_600;
    private static final int ROUNDS = 5;
    private static final double SECONDS = 3;
    private static final int QUICK_ROUNDS = 2;
    private static final double QUICK_SECONDS = 1;

    /// @param outDefault where the report goes unless the command line names another directory
    /// @throws IllegalArgumentException with what is wrong, in one line
    static Options parse(String[] arguments, Path outDefault) {
        var quick = List.of(arguments).contains("--quick");
        var options = new Options(quick ? QUICK_ROUNDS : ROUNDS, quick ? QUICK_SECONDS : SECONDS, List.of(), Scenario.ALL,
                outDefault, System.nanoTime() & Integer.MAX_VALUE, true);
        for (var i = 0; i < arguments.length; i++) {
            var argument = arguments[i];
            var equals = argument.indexOf('=');
            var name = equals < 0 ? argument : argument.substring(0, equals);
            if (name.equals("--quick")) continue;
            if (name.equals("--load-only")) {
                options = options.withoutFootprint();
                continue;
            }
            if (!List.of("--rounds", "--seconds", "--only", "--workloads", "--out", "--seed").contains(name)) {
                throw new IllegalArgumentException("unknown option " + name + "; " + USAGE);
            }
            if (equals < 0 && ++i == arguments.length) throw new IllegalArgumentException(name + " of what? " + USAGE);
            options = options.with(name, equals < 0 ? arguments[i] : argument.substring(equals + 1));
        }
        return options;
    }

    private Options withoutFootprint() {
        return new Options(rounds, seconds, only, workloads, out, seed, false);
    }

    private Options with(String name, String value) {
        return switch (name) {
            case "--rounds" -> new Options((int) number(name, value, 1, ROUNDS_MAX), seconds, only, workloads, out, seed,
                    footprint);
            case "--seconds" -> new Options(rounds, number(name, value, 0.1, SECONDS_MAX), only, workloads, out, seed,
                    footprint);
            case "--only" -> new Options(rounds, seconds, list(name, value), workloads, out, seed, footprint);
            case "--workloads" -> new Options(rounds, seconds, only,
                    list(name, value).stream().map(Scenario::of).toList(), out, seed, footprint);
            case "--seed" -> new Options(rounds, seconds, only, workloads, out,
                    (long) number(name, value, 0, Integer.MAX_VALUE), footprint);
            default -> new Options(rounds, seconds, only, workloads, Path.of(value), seed, footprint);
        };
    }

    private static double number(String name, String text, double min, double max) {
        try {
            var number = Double.parseDouble(text);
            if (number >= min && number <= max && (name.equals("--seconds") || number == Math.rint(number))) return number;
        } catch (NumberFormatException _) {
            // told below, with what is out of range
        }
        throw new IllegalArgumentException(name + " " + text + ": a number from " + text(min) + " to " + text(max));
    }

    private static String text(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    private static List<String> list(String name, String text) {
        var words = new ArrayList<String>();
        for (var word : text.split(",")) if (!word.isBlank()) words.add(word.strip());
        if (words.isEmpty()) throw new IllegalArgumentException(name + " of what? " + USAGE);
        return List.copyOf(words);
    }

    /// Those that the command line chooses.
    ///
    /// @throws IllegalArgumentException when a name fits none
    List<Contender> choose(List<Contender> all) {
        if (only.isEmpty()) return all;
        for (var name : only) {
            if (all.stream().noneMatch(contender -> fits(contender, name))) {
                throw new IllegalArgumentException("no contender " + name + "; there are "
                        + String.join(", ", all.stream().map(Contender::name).toList()));
            }
        }
        return all.stream().filter(contender -> only.stream().anyMatch(name -> fits(contender, name))).toList();
    }

    private static boolean fits(Contender contender, String name) {
        return contender.name().equals(name) || contender.name().startsWith(name + " ");
    }
}
