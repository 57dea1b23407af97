package dev.anillo.bench.peers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// All servers that can be measured, with their command lines. JVMs are started by this JVM's `java` with its class path.
public final class Contenders {
    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String CLASS_PATH = absolute(System.getProperty("java.class.path"));
    private static final String CONTROL = "-Danillo.bench.control=true";

    private Contenders() {}

    /// @param scratch a directory for the C programs, which are compiled now
    public static List<Contender> all(Path scratch) throws IOException {
        var all = new ArrayList<Contender>();
        for (var transport : List.of("io_uring", "epoll", "nio")) all.add(anillo(transport));
        all.addAll(new Floors(scratch).contenders());
        return all;
    }

    /// With the launcher's options, but from the class path, where the modules are unnamed: access to what is native is
    /// then granted to all of them.
    private static Contender anillo(String transport) {
        return jvm("anillo " + transport, Family.ANILLO,
                List.of("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Danillo.graceful=true", "-Djava.io.tmpdir={dir}"),
                List.of("dev.anillo.bench.target.Target", "--port", "{port}", "--transport", transport));
    }

    private static Contender jvm(String name, Family family, List<String> options, List<String> main) {
        var own = List.of(JAVA, CONTROL, "--enable-native-access=ALL-UNNAMED");
        var command = Stream.of(own, options, List.of("-cp", CLASS_PATH), main).flatMap(List::stream).toList();
        return new Contender(name, family, command, List.of(), EnumSet.allOf(Workload.class), Optional.empty());
    }

    private static String absolute(String classPath) {
        return Stream.of(classPath.split(File.pathSeparator)).map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
