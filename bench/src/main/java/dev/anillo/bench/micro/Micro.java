package dev.anillo.bench.micro;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/// `./anillo bench micro`: JMH's own command line, with the allocation profile on unless another `-prof` is asked for.
public final class Micro {
    private Micro() {}

    public static void main(String[] arguments) throws IOException {
        var profiled = List.of(arguments).contains("-prof")
                ? arguments : Stream.concat(Stream.of("-prof", "gc"), Stream.of(arguments)).toArray(String[]::new);
        org.openjdk.jmh.Main.main(profiled);
    }
}
