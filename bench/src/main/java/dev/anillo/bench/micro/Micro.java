package dev.anillo.bench.micro;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `./anillo bench micro`: JMH's own command line, with other defaults. The allocation profile is on, and a benchmark that
/// finds its own result wrong ends the run and its exit status tells.
public final class Micro {
    private Micro() {}

    public static void main(String[] arguments) throws IOException {
        var given = List.of(arguments);
        var all = new ArrayList<>(given);
        if (!given.contains("-prof")) all.addAll(List.of("-prof", "gc"));
        if (!given.contains("-foe")) all.addAll(List.of("-foe", "true"));
        org.openjdk.jmh.Main.main(all.toArray(String[]::new));
    }
}
